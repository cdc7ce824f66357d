"""Last time's plan: what it brings into the form, and what becomes of the items that are done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.domain.checkins import AnswerValue, Question, items
from bot.domain.forms import LastPlan, Typed
from bot.services import drafts
from storage import answers
from storage.answers import Answer, Draft
from storage.parts import Part


def last(
    session: Session, part: Part, asked: Sequence[Question], before: Mapping[int, Answer], draft: Draft | None
) -> dict[int, LastPlan]:
    """What this person planned when they last answered this check-in, and what of it they have ticked already."""
    found = _found(session, part, [question.id for question in asked if question.is_plan])
    return {
        question: LastPlan(planned, _ticked(planned, question, before, draft)) for question, planned in found.items()
    }


def _found(session: Session, part: Part, question_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    if not question_ids:
        return {}
    said = answers.last_words(session, part.prompt, part.round.checkin_id, question_ids)
    return {question: planned for question, words in said.items() if (planned := items(words))}


def _ticked(
    planned: Sequence[str], question: int, before: Mapping[int, Answer], draft: Draft | None
) -> tuple[int, ...]:
    drafted = None if draft is None else drafts.done(draft, question)
    if drafted is not None:
        return drafted
    done = (before[question].done or []) if question in before else []
    return tuple(number for number, item in enumerate(planned, start=1) if item in done)


def carried(plans: Mapping[int, LastPlan], typed: Mapping[int, Typed]) -> dict[int, Typed]:
    """What the new plans begin with: last time's items, where nothing was typed or emptied yet."""
    return {question: "\n".join(plan.items) for question, plan in plans.items() if question not in typed}


def settle(
    session: Session, part: Part, given: Sequence[AnswerValue], done: Mapping[int, tuple[int, ...]]
) -> list[AnswerValue]:
    """The answers, where what was ticked as done is left out of the new plan and kept beside it."""
    found = _found(session, part, [question for question, ticked in done.items() if ticked])
    finished = {question: LastPlan(planned, done[question]).finished for question, planned in found.items()}
    said = {answer.question_id: answer for answer in given}
    unsaid = [AnswerValue(question, done=items) for question, items in finished.items() if question not in said]
    return [_without(answer, finished.get(answer.question_id, ())) for answer in given] + unsaid


def _without(answer: AnswerValue, finished: Sequence[str]) -> AnswerValue:
    if not finished or answer.words is None:
        return replace(answer, done=tuple(finished))
    left = [line for line in answer.words.splitlines() if not set(items(line)) & set(finished)]
    return replace(answer, words="\n".join(left).strip() or None, done=tuple(finished))
