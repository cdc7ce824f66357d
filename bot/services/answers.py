"""Answers: the form that is opened, drafts while it is typed, what is submitted, edited or left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import starmap

from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.audience import Listed
from bot.domain.checkins import (
    AnswerValue,
    Problem,
    PromptState,
    Question,
    QuestionKind,
    Reason,
    answered_as,
    check_answers,
)
from bot.domain.forms import Form, Submission, Typed, Waiting
from bot.errors import FieldErrors, UserError
from bot.i18n import mark
from bot.notices import waiting as waiting_rules
from bot.notices.checkins import PromptNotice, prompt_key
from bot.notices.home import HomeNotice
from bot.notices.readers import who_reads
from bot.notices.waiting import part_of
from bot.services import digests
from storage import answers, audience, outbox, teams
from storage.answers import Draft
from storage.database import machine_time
from storage.parts import Part
from storage.people import Person
from storage.rounds import Prompt, Round
from storage.teams import LEAD
from storage.types import UTCDateTime

DRAFTS_KEPT = timedelta(days=14)
CLOCKS_APART = 5.0
"""Seconds by which Slack's clock, which times keystrokes, may differ from ours, which times submissions."""

NOTHING_WAITS = mark("Nothing waits for you: no check-in is open. The next one comes to you by DM.")
CLOSED = mark("This check-in has closed: nothing is expected of you. Nothing was changed.")
PROBLEMS: dict[Problem, str] = {
    Problem.EMPTY: mark("Please answer this one: a few words are enough."),
    Problem.TOO_LONG: mark("That is longer than the 3,000 characters that fit here. Please shorten it."),
    Problem.OUT_OF_RANGE: mark("Choose one of the steps from 1 to 5."),
    Problem.UNKNOWN: mark("This question isn't part of the check-in any more."),
}


def waiting(session: Session, actor: Person, now: datetime) -> Form | list[Waiting]:
    """The form of what somebody can answer or edit now, or what there is to choose from where that is several.

    Raises UserError where nothing waits.
    """
    found = waiting_rules.open_parts(session, actor, now)
    if not found:
        raise UserError(NOTHING_WAITS)
    # "Not this time" binds nobody: what was skipped is offered where nothing else is.
    offered = [part for part in found if part.prompt.state != PromptState.SKIPPED] or found
    if len(offered) == 1:
        return _form(session, offered[0], offered[0].draft, now, is_over=False)
    return [waiting_rules.as_waiting(part, now) for part in offered]


def form(session: Session, actor: Person, prompt_id: int, now: datetime) -> Form:
    """The form of one prompt: with the draft where there is one, else with what was answered before.

    Where it takes no more answers, a draft can still be read; without one that raises UserError.
    """
    part, refusal = waiting_rules.look(session, actor, prompt_id, now)
    if refusal is not None and (part.draft is None or not part.draft.filled):
        raise refusal
    return _form(session, part, part.draft, now, is_over=refusal is not None)


def _form(session: Session, part: Part, draft: Draft | None, now: datetime, *, is_over: bool) -> Form:
    return Form(
        prompt_id=part.prompt.key,
        checkin=part.checkin.name,
        nominal=part.round.nominal,
        questions=asked(part.round),
        values=_values(session, part.prompt, draft),
        closes_at=part.prompt.closes_at,
        is_late=now >= part.prompt.closes_at,
        is_edit=part.prompt.answered_at is not None,
        is_draft=draft is not None and (draft.filled > 0 or part.prompt.answered_at is not None),
        read_by=who_reads(session, part.checkin),
        is_over=is_over,
    )


def asked(round_: Round) -> tuple[Question, ...]:
    """The questions in the wording that the round asked."""
    return tuple(
        Question(each["id"], QuestionKind(each["kind"]), each["wording"], each["required"]) for each in round_.questions
    )


def _values(session: Session, prompt: Prompt, draft: Draft | None) -> dict[int, Typed]:
    before = answers.own(session, prompt.key) if prompt.answered_at else {}
    given: dict[int, Typed] = {
        question: answer.words if answer.words is not None else answer.number or 0
        for question, answer in before.items()
    }
    if draft is not None:
        typed = {int(question): value for question, value in draft.typed.items()}
        given = {question: value for question, value in {**given, **typed}.items() if value is not None}
    return given


def save_draft(session: Session, actor: Person, submission: Submission, now: datetime) -> bool:
    """Keep what is typed so far; the newer keystroke wins; one of a form sent or discarded since is dropped."""
    prompt = answers.typed_into(session, submission.prompt_id)
    if prompt is None or prompt.person_id != actor.key or _was_sent(prompt, submission):
        return False
    if submission.action_ts <= prompt.discarded_ts:
        return False
    draft = answers.draft(session, actor.key, submission.prompt_id)
    if draft is not None and draft.action_ts >= submission.action_ts:
        return False
    before = draft and draft.filled
    draft = draft or Draft(person_id=actor.key, prompt_id=submission.prompt_id, typed={}, updated_at=now)
    draft.typed = {str(question): value for question, value in submission.values.items()}
    draft.action_ts, draft.updated_at = submission.action_ts, now
    session.add(draft)
    session.flush()
    if draft.filled != before:
        _say_so(session, actor, submission.prompt_id)
    return True


def _was_sent(prompt: Prompt, typed: Submission) -> bool:
    """Whether a keystroke belongs to a form that was sent since. Who was told that nobody knows may type on in it."""
    is_late = float(typed.action_ts or 0) <= prompt.submitted_ts + CLOCKS_APART
    return prompt.submitted_view == typed.view_id and is_late


def discard_draft(session: Session, actor: Person, prompt_id: int, action_ts: str, now: datetime) -> Form:
    """Let a draft go, and give the form without it. What was submitted before stays.

    `action_ts` is Slack's time of the click: a keystroke from before it that comes later is dropped.
    """
    part, refusal = waiting_rules.look(session, actor, prompt_id, now)
    answers.typed_into(session, prompt_id)
    part.prompt.discarded_ts = max(part.prompt.discarded_ts, action_ts)
    answers.discard_draft(session, actor.key, prompt_id)
    session.flush()
    _say_so(session, actor, prompt_id)
    emptied = _form(session, part, None, now, is_over=refusal is not None)
    # Another generation, so that Slack forgets what was typed: microseconds of machine time don't repeat.
    return replace(emptied, generation=machine_time(session).microsecond + 1)


def submit(session: Session, actor: Person, submission: Submission, now: datetime) -> Prompt:
    """Take the answers in: once, late or not, new or edited. What can't be taken raises, and nothing is lost."""
    try:
        part = part_of(session, actor, submission.prompt_id, now, holds_round=True)
    except UserError as refusal:
        raise waiting_rules.beside_words(refusal) from None
    given = _given(submission.values)
    _check(part.round, given)
    _store(session, part.prompt, given, now)
    _mark(session, part, submission, now)
    answers.discard_draft(session, actor.key, part.prompt.key)
    _say_so(session, actor, part.prompt.key)
    digests.mark_stale(session, part.checkin, part.round, now)
    return part.prompt


def skip(session: Session, actor: Person, prompt_id: int, now: datetime) -> bool:
    """Not this time. Skipping what was answered or skipped already changes nothing; nobody is asked why."""
    part = part_of(session, actor, prompt_id, now)
    if part.prompt.state == PromptState.MISSED:
        raise UserError(CLOSED)
    if part.prompt.state not in (PromptState.DUE, PromptState.SENT):
        return False
    part.prompt.state, part.prompt.reason = PromptState.SKIPPED, Reason.NOT_THIS_TIME
    session.flush()
    _say_so(session, actor, prompt_id)
    return True


_OLD_DRAFTS = (
    delete(Draft)
    .where(col(Draft.updated_at) < bindparam("before", type_=UTCDateTime))
    .returning(col(Draft.id))
    .execution_options(synchronize_session=False)
)


def forget_old_drafts(session: Session, now: datetime) -> bool:
    """Let drafts go that nobody has touched for 14 days; says whether there were any."""
    return session.execute(_OLD_DRAFTS, {"before": now - DRAFTS_KEPT}).first() is not None


def _given(values: Mapping[int, Typed]) -> list[AnswerValue]:
    return [
        AnswerValue(question, words=value) if isinstance(value, str) else AnswerValue(question, number=value)
        for question, value in values.items()
        if value is not None and value != ""
    ]


def _check(round_: Round, given: Sequence[AnswerValue]) -> None:
    problems = check_answers(asked(round_), given)
    if problems:
        raise FieldErrors(
            [UserError(PROBLEMS[problem], field=f"q{question}") for question, problem in problems.items()]
        )


def _store(session: Session, prompt: Prompt, given: Sequence[AnswerValue], now: datetime) -> None:
    before = answers.own(session, prompt.key) if prompt.answered_at else {}
    said = {value.question_id: value for value in given if not value.is_blank}
    answers.add(session, prompt.key, [value for question, value in said.items() if question not in before], now)
    for question, answer in before.items():
        value = said.get(question)
        if value is None:
            session.delete(answer)
        elif (answer.words, answer.number) != (value.words, value.number):
            answer.words, answer.number, answer.at = value.words, value.number, now
    session.flush()


def _mark(session: Session, part: Part, submission: Submission, now: datetime) -> None:
    prompt = part.prompt
    if prompt.answered_at is None:
        prompt.answered_at = now
        prompt.state = answered_as(now, prompt.closes_at)
        prompt.reason = None
        prompt.audience_id = _audience_of(session, part).id
    else:
        prompt.edited_at = now
    prompt.submitted_view, prompt.submitted_ts = submission.view_id, machine_time(session).timestamp()
    prompt.revision += 1
    session.flush()


def _audience_of(session: Session, part: Part) -> audience.Audience:
    """Who may read, expanded now: an edit doesn't widen it, and whoever leaves drops off when it is read."""
    if part.checkin.readers == "channel":
        return audience.of_channel(session, part.checkin.home_channel or "")
    roles = (LEAD,) if part.checkin.readers == "leads" else ()
    return audience.of_people(session, starmap(Listed, teams.keys(session, part.prompt.team_ids, *roles)))


def _say_so(session: Session, actor: Person, prompt_id: int) -> None:
    """The prompt's DM and Home say what is true now."""
    outbox.say_again(session, actor.key, {prompt_key(prompt_id): PromptNotice(prompt_id)}, home=HomeNotice(actor.key))
