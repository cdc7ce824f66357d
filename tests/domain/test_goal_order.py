"""The tree is read from the top: each goal once, below the one that it belongs to."""

from __future__ import annotations

from hypothesis import given, settings

from bot.domain.goal_order import in_order
from bot.domain.goals import GoalKind
from bot.domain.rollup import Node
from tests.domain.test_rollup import forests


@given(forests())
@settings(max_examples=60)
def test_each_goal_is_read_once_right_below_its_parent(nodes: list[Node]) -> None:
    order = in_order(nodes, {node.key: GoalKind.PERSON for node in nodes})
    parents = {node.key: node.parent for node in nodes}

    assert sorted(key for key, _ in order) == sorted(parents)
    path: list[int] = []
    for key, depth in order:
        assert depth <= len(path)
        path = [*path[:depth], key]
        assert parents[key] == (path[depth - 1] if depth else None)


def test_the_company_comes_first() -> None:
    nodes = [Node(1, None), Node(2, None), Node(3, None), Node(4, 1)]
    kinds = {1: GoalKind.PERSON, 2: GoalKind.COMPANY, 3: GoalKind.TEAM, 4: GoalKind.PERSON}

    assert in_order(nodes, kinds) == [(2, 0), (3, 0), (1, 0), (4, 1)]
