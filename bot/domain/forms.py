"""A check-in's form, as services fill it and views draw it, and what comes back from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from bot.domain.checkins import AnswerValue, Question, asked_after
from bot.domain.goals import Terms
from bot.domain.readers import ReadBy

Typed = str | int | tuple[int, ...] | Decimal | None
"""One input's value: words, a step or option, several options, a number that was sent, or None where it was emptied."""


def answer_of(question_id: int, typed: Typed) -> AnswerValue:
    """What an input says to a question; a number that isn't read yet is words still."""
    match typed:
        case str():
            return AnswerValue(question_id, words=typed)
        case tuple():
            return AnswerValue(question_id, chosen=typed)
        case Decimal():
            return AnswerValue(question_id, amount=typed)
    return AnswerValue(question_id, number=typed)


def typed_of(answer: AnswerValue) -> Typed:
    """An answer, as an input holds it."""
    if answer.words is not None:
        return answer.words
    if answer.amount is not None:
        return answer.amount
    return answer.chosen or answer.number


@dataclass(frozen=True)
class LastPlan:
    """What somebody planned last time, and the numbers of those items, from 1 on, that they have ticked as done."""

    items: tuple[str, ...]
    done: tuple[int, ...] = ()

    @property
    def finished(self) -> tuple[str, ...]:
        """The items that are done."""
        return tuple(item for number, item in enumerate(self.items, start=1) if number in self.done)


@dataclass(frozen=True)
class Moved:
    """What an input says of a measure: a value as it was typed, and whether "no change" is ticked."""

    typed: str | None = None
    is_same: bool = False


@dataclass(frozen=True)
class Progress:
    """A measure that a check-in asks about: the title of its goal, its name where it has one, and its last value.

    `is_said`: that value is what this check-in's answer came to, and a new one corrects it.
    """

    measure_id: int
    goal: str
    terms: Terms
    name: str | None = None
    unit: str | None = None
    currency: str | None = None
    last: Decimal | None = None
    decimals: int = 0
    is_said: bool = False
    moved: Moved = Moved()


@dataclass(frozen=True)
class Form:
    """One person's form for one round; `values` and last time's `plans` by question id, `closes_at` in UTC.

    `has_gone`: it was sent, and nothing was taken in, since a measure in it is asked about no more.
    `has_new_readers`: it was sent, and nothing was taken in, since more people would read it than it said.
    `is_over`: it takes no more answers, and is there to read. `generation` is another one where the form is to
    forget what was typed into it. `rests`: what didn't fit into an answer, and is kept beside it. `told`: who reads it
    as it said when its words were typed, in short, where it is drawn anew around them.
    """

    prompt_id: int
    checkin: str
    nominal: date
    questions: tuple[Question, ...]
    values: Mapping[int, Typed]
    closes_at: datetime
    read_by: ReadBy
    is_late: bool = False
    is_edit: bool = False
    is_draft: bool = False
    is_over: bool = False
    generation: int = 0
    plans: Mapping[int, LastPlan] = field(default_factory=dict)
    rests: Mapping[int, str] = field(default_factory=dict)
    has_new_readers: bool = False
    told: str = ""
    progress: Sequence[Progress] = ()
    has_gone: bool = False

    @property
    def shown(self) -> tuple[Question, ...]:
        """The questions that are asked, as the others are answered now."""
        given = {question: answer_of(question, value) for question, value in self.values.items()}
        return asked_after(self.questions, given)


@dataclass(frozen=True)
class Submission:
    """What was typed into a form. `view_id` is Slack's id of that form, `action_ts` its time of a keystroke.

    `done`: the numbers of the ticked items of last time's plan, by the question that asks for a plan. `read_by`: who
    reads it as the form said, in short; empty where it isn't known. `moved`: what was said of measures, by measure.
    """

    prompt_id: int
    values: Mapping[int, Typed]
    view_id: str
    action_ts: str = ""
    done: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    read_by: str = ""
    moved: Mapping[int, Moved] = field(default_factory=dict)


@dataclass(frozen=True)
class Waiting:
    """A check-in that somebody can answer or edit now."""

    prompt_id: int
    checkin: str
    nominal: date
    closes_at: datetime
    is_late: bool = False
    is_answered: bool = False
    is_skipped: bool = False
    is_over: bool = False
