"""When people are away: days on which nobody is asked anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, Date, Index, bindparam, delete, select
from sqlalchemy.orm import Session
from sqlmodel import Field, SQLModel, col

from bot.domain.calendars import Away
from storage.base import Keyed
from storage.bulk import among
from storage.types import UTCDateTime

KEPT = timedelta(days=31)
"""For so long after its end an absence is kept: prompts keep for themselves why they weren't sent."""


class Absence(Keyed, table=True):
    """Days on which somebody is away, the first and the last included; those of one person don't touch."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("first <= last", name="in_order"),
        Index("ix_absence_person_id", "person_id", "first"),
        Index("ix_absence_last", "last"),
    )

    person_id: int = Field(foreign_key="person.id")
    first: date
    last: date
    created_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def days(self) -> Away:
        """The days of it."""
        return Away(self.first, self.last)


_absence = SQLModel.metadata.tables["absence"].c
_DAYS = (
    select(_absence.person_id, _absence.first, _absence.last)
    .where(among(_absence.person_id, "person_ids"))
    .order_by(_absence.person_id, _absence.first)
)
_OF_PERSON = select(Absence).where(col(Absence.person_id) == bindparam("person_id")).order_by(col(Absence.first))
_PAST = (
    delete(Absence)
    .where(col(Absence.last) < bindparam("before", type_=Date))
    .returning(col(Absence.id))
    .execution_options(synchronize_session=False)
)


def days_of(session: Session, person_ids: Sequence[int]) -> Mapping[int, tuple[Away, ...]]:
    """When these people are away, in order; who isn't is left out."""
    found: dict[int, tuple[Away, ...]] = {}
    for person_id, first, last in session.execute(_DAYS, {"person_ids": person_ids}):
        found[person_id] = (*found.get(person_id, ()), Away(first, last))
    return found


def days(session: Session, person_id: int) -> tuple[Away, ...]:
    """When somebody is away, in order."""
    return days_of(session, [person_id]).get(person_id, ())


def of_person(session: Session, person_id: int) -> list[Absence]:
    """Somebody's absences, in order."""
    return list(session.scalars(_OF_PERSON, {"person_id": person_id}))


def forget_past(session: Session, now: datetime) -> bool:
    """Let absences go that ended a month ago; says whether there were any."""
    return session.execute(_PAST, {"before": now.date() - KEPT}).first() is not None
