"""What the coach points out in pieces that its rules weren't tuned with, and how long it takes."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bot.domain.coach.hints import READ, Kind, hints
from tests.bench.databases import Databases
from tests.bench.report import Line, at_most
from tests.coach.measuring import Score, score
from tests.coach.pieces import DEVELOPMENT, HELD_OUT, load

BAR = 50.0
RUNS = 5


def measure(_databases: Databases) -> Iterator[Line]:
    """Precision and recall of each rule on the half held out, beside the half it was tuned with; and milliseconds."""
    for held_out, tuned in zip(score(load(HELD_OUT)), score(load(DEVELOPMENT)), strict=True):
        yield Line(
            f"feedback coach, {held_out.rule}: precision, recall", _of(held_out), _of(tuned), note="beside: tuned with"
        )
    pieces = [*load(HELD_OUT), *load(DEVELOPMENT)]
    yield at_most(
        "feedback coach, the slowest piece", max(_milliseconds(each.text, each.kind) for each in pieces), BAR, "ms"
    )
    full = (" ".join(each.text for each in pieces))[:READ]
    yield at_most(f"feedback coach, {READ:,} characters", max(_milliseconds(full, kind) for kind in Kind), BAR, "ms")


def _of(found: Score) -> str:
    return f"{found.precision:.2f}, {found.recall:.2f} of {found.labelled}"


def _milliseconds(words: str, kind: Kind) -> float:
    """The best of a few runs: a busy machine has nothing to do with it."""
    best = float("inf")
    for _ in range(RUNS):
        began = time.perf_counter()
        hints(words, kind)
        best = min(best, time.perf_counter() - began)
    return best * 1000
