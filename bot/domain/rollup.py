"""How far goals are, and those that they are made of: each part of a goal counts the same.

Only what its reader may see goes in, so that nothing hidden shows; and with fewer than two children to be seen there
is no number for them, since it would be the one child's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

LEAST_CHILDREN = 2
_EXACTLY = Decimal("0.000001")


@dataclass(frozen=True)
class Node:
    """A goal that somebody may see. `own`: how far its measures are, 0 to 1; None where nothing is known."""

    key: int
    parent: int | None
    own: Decimal | None = None


@dataclass(frozen=True)
class RolledUp:
    """How far a goal is: by what is below it (None where too little of that can be seen), and all in all."""

    below: Decimal | None
    whole: Decimal | None
    children: int = 0


NOTHING = RolledUp(None, None)


def mean(parts: Iterable[Decimal | None]) -> Decimal | None:
    """The mean of those that are known, to six digits; None of nothing."""
    known = [each for each in parts if each is not None]
    if len(known) == 1:
        return known[0]
    return (sum(known, Decimal(0)) / len(known)).quantize(_EXACTLY) if known else None


def roll_up(nodes: Iterable[Node]) -> dict[int, RolledUp]:
    """Each goal with what is below it. Whose parent isn't among them is at the top, and so is one of a circle."""
    by_key = {node.key: node for node in nodes}
    children = _children(by_key)
    found: dict[int, RolledUp] = {}
    for key in reversed(_from_the_top(by_key, children)):
        below = [found[child].whole for child in children.get(key, ()) if child in found]
        found[key] = _one(by_key[key], below)
    return found


def _one(node: Node, below: Sequence[Decimal | None]) -> RolledUp:
    if not below:
        return RolledUp(None, node.own)
    shown = mean(below) if len(below) >= LEAST_CHILDREN else None
    parts = [node.own, *(below if shown is not None else ())]
    return RolledUp(shown, mean(parts), len(below))


def _children(by_key: Mapping[int, Node]) -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for node in by_key.values():
        if node.parent in by_key:
            children.setdefault(node.parent or 0, []).append(node.key)
    return children


def _from_the_top(by_key: Mapping[int, Node], children: Mapping[int, Sequence[int]]) -> list[int]:
    """Every key once, parents before their children."""
    order: list[int] = []
    seen: set[int] = set()
    tops = [node.key for node in by_key.values() if node.parent not in by_key]
    for top in [*tops, *by_key]:  # what is in a circle has no top above it
        waiting = [] if top in seen else [top]
        while waiting:
            key = waiting.pop()
            if key not in seen:
                seen.add(key)
                order.append(key)
                waiting += children.get(key, ())
    return order


def would_circle(parents: Mapping[int, int | None], key: int, parent: int | None) -> bool:
    """Whether a goal below `parent` would be above itself. `parents`: as far up as they are known."""
    passed: set[int] = set()
    while parent is not None and parent not in passed:
        if parent == key:
            return True
        passed.add(parent)
        parent = parents.get(parent)
    return False
