"""Column types: moments in UTC, and the words of people, encrypted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

# The first character of a stored value says how the rest is kept, so that a key may be added later.
_PLAIN, _SEALED = "=", "~"


class UnreadableWordsError(Exception):
    """Words are stored encrypted with a key that is not among those in CAIRN_SECRET_KEY."""


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: refuses naive values, and gives UTC back (SQLite would forget the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime can't be stored: say its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """What a person wrote: sealed with the engine's key, plain where the operator set none."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else seal(value, cipher_of(dialect))

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else unseal(value, cipher_of(dialect))


class WordsJSON(Words):
    """A JSON document with people's words in it, sealed as one."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else super().process_bind_param(json.dumps(value), dialect)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        words = super().process_result_value(value, dialect)
        return None if words is None else json.loads(words)


def make_cipher(keys: str | None) -> MultiFernet | None:
    """The cipher for comma-separated Fernet keys, the first of which seals; None without a key.

    Raises ValueError for a key that isn't 32 url-safe base64-encoded bytes.
    """
    listed = [key.strip() for key in (keys or "").split(",") if key.strip()]
    return MultiFernet([Fernet(key) for key in listed]) if listed else None


def give_cipher(dialect: Dialect, cipher: MultiFernet | None) -> None:
    """Let one engine's dialect carry the key: no global, so two databases may have two keys."""
    dialect.cairn_cipher = cipher  # type: ignore[attr-defined]


def cipher_of(dialect: Dialect) -> MultiFernet | None:
    """The cipher an engine was given."""
    return getattr(dialect, "cairn_cipher", None)


def seal(words: str, cipher: MultiFernet | None) -> str:
    """Words as they are stored. Halves of characters, which no database takes, become the replacement character."""
    # PostgreSQL's text takes no NUL, and UTF-8 no lone surrogate; a client in JSON may send both.
    whole = words.replace("\x00", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _PLAIN + whole if cipher is None else _SEALED + cipher.encrypt(whole.encode()).decode()


def unseal(stored: str, cipher: MultiFernet | None) -> str:
    """Stored words as they were written."""
    if stored.startswith(_PLAIN):
        return stored[1:]
    if cipher is None:
        raise UnreadableWordsError("CAIRN_SECRET_KEY is not set, but words are stored encrypted")
    try:
        return cipher.decrypt(stored[1:].encode()).decode()
    except InvalidToken:
        # From None: the token in the chained error would reach a log.
        raise UnreadableWordsError("words are stored under a key that CAIRN_SECRET_KEY lacks") from None
