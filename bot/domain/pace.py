"""Where a measure should be on a day: on the line from its baseline to its target, by way of its milestones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from bot.domain.checkins import DECIMALS
from bot.domain.goals import Direction, MeasureKind, Milestone, Terms

_EXACTLY = Decimal(1).scaleb(-DECIMALS)


@dataclass(frozen=True)
class Course:
    """What one measure is to do, from `starts_on` until `due_on`; without a due date there is no pace.

    Milestones that aren't on the way, between those two days, count for nothing.
    """

    terms: Terms
    starts_on: date
    due_on: date | None = None
    milestones: tuple[Milestone, ...] = ()

    @property
    def line(self) -> Sequence[tuple[date, Decimal]]:
        """The corners of the pace line in order of time; none where a measure has no pace.

        What should stay between two values has none, nor has what is either done or not.
        """
        terms = self.terms
        if self.due_on is None or terms.baseline is None or terms.target is None or terms.kind is MeasureKind.DONE:
            return ()
        on_way = {each.due_on: each.value for each in self.milestones if self.starts_on < each.due_on < self.due_on}
        return ((self.starts_on, terms.baseline), *sorted(on_way.items()), (self.due_on, terms.target))

    def expected(self, on: date) -> Decimal | None:
        """Where the measure should be on a day: at its baseline before the start, at its target once it is due."""
        line = self.line
        if not line:
            return None
        for (start, before), (end, after) in pairwise(line):
            if on < end:
                days = max(0, (on - start).days)
                return (before + (after - before) * days / (end - start).days).quantize(_EXACTLY)
        return line[-1][1]

    def lead(self, value: Decimal, on: date) -> Decimal | None:
        """How far a value is ahead of its pace on a day, as a part of the whole way; behind is negative."""
        expected, way = self.expected(on), self._way
        return None if expected is None or not way else (value - expected) / way

    def is_over(self, on: date) -> bool:
        """Whether its due date has passed."""
        return self.due_on is not None and on > self.due_on

    @property
    def _way(self) -> Decimal:
        terms = self.terms
        if terms.direction is Direction.WITHIN or terms.baseline is None or terms.target is None:
            return Decimal(0)
        return terms.target - terms.baseline
