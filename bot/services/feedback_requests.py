"""Requests for feedback: asked, answered, declined; and what becomes of confidential answers that are too few."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.domain.feedback import Kind, Readers, Wanted
from bot.domain.feedback_requests import (
    LONGEST,
    MAX_QUESTION,
    MAX_TOPIC,
    MOST_ASKED,
    TOGETHER,
    AnswerCard,
    Asked,
    RequestForm,
    RequestWanted,
    composed,
    end_of,
    flaw_of_answers,
    most_words,
    next_reminder,
)
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.feedback_requests import (
    AboutYou,
    RequestMade,
    RequestNotice,
    TooFew,
    about_key,
    ask_key,
    asked_of,
    made_key,
    too_few_key,
)
from bot.notices.home import HomeNotice
from bot.services.feedback import FLAWS, begin
from bot.services.feedback_owed import due, say_so
from storage import feedback, feedback_requests, outbox, people, workspaces
from storage.calendars import calendar_of_person, working_moment
from storage.feedback import Feedback
from storage.feedback_requests import ANSWERED, DECLINED, OPEN, WITHDRAWN, FeedbackAsk, FeedbackRequest
from storage.outbox_rows import Priority
from storage.people import Person

NOBODY = mark("Choose at least one colleague: not yourself, no bot, nobody who has left. Nothing was asked.")
TOO_MANY = mark("Ask 20 people at most: you chose {n}. Nothing was asked.")
NOT_YOUR_REPORT = mark("You can ask about yourself and about people who report to you. Nothing was asked.")
ABOUT_THEM = mark("{name} can't be asked about themselves here. Leave them out; nothing was asked.")
PAST = mark("Choose a day that is still to come. Nothing was asked.")
TOO_FAR = mark("Choose a day within three months. Nothing was asked.")
TOO_FEW_ASKED = mark(
    "Confidential answers need at least three people to ask. Choose more, or signed; nothing was asked."
)
TOO_LONG = mark("That is longer than the {n} characters that fit here. Please shorten it; nothing was asked.")
NO_TOPIC = mark("Say what it is about: a few words are enough. Nothing was asked.")
OVER = mark(
    "This request is over, or was answered already. `/give-feedback` and a name still reaches them. Nothing was sent."
)


def form(session: Session, actor: Person, slack_ids: Sequence[str], now: datetime) -> RequestForm:
    """The form of a request to these people, a week from now at first."""
    last = actor.voice.local(now).date() + timedelta(days=7)
    reports = [(each.key, each.name) for each in people.reports(session, actor.key)]
    return RequestForm([each for each in slack_ids if each != actor.slack_id][:MOST_ASKED], reports, last)


def ask(session: Session, actor: Person, wanted: RequestWanted, now: datetime) -> FeedbackRequest:
    """Ask them; a report whom it is about is told. Raises UserError at what has to change."""
    asked, about = _asked(session, actor, wanted), _about(session, actor, wanted)
    if about.key in {each.key for each in asked}:
        raise UserError(ABOUT_THEM, field="asked", name=about.name)
    calendar = calendar_of_person(session, actor)
    closes_at = end_of(wanted.last, calendar)
    _check(wanted, len(asked), closes_at, now)
    request = FeedbackRequest(
        asker_id=actor.key,
        about_id=about.key,
        topic=wanted.topic.strip(),
        questions=[each.strip() for each in wanted.questions if each.strip()],
        is_confidential=wanted.is_confidential,
        at=now,
        closes_at=closes_at,
    )
    session.add(request)
    session.flush()
    for each in asked:
        _ask_one(session, request, each, now)
    outbox.post(session, RequestMade(request.key), key=made_key(request.key), to=actor.key, priority=Priority.PERSONAL)
    if about.key != actor.key:
        told, moment = AboutYou(request.key), working_moment(session, about, now)
        outbox.post(session, told, key=about_key(request.key), to=about.key, not_before=moment)
    return request


def _asked(session: Session, actor: Person, wanted: RequestWanted) -> list[Person]:
    found = people.by_slack_ids(session, wanted.asked)
    asked = [each for each in found if each.status != "left" and each.key != actor.key]
    if not asked:
        raise UserError(NOBODY, field="asked")
    if len(wanted.asked) > MOST_ASKED:
        raise UserError(TOO_MANY, field="asked", n=len(wanted.asked))
    return asked


def _about(session: Session, actor: Person, wanted: RequestWanted) -> Person:
    if wanted.about_id is None:
        return actor
    about = people.get(session, wanted.about_id)
    if about is None or about.manager_id != actor.key:
        raise UserError(NOT_YOUR_REPORT, field="about")
    return about


def _check(wanted: RequestWanted, asked: int, closes_at: datetime, now: datetime) -> None:
    if not wanted.topic.strip():
        raise UserError(NO_TOPIC, field="topic")
    if len(wanted.topic) > MAX_TOPIC:
        raise UserError(TOO_LONG, field="topic", n=MAX_TOPIC)
    for n, each in enumerate(wanted.questions):
        if len(each) > MAX_QUESTION:
            raise UserError(TOO_LONG, field=f"question{n + 1}", n=MAX_QUESTION)
    if closes_at <= now:
        raise UserError(PAST, field="last")
    if closes_at - now > LONGEST:
        raise UserError(TOO_FAR, field="last")
    if wanted.is_confidential and asked < TOGETHER:
        raise UserError(TOO_FEW_ASKED, field="signed")


def _ask_one(session: Session, request: FeedbackRequest, person: Person, now: datetime) -> None:
    begin_at = working_moment(session, person, now) or now
    calendar = calendar_of_person(session, person)
    ask_ = FeedbackAsk(
        request_id=request.key,
        person_id=person.key,
        remind_at=next_reminder(calendar, begin_at, request.closes_at, 0),
    )
    session.add(ask_)
    session.flush()
    outbox.post(
        session,
        RequestNotice(ask_.key),
        key=ask_key(ask_.key),
        to=person.key,
        not_before=begin_at if begin_at > now else None,
        expires_at=request.closes_at,
    )
    outbox.publish(session, HomeNotice(person.key), person_id=person.key)


def open_ask(session: Session, actor: Person, ask_id: int, now: datetime) -> Asked:
    """What somebody is asked, for the form of their answer."""
    return asked_of(session, *_open(session, actor, ask_id, now))


def _open(
    session: Session, actor: Person, ask_id: int, now: datetime, *, held: bool = False
) -> tuple[FeedbackAsk, FeedbackRequest]:
    found = feedback_requests.of_person(session, ask_id, actor.key, held=held)
    request = None if found is None else session.get(FeedbackRequest, found.request_id)
    if found is None or request is None or found.state != OPEN or request.closes_at <= now:
        raise UserError(OVER)
    if people.get(session, request.asker_id) is None:
        raise UserError(OVER)
    return found, request


def keep(session: Session, actor: Person, ask_id: int, answers: Sequence[str], action_ts: str, now: datetime) -> bool:
    """Keep what is being typed; what was typed before what is kept changes nothing."""
    found, _ = _open(session, actor, ask_id, now, held=True)
    if found.saved_ts and action_ts <= found.saved_ts:
        return False
    found.answers, found.saved_ts = list(answers), action_ts
    session.flush()
    return True


def look_over(session: Session, actor: Person, ask_id: int, answers: Sequence[str], now: datetime) -> AnswerCard:
    """Who will read these answers, which are kept."""
    found, request = _open(session, actor, ask_id, now, held=True)
    _check_answers(request, answers)
    found.answers = list(answers)
    session.flush()
    return _card(session, found, request)


def _check_answers(request: FeedbackRequest, answers: Sequence[str]) -> None:
    flaw = flaw_of_answers(answers, most_words(len(request.questions)))
    if flaw is not None:
        raise UserError(FLAWS[flaw[1]], field=f"answer{flaw[0] + 1}")


def _card(session: Session, found: FeedbackAsk, request: FeedbackRequest) -> AnswerCard:
    return AnswerCard(
        asked_of(session, found, request),
        composed(request.questions, found.answers or []),
        workspaces.current(session).name,
        len(feedback_requests.asks(session, request.key)),
        len(people.admins(session)),
    )


def answer(session: Session, actor: Person, ask_id: int, now: datetime) -> Feedback:
    """Send what the card showed: a thread of its own, on its way at once, or, without a name, with two others."""
    found, request = _open(session, actor, ask_id, now, held=True)
    _check_answers(request, found.answers or [])
    asker = session.get_one(Person, request.asker_id)
    words = composed(request.questions, found.answers or [])
    wanted = Wanted(Kind.CONSTRUCTIVE, words, Readers.RECEIVER, request.is_confidential)
    made = begin(session, actor, asker, wanted, [asker.key], now)
    found.state, found.feedback_id, found.remind_at, found.answers = ANSWERED, made.key, None, None
    session.flush()
    if request.is_confidential:
        _together(session, request, made, now)
    _say_so(session, found, request)
    return made


def _together(session: Session, request: FeedbackRequest, made: Feedback, now: datetime) -> None:
    """Confidential answers wait until three are in; from then on they go out in the next slot."""
    session.get_one(FeedbackRequest, request.key, with_for_update=True, populate_existing=True)
    threads = feedback_requests.waiting(session, request)
    if request.together_at is None and len(threads) < TOGETHER:
        feedback.first(session, made.key).due_at = None
        session.flush()
        return
    request.together_at = request.together_at or now
    asker = session.get_one(Person, request.asker_id)
    for thread in threads:
        first = feedback.first(session, thread.key)
        first.due_at = first.due_at or due(session, thread, asker, now)
        session.flush()
        say_so(session, thread, thread.author_id)


def decline(session: Session, actor: Person, ask_id: int, now: datetime) -> bool:
    """Not this time: nobody asks why. Twice is once."""
    found = feedback_requests.of_person(session, ask_id, actor.key, held=True)
    if found is not None and found.state == DECLINED:
        return False
    found, request = _open(session, actor, ask_id, now, held=True)
    found.state, found.remind_at, found.answers = DECLINED, None, None
    session.flush()
    _say_so(session, found, request)
    return True


def _say_so(session: Session, found: FeedbackAsk, request: FeedbackRequest) -> None:
    outbox.update(session, RequestNotice(found.key), of=ask_key(found.key))
    outbox.publish(session, HomeNotice(found.person_id), person_id=found.person_id)
    if not request.is_confidential:  # the minute in which a count changes would tell who answered
        outbox.update(session, RequestMade(request.key), of=made_key(request.key))


def sign(session: Session, actor: Person, ask_id: int, now: datetime) -> bool:
    """Too few answered: its author signs theirs, and it goes out as any other. Twice is once."""
    found, thread = _undecided(session, actor, ask_id)
    if thread is None:
        return False
    thread.is_confidential = False
    first, asker = feedback.first(session, thread.key), session.get_one(Person, thread.receiver_id)
    first.due_at = due(session, thread, asker, now)
    session.flush()
    say_so(session, thread, actor.key)
    outbox.update(session, TooFew(found.key), of=too_few_key(found.key))
    return True


def withdraw(session: Session, actor: Person, ask_id: int, now: datetime) -> bool:
    """Too few answered: its author takes theirs back, and nobody has read it. Twice is once."""
    found, thread = _undecided(session, actor, ask_id)
    if thread is None:
        return False
    thread.withdrawn_at = now
    first = feedback.first(session, thread.key)
    first.words, first.deleted_at, first.due_at = None, now, None
    found.state, found.feedback_id = WITHDRAWN, None
    session.flush()
    say_so(session, thread, actor.key)
    outbox.update(session, TooFew(found.key), of=too_few_key(found.key))
    return True


def _undecided(session: Session, actor: Person, ask_id: int) -> tuple[FeedbackAsk, Feedback | None]:
    """Somebody's own answer that came to be one of too few, held; None where they decided already."""
    found = feedback_requests.of_person(session, ask_id, actor.key, held=True)
    if found is None:
        raise UserError(OVER)
    thread = None if found.feedback_id is None else session.get(Feedback, found.feedback_id, with_for_update=True)
    request = session.get_one(FeedbackRequest, found.request_id)
    is_open = thread is not None and thread.withdrawn_at is None and thread.is_confidential
    decided = request.over_at is None or request.together_at is not None or not is_open
    return found, None if decided else thread
