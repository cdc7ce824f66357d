"""What feedback says by itself: the neutral notice, the words after Read, and what their author sees of it.

Keys and ids of what is for others name the thread and its readers, never who wrote it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.calendars import DAY
from bot.domain.feedback import Flaw, Kind, Name, What, again_at
from bot.notices.registry import Exempt, Message, Notice, Outcome, Reader, register
from bot.views import feedback as views
from bot.views.feedback import Arrived, SentCard, Talk
from storage import access, audience, feedback, feedback_requests, goals, outbox, people
from storage.calendars import calendar_of_person
from storage.feedback import Feedback, FeedbackMessage
from storage.feedback_requests import FeedbackRequest
from storage.outbox_rows import SENT, Priority
from storage.people import Person


def notice_key(feedback_id: int, n: int) -> str:
    """The outbox key of the notice to the receiver, as it came for the nth time."""
    return f"feedback:{feedback_id}:{n}"


def root_key(thread: Feedback) -> str:
    """The outbox key of the message in whose thread the receiver reads."""
    return notice_key(thread.key, thread.snoozes)


def sent_key(feedback_id: int) -> str:
    """The outbox key of the message in whose thread its author reads."""
    return f"feedback:{feedback_id}:sent"


def copy_key(feedback_id: int, person_id: int) -> str:
    """The outbox key of the notice to somebody else who reads it."""
    return f"feedback:{feedback_id}:copy:{person_id}"


def copy_words_key(feedback_id: int, person_id: int) -> str:
    """The outbox key of the words for them."""
    return f"{copy_key(feedback_id, person_id)}:words"


def message_key(message_id: int) -> str:
    """The outbox key of the message that carries words to the other one."""
    return f"feedback:message:{message_id}"


def name_of(session: Session, thread: Feedback, reader_id: int) -> Name:
    """What the other one of a thread is called for a reader: nothing at all where that was promised, gone or not."""
    if reader_id == thread.author_id:
        return _name(session.get_one(Person, thread.receiver_id))
    if thread.is_confidential:
        return Name(None)
    author = session.get_one(Person, thread.author_id)
    return Name(author.name, is_former=author.status == "left")


def _name(person: Person) -> Name:
    return Name(person.name)


def talk_of(session: Session, thread: Feedback, reader_id: int) -> Talk:
    """A thread as one of its readers knows it: what the other one did counts once they were told."""
    said = [
        each.what
        for each in feedback.messages(session, thread.key)
        if each.writer_id == reader_id or each.released_at is not None
    ]
    return Talk(
        thread.ref,
        name_of(session, thread, reader_id),
        is_confidential=thread.is_confidential,
        is_author=reader_id == thread.author_id,
        is_closed=What.CLOSED in said,
        is_helpful=What.HELPFUL in said,
    )


def _readable(session: Session, feedback_id: int, reader_id: int | None) -> Feedback | None:
    """A thread that somebody still may read, whose feedback it isn't."""
    reader = people.get(session, reader_id)
    if reader is None or not feedback.may_read(session, feedback_id, reader):
        return None
    return session.get_one(Feedback, feedback_id)


@register("feedback.notice", Exempt.WORDS)
@dataclass(frozen=True)
class FeedbackNotice(Notice):
    """To the receiver: that there is feedback; `n`: for the how many-th time, from 0."""

    feedback_id: int
    n: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:
        thread = _readable(session, self.feedback_id, reader.person_id)
        if thread is None or thread.receiver_id != reader.person_id:
            return None
        posted = outbox.posted(session, notice_key(self.feedback_id, self.n))
        is_there = posted is not None and posted.state == SENT
        if thread.read_at is not None and not is_there and self.n:
            return None  # read meanwhile: it needn't come again
        calendar = calendar_of_person(session, session.get_one(Person, thread.receiver_id))
        request = feedback_requests.of_feedback(session, thread.key)
        is_latest, later_at = self.n == thread.snoozes, again_at(calendar, now)
        card = Arrived(
            talk_of(session, thread, thread.receiver_id),
            [each.name for each in _beside(session, thread)],
            is_read=thread.read_at is not None,
            asked_for=None if request is None else request.topic,
            about=_about(session, request),
            again_at=None if is_latest else _again_at(session, thread),
            later_at=later_at if is_latest else None,
            is_tomorrow=calendar.date_at(later_at) == calendar.date_at(now) + DAY,
        )
        return Message(*views.notice(reader.voice, card))

    def settled(self, session: Session, outcome: Outcome, now: datetime) -> None:  # noqa: ARG002
        thread = session.get(Feedback, self.feedback_id)
        if thread is None or self.n or outcome.state == SENT:
            return
        has_left = people.get(session, thread.receiver_id) is None
        why = Flaw.LEFT if has_left else Flaw.UNDELIVERABLE
        thread.undelivered = why
        session.flush()
        outbox.update(session, FeedbackSent(thread.key), of=sent_key(thread.key))
        told, key = NotPassedOn(why, thread.key), f"{notice_key(thread.key, 0)}:not"
        outbox.post(
            session, told, key=key, to=thread.author_id, thread_of=sent_key(thread.key), priority=Priority.PERSONAL
        )


def _about(session: Session, request: FeedbackRequest | None) -> str | None:
    """Whom somebody asked about, where that isn't themselves."""
    if request is None or request.about_id == request.asker_id:
        return None
    return session.get_one(Person, request.about_id).name


def _again_at(session: Session, thread: Feedback) -> datetime | None:
    """When a notice that was put off comes again, where it hasn't yet."""
    return outbox.waits_until(session, notice_key(thread.key, thread.snoozes))


def _beside(session: Session, thread: Feedback) -> list[Person]:
    """Who reads it beside its receiver and its author, and is still here."""
    listed = {each.person_id for each in audience.listed(session, thread.audience_id)} - {thread.receiver_id}
    return [each for each in people.by_ids(session, listed) if each.status != "left"]


@register("feedback.words", Exempt.WORDS)
@dataclass(frozen=True)
class FeedbackWords(Notice):
    """One message of the other one's, in the thread of one's own DM."""

    message_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        message = session.get(FeedbackMessage, self.message_id)
        thread = None if message is None else session.get(Feedback, message.feedback_id)
        to = people.get(session, reader.person_id)
        if message is None or thread is None or to is None or message.deleted_at is not None:
            return None
        if to.key not in (thread.author_id, thread.receiver_id) or to.key == message.writer_id:
            return None
        talk = talk_of(session, thread, to.key)
        if message.what == What.CLOSED:
            return Message(*views.closed(reader.voice, talk))
        words = views.shown(reader.voice, message.words or "", is_edited=message.edited_at is not None)
        if talk.is_author:
            return Message(*views.to_author(reader.voice, talk, words))
        is_first = feedback.first(session, thread.key).key == message.key
        goal = None if thread.goal_id is None else goals.readable_by(session, thread.goal_id, to)
        title = goal.title if goal is not None and is_first else None
        return Message(*views.to_receiver(reader.voice, talk, words, is_first=is_first, goal=title))

    def settled(self, session: Session, outcome: Outcome, now: datetime) -> None:
        message = session.get(FeedbackMessage, self.message_id)
        if message is None or outcome.state != SENT:
            return
        thread = session.get_one(Feedback, message.feedback_id)
        if message.writer_id == thread.author_id or thread.is_confidential:
            return  # logged as it was opened; and whoever has no name isn't named as a reader of the answers either
        read = [(message.writer_id, message.key)]
        access.log(session, thread.author_id, read, what="feedback_message", place="thread", at=now)


@register("feedback.copy", Exempt.WORDS)
@dataclass(frozen=True)
class FeedbackCopy(Notice):
    """To whoever reads it beside the receiver: the notice, or in its thread the words."""

    feedback_id: int
    person_id: int
    is_words: bool = False

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        thread = _readable(session, self.feedback_id, reader.person_id)
        if thread is None or reader.person_id != self.person_id:
            return None
        name, receiver = name_of(session, thread, self.person_id), session.get_one(Person, thread.receiver_id).name
        if self.is_words:
            words = feedback.first(session, thread.key).words
            return None if words is None else Message(*views.copy_words(reader.voice, name, receiver, words))
        is_read = outbox.posted(session, copy_words_key(thread.key, self.person_id)) is not None
        return Message(*views.copy_notice(reader.voice, name, receiver, thread.ref, is_read=is_read))


@register("feedback.sent", Exempt.ACT)
@dataclass(frozen=True)
class FeedbackSent(Notice):
    """To its author: their own words, what became of them, and where the answers come."""

    feedback_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        thread = session.get(Feedback, self.feedback_id)
        if thread is None or reader.person_id != thread.author_id:
            return None
        first = feedback.first(session, thread.key)
        listed = {each.person_id for each in audience.listed(session, thread.audience_id)}
        card = SentCard(
            talk_of(session, thread, thread.author_id),
            thread.receiver_id,
            Kind(thread.kind),
            first.words,
            [each.name for each in people.by_ids(session, listed)],
            first.due_at if first.released_at is None else None,
            first.released_at is None and first.due_at is None and thread.undelivered is None,
            None if thread.undelivered is None else Flaw(thread.undelivered),
        )
        return Message(*views.sent(reader.voice, card))


@register("feedback.own", Exempt.WORDS)
@dataclass(frozen=True)
class OwnWords(Notice):
    """Somebody's own words from a form, in the thread where the other one's stand."""

    message_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        message = session.get(FeedbackMessage, self.message_id)
        if message is None or message.words is None or message.writer_id != reader.person_id:
            return None
        thread = session.get_one(Feedback, message.feedback_id)
        return Message(*views.own(reader.voice, talk_of(session, thread, message.writer_id), message.words))


@register("feedback.not_passed_on", Exempt.ACT)
@dataclass(frozen=True)
class NotPassedOn(Notice):
    """To somebody whose words in a thread went nowhere: why, and what to do instead."""

    why: str
    feedback_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        thread = session.get(Feedback, self.feedback_id)
        if thread is None or reader.person_id is None:
            return None
        if reader.person_id != thread.author_id and _readable(session, thread.key, reader.person_id) is None:
            return None
        name = name_of(session, thread, reader.person_id)
        return Message(*views.not_passed_on(reader.voice, Flaw(self.why), name))
