"""What a lead and the author of an answer write to each other about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from storage import audience
from storage.base import Keyed
from storage.outbox_rows import SENT, Outbox
from storage.people import Person
from storage.rounds import Prompt
from storage.types import UTCDateTime, Words


class Reply(Keyed, table=True):
    """One message between `lead_id` and whoever answered the prompt, written by one of the two.

    Its audience is those two. `source_ts`: where its author typed it in their DM; None for one from a form.
    `edited_ts`: Slack's time of the last edit taken in. `delivered_ts`: where the other one has it.
    """

    __tablename__ = "reply"
    __table_args__ = (
        UniqueConstraint("author_id", "source_ts"),
        CheckConstraint("words IS NOT NULL OR deleted_at IS NOT NULL", name="says_something"),
        Index("ix_reply_prompt_id", "prompt_id", "lead_id"),
    )

    prompt_id: int = Field(foreign_key="prompt.id")
    lead_id: int = Field(foreign_key="person.id")
    author_id: int = Field(foreign_key="person.id")
    audience_id: int = Field(foreign_key="audience.id")
    words: str | None = Field(default=None, sa_type=Words)
    source_ts: str | None = Field(default=None, max_length=32)
    edited_ts: str = Field(default="", max_length=32)
    delivered_ts: str | None = Field(default=None, max_length=32)
    at: datetime = Field(sa_type=UTCDateTime)
    edited_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Root(NamedTuple):
    """The message of ours that begins a thread in somebody's DM: its outbox key, and what it says."""

    key: str
    kind: str
    ids: dict[str, Any]


def get(session: Session, reply_id: int) -> Reply | None:
    """A reply, deleted or not."""
    return session.get(Reply, reply_id)


def readable_by(session: Session, reply_id: int, reader: Person) -> Reply | None:
    """A reply that is there and that `reader` may read."""
    may = audience.readable(col(Reply.author_id), col(Reply.audience_id), reader)
    query = select(Reply).where(col(Reply.id) == reply_id, col(Reply.deleted_at).is_(None), may)
    return session.scalars(query).one_or_none()


def answer_readable_by(session: Session, prompt_id: int, reader: Person) -> bool:
    """Whether somebody was given an answer to this prompt that they may read."""
    may = audience.readable(col(Prompt.person_id), col(Prompt.audience_id), reader)
    query = select(col(Prompt.id)).where(col(Prompt.id) == prompt_id, col(Prompt.answered_at).is_not(None), may)
    return session.scalars(query).first() is not None


_BY_SOURCE = select(Reply).where(
    col(Reply.author_id) == bindparam("author_id"), col(Reply.source_ts) == bindparam("ts")
)


def by_source(session: Session, author_id: int, ts: str) -> Reply | None:
    """What was made of a message that somebody typed."""
    return session.scalars(_BY_SOURCE, {"author_id": author_id, "ts": ts}).one_or_none()


def first(session: Session, prompt_id: int, lead_id: int) -> Reply | None:
    """With what a lead began to write about an answer."""
    of_both = (col(Reply.prompt_id) == prompt_id, col(Reply.lead_id) == lead_id)
    return session.scalars(select(Reply).where(*of_both).order_by(col(Reply.id)).limit(1)).first()


def writing_leads(session: Session, prompt_id: int) -> list[tuple[int, str]]:
    """Leads whose words about an answer its author has, each with the ts of the earliest of them, by lead."""
    delivered = (
        select(col(Reply.lead_id), col(Reply.delivered_ts))
        .where(
            col(Reply.prompt_id) == prompt_id,
            col(Reply.author_id) == col(Reply.lead_id),
            col(Reply.delivered_ts).is_not(None),
        )
        .order_by(col(Reply.lead_id), col(Reply.id).desc())
    )
    earliest = {lead: ts for lead, ts in session.execute(delivered) if ts is not None}
    return list(earliest.items())


_ROOT = select(col(Outbox.key), col(Outbox.kind), col(Outbox.ids)).where(
    col(Outbox.person_id) == bindparam("person_id"),
    col(Outbox.state) == bindparam("state"),
    col(Outbox.action) == "post",
    col(Outbox.ts) == bindparam("ts"),
)


def root(session: Session, person_id: int, ts: str) -> Root | None:
    """The message of ours in somebody's DM that has this ts."""
    row = session.execute(_ROOT, {"person_id": person_id, "state": SENT, "ts": ts}).first()
    return None if row is None or row.key is None else Root(row.key, row.kind, row.ids)
