"""Where a measure will end if it goes on as it did: a robust line through its readings, and how far off it may be.

The slope is the median of all slopes between two readings (Theil and Sen), which a third of the readings can be wrong
without moving much. The range is meant to hold the true end four times in five; `make bench` counts how often it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from statistics import median

import numpy as np
from numpy.typing import NDArray

from bot.domain.checkins import DECIMALS
from bot.domain.goals import Direction, MeasureKind, Point
from bot.domain.pace import Course

FEWEST = 4
"""Readings, the baseline among them, below which a line through them would be a guess."""
MOST = 90
"""Readings that a line goes through; more are taken together, since pairs grow with their square."""
_DAY = 86_400.0
_EFFICIENCY = 1.1  # how much wider the median of slopes scatters than least squares do, on well-behaved readings
_SPREAD = 1.4826  # from the median of deviations to a standard deviation (normal distribution)
_STEADIEST = 0.8  # memory between readings counts up to here; more can't be told from a trend in few readings
_EXACTLY = Decimal(1).scaleb(-DECIMALS)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Forecast:
    """The value a measure is likely to have when it is due, and the range that holds it four times in five."""

    value: Decimal
    low: Decimal
    high: Decimal


def forecast(course: Course, points: Sequence[Point], today: date) -> Forecast | None:
    """Where the measure will be on its due date; `points` in the order of time.

    None without a due date or once it is there, for what is done or not done, and where too few readings are known.
    """
    due = course.due_on
    if due is None or today >= due or course.terms.kind is MeasureKind.DONE:
        return None
    days, values = _thinned(*_axes(course, points))
    if len(days) < FEWEST:
        return None
    middle, margin = _extrapolated(days, values, float((due - course.starts_on).days))
    floor = 0.0 if _is_never_negative(course) and values.min() >= 0 else -np.inf
    value, low, high = (_exact(max(floor, each)) for each in (middle, middle - margin, middle + margin))
    return Forecast(value, low, high)


def _is_never_negative(course: Course) -> bool:
    """Whether a line below zero would be nonsense: counts, percents, and what goes down towards zero."""
    terms = course.terms
    is_falling = terms.direction is Direction.DOWN and terms.target is not None and terms.target >= 0
    return is_falling or terms.kind in (MeasureKind.COUNT, MeasureKind.PERCENT)


def _axes(course: Course, points: Sequence[Point]) -> tuple[Floats, Floats]:
    """Days since the start, and values; begins with the baseline where no reading is older."""
    start = datetime.combine(course.starts_on, time(), UTC)
    days = [(point.at - start).total_seconds() / _DAY for point in points]
    values = [float(point.value) for point in points]
    baseline = course.terms.baseline
    if baseline is not None and (not days or days[0] > 0.5):
        days, values = [0.0, *days], [float(baseline), *values]
    return np.array(days), np.array(values)


def _thinned(days: Floats, values: Floats) -> tuple[Floats, Floats]:
    """One value a moment, the last that was said, and at most `MOST`: medians of neighbours where there are more."""
    last = np.append(days[1:] != days[:-1], [True]) if len(days) else np.array([], dtype=bool)
    days, values = days[last], values[last]
    if len(days) <= MOST:
        return days, values
    return _medians(days), _medians(values)


def _medians(numbers: Floats) -> Floats:
    """Of neighbours, `MOST` of them. By Python's own: numpy's costs sixty times as much for so few at a time."""
    return np.array([median(part.tolist()) for part in np.array_split(numbers, MOST)])


def _extrapolated(days: Floats, values: Floats, until: float) -> tuple[float, float]:
    """The line's value on the day `until`, and half the range around it."""
    one, other = np.triu_indices(len(days), 1)
    slope = float(np.median((values[other] - values[one]) / (days[other] - days[one])))
    level = float(np.median(values - slope * days))
    return level + slope * until, _margin(days, values - level - slope * days, until)


def _margin(days: Floats, residuals: Floats, until: float) -> float:
    """Half of the range: noise of a reading, and what the line itself may be off, which grows with the distance.

    Readings that remember each other (a good week after a good week) tell less than as many that don't, and wander
    on from where they are: both by as much as one keeps of the one before.
    """
    n, centre, kept = len(days), days.mean(), _kept(residuals)
    distance = (until - centre) ** 2 / float(((days - centre) ** 2).sum())
    around = _variance(residuals) * (1 + _EFFICIENCY * (1 + kept) / (1 - kept) * (1 / n + distance))
    wandering = kept * _steps(days, residuals) * (until - days[-1]) * (1 + (until - days[-1]) / (days[-1] - days[0]))
    return _quantile(n - 2) * float(np.sqrt(around + wandering))


def _variance(residuals: Floats) -> float:
    """Of what the line leaves, robustly; two degrees of freedom went into the line."""
    n = len(residuals)
    spread = _SPREAD * float(np.median(np.abs(residuals)))
    return spread**2 * n / (n - 2)


def _steps(days: Floats, residuals: Floats) -> float:
    """The variance that a day adds to what wanders, robustly."""
    return float((_SPREAD * np.median(np.abs(np.diff(residuals) / np.sqrt(np.diff(days))))) ** 2)


def _kept(residuals: Floats) -> float:
    """How much of what a reading is off the line the next one is off too, 0 to `_STEADIEST`."""
    total = float((residuals**2).sum())
    if not total:
        return 0.0
    kept = float((residuals[1:] * residuals[:-1]).sum()) / total + 2 / len(residuals)  # a fitted line takes some away
    return min(max(kept, 0.0), _STEADIEST)


def _quantile(freedom: int) -> float:
    """Student's t that holds 80 % in the middle, by its expansion around the normal one (Abramowitz, Stegun 26.7.5)."""
    return 1.2816 + 0.8467 / freedom + 0.571 / freedom**2


def _exact(number: float) -> Decimal:
    return Decimal(number).quantize(_EXACTLY)
