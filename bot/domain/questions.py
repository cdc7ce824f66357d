"""What is wrong with the questions of a check-in that somebody sets up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.checkins import QuestionKind
from bot.domain.setup import MAX_OPTION, MAX_QUESTIONS, MAX_UNIT, MAX_WORDING, OPTIONS, QuestionRequest
from bot.domain.words import as_name
from bot.i18n import mark

FULL = mark("A check-in has at most {most} questions. Leave some out, or make a second check-in.")


@dataclass(frozen=True)
class Flaw:
    """Why questions can't be asked: a sentence, and where it belongs.

    `position` is the question's, from 0 on, None for all of them together; `part` the field of `QuestionRequest`.
    """

    position: int | None
    part: str
    msgid: str
    params: dict[str, Any] = field(default_factory=dict)


def flaws(questions: Sequence[QuestionRequest]) -> list[Flaw]:
    """All that is wrong, in the order of the questions; empty where they can be asked."""
    found = [] if questions else [Flaw(None, "questions", mark("A check-in needs at least one question."))]
    if len(questions) > MAX_QUESTIONS:
        found.append(Flaw(None, "questions", FULL, {"most": MAX_QUESTIONS}))
    for position in range(len(questions)):
        found.extend(_of_one(questions, position))
    return found


def _of_one(questions: Sequence[QuestionRequest], position: int) -> Iterator[Flaw]:
    question = questions[position]
    if not as_name(question.wording) or len(question.wording) > MAX_WORDING:
        sentence = mark("Each question needs words, {most} characters at most.")
        yield Flaw(position, "wording", sentence, {"most": MAX_WORDING})
    option = _option_flaw(question)
    if option is not None:
        yield Flaw(position, "options", *option)
    unit = _unit_flaw(question)
    if unit is not None:
        yield Flaw(position, "unit", *unit)
    condition = _condition_flaw(questions, position)
    if condition is not None:
        yield Flaw(position, "condition", condition)
    if question.kind is QuestionKind.PROGRESS:
        yield from _progress_flaws(questions, position)
    if question.is_plan and question.kind is not QuestionKind.LONG_TEXT:
        yield Flaw(position, "is_plan", mark("A plan needs a question with a long answer."))


def _progress_flaws(questions: Sequence[QuestionRequest], position: int) -> Iterator[Flaw]:
    if questions[position].condition is not None:
        yield Flaw(position, "condition", mark("Goal progress is always asked: choose “Always”."))
    if any(each.kind is QuestionKind.PROGRESS for each in questions[:position]):
        yield Flaw(position, "kind", mark("Goal progress is asked once in a check-in. Leave one out."))


def _option_flaw(question: QuestionRequest) -> tuple[str, dict[str, Any]] | None:
    options = [option.strip() for option in question.options]
    if not question.kind.has_options:
        return (mark("Options belong to questions with a choice. Leave them out."), {}) if options else None
    if not all(map(as_name, options)):
        return mark("An option needs words. Fill the empty one in, or leave it out."), {}
    if len(options) not in OPTIONS:
        return mark("A choice needs {least} to {most} options."), {"least": OPTIONS[0], "most": OPTIONS[-1]}
    longest = max(options, key=len)
    if len(longest) > MAX_OPTION:
        return mark("“{option}” is longer than the {most} characters of an option."), {
            "option": longest,
            "most": MAX_OPTION,
        }
    twice, times = Counter(option.casefold() for option in options).most_common(1)[0]
    if times > 1:
        option = next(option for option in options if option.casefold() == twice)
        return mark("“{option}” is there twice. Each option can be there once."), {"option": option}
    return None


def _unit_flaw(question: QuestionRequest) -> tuple[str, dict[str, Any]] | None:
    if question.unit is None:
        return None
    if question.kind is not QuestionKind.NUMBER:
        return mark("A unit belongs to a number. Leave it out."), {}
    if not as_name(question.unit) or len(question.unit.strip()) > MAX_UNIT:
        return mark("A unit has 1 to {most} characters, like “hours” or “%”."), {"most": MAX_UNIT}
    return None


def _condition_flaw(questions: Sequence[QuestionRequest], position: int) -> str | None:
    condition = questions[position].condition
    if condition is None:
        return None
    if condition.position == position:
        return mark("A question can't depend on its own answer. Choose an earlier question.")
    if not 0 <= condition.position < position:
        return mark(
            "A question can only depend on one that is asked before it. Move it down, or choose an earlier one."
        )
    source = questions[condition.position]
    steps = source.kind.numbers or range(1, len(source.options) + 1)
    if not steps:
        return mark("A question can only depend on a mood, a scale or a choice.")
    if not condition.values or not set(condition.values) <= set(steps):
        return mark("Choose the answers after which this question is asked.")
    return None
