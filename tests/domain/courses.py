"""Courses of measures and their readings, as hypothesis makes them up."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from bot.domain.goals import Direction, MeasureKind, Milestone, Point, Terms
from bot.domain.pace import Course

START, DUE = date(2026, 1, 5), date(2026, 4, 5)
DAYS = (DUE - START).days

numbers = st.decimals(-1_000_000, 1_000_000, places=2, allow_nan=False, allow_infinity=False)


def point(day: float, value: object) -> Point:
    """A reading so many days after the start."""
    return Point(datetime.combine(START, time(), UTC) + timedelta(days=day), Decimal(str(value)))


def course(baseline: object = 0, target: object = 90, *milestones: Milestone) -> Course:
    """A number that is to go from one value to another in ninety days."""
    first, last = Decimal(str(baseline)), Decimal(str(target))
    direction = Direction.UP if last > first else Direction.DOWN
    return Course(Terms(MeasureKind.NUMBER, direction, first, last), START, DUE, milestones)


def band(low: object, high: object) -> Course:
    """A number that is to stay between two values."""
    terms = Terms(MeasureKind.NUMBER, Direction.WITHIN, low=Decimal(str(low)), high=Decimal(str(high)))
    return Course(terms, START, DUE)


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """Up or down, with as many as four milestones anywhere."""
    baseline, target = draw(st.tuples(numbers, numbers).filter(lambda pair: pair[0] != pair[1]))
    days = draw(st.lists(st.integers(-10, DAYS + 10), max_size=4, unique=True))
    return course(baseline, target, *(Milestone(START + timedelta(days=day), draw(numbers)) for day in days))


@st.composite
def readings(draw: st.DrawFn) -> list[Point]:
    """Up to thirty readings in order, some at the same moment."""
    days = sorted(draw(st.lists(st.floats(0, DAYS, width=32), max_size=30)))
    return [point(day, draw(numbers)) for day in days]
