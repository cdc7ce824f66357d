"""Goals as they are stored: who finds which, what may not be stored, and what a measure is by now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.domain import goals as rules
from bot.domain.audience import Listed
from bot.domain.goals import Point
from storage import audience, goals, measures, readings
from storage.database import Database
from storage.goals import Goal, GoalUpdate
from storage.measures import Measure, Milestone
from storage.people import Person
from storage.readings import Reading
from tests.storage.conftest import NOW

T = TypeVar("T")
BEGIN, END = date(2026, 10, 1), date(2026, 12, 31)


@dataclass
class Rows:
    session: Session

    def __post_init__(self) -> None:
        self.ana, self.bo = self.person("Ana"), self.person("Bo")

    def person(self, name: str) -> Person:
        person = Person(slack_id=f"U{name}", name=name, synced_at=NOW)
        return self.add(person)

    def add(self, row: T) -> T:
        self.session.add(row)
        self.session.flush()
        return row

    def goal(self, owner: Person, title: str = "Fewer bugs", **fields: Any) -> Goal:
        alone = audience.of_people(self.session, [Listed(owner.key)])
        given = {"due_on": END, "seen_by": "manager", "audience_id": alone, **fields}
        return self.add(Goal(owner_id=owner.key, title=title, starts_on=BEGIN, created_at=NOW, **given))

    def measure(self, goal: Goal, **fields: Any) -> Measure:
        given = {"kind": "number", "direction": "up", "baseline": Decimal(0), "target": Decimal(10), **fields}
        return self.add(Measure(goal_id=goal.key, created_at=NOW, **given))

    def reading(self, measure: Measure, value: str, days: int = 0, **fields: Any) -> Reading:
        at = NOW + timedelta(days=days)
        given = {"source": "api", **fields}
        return self.add(Reading(measure_id=measure.key, value=Decimal(value), at=at, recorded_at=NOW, **given))


def test_a_goal_is_found_by_whoever_may_read_it(database: Database) -> None:
    with database.session("T1") as session:
        rows = Rows(session)
        hidden = rows.goal(rows.ana)
        shown = rows.goal(rows.ana, seen_by="everyone", audience_id=audience.of_everyone(session))

        assert goals.readable_by(session, hidden.key, rows.ana) is hidden
        assert goals.readable_by(session, hidden.key, rows.bo) is None
        assert goals.page(session, goals.of_person(rows.ana.key), rows.bo, size=9) == [shown]
        assert goals.count(session, goals.of_person(rows.ana.key), rows.bo) == 1
        assert goals.count(session, goals.of_person(rows.ana.key), rows.ana) == 2


def test_no_goal_of_another_workspace_is_found(database: Database) -> None:
    with database.session("T1") as session:
        key = (rows := Rows(session)).goal(rows.ana).key

    with database.session("T2") as session:
        assert goals.get(session, key) is None
        assert goals.by_ids(session, [key]) == {}


def test_open_goals_come_by_their_date_and_those_without_one_last(database: Database) -> None:
    with database.session("T1") as session:
        rows = Rows(session)
        for title, due_on in (("some day", None), ("later", END), ("soon", date(2026, 11, 30))):
            rows.goal(rows.ana, title, due_on=due_on)
        rows.goal(rows.ana, "over", state="closed", outcome="reached", closed_at=NOW)

        found = goals.page(session, goals.of_person(rows.ana.key), rows.ana, size=9)
        over = goals.page(session, goals.of_person(rows.ana.key, closed=True), rows.ana, size=9)

        assert [goal.title for goal in found] == ["soon", "later", "some day"]
        assert [goal.title for goal in over] == ["over"]


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "team"},
        {"kind": "nobody"},
        {"state": "closed"},
        {"state": "agreed"},
        {"due_on": BEGIN},
        {"seen_by": "team"},
        {"outcome": "reached"},
    ],
)
def test_what_makes_no_sense_is_no_goal(database: Database, fields: dict[str, Any]) -> None:
    with database.session("T1") as session:
        rows = Rows(session)
        with pytest.raises(IntegrityError):
            rows.goal(rows.ana, **fields)
        session.rollback()


@pytest.mark.parametrize(
    "fields",
    [
        {"target": Decimal(0)},
        {"target": None},
        {"direction": "down"},
        {"direction": "within"},
        {"direction": "within", "baseline": None, "target": None, "low": Decimal(2), "high": Decimal(2)},
        {"kind": "money"},
        {"kind": "number", "currency": "EUR"},
        {"kind": "done"},
        {"position": 5},
        {"decimals": 7},
    ],
)
def test_what_makes_no_sense_is_no_measure(database: Database, fields: dict[str, Any]) -> None:
    with database.session("T1") as session:
        rows = Rows(session)
        goal = rows.goal(rows.ana)
        with pytest.raises(IntegrityError):
            rows.measure(goal, **fields)
        session.rollback()


def test_measures_come_in_their_order_without_those_taken_away(database: Database) -> None:
    with database.session("T1") as session:
        rows = Rows(session)
        goal, other = rows.goal(rows.ana), rows.goal(rows.ana)
        second = rows.measure(goal, position=1, kind="done", target=Decimal(1))
        rows.measure(goal, position=0, dropped_at=NOW)
        first = rows.measure(goal, position=0, kind="money", currency="EUR", direction="down", baseline=Decimal(11))
        rows.add(Milestone(measure_id=first.key, due_on=END, value=Decimal("10.5")))

        assert measures.of_goals(session, [goal.key, other.key]) == {goal.key: [first, second], other.key: []}
        assert measures.milestones(session, [first.key, second.key]) == {
            first.key: [rules.Milestone(END, Decimal("10.5"))],
            second.key: [],
        }


def test_a_value_is_the_one_that_was_so_last_and_not_corrected(database: Database) -> None:
    with database.session("T1") as session:
        rows = Rows(session)
        goal = rows.goal(rows.ana)
        measure, silent = rows.measure(goal), rows.measure(goal, position=1)
        rows.reading(measure, "2", 1)
        wrong = rows.reading(measure, "90", 3)
        right = rows.reading(measure, "9", 2, corrects_id=wrong.key)
        rows.reading(measure, "1", 0)
        both = [measure.key, silent.key]

        assert readings.latest(session, both) == {measure.key: Point(right.at, Decimal(9))}
        assert [point.value for point in readings.series(session, both)[measure.key]] == [1, 2, 9]
        assert readings.series(session, both)[silent.key] == []
        assert readings.newest(session, measure.key) is right


def test_a_reading_is_corrected_once(database: Database) -> None:
    with database.session("T1") as session:
        rows = Rows(session)
        wrong = rows.reading(rows.measure(rows.goal(rows.ana)), "90")
        rows.reading(rows.session.get_one(Measure, wrong.measure_id), "9", corrects_id=wrong.key)
        with pytest.raises(IntegrityError):
            rows.reading(rows.session.get_one(Measure, wrong.measure_id), "8", corrects_id=wrong.key)
        session.rollback()


def test_a_reading_of_a_person_says_of_whom(database: Database) -> None:
    with database.session("T1") as session:
        rows = Rows(session)
        measure = rows.measure(rows.goal(rows.ana))
        with pytest.raises(IntegrityError):
            rows.reading(measure, "1", source="person")
        session.rollback()


def test_how_confident_somebody_is_was_said_last(database: Database) -> None:
    with database.session("T1") as session:
        rows = Rows(session)
        goal = rows.goal(rows.ana)
        for confidence in (8, 3, None):
            rows.add(GoalUpdate(goal_id=goal.key, person_id=rows.ana.key, confidence=confidence, note="So", at=NOW))

        assert goals.confidences(session, [goal.key])[goal.key].confidence == 3
        assert [update.confidence for update in goals.updates(session, goal.key, limit=2)] == [None, 3]
