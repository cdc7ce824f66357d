"""What the owner of a goal and whoever is asked to agree to it write to each other about it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from storage.base import Keyed
from storage.types import UTCDateTime, Words


class GoalRemark(Keyed, table=True):
    """One message about a goal, for `to_id` and its author alone.

    `terms`: of the goal when it was written, which names the message in whose thread whoever is asked has it.
    `source_ts`: where its author typed it in their DM; None for one from a form. `edited_ts`: Slack's time of the last
    edit taken in.
    """

    __tablename__ = "goal_remark"
    __table_args__ = (
        UniqueConstraint("author_id", "source_ts"),
        CheckConstraint("words IS NOT NULL OR deleted_at IS NOT NULL", name="says_something"),
        CheckConstraint("author_id <> to_id", name="to_another"),
        Index("ix_goal_remark_goal_id", "goal_id"),
    )

    goal_id: int = Field(foreign_key="goal.id")
    author_id: int = Field(foreign_key="person.id")
    to_id: int = Field(foreign_key="person.id")
    terms: int
    words: str | None = Field(default=None, sa_type=Words)
    source_ts: str | None = Field(default=None, max_length=32)
    edited_ts: str = Field(default="", max_length=32)
    at: datetime = Field(sa_type=UTCDateTime)
    edited_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


_BY_SOURCE = select(GoalRemark).where(
    col(GoalRemark.author_id) == bindparam("author_id"), col(GoalRemark.source_ts) == bindparam("ts")
)


def get(session: Session, remark_id: int) -> GoalRemark | None:
    """A remark, deleted or not."""
    return session.get(GoalRemark, remark_id)


def by_source(session: Session, author_id: int, ts: str) -> GoalRemark | None:
    """What was made of a message that somebody typed."""
    return session.scalars(_BY_SOURCE, {"author_id": author_id, "ts": ts}).one_or_none()
