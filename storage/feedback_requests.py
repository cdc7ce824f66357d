"""Requests for feedback, and each asked person's part in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, select, text, update
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from storage.base import Keyed
from storage.feedback import Feedback
from storage.types import UTCDateTime, Words, WordsJSON

OPEN, ANSWERED, DECLINED, WITHDRAWN = "open", "answered", "declined", "withdrawn"
_IS_RUNNING = text("over_at IS NULL")
_IS_REMINDED = text("remind_at IS NOT NULL")


class FeedbackRequest(Keyed, table=True):
    """Somebody asks people for feedback about themselves, or about a report. `together_at`: three answers were in."""

    __tablename__ = "feedback_request"
    __table_args__ = (
        Index("ix_feedback_request_closes_at", "closes_at", sqlite_where=_IS_RUNNING, postgresql_where=_IS_RUNNING),
    )

    asker_id: int = Field(foreign_key="person.id")
    about_id: int = Field(foreign_key="person.id")
    topic: str = Field(sa_type=Words)
    questions: list[str] = Field(default_factory=list, sa_type=WordsJSON)
    is_confidential: bool = False
    at: datetime = Field(sa_type=UTCDateTime)
    closes_at: datetime = Field(sa_type=UTCDateTime)
    together_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    over_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    stuck_until: datetime | None = Field(default=None, sa_type=UTCDateTime)


class FeedbackAsk(Keyed, table=True):
    """One person's part in a request: `answers` are kept while they are typed, `feedback_id` is what was sent."""

    __tablename__ = "feedback_ask"
    __table_args__ = (
        UniqueConstraint("request_id", "person_id"),
        CheckConstraint("state IN ('open', 'answered', 'declined', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'answered') = (feedback_id IS NOT NULL)", name="answered_with_something"),
        Index("ix_feedback_ask_person_id", "person_id", "state"),
        Index("ix_feedback_ask_remind_at", "remind_at", sqlite_where=_IS_REMINDED, postgresql_where=_IS_REMINDED),
    )

    request_id: int = Field(foreign_key="feedback_request.id")
    person_id: int = Field(foreign_key="person.id")
    state: str = Field(default=OPEN, max_length=9)
    feedback_id: int | None = Field(default=None, foreign_key="feedback.id", index=True)
    answers: list[str] | None = Field(default=None, sa_type=WordsJSON)
    saved_ts: str = Field(default="", max_length=32)
    reminded: int = 0
    remind_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    stuck_until: datetime | None = Field(default=None, sa_type=UTCDateTime)


def of_person(session: Session, ask_id: int, person_id: int, *, held: bool = False) -> FeedbackAsk | None:
    """Somebody's own part; `held`: nobody else changes it meanwhile."""
    query = select(FeedbackAsk).where(col(FeedbackAsk.id) == ask_id, col(FeedbackAsk.person_id) == person_id)
    return session.scalars(query.with_for_update() if held else query).one_or_none()


def asks(session: Session, request_id: int) -> Sequence[FeedbackAsk]:
    """Everybody's part in a request."""
    query = select(FeedbackAsk).where(col(FeedbackAsk.request_id) == request_id)
    return session.scalars(query.order_by(col(FeedbackAsk.id))).all()


def owed(session: Session, person_id: int, now: datetime) -> list[tuple[FeedbackAsk, FeedbackRequest]]:
    """What somebody is asked for and hasn't answered, the one that ends first first."""
    query = (
        select(FeedbackAsk, FeedbackRequest)
        .join(FeedbackRequest, col(FeedbackRequest.id) == col(FeedbackAsk.request_id))
        .where(
            col(FeedbackAsk.person_id) == person_id,
            col(FeedbackAsk.state) == OPEN,
            col(FeedbackRequest.closes_at) > now,
        )
        .order_by(col(FeedbackRequest.closes_at), col(FeedbackAsk.id))
    )
    rows: list[Any] = list(session.execute(query))
    return [(ask, request) for ask, request in rows]


def of_feedback(session: Session, feedback_id: int) -> FeedbackRequest | None:
    """The request that feedback answers, where it answers one."""
    query = (
        select(FeedbackRequest)
        .join(FeedbackAsk, col(FeedbackAsk.request_id) == col(FeedbackRequest.id))
        .where(col(FeedbackAsk.feedback_id) == feedback_id)
    )
    return session.scalars(query).first()


def open_again(session: Session, feedback_id: int) -> None:
    """What feedback that was taken back had answered is open again."""
    again = update(FeedbackAsk).where(col(FeedbackAsk.feedback_id) == feedback_id)
    session.execute(again.values(state=OPEN, feedback_id=None))


def waiting(session: Session, request: FeedbackRequest) -> list[Feedback]:
    """Answers that nobody has read yet and their authors didn't take back."""
    query = (
        select(Feedback)
        .join(FeedbackAsk, col(FeedbackAsk.feedback_id) == col(Feedback.id))
        .where(
            col(FeedbackAsk.request_id) == request.key,
            col(Feedback.delivered_at).is_(None),
            col(Feedback.withdrawn_at).is_(None),
        )
        .order_by(col(Feedback.id))
    )
    return list(session.scalars(query))


def has_arrived(session: Session, request: FeedbackRequest) -> bool:
    """Whether any answer has."""
    query = (
        select(col(Feedback.id))
        .join(FeedbackAsk, col(FeedbackAsk.feedback_id) == col(Feedback.id))
        .where(col(FeedbackAsk.request_id) == request.key, col(Feedback.delivered_at).is_not(None))
    )
    return session.scalars(query).first() is not None
