"""All words under a new key: on both databases, where it is stopped in the middle, and while others write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Text, select, type_coerce, update
from sqlmodel import SQLModel, col

from bot.errors import SettingsError
from bot.runtime import rekey
from storage import rekeying
from storage.base import Owned
from storage.database import Database
from storage.jottings import Jotting
from storage.people import Person
from storage.types import UnreadableWordsError, Words, make_cipher
from storage.workspaces import Workspace, register

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
TEAM = "TACME"
WORDS = [f"words {n} äö" for n in range(5)]


@contextmanager
def opened(url: str, keys: str | None) -> Iterator[Database]:
    database = Database(url, cipher=make_cipher(keys))
    try:
        yield database
    finally:
        database.close()


def write_words(url: str, keys: str | None) -> None:
    with opened(url, keys) as database, database.session(TEAM) as session:
        register(session, Workspace(id=TEAM, name="Acme", bot_token="xoxb-secret", created_at=NOW))
        person = Person(slack_id="UANA", name="Ana", synced_at=NOW)
        session.add(person)
        session.flush()
        for n, words in enumerate(WORDS):
            session.add(_jotting(person.key, n, words))


def _jotting(person_id: int, n: int, words: str) -> Jotting:
    return Jotting(person_id=person_id, source_ts=f"{n}.0", first_ts="0.0", words=words, at=NOW)


def read_words(url: str, keys: str | None) -> list[str]:
    with opened(url, keys) as database, database.session(TEAM) as session:
        assert session.get_one(Workspace, TEAM).bot_token == "xoxb-secret"
        return [words or "" for words in session.scalars(select(col(Jotting.words)).order_by(col(Jotting.id)))]


def stored(url: str) -> list[str]:
    with opened(url, None) as database, database.session() as session:
        table = SQLModel.metadata.tables["jotting"]
        return list(session.scalars(select(type_coerce(table.c.words, Text))))


def rekeyed(url: str, keys: str) -> rekey.Rekeyed:
    with opened(url, keys) as database:
        return rekey.rekey(database, rekey.ring(keys), lambda _: None)


def test_every_column_for_words_is_found() -> None:
    found = {(part.table.name, column.name) for part in rekeying.parts() for column in part.columns}
    classes: list[type[SQLModel]] = [*_tables(Owned), Workspace]
    tables = (SQLModel.metadata.tables[str(each.__tablename__)] for each in classes)
    wanted = {(table.name, each.name) for table in tables for each in table.c if isinstance(each.type, Words)}

    assert found == wanted
    assert {("workspace", "bot_token"), ("answer", "words")} <= found


def _tables(base: type[SQLModel]) -> Iterator[type[SQLModel]]:
    for each in base.__subclasses__():
        if hasattr(each, "__table__"):
            yield each
        yield from _tables(each)


def test_words_go_under_the_new_key_and_the_old_one_can_go(database_url: str) -> None:
    write_words(database_url, OLD)

    assert rekeyed(database_url, f"{NEW},{OLD}") == rekey.Rekeyed(len(WORDS) + 1, 0)

    assert read_words(database_url, NEW) == WORDS
    with pytest.raises(UnreadableWordsError):
        read_words(database_url, OLD)
    assert rekeyed(database_url, f"{NEW},{OLD}") == rekey.Rekeyed(0, 0), "a second time there is nothing to do"


def test_a_first_key_seals_what_is_plain(database_url: str) -> None:
    write_words(database_url, None)
    assert all(each.startswith("=") for each in stored(database_url))

    rekeyed(database_url, NEW)

    assert all(each.startswith("~") for each in stored(database_url))
    assert read_words(database_url, NEW) == WORDS


def test_where_it_is_stopped_it_goes_on(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write_words(database_url, OLD)
    monkeypatch.setattr(rekeying, "CHUNK", 2)
    keys = f"{NEW},{OLD}"
    steps: list[int] = []

    def stops(rows: int) -> None:
        steps.append(rows)
        if len(steps) == 2:
            raise KeyboardInterrupt

    with opened(database_url, keys) as database, pytest.raises(KeyboardInterrupt):
        rekey.rekey(database, rekey.ring(keys), stops)
    assert read_words(database_url, keys) == WORDS, "meanwhile everything can be read"

    assert rekeyed(database_url, keys).resealed == len(WORDS) + 1 - sum(steps)
    assert read_words(database_url, NEW) == WORDS


def test_what_somebody_changes_meanwhile_is_theirs(database_url: str) -> None:
    write_words(database_url, OLD)
    part = next(part for part in rekeying.parts() if part.table.name == "jotting")
    ring = rekey.ring(f"{NEW},{OLD}")
    with opened(database_url, f"{NEW},{OLD}") as database:
        with database.session(TEAM) as session:
            (row, *_) = session.execute(rekeying._next(part, None)).all()
        with database.session(TEAM) as session:
            session.execute(update(Jotting).where(col(Jotting.id) == row[0]).values(words="mine"))
        with database.session() as session:
            change = ((row[0],), row[1], "~late")
            assert rekeying._put(session, part, part.columns[0], change) == 0
        assert rekeying.CHUNK > 1
        assert rekey.rekey(database, ring, lambda _: None).unreadable == 0
    assert read_words(database_url, NEW) == ["mine", *WORDS[1:]]


def test_what_no_key_opens_is_counted_and_left_as_it_is(database_url: str) -> None:
    write_words(database_url, OLD)

    assert rekeyed(database_url, f"{NEW},{OTHER}") == rekey.Rekeyed(0, len(WORDS) + 1)
    assert read_words(database_url, OLD) == WORDS


def test_without_a_key_it_says_so() -> None:
    with pytest.raises(SettingsError, match="CAIRN_SECRET_KEY is empty"):
        rekey.ring(" ")
