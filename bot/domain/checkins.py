"""What a check-in asks, what is an answer to it, and what becomes of a prompt."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

MAX_WORDS = 3000
"""Characters of an answer in words, as many as Slack's inputs take (docs, "plain-text input element")."""

STEPS = range(1, 6)
"""A scale and a mood go from 1, the worst, to 5."""


class QuestionKind(StrEnum):
    """What a question looks like and what answers it: words or a number."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    SCALE = "scale"
    MOOD = "mood"
    BLOCKER = "blocker"

    @property
    def numbers(self) -> range | None:
        """The numbers that answer it; None where it is answered in words."""
        return _NUMBERS.get(self)


_NUMBERS = {QuestionKind.SCALE: STEPS, QuestionKind.MOOD: STEPS}

_SECONDS = {
    QuestionKind.SHORT_TEXT: 20,
    QuestionKind.LONG_TEXT: 40,
    QuestionKind.SCALE: 5,
    QuestionKind.MOOD: 5,
    QuestionKind.BLOCKER: 15,
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
class Question:
    """One question in the wording that a round asked."""

    id: int
    kind: QuestionKind
    wording: str
    required: bool = True


@dataclass(frozen=True)
class AnswerValue:
    """What somebody said to one question: words as they typed them or a number; both is a ValueError."""

    question_id: int
    words: str | None = None
    number: int | None = None

    def __post_init__(self) -> None:
        if self.words is not None and self.number is not None:
            raise ValueError("an answer is words or a number")

    @property
    def is_blank(self) -> bool:
        """Whether it says nothing: no number, and no words or only spaces."""
        return self.number is None and not (self.words or "").strip()


class Problem(StrEnum):
    """Why an answer isn't taken; views have a sentence for each."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN = "unknown"


def check_answers(questions: Iterable[Question], given: Iterable[AnswerValue]) -> dict[int, Problem]:
    """What is wrong, by question id; nothing is where all can be taken.

    Length is counted in Unicode code points of the words as typed: 3,000 characters are 3,000 characters, and are kept.
    Blank is only a problem where the question is required. UNKNOWN is an answer to a question that wasn't asked.
    """
    answers = {answer.question_id: answer for answer in given}
    checked = {question.id: _problem(question, answers.pop(question.id, None)) for question in questions}
    found = {question: problem for question, problem in checked.items() if problem}
    return found | dict.fromkeys(answers, Problem.UNKNOWN)


def _problem(question: Question, answer: AnswerValue | None) -> Problem | None:
    if answer is None or answer.is_blank:
        return Problem.EMPTY if question.required else None
    if question.kind.numbers is not None:
        return None if answer.number in question.kind.numbers else Problem.OUT_OF_RANGE
    if answer.words is None:
        return Problem.EMPTY
    return Problem.TOO_LONG if len(answer.words) > MAX_WORDS else None


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
    DAY_OFF = "day_off"
    UNDELIVERABLE = "undeliverable"  # Slack refuses to deliver to this person
    NOT_ANSWERED = "not_answered"


REASONS: dict[PromptState, frozenset[Reason]] = dict.fromkeys(PromptState, frozenset[Reason]()) | {
    PromptState.SKIPPED: frozenset(Reason) - {Reason.NOT_ANSWERED},
    PromptState.MISSED: frozenset({Reason.NOT_ANSWERED}),
}
"""The reasons that each state needs one of; those without any have none."""
