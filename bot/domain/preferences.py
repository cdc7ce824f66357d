"""How and when somebody likes praise and criticism, and when criticism may reach them (design.md 2.4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.calendars import Hours, WorkCalendar

HORIZON = timedelta(days=400)
"""How far ahead a moment inside somebody's window is looked for."""


@dataclass(frozen=True)
class Preferences:
    """As one person set them; who said nothing has these defaults.

    `weekdays` (0 for Monday) and `hours`: when criticism may come; None is whenever they work. `asks_first`: they would
    like to be asked before they are criticised. `refuses_confidential`: they take no confidential feedback that they
    didn't ask for.
    """

    praise_in_private: bool = False
    weekdays: frozenset[int] | None = None
    hours: Hours | None = None
    asks_first: bool = False
    refuses_confidential: bool = False


USUAL = Preferences()


@dataclass(frozen=True)
class Card:
    """What a sender sees of somebody's preferences; `opens_at`: when criticism sent now would reach them, in UTC."""

    name: str
    preferences: Preferences
    window: WorkCalendar
    opens_at: datetime


def window(preferences: Preferences, calendar: WorkCalendar) -> WorkCalendar:
    """When criticism may reach somebody who works like this: their own days off are off here too.

    Of the days that they chose only working days count; where none of them is one any more, all working days do.
    """
    chosen = calendar.weekdays if preferences.weekdays is None else preferences.weekdays & calendar.weekdays
    return replace(calendar, weekdays=chosen or calendar.weekdays, hours=preferences.hours or calendar.hours)


def is_inside(window: WorkCalendar, moment: datetime) -> bool:
    """Whether criticism may reach them at this very moment."""
    return window.first_working_moment(moment, moment + timedelta.resolution) is not None


def next_moment(window: WorkCalendar, after: datetime) -> datetime:
    """The first moment from `after` on, in UTC, inside the window.

    Where there is none for HORIZON, the end of that: one looks again then.
    """
    until = after + HORIZON
    return window.first_working_moment(after, until) or until
