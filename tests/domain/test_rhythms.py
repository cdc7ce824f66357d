"""Which dates a rhythm gives, what is wrong with one, and how it is kept."""

from __future__ import annotations

import json
from calendar import monthrange
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule
from dateutil.rrule import weekday as on
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendars import DAY
from bot.domain.rhythms import (
    LAST,
    Flaw,
    MonthlyOnDate,
    MonthlyOnWeekday,
    Rhythm,
    Weekly,
    WorkingDays,
    dates,
    days_for,
    flaws,
    from_json,
    shortest_gap,
    to_json,
)
from tests.domain.rhythms import DAYS, RHYTHMS, days

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


@pytest.mark.parametrize(
    ("rhythm", "after", "expected", "why"),
    [
        (WorkingDays(), "2026-05-08", "05-09 05-10 05-11", "whose working days they are is up to each person"),
        (Weekly(MON), "2026-05-03", "05-04 05-11 05-18", "every Monday"),
        (Weekly(MON), "2026-05-04", "05-11 05-18 05-25", "strictly after"),
        (Weekly(MON, THU), "2026-05-04", "05-07 05-11 05-14", "two a week"),
        (Weekly(FRI, every=2, start=date(2026, 12, 4)), "2026-12-01", "12-04 12-18 01-01", "over the end of a year"),
        (Weekly(FRI, every=2, start=date(2026, 11, 30)), "2026-12-01", "12-04 12-18 01-01", "any day of its week"),
        (Weekly(FRI, every=2, start=date(2027, 6, 4)), "2026-12-01", "12-04 12-18 01-01", "whichever year it began in"),
        (Weekly(FRI, every=2, start=date(2026, 12, 11)), "2026-12-01", "12-11 12-25 01-08", "the other weeks"),
        (Weekly(MON, THU, every=3, start=date(2026, 5, 7)), "2026-05-03", "05-04 05-07 05-25", "both of one week"),
        (Weekly(SUN, MON, every=2, start=date(2026, 5, 4)), "2026-05-03", "05-04 05-10 05-18", "weeks begin on Monday"),
        (MonthlyOnDate(15), "2026-05-15", "06-15 07-15 08-15", "a date"),
        (MonthlyOnDate(31), "2027-01-01", "01-31 02-28 03-31", "the last day of a short month"),
        (MonthlyOnDate(30), "2028-01-30", "02-29 03-30 04-30", "and of a leap year's February"),
        (MonthlyOnDate(29), "2027-02-01", "02-28 03-29 04-29", "once a month, not on the 28th and the 29th"),
        (MonthlyOnWeekday(1, TUE), "2026-05-01", "05-05 06-02 07-07", "first Tuesday"),
        (MonthlyOnWeekday(4, FRI), "2026-05-01", "05-22 06-26 07-24", "fourth Friday"),
        (MonthlyOnWeekday(LAST, FRI), "2026-05-01", "05-29 06-26 07-31", "the last is the fourth or the fifth"),
    ],
)
def test_dates(rhythm: Rhythm, after: str, expected: str, why: str) -> None:
    found = list(dates(rhythm, date.fromisoformat(after), 100))[:3]

    assert " ".join(f"{day:%m-%d}" for day in found) == expected, why


def as_rrule(rhythm: Rhythm, start: date) -> rrule:
    """The same, as RFC 5545 has it."""
    begin = datetime(start.year, start.month, start.day)  # noqa: DTZ001
    match rhythm:
        case Weekly(weekdays=weekdays, every=every, start=first):
            aligned = datetime(first.year, first.month, first.day)  # noqa: DTZ001
            return rrule(WEEKLY, dtstart=aligned, interval=every, byweekday=sorted(weekdays), wkst=MON)
        case MonthlyOnDate(day):
            return rrule(MONTHLY, dtstart=begin, bymonthday=[*range(28, day + 1)] or day, bysetpos=LAST)
        case MonthlyOnWeekday(nth, weekday):
            return rrule(MONTHLY, dtstart=begin, byweekday=on(weekday)(nth))
    return rrule(DAILY, dtstart=begin)


@given(RHYTHMS, DAYS)
def test_dates_are_those_of_rfc_5545(rhythm: Rhythm, after: date) -> None:
    rule = as_rrule(rhythm, after.replace(day=1))
    begin = datetime(after.year, after.month, after.day)  # noqa: DTZ001
    expected = [each.date() for each in rule.between(begin, begin + timedelta(days=401))]

    assert list(dates(rhythm, after, 400)) == expected


@given(RHYTHMS, DAYS)
def test_a_month_has_one_and_a_week_has_all_or_nothing(rhythm: Rhythm, day: date) -> None:
    if isinstance(rhythm, (MonthlyOnDate, MonthlyOnWeekday)):
        assert sum(map(rhythm.falls_on, days(day.replace(day=1), monthrange(day.year, day.month)[1]))) == 1
    if isinstance(rhythm, Weekly):
        week = list(days(day - day.weekday() * DAY, 7))
        assert {each.weekday() for each in week if rhythm.falls_on(each)} in (set(), set(rhythm.weekdays))
        in_turn = [rhythm.falls_on(week[min(rhythm.weekdays)] + n * 7 * DAY) for n in range(rhythm.every)]
        assert in_turn.count(True) == 1


@given(RHYTHMS, DAYS)
def test_each_date_has_days_of_its_own_to_move_to(rhythm: Rhythm, after: date) -> None:
    for earlier, later in pairwise(dates(rhythm, after, 400)):
        found = list(days_for(rhythm, later))

        assert found[0] == later
        assert all(later - 7 * DAY < day and earlier < day <= later for day in found)
        assert len(found) == (1 if isinstance(rhythm, WorkingDays) else min(7, (later - earlier).days))


@pytest.mark.parametrize(
    ("rhythm", "gap"),
    [
        (WorkingDays(), 1),
        (Weekly(MON), 7),
        (Weekly(MON, THU), 3),
        (Weekly(SUN, MON), 1),
        (Weekly(SUN, MON, every=2), 6),
        (Weekly(FRI, every=8), 56),
        (MonthlyOnDate(28), 28),
        (MonthlyOnDate(29), 29),
        (MonthlyOnDate(31), 28),
        (MonthlyOnWeekday(LAST, FRI), 28),
    ],
)
def test_shortest_gap(rhythm: Rhythm, gap: int) -> None:
    assert shortest_gap(rhythm) == gap * DAY


@given(RHYTHMS, DAYS)
def test_no_two_dates_are_nearer_than_the_shortest_gap(rhythm: Rhythm, after: date) -> None:
    gap = shortest_gap(rhythm)

    assert gap is not None
    assert all(later - earlier >= gap for earlier, later in pairwise(dates(rhythm, after, 400)))


@pytest.mark.parametrize(
    ("rhythm", "window", "expected"),
    [
        (Weekly(), None, [Flaw.NO_WEEKDAY]),
        (Weekly(), 9 * DAY, [Flaw.NO_WEEKDAY]),
        (Weekly(7), None, [Flaw.UNKNOWN_WEEKDAY]),
        (Weekly(MON, every=0), None, [Flaw.WEEKS]),
        (Weekly(MON, every=9), None, [Flaw.WEEKS]),
        (Weekly(every=-1), None, [Flaw.NO_WEEKDAY, Flaw.WEEKS]),
        (MonthlyOnDate(0), None, [Flaw.DATE]),
        (MonthlyOnDate(32), None, [Flaw.DATE]),
        (MonthlyOnWeekday(5, MON), None, [Flaw.NTH]),
        (MonthlyOnWeekday(0, 9), None, [Flaw.NTH, Flaw.UNKNOWN_WEEKDAY]),
        (WorkingDays(), DAY, []),
        (WorkingDays(), timedelta(hours=27), [Flaw.WINDOW]),
        (Weekly(MON, THU), 3 * DAY, []),
        (Weekly(MON, TUE), 3 * DAY, [Flaw.WINDOW]),
        (Weekly(MON), 7 * DAY, []),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_raised(
    rhythm: Rhythm, window: timedelta | None, expected: list[Flaw]
) -> None:
    assert flaws(rhythm, window) == expected
    assert all(flaw.sentence.endswith(".") for flaw in Flaw)


@pytest.mark.parametrize(
    "rhythm", [Weekly(), Weekly(7), Weekly(MON, every=0), MonthlyOnDate(0), MonthlyOnWeekday(5, 8)]
)
def test_a_flawed_rhythm_comes_to_an_end(rhythm: Rhythm) -> None:
    assert list(dates(rhythm, date(2026, 5, 4), 400)) == []
    assert shortest_gap(rhythm) is None


@given(RHYTHMS)
def test_what_is_kept_is_what_it_was(rhythm: Rhythm) -> None:
    assert flaws(rhythm) == []
    assert from_json(json.loads(json.dumps(to_json(rhythm)))) == rhythm


@given(st.integers(1, 8), st.integers(0, 6), DAYS, st.integers(-9, 9))
def test_the_same_weeks_from_another_start_are_equal(every: int, weekday: int, start: date, turns: int) -> None:
    other = start + turns * every * timedelta(weeks=1)

    assert Weekly(weekday, every=every, start=start) == Weekly(weekday, every=every, start=other)
    shifted = Weekly(weekday, every=every, start=start + timedelta(weeks=1))
    assert (shifted == Weekly(weekday, every=every, start=start)) is (every == 1)


@pytest.mark.parametrize("stored", [{}, {"kind": "lunar"}, {"kind": "weekly"}])
def test_json_of_another_kind_is_refused(stored: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="a kind that there isn't"):
        from_json(stored)
