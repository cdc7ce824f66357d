"""Readings: what a measure was at one time. They are added and never changed; a wrong one is corrected by another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, bindparam, exists, select
from sqlalchemy.orm import Session, aliased
from sqlmodel import Field, SQLModel, col

from bot.domain.goals import Point
from storage.base import Keyed
from storage.bulk import among
from storage.measures import Measure
from storage.types import Exact, UTCDateTime


class Reading(Keyed, table=True):
    """One value of a measure. `at`: when it was so; `recorded_at`: when Cairn was told.

    `person_id`: who said so, nobody where it came from outside by itself. `update_id`: what was said along with it.
    `corrects_id`: the reading in whose place it stands; each is corrected once, and the correction then in turn.
    """

    __tablename__ = "reading"
    __table_args__ = (
        CheckConstraint("source IN ('person', 'checkin', 'file', 'api')", name="source"),
        CheckConstraint("source NOT IN ('person', 'checkin') OR person_id IS NOT NULL", name="said_by_somebody"),
        CheckConstraint("corrects_id IS NULL OR corrects_id <> id", name="corrects_another"),
        UniqueConstraint("corrects_id"),
        Index("ix_reading_measure_id", "measure_id", "at", "id"),
        Index("ix_reading_update_id", "update_id"),
    )

    measure_id: int = Field(foreign_key="measure.id")
    value: Decimal = Field(sa_type=Exact)
    at: datetime = Field(sa_type=UTCDateTime)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    source: str = Field(max_length=8)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    update_id: int | None = Field(default=None, foreign_key="goal_update.id")
    corrects_id: int | None = Field(default=None, foreign_key="reading.id")


# By table: a page of goals may have thousands, and SQLAlchemy's work on classes costs more than the statement.
_reading: Any = SQLModel.metadata.tables["reading"]
_measure = SQLModel.metadata.tables[str(Measure.__tablename__)].c
_correction = aliased(_reading)
_STANDS = ~exists().where(_correction.c.corrects_id == _reading.c.id).correlate(_reading)
_SERIES = (
    select(_reading.c.measure_id, _reading.c.at, _reading.c.value)
    .where(among(_reading.c.measure_id, "measure_ids"), _STANDS)
    .order_by(_reading.c.measure_id, _reading.c.at, _reading.c.id)
)
_NEWEST_ID = (
    select(_reading.c.id)
    .where(_reading.c.measure_id == _measure.id, _STANDS)
    .order_by(_reading.c.at.desc(), _reading.c.id.desc())
    .limit(1)
    .correlate(_measure.id.table)
    .scalar_subquery()
)
_NEWEST = select(_measure.id, _NEWEST_ID.label("reading_id")).where(among(_measure.id, "measure_ids")).subquery()
_LATEST = select(_reading.c.measure_id, _reading.c.at, _reading.c.value).join(
    _NEWEST, _NEWEST.c.reading_id == _reading.c.id
)


def latest(session: Session, measure_ids: Iterable[int]) -> dict[int, Point]:
    """The value each of these measures has now, so far as anybody said: the one that was so last and still stands."""
    found = session.execute(_LATEST, {"measure_ids": list(measure_ids)})
    return {measure_id: Point(at, value) for measure_id, at, value in found}


def series(session: Session, measure_ids: Iterable[int]) -> dict[int, list[Point]]:
    """All readings of these measures that still stand, in the order of when they were so."""
    found: dict[int, list[Point]] = {measure_id: [] for measure_id in measure_ids}
    for measure_id, at, value in session.execute(_SERIES, {"measure_ids": list(found)}):
        found[measure_id].append(Point(at, value))
    return found


_STANDING = (
    select(Reading)
    .where(col(Reading.measure_id) == bindparam("measure_id"))
    .where(~exists().where(_correction.c.corrects_id == col(Reading.id)).correlate(Reading))
    .order_by(col(Reading.at).desc(), col(Reading.id).desc())
)


def newest(session: Session, measure_id: int) -> Reading | None:
    """The reading of a measure that was so last and still stands."""
    return session.scalars(_STANDING.limit(1), {"measure_id": measure_id}).first()
