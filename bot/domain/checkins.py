"""What a check-in asks, what is an answer to it, and what becomes of a prompt."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal
from enum import StrEnum
from typing import Any, Protocol

MAX_WORDS = 3000
"""Characters of an answer in words, as many as Slack's inputs take (docs, "plain-text input element")."""

STEPS = range(1, 6)
"""A scale and a mood go from 1, the worst, to 5."""

WHOLE_DIGITS, DECIMALS = 12, 6
"""Digits of a number before and after its point: exactly those, in every database."""
_EXACTLY = Context(prec=MAX_WORDS)


class QuestionKind(StrEnum):
    """What a question looks like and what answers it: words, a step, options, a number with a unit, or readings."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    SCALE = "scale"
    MOOD = "mood"
    BLOCKER = "blocker"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    PROGRESS = "progress"

    @property
    def numbers(self) -> range | None:
        """The steps that answer it; None where it is answered otherwise."""
        return _NUMBERS.get(self)

    @property
    def has_options(self) -> bool:
        """Whether its answers come from a list of its own."""
        return self in (QuestionKind.CHOICE, QuestionKind.CHOICES)

    @property
    def is_words(self) -> bool:
        """Whether it is answered in words."""
        return self in _IN_WORDS


_NUMBERS = {QuestionKind.SCALE: STEPS, QuestionKind.MOOD: STEPS}
_IN_WORDS = (QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT, QuestionKind.BLOCKER)

_SECONDS = {
    QuestionKind.SHORT_TEXT: 20,
    QuestionKind.LONG_TEXT: 40,
    QuestionKind.SCALE: 5,
    QuestionKind.MOOD: 5,
    QuestionKind.BLOCKER: 15,
    QuestionKind.CHOICE: 8,
    QuestionKind.CHOICES: 12,
    QuestionKind.NUMBER: 10,
    QuestionKind.PROGRESS: 30,
}


class HasKind(Protocol):
    """A question of a round, a template or a request."""

    @property
    def kind(self) -> QuestionKind:
        """What it looks like."""


def minutes(questions: Iterable[HasKind]) -> int:
    """About how long answering takes, in whole minutes, rounded up: a promise in every prompt."""
    seconds = sum(_SECONDS[question.kind] for question in questions)
    return max(1, -(-seconds // 60))


@dataclass(frozen=True)
class Condition:
    """A question is asked only where an earlier one was answered by one of these steps or options, from 1 on."""

    question_id: int
    values: tuple[int, ...]


@dataclass(frozen=True)
class Question:
    """One question in the wording that a round asked.

    `options` are numbered from 1 on, in this order; `unit` is that of a number. `is_plan`: each line of the answer
    is an item, which the next round brings back.
    """

    id: int
    kind: QuestionKind
    wording: str
    required: bool = True
    options: tuple[str, ...] = ()
    unit: str | None = None
    condition: Condition | None = None
    is_plan: bool = False

    @property
    def steps(self) -> range:
        """The numbers that stand for its steps or options: what an answer, and a condition, can name."""
        return self.kind.numbers or range(1, len(self.options) + 1)


def mood_question(questions: Iterable[Question]) -> Question | None:
    """The first that asks everybody for a mood: one tap can answer it before the form is open."""
    moods = (question for question in questions if question.kind is QuestionKind.MOOD and question.condition is None)
    return next(moods, None)


def freeze(question: Question) -> dict[str, Any]:
    """A question as a round keeps it, in JSON; only what it has."""
    condition = question.condition
    more = {
        "options": list(question.options),
        "unit": question.unit,
        "condition": condition and [condition.question_id, list(condition.values)],
        "is_plan": question.is_plan,
    }
    frozen: dict[str, Any] = {
        "id": question.id,
        "kind": question.kind,
        "wording": question.wording,
        "required": question.required,
    }
    return frozen | {name: value for name, value in more.items() if value}


def thaw(frozen: Mapping[str, Any]) -> Question:
    """The question that `freeze` made this of."""
    kind, condition = QuestionKind(frozen["kind"]), frozen.get("condition")
    if len(frozen) == 4:
        return Question(frozen["id"], kind, frozen["wording"], frozen["required"])
    return Question(
        frozen["id"],
        kind,
        frozen["wording"],
        frozen["required"],
        options=tuple(frozen.get("options", ())),
        unit=frozen.get("unit"),
        condition=Condition(condition[0], tuple(condition[1])) if condition else None,
        is_plan=frozen.get("is_plan", False),
    )


@dataclass(frozen=True)
class AnswerValue:
    """What somebody said to one question, in one way; two are a ValueError.

    Words as they typed them; the number of a step or option; the numbers of several options; or an exact amount.
    Beside the words of a plan, `done` are the items of the plan before that were ticked.
    """

    question_id: int
    words: str | None = None
    number: int | None = None
    chosen: tuple[int, ...] = ()
    amount: Decimal | None = None
    done: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        said = (self.words is not None, self.number is not None, bool(self.chosen), self.amount is not None)
        if sum(said) > 1:
            raise ValueError("an answer is words or a number, several options or an amount")

    @property
    def is_blank(self) -> bool:
        """Whether it says nothing: nothing chosen, no number, and no words or only spaces."""
        return self.number is None and self.amount is None and not self.chosen and not (self.words or "").strip()

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps or options that it names, which a condition can ask for."""
        return self.chosen if self.number is None else (self.number,)


def asked_after(questions: Sequence[Question], given: Mapping[int, AnswerValue]) -> tuple[Question, ...]:
    """The questions that are asked where others are answered like this: all whose conditions hold.

    What isn't asked counts as unanswered for whatever comes after it.
    """
    asked: dict[int, Question] = {}
    for question in questions:
        if question.condition is None or _holds(question.condition, asked, given):
            asked[question.id] = question
    return tuple(asked.values())


def _holds(condition: Condition, asked: Mapping[int, Question], given: Mapping[int, AnswerValue]) -> bool:
    answer = given.get(condition.question_id)
    if answer is None or condition.question_id not in asked:
        return False
    return any(step in condition.values for step in answer.steps)


class Problem(StrEnum):
    """Why an answer isn't taken; views have a sentence for each."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    OUT_OF_RANGE = "out_of_range"
    NOT_OFFERED = "not_offered"
    NOT_A_NUMBER = "not_a_number"
    TOO_MANY_DIGITS = "too_many_digits"
    UNKNOWN = "unknown"


def check_answers(questions: Iterable[Question], given: Iterable[AnswerValue]) -> dict[int, Problem]:
    """What is wrong, by question id; nothing is where all can be taken.

    Length is counted in Unicode code points of the words as typed: 3,000 characters are 3,000 characters, and are kept.
    Blank is only a problem where the question is required. UNKNOWN is an answer to a question that wasn't asked.
    A number that is still words is one that nobody could read.
    """
    answers = {answer.question_id: answer for answer in given}
    checked = {question.id: _problem(question, answers.pop(question.id, None)) for question in questions}
    found = {question: problem for question, problem in checked.items() if problem}
    return found | dict.fromkeys(answers, Problem.UNKNOWN)


def _problem(question: Question, answer: AnswerValue | None) -> Problem | None:
    if question.kind is QuestionKind.PROGRESS:  # it is answered by readings, each with a field of its own
        return None if answer is None else Problem.UNKNOWN
    if answer is None or answer.is_blank:
        return Problem.EMPTY if question.required else None
    if question.kind is QuestionKind.NUMBER:
        return _number_problem(answer.amount)
    if question.kind.is_words:
        return _words_problem(answer.words)
    is_several = question.kind is QuestionKind.CHOICES
    if bool(answer.chosen) is is_several and answer.steps and set(answer.steps) <= set(question.steps):
        return None
    return Problem.NOT_OFFERED if question.kind.has_options else Problem.OUT_OF_RANGE


def _words_problem(words: str | None) -> Problem | None:
    if words is None:
        return Problem.EMPTY
    return Problem.TOO_LONG if len(words) > MAX_WORDS else None


def _number_problem(amount: Decimal | None) -> Problem | None:
    if amount is None or not amount.is_finite():
        return Problem.NOT_A_NUMBER
    return None if fits(amount) else Problem.TOO_MANY_DIGITS


def fits(amount: Decimal) -> bool:
    """Whether a finite number can be kept exactly."""
    exact = amount.normalize(_EXACTLY)
    return int(exact.as_tuple().exponent) >= -DECIMALS and exact.adjusted() < WHOLE_DIGITS


def items(plan: str) -> tuple[str, ...]:
    """The items of a plan: its lines, without bullets and empty ones."""
    lines = (line.strip().lstrip("-*•–").strip() for line in plan.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


class PromptState(StrEnum):
    """How far one person's part in a round is."""

    DUE = "due"  # its moment is to come, or delivery has it
    SENT = "sent"  # Slack has it
    ANSWERED = "answered"
    SKIPPED = "skipped"  # nothing is expected any more
    LATE = "late"  # answered after its window
    MISSED = "missed"  # sent, and not answered in its window


TRANSITIONS: dict[PromptState, frozenset[PromptState]] = {
    # Who starts early answers what wasn't sent yet.
    PromptState.DUE: frozenset({PromptState.SENT, PromptState.SKIPPED, PromptState.ANSWERED, PromptState.LATE}),
    PromptState.SENT: frozenset({PromptState.ANSWERED, PromptState.LATE, PromptState.SKIPPED, PromptState.MISSED}),
    # "Not this time" binds nobody.
    PromptState.SKIPPED: frozenset({PromptState.ANSWERED, PromptState.LATE}),
    PromptState.MISSED: frozenset({PromptState.LATE}),
    PromptState.ANSWERED: frozenset(),
    PromptState.LATE: frozenset(),
}
"""What each state may become. An answer is final: an edit changes its words, not its state."""


def states_before(state: PromptState) -> frozenset[PromptState]:
    """The states that may become `state`: the condition of the UPDATE that makes it so."""
    return frozenset(before for before, after in TRANSITIONS.items() if state in after)


def answered_as(now: datetime, closes_at: datetime) -> PromptState:
    """What an answer makes of a prompt whose window ends at `closes_at`, excluded."""
    return PromptState.ANSWERED if now < closes_at else PromptState.LATE


class Reason(StrEnum):
    """Why a prompt was skipped or missed: what `/cairn why` tells."""

    PAUSED_BY_PERSON = "paused_by_person"
    NOT_THIS_TIME = "not_this_time"
    DOWNTIME = "downtime"  # no working hour was left in its window
    LEFT_TEAM = "left_team"
    LEFT_COMPANY = "left_company"
    CHECKIN_DELETED = "checkin_deleted"
    CAIRN_PAUSED = "cairn_paused"
    NOT_IN_PILOT = "not_in_pilot"  # other teams try Cairn first
    DAY_OFF = "day_off"
    UNDELIVERABLE = "undeliverable"  # Slack refuses to deliver to this person
    NOT_ANSWERED = "not_answered"


REASONS: dict[PromptState, frozenset[Reason]] = dict.fromkeys(PromptState, frozenset[Reason]()) | {
    PromptState.SKIPPED: frozenset(Reason) - {Reason.NOT_ANSWERED},
    PromptState.MISSED: frozenset({Reason.NOT_ANSWERED}),
}
"""The reasons that each state needs one of; those without any have none."""
