"""Goals as lists, details and Home show them: looked up for many at once, by somebody who may read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.domain.goal_status import HEARD_FIRST, Standing, Status, contradicts, overall, standing
from bot.domain.goals import GoalKind, GoalState, Milestone, Outcome, Point
from bot.domain.pace import Course
from bot.domain.rollup import mean
from bot.views.goal_numbers import MeasureLine
from bot.views.goals import GoalLine
from storage import goals, measures, people, readings, teams
from storage.goals import Goal, GoalUpdate
from storage.measures import Measure
from storage.people import Person


@dataclass(frozen=True)
class Known:
    """What there is to know about some goals, looked up at once, as it is `now`, on the day `today` of its reader."""

    now: datetime
    today: date
    measures: Mapping[int, Sequence[Measure]]
    points: Mapping[int, Sequence[Point]]
    milestones: Mapping[int, Sequence[Milestone]]
    confidences: Mapping[int, GoalUpdate]

    def lines(self, goal: Goal) -> list[MeasureLine]:
        """A goal's measures with their values."""
        return [
            replace(_measure(each, self.points[each.key]), milestones=tuple(self.milestones[each.key]))
            for each in self.measures[goal.key]
        ]

    def standings(self, goal: Goal) -> list[Standing]:
        """How each of them stands, by its numbers."""
        return [
            standing(self.course(goal, measure), self.points[measure.key], self.today)
            for measure in self.measures[goal.key]
        ]

    def course(self, goal: Goal, measure: Measure) -> Course:
        """Where a measure is to go, and by when."""
        return Course(measure.terms, goal.starts_on, goal.due_on, tuple(self.milestones[measure.key]))

    def confidence(self, goal: Goal) -> int | None:
        """What its owner said last."""
        said = self.confidences.get(goal.key)
        return None if said is None else said.confidence

    def status(self, goal: Goal, reader: Person) -> Status:
        """What its numbers say, all in all: nothing of a closed one; and for 48 hours nobody but its owner is told what
        they are asked about first."""
        if goal.state == GoalState.CLOSED or self.is_withheld(goal, reader):
            return Status.UNKNOWN
        return overall(each.status for each in self.standings(goal))

    def is_withheld(self, goal: Goal, reader: Person) -> bool:
        """Whether its owner is asked first what its numbers say of it, so that `reader` isn't told yet."""
        found = overall(each.status for each in self.standings(goal))
        if reader.key == goal.owner_id or not contradicts(self.confidence(goal), found):
            return False
        return goal.doubted_at is None or self.now < goal.doubted_at + HEARD_FIRST


def look_up(session: Session, of: Sequence[Goal], reader: Person, now: datetime) -> Known:
    """What there is to know about these goals."""
    keys = [goal.key for goal in of]
    kept = measures.of_goals(session, keys)
    measure_ids = [measure.key for several in kept.values() for measure in several]
    return Known(
        now=now,
        today=reader.voice.local(now).date(),
        measures=kept,
        points=readings.series(session, measure_ids),
        milestones=measures.milestones(session, measure_ids),
        confidences=goals.confidences(session, keys),
    )


def lines(
    session: Session, of: Sequence[Goal], reader: Person, now: datetime, *, owned: bool = False
) -> list[GoalLine]:
    """Goals for a list. `owned`: with whose they are."""
    known = look_up(session, of, reader, now)
    names = names_of(session, of)
    return [
        GoalLine(
            goal_id=goal.key,
            title=goal.title,
            state=GoalState(goal.state),
            due_on=goal.due_on,
            share=mean(each.progress for each in known.lines(goal)),
            measures=len(known.measures[goal.key]),
            confidence=known.confidence(goal),
            status=known.status(goal, reader),
            owner=owner_name(goal, names) if owned else None,
            asked=names.get(("person", goal.asked_id or 0)),
            outcome=Outcome(goal.outcome) if goal.outcome else None,
            is_overdue=goal.due_on is not None and goal.due_on < known.today,
        )
        for goal in of
    ]


def names_of(session: Session, of: Sequence[Goal]) -> dict[tuple[str, int], str]:
    """The names of the people and teams that these goals name."""
    person_ids = {key for goal in of for key in (goal.owner_id, goal.asked_id, goal.agreed_id) if key}
    team_ids = {goal.team_id for goal in of if goal.team_id}
    return {
        **{("person", person.key): person.name for person in people.by_ids(session, person_ids)},
        **{("team", team.key): team.name for team in teams.ever(session, team_ids)},
    }


def owner_name(goal: Goal, names: Mapping[tuple[str, int], str]) -> str:
    """Whose goal it is, by name."""
    if goal.kind == GoalKind.PERSON:
        return names.get(("person", goal.owner_id), "")
    return names.get(("team", goal.team_id or 0), "")


def _measure(measure: Measure, points: Sequence[Point]) -> MeasureLine:
    value = points[-1].value if points else None
    return MeasureLine(
        measure.key, measure.terms, measure.name, measure.unit, measure.currency, value, measure.decimals
    )
