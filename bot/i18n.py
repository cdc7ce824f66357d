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
from functools import cached_property, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, get_day_names
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LOCALES = Path(__file__).parent / "locales"
DEFAULT_LOCALE = "en-US"
_COMMAND = re.compile(r"(?<=`/)[a-z-]+")
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
    """The locale that dates and numbers are written in: the reader's, or British English where we lack its language."""
    locale = parse_locale(tag)
    has_sentences = locale.language == "en" or type(catalogue(tag)) is not gettext.NullTranslations
    return locale if has_sentences else Locale.parse("en_GB")


def _read_catalogue(path: Path) -> gettext.NullTranslations:
    compiled = io.BytesIO()
    with path.open("rb") as po:
        write_mo(compiled, read_po(po))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@dataclass(frozen=True)
class Voice:
    """How Cairn speaks to one reader: `locale` as Slack names it (`en-GB`), `zone` as IANA does."""

    locale: str = DEFAULT_LOCALE
    zone: str = "UTC"

    @cached_property
    def _babel(self) -> Locale:
        # Dates in a language that the sentences around them don't speak would be a muddle.
        return spoken_locale(self.locale)

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

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
                return self._clock(value)
            case int() | float():
                return format_decimal(value, locale=self._babel)
            case list() | tuple():
                return self.names(str(item) for item in value)
        return str(value)

    def local(self, moment: datetime) -> datetime:
        """A UTC moment on the reader's wall clock."""
        return moment.astimezone(self._zone)

    def moment(self, moment: datetime) -> str:
        """Day and time, short: `Tue 12:00`."""
        local = self.local(moment)
        return f"{format_date(local, 'EEE', locale=self._babel)} {self.hour(moment)}"

    def hour(self, moment: datetime) -> str:
        """The time of day, short, on the reader's wall clock."""
        return self._clock(self.local(moment).time())

    def _clock(self, at: time) -> str:
        # Phones without the narrow no-break space of recent CLDR show a box in its place.
        return format_time(at, "short", locale=self._babel).replace("\u202f", " ")

    def day(self, day: date) -> str:
        """A date with its weekday: `Mon 23 Nov`."""
        return format_skeleton("MMMEd", datetime.combine(day, time(), self._zone), locale=self._babel)

    def weekday(self, weekday: int) -> str:
        """The name of a weekday, 0 for Monday."""
        return str(get_day_names("wide", locale=self._babel)[weekday])

    def names(self, names: Iterable[str]) -> str:
        """Names in a row: `Ana, Bo and Cy`."""
        return format_list(list(names), locale=self._babel)
