import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checkins import (
    MAX_WORDS,
    REASONS,
    TRANSITIONS,
    AnswerValue,
    Condition,
    Problem,
    PromptState,
    Question,
    QuestionKind,
    Reason,
    answered_as,
    asked_after,
    check_answers,
    freeze,
    items,
    minutes,
    mood_question,
    states_before,
    thaw,
)

MOOD = Question(1, QuestionKind.MOOD, "How did the week feel?")
WENT_WELL = Question(2, QuestionKind.LONG_TEXT, "What went well?")
BLOCKER = Question(3, QuestionKind.BLOCKER, "Is anything in your way?", required=False)
FORM = (MOOD, WENT_WELL, BLOCKER)
WHERE = Question(5, QuestionKind.CHOICE, "Where?", options=("Home", "Office"))
TOOLS = Question(6, QuestionKind.CHOICES, "With what?", options=("Pen", "Paper", "Clay"))
HOURS = Question(7, QuestionKind.NUMBER, "How long?", required=False, unit="hours")
ANSWERED = {PromptState.ANSWERED, PromptState.LATE}

# Answers


def test_a_filled_form_is_taken() -> None:
    assert check_answers(FORM, [AnswerValue(1, number=4), AnswerValue(2, words="The launch.")]) == {}


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (AnswerValue(1), Problem.EMPTY),
        (AnswerValue(1, number=0), Problem.OUT_OF_RANGE),
        (AnswerValue(1, number=1), None),
        (AnswerValue(1, number=5), None),
        (AnswerValue(1, number=6), Problem.OUT_OF_RANGE),
        (AnswerValue(1, words="fine"), Problem.OUT_OF_RANGE),
        (AnswerValue(2, words=""), Problem.EMPTY),
        (AnswerValue(2, words=" \n\u00a0"), Problem.EMPTY),
        (AnswerValue(2, words="x" * MAX_WORDS), None),
        (AnswerValue(2, words="x" * (MAX_WORDS + 1)), Problem.TOO_LONG),
        (AnswerValue(2, words="🎉" * MAX_WORDS), None),
        (AnswerValue(2, words="x" + " " * MAX_WORDS), Problem.TOO_LONG),
        (AnswerValue(2, number=3), Problem.EMPTY),
        (AnswerValue(3, words=" "), None),
        (AnswerValue(3, words="x" * (MAX_WORDS + 1)), Problem.TOO_LONG),
        (AnswerValue(4, words="to a question nobody asked"), Problem.UNKNOWN),
    ],
)
def test_what_is_wrong_stands_at_its_question(answer: AnswerValue, problem: Problem | None) -> None:
    fine = {1: AnswerValue(1, number=4), 2: AnswerValue(2, words="The launch.")}

    problems = check_answers(FORM, (fine | {answer.question_id: answer}).values())

    assert problems == ({answer.question_id: problem} if problem else {})


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert check_answers(FORM, [AnswerValue(1, number=9), AnswerValue(8)]) == {
        1: Problem.OUT_OF_RANGE,
        2: Problem.EMPTY,
        8: Problem.UNKNOWN,
    }


def test_an_answer_is_words_or_a_number() -> None:
    with pytest.raises(ValueError, match="words or a number"):
        AnswerValue(1, "four", 4)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (AnswerValue(5, number=1), None),
        (AnswerValue(5, number=3), Problem.NOT_OFFERED),
        (AnswerValue(5, number=0), Problem.NOT_OFFERED),
        (AnswerValue(5, chosen=(1,)), Problem.NOT_OFFERED),
        (AnswerValue(5, words="Home"), Problem.NOT_OFFERED),
        (AnswerValue(6, chosen=(1, 3)), None),
        (AnswerValue(6, chosen=(1, 4)), Problem.NOT_OFFERED),
        (AnswerValue(6, number=1), Problem.NOT_OFFERED),
        (AnswerValue(6), Problem.EMPTY),
        (AnswerValue(7), None),
        (AnswerValue(7, amount=Decimal("-0.000001")), None),
        (AnswerValue(7, amount=Decimal("999999999999.999999")), None),
        (AnswerValue(7, amount=Decimal("1.50000000000")), None),
        (AnswerValue(7, amount=Decimal(1000000000000)), Problem.TOO_MANY_DIGITS),
        (AnswerValue(7, amount=Decimal("0.0000001")), Problem.TOO_MANY_DIGITS),
        (AnswerValue(7, amount=Decimal("1." + "0" * 60 + "1")), Problem.TOO_MANY_DIGITS),
        (AnswerValue(7, amount=Decimal("NaN")), Problem.NOT_A_NUMBER),
        (AnswerValue(7, words="a while"), Problem.NOT_A_NUMBER),
        (AnswerValue(7, number=3), Problem.NOT_A_NUMBER),
    ],
)
def test_choices_and_numbers_are_checked_like_all_else(answer: AnswerValue, problem: Problem | None) -> None:
    asked = [question for question in (WHERE, TOOLS, HOURS) if question.id == answer.question_id]

    assert check_answers(asked, [answer]) == ({answer.question_id: problem} if problem else {})


def test_nothing_but_what_was_done_is_no_answer() -> None:
    plan = Question(1, QuestionKind.LONG_TEXT, "What next?", is_plan=True)

    assert check_answers([plan], [AnswerValue(1, done=("Ship it",))]) == {1: Problem.EMPTY}


# Conditions

WHY = Question(8, QuestionKind.LONG_TEXT, "Why?", condition=Condition(1, (1, 2)))
WHAT = Question(9, QuestionKind.CHOICE, "What would help?", options=("Time", "People"), condition=Condition(1, (1, 2)))
WHO = Question(10, QuestionKind.SHORT_TEXT, "Who?", condition=Condition(9, (2,)))
BRANCHING = (MOOD, WHY, WHAT, WHO, BLOCKER)


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ([], [1, 3]),
        ([AnswerValue(1, number=3)], [1, 3]),
        ([AnswerValue(1, number=2)], [1, 8, 9, 3]),
        ([AnswerValue(1, number=2), AnswerValue(9, number=1)], [1, 8, 9, 3]),
        ([AnswerValue(1, number=2), AnswerValue(9, number=2)], [1, 8, 9, 10, 3]),
        ([AnswerValue(1, number=5), AnswerValue(9, number=2)], [1, 3]),
        ([AnswerValue(1, words="2")], [1, 3]),
    ],
)
def test_a_question_is_asked_after_the_answers_that_ask_for_it(given: list[AnswerValue], asked: list[int]) -> None:
    answers = {answer.question_id: answer for answer in given}

    assert [question.id for question in asked_after(BRANCHING, answers)] == asked


def test_any_of_several_chosen_options_asks_for_the_next() -> None:
    clay = Question(8, QuestionKind.SHORT_TEXT, "Which clay?", condition=Condition(6, (3,)))

    assert asked_after((TOOLS, clay), {6: AnswerValue(6, chosen=(1, 3))}) == (TOOLS, clay)
    assert asked_after((TOOLS, clay), {6: AnswerValue(6, chosen=(1, 2))}) == (TOOLS,)


def test_a_mood_that_only_some_are_asked_for_is_not_for_one_tap() -> None:
    later = Question(8, QuestionKind.MOOD, "And now?", condition=Condition(5, (1,)))

    assert mood_question([WENT_WELL, MOOD]) == MOOD
    assert mood_question([WHERE, later]) is None


@pytest.mark.parametrize(
    "question", [*BRANCHING, WHERE, TOOLS, HOURS, Question(1, QuestionKind.LONG_TEXT, "?", is_plan=True)]
)
def test_a_round_keeps_all_of_a_question(question: Question) -> None:
    assert thaw(json.loads(json.dumps(freeze(question)))) == question


def test_each_line_of_a_plan_is_an_item_once() -> None:
    assert items("- Ship the login\n\n  * Rest \nShip the login\n•\n– Ask Bo") == ("Ship the login", "Rest", "Ask Bo")


QUESTIONS = st.builds(
    lambda number, kind, required: Question(
        number, kind, "?", required, options=("a", "b", "c") if kind.has_options else ()
    ),
    st.integers(1, 6),
    st.sampled_from([kind for kind in QuestionKind if kind is not QuestionKind.PROGRESS]),
    st.booleans(),
)
ANSWERS = (
    st.builds(AnswerValue, st.integers(1, 7), st.none(), st.none() | st.integers(-1, 7))
    | st.builds(
        AnswerValue, st.integers(1, 7), st.text(max_size=3) | st.integers(2999, 3001).map(lambda length: "x" * length)
    )
    | st.builds(
        lambda number, chosen: AnswerValue(number, chosen=chosen), st.integers(1, 7), st.tuples(st.integers(0, 4))
    )
    | st.builds(lambda number, amount: AnswerValue(number, amount=amount), st.integers(1, 7), st.decimals())
)


def test_progress_is_answered_by_readings_alone() -> None:
    question = Question(1, QuestionKind.PROGRESS, "?", required=True)

    assert check_answers([question], []) == {}
    assert check_answers([question], [AnswerValue(1, words="5")]) == {1: Problem.UNKNOWN}


@given(
    st.lists(QUESTIONS, unique_by=lambda question: question.id),
    st.lists(ANSWERS, unique_by=lambda answer: answer.question_id),
)
def test_what_is_taken_can_be_kept(questions: list[Question], given: list[AnswerValue]) -> None:
    problems = check_answers(questions, given)

    asked = {question.id: question for question in questions}
    taken = {answer.question_id: answer for answer in given if answer.question_id not in problems}
    assert taken.keys() <= asked.keys()
    for question in questions:
        answer = taken.get(question.id, AnswerValue(question.id))
        assert question.id in problems or not question.required or not answer.is_blank
        if not answer.is_blank:
            assert (answer.words is not None) is question.kind.is_words
            assert (answer.amount is not None) is (question.kind is QuestionKind.NUMBER)
            assert set(answer.steps) <= set(question.steps)
            assert len(answer.words or "") <= MAX_WORDS


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([], 1),
        ([QuestionKind.MOOD], 1),
        ([QuestionKind.SHORT_TEXT] * 3, 1),
        ([QuestionKind.SHORT_TEXT] * 3 + [QuestionKind.MOOD], 2),
        ([QuestionKind.MOOD, QuestionKind.LONG_TEXT, QuestionKind.LONG_TEXT, QuestionKind.BLOCKER], 2),
    ],
)
def test_minutes_are_rounded_up(kinds: list[QuestionKind], expected: int) -> None:
    assert minutes(Question(n, kind, "?") for n, kind in enumerate(kinds)) == expected


def test_every_kind_takes_time() -> None:
    assert all(minutes([Question(1, kind, "?")] * 100) > 1 for kind in QuestionKind)


# Prompts


@given(st.lists(st.sampled_from(PromptState)))
def test_an_answer_is_never_lost_whatever_is_tried(attempts: list[PromptState]) -> None:
    states = [PromptState.DUE]
    for attempt in attempts:
        if states[-1] in states_before(attempt):
            states.append(attempt)

    assert len(set(states)) == len(states), "nothing comes back"
    assert not ANSWERED & set(states[:-1]), "an answer is the end"


def test_whatever_is_not_answered_can_still_be() -> None:
    assert TRANSITIONS.keys() == set(PromptState)
    assert {state for state, after in TRANSITIONS.items() if after & ANSWERED} == set(PromptState) - ANSWERED


def test_nothing_is_sent_that_was_skipped_and_nothing_missed_that_was_not_sent() -> None:
    assert states_before(PromptState.SENT) == {PromptState.DUE}
    assert states_before(PromptState.MISSED) == {PromptState.SENT}
    assert states_before(PromptState.SKIPPED) == {PromptState.DUE, PromptState.SENT}
    assert states_before(PromptState.DUE) == set()


def test_each_reason_belongs_to_one_state() -> None:
    assert {state for state, reasons in REASONS.items() if reasons} == {PromptState.SKIPPED, PromptState.MISSED}
    assert sorted(reason for reasons in REASONS.values() for reason in reasons) == sorted(Reason)


def test_the_end_of_a_window_is_late() -> None:
    closes = datetime(2026, 5, 5, 10, tzinfo=UTC)

    assert answered_as(closes - timedelta(microseconds=1), closes) is PromptState.ANSWERED
    assert answered_as(closes, closes) is PromptState.LATE
