"""When a blocker is said anew, taken back, and when anybody is reminded of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.blockers import Ended, first_nudge, may_reopen, next_nudge, same_words
from bot.domain.calendars import Away, WorkCalendar

BERLIN = WorkCalendar(ZoneInfo("Europe/Berlin"))
MONDAY = datetime(2026, 11, 23, 14, 30, tzinfo=ZoneInfo("Europe/Berlin"))
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda later: datetime(2026, 1, 1, tzinfo=UTC) + later)
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Apia", "Pacific/Pago_Pago"])


def in_berlin(moment: datetime) -> str:
    return f"{moment.astimezone(BERLIN.zone):%a %d %H:%M}"


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (MONDAY, "Thu 26 09:00"),
        (MONDAY + timedelta(days=2), "Mon 30 09:00"),
        (MONDAY + timedelta(days=4), "Wed 02 09:00"),
        (MONDAY + timedelta(days=5), "Wed 02 09:00"),
    ],
    ids=["Monday", "Wednesday", "Friday", "Saturday"],
)
def test_leads_are_reminded_as_the_third_working_day_after_begins(raised: datetime, expected: str) -> None:
    assert in_berlin(first_nudge(raised, BERLIN)) == expected


def test_holidays_and_days_away_are_no_working_days() -> None:
    away = WorkCalendar(BERLIN.zone, away=(Away(date(2026, 11, 24), date(2026, 11, 27)),))

    assert in_berlin(first_nudge(MONDAY, away)) == "Wed 02 09:00"


def test_the_next_reminder_comes_a_week_later_or_on_the_next_working_day() -> None:
    assert in_berlin(next_nudge(MONDAY, BERLIN)) == "Mon 30 09:00"
    off = WorkCalendar(BERLIN.zone, holidays=frozenset({date(2026, 11, 30)}))
    assert in_berlin(next_nudge(MONDAY, off)) == "Tue 01 09:00"


def test_whoever_never_works_is_reminded_all_the_same() -> None:
    never = WorkCalendar(BERLIN.zone, weekdays=frozenset())

    assert in_berlin(first_nudge(MONDAY, never)) == "Mon 30 09:00"
    assert in_berlin(next_nudge(MONDAY, never)) == "Mon 30 09:00"


@given(MOMENTS, ZONES)
def test_reminders_come_later_and_within_working_hours(moment: datetime, zone: str) -> None:
    calendar = WorkCalendar(ZoneInfo(zone))

    for nudge, least in ((first_nudge(moment, calendar), 2), (next_nudge(moment, calendar), 6)):
        assert nudge > moment + timedelta(days=least)
        assert calendar.works_at(nudge)
        assert calendar.hours.start <= nudge.astimezone(calendar.zone).time() < calendar.hours.end


def test_case_and_spaces_make_no_new_blocker() -> None:
    assert same_words("The  staging server\nis down ", "the staging server is down")
    assert not same_words("The staging server is down", "The server is down")


def test_only_closing_is_taken_back_and_only_for_a_day() -> None:
    almost, over = MONDAY + timedelta(hours=23, minutes=59), MONDAY + timedelta(days=1)

    assert may_reopen(Ended.CLOSED, MONDAY, almost)
    assert not may_reopen(Ended.CLOSED, MONDAY, over)
    assert not any(may_reopen(ended, MONDAY, almost) for ended in Ended if ended is not Ended.CLOSED)
    assert not may_reopen(None, None, almost)
