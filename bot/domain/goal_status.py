"""How a goal stands by its numbers alone: from where each measure is and where it will end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.domain.forecast import Forecast, forecast
from bot.domain.goals import Colour, Direction, MeasureKind, Point, colour, is_reached
from bot.domain.pace import Course

CLOSE, FAR = Decimal("0.1"), Decimal("0.25")
"""Parts of the whole way that a value may be behind its pace: so much is noise, more than so much is behind."""
HEARD_FIRST = timedelta(hours=48)
"""For so long others see numbers without a verdict, where the owner is asked about them first."""


class Status(StrEnum):
    """What the numbers say, the worst first; UNKNOWN where they say nothing."""

    BEHIND = "behind"
    AT_RISK = "at_risk"
    ON_PACE = "on_pace"
    REACHED = "reached"
    UNKNOWN = "unknown"


_WORST_FIRST = tuple(Status)


@dataclass(frozen=True)
class Standing:
    """One measure today. `expected`: where it should be; `latest`: what was said last; None where there is none."""

    status: Status
    latest: Point | None = None
    expected: Decimal | None = None
    forecast: Forecast | None = None


def standing(course: Course, points: Sequence[Point], today: date) -> Standing:
    """How a measure stands on the day `today` of its owner; `points` are its readings in the order of time."""
    if not points:
        status = Status.BEHIND if course.is_over(today) else Status.UNKNOWN
        return Standing(status, expected=course.expected(today))
    ahead, latest = forecast(course, points, today), points[-1]
    return Standing(_status(course, latest, ahead, today), latest, course.expected(today), ahead)


def overall(statuses: Iterable[Status]) -> Status:
    """A goal is as well as the worst of its measures; one about which nothing is known doesn't count."""
    known = [each for each in statuses if each is not Status.UNKNOWN]
    return min(known, key=_WORST_FIRST.index, default=Status.UNKNOWN)


def contradicts(confidence: int | None, status: Status) -> bool:
    """Whether the owner says green where the numbers say red: they are asked first, and privately."""
    return confidence is not None and colour(confidence) is Colour.GREEN and status is Status.BEHIND


def _status(course: Course, latest: Point, ahead: Forecast | None, today: date) -> Status:
    terms = course.terms
    reached = is_reached(terms, latest.value)
    if course.is_over(today):
        return Status.REACHED if reached else Status.BEHIND
    if terms.direction is Direction.WITHIN:
        return _inside(course, ahead, is_inside=reached)
    if reached:
        return Status.REACHED
    if terms.kind is MeasureKind.DONE:
        return Status.ON_PACE if course.due_on else Status.UNKNOWN
    # On the day it was said: whoever says nothing for a while doesn't fall behind by that.
    lead = course.lead(latest.value, latest.at.date())
    return Status.UNKNOWN if lead is None else _on_way(course, lead, ahead)


def _on_way(course: Course, lead: Decimal, ahead: Forecast | None) -> Status:
    if ahead is None:
        return Status.ON_PACE if lead >= -CLOSE else Status.AT_RISK if lead >= -FAR else Status.BEHIND
    terms = course.terms
    best = ahead.high if terms.direction is Direction.UP else ahead.low
    if is_reached(terms, ahead.value):
        return Status.ON_PACE if lead >= -FAR else Status.AT_RISK
    if is_reached(terms, best):
        return Status.ON_PACE if lead >= 0 else Status.AT_RISK if lead >= -FAR else Status.BEHIND
    # Nine tenths of the way in the end is no red.
    is_close = (course.lead(ahead.value, course.due_on) or 0) >= -CLOSE if course.due_on else False
    return Status.AT_RISK if lead >= 0 or is_close else Status.BEHIND


def _inside(course: Course, ahead: Forecast | None, *, is_inside: bool) -> Status:
    """What should stay between two values: it is there, and it will be."""
    terms = course.terms
    if ahead is None:
        return Status.ON_PACE if is_inside else Status.AT_RISK
    may_be = (terms.low is None or ahead.high >= terms.low) and (terms.high is None or ahead.low <= terms.high)
    if is_inside:
        return Status.ON_PACE if is_reached(terms, ahead.value) else Status.AT_RISK
    return Status.AT_RISK if may_be else Status.BEHIND
