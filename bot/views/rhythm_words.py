"""Rhythms in words, and back from what somebody types: `every second Friday`, `mon, thu`, `last day of the month`.

English is read by a small grammar, with its short forms. In other languages Cairn reads what it says itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, time
from functools import lru_cache
from itertools import combinations

from babel import Locale
from babel.dates import get_month_names

from bot.domain.calendars import DAY
from bot.domain.rhythms import (
    LAST,
    MAX_WEEKS,
    NTHS,
    WEEK,
    MonthlyOnDate,
    MonthlyOnWeekday,
    Rhythm,
    Weekly,
    WorkingDays,
    dates,
    flaws,
)
from bot.errors import UserError
from bot.i18n import Voice, mark, spoken_locale

_ON_WEEKDAY = {
    1: mark("on the first {weekday} of the month"),
    2: mark("on the second {weekday} of the month"),
    3: mark("on the third {weekday} of the month"),
    4: mark("on the fourth {weekday} of the month"),
    LAST: mark("on the last {weekday} of the month"),
}
_ORDINALS = {"one": mark("{n}st"), "two": mark("{n}nd"), "few": mark("{n}rd"), "other": mark("{n}th")}
_EXAMPLES = (WorkingDays(), Weekly(0, 3), Weekly(4, every=2), MonthlyOnDate(15), MonthlyOnWeekday(LAST, 4))
_ENGLISH = Locale("en")


def words(voice: Voice, rhythm: Rhythm, today: date | None = None) -> str:
    """A sound rhythm in the reader's language: `every Monday and Thursday`, `on the last day of the month`.

    With `today`, one that doesn't count every week says its next date, so that it is known which weeks do.
    """
    said = _words(voice, rhythm)
    if today is not None and isinstance(rhythm, Weekly) and rhythm.every > 1:
        first = next(dates(rhythm, today - DAY, WEEK * (MAX_WEEKS + 1)))
        return voice.say("{rhythm}, from {day}", rhythm=said, day=first)
    return said


def words_at(voice: Voice, rhythm: Rhythm, at: time, clock: str) -> str:
    """A rhythm with its time of day; `clock` says on whose clocks: `every working day at 9:00, your time`."""
    return voice.say("{rhythm} at {at}, {clock}", rhythm=words(voice, rhythm), at=at, clock=clock)


def _words(voice: Voice, rhythm: Rhythm) -> str:
    match rhythm:
        case Weekly(weekdays=weekdays, every=every):
            return _weekly(voice, [voice.weekday(weekday) for weekday in sorted(weekdays)], every)
        case MonthlyOnDate(day):
            return _on_date(voice, day)
        case MonthlyOnWeekday(nth, weekday):
            return voice.say(_ON_WEEKDAY[nth], weekday=voice.weekday(weekday))
    return voice.say("every working day")


def _weekly(voice: Voice, weekdays: list[str], every: int) -> str:
    if every == 1:
        return voice.say("every {weekdays}", weekdays=weekdays)
    if every == 2 and len(weekdays) == 1:
        return voice.say("every second {weekday}", weekday=weekdays[0])
    return voice.say_n("every week on {weekdays}", "every {n} weeks on {weekdays}", every, weekdays=weekdays)


def _on_date(voice: Voice, day: int) -> str:
    if day == 31:
        return voice.say("on the last day of the month")
    ordinal = voice.say(_ORDINALS[_ENGLISH.ordinal_form(day)], n=day)
    if day > 28:
        return voice.say("monthly on the {date}, or the last day of a shorter month", date=ordinal)
    return voice.say("monthly on the {date}", date=ordinal)


def parse(typed: str, voice: Voice, today: date, field: str | None = None) -> Rhythm:
    """The rhythm that somebody typed, in English or as `words` says it in their language.

    Where it doesn't come every week and no date is given, its weeks are counted from the next of its weekdays. Raises
    UserError, at `field`, with what can be typed or with what is wrong.
    """
    text, start = _split_start(_plain(typed), voice, today)
    rhythm = _shown(voice.locale).get(text) or _english(text)
    if rhythm is None or (start and not _counts_weeks(rhythm)):
        raise UserError(
            "Cairn doesn't know that rhythm. You can type, for example: {examples}.",
            field=field,
            examples="; ".join(words(voice, each) for each in _EXAMPLES),
        )
    for flaw in flaws(rhythm):
        raise UserError(flaw.sentence, field=field)
    return _anchored(rhythm, start or today)


def _counts_weeks(rhythm: Rhythm) -> bool:
    return isinstance(rhythm, Weekly) and rhythm.every > 1


def _anchored(rhythm: Rhythm, start: date) -> Rhythm:
    """The rhythm with its weeks counted from the first of its weekdays on or after `start`."""
    if not isinstance(rhythm, Weekly):
        return rhythm
    first = next(dates(Weekly(*rhythm.weekdays), start - DAY, WEEK))
    return Weekly(*rhythm.weekdays, every=rhythm.every, start=first)


def _plain(typed: str) -> str:
    return " ".join(re.sub(r"[,;&/]", " ", typed.casefold()).split()).rstrip(".")


@lru_cache(maxsize=16)
def _shown(locale: str) -> dict[str, Rhythm]:
    """Everything that `words` can say in a language, without dates; English has a grammar instead."""
    if spoken_locale(locale).language == "en":
        return {}
    voice = Voice(locale)
    return {_plain(words(voice, rhythm)): rhythm for rhythm in _all_rhythms()}


def _all_rhythms() -> Iterator[Rhythm]:
    yield WorkingDays()
    yield from map(MonthlyOnDate, range(1, 32))
    yield from (MonthlyOnWeekday(nth, weekday) for nth in NTHS for weekday in range(WEEK))
    for count in range(1, WEEK + 1):
        for weekdays in combinations(range(WEEK), count):
            yield from (Weekly(*weekdays, every=every) for every in range(1, MAX_WEEKS + 1))


# When it starts

_MONTHS = {name[:3].casefold(): number for number, name in get_month_names("abbreviated", locale="en").items()}
_MONTH = f"(?P<month>{'|'.join(_MONTHS)})[a-z]*"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_START = re.compile(
    r"(?P<rest>.+) (?:from|starting|beginning)(?: on)? (?:[a-z]+ )?"
    rf"(?:(?P<iso>\d{{4}}-\d\d-\d\d)|(?:{_DAY} {_MONTH}|{_MONTH.replace('month', 'month2')} "
    rf"{_DAY.replace('day', 'day2')})(?: (?P<year>\d{{4}}))?)"
)


def _split_start(text: str, voice: Voice, today: date) -> tuple[str, date | None]:
    """The words before `from …`, and the date in it."""
    for n in range(WEEK * MAX_WEEKS + 1):
        suffix = _plain(voice.say("{rhythm}, from {day}", rhythm="", day=today + n * DAY))
        if text.endswith(f" {suffix}"):
            return text.removesuffix(suffix).strip(), today + n * DAY
    found = _START.fullmatch(text)
    start = found and _date_in(found, today)
    return (found["rest"], start) if found and start else (text, None)


def _date_in(found: re.Match[str], today: date) -> date | None:
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        month, day = _MONTHS[found["month"] or found["month2"]], int(found["day"] or found["day2"])
        if found["year"]:
            return date(int(found["year"]), month, day)
        this_year = date(today.year, month, day)
        return this_year if this_year >= today else date(today.year + 1, month, day)
    except ValueError:
        return None


# The English grammar

_WEEKDAY = (
    r"(?:mo(?:n(?:days?)?)?|tu(?:es?(?:days?)?)?|we(?:d(?:nesdays?)?)?|th(?:u(?:r(?:s(?:days?)?)?)?)?"
    r"|fr(?:i(?:days?)?)?|sa(?:t(?:urdays?)?)?|su(?:n(?:days?)?)?)"
)
_WEEKDAYS = rf"(?P<weekdays>{_WEEKDAY}(?: {_WEEKDAY})*)"
_RANGE = re.compile(rf"\b({_WEEKDAY}) ?(?:-|–|to|through) ?({_WEEKDAY})\b")
_INITIALS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_NUMBERS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_COUNT = rf"(?P<count>\d+(?:st|nd|rd|th)?|other|{'|'.join(_NUMBERS[1:])})"
_NTH = rf"(?P<nth>last|[1-5](?:st|nd|rd|th)|{'|'.join(_NUMBERS[:5])})"
_MONTHLY = r"(?:(?:monthly|(?:every|each) month) )?(?:on )?(?:(?:every|each) )?"
_OF_MONTH = r"(?: of (?:(?:a|each|every) )?month| (?:monthly|(?:every|each) month))?"


def _daily(_found: re.Match[str]) -> Rhythm:
    return WorkingDays()


def _weekdays(found: re.Match[str]) -> Rhythm:
    every = 2 if "biweekly" in found[0] or "fortnight" in found[0] else _number(found.groupdict().get("count") or "1")
    return Weekly(*(_INITIALS.index(name[:2]) for name in found["weekdays"].split()), every=every)


def _nth_weekday(found: re.Match[str]) -> Rhythm:
    nth = LAST if found["nth"] == "last" else _number(found["nth"])
    return MonthlyOnWeekday(nth, _INITIALS.index(found["weekday"][:2]))


def _month_date(found: re.Match[str]) -> Rhythm:
    return MonthlyOnDate(int(found["date"] or 31))


def _number(text: str) -> int:
    if text == "other":
        return 2
    return _NUMBERS.index(text) + 1 if text in _NUMBERS else int(re.sub(r"\D", "", text))


_GRAMMAR: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Rhythm]], ...] = (
    (re.compile(r"daily|(?:every|each) day|(?:(?:every|each|all|on) )?(?:work(?:ing)?|week|business) ?days?"), _daily),
    (re.compile(rf"(?=.*month){_MONTHLY}{_NTH} (?P<weekday>{_WEEKDAY}){_OF_MONTH}"), _nth_weekday),
    (
        re.compile(
            rf"(?=.*month){_MONTHLY}(?:(?:day )?(?P<date>\d{{1,2}})(?:st|nd|rd|th)?|last day){_OF_MONTH}"
            r"(?: or last day of a shorter month)?"
        ),
        _month_date,
    ),
    (re.compile(rf"(?:weekly |(?:every|each) week )?(?:on )?(?:(?:every|each) )?{_WEEKDAYS}(?: weekly)?"), _weekdays),
    (re.compile(rf"(?:every|each) {_COUNT} (?:weeks? )?(?:on )?{_WEEKDAYS}"), _weekdays),
    (re.compile(rf"{_WEEKDAYS} (?:every|each) {_COUNT} weeks?"), _weekdays),
    (re.compile(rf"(?:biweekly|fortnightly|every fortnight) (?:on )?{_WEEKDAYS}"), _weekdays),
    (re.compile(rf"{_WEEKDAYS} (?:biweekly|fortnightly|every fortnight)"), _weekdays),
)


def _english(text: str) -> Rhythm | None:
    spread = _RANGE.sub(_spread, re.sub(r"\b(?:and|the) ", "", text))
    found = ((pattern.fullmatch(spread), make) for pattern, make in _GRAMMAR)
    return next((make(match) for match, make in found if match), None)


def _spread(found: re.Match[str]) -> str:
    """`mon-wed` as `mo tu we`."""
    first, last = (_INITIALS.index(name[:2]) for name in found.groups())
    return " ".join(_INITIALS[(first + n) % WEEK] for n in range((last - first) % WEEK + 1))
