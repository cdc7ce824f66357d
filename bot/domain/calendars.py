"""When a person works, and what their clocks show: the one place where local time becomes UTC."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

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


@dataclass(frozen=True)
class WorkCalendar:
    """Where and when a person works (design.md 2.8, "Working hours, working days").

    Weekdays count from 0, Monday. Public holidays and days away both belong in `holidays`. Calendars are compared by
    value: two people with equal ones are asked at the same moments.
    """

    zone: ZoneInfo
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: frozenset[date] = frozenset()
    hours: Hours = Hours()

    def __post_init__(self) -> None:
        if not self.weekdays <= frozenset(range(7)):
            raise ValueError("weekdays are 0 (Monday) to 6")

    def date_at(self, moment: datetime) -> date:
        """The person's own date at `moment`."""
        return moment.astimezone(self.zone).date()

    def works_on(self, day: date) -> bool:
        """Whether `day` is a working day."""
        return day.weekday() in self.weekdays and day not in self.holidays

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
