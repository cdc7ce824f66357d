"""When a goal is looked at again by itself, and after how long a silence its owner is reminded."""

from __future__ import annotations

from datetime import date, datetime, timedelta

LOOKED_AT_EVERY = timedelta(days=1)
SHORTEST, LONGEST = timedelta(days=7), timedelta(days=30)
PARTS = 6
"""A goal is heard of about so many times on its way."""


def rhythm(starts_on: date, due_on: date | None) -> timedelta:
    """How often a goal's owner says how it goes: a sixth of its time, a week at least and a month at most."""
    if due_on is None:
        return LONGEST
    return min(LONGEST, max(SHORTEST, (due_on - starts_on) / PARTS))


def is_silent(since: datetime, reminded_at: datetime | None, every: timedelta, now: datetime) -> bool:
    """Whether nothing was heard for a rhythm, nor anybody reminded in that time."""
    return now - max(since, reminded_at or since) >= every
