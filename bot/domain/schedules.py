"""When a check-in asks whom: never before its local time, never on a day off, never twice (design.md 2.1).

A round has a *nominal* date, the same for everybody; a person's own moment follows from it and from their calendar.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.calendars import DAY, DayOff, Off, WorkCalendar, has_date, local_moment
from bot.domain.rhythms import WEEK, Rhythm, WorkingDays, dates, days_for

GRACE = timedelta(hours=1)
"""A prompt this much behind its time is on time still: a fan-out at Slack's pace isn't late."""

HORIZON = timedelta(days=400)
"""How far ahead a next time is looked for: who doesn't work for a year is not asked."""

AT_ONCE = timedelta(days=1)
"""Who has no working hour for so long after "ask now" isn't asked."""

PREVIEW = 14
"""Days that leads see before they switch a check-in on."""


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


class Occurrence(NamedTuple):
    """What becomes of one nominal date for one person. `moment`, in UTC, is None where they are skipped.

    `off` says what each day was, best first, on which they couldn't be asked: the nominal date, and those before it.
    """

    nominal: date
    moment: datetime | None
    off: tuple[DayOff, ...] = ()

    @property
    def is_moved(self) -> bool:
        """Whether they are asked, on a day before the nominal date."""
        return self.moment is not None and bool(self.off)


def occurrence(schedule: Schedule, nominal: date, calendar: WorkCalendar) -> Occurrence:
    """When one person is asked for the round of `nominal`, and why not on that day or not at all.

    All but working days move to the working day before, no further than six days and not to the nominal date before;
    a pause isn't a day off, and nothing is asked before it instead.
    Moments of later nominal dates are strictly later, and on later dates: nobody is asked for two rounds on one day.
    Days off are the person's own: what counts is the date that their clocks show at the moment, whatever it is in the
    team's zone or behind clocks that jump to midnight (Nuuk: Saturday 23:00 each spring). A date that the zone skips
    is a day off.
    """
    passed: list[DayOff] = []
    for day in days_for(schedule.rhythm, nominal):
        moment, off = _ask_on(schedule, day, calendar)
        if off is None:
            return Occurrence(nominal, moment, tuple(passed))
        passed.append(off)
        if off.why is Off.PAUSED:
            break
    return Occurrence(nominal, None, tuple(passed))


def _ask_on(schedule: Schedule, day: date, calendar: WorkCalendar) -> tuple[datetime, DayOff | None]:
    moment, own_day = _moment_on(schedule, day, calendar)
    if own_day != day and not has_date(day, schedule.zone_for(calendar)):
        return moment, DayOff(day, Off.NO_SUCH_DATE)
    why = calendar.off(own_day)
    if why is None and _asked_already(schedule, day, own_day, calendar):
        why = Off.ASKED
    return moment, None if why is None else DayOff(own_day, why)


def _asked_already(schedule: Schedule, day: date, own_day: date, calendar: WorkCalendar) -> bool:
    """Whether the nominal date before was asked on the same date of the person's.

    Clocks that jump forward leave less than 24 hours between two days, and in another zone both may be one date.
    """
    before = day - DAY
    if not schedule.rhythm.falls_on(before) or _moment_on(schedule, before, calendar)[1] != own_day:
        return False
    return has_date(before, schedule.zone_for(calendar))


def _moment_on(schedule: Schedule, day: date, calendar: WorkCalendar) -> tuple[datetime, date]:
    """The moment, in UTC, at which it is time on `day`, and the date that the person's own clocks show then."""
    zone = schedule.zone_for(calendar)
    moment, shown = _moment(day, schedule.at, zone)
    return moment, shown if zone is calendar.zone else calendar.date_at(moment)


@lru_cache(maxsize=2048)
def _moment(day: date, at: time, zone: ZoneInfo) -> tuple[datetime, date]:
    # People share zones, and each date is looked at again from the day after it.
    moment = local_moment(day, at, zone)
    return moment, moment.astimezone(zone).date()


def due(schedule: Schedule, nominal: date, calendar: WorkCalendar) -> datetime | None:
    """The moment, in UTC, at which one person is asked for the round of `nominal`; None where they are not."""
    return occurrence(schedule, nominal, calendar).moment


def at_once(nominal: date, opened: datetime, calendar: WorkCalendar) -> Occurrence:
    """When one person is asked for a round that somebody opens at `opened`, out of its rhythm: in working hours."""
    moment = calendar.first_working_moment(opened, opened + AT_ONCE)
    today = calendar.date_at(opened)
    why = calendar.off(today) or Off.WEEKDAY
    return Occurrence(nominal, moment, () if moment else (DayOff(today, why),))


def upcoming(schedule: Schedule, calendar: WorkCalendar, after: datetime, days: int = PREVIEW) -> list[Occurrence]:
    """What one person gets in so many days strictly after `after`, in order, what is skipped among it.

    A skipped nominal date stands where it would have been asked.
    """
    today = after.astimezone(schedule.zone_for(calendar)).date()
    until = after + days * DAY
    # What is asked now may have a nominal date up to a week on.
    nominal_dates = _dates(schedule.rhythm, today - DAY, days + 1 + WEEK)
    found = [occurrence(schedule, each, calendar) for each in nominal_dates]
    return [each for each in found if after < (each.moment or _moment_on(schedule, each.nominal, calendar)[0]) <= until]


@lru_cache(maxsize=64)
def _dates(rhythm: Rhythm, after: date, days: int) -> tuple[date, ...]:
    # The same for everybody who has the same date today.
    return tuple(dates(rhythm, after, days))


def plan(
    schedule: Schedule, calendars: Iterable[WorkCalendar], after: datetime, days: int = PREVIEW
) -> dict[WorkCalendar, list[Occurrence]]:
    """`upcoming` for many people; equal calendars are worked out once, zone by zone."""
    distinct = sorted(set(calendars), key=lambda calendar: str(calendar.zone))
    return {calendar: upcoming(schedule, calendar, after, days) for calendar in distinct}


def goes_without_saying(rhythm: Rhythm, off: Iterable[DayOff]) -> bool:
    """Whether somebody isn't asked for no reason but that the day is none of their working days, as the rhythm says."""
    reasons = {each.why for each in off}
    return isinstance(rhythm, WorkingDays) and reasons == {Off.WEEKDAY}


def never_falls_due(schedule: Schedule, calendars: Iterable[WorkCalendar], now: datetime) -> bool:
    """Whether nobody is ever asked: `rhythms.Flaw.NEVER`. For one person of several that is no mistake."""
    return first_round(schedule, calendars, now) is None


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
    for nominal in dates(schedule.rhythm, after, HORIZON.days):
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

    `last` is the nominal date of the newest round there is: a nominal date never has two. Who would have been asked on
    a day before, which is past, makes no round late for the others.
    """
    # Nowhere is it earlier than the day before UTC's.
    long_ago = now.astimezone(UTC).date() - 2 * DAY
    distinct = frozenset(calendars)
    nominal_dates = dates(schedule.rhythm, max(last or long_ago, long_ago), HORIZON.days)
    begun = (_begun(schedule, nominal, distinct, now) for nominal in nominal_dates)
    return next((each for each in begun if each is not None), None)


def _begun(schedule: Schedule, nominal: date, distinct: Iterable[WorkCalendar], now: datetime) -> Upcoming | None:
    """The round of `nominal` and its first moment after `now`; None where it asks nobody, or is late for somebody."""
    found = [occurrence(schedule, nominal, each) for each in distinct]
    is_late = any(each.moment is not None and each.moment <= now and not each.is_moved for each in found)
    coming = [each.moment for each in found if each.moment is not None and each.moment > now]
    return None if is_late or not coming else Upcoming(nominal, min(coming))


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
