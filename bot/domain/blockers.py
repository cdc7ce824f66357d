"""Blockers: what is in somebody's way until they say that it isn't, and when anybody is reminded of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.calendars import DAY, WorkCalendar, local_moment

LEADS_NUDGED_AFTER = 3
"""Working days that a blocker is open before its leads are reminded; they heard of it when it was raised."""
NUDGED_EVERY = timedelta(days=7)
TAKE_BACK = timedelta(days=1)
"""How long whoever closed a blocker can open it again."""
LOOKED_AHEAD = 60
"""Days in which a working day is looked for; where there is none, the calendar is left aside."""


class Ended(StrEnum):
    """Why a blocker isn't open any more."""

    CLOSED = "closed"  # by whoever raised it: nobody else can
    EMPTIED = "emptied"  # its answer was taken back
    LEFT_TEAM = "left_team"
    LEFT_COMPANY = "left_company"


@dataclass(frozen=True)
class HomeChannel:
    """A channel where whoever raised a blocker can have it posted, or `is_posted` already; `name` without its `#`.

    `company`: everybody there reads it; empty where only its members do.
    """

    name: str
    company: str = ""
    is_posted: bool = False


@dataclass(frozen=True)
class OwnBlocker:
    """A blocker as whoever raised it sees it. `told`: names of the leads who know.

    `unshared`: leads, by primary key and name, who came later and see only that it is open. `home`: where it can be
    shared with more people, or is.
    """

    id: int
    opened_at: datetime
    checkin: str
    words: str
    ended: Ended | None = None
    told: tuple[str, ...] = ()
    unshared: tuple[tuple[int, str], ...] = ()
    home: HomeChannel | None = None


@dataclass(frozen=True)
class StillOpen:
    """Somebody's own blocker, as the next prompt of its check-in mentions it."""

    id: int
    opened_at: datetime
    words: str


@dataclass(frozen=True)
class LedBlocker:
    """A blocker as a lead sees it who may read it. Without `words`: they were taken back."""

    id: int
    opened_at: datetime
    checkin: str
    reporter_id: int
    name: str
    wording: str
    words: str | None
    ended: Ended | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True)
class SealedBlocker:
    """What a lead sees who may not read a blocker: that it is open, and since when. No words, and no name."""

    opened_at: datetime
    checkin: str


def same_words(one: str, other: str) -> bool:
    """Whether somebody says again what they said before: case and spaces don't count."""
    return one.casefold().split() == other.casefold().split()


def may_reopen(ended: Ended | None, closed_at: datetime | None, now: datetime) -> bool:
    """Whether closing can be taken back: by whoever closed it, within a day."""
    return ended is Ended.CLOSED and closed_at is not None and now < closed_at + TAKE_BACK


def first_nudge(opened_at: datetime, calendar: WorkCalendar) -> datetime:
    """When a lead is first reminded, in UTC: as their third working day after it was raised begins."""
    day = calendar.date_at(opened_at)
    working = [later for n in range(1, LOOKED_AHEAD) if calendar.works_on(later := day + n * DAY)]
    enough = len(working) >= LEADS_NUDGED_AFTER
    nudged = working[LEADS_NUDGED_AFTER - 1] if enough else day + NUDGED_EVERY
    return local_moment(nudged, calendar.hours.start, calendar.zone)


def next_nudge(last: datetime, calendar: WorkCalendar) -> datetime:
    """A week after `last`, as the working day begins, in UTC; where that is a day off, on the next that isn't."""
    begin = local_moment(calendar.date_at(last) + NUDGED_EVERY, calendar.hours.start, calendar.zone)
    return calendar.first_working_moment(begin, begin + LOOKED_AHEAD * DAY) or begin
