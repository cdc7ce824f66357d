"""How Cairn speaks (voice.md), as far as every sentence can be asked at once."""

from __future__ import annotations

import re

from babel.messages.pofile import read_po

from bot.i18n import LOCALES
from tests.stories.acts import words_in

GUILT = re.compile(
    r"\b(failed to|forgot|haven't|you missed|overdue|still waiting|reminder|unfortunately|oops)\b", re.IGNORECASE
)
REFUSALS = re.compile(
    r"^(Only (?!you|me\b|goals that|\{giver\})|\{names\} can |Nobody (?!will|else reads|has to agree|has written)"
    r"|The people who |You aren't |Somebody changed )"
)


def sentences() -> list[str]:
    """Everything that Cairn can say, in English."""
    with (LOCALES / "de" / "LC_MESSAGES" / "cairn.po").open("rb") as file:
        found = [message.id for message in read_po(file) if message.id]
    return [one for each in found for one in (each if isinstance(each, tuple | list) else [each])]


def test_every_sentence_is_short_calm_and_about_the_matter() -> None:
    assert len(sentences()) > 150
    assert [each for each in sentences() if words_in(each) > 60] == []
    assert [each for each in sentences() if "!" in each or GUILT.search(each)] == []


def test_a_refusal_says_that_nothing_was_done() -> None:
    refusals = [sentence for sentence in sentences() if REFUSALS.match(sentence)]
    silent = [
        each
        for each in refusals
        if not re.search(r"[Nn]othing (was|is) \w+|Add members first|that wasn't passed on", each)
    ]

    assert len(refusals) >= 10
    assert silent == []
