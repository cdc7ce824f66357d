"""Answers: the form that is opened, drafts while it is typed, what is submitted, edited or left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import starmap

from sqlalchemy.orm import Session

from bot.domain import amounts
from bot.domain.amounts import Wanted
from bot.domain.audience import Listed
from bot.domain.checkins import (
    AnswerValue,
    Problem,
    PromptState,
    Question,
    QuestionKind,
    Reason,
    answered_as,
    asked_after,
    check_answers,
    mood_question,
    thaw,
)
from bot.domain.forms import Form, Submission, Waiting, answer_of, typed_of
from bot.domain.goals import MeasureKind
from bot.domain.readers import has_grown, mark_of
from bot.errors import FieldErrors, UserError
from bot.i18n import Voice, mark
from bot.notices import waiting as waiting_rules
from bot.notices.checkins import PromptNotice, prompt_key
from bot.notices.home import HomeNotice
from bot.notices.readers import look_up_one as look_up_readers
from bot.notices.readers import who_reads
from bot.notices.registry import Notice
from bot.notices.reminders import ReminderOver, reminder_key
from bot.notices.waiting import part_of
from bot.services import blockers, digests, drafts, goal_questions
from bot.services.plans import carried
from bot.services.plans import last as last_plans
from bot.services.plans import settle as settle_plans
from storage import answers, audience, outbox, rounds, teams
from storage.answers import Draft
from storage.database import machine_time
from storage.parts import Part
from storage.people import Person
from storage.rounds import Prompt, Round
from storage.teams import LEAD

CLOCKS_APART = 5.0
"""Seconds by which Slack's clock, which times keystrokes, may differ from ours, which times submissions."""

CLOSED = mark("This check-in has closed: nothing is expected of you. Nothing was changed.")
PROBLEMS: dict[Problem, str] = {
    Problem.EMPTY: mark("Please answer this one: a few words are enough."),
    Problem.TOO_LONG: mark("That is longer than the 3,000 characters that fit here. Please shorten it."),
    Problem.OUT_OF_RANGE: mark("Choose one of the steps from 1 to 5."),
    Problem.NOT_OFFERED: mark("Choose from the list."),
    Problem.NOT_A_NUMBER: amounts.NOT_A_NUMBER,
    Problem.TOO_MANY_DIGITS: amounts.TOO_MANY_DIGITS,
    Problem.UNKNOWN: mark("This question isn't part of the check-in any more."),
}


def waiting(session: Session, actor: Person, now: datetime) -> Form | list[Waiting]:
    """The form of what somebody can answer or edit now, or what there is to choose from where that isn't one."""
    found = waiting_rules.open_parts(session, actor, now)
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
    questions = asked(part.round)
    before = answers.own(session, part.prompt.key) if part.prompt.answered_at else {}
    typed = {question: typed_of(answer.value) for question, answer in before.items()}
    typed |= {} if draft is None else drafts.values(draft)
    plans = last_plans(session, part, questions, before, draft)
    values = typed if part.prompt.answered_at else {**carried(plans, typed), **typed}
    look_up_readers(session, part.checkin)
    return Form(
        prompt_id=part.prompt.key,
        checkin=part.checkin.name,
        nominal=part.round.nominal,
        questions=questions,
        values={question: value for question, value in values.items() if value is not None},
        closes_at=part.prompt.closes_at,
        is_late=now >= part.prompt.closes_at,
        is_edit=part.prompt.answered_at is not None,
        is_draft=draft is not None and (draft.filled > 0 or part.prompt.answered_at is not None),
        read_by=who_reads(session, part.checkin, part.round, part.prompt.team_ids),
        is_over=is_over,
        plans=plans,
        rests={} if draft is None else drafts.rests(draft),
        progress=goal_questions.progress(session, part, questions, draft, now),
    )


def asked(round_: Round) -> tuple[Question, ...]:
    """The questions in the wording that the round asked."""
    return tuple(map(thaw, round_.questions))


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
    if drafts.keep(session, actor, draft, submission, now).filled != before:
        _say_so(session, actor, submission.prompt_id)
    return True


def begin_with_mood(session: Session, actor: Person, prompt_id: int, step: int, action_ts: str, now: datetime) -> Form:
    """The form of a prompt with its mood filled in, as a draft. `action_ts` is Slack's time of the tap."""
    part = part_of(session, actor, prompt_id, now)
    mood = mood_question(asked(part.round))
    if mood is not None:
        save_draft(session, actor, Submission(prompt_id, {mood.id: step}, "", action_ts), now)
    return _form(session, part, answers.draft(session, actor.key, prompt_id), now, is_over=False)


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


def submit(session: Session, actor: Person, submission: Submission, now: datetime) -> Form | None:
    """Take the answers in: once, late or not, new or edited. What can't be taken raises, and nothing is lost.

    Where an answer asks for another question that the form didn't show yet, or where more people would read it than the
    form said, nothing is sent: gives the form that does.
    """
    try:
        part = part_of(session, actor, submission.prompt_id, now, holds_round=True)
    except UserError as refusal:
        raise waiting_rules.beside_words(refusal) from None
    questions = asked(part.round)
    submission = _whole(session, part, questions, submission)
    given = {answer.question_id: answer for answer in _given(questions, submission, actor.voice)}
    shown = asked_after(questions, given)
    readers = _readers(session, part) if part.prompt.answered_at is None else []
    is_wider = part.prompt.answered_at is None and _is_wider(part, submission, readers)
    has_gone = bool(goal_questions.gone(session, actor, submission))
    if is_wider or has_gone or any(question.condition and question.id not in submission.values for question in shown):
        draft = drafts.keep(session, actor, part.draft, submission, now)
        return replace(_form(session, part, draft, now, is_over=False), has_new_readers=is_wider, has_gone=has_gone)
    hidden = {question.id for question in questions}.difference(question.id for question in shown)
    said = [answer for question, answer in given.items() if question not in hidden]
    if any(submission.done.values()):
        said = settle_plans(session, part, said, submission.done)
    moved, wrong = goal_questions.values(session, part, questions, submission, actor)
    _check(shown, said, actor.voice, wrong)
    goal_questions.keep(session, part, actor, moved, now)
    _store(session, part.prompt, said, now)
    _mark(session, part, submission, readers, now)
    blockers.follow(session, part, said, now)
    answers.discard_draft(session, actor.key, part.prompt.key)
    _say_so(session, actor, part.prompt.key, part.prompt.reminded)
    digests.mark_stale(session, part.checkin, part.round, now)
    return None


def _whole(session: Session, part: Part, questions: Sequence[Question], submission: Submission) -> Submission:
    """What was sent, with the answers for which there was no room in the form; they stay as they were."""
    always = {each.id for each in questions if each.condition is None and each.kind is not QuestionKind.PROGRESS}
    unseen = always.difference(submission.values)
    if not unseen:
        return submission
    before = answers.own(session, part.prompt.key) if part.prompt.answered_at else {}
    kept = {question: typed_of(answer.value) for question, answer in before.items()}
    kept |= {} if part.draft is None else drafts.values(part.draft)
    return replace(submission, values={**{each: kept.get(each) for each in unseen}, **submission.values})


def skip(session: Session, actor: Person, prompt_id: int, now: datetime) -> bool:
    """Not this time. Skipping what was answered or skipped already changes nothing; nobody is asked why."""
    part = part_of(session, actor, prompt_id, now)
    if part.prompt.state == PromptState.MISSED:
        raise UserError(CLOSED)
    if part.prompt.state not in (PromptState.DUE, PromptState.SENT):
        return False
    part.prompt.state, part.prompt.reason = PromptState.SKIPPED, Reason.NOT_THIS_TIME
    session.flush()
    _say_so(session, actor, prompt_id, part.prompt.reminded)
    return True


def _given(questions: Sequence[Question], submission: Submission, voice: Voice) -> Iterator[AnswerValue]:
    numbers = {question.id: question for question in questions if question.kind is QuestionKind.NUMBER}
    for question, value in submission.values.items():
        if isinstance(value, str) and question in numbers:
            yield _number(numbers[question], value, voice)
        elif value is not None and value != "":
            yield answer_of(question, value)


def _number(question: Question, typed: str, voice: Voice) -> AnswerValue:
    try:
        amount = amounts.amount(voice, typed, Wanted(MeasureKind.NUMBER, unit=question.unit)).value
    except UserError:
        read = voice.number(typed)  # one with too many digits is a number still, and is told so
        return AnswerValue(question.id, words=typed) if read is None else AnswerValue(question.id, amount=read)
    return AnswerValue(question.id, amount=amount)


def _check(questions: Sequence[Question], given: Sequence[AnswerValue], voice: Voice, wrong: list[UserError]) -> None:
    problems = check_answers(questions, given)
    if problems or wrong:
        example = voice.as_typed(amounts.EXAMPLE)
        raise FieldErrors(
            [
                UserError(PROBLEMS[problem], field=f"q{question}", example=example)
                for question, problem in problems.items()
            ]
            + wrong
        )


def _store(session: Session, prompt: Prompt, given: Sequence[AnswerValue], now: datetime) -> None:
    before = answers.own(session, prompt.key) if prompt.answered_at else {}
    said = {value.question_id: value for value in given if not value.is_blank or value.done}
    answers.add(session, prompt.key, [value for question, value in said.items() if question not in before], now)
    for question, answer in before.items():
        value = said.get(question)
        if value is None:
            session.delete(answer)
        elif answer.value != value:
            answer.at = now
            for name, stored in answers.columns(value).items():
                setattr(answer, name, stored)
    session.flush()


def _mark(session: Session, part: Part, submission: Submission, readers: Sequence[Listed], now: datetime) -> None:
    prompt = part.prompt
    sent = {"submitted_view": submission.view_id, "submitted_ts": machine_time(session).timestamp()}
    if prompt.answered_at is not None:
        rounds.mark_answered(session, prompt, edited_at=now, **sent)
        return
    state, audience_id = answered_as(now, prompt.closes_at), _audience_of(session, part, readers)
    rounds.mark_answered(session, prompt, answered_at=now, state=state, reason=None, audience_id=audience_id, **sent)


def _audience_of(session: Session, part: Part, readers: Sequence[Listed]) -> int:
    """Who may read, expanded now: an edit doesn't widen it, and whoever leaves drops off when it is read."""
    if part.checkin.readers == "channel":
        return audience.of_channel(session, part.checkin.home_channel or "")
    return audience.of_people(session, readers)


def _readers(session: Session, part: Part) -> list[Listed]:
    """Who is on the list of those who may read; nobody where a channel reads."""
    if part.checkin.readers == "channel":
        return []
    roles = (LEAD,) if part.checkin.readers == "leads" else ()
    return list(starmap(Listed, teams.readers(session, part.prompt.team_ids, *roles)))


def _is_wider(part: Part, submission: Submission, readers: Sequence[Listed]) -> bool:
    """Whether more people would read what is sent than its form said, or others, or they would see whose it is."""
    count = len({each.person_id for each in readers})
    now = mark_of(part.checkin.readers, part.checkin.home_channel, count, part.round.k)
    return submission.read_by != "" and has_grown(submission.read_by, now)


def _say_so(session: Session, actor: Person, prompt_id: int, reminded: int = 0) -> None:
    """The prompt's DM, the last of so many reminders of it, and Home say what is true now."""
    messages: dict[str, Notice] = {prompt_key(prompt_id): PromptNotice(prompt_id)}
    if reminded:
        messages[reminder_key(prompt_id, reminded)] = ReminderOver(prompt_id)
    outbox.say_again(session, actor.key, messages, home=HomeNotice(actor.key))
