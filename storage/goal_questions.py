"""Measures that a check-in asks about: the longest silent first, without those that programs tell."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.goals import OPEN, GoalKind, Source
from storage.bulk import among
from storage.goals import Goal, GoalUpdate
from storage.measures import Measure
from storage.readings import Reading
from storage.types import UTCDateTime

MOST_ASKED = 5
_OUTSIDE = (Source.FILE, Source.API)
_FED = exists().where(
    col(Reading.measure_id) == col(Measure.id),
    col(Reading.source).in_(_OUTSIDE),
    col(Reading.recorded_at) > bindparam("since", type_=UTCDateTime),
)
_HEARD = (
    select(func.max(col(Reading.at))).where(col(Reading.measure_id) == col(Measure.id)).correlate(Measure)
).scalar_subquery()
_OPEN = (
    select(Measure, Goal)
    .join(Goal, col(Goal.id) == col(Measure.goal_id))
    .where(
        col(Goal.owner_id) == bindparam("owner_id"),
        col(Goal.kind) == GoalKind.PERSON,
        col(Goal.state).in_(OPEN),
        col(Measure.dropped_at).is_(None),
    )
)
_ASKED = _OPEN.where(~_FED).order_by(_HEARD.is_not(None), _HEARD, col(Measure.id)).limit(MOST_ASKED)
_NAMED = _OPEN.where(among(col(Measure.id), "measure_ids")).order_by(col(Measure.id))
_SAID = (
    select(Reading)
    .join(GoalUpdate, col(GoalUpdate.id) == col(Reading.update_id))
    .where(col(GoalUpdate.prompt_id) == bindparam("prompt_id"), col(Reading.corrects_id).is_(None))
)
_CORRECTION = select(Reading).where(col(Reading.corrects_id) == bindparam("reading_id"))

Asked = tuple[Measure, Goal]


def asked(session: Session, owner_id: int, since: datetime) -> list[Asked]:
    """At most five measures of somebody's own open goals; none of which a program or a file told since then."""
    return _pairs(session.execute(_ASKED, {"owner_id": owner_id, "since": since}))


def still_open(session: Session, owner_id: int, measure_ids: Collection[int], *, hold: bool = False) -> list[Asked]:
    """Those of these measures that still belong to open goals of their own; `hold`: locked, with their goals."""
    query = _NAMED.with_for_update().execution_options(populate_existing=True) if hold else _NAMED
    return _pairs(session.execute(query, {"owner_id": owner_id, "measure_ids": list(measure_ids)}))


def said_in(session: Session, prompt_id: int) -> dict[int, Reading]:
    """What a check-in's answer came to, by measure: the reading that stands now in place of the one it wrote."""
    return {
        reading.measure_id: _standing(session, reading) for reading in session.scalars(_SAID, {"prompt_id": prompt_id})
    }


def update_of(session: Session, goal_id: int, prompt_id: int) -> GoalUpdate | None:
    """What was said of a goal in a check-in."""
    query = select(GoalUpdate).where(col(GoalUpdate.prompt_id) == prompt_id, col(GoalUpdate.goal_id) == goal_id)
    return session.scalars(query).first()


def _standing(session: Session, reading: Reading) -> Reading:
    correction = session.scalars(_CORRECTION, {"reading_id": reading.key}).one_or_none()
    return reading if correction is None else _standing(session, correction)


def _pairs(found: Any) -> list[Asked]:
    return [(measure, goal) for measure, goal in found]
