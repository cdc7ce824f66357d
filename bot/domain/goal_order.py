"""The order in which a tree of goals is read: what is above before what is below, the company first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.goals import GoalKind
from bot.domain.rollup import Node

_FIRST = {GoalKind.COMPANY: 0, GoalKind.TEAM: 1, GoalKind.PERSON: 2}


def in_order(nodes: Sequence[Node], kinds: Mapping[int, GoalKind]) -> list[tuple[int, int]]:
    """Each goal once, as its key and how deep it stands: tops by whose they are, the company's first."""
    by_key = {node.key: node for node in nodes}
    children: dict[int, list[int]] = {}
    for node in nodes:
        if node.parent in by_key:
            children.setdefault(node.parent or 0, []).append(node.key)
    tops = [node.key for node in nodes if node.parent not in by_key]
    tops.sort(key=lambda key: (_FIRST[kinds[key]], key not in children))
    order: list[tuple[int, int]] = []
    seen: set[int] = set()
    for top in [*tops, *by_key]:  # what is in a circle, should there be one, is read all the same
        waiting = [(top, 0)]
        while waiting:
            key, depth = waiting.pop()
            if key not in seen:
                seen.add(key)
                order.append((key, depth))
                waiting += [(child, depth + 1) for child in reversed(children.get(key, ()))]
    return order
