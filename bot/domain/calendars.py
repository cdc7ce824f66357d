"""When a person works, and what their clocks show: the one place where local time becomes UTC."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.public_holidays import ENGLISH, Region

DAY = timedelta(days=1)
NOON = time(12)
MONDAY_TO_FRIDAY = frozenset(range(5))


def local_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first moment, in UTC, at which the clocks of `zone` show `at` on `day`, or later.

    A time that comes twice is its first coming; one that the clocks skip is the moment of their jump (design.md 2.1).
    Where they skip the whole of `day`, that is the beginning of the next date there is.
    """
    wall = datetime.combine(day, at)
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if _wall(moment, zone) == wall:
        return moment
    return _jump_over(wall, zone)


def has_date(day: date, zone: ZoneInfo) -> bool:
    """Whether the clocks of `zone` ever show `day`; Apia went from 29 to 31 December 2011."""
    noon = datetime.combine(day, NOON, zone).astimezone(UTC)
    return _wall(noon, zone).date() == day


def _jump_over(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clocks jump over `wall`; zones change at whole seconds.

    In a gap, fold=1 names a moment before the jump and fold=0 one after it (PEP 495).
    """
    second = wall.replace(microsecond=0, tzinfo=zone)
    before, behind = (second.replace(fold=fold).astimezone(UTC) for fold in (1, 0))
    gap = range(int((behind - before).total_seconds()) + 1)
    return before + timedelta(
        seconds=bisect_right(gap, wall, key=lambda seconds: _wall(before + timedelta(seconds=seconds), zone))
    )


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


@dataclass(frozen=True)
class Hours:
    """Working hours of one day, local, `end` excluded. A night shift over midnight is a ValueError."""

    start: time = time(9)
    end: time = time(17)

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError("working hours end after they start, on the same day")


class Off(StrEnum):
    """Why nobody is asked on a day."""

    WEEKDAY = "weekday"  # not one of their working days
    HOLIDAY = "holiday"
    AWAY = "away"
    PAUSED = "paused"  # they paused everything for themselves
    NO_SUCH_DATE = "no_such_date"  # the zone skips it
    ASKED = "asked"  # this check-in has asked them on that date already


class DayOff(NamedTuple):
    """A date, as the person's own clocks show it, and why nobody is asked on it."""

    day: date
    why: Off


@dataclass(frozen=True)
class Away:
    """Days on which somebody is away, the first and the last of them included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def is_possible(self) -> bool:
        """Whether it ends when it begins or later; one that doesn't has no days."""
        return self.first <= self.last


@dataclass(frozen=True)
class WorkCalendar:
    """Where and when a person works (design.md 2.8, "Working hours, working days").

    Weekdays count from 0, Monday. Days off are the public holidays of `region`, other `holidays`, days `away`, and
    everything from `paused_from` on, where the person paused Cairn. Calendars are compared by value: two people with
    equal ones are asked at the same moments.
    """

    zone: ZoneInfo
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: frozenset[date] = frozenset()
    hours: Hours = Hours()
    region: Region | None = None
    away: tuple[Away, ...] = ()
    paused_from: date | None = None

    def __post_init__(self) -> None:
        if not self.weekdays <= frozenset(range(7)):
            raise ValueError("weekdays are 0 (Monday) to 6")

    def date_at(self, moment: datetime) -> date:
        """The person's own date at `moment`."""
        return moment.astimezone(self.zone).date()

    def off(self, day: date) -> Off | None:
        """Why `day` isn't a working day; None where it is one. What would be off anyway comes before being away."""
        if day.weekday() not in self.weekdays:
            return Off.WEEKDAY
        if day in self.holidays or (self.region is not None and self.region.holiday(day) is not None):
            return Off.HOLIDAY
        for each in self.away:
            if day in each:
                return Off.AWAY
        if self.paused_from is not None and day >= self.paused_from:
            return Off.PAUSED
        return None

    def holiday_name(self, day: date, language: str = ENGLISH) -> str | None:
        """What the public holiday on `day` is called; None where it has no name, or is none."""
        return self.region.holiday(day, language) if self.region else None

    def works_on(self, day: date) -> bool:
        """Whether `day` is a working day."""
        return self.off(day) is None

    def works_at(self, moment: datetime) -> bool:
        """Whether `moment`, at any hour, falls on a working day."""
        return self.works_on(self.date_at(moment))

    def first_working_moment(self, begin: datetime, end: datetime) -> datetime | None:
        """The first moment in [begin, end) inside working hours of a working day, in UTC; None where there is none."""
        day = self.date_at(begin)
        while (moment := max(begin, local_moment(day, self.hours.start, self.zone))) < end:
            if moment < local_moment(day, self.hours.end, self.zone) and self.works_on(day):
                return moment
            day += DAY
        return None


@dataclass(frozen=True)
class Habits:
    """Working days, hours and country, as a person, a team or the workspace set them; None is not set."""

    weekdays: frozenset[int] | None = None
    region: Region | None = None
    hours: Hours | None = None


def calendar_of(
    zone: ZoneInfo,
    habits: Sequence[Habits],
    away: Iterable[Away] = (),
    paused_from: date | None = None,
) -> WorkCalendar:
    """A person's calendar. `habits`: their own, the asking team's, the workspace's; the first that says something wins.

    Where nobody says: Monday to Friday, 9:00 to 17:00, no public holidays (design.md 2.8).
    """
    return WorkCalendar(
        zone,
        next((each.weekdays for each in habits if each.weekdays is not None), MONDAY_TO_FRIDAY),
        hours=next((each.hours for each in habits if each.hours), Hours()),
        region=next((each.region for each in habits if each.region), None),
        away=tuple(sorted(away, key=lambda each: (each.first, each.last))),
        paused_from=paused_from,
    )


def window_end(opens: datetime, window: timedelta, zone: ZoneInfo) -> datetime:
    """When a window closes, in UTC: whole days are counted by the clocks of `zone`, the rest is exact.

    So three days from Friday 9:00 are Monday 9:00 though the clocks change, and ten hours are ten hours (RFC 5545,
    3.3.6). Where the clocks skip that time of day, or show it twice, it is as `local_moment` says.
    """
    whole, rest = divmod(window, DAY)
    if not whole:
        return opens + rest
    local = opens.astimezone(zone)
    return local_moment(local.date() + whole * DAY, local.time(), zone) + rest
