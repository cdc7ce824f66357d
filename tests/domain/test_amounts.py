"""Amounts as people type them, and what they hear where that is none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import amounts
from bot.domain.amounts import Amount, Wanted, amount
from bot.domain.checkins import DECIMALS, WHOLE_DIGITS
from bot.domain.goals import MeasureKind
from bot.errors import UserError
from bot.i18n import Voice

NUMBER, PERCENT, COUNT, DONE = (
    Wanted(kind) for kind in (MeasureKind.NUMBER, MeasureKind.PERCENT, MeasureKind.COUNT, MeasureKind.DONE)
)
MONEY, EUROS = Wanted(MeasureKind.MONEY), Wanted(MeasureKind.MONEY, "EUR")


@pytest.mark.parametrize(
    ("locale", "typed", "wanted", "value", "currency"),
    [
        ("de-DE", "12,5", NUMBER, "12.5", None),
        ("en-GB", "12,5", NUMBER, "12.5", None),
        ("fr-FR", "1 200", NUMBER, "1200", None),
        ("en-GB", "1 200", NUMBER, "1200", None),
        ("de-DE", "1.200", COUNT, "1200", None),
        ("en-GB", "€3k", MONEY, "3000", "EUR"),
        ("en-GB", "€3k", EUROS, "3000", "EUR"),
        ("de-DE", "3,5k €", MONEY, "3500", "EUR"),
        ("de-DE", "2 Mio. €", EUROS, "2000000", "EUR"),
        ("de-DE", "-€1.200,50", EUROS, "-1200.5", "EUR"),
        ("en-US", "$1.5m", MONEY, "1500000", "USD"),
        ("en-CA", "$20", MONEY, "20", "CAD"),
        ("en-US", "$20", Wanted(MeasureKind.MONEY, "CAD"), "20", "CAD"),
        ("en-US", "3kEUR", MONEY, "3000", "EUR"),
        ("en-US", "chf 7", MONEY, "7", "CHF"),
        ("sv-SE", "200 kr", MONEY, "200", "SEK"),
        ("nb-NO", "200 kr", MONEY, "200", "NOK"),
        ("en-GB", "7", EUROS, "7", None),
        ("en-GB", "7 %", PERCENT, "7", None),
        ("en-GB", "-7.25%", PERCENT, "-7.25", None),
        ("en-GB", "12 hours", Wanted(MeasureKind.NUMBER, unit="Hours"), "12", None),
        ("en-GB", "12k tickets", Wanted(MeasureKind.COUNT, unit="tickets"), "12000", None),
        ("en-GB", "5 m", Wanted(MeasureKind.NUMBER, unit="m"), "5", None),
        ("en-GB", "\u22124", NUMBER, "-4", None),
        ("en-GB", ".5", NUMBER, "0.5", None),
        ("en-GB", "1", DONE, "1", None),
    ],
)
def test_it_is_read_as_its_author_writes_it(
    locale: str, typed: str, wanted: Wanted, value: str, currency: str | None
) -> None:
    assert amount(Voice(locale), typed, wanted) == Amount(Decimal(value), currency)


@pytest.mark.parametrize(
    ("typed", "wanted", "sentence"),
    [
        ("", NUMBER, amounts.NOT_A_NUMBER),
        ("many", NUMBER, amounts.NOT_A_NUMBER),
        ("NaN", NUMBER, amounts.NOT_A_NUMBER),
        ("Infinity", EUROS, amounts.NOT_A_NUMBER),
        ("1e9", PERCENT, amounts.NOT_A_NUMBER),
        ("1,2,3", NUMBER, amounts.NOT_A_NUMBER),
        ("12–15", NUMBER, amounts.NOT_A_NUMBER),
        ("٣", NUMBER, amounts.NOT_A_NUMBER),
        ("1000000000", PERCENT, amounts.TOO_MANY_PERCENT),
        ("1000000000000", NUMBER, amounts.TOO_MANY_DIGITS),
        ("9999999999k", NUMBER, amounts.TOO_MANY_DIGITS),
        ("0.0000001", NUMBER, amounts.TOO_MANY_DIGITS),
        ("2.5", COUNT, amounts.NOT_WHOLE),
        ("-2", COUNT, amounts.NOT_WHOLE),
        ("2", DONE, amounts.NOT_DONE_OR_NOT),
        ("5 XYQ", MONEY, amounts.NOT_A_CURRENCY),
        ("5 XXX", MONEY, amounts.NOT_A_CURRENCY),
        ("5 shells", EUROS, amounts.NOT_A_CURRENCY),
        ("$5", EUROS, amounts.OTHER_CURRENCY),
        ("5 %", NUMBER, amounts.NOT_PERCENT),
        ("5 %", EUROS, amounts.NOT_A_CURRENCY),
        ("€5", COUNT, amounts.NOT_MONEY),
        ("5 apples", NUMBER, amounts.NOT_ITS_UNIT),
        ("5k %", PERCENT, amounts.NOT_ITS_UNIT),
    ],
)
def test_what_it_isnt_gets_a_sentence_at_its_field(typed: str, wanted: Wanted, sentence: str) -> None:
    with pytest.raises(UserError) as refused:
        amount(Voice("en-GB"), typed, wanted, field="target")

    assert refused.value.msgid == sentence
    assert refused.value.field == "target"
    for locale in ("en-GB", "de-DE"):
        assert "{" not in Voice(locale).say(refused.value.msgid, **refused.value.params)


@given(
    st.text(max_size=40), st.sampled_from(list(MeasureKind)), st.sampled_from(["en-GB", "de-DE", "ar-EG", "nonsense"])
)
def test_whatever_is_typed_is_a_value_that_can_be_kept_or_a_sentence(
    typed: str, kind: MeasureKind, locale: str
) -> None:
    voice = Voice(locale)
    try:
        found = amount(voice, typed, Wanted(kind))
    except UserError as refused:
        voice.say(refused.msgid, **refused.params)
    else:
        amounts.check(voice, found.value, kind)


@given(
    st.sampled_from(["en-GB", "de-DE", "de-CH", "fr-FR", "pl-PL", "hi-IN"]),
    st.sampled_from(["{}", "{} €", "€{}", "EUR {}"]),
    st.decimals(-(10**WHOLE_DIGITS) + 1, 10**WHOLE_DIGITS - 1, places=DECIMALS, allow_nan=False, allow_infinity=False),
)
def test_money_is_read_back_as_it_was_typed(locale: str, form: str, value: Decimal) -> None:
    assert amount(Voice(locale), form.format(Voice(locale).as_typed(value)), EUROS).value == value
