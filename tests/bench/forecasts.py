"""How often forecasts are right: series with known ends, of which only the beginning is shown."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from bot.domain.goal_status import Standing, Status, standing
from bot.domain.goals import Direction, MeasureKind, Point, Terms
from bot.domain.pace import Course
from tests.bench.databases import Databases
from tests.bench.report import Line

START, DAYS = date(2026, 1, 1), 90
COURSE = Course(Terms(MeasureKind.NUMBER, Direction.UP, Decimal(0), Decimal(100)), START, START + timedelta(days=DAYS))
CUTS = (30, 45, 68)
SERIES = 400
SURE = (Status.ON_PACE, Status.REACHED, Status.BEHIND)

Noise = Callable[[random.Random, int], float]


@dataclass
class Family:
    """Series of one kind. `coverage` and `hits` are the least that is good enough; None where a line can't know."""

    noise: Callable[[random.Random, float], Noise]
    coverage: float | None = 0.75
    hits: float | None = 0.9
    bend: float = 1.0


def _steady(_rng: random.Random, size: float) -> Noise:
    return lambda rng, _days: rng.gauss(0, size)


def _outliers(_rng: random.Random, size: float) -> Noise:
    return lambda rng, _days: rng.gauss(0, size) * (8 if rng.random() < 0.1 else 1)


def _with_memory(_rng: random.Random, size: float) -> Noise:
    """A good week comes after a good week: half is left after seven days."""
    last = 0.0

    def noise(rng: random.Random, days: int) -> float:
        nonlocal last
        kept = math.pow(0.5, days / 7)
        last = kept * last + math.sqrt(1 - kept**2) * rng.gauss(0, size)
        return last

    return noise


def _wandering(_rng: random.Random, size: float) -> Noise:
    """What happened stays: a number of customers."""
    last = 0.0

    def noise(rng: random.Random, days: int) -> float:
        nonlocal last
        last += rng.gauss(0, size / 4) * math.sqrt(days)
        return last

    return noise


FAMILIES = {
    "steady": Family(_steady),
    "one wrong in ten": Family(_outliers),
    "with memory": Family(_with_memory),
    "wandering": Family(_wandering, coverage=0.6, hits=0.85),
    "slowing down": Family(_steady, coverage=None, hits=None, bend=0.5),
}


def measure(_databases: Databases) -> Iterator[Line]:
    """By kind of series: how often the range held the end, and how often a sure status was right."""
    for name, family in FAMILIES.items():
        seen = [each for cut in CUTS for each in _looked_at(family, cut)]
        held = [found.forecast.low <= end <= found.forecast.high for found, end in seen if found.forecast]
        sure = [found.status is not Status.BEHIND for found, _ in seen if found.status in SURE]
        reached = [end >= 100 for found, end in seen if found.status in SURE]
        right = [said is so for said, so in zip(sure, reached, strict=True)]
        yield _line(f"forecast, {name}: the range (80 %) held the end", held, family.coverage)
        note = f"of {len(right)} of {len(seen)} series that it was sure about"
        yield _line(f"status, {name}: it was right", right, family.hits, note)


def _looked_at(family: Family, cut: int) -> Iterator[tuple[Standing, Decimal]]:
    """What is said after `cut` days, and how it really ended."""
    rng = random.Random(cut)
    for _ in range(SERIES):
        days, values, end = _series(family, rng)
        start = datetime.combine(START, time(9), UTC)
        shown = [
            Point(start + timedelta(days=day), value) for day, value in zip(days, values, strict=True) if day <= cut
        ]
        yield standing(COURSE, shown, START + timedelta(days=cut)), end


def _series(family: Family, rng: random.Random) -> tuple[Sequence[int], list[Decimal], Decimal]:
    """Days and values of 10 to 60 readings, and the value in the end; some reach 100, some don't."""
    slope, noise = rng.uniform(0.3, 1.7) * 100 / DAYS, family.noise(rng, rng.uniform(1, 8))
    days = [*sorted(rng.sample(range(2, DAYS), rng.choice((10, 13, 26, 60)))), DAYS]
    gaps = [day - before for before, day in zip([0, *days], days, strict=False)]
    values = [
        Decimal(round(slope * DAYS * (day / DAYS) ** family.bend + noise(rng, gap), 3)).quantize(Decimal("0.001"))
        for day, gap in zip(days, gaps, strict=True)
    ]
    return days, values, values[-1]


def _line(what: str, right: Sequence[bool], bar: float | None, note: str = "") -> Line:
    rate = sum(right) / len(right)
    is_good = None if bar is None else rate >= bar
    return Line(what, f"{rate:.0%}", bar="" if bar is None else f"≥ {bar:.0%}", ok=is_good, note=note)
