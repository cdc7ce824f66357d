"""Pieces of feedback, each labelled with what the coach should say of it.

They were written before the rules were. What the hash of a piece says, and nothing else, is whether it belongs to the
half that the rules were tuned with or to the half that was held out; a test holds that.
`situation`: something happened, and nobody knows when or where; `example`: nothing that happened is named.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from bot.domain.coach.hints import Kind, Rule

DEVELOPMENT, HELD_OUT = "development", "held_out"


@dataclass(frozen=True)
class Piece:
    """What somebody might write, and what the coach should say of it."""

    text: str
    kind: Kind
    rules: frozenset[Rule]


def load(half: str) -> list[Piece]:
    """The pieces of one half."""
    lines = (Path(__file__).parent / f"{half}.txt").read_text().splitlines()
    return [_piece(line) for line in lines if line and not line.startswith("#")]


def _piece(line: str) -> Piece:
    kind, labels, text = (part.strip() for part in line.split("|", 2))
    return Piece(text, Kind(kind), frozenset(Rule(label.strip()) for label in labels.split(",") if label.strip()))


def half_of(text: str) -> str:
    """The half that a piece belongs to."""
    return DEVELOPMENT if hashlib.sha256(text.encode()).digest()[0] % 2 else HELD_OUT
