"""Feedback that its receiver showed to an admin, and whose authors they take nothing confidential from any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, select
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from storage.base import Keyed
from storage.feedback import Feedback
from storage.types import UTCDateTime


class FeedbackBlock(Keyed, table=True):
    """`receiver_id` takes nothing more from `author_id` that is confidential, without knowing who that is.

    One for each thread in which they said so: were it one for both people, another thread would tell whose it is.
    """

    __tablename__ = "feedback_block"
    __table_args__ = (
        UniqueConstraint("feedback_id"),
        Index("ix_feedback_block_receiver_id", "receiver_id", "author_id"),
    )

    feedback_id: int = Field(foreign_key="feedback.id")
    receiver_id: int = Field(foreign_key="person.id")
    author_id: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=UTCDateTime)


class FeedbackReport(Keyed, table=True):
    """Feedback that was shown to `admin_id`. Two admins name its author: one asks, another agrees."""

    __tablename__ = "feedback_report"
    __table_args__ = (
        UniqueConstraint("feedback_id"),
        CheckConstraint("asked_by IS NOT NULL OR agreed_by IS NULL", name="asked_before_agreed"),
        CheckConstraint("asked_by <> agreed_by", name="takes_two"),
    )

    feedback_id: int = Field(foreign_key="feedback.id")
    admin_id: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=UTCDateTime)
    asked_by: int | None = Field(default=None, foreign_key="person.id")
    agreed_by: int | None = Field(default=None, foreign_key="person.id")
    unmasked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


def blocked(session: Session, receiver_id: int, author_id: int) -> bool:
    """Whether somebody takes nothing confidential from this one any more."""
    query = select(col(FeedbackBlock.id)).where(
        col(FeedbackBlock.receiver_id) == receiver_id, col(FeedbackBlock.author_id) == author_id
    )
    return session.scalars(query).first() is not None


def is_blocked_by(session: Session, feedback_id: int) -> bool:
    """Whether a receiver blocked the author of this thread by it."""
    query = select(col(FeedbackBlock.id)).where(col(FeedbackBlock.feedback_id) == feedback_id)
    return session.scalars(query).first() is not None


def block(session: Session, thread: Feedback, now: datetime) -> None:
    """Its receiver takes nothing confidential from its author any more; twice is once."""
    if not is_blocked_by(session, thread.key):
        row = FeedbackBlock(feedback_id=thread.key, receiver_id=thread.receiver_id, author_id=thread.author_id, at=now)
        session.add(row)
        session.flush()


def of_feedback(session: Session, feedback_id: int) -> FeedbackReport | None:
    """The report of a thread, where there is one."""
    query = select(FeedbackReport).where(col(FeedbackReport.feedback_id) == feedback_id)
    return session.scalars(query).one_or_none()


def get(session: Session, report_id: int, *, held: bool = False) -> FeedbackReport | None:
    """A report; `held`: nobody else changes it meanwhile."""
    return session.get(FeedbackReport, report_id, with_for_update=held or None)
