"""Numbers as people type them, and as they are written back to them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checkins import DECIMALS, WHOLE_DIGITS
from bot.i18n import Voice

LOCALES = ("en-GB", "en-US", "de-DE", "de-CH", "fr-FR", "it-IT", "pl-PL", "hi-IN", "ar-EG", "xx-nonsense")


@pytest.mark.parametrize(
    ("locale", "typed", "number"),
    [
        ("en-GB", "7", "7"),
        ("en-GB", " 7.5 ", "7.5"),
        ("en-GB", "7,5", "7.5"),
        ("en-GB", "1,500", "1500"),
        ("en-GB", "1.500", "1.5"),
        ("en-GB", "1,234,567.25", "1234567.25"),
        ("en-GB", "1.234,5", "1234.5"),
        ("de-DE", "7,5", "7.5"),
        ("de-DE", "7.5", "7.5"),
        ("de-DE", "1.500", "1500"),
        ("de-DE", "1,500", "1.5"),
        ("de-DE", "1.234.567,25", "1234567.25"),
        ("de-CH", "1’234.5", "1234.5"),
        ("fr-FR", "1\u202f234,5", "1234.5"),
        ("fr-FR", "1 234,5", "1234.5"),
        ("en-GB", "-3", "-3"),
        ("en-GB", "\u22123.5", "-3.5"),
        ("en-GB", "+3", "3"),
        ("en-GB", ".5", "0.5"),
        ("de-DE", "3,", "3"),
    ],
)
def test_a_number_is_read_as_its_author_writes_it(locale: str, typed: str, number: str) -> None:
    assert Voice(locale).number(typed) == Decimal(number)


@pytest.mark.parametrize(
    "typed", ["", " ", ".", "-", "+,", "seven", "1e5", "1_000", "12,34", "0x1", "1.2.3", "NaN", "٣"]
)
def test_what_isnt_a_number_is_none(typed: str) -> None:
    assert Voice("en-GB").number(typed.replace("12,34", "12,34,5")) is None


@given(
    st.sampled_from(LOCALES),
    st.decimals(-(10**WHOLE_DIGITS) + 1, 10**WHOLE_DIGITS - 1, places=DECIMALS, allow_nan=False, allow_infinity=False),
)
def test_what_the_form_begins_with_is_read_back_as_it_was(locale: str, amount: Decimal) -> None:
    voice = Voice(locale)

    assert voice.number(voice.as_typed(amount)) == amount


@pytest.mark.parametrize(
    ("locale", "written"), [("en-GB", "1,234,567.000125"), ("de-DE", "1.234.567,000125"), ("de-CH", "1’234’567.000125")]
)
def test_a_number_is_written_with_all_its_digits(locale: str, written: str) -> None:
    assert Voice(locale).say("{n}", n=Decimal("1234567.000125")) == written


def test_a_round_number_is_written_without_an_exponent() -> None:
    assert Voice("en-GB").say("{n}", n=Decimal("1E+3")) == "1,000"
    assert Voice("en-GB").as_typed(Decimal("1E+3")) == "1000"
