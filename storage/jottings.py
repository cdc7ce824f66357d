"""Words that somebody typed to Cairn while a check-in was open for them, until they are put into it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, bindparam, delete, select
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from storage.base import Keyed
from storage.types import UTCDateTime, Words


class Jotting(Keyed, table=True):
    """One message in somebody's DM; like a draft, they alone ever see it.

    `source_ts`: Slack's ts of it; `first_ts`: that of the first of those that are offered together. `about_id`: the
    prompt in whose thread it was typed. `words` are None once they were put into the check-in of `prompt_id`, deleted
    or left. `edited_ts`: Slack's time of the last edit taken in.
    """

    __tablename__ = "jotting"
    __table_args__ = (UniqueConstraint("person_id", "source_ts"), Index("ix_jotting_at", "at"))

    person_id: int = Field(foreign_key="person.id")
    source_ts: str = Field(max_length=32)
    first_ts: str = Field(max_length=32)
    about_id: int | None = Field(default=None, foreign_key="prompt.id")
    prompt_id: int | None = Field(default=None, foreign_key="prompt.id")
    words: str | None = Field(default=None, sa_type=Words)
    edited_ts: str = Field(default="", max_length=32)
    at: datetime = Field(sa_type=UTCDateTime)


def by_source(session: Session, person_id: int, ts: str) -> Jotting | None:
    """What was made of a message that somebody typed."""
    query = select(Jotting).where(col(Jotting.person_id) == person_id, col(Jotting.source_ts) == ts)
    return session.scalars(query).one_or_none()


def offered(session: Session, person_id: int, first_ts: str, *, held: bool = False) -> list[Jotting]:
    """What is or was offered together, in order; `held`: locked until this transaction has ended."""
    query = (
        select(Jotting)
        .where(col(Jotting.person_id) == person_id, col(Jotting.first_ts) == first_ts)
        .order_by(col(Jotting.source_ts))
    )
    return list(session.scalars(query.with_for_update() if held else query))


def latest(session: Session, person_id: int, about_id: int | None, since: datetime) -> Jotting | None:
    """The newest that still waits to be put somewhere, typed at `since` or later in the same thread."""
    query = (
        select(Jotting)
        .where(
            col(Jotting.person_id) == person_id,
            col(Jotting.about_id) == about_id if about_id else col(Jotting.about_id).is_(None),
            col(Jotting.words).is_not(None),
            col(Jotting.at) >= since,
        )
        .order_by(col(Jotting.source_ts).desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def words_of(rows: Sequence[Jotting]) -> str:
    """All that is left of what was offered together, a message a line."""
    return "\n".join(row.words for row in rows if row.words is not None)


_OLD = (
    delete(Jotting)
    .where(col(Jotting.at) < bindparam("before", type_=UTCDateTime))
    .returning(col(Jotting.id))
    .execution_options(synchronize_session=False)
)


def forget_before(session: Session, before: datetime) -> bool:
    """Let go of what was typed before then; says whether there was any."""
    return session.execute(_OLD, {"before": before}).first() is not None
