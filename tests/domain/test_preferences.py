"""When criticism may reach somebody: in their window, on their clocks, on none of their days off."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendars import Away, Hours, WorkCalendar
from bot.domain.preferences import HORIZON, USUAL, Preferences, is_inside, next_moment, window
from bot.domain.public_holidays import Region
from tests.house import BERLIN

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Nuuk", "Pacific/Apia", "Asia/Kathmandu")
START = datetime(2026, 1, 1, tzinfo=UTC)
TUESDAY_AFTERNOON = Preferences(weekdays=frozenset({1}), hours=Hours(time(14), time(16)))

moments = st.integers(0, 730 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
hours = st.tuples(st.integers(0, 22), st.integers(1, 23)).map(
    lambda pair: Hours(time(min(pair[0], pair[1] - 1)), time(pair[1]))
)
weekdays = st.frozensets(st.integers(0, 6), min_size=1)
cards = st.builds(Preferences, weekdays=st.none() | weekdays, hours=st.none() | hours)
calendars = st.builds(
    WorkCalendar,
    st.sampled_from(ZONES).map(ZoneInfo),
    weekdays,
    hours=hours,
    away=st.lists(
        st.tuples(st.dates(date(2026, 1, 1), date(2027, 12, 1)), st.integers(0, 40)).map(
            lambda pair: Away(pair[0], pair[0] + timedelta(days=pair[1]))
        ),
        max_size=3,
    ).map(tuple),
)


def berlin(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


def test_who_said_nothing_gets_it_while_they_work() -> None:
    opens = window(USUAL, WorkCalendar(BERLIN))

    assert next_moment(opens, berlin(27, 16, 59)) == berlin(27, 16, 59)
    assert next_moment(opens, berlin(27, 17)) == berlin(30, 9)


def test_a_window_that_somebody_chose_begins_on_its_day_and_hour() -> None:
    opens = window(TUESDAY_AFTERNOON, WorkCalendar(BERLIN))

    assert next_moment(opens, berlin(24, 13, 59)) == berlin(24, 14)
    assert next_moment(opens, berlin(24, 15, 59)) == berlin(24, 15, 59)
    assert next_moment(opens, berlin(24, 16)) == berlin(1, 14, month=12)


def test_holidays_and_days_away_are_passed_over() -> None:
    calendar = WorkCalendar(BERLIN, region=Region("DE", None), away=(Away(date(2026, 12, 24), date(2027, 1, 4)),))
    fridays = window(Preferences(weekdays=frozenset({4})), calendar)

    assert next_moment(fridays, berlin(24, 9, month=12)) == datetime(2027, 1, 8, 9, tzinfo=BERLIN)


def test_days_on_which_nobody_works_any_more_are_no_days() -> None:
    tuesdays_off = WorkCalendar(BERLIN, frozenset({0, 3}))

    assert window(TUESDAY_AFTERNOON, tuesdays_off).weekdays == {0, 3}


def test_who_never_works_is_looked_at_again() -> None:
    away = WorkCalendar(BERLIN, away=(Away(date(2026, 1, 1), date(2029, 1, 1)),))

    assert next_moment(window(USUAL, away), berlin(24, 9)) == berlin(24, 9) + HORIZON


@given(cards, calendars, moments)
@settings(max_examples=150)
def test_it_reaches_nobody_outside_of_their_window(card: Preferences, calendar: WorkCalendar, after: datetime) -> None:
    opens = window(card, calendar)
    found = next_moment(opens, after)
    local = found.astimezone(calendar.zone)

    assert found >= after
    if found < after + HORIZON:
        assert is_inside(opens, found)
        assert calendar.works_on(local.date())
        assert local.time() < opens.hours.end


@given(cards, calendars, moments, st.floats(0, 1))
@settings(max_examples=150)
def test_no_moment_before_it_would_have_done(
    card: Preferences, calendar: WorkCalendar, after: datetime, share: float
) -> None:
    opens = window(card, calendar)
    found = next_moment(opens, after)
    before = after + (found - after) * share

    assert before >= found or not is_inside(opens, before)
