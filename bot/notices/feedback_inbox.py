"""What somebody got, gave and owes, for the list and for Home."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.feedback import Kind
from bot.domain.feedback_inbox import PAGE, Box, Draft, Inbox, Line, Request, Standing
from bot.notices.feedback import name_of
from storage import feedback, feedback_requests, people
from storage.feedback import Feedback
from storage.people import Person


def inbox(session: Session, actor: Person, box: Box, page: int, now: datetime) -> Inbox:
    """One page of a list, from 0."""
    threads: list[Feedback] = []
    if box is Box.GOT:
        threads = feedback.got(session, actor, page * PAGE, PAGE + 1)
    elif box is Box.GIVEN:
        threads = feedback.given(session, actor.key, page * PAGE, PAGE + 1)
    lines = [_line(session, each, actor) for each in threads[:PAGE]]
    owed = _requests(session, actor, now)
    drafts = _drafts(session, actor)
    return Inbox(
        box,
        page,
        lines,
        drafts if box is Box.OWED else [],
        owed if box is Box.OWED else [],
        has_more=len(threads) > PAGE,
        unread=feedback.unread(session, actor),
        owed=len(owed) + len(drafts),
    )


def _line(session: Session, thread: Feedback, reader: Person) -> Line:
    is_own = thread.author_id == reader.key
    moment = thread.at if is_own else thread.delivered_at or thread.at
    return Line(
        thread.ref,
        name_of(session, thread, reader.key),
        Kind(thread.kind),
        reader.voice.local(moment).date(),
        thread.is_confidential,
        is_unread=not is_own and thread.read_at is None,
        standing=_standing(thread),
    )


def _standing(thread: Feedback) -> Standing:
    if thread.withdrawn_at is not None or thread.undelivered is not None:
        return Standing.BACK
    return Standing.WAITS if thread.delivered_at is None else Standing.ARRIVED


def _drafts(session: Session, actor: Person) -> list[Draft]:
    found = [(each, people.get(session, each.receiver_id)) for each in feedback.drafts(session, actor.key)]
    return [Draft(person.key, person.name) for draft, person in found if person is not None and draft.words]


def _requests(session: Session, actor: Person, now: datetime) -> list[Request]:
    return [
        Request(ask.key, session.get_one(Person, request.asker_id).name, request.topic, request.closes_at)
        for ask, request in feedback_requests.owed(session, actor.key, now)
    ]
