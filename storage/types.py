"""Column types: moments in UTC, exact numbers, and the words of people, encrypted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

from bot.domain.checkins import DECIMALS, fits

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


class Exact(TypeDecorator[Decimal]):
    """A number of up to 12 digits before its point and 6 after it, kept exactly: SQLite has only floats for those.

    It's stored in millionths, so that both databases compare and add alike. One that doesn't fit is a ValueError.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        if value is None:
            return None
        if not value.is_finite() or not fits(value):
            raise ValueError("a number has at most 12 digits before its point and 6 after it")
        return int(value.scaleb(DECIMALS))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else Decimal(value).scaleb(-DECIMALS).normalize()


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


class NumbersJSON(TypeDecorator[list[int]]):
    """A list of numbers, or nothing: in plain, since they are computed with."""

    impl = JSON
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(none_as_null=True)


class NamesJSON(TypeDecorator[list[str]]):
    """A list of names that the company gave to something, or nothing: in plain, as names are."""

    impl = JSON
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(none_as_null=True)


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


def reseal(stored: str, primary: Fernet, keys: MultiFernet) -> str | None:
    """Stored words, sealed with `primary`; None where they are already. Raises UnreadableWordsError, as `unseal`."""
    if stored.startswith(_SEALED):
        try:
            primary.decrypt(stored[1:].encode())
        except InvalidToken:
            pass
        else:
            return None
    return seal(unseal(stored, keys), MultiFernet([primary]))
