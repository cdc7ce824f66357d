"""What holds of every rhythm, in every zone, through every change of the clocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendars import DAY, Hours, WorkCalendar
from bot.domain.rhythms import Rhythm, dates
from bot.domain.schedules import (
    GRACE,
    Schedule,
    Upcoming,
    due,
    first_round,
    next_due,
    occurrence,
    rounds,
    send_time,
)
from tests.domain.rhythms import MOVING, RHYTHMS
from tests.domain.zones import SECOND, ZONES, changes, wall

TIMES = st.one_of(
    st.sampled_from([time(0), time(2, 30), time(9), time(23, 30)]),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
SCHEDULES = st.builds(Schedule, RHYTHMS, TIMES, st.none() | st.sampled_from(ZONES))
WEEKDAYS = st.frozensets(st.integers(0, 6), min_size=1)


@dataclass(frozen=True)
class Case:
    """A person near a moment; in half of the cases their clocks are about to change."""

    calendar: WorkCalendar
    near: datetime


@st.composite
def cases(draw: st.DrawFn) -> Case:
    if draw(st.booleans()):
        change = draw(st.sampled_from(changes()))
        zone, near = change.zone, change.moment
    else:
        zone = draw(st.sampled_from(ZONES))
        near = draw(st.datetimes(datetime(1970, 1, 10), datetime(2037, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
    near += draw(st.timedeltas(-3 * DAY, 3 * DAY))
    days_off = draw(st.frozensets(st.integers(-10, 20), max_size=12))
    holidays = frozenset(near.date() + days * DAY for days in days_off)
    return Case(WorkCalendar(zone, draw(WEEKDAYS), holidays), near)


def chain(schedule: Schedule, case: Case, length: int) -> list[Upcoming]:
    """What comes next, and next after that."""
    found: list[Upcoming] = []
    after = case.near
    while len(found) < length and (upcoming := next_due(schedule, case.calendar, after)):
        found.append(upcoming)
        after = upcoming.moment
    return found


@given(SCHEDULES, cases())
@settings(deadline=None)
def test_each_nominal_date_is_asked_exactly_once_and_in_order(schedule: Schedule, case: Case) -> None:
    asked = chain(schedule, case, 4)

    assert asked
    for one, other in pairwise([Upcoming(date.min, case.near), *asked]):
        assert one.nominal < other.nominal
        assert one.moment < other.moment
    between = rounds(schedule, [case.calendar], asked[0].nominal)
    assert list(islice(between, len(asked) - 1)) == asked[1:]
    assert all(due(schedule, each.nominal, case.calendar) == each.moment for each in asked)


@given(SCHEDULES, cases())
@settings(deadline=None)
def test_never_before_its_local_time_and_never_on_a_day_off(schedule: Schedule, case: Case) -> None:
    zone = schedule.zone_for(case.calendar)
    for _, moment in chain(schedule, case, 3):
        shown, just_before = wall(moment, zone), wall(moment - SECOND, zone)
        jumped = shown - just_before != SECOND
        assert shown.time() == schedule.at or (jumped and just_before < datetime.combine(just_before, schedule.at))

        own_day = wall(moment, case.calendar.zone).date()
        assert own_day.weekday() in case.calendar.weekdays
        assert own_day not in case.calendar.holidays


@given(SCHEDULES, cases())
@settings(deadline=None)
def test_never_twice_on_one_date_of_theirs(schedule: Schedule, case: Case) -> None:
    own_dates = [case.calendar.date_at(moment) for _, moment in chain(schedule, case, 4)]

    assert all(one < other for one, other in pairwise(own_dates))


@given(MOVING, TIMES, cases())
@settings(deadline=None)
def test_a_day_moves_over_days_off_only(rhythm: Rhythm, at: time, case: Case) -> None:
    for nominal, moment in chain(Schedule(rhythm, at), case, 2):
        days_before = (nominal - case.calendar.date_at(moment)).days

        # A jump to midnight shows the next date: one less.
        assert -1 <= days_before < 7
        skipped = (nominal - days * DAY for days in range(days_before))
        assert not any(case.calendar.works_on(day) and at < time(23) for day in skipped)


@given(MOVING, cases())
@settings(deadline=None)
def test_it_is_dropped_only_where_every_day_since_the_last_is_off(rhythm: Rhythm, case: Case) -> None:
    schedule, before = Schedule(rhythm, time(9)), case.near.date() - 10 * DAY
    for earlier, nominal in pairwise(dates(rhythm, before, 100)):
        if due(schedule, nominal, case.calendar) is None:
            room = min(7, (nominal - earlier).days)
            assert not any(case.calendar.works_on(nominal - n * DAY) for n in range(room))


@given(SCHEDULES, st.lists(cases(), min_size=1, max_size=5))
@settings(deadline=None, max_examples=50)
def test_a_first_round_asks_nobody_before_it_opens_and_nobody_late(schedule: Schedule, people: list[Case]) -> None:
    now, calendars = people[0].near, [person.calendar for person in people]

    first = first_round(schedule, calendars, now)

    assert first is not None
    assert now < first.moment
    found = [occurrence(schedule, first.nominal, each) for each in calendars]
    assert first.moment == min(each.moment for each in found if each.moment and each.moment > now)
    assert all(each.is_moved for each in found if each.moment and each.moment <= now)
    upcoming = [next_due(schedule, each, now) for each in calendars]
    assert first.moment >= min(each.moment for each in upcoming if each)


@given(
    SCHEDULES,
    cases(),
    st.timedeltas(timedelta(minutes=10), 5 * DAY),
    st.timedeltas(-DAY, 6 * DAY),
    st.tuples(st.times(), st.times()).filter(lambda hours: hours[0] < hours[1]),
)
@settings(deadline=None, max_examples=200)
def test_what_is_sent_is_sent_inside_its_window_on_time_or_at_work(
    schedule: Schedule, case: Case, window: timedelta, late: timedelta, hours: tuple[time, time]
) -> None:
    calendar = WorkCalendar(case.calendar.zone, case.calendar.weekdays, case.calendar.holidays, Hours(*hours))
    for _, moment in chain(schedule, case, 1):
        now, closes = moment + late, moment + window
        sent = send_time(moment, closes, now, calendar)

        if sent is None:
            assert now >= min(closes, moment + GRACE) or not calendar.works_at(max(now, moment))
            assert not any(at_work(calendar, each) for each in every_quarter(max(now, moment), closes))
        else:
            assert max(moment, now) <= sent < closes
            assert calendar.works_at(sent)
            assert sent <= moment + GRACE or at_work(calendar, sent)
            assert not any(at_work(calendar, each) for each in every_quarter(max(now, moment), sent))


def at_work(calendar: WorkCalendar, moment: datetime) -> bool:
    local = wall(moment, calendar.zone)
    return calendar.works_at(moment) and calendar.hours.start <= local.time() < calendar.hours.end


def every_quarter(begin: datetime, end: datetime) -> Iterator[datetime]:
    quarter = timedelta(minutes=15)
    return (begin + n * quarter for n in range(max(0, -((begin - end) // quarter))) if begin + n * quarter < end)
