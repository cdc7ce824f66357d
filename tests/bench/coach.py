"""How often the goal coach is right about goals that somebody labelled: those it was made with, and others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.goal_coach import About, advise
from tests.bench.databases import Databases
from tests.bench.report import Line
from tests.domain.labelled_goals import GOALS, UNSEEN, Labelled

BAR = 0.95


def measure(_databases: Databases) -> Iterator[Line]:
    """Precision and recall, for each of the four things that a goal should be."""
    for about in About:
        for name, goals, has_bar in (("", GOALS, True), (", not made with", UNSEEN, False)):
            precision, recall, wanting = rates(goals, about)
            yield Line(
                f"goal coach, {about.replace('_', '-')}: precision, recall{name}",
                f"{precision:.0%}, {recall:.0%}",
                bar=f"≥ {BAR:.0%}" if has_bar else "",
                ok=min(precision, recall) >= BAR if has_bar else None,
                note=f"{wanting} of {len(goals)} goals want it",
            )


def rates(goals: Sequence[Labelled], about: About) -> tuple[float, float, int]:
    """Precision, recall, and how many goals are labelled as wanting one of the four."""
    said = [about in {advice.about for advice in advise(goal.sketch)} for goal in goals]
    wanted = [about in goal.wanting for goal in goals]
    right = sum(one and other for one, other in zip(said, wanted, strict=True))
    return right / max(1, sum(said)), right / max(1, sum(wanted)), sum(wanted)
