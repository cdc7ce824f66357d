"""What falls due in feedback threads reaches the other side: what is confidential together, in no order."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.feedback import LATE, Flaw, Kind, What, arrives_at
from bot.notices.feedback import (
    FeedbackCopy,
    FeedbackNotice,
    FeedbackWords,
    NotPassedOn,
    copy_key,
    message_key,
    notice_key,
    root_key,
    sent_key,
)
from bot.services import feedback as feedback_service
from bot.services.feedback_owed import say_so, window_of
from bot.services.turns import NOW, is_next, take_next
from storage import audience, feedback, feedback_requests, outbox, people
from storage.feedback import Feedback, FeedbackMessage
from storage.outbox_rows import Priority
from storage.people import Person

_DUE = (
    select(FeedbackMessage, Feedback)
    .join(Feedback, col(Feedback.id) == col(FeedbackMessage.feedback_id))
    .where(col(FeedbackMessage.due_at) <= NOW, is_next(FeedbackMessage))
    # By chance between threads, lest it tells who wrote first; within a thread as it was said.
    .order_by(col(FeedbackMessage.due_at), col(Feedback.ref), col(FeedbackMessage.id))
    .limit(1)
    .with_for_update(of=FeedbackMessage, skip_locked=True)
)


def release_due(session: Session, now: datetime) -> bool:
    """Let one message, or the change of one, reach the other side. A tick's step."""

    def one(message: FeedbackMessage, thread: Feedback) -> None:
        release(session, message, thread, now)

    return take_next(session, _DUE, one, now)


def release(session: Session, message: FeedbackMessage, thread: Feedback, now: datetime) -> None:
    """What is due reaches the other side, unless they are off by now: then it waits for their next moment."""
    to_id = thread.receiver_id if message.writer_id == thread.author_id else thread.author_id
    to = session.get_one(Person, to_id)
    if message.released_at is None and to.status == "left":
        message.due_at = None
        session.flush()
        not_passed_on(session, thread, message, Flaw.LEFT)
        return
    later = _later(session, message, thread, to, now)
    if later is not None:
        message.due_at = later
        return
    if _is_refused(session, message, thread, to):
        _give_back(session, thread, message, now)
        return
    message.due_at = None
    if message.released_at is not None:
        change(session, message, now)
        return
    message.released_at = now
    session.flush()
    _arrive(session, message, thread, to, now)


def _is_refused(session: Session, message: FeedbackMessage, thread: Feedback, to: Person) -> bool:
    """Whether a receiver came to take no confidential feedback, or none of this author's, before it arrived."""
    is_first = thread.delivered_at is None and message.writer_id == thread.author_id
    author = session.get_one(Person, thread.author_id)
    if feedback_requests.of_feedback(session, thread.key) is not None:
        return False  # they asked for it
    return is_first and thread.is_confidential and not feedback_service.takes_confidential(session, author, to)


def _give_back(session: Session, thread: Feedback, message: FeedbackMessage, now: datetime) -> None:
    thread.withdrawn_at, thread.undelivered = now, Flaw.REFUSED
    author = session.get_one(Person, thread.author_id)
    feedback_service.restore(session, author, thread, feedback.messages(session, thread.key), now)
    not_passed_on(session, thread, message, Flaw.REFUSED)


def _later(session: Session, message: FeedbackMessage, thread: Feedback, to: Person, now: datetime) -> datetime | None:
    """When it may reach them, where that isn't now: they went away meanwhile, or Cairn was down in its slot."""
    kind = thread.kind if to.key == thread.receiver_id else Kind.PRAISE
    window, due_at = window_of(session, to, kind), message.due_at or now
    soonest = window.first_working_moment(now, now + LATE)
    is_late = thread.is_confidential and now - due_at > LATE
    if soonest == now and not is_late:
        return None
    return arrives_at(window, now, in_slots=thread.is_confidential)


def change(session: Session, message: FeedbackMessage, now: datetime) -> None:
    """A change of what the other side may have already reaches them."""
    if message.change == "delete":
        message.words, message.deleted_at = None, now
    else:
        message.words, message.edited_at = message.changed_words, now
    is_gone = message.change == "delete"
    message.change = message.changed_words = None
    session.flush()
    if is_gone:
        outbox.delete(session, of=message_key(message.key))
    else:
        outbox.update(session, FeedbackWords(message.key), of=message_key(message.key))


def _arrive(session: Session, message: FeedbackMessage, thread: Feedback, to: Person, now: datetime) -> None:
    if thread.delivered_at is None and message.writer_id == thread.author_id:
        thread.delivered_at = now
        session.flush()
        _notify(session, thread)
        say_so(session, thread, thread.author_id)
    elif message.what == What.HELPFUL:
        say_so(session, thread, to.key)
    elif to.key == thread.author_id or thread.read_at is not None:
        post(session, message, thread, to.key)
        if message.what == What.CLOSED:
            say_so(session, thread, to.key)


def _notify(session: Session, thread: Feedback) -> None:
    """Everybody on the list hears that there is something, and not what."""
    for each in audience.listed(session, thread.audience_id):
        if each.person_id == thread.receiver_id:
            said, key = FeedbackNotice(thread.key, 0), notice_key(thread.key, 0)
            outbox.post(session, said, key=key, to=each.person_id, priority=Priority.PERSONAL)
        elif people.get(session, each.person_id) is not None:
            copy, key = FeedbackCopy(thread.key, each.person_id), copy_key(thread.key, each.person_id)
            outbox.post(session, copy, key=key, to=each.person_id, priority=Priority.PERSONAL)


def post(session: Session, message: FeedbackMessage, thread: Feedback, to_id: int) -> None:
    """A message of the other one's, into the thread of one's own DM."""
    root = sent_key(thread.key) if to_id == thread.author_id else root_key(thread)
    said, key = FeedbackWords(message.key), message_key(message.key)
    outbox.post(session, said, key=key, to=to_id, thread_of=root, priority=Priority.PERSONAL)


def not_passed_on(session: Session, thread: Feedback, message: FeedbackMessage, why: Flaw) -> None:
    """To whoever wrote what reaches nobody: why. Not where that would tell who the other one is."""
    if message.writer_id == thread.receiver_id and thread.is_confidential:
        return
    root = sent_key(thread.key) if message.writer_id == thread.author_id else root_key(thread)
    told = NotPassedOn(why, thread.key)
    key = f"{message_key(message.key)}:not"
    outbox.post(session, told, key=key, to=message.writer_id, thread_of=root, priority=Priority.PERSONAL)
