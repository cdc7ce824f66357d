"""Results of several teams: what adds up, what is shown, and that subtracting reveals nobody."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checkins import AnswerValue
from bot.domain.participation import Standing
from bot.domain.results import Group, Shown, Tally, from_json, group, shown, tally, to_json, whole

K = 5
A, B, C, D = 1, 2, 3, 4
TEAMS = st.dictionaries(st.integers(1, 8), st.integers(0, 12), max_size=8)
KS = st.integers(3, 9)


def seen(voices: dict[int, int], *, offered: Collection[int], known: dict[int, int] | None = None) -> Shown:
    return shown(voices, K, offered=offered, known=known)


@pytest.mark.parametrize(
    ("voices", "by_themselves", "is_whole"),
    [
        pytest.param({A: 6, B: 5}, {A, B}, True, id="all have enough"),
        pytest.param({A: 6, B: 5, C: 0}, {A, B}, True, id="nobody is left of one who didn't answer"),
        pytest.param({A: 6, B: 7, C: 2}, {B}, True, id="the next smallest is withheld with the one that is too small"),
        pytest.param({A: 6, B: 3, C: 3}, {A}, True, id="two small ones hide each other"),
        pytest.param({A: 6, B: 2, C: 2}, set(), True, id="two that are too few together don't"),
        pytest.param({A: 6, B: 2}, set(), True, id="of two, both are withheld and the whole is shown"),
        pytest.param({A: 2, B: 2}, set(), False, id="fewer than k in all are sealed"),
        pytest.param({}, set(), False, id="no team at all"),
    ],
)
def test_who_may_see_every_team(voices: dict[int, int], by_themselves: set[int], is_whole: bool) -> None:
    assert seen(voices, offered=set(voices)) == Shown(frozenset(by_themselves), is_whole)


@pytest.mark.parametrize(
    ("voices", "is_whole"),
    [
        pytest.param({A: 6, B: 5}, True, id="the others are enough"),
        pytest.param({A: 6, B: 3, C: 2}, True, id="the others are enough together"),
        pytest.param({A: 6, B: 4}, False, id="the others are too few"),
        pytest.param({A: 6, B: 0}, True, id="there are no others"),
        pytest.param({A: 2, B: 6}, True, id="their own team is too small, and the others are enough"),
        pytest.param({A: 4, B: 4}, False, id="they know their own four, so that four others are left"),
    ],
)
def test_who_reads_one_team_sees_the_whole_where_the_others_stay_hidden(voices: dict[int, int], is_whole: bool) -> None:
    found = seen(voices, offered={A}, known={A: voices[A]})

    assert found.whole is is_whole
    assert found.teams == ({A} if voices[A] >= K else set())


@pytest.mark.parametrize(
    ("voices", "known", "by_themselves", "is_whole"),
    [
        pytest.param({A: 5, B: 6}, {B: 6, A: 4}, {B}, False, id="all of the other team but one"),
        pytest.param({A: 5, B: 3}, {B: 3, A: 4}, set(), False, id="theirs is too small to stand by itself, too"),
        pytest.param({A: 9, B: 6}, {B: 6, A: 4}, {A, B}, True, id="five of the other team are left"),
        pytest.param({A: 5, B: 6, C: 7}, {B: 6, A: 4}, {B}, True, id="the one that is left is hidden by a third team"),
        pytest.param({A: 5, B: 6, C: 4}, {B: 6, A: 4}, {B}, True, id="five are left of two teams"),
    ],
)
def test_who_reads_a_part_of_a_team_cant_subtract_it(
    voices: dict[int, int], known: dict[int, int], by_themselves: set[int], *, is_whole: bool
) -> None:
    assert seen(voices, offered=set(voices), known=known) == Shown(frozenset(by_themselves), is_whole)


COUNTS = st.integers(0, 9).flatmap(lambda count: st.tuples(st.just(count), st.booleans(), st.integers(0, count)))


@given(teams=st.lists(COUNTS, max_size=6), k=KS)
def test_subtracting_reveals_nobody(teams: list[tuple[int, bool, int]], k: int) -> None:
    """The whole, or a team, less any of what a reader is shown or knows is of nobody, or of k voices or more."""
    voices = {team: count for team, (count, _, _) in enumerate(teams)}
    offered = {team for team, (_, is_offered, _) in enumerate(teams) if is_offered}
    known = {team: read for team, (_, _, read) in enumerate(teams)}

    found = shown(voices, k, offered=offered, known=known)

    assert found.teams <= offered
    assert all(voices[team] >= k for team in found.teams)
    assert all(voices[team] - known[team] not in range(1, k) for team in found.teams)
    if found.whole:
        others = [team for team in voices if team not in found.teams]
        for less in (0, 1):
            assert sum(voices[team] - less * known[team] for team in others) not in range(1, k)
        assert sum(voices.values()) >= k


@given(voices=TEAMS, k=KS)
def test_nothing_is_withheld_without_need(voices: dict[int, int], k: int) -> None:
    found = shown(voices, k, offered=set(voices))

    assert found.whole is (sum(voices.values()) >= k)
    if all(count == 0 or count >= k for count in voices.values()):
        assert found.teams == {team for team, count in voices.items() if count}


VALUES = st.one_of(
    st.builds(AnswerValue, st.just(7), number=st.integers(1, 5)),
    st.builds(AnswerValue, st.just(8), chosen=st.sets(st.integers(1, 4), min_size=1).map(tuple)),
    st.builds(AnswerValue, st.just(9), amount=st.decimals(-1000, 1000, places=2)),
)
PARTS = st.lists(st.tuples(st.sampled_from(Standing), st.lists(VALUES, max_size=1)), max_size=12)


@given(parts=st.dictionaries(st.integers(1, 4), PARTS, max_size=4))
def test_the_teams_add_up_to_the_whole(parts: dict[int, list[tuple[Standing, list[AnswerValue]]]]) -> None:
    of_teams = {team: group(those) for team, those in parts.items()}

    together = group([part for those in parts.values() for part in those])

    found = whole(of_teams)
    assert (found.asked, found.answered, found.away) == (together.asked, together.answered, together.away)
    assert {key: found.voices_of(key) for key in (7, 8, 9)} == {key: together.voices_of(key) for key in (7, 8, 9)}


@given(parts=st.dictionaries(st.integers(1, 4), PARTS, max_size=4))
def test_what_is_kept_is_what_was_counted(parts: dict[int, list[tuple[Standing, list[AnswerValue]]]]) -> None:
    of_teams = {team: group(those) for team, those in parts.items()}

    assert from_json(to_json(of_teams)) == of_teams


def test_means() -> None:
    steps = tally([AnswerValue(7, number=each) for each in (1, 4, 5, 5)])
    numbers = tally([AnswerValue(9, amount=Decimal(each)) for each in ("0.5", "2.25")])

    assert (steps.mean, steps.counts) == (Decimal("3.8"), {1: 1, 4: 1, 5: 2})
    assert numbers.mean == Decimal("1.4")
    with pytest.raises(ValueError, match="nobody"):
        _ = Tally().mean


def test_who_was_away_or_passed_isnt_counted_as_asked() -> None:
    found = group(
        [(Standing.ANSWERED, []), (Standing.NO_ANSWER, []), (Standing.AWAY, []), (Standing.NOT_THIS_TIME, [])]
    )

    assert found == Group(asked=2, answered=1, away=1)
