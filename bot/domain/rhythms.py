"""On which dates a check-in asks: working days, weekdays every n weeks, a date or an nth weekday each month.

A rhythm gives *nominal* dates, the same for everybody. The same weeks from another start are equal. None of them raises
for what somebody typed: `flaws` says what is wrong, and a flawed rhythm has no dates or other ones than were meant.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any

from bot.domain.calendars import DAY
from bot.i18n import mark

WEEK = 7
MAX_WEEKS = 8
LAST = -1
NTHS = (1, 2, 3, 4, LAST)
"""Which weekday of a month: the first to the fourth, or the last of them."""

_FIRST_MONDAY = date(1970, 1, 5)
_FOUR_YEARS = 1461


@dataclass(frozen=True)
class WorkingDays:
    """Every working day of the person asked; days off have nothing instead."""

    def falls_on(self, _day: date) -> bool:
        """Every date may be one: who works on it is up to each person's calendar."""
        return True


@dataclass(frozen=True, init=False)
class Weekly:
    """Chosen weekdays, 0 is Monday, in every `every`th week: `Weekly(0, 3)`, `Weekly(4, every=2, start=…)`.

    Weeks begin on Monday. `start` is any date in a week that counts; it's kept as the Monday of the first such week
    since 1970, so that a year with 53 weeks changes nothing, and the same weeks from another start are equal.
    """

    weekdays: frozenset[int]
    every: int = 1
    start: date = field(default=_FIRST_MONDAY)

    def __init__(self, *weekdays: int, every: int = 1, start: date = _FIRST_MONDAY) -> None:
        phase = _week(start) % every if every > 0 else 0
        object.__setattr__(self, "weekdays", frozenset(weekdays))
        object.__setattr__(self, "every", every)
        object.__setattr__(self, "start", _FIRST_MONDAY + timedelta(weeks=phase))

    def falls_on(self, day: date) -> bool:
        """Whether `day` is a chosen weekday in a week that counts."""
        return day.weekday() in self.weekdays and (
            self.every == 1 or (self.every > 0 and (_week(day) - _week(self.start)) % self.every == 0)
        )


@dataclass(frozen=True)
class MonthlyOnDate:
    """A date of each month, 1 to 31; the last day of a month that is too short for it."""

    day: int

    def falls_on(self, day: date) -> bool:
        """Whether `day` is this month's date."""
        return day.day == self.day or (day.day < self.day and day.day == _days_in_month(day))


@dataclass(frozen=True)
class MonthlyOnWeekday:
    """The first to fourth or the last (-1) weekday of each month, 0 is Monday."""

    nth: int
    weekday: int

    def falls_on(self, day: date) -> bool:
        """Whether `day` is that weekday of its month."""
        if day.weekday() != self.weekday:
            return False
        if self.nth == LAST:
            return day.day > _days_in_month(day) - WEEK
        return (day.day - 1) // WEEK + 1 == self.nth


Rhythm = WorkingDays | Weekly | MonthlyOnDate | MonthlyOnWeekday


def dates(rhythm: Rhythm, after: date, days: int) -> Iterator[date]:
    """The nominal dates strictly after `after`, within so many days, in order."""
    return filter(rhythm.falls_on, (after + n * DAY for n in range(1, days + 1)))


def days_for(rhythm: Rhythm, nominal: date) -> Iterator[date]:
    """The days on which `nominal` may be asked, best first, within a week and all after the nominal date before it."""
    yield nominal
    if isinstance(rhythm, WorkingDays):
        return
    for n in range(1, WEEK):
        day = nominal - n * DAY
        if rhythm.falls_on(day):
            return
        yield day


@lru_cache(maxsize=256)
def shortest_gap(rhythm: Rhythm) -> timedelta | None:
    """The fewest days between two nominal dates, in any year; None where there are no two.

    Four years have every month beside every other, 29 February among them.
    """
    found = dates(rhythm, _FIRST_MONDAY, _FOUR_YEARS)
    return min((later - earlier for earlier, later in pairwise(found)), default=None)


class Flaw(StrEnum):
    """What is wrong with a rhythm or with the window of its rounds."""

    NO_WEEKDAY = "no_weekday"
    UNKNOWN_WEEKDAY = "unknown_weekday"
    WEEKS = "weeks"
    DATE = "date"
    NTH = "nth"
    WINDOW = "window"
    NEVER = "never"

    @property
    def sentence(self) -> str:
        """What to do about it: a msgid."""
        return _SENTENCES[self]


_SENTENCES = {
    Flaw.NO_WEEKDAY: mark("Choose at least one weekday."),
    Flaw.UNKNOWN_WEEKDAY: mark("Choose weekdays from Monday to Sunday."),
    Flaw.WEEKS: mark("A check-in can come every 1 to 8 weeks. Choose a number from 1 to 8."),
    Flaw.DATE: mark("Choose a day of the month from 1 to 31. In a shorter month it is the last day."),
    Flaw.NTH: mark("Choose the first, second, third, fourth or last weekday of the month."),
    Flaw.WINDOW: mark("It would still be open when the next one comes. Give less time to answer, or ask less often."),
    Flaw.NEVER: mark("It would never fall due: nobody in the team has a working day then. Choose other days."),
}


def flaws(rhythm: Rhythm, window: timedelta | None = None) -> list[Flaw]:
    """What is wrong with a rhythm, and with the time to answer it: `window` may not be longer than its shortest gap.

    Whether it falls due for anybody depends on calendars: `schedules.never_falls_due`.
    """
    found = _flaws(rhythm)
    gap = None if found else shortest_gap(rhythm)
    if window is not None and gap is not None and window > gap:
        found.append(Flaw.WINDOW)
    return found


def _flaws(rhythm: Rhythm) -> list[Flaw]:
    match rhythm:
        case Weekly(weekdays=weekdays, every=every):
            checks = [
                (not weekdays, Flaw.NO_WEEKDAY),
                (not weekdays <= frozenset(range(WEEK)), Flaw.UNKNOWN_WEEKDAY),
                (not 1 <= every <= MAX_WEEKS, Flaw.WEEKS),
            ]
        case MonthlyOnDate(day):
            checks = [(not 1 <= day <= 31, Flaw.DATE)]
        case MonthlyOnWeekday(nth, weekday):
            checks = [(nth not in NTHS, Flaw.NTH), (weekday not in range(WEEK), Flaw.UNKNOWN_WEEKDAY)]
        case _:
            checks = []
    return [flaw for applies, flaw in checks if applies]


def to_json(rhythm: Rhythm) -> dict[str, Any]:
    """A rhythm as plain JSON: `kind` and what that kind needs; equal rhythms give equal JSON."""
    match rhythm:
        case Weekly(weekdays=weekdays, every=every, start=start):
            return {"kind": "weekly", "weekdays": sorted(weekdays), "every": every, "start": start.isoformat()}
        case MonthlyOnDate(day):
            return {"kind": "monthly_date", "day": day}
        case MonthlyOnWeekday(nth, weekday):
            return {"kind": "monthly_weekday", "nth": nth, "weekday": weekday}
    return {"kind": "working_days"}


def from_json(stored: dict[str, Any]) -> Rhythm:
    """The rhythm that `to_json` wrote. Raises ValueError for a kind that there isn't: JSON isn't typed by people."""
    match stored:
        case {"kind": "working_days"}:
            return WorkingDays()
        case {"kind": "weekly", "weekdays": weekdays, "every": every, "start": start}:
            return Weekly(*weekdays, every=every, start=date.fromisoformat(start))
        case {"kind": "monthly_date", "day": day}:
            return MonthlyOnDate(day)
        case {"kind": "monthly_weekday", "nth": nth, "weekday": weekday}:
            return MonthlyOnWeekday(nth, weekday)
    raise ValueError("a rhythm of a kind that there isn't")


def _week(day: date) -> int:
    return (day - _FIRST_MONDAY).days // WEEK


def _days_in_month(day: date) -> int:
    return monthrange(day.year, day.month)[1]
