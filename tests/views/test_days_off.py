"""Lines about what is coming: when, moved from where, or why not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calendars import Away, DayOff, Off, WorkCalendar
from bot.domain.public_holidays import Region
from bot.domain.rhythms import Weekly
from bot.domain.schedules import Schedule, occurrence
from bot.i18n import Voice
from bot.views.days_off import coming, reason, reasons

MONDAYS = Schedule(Weekly(0), time(9))
BRITISH, GERMAN = Voice("en-GB", "Europe/Berlin"), Voice("de-DE", "Europe/Berlin")
ANA = WorkCalendar(ZoneInfo("Europe/Berlin"), region=Region("DE"))
AWAY = WorkCalendar(ANA.zone, region=ANA.region, away=(Away(date(2026, 3, 30), date(2026, 4, 2)),))


@pytest.mark.parametrize(
    ("calendar", "nominal", "english", "german"),
    [
        (ANA, "2026-03-30", "Mon 30 Mar, 09:00", "Mo., 30. März, 09:00"),
        (
            ANA,
            "2026-04-06",
            "Thu 2 Apr, 09:00, instead of Mon 6 Apr (public holiday: Easter Monday)",
            "Do., 2. Apr., 09:00, statt Mo., 6. Apr. (Feiertag: Ostermontag)",
        ),
        (
            AWAY,
            "2026-04-06",
            "Mon 6 Apr: not asked (public holiday: Easter Monday, public holiday: Good Friday and away)",
            "Mo., 6. Apr.: nicht gefragt (Feiertag: Ostermontag, Feiertag: Karfreitag und abwesend)",
        ),
    ],
)
def test_what_is_coming(calendar: WorkCalendar, nominal: str, english: str, german: str) -> None:
    found = occurrence(MONDAYS, date.fromisoformat(nominal), calendar)

    assert coming(BRITISH, found, calendar) == english
    assert coming(GERMAN, found, calendar) == german


def test_on_the_clocks_of_whoever_reads() -> None:
    found = occurrence(MONDAYS, date(2026, 3, 30), WorkCalendar(ZoneInfo("Asia/Tokyo")))

    assert found.moment == datetime(2026, 3, 30, tzinfo=UTC)
    assert coming(BRITISH, found, ANA) == "Mon 30 Mar, 02:00"


@pytest.mark.parametrize("why", list(Off))
def test_each_reason_has_words(why: Off) -> None:
    saturday = DayOff(date(2026, 4, 4), why)

    assert reason(BRITISH, saturday, ANA) != reason(GERMAN, saturday, ANA)


def test_a_company_holiday_has_no_name() -> None:
    eve = date(2026, 12, 24)

    assert reason(BRITISH, DayOff(eve, Off.HOLIDAY), ANA) == "day off"


def test_a_weekend_is_a_reason_only_where_there_is_no_other() -> None:
    saturday, monday = DayOff(date(2026, 4, 4), Off.WEEKDAY), DayOff(date(2026, 3, 30), Off.AWAY)

    assert reasons(BRITISH, [saturday, saturday], ANA) == "not a working day"
    assert reasons(BRITISH, [saturday, monday], ANA) == "away"
