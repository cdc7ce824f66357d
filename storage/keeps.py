"""Answers that a lead keeps for a talk with whoever wrote them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from storage import audience
from storage.base import Owned
from storage.checkins import CheckIn
from storage.people import Person
from storage.rounds import Prompt, Round
from storage.types import UTCDateTime

MOST = 100
"""As many as anybody lists at once."""


class Keep(Owned, table=True):
    """One person's answers that a lead means to talk about; `done_at`: they have."""

    __tablename__ = "keep"
    __table_args__ = (UniqueConstraint("lead_id", "prompt_id"),)

    id: int | None = Field(default=None, primary_key=True)
    lead_id: int = Field(foreign_key="person.id")
    prompt_id: int = Field(foreign_key="prompt.id")
    at: datetime = Field(sa_type=UTCDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


def find(session: Session, lead_id: int, prompt_id: int) -> Keep | None:
    """What a lead keeps of a prompt, done or not."""
    query = select(Keep).where(col(Keep.lead_id) == lead_id, col(Keep.prompt_id) == prompt_id)
    return session.scalars(query).one_or_none()


def kept(session: Session, lead_id: int, prompt_ids: Collection[int]) -> frozenset[int]:
    """Which of these prompts a lead keeps and isn't done with."""
    query = select(col(Keep.prompt_id)).where(
        col(Keep.lead_id) == lead_id, col(Keep.prompt_id).in_(prompt_ids), col(Keep.done_at).is_(None)
    )
    return frozenset(session.scalars(query))


def listed(session: Session, lead: Person) -> list[tuple[Prompt, Round, CheckIn, Person]]:
    """What a lead keeps and may still read, with its author, the one kept last first."""
    query = (
        select(Prompt, Round, CheckIn, Person)
        .join(Keep, col(Keep.prompt_id) == col(Prompt.id))
        .join(Round, col(Round.id) == col(Prompt.round_id))
        .join(CheckIn, col(CheckIn.id) == col(Round.checkin_id))
        .join(Person, col(Person.id) == col(Prompt.person_id))
        .where(
            col(Keep.lead_id) == lead.key,
            col(Keep.done_at).is_(None),
            audience.readable(col(Prompt.person_id), col(Prompt.audience_id), lead),
        )
        .order_by(col(Keep.at).desc(), col(Keep.id).desc())
        .limit(MOST)
    )
    return [(prompt, round_, checkin, person) for prompt, round_, checkin, person in session.execute(query)]
