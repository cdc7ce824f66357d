"""What a summary shows of numbers: one person's own value only where everybody may read each answer."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bot.domain.checkins import Question, QuestionKind
from bot.domain.periods import Period
from bot.domain.results import Tally
from bot.domain.summary import Figures, Summary, Votes
from bot.i18n import Voice
from bot.views import summaries

HOURS = Question(7, QuestionKind.NUMBER, "Hours of overtime", unit="h")
AMOUNTS = tuple(map(Decimal, (0, 1, 2, 3, 17)))


@pytest.mark.parametrize("channel", [None, "platform"])
def test_the_lowest_and_the_highest_are_in_a_post_alone(channel: str | None) -> None:
    votes = Votes(Tally(5, {}, sum(AMOUNTS, Decimal(0))), AMOUNTS)
    figures = Figures(1, 5, 5, 0, {7: votes})
    days = Period(date(2026, 11, 23), date(2026, 11, 29))
    summary = Summary(
        "Platform", days, datetime(2026, 11, 30, tzinfo=UTC), 5, figures, Figures(), questions=[HOURS], channel=channel
    )

    pages = summaries.copy(Voice("en", "UTC"), summary)

    said = " ".join(text for text, _ in pages)
    assert "Half are above 2 h, half below" in said
    assert ("from 0 to 17" in said) == (channel is not None)
