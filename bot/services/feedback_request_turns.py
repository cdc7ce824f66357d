"""What falls due in requests for feedback: reminders, two at most, and their end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.feedback_requests import next_reminder
from bot.notices.feedback_requests import (
    RequestMade,
    RequestNotice,
    RequestReminder,
    TooFew,
    ask_key,
    made_key,
    reminder_key,
    too_few_key,
)
from bot.services.turns import NOW, is_next, take_next
from storage import feedback_requests, outbox, people
from storage.calendars import calendar_of_person, working_moment
from storage.feedback_requests import OPEN, FeedbackAsk, FeedbackRequest
from storage.people import Person

_REMIND = (
    select(FeedbackAsk)
    .where(col(FeedbackAsk.remind_at) <= NOW, is_next(FeedbackAsk))
    .order_by(col(FeedbackAsk.remind_at))
    .limit(1)
    .with_for_update(skip_locked=True)
)
_OVER = (
    select(FeedbackRequest)
    .where(col(FeedbackRequest.over_at).is_(None), col(FeedbackRequest.closes_at) <= NOW, is_next(FeedbackRequest))
    .order_by(col(FeedbackRequest.closes_at))
    .limit(1)
    .with_for_update(skip_locked=True)
)


def remind_due(session: Session, now: datetime) -> bool:
    """Remind one person who hasn't answered yet. A tick's step."""
    return take_next(session, _REMIND, lambda found: _remind(session, found, now), now)


def _remind(session: Session, found: FeedbackAsk, now: datetime) -> None:
    request, person = session.get_one(FeedbackRequest, found.request_id), people.get(session, found.person_id)
    is_open = found.state == OPEN and request.closes_at > now and person is not None
    if not is_open or person is None:
        found.remind_at = None
        return
    found.reminded += 1
    calendar = calendar_of_person(session, person)
    following = next_reminder(calendar, request.at, request.closes_at, found.reminded)
    found.remind_at = following if following is not None and following > now else None
    session.flush()
    outbox.post(
        session,
        RequestReminder(found.key, found.reminded),
        key=reminder_key(found.key, found.reminded),
        to=person.key,
        thread_of=ask_key(found.key),
        expires_at=request.closes_at,
    )


def end_due(session: Session, now: datetime) -> bool:
    """One request is over: where too few answered without a name, each of them chooses. A tick's step."""
    return take_next(session, _OVER, lambda request: _end(session, request, now), now)


def _end(session: Session, request: FeedbackRequest, now: datetime) -> None:
    request.over_at = now
    session.flush()
    undecided = (
        {}
        if request.together_at or not request.is_confidential
        else {each.key: each for each in feedback_requests.waiting(session, request)}
    )
    for found in feedback_requests.asks(session, request.key):
        outbox.update(session, RequestNotice(found.key), of=ask_key(found.key))
        if found.feedback_id in undecided:
            author = session.get_one(Person, found.person_id)
            told, moment = TooFew(found.key), working_moment(session, author, now)
            outbox.post(session, told, key=too_few_key(found.key), to=found.person_id, not_before=moment)
    outbox.update(session, RequestMade(request.key), of=made_key(request.key))
