"""Days as people type them, in English and their own language.

`4 December`, `Dec 4`, `4.12.`, `2026-12-04`, `Friday`, `tomorrow`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from babel import Locale
from babel.dates import get_day_names, get_month_names

from bot.i18n import DEFAULT_LOCALE, Voice, mark, parse_locale

TODAY, TOMORROW = mark("today"), mark("tomorrow")
LONG_AGO = timedelta(days=183)
"""A day without a year that is further back is next year's."""

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})(?:\2(\d{2}|\d{4})?)?")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)? (?:of )?([^\W\d]+)\.?,?(?: (\d{4}))?")
_MONTH_DAY = re.compile(r"([^\W\d]+)\.? (\d{1,2})(?:\.|st|nd|rd|th)?,?(?: (\d{4}))?")


def day(voice: Voice, typed: str, today: date) -> date | None:
    """The day that somebody typed on `today`; None where it isn't one.

    A weekday is the next of that name, today's own in a week. Numbers are day and month, except that with a slash they
    are what the reader's locale says.
    """
    text = " ".join(typed.casefold().strip(" .").split())
    if not text:
        return None
    near = {voice.say(word).casefold(): ahead for ahead, word in enumerate((TODAY, TOMORROW))}
    near |= {TODAY: 0, TOMORROW: 1}
    if text in near:
        return today + timedelta(days=near[text])
    weekday = _weekdays(voice.locale).get(text)
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    return _dated(voice, text, today)


def dated(voice: Voice, typed: str, near: date) -> date | None:
    """A date by its numbers or its month, in the year nearest to `near` where it says none; None where it isn't one."""
    return _dated(voice, " ".join(typed.casefold().strip(" .").split()), near)


def _dated(voice: Voice, text: str, today: date) -> date | None:
    if found := _ISO.fullmatch(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.fullmatch(text):
        one, other = int(found[1]), int(found[3])
        month_first = found[2] == "/" and parse_locale(voice.locale).territory == "US"
        number, month = (other, one) if month_first else (one, other)
        return _nearest(found[4], month, number, today)
    months = _months(voice.locale)
    if (found := _DAY_MONTH.fullmatch(text)) and found[2] in months:
        return _nearest(found[3], months[found[2]], int(found[1]), today)
    if (found := _MONTH_DAY.fullmatch(text)) and found[1] in months:
        return _nearest(found[3], months[found[1]], int(found[2]), today)
    return None


def _nearest(year: str | None, month: int, number: int, today: date) -> date | None:
    if year:
        return _date(int(year) + 2000 * (len(year) == 2), month, number)
    this_year = _date(today.year, month, number)
    if this_year is None or this_year < today - LONG_AGO:
        return _date(today.year + 1, month, number)
    return this_year


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _months(tag: str) -> dict[str, int]:
    """Names of months, long and short, in lower case."""
    return _named(get_month_names(width, locale=each) for width in _WIDTHS for each in _languages(tag))


@lru_cache(maxsize=64)
def _weekdays(tag: str) -> dict[str, int]:
    return _named(get_day_names(width, locale=each) for width in _WIDTHS for each in _languages(tag))


_WIDTHS: tuple[Literal["wide"], Literal["abbreviated"]] = ("wide", "abbreviated")


def _languages(tag: str) -> tuple[Locale, ...]:
    return parse_locale(tag), parse_locale(DEFAULT_LOCALE)


def _named(names: Iterable[object]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in names:
        for number, name in dict(each).items():  # type: ignore[call-overload]
            found.setdefault(str(name).casefold().rstrip("."), int(number))
    return found
