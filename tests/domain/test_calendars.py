from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calendars import (
    DAY,
    MONDAY_TO_FRIDAY,
    Away,
    Habits,
    Hours,
    Off,
    WorkCalendar,
    calendar_of,
    has_date,
    local_moment,
    window_end,
)
from bot.domain.public_holidays import Region
from tests.domain.zones import SECOND, Change, changes, wall

MONDAY = date(2026, 5, 4)
TIMES = [time(hour, minute) for hour in (0, 1, 2, 3, 22, 23) for minute in (0, 30)] + [time(9), time(23, 59)]


def utc(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected", "why"),
    [
        ("Europe/Berlin", "2026-05-04", "09:00", "2026-05-04 07:00", "an ordinary day"),
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29 01:00", "2:30 is skipped: 3:00"),
        ("Europe/Berlin", "2026-03-29", "02:00", "2026-03-29 01:00", "the first minute that is skipped"),
        ("Europe/Berlin", "2026-03-29", "03:00", "2026-03-29 01:00", "the first minute that isn't"),
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25 00:30", "2:30 comes twice: the first"),
        ("Europe/Berlin", "2026-10-25", "03:00", "2026-10-25 02:00", "once the hour is over for good"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01 05:30", "twice, west of Greenwich"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03 15:30", "half an hour is skipped"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04 14:45", "half an hour comes twice"),
        ("Asia/Kathmandu", "2026-05-04", "09:00", "2026-05-04 03:15", "UTC+5:45"),
        ("Pacific/Kiritimati", "2026-05-04", "09:00", "2026-05-03 19:00", "UTC+14, the first on Earth"),
        ("Etc/GMT+12", "2026-05-04", "09:00", "2026-05-04 21:00", "UTC-12, the last on Earth"),
        ("America/Santiago", "2025-09-07", "00:00", "2025-09-07 04:00", "the day has no midnight: 1:00"),
        ("Africa/Cairo", "2025-04-25", "00:30", "2025-04-24 22:00", "nor here"),
        ("Asia/Beirut", "2025-03-30", "00:00", "2025-03-29 22:00", "nor here"),
        ("Africa/Cairo", "2025-10-30", "23:30", "2025-10-30 20:30", "the last hour of the day comes twice"),
        ("America/Nuuk", "2026-03-28", "23:30", "2026-03-29 01:00", "the last hour is skipped: 0:00 of the next day"),
        ("Pacific/Apia", "2011-12-30", "09:00", "2011-12-30 10:00", "the whole day is skipped: 0:00 of the 31st"),
        ("Pacific/Apia", "2011-12-31", "00:00", "2011-12-30 10:00", "which is where the 31st begins"),
        ("Pacific/Kwajalein", "1993-08-21", "09:00", "1993-08-21 12:00", "a whole day, too"),
        ("Pacific/Kiritimati", "1979-10-01", "00:20", "1979-10-01 10:40", "forty minutes are skipped"),
    ],
)
def test_a_local_time_is_one_moment(zone: str, day: str, at: str, expected: str, why: str) -> None:
    assert local_moment(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone)) == utc(expected), why


def test_seconds_and_less_survive() -> None:
    berlin, odd = ZoneInfo("Europe/Berlin"), time(2, 30, 15, 250)

    assert local_moment(MONDAY, odd, berlin) == utc("2026-05-04 00:30:15.000250")
    assert local_moment(date(2026, 3, 29), odd, berlin) == utc("2026-03-29 01:00")


def test_in_every_zone_on_every_day_of_a_change_it_is_the_first_moment_that_is_late_enough() -> None:
    assert len(changes()) > 1000
    assert {change.new > change.old for change in changes()} == {True, False}
    for change in changes():
        for day in change.days:
            for at in TIMES:
                assert_first_moment(change, datetime.combine(day, at))


def assert_first_moment(change: Change, asked: datetime) -> None:
    """Clocks stand highest right before a moment, or before they are set back: what holds there holds everywhere."""
    zone = change.zone
    moment = local_moment(asked.date(), asked.time(), zone)
    case = f"{zone.key} {asked} -> {moment}"

    skipped = change.wall_before <= asked < change.wall_after
    assert wall(moment, zone) == (change.wall_after if skipped else asked), case
    assert wall(moment - SECOND, zone) < asked, case
    assert change.moment > moment or wall(change.moment - SECOND, zone) < asked, case


BERLIN = WorkCalendar(ZoneInfo("Europe/Berlin"), holidays=frozenset({date(2026, 5, 14)}))


@pytest.mark.parametrize(
    ("day", "works"),
    [("2026-05-13", True), ("2026-05-14", False), ("2026-05-15", True), ("2026-05-16", False), ("2026-05-17", False)],
)
def test_holidays_and_weekends_are_off(day: str, works: bool) -> None:
    assert BERLIN.works_on(date.fromisoformat(day)) is works


def test_some_zones_skipped_a_date() -> None:
    apia, auckland, friday = ZoneInfo("Pacific/Apia"), ZoneInfo("Pacific/Auckland"), date(2011, 12, 30)

    assert [has_date(friday + days * DAY, apia) for days in (-1, 0, 1)] == [True, False, True]
    assert has_date(friday, auckland)


def test_no_change_of_clocks_hides_a_date_nowadays() -> None:
    assert all(has_date(day, change.zone) for change in changes() for day in change.days)


def test_the_day_is_the_persons_own() -> None:
    sunday_night_in_berlin = utc("2026-05-03 21:00")

    assert not BERLIN.works_at(sunday_night_in_berlin)
    assert WorkCalendar(ZoneInfo("Asia/Tokyo")).works_at(sunday_night_in_berlin)


@pytest.mark.parametrize(
    ("begin", "end", "expected", "why"),
    [
        ("2026-05-04 10:00", "2026-05-05 10:00", "2026-05-04 10:00", "at work already"),
        ("2026-05-04 05:00", "2026-05-05 10:00", "2026-05-04 07:00", "before work: 9:00 in Berlin"),
        ("2026-05-04 07:00", "2026-05-05 10:00", "2026-05-04 07:00", "9:00 sharp"),
        ("2026-05-04 15:00", "2026-05-05 10:00", "2026-05-05 07:00", "17:00 sharp is over"),
        ("2026-05-13 16:00", "2026-05-20 10:00", "2026-05-15 07:00", "Ascension Day is off"),
        ("2026-05-15 16:00", "2026-05-18 10:00", "2026-05-18 07:00", "the weekend is off"),
        ("2026-05-04 16:00", "2026-05-05 07:00", None, "closed when the day begins"),
        ("2026-05-04 10:00", "2026-05-04 10:00", None, "an empty span"),
    ],
)
def test_the_next_working_hour(begin: str, end: str, expected: str | None, why: str) -> None:
    found = BERLIN.first_working_moment(utc(begin), utc(end))

    assert found == (utc(expected) if expected else None), why


def test_no_working_hour_on_a_day_that_a_zone_skips() -> None:
    apia = WorkCalendar(ZoneInfo("Pacific/Apia"), weekdays=frozenset(range(7)))
    thursday_evening = local_moment(date(2011, 12, 29), time(18), apia.zone)

    found = apia.first_working_moment(thursday_evening, thursday_evening + timedelta(days=2))

    assert found == local_moment(date(2011, 12, 31), time(9), apia.zone)


@pytest.mark.parametrize(("start", "end"), [(time(17), time(9)), (time(9), time(9))])
def test_hours_end_after_they_start(start: time, end: time) -> None:
    with pytest.raises(ValueError, match="end after they start"):
        Hours(start, end)


def test_a_calendar_knows_seven_weekdays() -> None:
    with pytest.raises(ValueError, match="0 \\(Monday\\) to 6"):
        WorkCalendar(ZoneInfo("UTC"), weekdays=frozenset({7}))


# Why a day is off

BO = WorkCalendar(
    ZoneInfo("Europe/Berlin"),
    holidays=frozenset({date(2026, 12, 24)}),
    region=Region("DE", "BY"),
    away=(Away(date(2026, 5, 18), date(2026, 5, 26)), Away(date(2026, 8, 3), date(2026, 8, 3))),
    paused_from=date(2027, 1, 4),
)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-05-15", None),
        ("2026-05-16", Off.WEEKDAY),
        ("2026-05-18", Off.AWAY),
        ("2026-05-23", Off.WEEKDAY),
        ("2026-05-25", Off.HOLIDAY),
        ("2026-05-26", Off.AWAY),
        ("2026-05-27", None),
        ("2026-08-03", Off.AWAY),
        ("2026-08-04", None),
        ("2026-01-06", Off.HOLIDAY),
        ("2026-12-24", Off.HOLIDAY),
        ("2027-01-01", Off.HOLIDAY),
        ("2027-01-04", Off.PAUSED),
        ("2030-06-03", Off.PAUSED),
    ],
)
def test_a_day_is_off_for_a_reason(day: str, why: Off | None) -> None:
    assert BO.off(date.fromisoformat(day)) == why
    assert BO.works_on(date.fromisoformat(day)) is (why is None)


def test_a_holiday_is_called_by_its_name_where_it_has_one() -> None:
    assert BO.holiday_name(date(2026, 1, 6)) == "Epiphany"
    assert BO.holiday_name(date(2026, 1, 6), "de_DE") == "Heilige Drei Könige"
    assert BO.holiday_name(date(2026, 12, 24)) is None
    assert BERLIN.holiday_name(date(2026, 5, 14)) is None


def test_days_away_in_the_wrong_order_are_none() -> None:
    backwards = Away(MONDAY, MONDAY - DAY)

    assert not backwards.is_possible
    assert Away(MONDAY, MONDAY).is_possible
    assert MONDAY not in backwards
    assert MONDAY - DAY not in backwards


# Whose settings count

FOUR_DAYS, SUNDAYS, LONG_DAYS = frozenset({0, 1, 2, 3}), frozenset({6, 0, 1, 2, 3}), Hours(time(7), time(19))


@pytest.mark.parametrize(
    ("own", "team", "workspace", "expected", "why"),
    [
        (Habits(), Habits(), Habits(), (MONDAY_TO_FRIDAY, None, Hours()), "nobody says"),
        (Habits(), Habits(), Habits(SUNDAYS, Region("IL")), (SUNDAYS, Region("IL"), Hours()), "the workspace"),
        (
            Habits(),
            Habits(region=Region("DE")),
            Habits(SUNDAYS, Region("IL")),
            (SUNDAYS, Region("DE"), Hours()),
            "the team, as far as it says",
        ),
        (
            Habits(FOUR_DAYS, hours=LONG_DAYS),
            Habits(MONDAY_TO_FRIDAY, Region("DE")),
            Habits(SUNDAYS, Region("IL"), Hours()),
            (FOUR_DAYS, Region("DE"), LONG_DAYS),
            "the person first",
        ),
        (Habits(frozenset()), Habits(SUNDAYS), Habits(), (frozenset(), None, Hours()), "no working day at all"),
        (
            Habits(region=Region("DE")),
            Habits(region=Region("US", "CA")),
            Habits(),
            (MONDAY_TO_FRIDAY, Region("DE"), Hours()),
            "a country without another country's state",
        ),
    ],
)
def test_the_persons_else_the_teams_else_the_workspaces(
    own: Habits,
    team: Habits,
    workspace: Habits,
    expected: tuple[frozenset[int], Region | None, Hours],
    why: str,
) -> None:
    found = calendar_of(BERLIN.zone, [own, team, workspace])

    assert (found.weekdays, found.region, found.hours) == expected, why


def test_equal_people_have_equal_calendars() -> None:
    first, second = Away(MONDAY, MONDAY + DAY), Away(MONDAY + 7 * DAY, MONDAY + 8 * DAY)

    assert calendar_of(BERLIN.zone, [], [first, second]) == calendar_of(BERLIN.zone, [Habits()], [second, first])


# Windows


@pytest.mark.parametrize(
    ("zone", "opens", "hours", "closes", "why"),
    [
        ("Europe/Berlin", "2026-05-04 07:00", 27, "2026-05-05 10:00", "noon the day after"),
        ("Europe/Berlin", "2026-05-04 20:00", 10, "2026-05-05 06:00", "22:00 to 8:00"),
        ("Europe/Berlin", "2026-03-28 21:00", 10, "2026-03-29 07:00", "ten hours, though the clocks go forward"),
        ("Europe/Berlin", "2026-10-24 20:00", 10, "2026-10-25 06:00", "ten hours, though they go back"),
        ("Europe/Berlin", "2026-03-28 22:30", 3, "2026-03-29 01:30", "23:30 and three hours: 3:30"),
        ("Europe/Berlin", "2026-10-24 21:30", 3, "2026-10-25 00:30", "23:30 and three hours: the first 2:30"),
        ("Europe/Berlin", "2026-10-24 21:30", 4, "2026-10-25 01:30", "and four: the second"),
        ("Europe/Berlin", "2026-03-27 08:00", 72, "2026-03-30 07:00", "Friday 9:00 to Monday 9:00 over a short Sunday"),
        ("Europe/Berlin", "2026-10-23 07:00", 72, "2026-10-26 08:00", "and over a long one"),
        ("Europe/Berlin", "2026-03-28 01:30", 24, "2026-03-29 01:00", "until 2:30, which is skipped: 3:00"),
        ("Europe/Berlin", "2026-10-24 00:30", 24, "2026-10-25 00:30", "until 2:30, which comes twice: the first"),
        ("Europe/Berlin", "2026-10-25 01:30", 24, "2026-10-26 01:30", "from the second 2:30"),
        ("America/Santiago", "2026-09-05 04:00", 24, "2026-09-06 04:00", "until midnight, which is skipped: 1:00"),
        ("Pacific/Apia", "2011-12-29 19:00", 24, "2011-12-30 10:00", "until a day that is skipped: its end"),
    ],
)
def test_a_window_is_days_by_the_clocks_and_hours_by_the_watch(
    zone: str, opens: str, hours: int, closes: str, why: str
) -> None:
    assert window_end(utc(opens), timedelta(hours=hours), ZoneInfo(zone)) == utc(closes), why


def test_a_window_has_its_length_whenever_the_clocks_change() -> None:
    for change, hours in product(changes(), (2, 10, 24, 27, 72)):
        opens, window = change.moment - timedelta(hours=7), timedelta(hours=hours)
        closes = window_end(opens, window, change.zone)
        jump = abs(change.new - change.old)

        assert closes - opens == window if hours < 24 else abs(closes - opens - window) <= jump
        if hours == 72:
            assert wall(closes, change.zone).time() == wall(opens, change.zone).time() or jump > timedelta(hours=3)
