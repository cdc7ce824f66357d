"""Which days somebody means: `last week`, `2026-10`, `Q3`, two dates, in English and in their own language.

Weeks begin on Monday for everybody: a summary is the team's, and its lead's locale doesn't move its days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

from bot.domain.calendars import local_moment
from bot.errors import UserError
from bot.i18n import mark, parse_locale

NOT_A_PERIOD = mark(
    "“{typed}” isn't a period. Type `last week`, `this week`, `last 30 days`, `2026-10`, `Q3`, or two dates like "
    "`2026-10-01 2026-10-14`. Nothing was posted."
)
NOT_YET = mark("{typed} is still to come. Choose a period that has begun; nothing was posted.")
TOO_LONG = mark("That is longer than a year. Choose at most twelve months; nothing was posted.")
MOST_DAYS, FIRST_YEAR = 366, 2000

_ONE_DATE = r"(\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4})"
_DATES = re.compile(rf"{_ONE_DATE}(?:\s*(?:\.\.|–|\s-|-\s|\s|\sto\s|\sbis\s)\s*{_ONE_DATE})?")
_QUARTER = re.compile(r"(?:q([1-4])(?:[ -/]?(\d{4}))?|(\d{4})[ -/]?q([1-4]))")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_NAMED = re.compile(r"([^\W\d]+)(?: (\d{4}))?")
_DAYS = re.compile(r"(?:the )?(?:(?:last|past)|(?:die )?letzten?) (\d{1,3}) (?:days|tagen?)")
_LAST, _THIS = (
    r"(?:last|past|(?:die |der |das )?(?:letzte[rsn]?|vorige[rsn]?))",
    r"(?:this|(?:die|der|das)?diese[rsn]?)",
)
_SPAN = re.compile(rf"(?:({_LAST})|({_THIS})) (?:(week|woche)|(month|monat)|(quarter|quartal)|(year|jahr))")


@dataclass(frozen=True, order=True)
class Period:
    """Days from `first` to `last`, both in it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its first moment and the first after it in a zone, in UTC."""
        return local_moment(self.first, time(), zone), local_moment(self.last + timedelta(days=1), time(), zone)

    def before(self) -> Period:
        """The period before it: whole months before whole months, else as many days."""
        is_months = self.first.day == 1 and (self.last + timedelta(days=1)).day == 1
        months = 12 * (self.last.year - self.first.year) + self.last.month - self.first.month + 1
        begin = _month(self.first, -months) if is_months else self.first - timedelta(days=self.days)
        return Period(begin, self.first - timedelta(days=1))

    def last_ones(self, n: int) -> tuple[Period, ...]:
        """This one and those before it, so many in all, the oldest first."""
        found = [self]
        while len(found) < n:
            found.append(found[-1].before())
        return tuple(reversed(found))


def parse(typed: str, today: date, locale: str = "en") -> Period:
    """The period that somebody typed on `today`, the team's date; the last complete week where they typed nothing.

    Raises UserError with what was typed, for anything that isn't one, lies ahead or is longer than a year.
    """
    text = " ".join(typed.casefold().split())
    try:
        found = next(filter(None, _readings(text, today, locale)), None)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.first.year < FIRST_YEAR or found.last < found.first:
        raise UserError(NOT_A_PERIOD, typed=typed[:40])
    if found.first > today:
        raise UserError(NOT_YET, typed=typed[:40])
    if found.days > MOST_DAYS:
        raise UserError(TOO_LONG)
    return found


def _readings(text: str, today: date, locale: str) -> Iterator[Period | None]:
    if not text:
        yield _week(today, -1)
    if found := _DAYS.fullmatch(text):
        n = int(found[1])
        yield Period(today - timedelta(days=n), today - timedelta(days=1)) if n else None
    if found := _SPAN.fullmatch(text):
        yield _span(found, today)
    if found := _MONTH.fullmatch(text):
        yield _months(date(int(found[1]), int(found[2]), 1), 1)
    if found := _QUARTER.fullmatch(text):
        yield _quarter(found, today)
    if found := _DATES.fullmatch(text):
        yield Period(_date(found[1]), _date(found[2] or found[1]))
    if found := _NAMED.fullmatch(text):
        yield _named(found, today, locale)


def _span(found: re.Match[str], today: date) -> Period:
    step = -1 if found[1] else 0
    if found[3]:
        return _week(today, step)
    if found[4]:
        return _months(_month(today, step), 1)
    if found[5]:
        return _months(_month(today.replace(month=(today.month - 1) // 3 * 3 + 1), 3 * step), 3)
    return _months(date(today.year + step, 1, 1), 12)


def _quarter(found: re.Match[str], today: date) -> Period:
    n, year = int(found[1] or found[4]), found[2] or found[3]
    return _latest(3 * n - 2, 3, year, today)


def _named(found: re.Match[str], today: date, locale: str) -> Period | None:
    n = _month_names(locale).get(found[1].rstrip("."))
    return None if n is None else _latest(n, 1, found[2], today)


def _latest(month: int, n: int, year: str | None, today: date) -> Period:
    """The months from one of a year; without a year, of the latest that has begun."""
    if year is not None:
        return _months(date(int(year), month, 1), n)
    begin = date(today.year, month, 1)
    return _months(begin if begin <= today else begin.replace(year=today.year - 1), n)


@lru_cache(maxsize=32)
def _month_names(locale: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for tag in ("en", locale):
        for width in ("abbreviated", "wide"):
            names = get_month_names(width, locale=parse_locale(tag))
            found |= {str(name).casefold().rstrip("."): n for n, name in names.items()}
    return found


def _week(today: date, step: int) -> Period:
    monday = today + timedelta(days=7 * step - today.weekday())
    return Period(monday, monday + timedelta(days=6))


def _month(day: date, step: int) -> date:
    n = 12 * day.year + day.month - 1 + step
    return date(n // 12, n % 12 + 1, 1)


def _months(begin: date, n: int) -> Period:
    return Period(begin, _month(begin, n) - timedelta(days=1))


def _date(text: str) -> date:
    if "." not in text:
        return date.fromisoformat(text)
    day, month, year = map(int, text.split("."))
    return date(year, month, day)
