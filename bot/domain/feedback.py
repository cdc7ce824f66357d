"""Feedback: what may be chosen, when it arrives, and what somebody sees of it before and after (design.md 2.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.domain.calendars import DAY, WorkCalendar, local_moment
from bot.domain.checkins import MAX_WORDS
from bot.domain.preferences import Card

UNDO = timedelta(minutes=10)
"""As long as anything signed waits at least, so that it can be undone inside the receiver's window too."""
SLOTS = (time(11), time(15))
"""When what is confidential goes out, all of it together, on the clocks of whoever gets it."""
LATE = timedelta(minutes=30)
"""What is confidential and couldn't go out in its slot for so long waits for the next one."""
AGAIN = time(9)
"""When a notice comes again that was put off till tomorrow."""
HORIZON = timedelta(days=400)
"""How far ahead a moment in somebody's window is looked for."""


class Kind(StrEnum):
    """What it is."""

    PRAISE = "praise"
    CONSTRUCTIVE = "constructive"


class Readers(StrEnum):
    """Who reads it beside its author."""

    RECEIVER = "receiver"
    MANAGER = "manager"  # the receiver and their manager


class What(StrEnum):
    """What one side lets the other know."""

    WORDS = "words"
    HELPFUL = "helpful"
    CLOSED = "closed"


class Flaw(StrEnum):
    """Why words can't be passed on; views have a sentence for each."""

    NO_WORDS = "no_words"
    TOO_LONG = "too_long"
    CLOSED = "closed"
    EARLY = "early"  # what it would follow hasn't arrived yet
    LEFT = "left"
    NOT_YOURS = "not_yours"  # a thread that two others write in
    REFUSED = "refused"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True)
class Wanted:
    """What a form holds."""

    kind: Kind = Kind.CONSTRUCTIVE
    words: str = ""
    readers: Readers = Readers.RECEIVER
    is_confidential: bool = False
    goal_id: int | None = None


@dataclass(frozen=True)
class Name:
    """What one of the two is called for the other; None is whoever wrote without a name, of whom nothing is told."""

    name: str | None
    is_former: bool = False


@dataclass(frozen=True)
class FormCard:
    """What the form says: `receiver_id` is a primary key; `manager`: who may be let read it too, where there is one.

    `takes_confidential`: whether the receiver takes it without a name. `likes`: when, and what they ask for.
    `goals`: those of the receiver's that whoever writes may see, by primary key and title.
    """

    receiver_id: int
    receiver: str
    wanted: Wanted
    manager: str | None = None
    takes_confidential: bool = True
    is_draft: bool = False
    likes: Card | None = None
    goals: Sequence[tuple[int, str]] = ()


@dataclass(frozen=True)
class VisibilityCard:
    """Who will be able to read it, before it is sent; `readers` are names, whoever writes aside.

    `arrives_at` in UTC. `admins`: how many run Cairn, since unmasking takes two.
    """

    draft_id: int
    receiver: str
    readers: Sequence[str]
    wanted: Wanted
    company: str
    arrives_at: datetime
    admins: int


def flaw_of(words: str) -> Flaw | None:
    """Why these words can't be passed on; length in Unicode code points."""
    if not words.strip():
        return Flaw.NO_WORDS
    return Flaw.TOO_LONG if len(words) > MAX_WORDS else None


def arrives_at(window: WorkCalendar, now: datetime, *, in_slots: bool, waits: timedelta = UNDO) -> datetime:
    """When what is sent now reaches somebody whose window this is, in UTC: in the next slot, or once undo is over."""
    if in_slots:
        return next_slot(window, now)
    soonest = now + waits
    return window.first_working_moment(soonest, soonest + HORIZON) or soonest + HORIZON


def next_slot(window: WorkCalendar, after: datetime) -> datetime:
    """The first slot after `after`, in UTC, inside the window of whoever gets it; its start on days without one."""
    day = window.date_at(after)
    for _ in range(HORIZON.days):
        if window.works_on(day):
            for at in _slots(window):
                moment = local_moment(day, at, window.zone)
                if moment > after:
                    return moment
        day += DAY
    return after + HORIZON


def _slots(window: WorkCalendar) -> list[time]:
    inside = [at for at in SLOTS if window.hours.start <= at < window.hours.end]
    return inside or [window.hours.start]


def again_at(window: WorkCalendar, now: datetime) -> datetime:
    """Tomorrow at nine, or on their next working day, in UTC."""
    day = window.date_at(now) + DAY
    for _ in range(HORIZON.days):
        if window.works_on(day):
            break
        day += DAY
    return local_moment(day, AGAIN, window.zone)
