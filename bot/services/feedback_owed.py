"""What one side of a feedback thread owes the other, and when it falls due."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.domain.audience import Listed
from bot.domain.calendars import WorkCalendar
from bot.domain.feedback import UNDO, Kind, What, arrives_at
from bot.notices.feedback import (
    FeedbackNotice,
    FeedbackSent,
    notice_key,
    sent_key,
)
from bot.notices.home import HomeNotice
from storage import audience, outbox, preferences
from storage.calendars import calendar_of_person
from storage.feedback import Feedback, FeedbackMessage
from storage.people import Person


def window_of(session: Session, person: Person, kind: str = Kind.PRAISE) -> WorkCalendar:
    """When feedback may reach somebody: what is constructive when they like it to, all else when they work."""
    return preferences.window(session, person) if kind == Kind.CONSTRUCTIVE else calendar_of_person(session, person)


def other_than(session: Session, feedback: Feedback, actor_id: int) -> Person:
    """The one of the two who isn't this one."""
    other = feedback.receiver_id if actor_id == feedback.author_id else feedback.author_id
    return session.get_one(Person, other)


def due(session: Session, feedback: Feedback, to: Person, now: datetime, waits: timedelta = timedelta()) -> datetime:
    """When something said now in a thread may reach the other side, in UTC."""
    kind = feedback.kind if to.key == feedback.receiver_id else Kind.PRAISE
    return arrives_at(window_of(session, to, kind), now, in_slots=feedback.is_confidential, waits=waits)


def say_first(session: Session, feedback: Feedback, words: str, now: datetime) -> FeedbackMessage:
    """The words that a thread begins with, owed to its readers."""
    to = session.get_one(Person, feedback.receiver_id)
    return _add(
        session,
        FeedbackMessage(
            feedback_id=feedback.key,
            writer_id=feedback.author_id,
            audience_id=feedback.audience_id,
            words=words,
            at=now,
            due_at=due(session, feedback, to, now, UNDO),
        ),
    )


def say(session: Session, feedback: Feedback, writer: Person, message: FeedbackMessage, now: datetime) -> None:
    """What follows in a thread, for the two of them alone."""
    to = other_than(session, feedback, writer.key)
    message.audience_id = audience.of_people(session, [Listed(feedback.receiver_id), Listed(feedback.author_id)])
    if message.deleted_at is None:
        message.due_at = due(session, feedback, to, now)
    _add(session, message)


def _add(session: Session, message: FeedbackMessage) -> FeedbackMessage:
    session.add(message)
    session.flush()
    return message


def is_closed_for(messages: list[FeedbackMessage], actor_id: int) -> bool:
    """Whether one of the two knows that their thread is closed: by themselves, or since the other's word has come."""
    closed = [each for each in messages if each.what == What.CLOSED]
    return any(each.writer_id == actor_id or each.released_at is not None for each in closed)


def say_so(session: Session, feedback: Feedback, *people: int) -> None:
    """What stands in Slack about a thread says what is true now, for these of the two; their Homes too."""
    for person_id in people:
        if person_id == feedback.author_id:
            outbox.update(session, FeedbackSent(feedback.key), of=sent_key(feedback.key))
        else:
            for n in range(feedback.snoozes + 1):
                outbox.update(session, FeedbackNotice(feedback.key, n), of=notice_key(feedback.key, n))
        outbox.publish(session, HomeNotice(person_id), person_id=person_id)
