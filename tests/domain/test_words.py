"""What is left of words that would turn a sentence around."""

from __future__ import annotations

import pytest

from bot.domain.words import as_name, forwards


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ana", "Ana"),
        ("  Ana \n  Lima ", "Ana Lima"),
        ("\u202eanA", "anA"),
        ("שלום", "שלום"),
        ("\u202e\u2066 \u2069", ""),
        ("", ""),
    ],
)
def test_a_name_is_one_line_and_runs_its_own_way(typed: str, name: str) -> None:
    assert as_name(typed) == name


def test_words_keep_their_lines() -> None:
    assert forwards("One\n\u202dtwo\u202c") == "One\ntwo"
