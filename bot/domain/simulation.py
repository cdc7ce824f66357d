"""What one person will get of one check-in, as far as it follows from calendars: nothing is written, nothing sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.domain.calendars import DAY, DayOff, WorkCalendar, local_moment, window_end
from bot.domain.checkins import Reason
from bot.domain.schedules import Occurrence, Schedule, Upcoming, send_time, upcoming

TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Span:
    """From when on, `begin` included, until when; `now` is the moment at which it is looked at. All UTC."""

    now: datetime
    begin: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.begin <= moment <= self.end


class Expected(NamedTuple):
    """A prompt to come: sent at `at`, in UTC, or, where there is a `reason`, not sent and expected then.

    `off` is that of `schedules.Occurrence`: why it isn't on its nominal date, or not at all.
    """

    nominal: date
    at: datetime
    reason: Reason | None = None
    off: tuple[DayOff, ...] = ()


def expected(
    schedule: Schedule, calendar: WorkCalendar, first: Upcoming, window: timedelta, span: Span
) -> Iterator[Expected]:
    """What one person gets in `span`, from the round `first` on, which is the next to be opened.

    After downtime that round may be overdue: its prompts go out as late ones do, or not at all.
    """
    after = min(first.moment, span.now, span.begin) - TICK
    days = -((after - span.end) // DAY)
    for each in upcoming(schedule, calendar, after, days):
        if each.nominal < first.nominal:
            continue
        found = _settled(schedule, calendar, each, window, span.now)
        if found.at in span:
            yield found


def _settled(
    schedule: Schedule, calendar: WorkCalendar, each: Occurrence, window: timedelta, now: datetime
) -> Expected:
    if each.moment is None:
        at = local_moment(each.nominal, schedule.at, schedule.zone_for(calendar))
        return Expected(each.nominal, at, Reason.DAY_OFF, each.off)
    sent = sent_at(each.moment, window_end(each.moment, window, schedule.zone_for(calendar)), now, calendar)
    if sent is None:
        return Expected(each.nominal, each.moment, Reason.DOWNTIME, each.off)
    return Expected(each.nominal, sent, None, each.off)


def sent_at(due: datetime, closes: datetime, now: datetime, calendar: WorkCalendar) -> datetime | None:
    """When a prompt that isn't sent yet will be, in UTC; None where it won't."""
    return send_time(due, closes, max(due, now), calendar)
