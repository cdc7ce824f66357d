"""Names hidden: whatever two readers put together, nobody can be told apart from fewer than k."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checkins import QuestionKind
from bot.domain.hidden import Given, Group, flaws, group_of, readable, shown
from bot.domain.rhythms import Weekly
from bot.domain.setup import CheckInRequest, QuestionRequest
from bot.domain.templates import PULSE, STAND_UP, WEEKLY

QUESTIONS = range(3)
keys = st.binary(min_size=1, max_size=64)
some_teams = st.frozensets(st.integers(1, 3), min_size=1)
parts = st.dictionaries(
    st.integers(1, 40), st.tuples(some_teams, st.frozensets(st.sampled_from(QUESTIONS))), max_size=40
)
"""By prompt: for which teams somebody was asked, and which questions they answered."""
Parts = Mapping[int, tuple[frozenset[int], frozenset[int]]]


def said(of: Parts) -> list[Given]:
    return [Given(prompt, question, f"{prompt}/{question}") for prompt, (_, asked) in of.items() for question in asked]


def groups_of(of: Parts, readers: str) -> dict[Group, dict[int, tuple[frozenset[int], frozenset[int]]]]:
    groups: dict[Group, dict[int, tuple[frozenset[int], frozenset[int]]]] = {}
    for prompt, part in of.items():
        groups.setdefault(group_of(sorted(part[0]), readers), {})[prompt] = part
    return groups


@given(parts, st.integers(1, 6), keys)
def test_a_question_is_shown_whole_where_k_answered_it_and_else_not_at_all(of: Parts, k: int, key: bytes) -> None:
    everything = said(of)
    voices = Counter(each.question_id for each in everything)

    found = shown(everything, k, key)

    assert set(found) == {question for question, times in voices.items() if times >= k}
    for question, answers in found.items():
        assert Counter(answers) == Counter(each for each in everything if each.question_id == question)


@given(parts, keys, st.randoms(use_true_random=False))
def test_the_order_tells_nothing_of_the_order_in_which_people_answered(of: Parts, key: bytes, chance: Any) -> None:
    everything = said(of)
    otherwise = list(everything)
    chance.shuffle(otherwise)

    assert shown(everything, 1, key) == shown(otherwise, 1, key)


def test_everybody_is_everywhere_equally_often() -> None:
    prompts = {prompt: (frozenset({1}), frozenset({0})) for prompt in range(1, 6)}

    first = Counter(shown(said(prompts), 1, n.to_bytes(2))[0][0].prompt_id for n in range(1000))

    assert set(first) == set(prompts)
    assert max(first.values()) < 1.3 * min(first.values()), first


def test_each_question_has_an_order_of_its_own() -> None:
    prompts = {prompt: (frozenset({1}), frozenset(QUESTIONS)) for prompt in range(1, 6)}

    beside = Counter[bool]()
    for n in range(1000):
        found = shown(said(prompts), 1, n.to_bytes(2))
        beside.update(one.prompt_id == two.prompt_id for one, two in zip(found[0], found[1], strict=True))

    assert 800 < beside[True] < 1200, "in one place of five by chance"


@given(
    parts,
    st.integers(2, 6),
    st.sampled_from(["team", "leads", "channel"]),
    st.tuples(st.frozensets(st.integers(1, 40)), st.frozensets(st.integers(1, 40))),
)
def test_no_two_digests_can_be_subtracted(
    of: Parts, k: int, readers: str, refused: tuple[frozenset[int], frozenset[int]]
) -> None:
    groups = groups_of(of, readers)

    def seen(by: frozenset[int]) -> set[tuple[int, int]]:
        """What a reader is shown who may not read some prompts, whichever those are."""
        return {
            (each.question_id, each.prompt_id)
            for group in readable(groups, by)
            for answers in shown(said(groups[group]), k, b"key").values()
            for each in answers
        }

    one, another = map(seen, refused)
    for difference in (one - another, another - one, one & another):
        voices = Counter(question for question, _ in difference)
        assert all(times >= k for times in voices.values()), (voices, k)
    assert all(prompt not in by for by, digest in zip(refused, (one, another), strict=True) for _, prompt in digest)


@given(some_teams, st.sampled_from(["team", "leads", "channel"]))
def test_everybody_is_in_one_group_and_it_is_one_of_their_own_teams(team_ids: frozenset[int], readers: str) -> None:
    group = group_of(sorted(team_ids), readers)

    assert group is None if readers == "channel" else group in team_ids


OPEN_ENDED = QuestionRequest(QuestionKind.LONG_TEXT, "What should we change?")


def asking(*questions: QuestionRequest, **more: Any) -> CheckInRequest:
    given_by_default: dict[str, Any] = {
        "team_ids": (1,),
        "name": "Pulse",
        "rhythm": Weekly(0),
        "at": time(9),
        "window_minutes": 1440,
        "readers": "team",
        "home_channel": None,
        "names_hidden": True,
    }
    return CheckInRequest(questions=questions, **{**given_by_default, **more})


@pytest.mark.parametrize("kind", sorted({QuestionKind.BLOCKER, QuestionKind.NUMBER}))
def test_what_tells_whose_it_is_cant_be_asked(kind: QuestionKind) -> None:
    (flaw,) = flaws(asking(OPEN_ENDED, QuestionRequest(kind, "Really?")), {"Platform": 8}, 5)

    assert (flaw.field, flaw.params) == ("names", {"n": 2})


def test_a_plan_that_comes_back_would_tie_two_rounds_together() -> None:
    plan = QuestionRequest(QuestionKind.LONG_TEXT, "What next?", is_plan=True)

    assert [flaw.field for flaw in flaws(asking(plan), {"Platform": 8}, 5)] == ["names"]


@pytest.mark.parametrize(("size", "k", "is_refused"), [(5, 5, False), (4, 5, True), (3, 3, False), (0, 3, True)])
def test_each_team_needs_k_people(size: int, k: int, is_refused: bool) -> None:
    found = flaws(asking(OPEN_ENDED), {"Platform": size, "Design": 20}, k)

    assert [(each.field, each.params) for each in found] == (
        [("teams", {"team": "Platform", "n": size, "k": k})] if is_refused else []
    )


def test_answers_that_appear_one_by_one_would_tell_whose_they_are() -> None:
    found = flaws(asking(OPEN_ENDED, digest_when="arrival"), {"Platform": 8}, 5)

    assert [each.field for each in found] == ["digest_when"]


def test_with_names_shown_nothing_of_it_matters() -> None:
    assert flaws(asking(*WEEKLY.questions, names_hidden=False, digest_when="arrival"), {"Platform": 2}, 5) == []


def test_the_pulse_can_hide_names_as_it_is() -> None:
    assert flaws(asking(*PULSE.questions), {"Platform": 8}, 5) == []
    assert [each.params["n"] for each in flaws(asking(*STAND_UP.questions), {"Platform": 8}, 5)] == [2]
