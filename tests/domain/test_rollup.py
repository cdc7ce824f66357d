"""Roll-up: equal parts, nothing from what is hidden, and no circles."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.rollup import Node, mean, roll_up, would_circle

shares = st.none() | st.integers(0, 100).map(lambda n: Decimal(n) / 100)


@st.composite
def forests(draw: st.DrawFn) -> list[Node]:
    """Goals in any order, each below one of those that were drawn before it, or at the top."""
    size = draw(st.integers(1, 25))
    nodes = [
        Node(key, draw(st.none() | st.integers(1, key - 1)) if key > 1 else None, draw(shares))
        for key in range(1, size + 1)
    ]
    return draw(st.permutations(nodes))


def expected(nodes: list[Node], key: int) -> Decimal | None:
    """The rule once more, from the top down."""
    node = next(each for each in nodes if each.key == key)
    below = [expected(nodes, each.key) for each in nodes if each.parent == key]
    return mean([node.own, *(below if len(below) > 1 and mean(below) is not None else [])])


@given(forests())
@settings(max_examples=60)
def test_each_part_counts_the_same(nodes: list[Node]) -> None:
    found = roll_up(nodes)

    assert {key: each.whole for key, each in found.items()} == {node.key: expected(nodes, node.key) for node in nodes}
    assert all(each.whole is None or 0 <= each.whole <= 1 for each in found.values())


@given(forests(), st.data())
@settings(max_examples=60)
def test_what_is_hidden_changes_nothing_that_is_shown(nodes: list[Node], data: st.DataObject) -> None:
    hidden = data.draw(st.sets(st.sampled_from([node.key for node in nodes])))
    visible = [node for node in nodes if node.key not in hidden]
    others = [node if node.key not in hidden else Node(node.key, node.parent, data.draw(shares)) for node in nodes]

    assert roll_up(visible) == roll_up([node for node in others if node.key not in hidden])


@given(forests())
@settings(max_examples=60)
def test_there_is_no_number_for_one_child(nodes: list[Node]) -> None:
    for each in roll_up(nodes).values():
        assert each.children >= 2 or each.below is None


def test_a_parent_with_one_child_is_as_far_as_its_own_measures_are() -> None:
    found = roll_up([Node(1, None, Decimal("0.2")), Node(2, 1, Decimal("0.8"))])

    assert (found[1].below, found[1].whole, found[1].children) == (None, Decimal("0.2"), 1)


def test_a_circle_ends_somewhere() -> None:
    found = roll_up([Node(1, 2, Decimal(1)), Node(2, 1, Decimal(0)), Node(3, 1, Decimal(0)), Node(4, 1, None)])

    assert set(found) == {1, 2, 3, 4}


@given(st.dictionaries(st.integers(1, 8), st.none() | st.integers(1, 8)), st.integers(1, 8), st.integers(1, 8))
def test_what_would_circle_is_found(parents: dict[int, int | None], key: int, parent: int) -> None:
    above, here = set(), parent
    while here is not None and here not in above:
        above.add(here)
        here = parents.get(here)  # type: ignore[assignment]

    assert would_circle(parents, key, parent) == (key in above)


def test_a_deep_tree_is_no_trouble() -> None:
    nodes = [Node(key, key - 1 or None, Decimal("0.5")) for key in range(1, 10_001)]

    assert roll_up(nodes)[1].whole == Decimal("0.5")
