"""Who comes to read what somebody answers, and who is told of it."""

from __future__ import annotations

import json

import pytest

from bot.domain.privacy import Readership, change, from_json, read_by_others, to_json

ANA, BO, DANA, EVA = 1, 2, 3, 4
PLATFORM, DESIGN = 10, 20


def team_reads(*over: int, members: tuple[int, ...] = (ANA, BO), k: int = 0) -> Readership:
    readers = {PLATFORM: frozenset((*members, *over)), DESIGN: frozenset({BO, DANA})}
    return Readership("team", None, k, readers, {PLATFORM: frozenset(over), DESIGN: frozenset({DANA})})


CHANNEL = Readership("channel", "C1", 0)


def stored(of: Readership) -> Readership:
    """What is compared with later: it went through the database."""
    return from_json(json.loads(json.dumps(to_json(of))))


@pytest.mark.parametrize(
    ("before", "after", "came"),
    [
        (team_reads(DANA), team_reads(DANA), set()),
        (team_reads(DANA), team_reads(DANA, EVA), {EVA}),
        (team_reads(DANA, EVA), team_reads(DANA), set()),
        (team_reads(DANA), team_reads(DANA, BO), set()),
        (team_reads(DANA, members=(ANA,)), team_reads(DANA), set()),
    ],
    ids=["nobody", "who leads or reads along", "who goes", "a member who leads now", "another member"],
)
def test_who_came(before: Readership, after: Readership, came: set[int]) -> None:
    found = change(stored(before), after, [PLATFORM])

    assert found.came == came
    assert found.is_any == bool(came)


def test_in_another_team_than_ones_own_it_is_no_news() -> None:
    assert not change(stored(team_reads(DANA)), team_reads(DANA, EVA), [DESIGN]).is_any


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (team_reads(DANA), CHANNEL),
        (CHANNEL, team_reads(DANA)),
        (CHANNEL, Readership("channel", "C2", 0)),
        (Readership("team", None, 0, {DESIGN: frozenset({BO})}), team_reads(DANA)),
    ],
    ids=["a channel", "no channel", "another channel", "another team"],
)
def test_others_altogether(before: Readership, after: Readership) -> None:
    found = change(stored(before), after, [PLATFORM])

    assert found.is_other
    assert found.came == frozenset(), "which is told without names"


@pytest.mark.parametrize(("before", "after"), [(0, 5), (5, 0), (5, 7)])
def test_names_hidden_shown_or_with_other_voices(before: int, after: int) -> None:
    found = change(stored(team_reads(DANA, k=before)), team_reads(DANA, k=after), [PLATFORM])

    assert found.is_set_up_anew
    assert found.k == (before, after)
    assert not found.is_other


@pytest.mark.parametrize(
    ("before", "after", "teams"),
    [
        (team_reads(DANA), team_reads(DANA), set()),
        (team_reads(DANA), team_reads(DANA, EVA), {PLATFORM}),
        (team_reads(DANA, EVA), team_reads(DANA), {PLATFORM}),
        (team_reads(DANA), team_reads(DANA, BO), set()),
        (team_reads(DANA), team_reads(DANA, k=5), None),
        (team_reads(DANA), CHANNEL, None),
        (Readership("team", None, 0, {DESIGN: frozenset({BO})}), team_reads(DANA), None),
    ],
    ids=["nobody", "one more", "one fewer", "the same people", "names", "a channel", "another team"],
)
def test_whose_readers_are_others(before: Readership, after: Readership, teams: set[int] | None) -> None:
    assert read_by_others(before, after) == teams
