"""That every table with people or their words in it says what it holds of them."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Table

from storage.personal import PERSONAL, Erased, owned_by
from storage.schema import metadata
from storage.types import Words

NOBODYS = {"hidden_group", "question", "round", "workspace"}


def _names_people(column: Column[object]) -> bool:
    return any(key.target_fullname == "person.id" for key in column.foreign_keys)


def _people(table: Table) -> set[str]:
    return {each.name for each in table.c if _names_people(each)}


def _words(table: Table) -> set[str]:
    return {each.name for each in table.c if isinstance(each.type, Words)}


@pytest.mark.parametrize("table", metadata.tables.values(), ids=lambda table: table.name)
def test_a_table_with_people_or_their_words_says_whose_they_are(table: Table) -> None:
    if not (_people(table) or _words(table)):
        return
    assert table.name in PERSONAL, f"say in storage/personal.py what {table.name} holds of a person"
    said = PERSONAL[table.name]
    named = {*said.whose, *said.others}
    assert _people(table) <= named, "every column that names a person is theirs or somebody else's"
    assert named <= set(table.c.keys())
    assert not set(said.whose) & set(said.others)
    if _words(table) and table.name not in NOBODYS:
        assert said.whose or said.through, "words are somebody's"
        assert said.erased is not Erased.NOTHING, "words can be erased"


def test_nothing_is_said_of_a_table_that_is_gone() -> None:
    assert set(PERSONAL) <= set(metadata.tables)


@pytest.mark.parametrize("name", sorted(name for name, said in PERSONAL.items() if said.whose or said.through))
def test_what_is_a_persons_names_nobody_else(name: str) -> None:
    said = PERSONAL[name]

    columns = set(owned_by(name, 1).selected_columns.keys())

    assert columns == set(metadata.tables[name].c.keys()) - set(said.others)


def test_an_answer_is_whose_prompt_it_answers() -> None:
    statement = str(owned_by("answer", 1))

    assert "FROM prompt" in statement
    assert "prompt.person_id = " in statement


@pytest.mark.parametrize("name", sorted(NOBODYS))
def test_what_is_nobodys_in_particular_cannot_be_asked_for(name: str) -> None:
    with pytest.raises(ValueError, match="nobody's in particular"):
        owned_by(name, 1)
