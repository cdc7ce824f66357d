"""Each reason reads as a kind sentence, holidays by their name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calendars import Away, Off, WorkCalendar
from bot.domain.checkins import REASONS, PromptState, Reason
from bot.domain.public_holidays import Region
from bot.domain.why import Asked, Why
from bot.i18n import Voice
from bot.playground.world import texts_in
from bot.views.why import why

UNITY_DAY = date(2025, 10, 3)
MORNING = datetime(2025, 10, 3, 7, tzinfo=UTC)
CALENDAR = WorkCalendar(ZoneInfo("Europe/Berlin"), region=Region("DE"), away=(Away(UNITY_DAY, date(2025, 10, 10)),))


def said(state: PromptState, reason: Reason | None = None, off: Off | None = None, locale: str = "en-GB") -> str:
    asked = Asked(
        checkin="Daily",
        nominal=UNITY_DAY,
        state=state,
        reason=reason,
        off=off,
        due_at=MORNING,
        closes_at=MORNING + timedelta(hours=4),
        sent_at=None if state is PromptState.SKIPPED else MORNING,
        answered_at=MORNING if state in (PromptState.ANSWERED, PromptState.LATE) else None,
        leads=("Dana",),
        away_until=date(2025, 10, 10),
    )
    view = why(Voice(locale, "Europe/Berlin"), Why([asked], [], [], CALENDAR, ["Sam"], is_in_team=True))
    return " ".join(" ".join(texts_in(view["blocks"])).split())


def test_a_public_holiday_has_its_name_in_the_readers_language() -> None:
    skipped, day_off = PromptState.SKIPPED, Reason.DAY_OFF

    assert "Not asked: public holiday: German Unity Day. Nothing" in said(skipped, day_off, Off.HOLIDAY)
    assert "Tag der Deutschen Einheit" in said(skipped, day_off, Off.HOLIDAY, "de-DE")


def test_away_says_until_when() -> None:
    assert "you were away until Fri 10 Oct." in said(PromptState.SKIPPED, Reason.DAY_OFF, Off.AWAY)


def test_what_was_moved_says_from_where() -> None:
    assert "It came before Fri 3 Oct (public holiday: German Unity Day)." in said(PromptState.SENT, off=Off.HOLIDAY)


@pytest.mark.parametrize("reason", sorted(Reason))
@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
def test_every_reason_has_words_of_its_own(reason: Reason, locale: str) -> None:
    (state, *_) = [state for state in PromptState if reason in REASONS[state]]

    text = said(state, reason, locale=locale)

    assert str(reason) not in text
    if reason is not Reason.NOT_ANSWERED:
        others = (each for each in REASONS[PromptState.SKIPPED] if each is not reason)
        assert text not in {said(PromptState.SKIPPED, each, locale=locale) for each in others}


@pytest.mark.parametrize("off", sorted(Off))
def test_every_day_off_has_words_of_its_own(off: Off) -> None:
    others = {said(PromptState.SKIPPED, Reason.DAY_OFF, each) for each in Off if each is not off}

    assert said(PromptState.SKIPPED, Reason.DAY_OFF, off) not in others
