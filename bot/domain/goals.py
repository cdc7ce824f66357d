"""Goals and what measures them: their words, and how far a value is on its way. No database, no Slack, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

MOST_MEASURES = 5
MOST_CONFIDENT = 10
TITLE_CHARACTERS, NAME_CHARACTERS, UNIT_CHARACTERS = 150, 75, 20


class GoalKind(StrEnum):
    """Whose goal it is."""

    PERSON = "person"
    TEAM = "team"
    COMPANY = "company"


class GoalState(StrEnum):
    """Proposed until it is agreed; closed once its owner said how it ended."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    CLOSED = "closed"


OPEN = (GoalState.PROPOSED, GoalState.AGREED)


class SeenBy(StrEnum):
    """Who may read a goal, as its owner chose; expanded to an audience when it is saved."""

    EVERYONE = "everyone"
    TEAM = "team"
    CHAIN = "chain"  # the owner's manager, theirs, and so on
    MANAGER = "manager"


class Outcome(StrEnum):
    """How a goal ended."""

    REACHED = "reached"
    PARTLY = "partly"
    MISSED = "missed"
    DROPPED = "dropped"


class MeasureKind(StrEnum):
    """What a measure counts in. DONE has the values 0 and 1."""

    NUMBER = "number"
    PERCENT = "percent"
    MONEY = "money"
    COUNT = "count"
    DONE = "done"


class Direction(StrEnum):
    """Where a measure should go: up or down to its target, or nowhere, between its low and its high."""

    UP = "up"
    DOWN = "down"
    WITHIN = "within"


class Source(StrEnum):
    """Where a reading came from."""

    PERSON = "person"
    CHECKIN = "checkin"
    FILE = "file"
    API = "api"


class Colour(StrEnum):
    """A confidence in words that HR knows: 1–3 red, 4–7 amber, 8–10 green."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


@dataclass(frozen=True)
class Terms:
    """What was set for one measure. `baseline` and `target` for UP and DOWN, `low` and `high` for WITHIN.

    Percents are in hundredths as people write them: 12.5 is 12.5 %.
    """

    kind: MeasureKind
    direction: Direction
    baseline: Decimal | None = None
    target: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class Milestone:
    """Where a measure should be on a day on its way."""

    due_on: date
    value: Decimal


@dataclass(frozen=True)
class Point:
    """A value of a measure and the moment (UTC) at which it was so."""

    at: datetime
    value: Decimal


def progress(terms: Terms, value: Decimal | None) -> Decimal | None:
    """How far a value is from baseline to target, 0 to 1; whether it is between low and high where it should stay.

    None before there is a value.
    """
    if value is None:
        return None
    if terms.direction is Direction.WITHIN:
        return Decimal(is_reached(terms, value))
    if terms.baseline is None or terms.target is None:
        return None
    way = terms.target - terms.baseline
    return (
        min(Decimal(1), max(Decimal(0), (value - terms.baseline) / way)) if way else Decimal(is_reached(terms, value))
    )


def is_reached(terms: Terms, value: Decimal) -> bool:
    """Whether a value is where its measure should be in the end."""
    match terms.direction:
        case Direction.UP:
            return terms.target is not None and value >= terms.target
        case Direction.DOWN:
            return terms.target is not None and value <= terms.target
        case Direction.WITHIN:
            return (terms.low is None or value >= terms.low) and (terms.high is None or value <= terms.high)


def colour(confidence: int) -> Colour:
    """What a confidence of 1 to 10 is called."""
    if confidence <= 3:
        return Colour.RED
    return Colour.AMBER if confidence <= 7 else Colour.GREEN
