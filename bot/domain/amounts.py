"""Numbers as people type them for a measure: "12,5", "1 200", "€3k", "7 %", read as their own locale writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.numbers import get_currency_symbol, get_territory_currencies, is_currency

from bot.domain.checkins import fits
from bot.domain.goals import MeasureKind
from bot.errors import UserError
from bot.i18n import Voice, mark, parse_locale

EXAMPLE = Decimal("12.5")
MOST_PERCENT = 100_000

NOT_A_NUMBER = mark("That isn't a number. Write it like {example}.")
TOO_MANY_DIGITS = mark("That number has too many digits: 12 before its point and 6 after it fit.")
TOO_MANY_PERCENT = mark("That is more than {most} %. Write 12.5 for 12.5 %.")
NOT_WHOLE = mark("A count is a whole number, from 0 on.")
NOT_DONE_OR_NOT = mark("This is either done or not: write 1 for done, 0 for not done.")
NOT_A_CURRENCY = mark("Cairn doesn't know the currency {typed}. Write its three letters, such as EUR or USD.")
OTHER_CURRENCY = mark("This is counted in {ours}, not in {theirs}. Write the amount in {ours}.")
NOT_MONEY = mark("This isn't counted in money: leave {typed} out.")
NOT_PERCENT = mark("This isn't counted in percent: leave the % out.")
NOT_ITS_UNIT = mark("Cairn doesn't understand {typed} here. Write only the number, like {example}.")

_NO_CURRENCY = ("XXX", "XTS")
_SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR", "zł": "PLN", "₩": "KRW", "₺": "TRY", "₪": "ILS", "₴": "UAH", "₽": "RUB"}
_SHARED = {"$": "USD", "¥": "JPY", "kr": "SEK", "kr.": "DKK", "fr.": "CHF"}
"""Signs of several currencies, and whose they are where neither the measure nor the reader's country says."""
_TIMES = {
    "k": 3,
    **dict.fromkeys(("tsd", "tsd."), 3),
    **dict.fromkeys(("m", "mn", "mio", "mio."), 6),
    **dict.fromkeys(("b", "bn", "mrd", "mrd."), 9),
}
_PARTS = re.compile(r"([^0-9.,]*?)\s*([.,]?[0-9](?:[0-9.,'’\s]*[0-9])?[.,]?)\s*([^0-9]*)")
_TIMES_FIRST = re.compile(r"(k|tsd\.?|mn|mio\.?|m|bn|mrd\.?|b)(?=$|\s|[^\w.]|(?-i:[A-Z]{3})$)", re.IGNORECASE)
_ECHOED = 60  # characters of what was typed that a refusal says again


@dataclass(frozen=True)
class Wanted:
    """What a value is for: `currency` (ISO 4217) of money, where it is known already; `unit` as people call it."""

    kind: MeasureKind
    currency: str | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Amount:
    """A number and the currency that was typed with it, if any."""

    value: Decimal
    currency: str | None = None


def amount(voice: Voice, typed: str, wanted: Wanted, *, field: str | None = None) -> Amount:
    """What somebody typed for a measure; UserError, at `field`, with a sentence that says what to write instead."""
    found = _PARTS.fullmatch(_tidied(typed))
    if found is None:
        raise _refused(voice, NOT_A_NUMBER, field)
    before, digits, after = found.groups()
    sign, before = _sign(before)
    number = voice.number(sign + digits)
    if number is None:
        raise _refused(voice, NOT_A_NUMBER, field)
    zeros, after = _zeros(after, wanted.kind)
    value = number.scaleb(zeros)
    check(voice, value, wanted.kind, field=field)
    return Amount(value, _currency(voice, (before, after), wanted, field))


def check(voice: Voice, value: Decimal, kind: MeasureKind, *, field: str | None = None) -> None:
    """Whether a measure of this kind can have a value: UserError where it can't."""
    if not value.is_finite():
        raise _refused(voice, NOT_A_NUMBER, field)
    if not fits(value):
        raise UserError(TOO_MANY_DIGITS, field=field)
    if kind is MeasureKind.PERCENT and abs(value) > MOST_PERCENT:
        raise UserError(TOO_MANY_PERCENT, field=field, most=MOST_PERCENT)
    if kind is MeasureKind.COUNT and (value < 0 or value != value.to_integral_value()):
        raise UserError(NOT_WHOLE, field=field)
    if kind is MeasureKind.DONE and value not in (0, 1):
        raise UserError(NOT_DONE_OR_NOT, field=field)


def is_known_currency(code: str) -> bool:
    """Whether three letters name a currency (ISO 4217), present or past."""
    return code not in _NO_CURRENCY and is_currency(code)


def _refused(voice: Voice, msgid: str, field: str | None, **params: object) -> UserError:
    return UserError(msgid, field=field, example=voice.as_typed(EXAMPLE), **params)


def _tidied(typed: str) -> str:
    return typed.strip().replace("\u2212", "-").replace("\u00a0", " ").replace("\u202f", " ")


def _sign(before: str) -> tuple[str, str]:
    """A sign may stand before or after the currency; anything else stays."""
    for sign in "+-":
        if before.startswith(sign) or before.endswith(sign):
            return sign, before.replace(sign, "", 1).strip()
    return "", before.strip()


def _zeros(after: str, kind: MeasureKind) -> tuple[int, str]:
    """How many zeros "k" or "Mio." stand for, and what follows; an m alone is a unit where no money is counted."""
    found = _TIMES_FIRST.match(after)
    if found is None or kind is MeasureKind.PERCENT:
        return 0, after
    word = found[1].lower()
    if word in ("m", "b") and kind is not MeasureKind.MONEY:
        return 0, after
    return _TIMES[word], after[found.end() :].strip()


def _currency(voice: Voice, marks: Iterable[str], wanted: Wanted, field: str | None) -> str | None:
    """The currency among what stands around a number; what can't stand there is refused."""
    unit = (wanted.unit or "").casefold()
    left = [each for each in marks if each and each.casefold() != unit]
    if not left:
        return None
    typed = " ".join(left)[:_ECHOED]
    if wanted.kind is MeasureKind.MONEY:
        return _same(_code(voice, typed, wanted, field), wanted, field)
    if typed == "%":
        if wanted.kind is MeasureKind.PERCENT:
            return None
        raise UserError(NOT_PERCENT, field=field)
    if _named(voice, typed, wanted) is not None:
        raise UserError(NOT_MONEY, field=field, typed=typed)
    raise _refused(voice, NOT_ITS_UNIT, field, typed=typed)


def _code(voice: Voice, typed: str, wanted: Wanted, field: str | None) -> str:
    code = _named(voice, typed, wanted)
    if code is None:
        raise UserError(NOT_A_CURRENCY, field=field, typed=typed)
    return code


def _same(code: str, wanted: Wanted, field: str | None) -> str:
    if wanted.currency is not None and code != wanted.currency:
        raise UserError(OTHER_CURRENCY, field=field, ours=wanted.currency, theirs=code)
    return code


def _named(voice: Voice, typed: str, wanted: Wanted) -> str | None:
    """The currency that three letters or a sign stand for; a shared sign is the measure's, else the reader's own."""
    sign = typed.casefold()
    if is_known_currency(typed.upper()):
        return typed.upper()
    if sign in _SHARED:
        near = [code for code in (wanted.currency, *_of_country(voice.locale)) if code and _writes(code, sign)]
        return near[0] if near else _SHARED[sign]
    return _SIGNS.get(sign) or _of_locale(voice.locale).get(sign)


def _of_country(tag: str) -> list[str]:
    territory = parse_locale(tag).territory
    return list(get_territory_currencies(territory)) if territory else []


@cache
def _writes(code: str, sign: str) -> bool:
    """Whether people whose currency it is write it by that sign: $ for CAD, among Canadians."""
    symbols = {get_currency_symbol(code, locale).casefold() for locale in _TRIED}
    return any(each == sign or (each.endswith(sign) and sign == "$") for each in symbols)


_TRIED = tuple(Locale.parse(tag) for tag in ("en_US", "sv_SE", "da_DK", "nb_NO", "ja_JP", "zh_CN", "de_CH"))


@cache
def _of_locale(tag: str) -> dict[str, str]:
    symbols = parse_locale(tag).currency_symbols
    return {symbol.casefold(): code for code, symbol in symbols.items() if code not in _NO_CURRENCY}
