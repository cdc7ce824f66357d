"""Starting early: from when on somebody can answer what they will be asked next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.calendars import DAY, NOON, WorkCalendar, local_moment
from bot.domain.forms import Waiting

LOOKED_BACK = 7
LASTS = timedelta(days=LOOKED_BACK + 1)
"""What was started longer ago was for a round that never opened."""


@dataclass(frozen=True)
class Ahead:
    """A check-in that will ask somebody `at`, in UTC, and that they can start now."""

    checkin_id: int
    checkin: str
    nominal: date
    at: datetime


@dataclass(frozen=True)
class Choice:
    """What somebody can answer or edit now, and what they can start early."""

    waiting: Sequence[Waiting]
    ahead: Sequence[Ahead] = ()


def from_when(at: datetime, calendar: WorkCalendar) -> datetime:
    """The moment, in UTC, from which what is asked `at` can be started: noon of the person's working day before."""
    day = calendar.date_at(at)
    before = (day - n * DAY for n in range(1, LOOKED_BACK + 1))
    return local_moment(next(filter(calendar.works_on, before), day - DAY), NOON, calendar.zone)
