"""When a check-in asks whom: never before its local time, never on a day off, never twice (design.md 2.1).

A round has a *nominal* date, the same for everybody; a person's own moment follows from it and from their calendar.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.calendars import DAY, WorkCalendar, has_date, local_moment

GRACE = timedelta(hours=1)
"""A prompt this much behind its time is on time still: a fan-out at Slack's pace isn't late."""

HORIZON = timedelta(days=400)
"""How far ahead a next time is looked for: who doesn't work for a year is not asked."""


@dataclass(frozen=True)
class Weekly:
    """Every week on one weekday, 0 is Monday. Where that is off, the working day before it; a week off has none."""

    weekday: int

    def __post_init__(self) -> None:
        if self.weekday not in range(7):
            raise ValueError("a weekday is 0 (Monday) to 6")

    def nominal_dates(self, after: date) -> Iterator[date]:
        """The nominal dates strictly after `after`, without end."""
        return _every(7, after + timedelta(days=(self.weekday - after.weekday() - 1) % 7 + 1))

    def days_for(self, nominal: date) -> Iterator[date]:
        """The days on which `nominal` may be asked, best first, and all after the nominal date before it."""
        return (nominal - timedelta(days=days) for days in range(7))


@dataclass(frozen=True)
class WorkingDays:
    """Every day that is a working day of the person asked; days off have nothing instead."""

    def nominal_dates(self, after: date) -> Iterator[date]:
        """All dates strictly after `after`, without end: who works on them is up to each person's calendar."""
        return _every(1, after + DAY)

    def days_for(self, nominal: date) -> Iterator[date]:
        """The day itself."""
        return iter((nominal,))


Rhythm = Weekly | WorkingDays


@dataclass(frozen=True)
class Schedule:
    """On which dates a check-in asks, and when: `at` on the clocks of `zone`, the team's; None is each person's own."""

    rhythm: Rhythm
    at: time
    zone: ZoneInfo | None = None

    def zone_for(self, calendar: WorkCalendar) -> ZoneInfo:
        """The zone in which this person's dates and times are counted."""
        return self.zone or calendar.zone


class Upcoming(NamedTuple):
    """A nominal date and the moment, in UTC, at which it falls due."""

    nominal: date
    moment: datetime


def due(schedule: Schedule, nominal: date, calendar: WorkCalendar) -> datetime | None:
    """The moment, in UTC, at which one person is asked for the round of `nominal`; None where they are not.

    Moments of later nominal dates are strictly later, so that nobody is asked for two rounds at once. Days off are the
    person's own: what counts is the date that their clocks show at the moment, whatever it is in the team's zone or
    behind clocks that jump to midnight (Nuuk: Saturday 23:00 each spring). A date that the zone skips is a day off.
    """
    zone = schedule.zone_for(calendar)
    days = (day for day in schedule.rhythm.days_for(nominal) if has_date(day, zone))
    moments = (local_moment(day, schedule.at, zone) for day in days)
    return next(filter(calendar.works_at, moments), None)


def next_due(schedule: Schedule, calendar: WorkCalendar, after: datetime) -> Upcoming | None:
    """The first moment strictly after `after` at which this person is asked; None where there is none for a year."""
    # Moments only move back from their nominal date, so that no date before today has one left.
    yesterday = after.astimezone(schedule.zone_for(calendar)).date() - DAY
    return next((each for each in rounds(schedule, [calendar], yesterday) if each.moment > after), None)


def rounds(schedule: Schedule, calendars: Iterable[WorkCalendar], after: date) -> Iterator[Upcoming]:
    """The rounds of the nominal dates strictly after `after`, each with the moment of the first person it asks.

    Rounds that would ask nobody are left out. Equal calendars are worked out once: 10,000 people in 60 zones cost
    as much as 60.
    """
    distinct = frozenset(calendars)
    for nominal in takewhile(lambda nominal: nominal - after <= HORIZON, schedule.rhythm.nominal_dates(after)):
        moments = [moment for each in distinct if (moment := due(schedule, nominal, each))]
        if moments:
            yield Upcoming(nominal, min(moments))


def next_round(schedule: Schedule, calendars: Iterable[WorkCalendar], last: date) -> Upcoming | None:
    """The round after that of `last`, even where its moment has passed: after downtime every round is accounted for."""
    return next(rounds(schedule, calendars, last), None)


def first_round(
    schedule: Schedule, calendars: Iterable[WorkCalendar], now: datetime, last: date | None = None
) -> Upcoming | None:
    """The round with which a check-in starts, or goes on after a pause or an edit: the first that nobody is late for.

    `last` is the nominal date of the newest round there is: a nominal date never has two.
    """
    # Nowhere is it earlier than the day before UTC's.
    long_ago = now.astimezone(UTC).date() - 2 * DAY
    coming = rounds(schedule, calendars, max(last or long_ago, long_ago))
    return next((each for each in coming if each.moment > now), None)


def send_time(
    due: datetime, closes: datetime, now: datetime, calendar: WorkCalendar, grace: timedelta = GRACE
) -> datetime | None:
    """When, in UTC, a prompt that isn't sent yet goes out; None where it is skipped (design.md 2.1, "After downtime").

    Up to `grace` behind its time it goes at once, at whatever hour it was set for; later only in the person's working
    hours, the next of them inside its window [due, closes). On a day off never.
    """
    earliest = max(due, now)
    if earliest <= due + grace and calendar.works_at(earliest):
        return earliest if earliest < closes else None
    return calendar.first_working_moment(earliest, closes)


def _every(days: int, first: date) -> Iterator[date]:
    while True:
        yield first
        first += timedelta(days=days)
