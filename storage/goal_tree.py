"""All goals that somebody may read as one forest: where each belongs and how far its measures are, and no words."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, and_, exists, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased
from sqlmodel import SQLModel

from bot.domain.goals import OPEN, Direction, GoalKind, MeasureKind, Outcome, Terms, progress
from bot.domain.rollup import Node, mean
from storage import audience
from storage.database import workspace_of
from storage.goals import Goal
from storage.measures import Measure
from storage.people import Person
from storage.readings import Reading

# By table: of ten thousand goals SQLAlchemy's work on classes costs as much as the statement.
_goal, _measure, _reading = (SQLModel.metadata.tables[str(of.__tablename__)] for of in (Goal, Measure, Reading))
_correction = aliased(_reading)
_NOW = (
    select(_reading.c.value)
    .where(
        _reading.c.measure_id == _measure.c.id,
        ~exists().where(_correction.c.corrects_id == _reading.c.id).correlate(_reading),
    )
    .order_by(_reading.c.at.desc(), _reading.c.id.desc())
    .limit(1)
    .correlate(_measure)
    .scalar_subquery()
)
# Whole millionths as they are stored: how far something is on its way is the same in them.
_RAW = (_measure.c.baseline, _measure.c.target, _measure.c.low, _measure.c.high, _NOW)
_FOREST = (
    select(
        *(_goal.c.id, _goal.c.parent_id, _goal.c.kind, _goal.c.state),
        *(_measure.c.kind, _measure.c.direction, *(type_coerce(each, BigInteger) for each in _RAW)),
    )
    .outerjoin(_measure, and_(_measure.c.goal_id == _goal.c.id, _measure.c.dropped_at.is_(None)))
    .where(or_(_goal.c.state.in_(OPEN), _goal.c.outcome != Outcome.DROPPED))
    .order_by(_goal.c.id)
)
_WHOSE = {str(each): each for each in GoalKind}


class Placed(NamedTuple):
    """A goal where it stands, with how far its own measures are."""

    node: Node
    kind: GoalKind
    is_open: bool


def forest(session: Session, reader: Person) -> list[Placed]:
    """Every goal that `reader` may read, open ones and closed ones that weren't dropped, by primary key."""
    may = audience.readable_of_many(_goal.c.owner_id, _goal.c.audience_id, reader)
    rows = session.execute(_FOREST.where(_goal.c.workspace_id == workspace_of(session), may))
    found: list[Placed] = []
    for (key, parent, kind, state), measured in groupby(rows, key=itemgetter(0, 1, 2, 3)):
        share = mean(_share(row) for row in measured)
        found.append(Placed(Node(key, parent, share), _WHOSE[kind], state in OPEN))
    return found


def _share(row: Any) -> Decimal | None:
    kind, direction, value = row[4], row[5], row[10]
    if kind is None or value is None:
        return None
    first, second = (row[8], row[9]) if row[6] is None else (row[6], row[7])
    return progress(_terms(kind, direction, first, second), Decimal(value))


@lru_cache(maxsize=1024)
def _terms(kind: str, direction: str, first: int, second: int) -> Terms:
    one, other = Decimal(first), Decimal(second)
    if direction == Direction.WITHIN:
        return Terms(MeasureKind(kind), Direction.WITHIN, low=one, high=other)
    return Terms(MeasureKind(kind), Direction(direction), one, other)
