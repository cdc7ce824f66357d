"""Every sentence is said in the reader's language: nothing slips past the catalogues, and none is half translated."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot import i18n
from bot.i18n import LOCALES, Voice

ROOT = Path(__file__).parent.parent
KEYWORDS: dict[str, Any] = {"say": None, "say_n": (1, 2), "mark": None, "UserError": None}
CATALOGUES = sorted(LOCALES.glob("*/LC_MESSAGES/cairn.po"))


def in_the_code() -> set[str | tuple[str, ...]]:
    found: set[str | tuple[str, ...]] = set()
    for folder in ("bot", "handlers"):
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder, method_map=[("**.py", "python")], keywords=KEYWORDS
        ):
            found.add(tuple(message) if isinstance(message, (list, tuple)) else message)
    return found


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_catalogue_says_everything_that_the_code_says_and_nothing_else(path: Path) -> None:
    known = {tuple(each.id) if each.pluralizable else each.id for each in catalogue(path) if each.id}

    assert in_the_code() - known == set(), "make messages adds them"
    assert known - in_the_code() == set(), "make messages takes them away"


def translated(path: Path) -> Iterator[tuple[Message, list[str]]]:
    for message in catalogue(path):
        if message.id:
            texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
            yield message, [str(text) for text in texts]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_each_translation_is_there_with_the_same_places_and_marks(path: Path) -> None:
    for message, texts in translated(path):
        ids = message.id if isinstance(message.id, (list, tuple)) else [message.id]
        for text in texts:
            assert text, f"{message.id} isn't translated"
            assert not message.fuzzy
            # "{n}" may be left out of a singular that says "one".
            assert places(text) | {"n"} == set().union(*map(places, ids)) | {"n"}, message.id
            assert sorted(re.findall(r"`[^`]*`", text)) == sorted(re.findall(r"`[^`]*`", ids[-1])), message.id


def test_one_moment_three_readers() -> None:
    moment = datetime(2026, 11, 24, 11, tzinfo=UTC)

    assert Voice("en-US", "America/New_York").moment(moment) == "Tue 6:00 AM"
    assert Voice("en-GB", "Europe/Berlin").moment(moment) == "Tue 12:00"
    assert Voice("de-DE", "Europe/Berlin").moment(moment) == "Di. 12:00"
    assert Voice("en-GB").day(date(2026, 11, 23)) == "Mon 23 Nov"
    assert Voice("en-US").day(date(2026, 11, 23)) == "Mon, Nov 23"
    assert Voice("de-DE").day(date(2026, 11, 23)) == "Mo., 23. Nov."
    assert Voice("en-US").write(time(17)) == "5:00 PM"
    assert Voice("en-GB").write(["Ana", "Bo", "Cy"]) == "Ana, Bo and Cy"
    assert Voice("de-DE").write(["Ana", "Bo", "Cy"]) == "Ana, Bo und Cy"
    assert Voice("fr-FR", "Europe/Berlin").moment(moment) == "Tue 12:00", "no French sentences, no French dates"
    assert Voice("xx-nonsense").say("{n} left", n=1200) == "1,200 left"


def test_an_operators_name_for_a_command_is_said_everywhere() -> None:
    i18n.rename_commands({"cairn": "coach"})
    try:
        assert Voice().say("Type `/cairn help`, not `/checkin`.") == "Type `/coach help`, not `/checkin`."
    finally:
        i18n.rename_commands({})


def test_braces_in_somebodys_words_are_words() -> None:
    assert Voice().say("What is {this}?") == "What is {this}?"
    assert Voice().say("{name} is on", name="{odd}") == "{odd} is on"
