"""How well the coach says what the pieces' labels say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.coach.hints import Rule, hints
from tests.coach.pieces import Piece


@dataclass(frozen=True)
class Score:
    """One rule: how many of its hints were right, and how many of `labelled` pieces it found."""

    rule: Rule
    right: int
    wrong: int
    labelled: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.labelled if self.labelled else 1.0


def score(pieces: Sequence[Piece]) -> list[Score]:
    """How each rule does with these."""
    said = [({hint.rule for hint in hints(piece.text, piece.kind)}, piece.rules) for piece in pieces]
    return [
        Score(
            rule,
            right=sum(rule in found and rule in wanted for found, wanted in said),
            wrong=sum(rule in found and rule not in wanted for found, wanted in said),
            labelled=sum(rule in wanted for _, wanted in said),
        )
        for rule in Rule
    ]
