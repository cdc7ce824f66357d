"""What is simulated for one person is what rounds, opened one after another, give them: for a year, in every zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendars import Away, WorkCalendar
from bot.domain.checkins import Reason
from bot.domain.public_holidays import Region
from bot.domain.rhythms import WorkingDays
from bot.domain.schedules import Schedule, Upcoming, first_round, next_round, occurrence, send_time
from bot.domain.simulation import Span, expected
from tests.domain.rhythms import RHYTHMS
from tests.domain.zones import ZONES

WINDOW = timedelta(hours=27)
YEAR = timedelta(days=366)
CALENDARS = st.builds(
    WorkCalendar,
    st.sampled_from(ZONES),
    st.frozensets(st.integers(0, 6), min_size=1),
    region=st.sampled_from([None, Region("DE", "BY"), Region("US"), Region("JP")]),
    away=st.builds(
        lambda first, days: (Away(first, first + timedelta(days=days)),),
        st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        st.integers(0, 20),
    ),
)
NOWS = st.datetimes(datetime(2025, 12, 1), datetime(2026, 3, 31), timezones=st.just(UTC))  # noqa: DTZ001 - naive bounds


def as_ticks_go(
    schedule: Schedule, people: list[WorkCalendar], who: WorkCalendar, first: Upcoming, end: datetime
) -> Iterator[tuple[date, datetime]]:
    """Nominal dates and moments at which somebody is asked, round after round, each opened when it falls due."""
    round_: Upcoming | None = first
    while round_ is not None and round_.moment <= end:
        moment = occurrence(schedule, round_.nominal, who).moment
        if moment is not None and moment <= end:
            assert send_time(moment, moment + WINDOW, moment, who) == moment, "in time, it goes at once"
            yield round_.nominal, moment
        round_ = next_round(schedule, people, round_.nominal)


@settings(max_examples=60, deadline=None)
@given(
    st.builds(Schedule, RHYTHMS, st.times().map(lambda at: at.replace(second=0, microsecond=0))),
    st.lists(CALENDARS, min_size=1, max_size=3),
    NOWS,
)
def test_a_year_is_what_the_ticks_will_do(schedule: Schedule, people: list[WorkCalendar], now: datetime) -> None:
    first, end = first_round(schedule, people, now), now + YEAR
    if first is None:
        return
    for who in people:
        found = list(expected(schedule, who, first, WINDOW, Span(now, now, end)))

        sent = [(each.nominal, each.at) for each in found if each.reason is None]
        assert sent == list(as_ticks_go(schedule, people, who, first, end))
        assert {each.reason for each in found} <= {None, Reason.DAY_OFF}
        assert len({each.nominal for each in found}) == len(found), "no date twice"
        assert all(who.works_at(each.at) for each in found if each.reason is None), "never on a day off"


def test_the_span_may_begin_later() -> None:
    berlin = WorkCalendar(ZoneInfo("Europe/Berlin"))
    schedule, now = Schedule(WorkingDays(), time(9)), datetime(2026, 3, 2, 6, tzinfo=UTC)
    first = first_round(schedule, [berlin], now)
    assert first is not None
    march, april = datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)

    found = list(expected(schedule, berlin, first, WINDOW, Span(now, march, april)))

    assert [each.at.hour for each in found if each.reason is None] == [8, 7, 7], "the clocks change on the 29th"
    assert [each.nominal.day for each in found] == [27, 28, 29, 30, 31]


def test_after_downtime_the_round_that_is_overdue_goes_out_late_or_not_at_all() -> None:
    berlin = WorkCalendar(ZoneInfo("Europe/Berlin"))
    schedule = Schedule(WorkingDays(), time(9))
    due = datetime(2026, 3, 2, 8, tzinfo=UTC)
    first = Upcoming(date(2026, 3, 2), due)

    def at(now: datetime, window: timedelta) -> list[tuple[datetime, Reason | None]]:
        found = expected(schedule, berlin, first, window, Span(now, due, now + timedelta(hours=1)))
        return [(each.at, each.reason) for each in found]

    late = due + timedelta(hours=3)
    assert at(late, timedelta(hours=8)) == [(late, None)]
    assert at(late, timedelta(hours=2)) == [(due, Reason.DOWNTIME)]
