"""People's words as they are stored: sealed with a key, plain without, readable across both."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from storage.database import Database
from storage.migrate import upgrade
from storage.types import UnreadableWordsError, make_cipher, seal, unseal
from storage.workspaces import Workspace
from tests.storage.conftest import NOW

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
WORDS = "xoxb-nobody-may-read-this"


def stored(database: Database) -> str:
    with database.session() as session:
        return str(session.execute(text("SELECT bot_token FROM workspace")).scalar_one())


def write(url: str, keys: str) -> None:
    database = Database(url, cipher=make_cipher(keys))
    with database.session() as session:
        session.add(Workspace(id="T1", name="Acme", bot_token=WORDS, created_at=NOW))
    assert (WORDS in stored(database)) == (not keys)
    database.close()


def read(url: str, keys: str) -> str | None:
    database = Database(url, cipher=make_cipher(keys))
    try:
        with database.session() as session:
            return session.get_one(Workspace, "T1").bot_token
    finally:
        database.close()


@pytest.fixture
def url(tmp_path: Path) -> str:
    upgrade(f"sqlite:///{tmp_path}/cairn.db")
    return f"sqlite:///{tmp_path}/cairn.db"


def test_with_a_key_nothing_of_the_words_is_in_the_file(url: str, tmp_path: Path) -> None:
    write(url, NEW)

    assert read(url, NEW) == WORDS
    assert all(WORDS.encode() not in file.read_bytes() for file in tmp_path.iterdir())


def test_without_a_key_words_are_plain_and_a_key_may_come_later(url: str) -> None:
    write(url, "")

    assert read(url, NEW) == WORDS


def test_a_new_key_in_front_still_opens_what_the_old_one_sealed(url: str) -> None:
    write(url, OLD)

    assert read(url, f"{NEW}, {OLD}") == WORDS


@pytest.mark.parametrize("keys", ["", NEW], ids=["no key", "another key"])
def test_a_missing_key_is_said_and_says_nothing_else(url: str, keys: str) -> None:
    write(url, OLD)

    with pytest.raises(UnreadableWordsError) as refused:
        read(url, keys)
    assert "CAIRN_SECRET_KEY" in str(refused.value)
    assert refused.value.__cause__ is None


@given(words=st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_every_text_comes_back_as_it_was_written(words: str) -> None:
    for keys in ("", NEW):
        cipher = make_cipher(keys)
        assert unseal(seal(words, cipher), cipher) == words


@pytest.mark.parametrize("keys", ["", NEW], ids=["no key", "another key"])
def test_what_no_database_takes_is_replaced_and_the_rest_kept(keys: str) -> None:
    cipher = make_cipher(keys)

    assert unseal(seal("before \ud800 and \x00 after \ud83d\ude00", cipher), cipher) == "before � and � after 😀"
