"""Feedback: its threads, what is said in them, and drafts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, Index, UniqueConstraint, and_, delete, func, select, text
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from bot.domain.feedback import What
from storage import audience
from storage.base import Keyed
from storage.people import Person
from storage.types import NumbersJSON, UTCDateTime, Words

_IS_OWED = text("due_at IS NOT NULL")


class Feedback(Keyed, table=True):
    """A private thread about one person's work.

    `ref` names it wherever people's clients can look, since numbers tell what was written before what. `audience_id`:
    who reads its first words; what follows stays between the two. `snoozes`: how often its notice comes again.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("workspace_id", "ref"),
        CheckConstraint("author_id <> receiver_id", name="not_to_oneself"),
        CheckConstraint("kind IN ('praise', 'constructive')", name="kind"),
        Index("ix_feedback_receiver_id", "receiver_id", "delivered_at"),
        Index("ix_feedback_author_id", "author_id", "at"),
    )

    ref: str = Field(default_factory=lambda: uuid.uuid4().hex, max_length=32)
    author_id: int = Field(foreign_key="person.id")
    receiver_id: int = Field(foreign_key="person.id")
    kind: str = Field(max_length=12)
    is_confidential: bool = False
    audience_id: int = Field(foreign_key="audience.id")
    goal_id: int | None = Field(default=None, foreign_key="goal.id")
    at: datetime = Field(sa_type=UTCDateTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    undelivered: str | None = Field(default=None, max_length=16)
    snoozes: int = 0


class FeedbackMessage(Keyed, table=True):
    """What one of the two lets the other know: words, that they helped, or that the thread is closed.

    `due_at`: when the other side is owed it, or the change of it in `change` and `changed_words`; None where nothing
    is owed. `source_ts`: where its writer typed it in their DM.
    """

    __tablename__ = "feedback_message"
    __table_args__ = (
        UniqueConstraint("writer_id", "source_ts"),
        CheckConstraint("what IN ('words', 'helpful', 'closed')", name="what"),
        CheckConstraint("what <> 'words' OR words IS NOT NULL OR deleted_at IS NOT NULL", name="says_something"),
        CheckConstraint("change IN ('edit', 'delete')", name="change"),
        Index("ix_feedback_message_feedback_id", "feedback_id"),
        Index("ix_feedback_message_due_at", "due_at", sqlite_where=_IS_OWED, postgresql_where=_IS_OWED),
    )

    feedback_id: int = Field(foreign_key="feedback.id")
    writer_id: int = Field(foreign_key="person.id")
    audience_id: int = Field(foreign_key="audience.id")
    what: str = Field(default=What.WORDS, max_length=8)
    words: str | None = Field(default=None, sa_type=Words)
    change: str | None = Field(default=None, max_length=8)
    changed_words: str | None = Field(default=None, sa_type=Words)
    source_ts: str | None = Field(default=None, max_length=32)
    edited_ts: str = Field(default="", max_length=32)
    at: datetime = Field(sa_type=UTCDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    released_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    edited_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    stuck_until: datetime | None = Field(default=None, sa_type=UTCDateTime)


class FeedbackDraft(Keyed, table=True):
    """What somebody has written to somebody and not sent yet; `shown`: whom the visibility card named, None before.

    `saved_ts`: Slack's time of the keystroke that was taken in last.
    """

    __tablename__ = "feedback_draft"
    __table_args__ = (UniqueConstraint("author_id", "receiver_id"),)

    author_id: int = Field(foreign_key="person.id")
    receiver_id: int = Field(foreign_key="person.id")
    kind: str = Field(max_length=12)
    readers: str = Field(max_length=12)
    is_confidential: bool = False
    goal_id: int | None = Field(default=None, foreign_key="goal.id")
    words: str = Field(default="", sa_type=Words)
    shown: list[int] | None = Field(default=None, sa_type=NumbersJSON)
    saved_ts: str = Field(default="", max_length=32)
    updated_at: datetime = Field(sa_type=UTCDateTime, index=True)


def by_ref(session: Session, ref: str, *, held: bool = False) -> Feedback | None:
    """A thread by what buttons call it; `held`: nobody else changes it meanwhile."""
    query = select(Feedback).where(col(Feedback.ref) == ref)
    return session.scalars(query.with_for_update() if held else query).one_or_none()


def may_read(session: Session, feedback_id: int, reader: Person) -> bool:
    """Whether `reader`, who didn't write it, is on a thread's list still."""
    may = audience.readable(col(Feedback.author_id), col(Feedback.audience_id), reader)
    is_anothers = col(Feedback.author_id) != reader.key
    query = select(col(Feedback.id)).where(col(Feedback.id) == feedback_id, is_anothers, may)
    return session.scalars(query).first() is not None


def messages(session: Session, feedback_id: int) -> list[FeedbackMessage]:
    """All that was said in a thread, oldest first."""
    query = select(FeedbackMessage).where(col(FeedbackMessage.feedback_id) == feedback_id)
    return list(session.scalars(query.order_by(col(FeedbackMessage.id))))


def first(session: Session, feedback_id: int) -> FeedbackMessage:
    """The words that a thread begins with."""
    query = select(FeedbackMessage).where(col(FeedbackMessage.feedback_id) == feedback_id)
    return session.scalars(query.order_by(col(FeedbackMessage.id)).limit(1)).one()


def by_source(session: Session, writer_id: int, ts: str) -> FeedbackMessage | None:
    """What was made of a message that somebody typed."""
    query = select(FeedbackMessage).where(
        col(FeedbackMessage.writer_id) == writer_id, col(FeedbackMessage.source_ts) == ts
    )
    return session.scalars(query).one_or_none()


def says(session: Session, feedback_id: int, what: What) -> list[FeedbackMessage]:
    """What was let known in a thread beside words."""
    return [each for each in messages(session, feedback_id) if each.what == what]


def got(session: Session, reader: Person, start: int, most: int) -> list[Feedback]:
    """What somebody got and may read, the latest first; what came in one slot in an order that tells nothing."""
    query = (
        select(Feedback)
        .where(_arrived(reader))
        .order_by(col(Feedback.delivered_at).desc(), col(Feedback.ref))
        .offset(start)
        .limit(most)
    )
    return list(session.scalars(query))


def unread(session: Session, reader: Person) -> int:
    """How much of what they got somebody hasn't read."""
    query = select(func.count()).select_from(Feedback).where(_arrived(reader), col(Feedback.read_at).is_(None))
    return session.execute(query).scalar_one()


def _arrived(reader: Person) -> ColumnElement[bool]:
    return and_(
        col(Feedback.receiver_id) == reader.key,
        col(Feedback.delivered_at).is_not(None),
        audience.readable(col(Feedback.author_id), col(Feedback.audience_id), reader),
    )


def given(session: Session, author_id: int, start: int, most: int) -> list[Feedback]:
    """What somebody gave, the latest first."""
    query = select(Feedback).where(col(Feedback.author_id) == author_id)
    return list(
        session.scalars(query.order_by(col(Feedback.at).desc(), col(Feedback.id).desc()).offset(start).limit(most))
    )


def draft_of(session: Session, author_id: int, receiver_id: int) -> FeedbackDraft | None:
    """What somebody has written to somebody and not sent."""
    query = select(FeedbackDraft).where(
        col(FeedbackDraft.author_id) == author_id, col(FeedbackDraft.receiver_id) == receiver_id
    )
    return session.scalars(query).one_or_none()


def drafts(session: Session, author_id: int) -> Sequence[FeedbackDraft]:
    """All that somebody has written and not sent, the one touched last first."""
    query = select(FeedbackDraft).where(col(FeedbackDraft.author_id) == author_id)
    return session.scalars(query.order_by(col(FeedbackDraft.updated_at).desc())).all()


def forget_drafts(session: Session, before: datetime) -> bool:
    """Let go of drafts untouched since; says whether there were any."""
    old = delete(FeedbackDraft).where(col(FeedbackDraft.updated_at) < before).returning(col(FeedbackDraft.id))
    return session.execute(old).first() is not None
