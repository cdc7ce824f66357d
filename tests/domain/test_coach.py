"""The coach: what it points out, what it leaves alone, and how long it takes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.coach.hints import READ, Kind, Rule, hints
from tests.coach.measuring import score
from tests.coach.pieces import DEVELOPMENT, HELD_OUT, half_of, load

CPU = 0.05
"""Seconds for one text."""


def rules(words: str, kind: Kind = Kind.CRITICISM) -> list[Rule]:
    return [hint.rule for hint in hints(words, kind)]


def test_what_says_when_what_and_what_came_of_it_is_left_alone() -> None:
    assert rules("Slide 4 on Tuesday showed last month's numbers, and the client asked twice which were right.") == []


def test_it_quotes_what_it_is_about_in_the_authors_words() -> None:
    found = hints("You’re   always so\nNegative.", Kind.CRITICISM)

    assert [(hint.rule, hint.found) for hint in found][:2] == [
        (Rule.PERSONALITY, "Negative"),
        (Rule.ABSOLUTES, "always"),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "Never mind the typo on Monday. You sent it to legal, so we have to wait for them.",
        "The lazy loading that you added in March broke the back button, and we got forty tickets.",
        "The client was rude on Tuesday, and you hung up, so I had to call them back.",
        "I always enjoy your demos. The one on Friday had no data in it, so nobody could judge it.",
    ],
)
def test_words_that_only_look_like_a_judgement_are_none(words: str) -> None:
    assert not {Rule.PERSONALITY, Rule.ABSOLUTES, Rule.THIRD_PERSON} & set(rules(words))


@pytest.mark.parametrize(
    "words",
    [
        "Du bist immer so faul, und alle sagen, dass du nie zuhörst.",
        "Tu es toujours en retard et tout le monde le pense.",
        "君はいつも遅い。みんなそう言っている。",
        "",
        "?!",
        "You",
    ],
)
@pytest.mark.parametrize("kind", list(Kind))
def test_it_says_nothing_in_a_language_that_it_doesnt_know(words: str, kind: Kind) -> None:
    assert hints(words, kind) == []


def test_a_piece_is_in_the_half_that_its_hash_says() -> None:
    for half in (DEVELOPMENT, HELD_OUT):
        assert {half_of(piece.text) for piece in load(half)} == {half}
    assert len(load(DEVELOPMENT)) + len(load(HELD_OUT)) >= 200
    assert len(load(HELD_OUT)) >= 100


@pytest.mark.parametrize("half", [DEVELOPMENT, HELD_OUT])
def test_it_points_out_what_people_would_and_little_else(half: str) -> None:
    assert all(each.precision >= 0.75 and each.recall >= 0.75 for each in score(load(half)))


@given(st.text(max_size=300), st.sampled_from(list(Kind)))
@settings(max_examples=60)
def test_it_takes_any_text_and_quotes_only_what_stands_there(words: str, kind: Kind) -> None:
    said = "".join(words.split())

    assert all(hint.found is None or "".join(hint.found.split()) in said for hint in hints(f"you are {words}", kind))


def test_no_text_keeps_it_busy() -> None:
    for hard in (
        "you ",
        "it was you are ",
        "in the big ",
        "people Bo said the team ",
        "your spec ",
        "when we bla ",
        " ",
    ):
        assert min(_seconds(hard * READ) for _ in range(3)) < CPU, hard


def _seconds(words: str) -> float:
    began = time.process_time()
    hints(words[:READ], Kind.CRITICISM)
    return time.process_time() - began
