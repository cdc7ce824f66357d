"""Changes of who reads a check-in's answers, for those who answer it to be told of."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from storage.base import Keyed
from storage.types import UTCDateTime


class ReadersChange(Keyed, table=True):
    """Who reads a check-in became another one day. `before`: who read it until then, as in `privacy.to_json`.

    `day` is that of whoever changed it first, by their clock; what follows on that day belongs to it. `by_id`: who was
    the last.
    """

    __tablename__ = "readers_change"
    __table_args__ = (UniqueConstraint("checkin_id", "day"),)

    checkin_id: int = Field(foreign_key="checkin.id")
    day: date
    by_id: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=UTCDateTime)
    before: dict[str, Any] = Field(sa_type=JSON)


def of_day(session: Session, checkin_id: int, day: date) -> ReadersChange | None:
    """The change of a check-in's readers on a day."""
    query = select(ReadersChange).where(col(ReadersChange.checkin_id) == checkin_id, col(ReadersChange.day) == day)
    return session.scalars(query).one_or_none()


_LATELY = (
    select(col(ReadersChange.id))
    .where(col(ReadersChange.checkin_id) == bindparam("checkin_id"), col(ReadersChange.at) > bindparam("since"))
    .order_by(col(ReadersChange.id))
)


def lately(session: Session, checkin_id: int, since: datetime) -> list[int]:
    """The changes of a check-in's readers since then, by primary key."""
    return [key for key in session.scalars(_LATELY, {"checkin_id": checkin_id, "since": since}) if key is not None]
