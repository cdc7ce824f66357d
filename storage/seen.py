"""Each delivery of Slack's once: a key is written in the transaction that acts on it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Index, bindparam, delete, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlmodel import Field, SQLModel, col

from bot.errors import AlreadySeenError
from storage import people
from storage.base import Owned
from storage.database import machine_time, workspace_of
from storage.people import Person
from storage.types import UTCDateTime

# Slack delivers an event again for up to five minutes; a day leaves room for clocks and outages.
KEPT = timedelta(days=1)


class Seen(Owned, table=True):
    """A delivery that was acted on: `event_id`, `trigger_id`, or a form's `view.id` and hash."""

    __tablename__ = "seen"
    __table_args__ = (Index("ix_seen_at", "at"),)

    workspace_id: str = Field(primary_key=True, max_length=32)
    key: str = Field(primary_key=True, max_length=255)
    at: datetime = Field(sa_type=UTCDateTime)


def once(session: Session, key: str) -> None:
    """Write a delivery's key; raises AlreadySeenError where it is there already.

    Whoever comes second waits for the first to commit or roll back, so that a delivery is never acked on the
    strength of a transaction that failed.
    """
    row = {"workspace_id": workspace_of(session), "key": key, "at": machine_time(session)}
    if session.execute(_insert(session.get_bind().dialect.name), row).first() is None:
        raise AlreadySeenError(key)


def acting(session: Session, key: str, slack_id: str) -> Person | None:
    """`once`, and who acts in this delivery: in one round trip where the database can.

    Where Cairn doesn't know them it is None, and the key may not have been looked at.
    """
    if session.get_bind().dialect.name != "postgresql":
        once(session, key)
        return people.by_slack_id(session, slack_id)
    params = {"workspace_id": workspace_of(session), "key": key, "at": machine_time(session), "slack_id": slack_id}
    row = session.execute(_acting(), params).one_or_none()
    if row is not None and row[1] is None:
        raise AlreadySeenError(key)
    return None if row is None else row[0]


@cache
def _acting() -> Any:
    table = SQLModel.metadata.tables["seen"]
    values = {name: bindparam(name, type_=table.c[name].type) for name in ("workspace_id", "key", "at")}
    written = _insert("postgresql").values(values).cte("written")
    return select(Person, written.c.key).outerjoin(written, true()).where(col(Person.slack_id) == bindparam("slack_id"))


@cache
def _insert(dialect: str) -> Any:
    table = SQLModel.metadata.tables["seen"]
    statement = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return statement.on_conflict_do_nothing().returning(table.c.key)


_OLD = (
    delete(Seen)
    .where(col(Seen.at) < bindparam("before", type_=UTCDateTime))
    .returning(col(Seen.key))
    .execution_options(synchronize_session=False)
)


def forget_old(session: Session) -> bool:
    """Let go of the keys that Slack can't send again; says whether there were any."""
    return session.execute(_OLD, {"before": machine_time(session) - KEPT}).first() is not None
