"""`python -m tests.bench [answers | forms | …]`: all of them where none is named; 1 where a bar was missed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from tests.bench import (
    answers,
    charts,
    coach,
    content,
    delivery,
    feedback_coach,
    forecasts,
    forms,
    goals,
    kudos,
    planning,
    readings,
    rounds,
    start,
)
from tests.bench.databases import Databases, databases
from tests.bench.report import Line, show
from tests.bench.sizes import IS_FULL

MEASURES: dict[str, Callable[[Databases], Iterator[Line]]] = {
    "answers": answers.measure,
    "kudos": kudos.measure,
    "kudos-many": kudos.measure_among_many,
    "forms": forms.measure,
    "content": content.measure,
    "delivery": delivery.measure,
    "pace": delivery.measure_paced,
    "rounds": rounds.measure,
    "ticks": rounds.measure_ticks,
    "forecasts": forecasts.measure,
    "coach": coach.measure,
    "charts": charts.measure,
    "readings": readings.measure,
    "goals": goals.measure,
    "planning": planning.measure,
    "feedback-coach": feedback_coach.measure,
    "start": start.measure,
}


def main(names: list[str]) -> int:
    """Measure, print, and say whether every bar was cleared."""
    unknown = set(names) - set(MEASURES)
    if unknown:
        sys.stderr.write(f"There is no {', '.join(sorted(unknown))}: choose from {', '.join(MEASURES)}.\n")
        return 2
    with databases() as made:
        lines = [line for name in names or MEASURES for line in MEASURES[name](made)]
    show(lines, "The numbers, all of them" if IS_FULL else "The numbers, at a tenth of the sizes (SIZE=full: all)")
    missed = [line.what for line in lines if line.ok is False]
    sys.stdout.write(f"Missed: {'; '.join(missed)}.\n" if missed else "Every bar is cleared.\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
