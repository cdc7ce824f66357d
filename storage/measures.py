"""The numbers that say how far a goal is: what was set for each, and where it should be on the way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, select, text
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from bot.domain import goals
from bot.domain.goals import Direction, MeasureKind, Terms
from storage.base import Keyed
from storage.bulk import among
from storage.types import Exact, UTCDateTime, Words

_KEPT = text("dropped_at IS NULL")


class Measure(Keyed, table=True):
    """One of the one to five numbers of a goal. `name`: what is measured; None where the goal's title says it.

    `currency`: an ISO 4217 code, of money alone. `unit`: what a number counts, as people call it. `decimals`: how many
    places are shown. `dropped_at`: an edit took it away; its readings stay.
    """

    __tablename__ = "measure"
    __table_args__ = (
        Index(
            "uq_measure_position",
            *("goal_id", "position"),
            unique=True,
            sqlite_where=_KEPT,
            postgresql_where=_KEPT,
        ),
        CheckConstraint("position BETWEEN 0 AND 4", name="position"),
        CheckConstraint("kind IN ('number', 'percent', 'money', 'count', 'done')", name="kind"),
        CheckConstraint("direction IN ('up', 'down', 'within')", name="direction"),
        CheckConstraint("(kind = 'money') = (currency IS NOT NULL)", name="currency_of_money"),
        CheckConstraint("kind <> 'done' OR (direction = 'up' AND baseline = 0 AND target = 1000000)", name="done"),
        CheckConstraint("decimals BETWEEN 0 AND 6", name="decimals"),
        CheckConstraint(
            "(direction = 'within' AND low IS NOT NULL AND high IS NOT NULL AND low < high"
            " AND baseline IS NULL AND target IS NULL)"
            " OR (direction = 'up' AND baseline IS NOT NULL AND target IS NOT NULL AND baseline < target"
            " AND low IS NULL AND high IS NULL)"
            " OR (direction = 'down' AND baseline IS NOT NULL AND target IS NOT NULL AND baseline > target"
            " AND low IS NULL AND high IS NULL)",
            name="terms",
        ),
    )

    goal_id: int = Field(foreign_key="goal.id", index=True)
    position: int = 0
    name: str | None = Field(default=None, sa_type=Words)
    kind: str = Field(max_length=8)
    direction: str = Field(max_length=8)
    baseline: Decimal | None = Field(default=None, sa_type=Exact)
    target: Decimal | None = Field(default=None, sa_type=Exact)
    low: Decimal | None = Field(default=None, sa_type=Exact)
    high: Decimal | None = Field(default=None, sa_type=Exact)
    unit: str | None = Field(default=None, sa_type=Words)
    currency: str | None = Field(default=None, max_length=3)
    decimals: int = 0
    created_at: datetime = Field(sa_type=UTCDateTime)
    dropped_at: datetime | None = Field(default=None, sa_type=UTCDateTime)

    @property
    def terms(self) -> Terms:
        """What was set for it."""
        kind, direction = MeasureKind(self.kind), Direction(self.direction)
        return Terms(kind, direction, self.baseline, self.target, self.low, self.high)


class Milestone(Keyed, table=True):
    """Where a measure should be on a day on its way."""

    __tablename__ = "milestone"
    __table_args__ = (UniqueConstraint("measure_id", "due_on"),)

    measure_id: int = Field(foreign_key="measure.id")
    due_on: date
    value: Decimal = Field(sa_type=Exact)


_OF_GOALS = (
    select(Measure)
    .where(among(col(Measure.goal_id), "goal_ids"), col(Measure.dropped_at).is_(None))
    .order_by(col(Measure.goal_id), col(Measure.position))
)
_MILESTONES = (
    select(Milestone)
    .where(among(col(Milestone.measure_id), "measure_ids"))
    .order_by(col(Milestone.measure_id), col(Milestone.due_on))
)


def get(session: Session, measure_id: int) -> Measure | None:
    """A measure, taken away or not, whoever may read its goal."""
    return session.get(Measure, measure_id)


def of_goals(session: Session, goal_ids: Iterable[int]) -> dict[int, list[Measure]]:
    """The measures of each of these goals, in their order; an empty list for a goal that has none."""
    found: dict[int, list[Measure]] = {goal_id: [] for goal_id in goal_ids}
    for measure in session.scalars(_OF_GOALS, {"goal_ids": list(found)}):
        found[measure.goal_id].append(measure)
    return found


def set_milestones(session: Session, measure_id: int, wanted: Iterable[goals.Milestone]) -> None:
    """Let a measure have exactly these milestones."""
    steps = list(wanted)
    kept = list(session.scalars(_MILESTONES, {"measure_ids": [measure_id]}))
    if [(each.due_on, each.value) for each in kept] == [(each.due_on, each.value) for each in steps]:
        return
    for row in kept:
        session.delete(row)
    # Gone before the new ones come: no two may stand on the same day.
    session.flush()
    session.add_all(Milestone(measure_id=measure_id, due_on=each.due_on, value=each.value) for each in steps)


def milestones(session: Session, measure_ids: Iterable[int]) -> dict[int, list[goals.Milestone]]:
    """The milestones of each of these measures, by date; an empty list for a measure that has none."""
    found: dict[int, list[goals.Milestone]] = {measure_id: [] for measure_id in measure_ids}
    for each in session.scalars(_MILESTONES, {"measure_ids": list(found)}):
        found[each.measure_id].append(goals.Milestone(each.due_on, each.value))
    return found
