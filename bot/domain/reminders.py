"""When somebody who hasn't answered yet is reminded: rarely, in their working hours, and never more than they want."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.calendars import DAY, WorkCalendar, local_moment

LIGHT, STANDARD, ACTIVE = PROFILES = ("light", "standard", "active")
HOUR = timedelta(hours=1)
SNOOZE = HOUR
APART = HOUR
"""Reminders are no closer to each other, or to the prompt, than this."""


def lower(checkins: str, persons: str | None) -> str:
    """The profile of a check-in, as far as a person lets it."""
    return checkins if persons is None else min(checkins, persons, key=PROFILES.index)


def moments(opens: datetime, closes: datetime, calendar: WorkCalendar, profile: str) -> tuple[datetime, ...]:
    """When a prompt that opened at `opens` is reminded of, in UTC, in order (design.md 2.8, "Reminders").

    Standard: at three quarters of the window, or the next working moment inside it. Active: in the last working hour
    too.
    """
    if profile == LIGHT:
        return ()
    first = calendar.first_working_moment(opens + (closes - opens) * 3 / 4, closes)
    last = _last_working_hour(opens, closes, calendar) if profile == ACTIVE else None
    kept: list[datetime] = []
    for moment in (first, last):
        if moment is not None and moment - (kept[-1] if kept else opens) >= APART:
            kept.append(moment)
    return tuple(kept)


def next_reminder(
    opens: datetime, closes: datetime, calendar: WorkCalendar, profile: str, after: datetime
) -> datetime | None:
    """The first of `moments` after `after`; None where none is left."""
    return next((each for each in moments(opens, closes, calendar, profile) if each > after), None)


def snoozed_until(now: datetime, closes: datetime, calendar: WorkCalendar) -> datetime | None:
    """When somebody who snoozes is asked again: in an hour, or when they work next; None where it closes before."""
    return calendar.first_working_moment(now + SNOOZE, closes)


def _last_working_hour(opens: datetime, closes: datetime, calendar: WorkCalendar) -> datetime | None:
    day = calendar.date_at(closes)
    while (end := min(closes, local_moment(day, calendar.hours.end, calendar.zone))) > opens:
        start = local_moment(day, calendar.hours.start, calendar.zone)
        if calendar.works_on(day) and start < end:
            return max(start, end - HOUR)
        day -= DAY
    return None
