from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checkins import (
    MAX_WORDS,
    REASONS,
    STEPS,
    TRANSITIONS,
    AnswerValue,
    Problem,
    PromptState,
    Question,
    QuestionKind,
    Reason,
    answered_as,
    check_answers,
    minutes,
    states_before,
)

MOOD = Question(1, QuestionKind.MOOD, "How did the week feel?")
WENT_WELL = Question(2, QuestionKind.LONG_TEXT, "What went well?")
BLOCKER = Question(3, QuestionKind.BLOCKER, "Is anything in your way?", required=False)
FORM = (MOOD, WENT_WELL, BLOCKER)
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


QUESTIONS = st.builds(Question, st.integers(1, 6), st.sampled_from(QuestionKind), st.just("?"), st.booleans())
ANSWERS = st.builds(AnswerValue, st.integers(1, 7), st.none(), st.none() | st.integers(-1, 7)) | st.builds(
    AnswerValue, st.integers(1, 7), st.text(max_size=3) | st.integers(2999, 3001).map(lambda length: "x" * length)
)


@given(
    st.lists(QUESTIONS, unique_by=lambda question: question.id),
    st.lists(ANSWERS, unique_by=lambda answer: answer.question_id),
)
def test_what_is_taken_can_be_kept(questions: list[Question], given: list[AnswerValue]) -> None:
    problems = check_answers(questions, given)

    kinds = {question.id: question.kind for question in questions}
    taken = {answer.question_id: answer for answer in given if answer.question_id not in problems}
    assert taken.keys() <= kinds.keys()
    for question in questions:
        answer = taken.get(question.id, AnswerValue(question.id))
        assert question.id in problems or not question.required or not answer.is_blank
        if not answer.is_blank:
            assert (answer.words is None) is (kinds[question.id].numbers is not None)
            assert answer.number is None or answer.number in STEPS
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
