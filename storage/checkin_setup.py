"""What a lead has typed into the form that sets a check-in up, and not switched on or saved yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, bindparam, delete, select
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from storage.base import Keyed
from storage.types import UTCDateTime, WordsJSON


class SetupDraft(Keyed, table=True):
    """A check-in as its form has it, for whoever fills it in alone; `checkin_id` is None for a new one.

    `form` as in `domain.checkin_setup`. `version` is the check-in's as the form was begun from it. `action_ts` is
    Slack's time of the last keystroke taken in: the newer wins.
    """

    __tablename__ = "setup_draft"
    __table_args__ = (
        Index("ix_setup_draft_person_id", "person_id", "updated_at"),
        Index("ix_setup_draft_updated_at", "updated_at"),
    )

    person_id: int = Field(foreign_key="person.id")
    checkin_id: int | None = Field(default=None, foreign_key="checkin.id")
    version: int = 0
    form: dict[str, Any] = Field(sa_type=WordsJSON)
    action_ts: str = Field(default="", max_length=32)
    updated_at: datetime = Field(sa_type=UTCDateTime)


def own(session: Session, person_id: int, draft_id: int) -> SetupDraft | None:
    """Somebody's draft, to look at."""
    of_person = (col(SetupDraft.id) == draft_id, col(SetupDraft.person_id) == person_id)
    return session.scalars(select(SetupDraft).where(*of_person)).one_or_none()


def held(session: Session, person_id: int, draft_id: int) -> SetupDraft | None:
    """Somebody's draft, locked: keystrokes and clicks come in parallel."""
    of_person = (col(SetupDraft.id) == draft_id, col(SetupDraft.person_id) == person_id)
    return session.scalars(select(SetupDraft).where(*of_person).with_for_update()).one_or_none()


def newest(session: Session, person_id: int, checkin_id: int | None) -> SetupDraft | None:
    """The draft that somebody touched last, of a check-in or of a new one."""
    query = (
        select(SetupDraft)
        .where(col(SetupDraft.person_id) == person_id, col(SetupDraft.checkin_id).is_not_distinct_from(checkin_id))
        .order_by(col(SetupDraft.updated_at).desc(), col(SetupDraft.id).desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def discard(session: Session, person_id: int, checkin_id: int | None) -> None:
    """Let go of all that somebody began for a check-in, or for a new one."""
    theirs = (col(SetupDraft.person_id) == person_id, col(SetupDraft.checkin_id).is_not_distinct_from(checkin_id))
    session.execute(delete(SetupDraft).where(*theirs))


_FORGET = (
    delete(SetupDraft)
    .where(col(SetupDraft.updated_at) < bindparam("before", type_=UTCDateTime))
    .returning(col(SetupDraft.id))
)


def forget(session: Session, before: datetime) -> bool:
    """Let drafts go that nobody has touched since; says whether there were any."""
    return session.execute(_FORGET, {"before": before}).first() is not None
