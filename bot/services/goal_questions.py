"""How somebody's goals go, as a question of a check-in: the measures asked about, and the readings that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from bot.domain.checkins import Question, QuestionKind
from bot.domain.forms import Moved, Progress, Submission
from bot.domain.goals import Source
from bot.errors import UserError
from bot.i18n import mark
from bot.services import drafts, goal_progress
from bot.services.goal_looks import FED_FOR
from storage import goal_questions, readings
from storage.answers import Draft
from storage.goal_questions import MOST_ASKED, Asked
from storage.goals import GoalUpdate
from storage.parts import Part
from storage.people import Person
from storage.readings import Reading

EITHER = mark("There is a value here, and “No change” is ticked. Leave one of them out.")
SAY_ONE = mark("Say a value, or that nothing changed.")


def progress(
    session: Session, part: Part, questions: Sequence[Question], draft: Draft | None, now: datetime
) -> tuple[Progress, ...]:
    """The measures that somebody is asked about: those that they said something of here, then the longest silent."""
    if question_of(questions) is None:
        return ()
    owner_id = part.prompt.person_id
    said = goal_questions.said_in(session, part.prompt.key) if part.prompt.answered_at else {}
    typed = {} if draft is None else drafts.moved(draft)
    first = goal_questions.still_open(session, owner_id, {*said, *_filled(typed)})
    keys = {measure.key for measure, _ in first}
    more = goal_questions.asked(session, owner_id, now - FED_FOR)
    found = [*first, *(each for each in more if each[0].key not in keys)]
    asked = found[: max(MOST_ASKED, len(first))]
    last = readings.latest(session, [measure.key for measure, _ in asked])
    return tuple(
        _progress(each, last[each[0].key].value if each[0].key in last else None, said, typed) for each in asked
    )


def question_of(questions: Sequence[Question]) -> Question | None:
    """The question that asks for progress."""
    return next((question for question in questions if question.kind is QuestionKind.PROGRESS), None)


def _filled(typed: Mapping[int, Moved]) -> set[int]:
    return {measure for measure, moved in typed.items() if moved.typed or moved.is_same}


def _progress(asked: Asked, last: Decimal | None, said: Mapping[int, Reading], typed: Mapping[int, Moved]) -> Progress:
    measure, goal = asked
    here = said.get(measure.key)
    return Progress(
        measure_id=measure.key,
        goal=goal.title,
        terms=measure.terms,
        name=measure.name,
        unit=measure.unit,
        currency=measure.currency,
        last=last if here is None else here.value,
        decimals=measure.decimals,
        is_said=here is not None,
        moved=typed.get(measure.key, Moved()),
    )


def gone(session: Session, actor: Person, submission: Submission) -> set[int]:
    """The measures filled in that nobody is asked about any more; what is still open is held from here on."""
    filled = _filled(submission.moved)
    if not filled:
        return set()
    found = goal_questions.still_open(session, actor.key, filled, hold=True)
    return filled.difference(measure.key for measure, _ in found)


def values(
    session: Session, part: Part, questions: Sequence[Question], submission: Submission, actor: Person
) -> tuple[dict[int, Decimal], list[UserError]]:
    """What the measures are now, and what is wrong with what was typed, at its fields."""
    question = question_of(questions)
    if question is None or not submission.moved:
        return {}, []
    filled = _filled(submission.moved)
    open_now = {each.key: each for each, _ in goal_questions.still_open(session, actor.key, submission.moved)}
    same = [key for key in filled if submission.moved[key].is_same]
    last = readings.latest(session, same)
    found, errors = dict[int, Decimal](), list[UserError]()
    said = goal_questions.said_in(session, part.prompt.key) if part.prompt.answered_at else {}
    for key, measure in open_now.items():
        moved, field = submission.moved[key], f"m{key}"
        try:
            if moved.typed and moved.is_same:
                raise UserError(EITHER, field=field)
            if moved.typed:
                found[key] = goal_progress.value_of(actor, measure, moved.typed, field)
            elif moved.is_same and key in last:
                found[key] = last[key].value
            elif question.required and key not in said:
                raise UserError(SAY_ONE, field=field)
        except UserError as error:
            errors.append(error)
    return found, errors


def keep(session: Session, part: Part, actor: Person, said: Mapping[int, Decimal], now: datetime) -> None:
    """Keep the values as readings of this check-in; one that it said before is corrected."""
    if not said:
        return
    before = goal_questions.said_in(session, part.prompt.key) if part.prompt.answered_at else {}
    for measure, goal in goal_questions.still_open(session, actor.key, said, hold=True):
        replaced = before.get(measure.key)
        if replaced is not None and replaced.value == said[measure.key]:
            continue
        update = _update(session, goal.key, part, actor, now)
        session.add(
            Reading(
                measure_id=measure.key,
                value=said[measure.key],
                # What replaces another was so when that was said to be.
                at=replaced.at if replaced else now,
                recorded_at=now,
                source=Source.CHECKIN,
                person_id=actor.key,
                update_id=update.key,
                corrects_id=replaced.key if replaced else None,
            )
        )
        goal.heard_at = goal.look_at = now
        session.flush()


def _update(session: Session, goal_id: int, part: Part, actor: Person, now: datetime) -> GoalUpdate:
    found = goal_questions.update_of(session, goal_id, part.prompt.key)
    if found is None:
        found = GoalUpdate(goal_id=goal_id, person_id=actor.key, prompt_id=part.prompt.key, at=now)
        session.add(found)
        session.flush()
    return found
