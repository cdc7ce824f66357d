"""All words sealed with one key: a chunk of rows a transaction, so that it can be stopped anywhere and begun again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Column, Select, Table, Text, and_, bindparam, func, or_, select, tuple_, type_coerce
from sqlalchemy.orm import Session

from storage.schema import metadata
from storage.types import UnreadableWordsError, Words, reseal

CHUNK = 200


@dataclass(frozen=True)
class Part:
    """A table with people's words in it, and the columns that hold them."""

    table: Table
    columns: tuple[Column[Any], ...]


@dataclass(frozen=True)
class Step:
    """One chunk: the primary key of its last row, how many rows it had, and what became of their words."""

    last: tuple[Any, ...]
    rows: int
    resealed: int
    unreadable: int


def parts() -> list[Part]:
    """Every table with a column for people's words, as the metadata knows them: a new one is in it by itself."""
    found = ((table, tuple(each for each in table.c if isinstance(each.type, Words))) for table in _tables())
    return [Part(table, columns) for table, columns in found if columns]


def _tables() -> Iterator[Table]:
    yield from sorted(metadata.tables.values(), key=lambda table: table.name)


def count(session: Session, part: Part) -> int:
    """How many rows of a table hold words."""
    return session.execute(select(func.count()).select_from(part.table).where(_holds_words(part))).scalar_one()


def step(
    session: Session, part: Part, after: tuple[Any, ...] | None, primary: Fernet, keys: MultiFernet
) -> Step | None:
    """Seal the next chunk's words with `primary`, whichever of `keys` they are under; None where nothing is left.

    What somebody changes meanwhile is theirs: it is sealed already, by who wrote it.
    """
    rows = session.execute(_next(part, after)).all()
    if not rows:
        return None
    size, resealed, unreadable = len(part.table.primary_key.columns), 0, 0
    for row in rows:
        for column, stored in zip(part.columns, row[size:], strict=True):
            try:
                new = None if stored is None else reseal(stored, primary, keys)
            except (UnreadableWordsError, InvalidToken):
                unreadable += 1
                continue
            if new is not None:
                resealed += _put(session, part, column, (row[:size], stored, new))
    return Step(tuple(rows[-1][:size]), len(rows), resealed, unreadable)


def _holds_words(part: Part) -> Any:
    return or_(*(column.is_not(None) for column in part.columns))


def _next(part: Part, after: tuple[Any, ...] | None) -> Select[Any]:
    key = tuple(part.table.primary_key.columns)
    query = select(*key, *(type_coerce(column, Text) for column in part.columns)).where(_holds_words(part))
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    return query.order_by(*key).limit(CHUNK)


def _put(session: Session, part: Part, column: Column[Any], change: tuple[Sequence[Any], str, str]) -> int:
    key, stored, new = change
    which = [own == value for own, value in zip(part.table.primary_key.columns, key, strict=True)]
    unchanged = type_coerce(column, Text) == stored
    update = part.table.update().where(and_(*which, unchanged)).values({column: bindparam("sealed", new, type_=Text)})
    return len(session.execute(update.returning(*part.table.primary_key.columns)).all())
