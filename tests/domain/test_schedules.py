from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calendars import DAY, Away, DayOff, Hours, Off, WorkCalendar, local_moment
from bot.domain.rhythms import Rhythm, Weekly, WorkingDays, dates
from bot.domain.schedules import (
    GRACE,
    Occurrence,
    Schedule,
    Upcoming,
    due,
    first_round,
    next_due,
    next_round,
    occurrence,
    rounds,
    send_time,
)
from tests.domain.zones import SECOND, ZONES

MONDAY = date(2026, 5, 4)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = (MONDAY + days * DAY for days in range(1, 7))
MONDAYS_AT_NINE = Schedule(Weekly(0), time(9))
WORKING_DAYS_AT_NINE = Schedule(WorkingDays(), time(9))
EVERY_DAY = frozenset(range(7))
BERLIN, NEW_YORK, TOKYO, TEL_AVIV = (
    WorkCalendar(ZoneInfo("Europe/Berlin")),
    WorkCalendar(ZoneInfo("America/New_York")),
    WorkCalendar(ZoneInfo("Asia/Tokyo")),
    WorkCalendar(ZoneInfo("Asia/Jerusalem"), weekdays=frozenset({6, 0, 1, 2, 3})),
)
NEVER = WorkCalendar(ZoneInfo("UTC"), weekdays=frozenset())


def utc(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def off(*days: date, weekdays: frozenset[int] = frozenset(range(5))) -> WorkCalendar:
    """Somebody in Berlin with these holidays."""
    return WorkCalendar(ZoneInfo("Europe/Berlin"), weekdays, frozenset(days))


# Which dates


@pytest.mark.parametrize(
    ("rhythm", "after", "expected"),
    [
        (Weekly(0), MONDAY - DAY, [MONDAY, MONDAY + 7 * DAY]),
        (Weekly(0), MONDAY, [MONDAY + 7 * DAY, MONDAY + 14 * DAY]),
        (Weekly(4), MONDAY, [FRIDAY, FRIDAY + 7 * DAY]),
        (WorkingDays(), FRIDAY, [SATURDAY, SUNDAY]),
    ],
)
def test_nominal_dates(rhythm: Rhythm, after: date, expected: list[date]) -> None:
    assert list(islice(dates(rhythm, after, 14), 2)) == expected


@pytest.mark.parametrize(
    ("schedule", "nominal", "calendar", "expected", "why"),
    [
        (MONDAYS_AT_NINE, MONDAY, BERLIN, "2026-05-04 07:00", "9:00 in Berlin"),
        (MONDAYS_AT_NINE, MONDAY, TOKYO, "2026-05-04 00:00", "9:00 in Tokyo"),
        (MONDAYS_AT_NINE, MONDAY, off(MONDAY), "2026-05-01 07:00", "a holiday: the Friday before it"),
        (MONDAYS_AT_NINE, MONDAY, off(MONDAY, FRIDAY - 7 * DAY), "2026-04-30 07:00", "a long weekend: Thursday"),
        (MONDAYS_AT_NINE, MONDAY, off(weekdays=frozenset({1})), "2026-04-28 07:00", "works on Tuesdays: the last one"),
        (MONDAYS_AT_NINE, MONDAY, NEVER, None, "never works"),
        (Schedule(Weekly(4), time(9)), FRIDAY, TEL_AVIV, "2026-05-07 06:00", "Friday is off there: Thursday"),
        (WORKING_DAYS_AT_NINE, FRIDAY, BERLIN, "2026-05-08 07:00", "a working day"),
        (WORKING_DAYS_AT_NINE, SATURDAY, BERLIN, None, "a weekend"),
        (WORKING_DAYS_AT_NINE, SUNDAY, TEL_AVIV, "2026-05-10 06:00", "Sunday is a working day there"),
        (WORKING_DAYS_AT_NINE, FRIDAY, off(FRIDAY), None, "a holiday"),
    ],
)
def test_when_somebody_is_asked(
    schedule: Schedule, nominal: date, calendar: WorkCalendar, expected: str | None, why: str
) -> None:
    assert due(schedule, nominal, calendar) == (utc(expected) if expected else None), why


def test_a_week_off_has_no_weekly_check_in_and_the_one_before_keeps_its_day() -> None:
    away = off(*(MONDAY + days * DAY for days in range(7)), weekdays=EVERY_DAY)
    sundays = Schedule(Weekly(6), time(9))

    assert due(sundays, SUNDAY - 7 * DAY, away) == utc("2026-05-03 07:00")
    assert due(sundays, SUNDAY, away) is None
    assert due(sundays, SUNDAY + 7 * DAY, away) == utc("2026-05-17 07:00")


def test_a_friday_that_the_zone_skips_is_a_day_off() -> None:
    apia, skipped = WorkCalendar(ZoneInfo("Pacific/Apia"), EVERY_DAY), date(2011, 12, 30)

    moved = due(Schedule(Weekly(4), time(9)), skipped, apia)

    assert moved == local_moment(date(2011, 12, 29), time(9), apia.zone)
    assert due(WORKING_DAYS_AT_NINE, skipped, apia) is None
    assert due(WORKING_DAYS_AT_NINE, skipped + DAY, apia) == local_moment(skipped + DAY, time(9), apia.zone)


def test_a_time_skipped_up_to_midnight_is_not_asked_on_the_day_off_behind_it() -> None:
    """In Nuuk Saturday ends at 23:00 in spring."""
    saturday, late = date(2026, 3, 28), time(23, 30)
    nuuk = WorkCalendar(ZoneInfo("America/Nuuk"), weekdays=EVERY_DAY - {6})
    no_day_off = WorkCalendar(ZoneInfo("America/Nuuk"), weekdays=EVERY_DAY)

    assert due(Schedule(Weekly(5), late), saturday, nuuk) == local_moment(date(2026, 3, 27), late, nuuk.zone)
    assert due(Schedule(WorkingDays(), late), saturday, nuuk) is None
    assert due(Schedule(WorkingDays(), late), saturday, no_day_off) == utc("2026-03-29 01:00")


@pytest.mark.parametrize(
    ("rhythm", "nominal", "expected", "why"),
    [
        (WorkingDays(), THURSDAY, "2026-05-07 15:00", "17:00 in Berlin is 0:00 on Friday in Tokyo"),
        (WorkingDays(), FRIDAY, None, "which would be Saturday in Tokyo"),
        (Weekly(4), FRIDAY, "2026-05-07 15:00", "so the weekly one moves to Thursday"),
        (WorkingDays(), SUNDAY, "2026-05-10 15:00", "which is Monday in Tokyo: five days a week there, too"),
    ],
)
def test_in_the_teams_zone_a_day_off_is_still_the_persons_own(
    rhythm: Rhythm, nominal: date, expected: str | None, why: str
) -> None:
    at_five_in_berlin = Schedule(rhythm, time(17), BERLIN.zone)

    assert due(at_five_in_berlin, nominal, TOKYO) == (utc(expected) if expected else None), why


def test_clocks_that_jump_to_midnight_do_not_ask_twice_on_the_date_behind_it() -> None:
    """In Nuuk Saturday's 23:30 is Sunday's 0:00, and Sunday has a 23:30 of its own."""
    nuuk, late = WorkCalendar(ZoneInfo("America/Nuuk"), weekdays=EVERY_DAY), Schedule(WorkingDays(), time(23, 30))
    sunday = date(2026, 3, 29)

    assert due(late, sunday - DAY, nuuk) == utc("2026-03-29 01:00")
    assert occurrence(late, sunday, nuuk) == Occurrence(sunday, None, (DayOff(sunday, Off.ASKED),))
    assert due(late, sunday + DAY, nuuk) is not None


def test_a_short_day_in_the_teams_zone_does_not_ask_twice_on_one_date_elsewhere() -> None:
    """Berlin's 16:10 is 0:10 in Tokyo in winter, and 23:10 of the same Sunday there in summer."""
    saturday, tokyo = date(2026, 3, 28), WorkCalendar(TOKYO.zone, weekdays=EVERY_DAY)
    berlins = Schedule(Weekly(5, 6), time(16, 10), BERLIN.zone)

    assert due(berlins, saturday, tokyo) == utc("2026-03-28 15:10")
    assert occurrence(berlins, saturday + DAY, tokyo).off == (DayOff(saturday + DAY, Off.ASKED),)
    assert due(Schedule(Weekly(6), time(16, 10), BERLIN.zone), saturday + DAY, tokyo) == utc("2026-03-29 14:10")


# What comes next


@pytest.mark.parametrize(
    ("schedule", "calendar", "after", "expected"),
    [
        (MONDAYS_AT_NINE, BERLIN, "2026-05-04 06:59:59", (MONDAY, "2026-05-04 07:00")),
        (MONDAYS_AT_NINE, BERLIN, "2026-05-04 07:00", (MONDAY + 7 * DAY, "2026-05-11 07:00")),
        (MONDAYS_AT_NINE, off(MONDAY), "2026-05-01 06:00", (MONDAY, "2026-05-01 07:00")),
        (MONDAYS_AT_NINE, off(MONDAY), "2026-05-01 07:00", (MONDAY + 7 * DAY, "2026-05-11 07:00")),
        (WORKING_DAYS_AT_NINE, BERLIN, "2026-05-08 07:00", (MONDAY + 7 * DAY, "2026-05-11 07:00")),
        (WORKING_DAYS_AT_NINE, TOKYO, "2026-05-03 23:59", (MONDAY, "2026-05-04 00:00")),
    ],
)
def test_next_due(schedule: Schedule, calendar: WorkCalendar, after: str, expected: tuple[date, str]) -> None:
    assert next_due(schedule, calendar, utc(after)) == Upcoming(expected[0], utc(expected[1]))


def test_next_due_counts_the_teams_dates_where_the_clocks_are_the_teams() -> None:
    at_five_in_new_york = Schedule(WorkingDays(), time(17), NEW_YORK.zone)

    # In Tokyo Tuesday has begun.
    assert next_due(at_five_in_new_york, TOKYO, utc("2026-05-04 20:00")) == Upcoming(MONDAY, utc("2026-05-04 21:00"))


@pytest.mark.parametrize("schedule", [MONDAYS_AT_NINE, WORKING_DAYS_AT_NINE])
def test_who_never_works_is_never_asked(schedule: Schedule) -> None:
    assert next_due(schedule, NEVER, utc("2026-05-04 07:00")) is None
    assert next_round(schedule, [NEVER], MONDAY) is None


def test_a_round_opens_for_the_first_person_it_asks() -> None:
    assert next_round(MONDAYS_AT_NINE, [NEW_YORK, BERLIN, TOKYO], MONDAY) == Upcoming(
        MONDAY + 7 * DAY, utc("2026-05-11 00:00")
    )


def test_a_round_opens_early_for_somebody_whose_day_moved() -> None:
    assert next_round(MONDAYS_AT_NINE, [BERLIN, off(MONDAY)], MONDAY - DAY) == Upcoming(MONDAY, utc("2026-05-01 07:00"))


def test_a_date_on_which_nobody_works_has_no_round() -> None:
    assert [each.nominal for each in islice(rounds(WORKING_DAYS_AT_NINE, [BERLIN, TOKYO], FRIDAY), 2)] == [
        MONDAY + 7 * DAY,
        TUESDAY + 7 * DAY,
    ]
    assert next(rounds(WORKING_DAYS_AT_NINE, [BERLIN, TEL_AVIV], FRIDAY)).nominal == SUNDAY


@pytest.mark.parametrize(
    ("now", "nominal", "why"),
    [
        ("2026-05-03 23:59", MONDAY, "before Tokyo's nine o'clock"),
        ("2026-05-04 00:00", MONDAY + 7 * DAY, "Tokyo would be late"),
        (
            "2026-05-04 12:59",
            MONDAY + 7 * DAY,
            "New York's nine o'clock is still to come, but the others would be late",
        ),
    ],
)
def test_a_check_in_starts_with_a_round_that_nobody_is_late_for(now: str, nominal: date, why: str) -> None:
    first = first_round(MONDAYS_AT_NINE, [NEW_YORK, BERLIN, TOKYO], utc(now))

    assert first is not None
    assert first.nominal == nominal, why


def test_a_check_in_starts_on_the_same_day_wherever_that_is() -> None:
    last_on_earth = WorkCalendar(ZoneInfo("Etc/GMT+12"))
    first_on_earth = WorkCalendar(ZoneInfo("Pacific/Kiritimati"))
    evenings = Schedule(WorkingDays(), time(20))

    assert first_round(evenings, [last_on_earth], utc("2026-05-09 07:59")) == Upcoming(FRIDAY, utc("2026-05-09 08:00"))
    assert first_round(evenings, [first_on_earth], utc("2026-05-04 05:59")) == Upcoming(MONDAY, utc("2026-05-04 06:00"))


def test_a_check_in_goes_on_after_its_last_round() -> None:
    early_on_monday = utc("2026-05-04 05:00")

    assert first_round(MONDAYS_AT_NINE, [BERLIN], early_on_monday, last=MONDAY) == Upcoming(
        MONDAY + 7 * DAY, utc("2026-05-11 07:00")
    )


def test_who_is_away_since_today_costs_nobody_else_their_round() -> None:
    sunday, monday = datetime(2026, 11, 22, 12, tzinfo=UTC), date(2026, 11, 23)
    here = WorkCalendar(ZoneInfo("Europe/Berlin"))
    away = replace(here, away=(Away(monday, monday),))

    first = first_round(Schedule(Weekly(0), time(9)), [here, away], sunday)

    assert first == (monday, datetime(2026, 11, 23, 8, tzinfo=UTC))


def test_rounds_that_fell_due_during_downtime_are_still_there() -> None:
    assert next_round(MONDAYS_AT_NINE, [BERLIN], MONDAY - 70 * DAY) == Upcoming(
        MONDAY - 63 * DAY, utc("2026-03-02 08:00")
    )


def test_a_team_without_members_has_no_round() -> None:
    assert first_round(MONDAYS_AT_NINE, [], utc("2026-05-04 00:00")) is None


@dataclass(frozen=True)
class CountingCalendar(WorkCalendar):
    looked_at: list[date] = field(default_factory=list, compare=False)

    def off(self, day: date) -> Off | None:
        self.looked_at.append(day)
        return super().off(day)


def test_ten_thousand_people_cost_as_much_as_their_zones() -> None:
    looked_at: list[date] = []
    everybody = [CountingCalendar(zone, holidays=frozenset({MONDAY}), looked_at=looked_at) for zone in ZONES[:60] * 167]

    first = next_round(WORKING_DAYS_AT_NINE, everybody, FRIDAY - 7 * DAY)

    assert len(everybody) > 10_000
    assert first is not None
    assert first.nominal == TUESDAY
    assert len(looked_at) == 60 * 4


# Sending


MONDAY_AT_NINE, TUESDAY_NOON = utc("2026-05-04 07:00"), utc("2026-05-05 10:00")


@pytest.mark.parametrize(
    ("now", "expected", "why"),
    [
        ("2026-05-04 06:00", "2026-05-04 07:00", "never before its time"),
        ("2026-05-04 07:00", "2026-05-04 07:00", "on time"),
        ("2026-05-04 08:00", "2026-05-04 08:00", "a fan-out at Slack's pace isn't late"),
        ("2026-05-04 11:30", "2026-05-04 11:30", "late, but at work"),
        ("2026-05-04 15:00", "2026-05-05 07:00", "17:00: tomorrow at nine"),
        ("2026-05-05 05:00", "2026-05-05 07:00", "7:00: at nine"),
        ("2026-05-05 09:59", "2026-05-05 09:59", "the last minute of the window"),
        ("2026-05-05 10:00", None, "the window is closed"),
        ("2026-05-09 07:00", None, "long closed"),
    ],
)
def test_after_downtime_the_next_working_hour_inside_the_window(now: str, expected: str | None, why: str) -> None:
    sent = send_time(MONDAY_AT_NINE, TUESDAY_NOON, utc(now), BERLIN)

    assert sent == (utc(expected) if expected else None), why


def test_an_evening_check_in_is_on_time_in_the_evening_and_skipped_when_late() -> None:
    evening, night = utc("2026-05-04 18:00"), utc("2026-05-05 06:00")

    assert send_time(evening, night, evening + GRACE, BERLIN) == evening + GRACE
    assert send_time(evening, night, evening + GRACE + SECOND, BERLIN) is None


def test_on_time_but_closed_is_skipped() -> None:
    assert send_time(MONDAY_AT_NINE, MONDAY_AT_NINE + GRACE / 2, MONDAY_AT_NINE + GRACE / 2, BERLIN) is None


def test_grace_does_not_reach_into_a_day_off() -> None:
    friday_night, monday = utc("2026-05-08 21:30"), utc("2026-05-11 20:00")

    assert send_time(friday_night, monday, utc("2026-05-08 22:10"), BERLIN) == utc("2026-05-11 07:00")


def test_a_day_off_that_was_not_known_when_the_round_opened() -> None:
    assert send_time(MONDAY_AT_NINE, TUESDAY_NOON, MONDAY_AT_NINE, off(MONDAY)) == utc("2026-05-05 07:00")


def test_own_working_hours_count() -> None:
    afternoons = WorkCalendar(BERLIN.zone, hours=Hours(time(13), time(20)))

    assert send_time(MONDAY_AT_NINE, TUESDAY_NOON, utc("2026-05-04 09:00"), afternoons) == utc("2026-05-04 11:00")
    assert send_time(MONDAY_AT_NINE, TUESDAY_NOON, utc("2026-05-04 18:00"), afternoons) is None
