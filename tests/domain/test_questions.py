"""Questions that can't be asked: what is wrong, at which one, and in which part of it."""

from __future__ import annotations

import pytest

from bot.domain.checkins import QuestionKind
from bot.domain.questions import Flaw, flaws
from bot.domain.setup import MAX_QUESTIONS, ConditionRequest, QuestionRequest

MOOD = QuestionRequest(QuestionKind.MOOD, "How did the week feel?")
WORDS = QuestionRequest(QuestionKind.LONG_TEXT, "What went well?")
WHERE = QuestionRequest(QuestionKind.CHOICE, "Where do you work today?", options=("Home", "Office"))
HOURS = QuestionRequest(QuestionKind.NUMBER, "How long did you wait for reviews?", unit="hours")


def found(*questions: QuestionRequest) -> list[tuple[int | None, str, str]]:
    return [(flaw.position, flaw.part, flaw.msgid.format_map(flaw.params)) for flaw in flaws(questions)]


def choice(*options: str) -> QuestionRequest:
    return QuestionRequest(QuestionKind.CHOICES, "Which?", options=options)


def after(position: int, *values: int) -> QuestionRequest:
    return QuestionRequest(QuestionKind.LONG_TEXT, "Why?", condition=ConditionRequest(position, values))


def test_questions_that_can_be_asked_have_no_flaws() -> None:
    every_kind = (MOOD, WORDS, WHERE, HOURS, choice("a", "b", "c"), after(0, 1, 2), after(2, 2), after(4, 1, 3))

    assert flaws(every_kind) == []
    assert flaws([choice(*"abcdefghij")]) == []
    assert flaws([MOOD] * MAX_QUESTIONS) == []


def test_a_check_in_asks_something_and_not_everything() -> None:
    assert found() == [(None, "questions", "A check-in needs at least one question.")]
    assert found(*[MOOD] * 30) == [
        (
            None,
            "questions",
            "A check-in has at most 20 questions. Leave some out, or make a second check-in.",
        )
    ]


@pytest.mark.parametrize(
    ("question", "part", "sentence"),
    [
        (QuestionRequest(QuestionKind.MOOD, "  "), "wording", "Each question needs words, 300 characters at most."),
        (QuestionRequest(QuestionKind.MOOD, "\u202e"), "wording", "Each question needs words, 300 characters at most."),
        (
            QuestionRequest(QuestionKind.MOOD, "x" * 301),
            "wording",
            "Each question needs words, 300 characters at most.",
        ),
        (choice(), "options", "A choice needs 2 to 10 options."),
        (choice("one"), "options", "A choice needs 2 to 10 options."),
        (choice(*"abcdefghijk"), "options", "A choice needs 2 to 10 options."),
        (choice("one", " "), "options", "An option needs words. Fill the empty one in, or leave it out."),
        (choice("one", "\u2066"), "options", "An option needs words. Fill the empty one in, or leave it out."),
        (choice("Home", "Office", " home"), "options", "“Home” is there twice. Each option can be there once."),
        (choice("x" * 76, "y"), "options", f"“{'x' * 76}” is longer than the 75 characters of an option."),
        (
            QuestionRequest(QuestionKind.MOOD, "?", options=("a", "b")),
            "options",
            "Options belong to questions with a choice. Leave them out.",
        ),
        (
            QuestionRequest(QuestionKind.NUMBER, "?", unit="x" * 40),
            "unit",
            "A unit has 1 to 20 characters, like “hours” or “%”.",
        ),
        (
            QuestionRequest(QuestionKind.NUMBER, "?", unit=" "),
            "unit",
            "A unit has 1 to 20 characters, like “hours” or “%”.",
        ),
        (QuestionRequest(QuestionKind.MOOD, "?", unit="h"), "unit", "A unit belongs to a number. Leave it out."),
        (
            QuestionRequest(QuestionKind.SHORT_TEXT, "?", is_plan=True),
            "is_plan",
            "A plan needs a question with a long answer.",
        ),
    ],
)
def test_what_is_wrong_with_a_question_is_said_at_its_part(question: QuestionRequest, part: str, sentence: str) -> None:
    assert found(MOOD, question) == [(1, part, sentence)]


def test_goal_progress_is_asked_once_and_always() -> None:
    progress = QuestionRequest(QuestionKind.PROGRESS, "How do your goals go?")
    depending = QuestionRequest(QuestionKind.PROGRESS, "And?", condition=ConditionRequest(0, (1,)))

    assert found(MOOD, progress) == []
    assert found(MOOD, depending) == [(1, "condition", "Goal progress is always asked: choose “Always”.")]
    assert found(progress, progress) == [(1, "kind", "Goal progress is asked once in a check-in. Leave one out.")]


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ((2, 1), "A question can't depend on its own answer. Choose an earlier question."),
        (
            (3, 1),
            "A question can only depend on one that is asked before it. Move it down, or choose an earlier one.",
        ),
        (
            (-1, 1),
            "A question can only depend on one that is asked before it. Move it down, or choose an earlier one.",
        ),
        ((1, 1), "A question can only depend on a mood, a scale or a choice."),
        ((0,), "Choose the answers after which this question is asked."),
        ((0, 6), "Choose the answers after which this question is asked."),
    ],
)
def test_a_condition_names_answers_to_an_earlier_question(condition: tuple[int, ...], sentence: str) -> None:
    assert found(MOOD, WORDS, after(*condition), WHERE) == [(2, "condition", sentence)]


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert [(flaw.position, flaw.part) for flaw in flaws([choice("one"), after(1, 1)])] == [
        (0, "options"),
        (1, "condition"),
    ]
    assert isinstance(flaws([])[0], Flaw)
