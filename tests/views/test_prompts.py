"""What a prompt says of a check-in that doesn't ask any more."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from bot.domain.readers import ReadBy
from bot.domain.rhythms import Weekly
from bot.i18n import Voice
from bot.views import prompts
from bot.views.prompts import CheckInCard, PromptCard

VOICE = Voice("en", "UTC")
WEEKLY = CheckInCard(1, "Weekly", "Platform", 3, 2, Weekly(0), time(9), ReadBy("team", "Platform", ("Ana",), 1))


@pytest.mark.parametrize("state", ["answered", "late", "skipped", "missed"])
@pytest.mark.parametrize("why", ["is_gone", "has_left"])
def test_what_was_sent_is_kept_and_nothing_else_is_said_to_be(state: str, why: str) -> None:
    closes = datetime(2026, 11, 24, 12, tzinfo=UTC)
    card = PromptCard(
        1, WEEKLY, state, date(2026, 11, 23), closes, is_gone=why == "is_gone", has_left=why == "has_left"
    )

    text, _ = prompts.prompt(VOICE, card)

    assert ("What you sent is kept." in text) == (state in ("answered", "late"))
    assert ("Nothing is expected of you." in text) == (state in ("skipped", "missed"))
