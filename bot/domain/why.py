"""Why somebody was, wasn't or will be asked: what `/cairn why` tells them, and nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.calendars import Off, WorkCalendar
from bot.domain.checkins import PromptState, Reason
from bot.domain.simulation import Expected

PAGE = 10
"""Prompts at a time."""

SOON = 5
"""Prompts to come that are told of."""


@dataclass(frozen=True)
class Asked:
    """One prompt that was, or wasn't, somebody's. Moments in UTC; `leads` are names, of the teams it was for.

    `off`: why they couldn't be asked on the nominal date; `away_until` where they were away. `is_closed`: no
    late answer is taken any more.
    """

    checkin: str
    nominal: date
    state: PromptState
    reason: Reason | None
    off: Off | None
    due_at: datetime
    closes_at: datetime
    sent_at: datetime | None
    answered_at: datetime | None
    leads: tuple[str, ...] = ()
    away_until: date | None = None
    is_closed: bool = False


@dataclass(frozen=True)
class Coming:
    """One prompt to come, of a check-in by name."""

    checkin: str
    expected: Expected


@dataclass(frozen=True)
class Halted:
    """A check-in that its leads, by name, paused for everybody."""

    checkin: str
    leads: tuple[str, ...]


@dataclass(frozen=True)
class Why:
    """A page of it. `admins` by name; `older` is the page after this one, if there is one."""

    asked: Sequence[Asked]
    coming: Sequence[Coming]
    halted: Sequence[Halted]
    calendar: WorkCalendar
    admins: Sequence[str]
    is_in_team: bool
    page: int = 0
    older: int | None = None
