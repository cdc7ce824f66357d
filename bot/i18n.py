"""What Cairn says, in the language, habits and time zone of whoever reads it.

Messages are marked where they stand, by `voice.say("…")`, `voice.say_n("…", "…", n)`, `mark("…")` or
`UserError("…")`; the catalogues in `bot/locales` are read when somebody who needs one first turns up.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_interval, format_skeleton, format_time, get_day_names
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol

LOCALES = Path(__file__).parent / "locales"
DEFAULT_LOCALE = "en-US"
KEPT = 4096
"""Dates, times and numbers as somebody's locale writes them, kept: a round says the same ones to thousands."""
_COMMAND = re.compile(r"(?<=`/)[a-z-]+")
_OTHER_SIGN = {",": ".", ".": ","}
_SPACES = "\u0020\u00a0\u2009\u202f'’"
_renamed: dict[str, str] = {}


def rename_commands(names: Mapping[str, str]) -> None:
    """Let sentences call our commands what the operator calls them (CAIRN_COMMANDS): once, at start."""
    _renamed.clear()
    _renamed.update(names)


def mark(msgid: str) -> str:
    """Mark a message that is said later: the catalogue finds it, the code keeps the msgid."""
    return msgid


@lru_cache(maxsize=64)
def parse_locale(tag: str) -> Locale:
    """The Babel locale of a Slack locale such as `de-DE`; US English where there is none."""
    try:
        return Locale.parse(tag, sep="-" if "-" in tag else "_")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(DEFAULT_LOCALE, sep="-")


@lru_cache(maxsize=64)
def catalogue(tag: str) -> gettext.NullTranslations:
    """The messages for a locale: the territory's own, else the language's, else the English in the code."""
    locale = parse_locale(tag)
    for name in (str(locale), locale.language):
        path = LOCALES / name / "LC_MESSAGES" / "cairn.po"
        if path.exists():
            return _read_catalogue(path)
    return gettext.NullTranslations()


@lru_cache(maxsize=64)
def spoken_locale(tag: str) -> Locale:
    """The locale that dates and numbers are written in: the reader's, or British English where we lack its language.

    Dates in a language that the sentences around them don't speak would be a muddle.
    """
    locale = parse_locale(tag)
    has_sentences = locale.language == "en" or type(catalogue(tag)) is not gettext.NullTranslations
    return locale if has_sentences else Locale.parse("en_GB")


def _read_catalogue(path: Path) -> gettext.NullTranslations:
    compiled = io.BytesIO()
    with path.open("rb") as po:
        write_mo(compiled, read_po(po))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@lru_cache(maxsize=KEPT)
def _day(tag: str, day: date) -> str:
    return format_skeleton("MMMEd", datetime.combine(day, time()), locale=spoken_locale(tag))


@lru_cache(maxsize=KEPT)
def _days(tag: str, first: date, last: date) -> str:
    found = format_interval(first, last, "yMMMd", locale=spoken_locale(tag))
    return str(found).replace("\u2009", "").replace("\u202f", " ")


@lru_cache(maxsize=KEPT)
def _clock(tag: str, at: time) -> str:
    # Phones without the narrow no-break space of recent CLDR show a box in its place.
    return format_time(at, "short", locale=spoken_locale(tag)).replace("\u202f", " ")


@lru_cache(maxsize=KEPT, typed=True)
def _number(tag: str, number: float) -> str:
    return format_decimal(number, locale=spoken_locale(tag))


@lru_cache(maxsize=KEPT)
def _exact(tag: str, amount: Decimal) -> str:
    return format_decimal(amount, locale=spoken_locale(tag), decimal_quantization=False)


@lru_cache(maxsize=64)
def _numbers(tag: str) -> tuple[re.Pattern[str], ...]:
    """How somebody may write a number, their own locale's way first; a part before the sign, and one after it."""
    sign = get_decimal_symbol(parse_locale(tag))
    sign = sign if sign in _OTHER_SIGN else "."
    group = get_group_symbol(parse_locale(tag))
    ways = ((sign, group), (_OTHER_SIGN[sign], sign))
    return tuple(
        re.compile(rf"([+-]?(?:[0-9]{{1,3}}(?:[{re.escape(group)}{_SPACES}][0-9]{{3}})+|[0-9]*))(?:[{sign}]([0-9]*))?")
        for sign, group in ways
    )


@lru_cache(maxsize=64)
def _weekdays(tag: str, width: Literal["wide", "abbreviated"]) -> tuple[str, ...]:
    names = get_day_names(width, locale=spoken_locale(tag))
    return tuple(str(names[weekday]) for weekday in range(7))


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    # The standard library keeps the last eight, and reads a file for any other.
    return ZoneInfo(name)


@dataclass(frozen=True)
class Voice:
    """How Cairn speaks to one reader: `locale` as Slack names it (`en-GB`), `zone` as IANA does."""

    locale: str = DEFAULT_LOCALE
    zone: str = "UTC"

    def say(self, msgid: str, /, **params: object) -> str:
        """The message in the reader's language, its `{places}` filled as the reader writes them."""
        return self._fill(catalogue(self.locale).gettext(msgid), params)

    def say_n(self, singular: str, plural: str, n: int, /, **params: object) -> str:
        """Like `say`, in the plural form that `n` asks for; `{n}` is filled with it."""
        message = catalogue(self.locale).ngettext(singular, plural, n)
        return self._fill(message, {"n": n, **params})

    def _fill(self, message: str, params: dict[str, object]) -> str:
        if _renamed:
            message = _COMMAND.sub(lambda found: _renamed.get(found[0], found[0]), message)
        if not params:
            return message  # it may be somebody's own words, with braces in them
        return message.format_map({name: self.write(value) for name, value in params.items()})

    def write(self, value: object) -> str:
        """A value as this reader writes it: moments with their day, dates, numbers, lists."""
        match value:
            case str():
                return value
            case datetime():
                return self.moment(value)
            case date():
                return self.day(value)
            case time():
                return _clock(self.locale, value)
            case Decimal():
                return _exact(self.locale, value)
            case int() | float():
                return _number(self.locale, value)
            case list() | tuple():
                return self.names(str(item) for item in value)
        return str(value)

    def number(self, typed: str) -> Decimal | None:
        """The number that somebody typed as their own locale writes it; None where it isn't one.

        Groups of three may be set off as the locale does, or by spaces. What can't be read like that is read the
        other way round: 1,5 is one and a half for whoever types it.
        """
        text = typed.strip().replace("\u2212", "-")
        for way in _numbers(self.locale):
            found = way.fullmatch(text)
            if found is not None and any(map(str.isdigit, text)):
                whole, part = found[1], found[2]
                return Decimal("".join(each for each in whole if each.isdigit() or each in "+-") + "." + (part or "0"))
        return None

    def as_typed(self, amount: Decimal) -> str:
        """A number as this reader would type it, for `number` to read."""
        return format_decimal(
            amount, locale=parse_locale(self.locale), decimal_quantization=False, group_separator=False
        )

    def local(self, moment: datetime) -> datetime:
        """A UTC moment on the reader's wall clock."""
        return moment.astimezone(_zone(self.zone))

    def moment(self, moment: datetime) -> str:
        """Day and time, short: `Tue 12:00`."""
        weekday = self.local(moment).weekday()
        return f"{_weekdays(self.locale, 'abbreviated')[weekday]} {self.hour(moment)}"

    def hour(self, moment: datetime) -> str:
        """The time of day, short, on the reader's wall clock."""
        return _clock(self.locale, self.local(moment).time())

    def day(self, day: date) -> str:
        """A date with its weekday: `Mon 23 Nov`."""
        return _day(self.locale, day)

    def days(self, first: date, last: date) -> str:
        """Dates from one to another, with their year: `16–22 Nov 2026`."""
        return _days(self.locale, first, last)

    def weekday(self, weekday: int) -> str:
        """The name of a weekday, 0 for Monday."""
        return _weekdays(self.locale, "wide")[weekday]

    def names(self, names: Iterable[str]) -> str:
        """Names in a row: `Ana, Bo and Cy`."""
        return format_list(list(names), locale=spoken_locale(self.locale))

    def either(self, words: Iterable[str]) -> str:
        """Words of which one is meant: `Home or Office`."""
        return format_list(list(words), style="or", locale=spoken_locale(self.locale))
