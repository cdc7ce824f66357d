"""What is coming for somebody, and why not: the preview for leads, `simulate` and `/cairn why` are this list."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendars import DAY, Away, DayOff, Off, WorkCalendar, window_end
from bot.domain.public_holidays import Region
from bot.domain.rhythms import MonthlyOnDate, Weekly, WorkingDays
from bot.domain.schedules import (
    Occurrence,
    Schedule,
    Upcoming,
    due,
    never_falls_due,
    next_due,
    plan,
    send_time,
    upcoming,
)
from tests.domain.test_schedules_everywhere import SCHEDULES, Case, cases
from tests.domain.zones import ZONES

BERLIN, NEW_YORK, TOKYO = map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Asia/Tokyo"))
ANA = WorkCalendar(BERLIN, region=Region("DE"))
GOOD_FRIDAY, EASTER_MONDAY = date(2026, 4, 3), date(2026, 4, 6)


def utc(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def test_two_weeks_with_what_moves_and_what_is_skipped() -> None:
    mondays = Schedule(Weekly(0), time(9))
    away = WorkCalendar(BERLIN, region=Region("DE"), away=(Away(date(2026, 3, 31), date(2026, 4, 2)),))
    weekend = (DayOff(date(2026, 4, 5), Off.WEEKDAY), DayOff(date(2026, 4, 4), Off.WEEKDAY))
    easter = (DayOff(EASTER_MONDAY, Off.HOLIDAY), *weekend, DayOff(GOOD_FRIDAY, Off.HOLIDAY))

    assert upcoming(mondays, ANA, utc("2026-03-29 12:00")) == [
        Occurrence(date(2026, 3, 30), utc("2026-03-30 07:00")),
        Occurrence(EASTER_MONDAY, utc("2026-04-02 07:00"), easter),
    ]
    assert [each.is_moved for each in upcoming(mondays, ANA, utc("2026-03-29 12:00"))] == [False, True]
    days_away = (DayOff(date(2026, 4, 2) - n * DAY, Off.AWAY) for n in range(3))
    assert upcoming(mondays, away, utc("2026-03-29 12:00"))[1] == Occurrence(EASTER_MONDAY, None, (*easter, *days_away))


@pytest.mark.parametrize(
    ("after", "days", "expected", "why"),
    [
        ("2026-04-02 06:59", 1, [EASTER_MONDAY], "asked on Thursday, whose nominal date is days away"),
        ("2026-04-02 07:00", 10, [], "was asked; the next one is on the 13th"),
        ("2026-04-02 07:00", 11, [date(2026, 4, 13)], "up to and with the last moment"),
    ],
)
def test_strictly_after_and_until(after: str, days: int, expected: list[date], why: str) -> None:
    found = upcoming(Schedule(Weekly(0), time(9)), ANA, utc(after), days)

    assert [each.nominal for each in found] == expected, why


def test_a_pause_moves_nothing_to_the_day_before_it() -> None:
    paused = WorkCalendar(BERLIN, paused_from=date(2026, 5, 6))

    found = upcoming(Schedule(Weekly(4), time(9)), paused, utc("2026-05-04 00:00"), 7)

    assert found == [Occurrence(date(2026, 5, 8), None, (DayOff(date(2026, 5, 8), Off.PAUSED),))]


@given(SCHEDULES, cases(), st.integers(1, 60))
@settings(deadline=None)
def test_what_is_upcoming_is_what_comes_next_and_next_after_that(schedule: Schedule, case: Case, days: int) -> None:
    found = upcoming(schedule, case.calendar, case.near, days)

    after, chain = case.near, []
    while (following := next_due(schedule, case.calendar, after)) and following.moment <= case.near + days * DAY:
        chain.append(following)
        after = following.moment
    assert [Upcoming(each.nominal, each.moment) for each in found if each.moment] == chain
    for each in found:
        assert each.moment == due(schedule, each.nominal, case.calendar)
        assert each.moment or each.off


@given(SCHEDULES, st.lists(cases(), min_size=1, max_size=4))
@settings(deadline=None, max_examples=50)
def test_a_plan_is_what_is_upcoming_for_each(schedule: Schedule, people: list[Case]) -> None:
    now, calendars = people[0].near, [person.calendar for person in people]

    planned = plan(schedule, calendars + calendars, now)

    assert planned == {calendar: upcoming(schedule, calendar, now) for calendar in calendars}


@pytest.mark.parametrize(
    ("schedule", "weekdays", "never"),
    [
        (Schedule(WorkingDays(), time(9)), [frozenset()], True),
        (Schedule(WorkingDays(), time(9)), [frozenset(), frozenset({6})], False),
        (Schedule(Weekly(5), time(9)), [frozenset({0})], False),
        (Schedule(Weekly(), time(9)), [frozenset({0})], True),
        (Schedule(MonthlyOnDate(31), time(9)), [frozenset({0})], False),
        (Schedule(MonthlyOnDate(0), time(9)), [frozenset({0})], True),
    ],
)
def test_a_rhythm_that_never_falls_due_for_anybody(
    schedule: Schedule, weekdays: list[frozenset[int]], never: bool
) -> None:
    calendars = [WorkCalendar(BERLIN, each) for each in weekdays]

    assert never_falls_due(schedule, calendars, utc("2026-05-04 07:00")) is never


def test_over_a_year_in_every_zone_each_working_day_is_asked_once() -> None:
    nine, begin = Schedule(WorkingDays(), time(9)), utc("2026-01-01 12:00")
    for calendar, found in plan(nine, map(WorkCalendar, ZONES), begin, 365).items():
        asked = [calendar.date_at(each.moment) for each in found if each.moment]

        assert asked == [each.nominal for each in found if each.moment]
        assert all(day.weekday() < 5 for day in asked)
        assert 260 <= len(asked) <= 262, calendar.zone.key


# Windows over midnight

AT_TEN = Schedule(WorkingDays(), time(22))


@pytest.mark.parametrize(
    ("nominal", "now", "expected", "why"),
    [
        ("2026-05-04", "2026-05-04 20:00", "2026-05-04 20:00", "on time, at 22:00"),
        ("2026-05-04", "2026-05-04 20:59", "2026-05-04 20:59", "a fan-out at Slack's pace"),
        ("2026-05-04", "2026-05-04 22:30", None, "after midnight, and closed at 8:00, before work begins"),
        ("2026-03-27", "2026-03-27 22:30", None, "late on a Friday: Saturday is off"),
    ],
)
def test_open_at_ten_in_the_evening_for_ten_hours(nominal: str, now: str, expected: str | None, why: str) -> None:
    opens = due(AT_TEN, date.fromisoformat(nominal), ANA)
    assert opens is not None

    sent = send_time(opens, window_end(opens, timedelta(hours=10), BERLIN), utc(now), ANA)

    assert sent == (utc(expected) if expected else None), why


def test_a_longer_night_leaves_an_hour_at_work() -> None:
    opens = due(AT_TEN, date(2026, 5, 4), ANA)
    assert opens is not None

    sent = send_time(opens, window_end(opens, timedelta(hours=12), BERLIN), utc("2026-05-04 23:00"), ANA)

    assert sent == utc("2026-05-05 07:00")
