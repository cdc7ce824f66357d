"""Words between a lead and the author of an answer: carried to the other one, once each, into the thread they share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.replies import NotCarried
from bot.i18n import Voice
from bot.notices.checkins import prompt_key
from bot.notices.registry import Exempt, Message, Notice, Outcome, Reader, register
from bot.views import replies as reply_views
from bot.views.replies import Exchanged
from storage import access, outbox, people, replies, rounds
from storage.calendars import working_moment
from storage.outbox_rows import SENT, UNDELIVERED
from storage.people import Person
from storage.replies import Reply


def thread_key(prompt_id: int, lead_id: int) -> str:
    """The outbox key of the message in a lead's DM in whose thread they and the author of an answer write."""
    return f"replies:{prompt_id}:{lead_id}"


def reply_key(reply_id: int) -> str:
    """The outbox key of the message that carries a reply: one for ever."""
    return f"reply:{reply_id}"


def thread_of(reply: Reply, reader_id: int) -> str:
    """The outbox key of the message in whose thread somebody reads a reply: the prompt's, or the lead's own."""
    if reader_id == reply.lead_id:
        return thread_key(reply.prompt_id, reply.lead_id)
    return prompt_key(reply.prompt_id)


@register("reply", Exempt.WORDS)
@dataclass(frozen=True)
class ReplyNotice(Notice):
    """Carries one reply to the other of the two."""

    reply_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        reply = _readable(session, self.reply_id, reader.person_id)
        if reply is None or reply.author_id == reader.person_id:
            return None
        exchanged = exchange(session, reply, reply.author_id)
        if exchanged is None:
            return None
        if reader.person_id == reply.lead_id:
            return Message(*reply_views.to_lead(reader.voice, exchanged))
        others = [lead for lead, _ in replies.writing_leads(session, reply.prompt_id) if lead != reply.lead_id]
        return Message(*reply_views.to_author(reader.voice, exchanged, several=bool(others)))

    def settled(self, session: Session, outcome: Outcome, now: datetime) -> None:
        reply = replies.get(session, self.reply_id)
        if reply is None:
            return
        if outcome.state == SENT:
            self._arrived(session, reply, outcome.ts, now)
        elif reply.deleted_at is None:
            self._say_that_it_did_not(session, reply)
        session.flush()
        key = thread_key(reply.prompt_id, reply.lead_id)
        outbox.update(session, ReplyThread(reply.prompt_id, reply.lead_id), of=key)

    def _arrived(self, session: Session, reply: Reply, ts: str | None, now: datetime) -> None:
        reply.delivered_ts = ts
        reader = receiver_id(session, reply)
        access.log(session, reader, [(reply.author_id, reply.key)], what="reply", place="thread", at=now)

    def _say_that_it_did_not(self, session: Session, reply: Reply) -> None:
        notice = NotCarriedNotice(NotCarried.UNDELIVERABLE, receiver_id(session, reply))
        own_thread = thread_of(reply, reply.author_id)
        outbox.post(session, notice, key=f"{reply_key(reply.key)}:not", to=reply.author_id, thread_of=own_thread)


@register("reply.thread", Exempt.WORDS)
@dataclass(frozen=True)
class ReplyThread(Notice):
    """A lead's first words to somebody, for the lead: what became of them, and where the answers come."""

    prompt_id: int
    lead_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:
        first = replies.first(session, self.prompt_id, self.lead_id)
        prompt = rounds.with_round(session, self.prompt_id)
        if first is None or prompt is None or reader.person_id != self.lead_id:
            return None
        author_id = prompt[0].person_id
        exchanged = exchange(session, first, author_id)
        if exchanged is None:
            return None
        became = self._became(session, reader.voice, first, author_id, now)
        return Message(*reply_views.written(reader.voice, exchanged, became))

    def _became(self, session: Session, voice: Voice, first: Reply, author_id: int, now: datetime) -> str:
        author, posted = session.get_one(Person, author_id), outbox.posted(session, reply_key(first.key))
        if posted is not None and posted.state == SENT:
            return reply_views.delivered(voice, author.name)
        if author.status == "left":
            return reply_views.not_carried_text(voice, NotCarried.LEFT, author.name)
        if posted is not None and posted.state in UNDELIVERED:
            return reply_views.not_carried_text(voice, NotCarried.UNDELIVERABLE, author.name)
        return reply_views.on_its_way(voice, author.name, reaches_at(session, author, now))


@register("reply.own", Exempt.WORDS)
@dataclass(frozen=True)
class OwnReply(Notice):
    """Somebody's own words from a form, in the thread where the other one's stand."""

    reply_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        reply = _readable(session, self.reply_id, reader.person_id)
        if reply is None or reply.author_id != reader.person_id:
            return None
        exchanged = exchange(session, reply, receiver_id(session, reply))
        return None if exchanged is None else Message(*reply_views.own(reader.voice, exchanged))


@register("reply.not_carried", Exempt.ACT)
@dataclass(frozen=True)
class NotCarriedNotice(Notice):
    """To somebody whose words in a thread went nowhere: why, and what to do instead."""

    why: str
    other_id: int | None

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        other = session.get(Person, self.other_id) if self.other_id is not None else None
        name = other.name if other is not None else ""
        return Message(*reply_views.not_carried(reader.voice, NotCarried(self.why), name))


def receiver_id(session: Session, reply: Reply) -> int:
    """The primary key of the one of the two who didn't write it."""
    if reply.author_id != reply.lead_id:
        return reply.lead_id
    prompt = rounds.with_round(session, reply.prompt_id)
    if prompt is None:
        raise RuntimeError("a reply about nothing")
    return prompt[0].person_id


def reaches_at(session: Session, reader: Person, now: datetime) -> datetime | None:
    """When words that can wait reach somebody: at the beginning of their next working hours, None for now."""
    moment = working_moment(session, reader, now)
    return moment if moment is not None and moment > now else None


def exchange(session: Session, reply: Reply, other_id: int) -> Exchanged | None:
    """A reply as views show it, beside the name of `other_id`; None where its words were taken back."""
    found, other = rounds.with_round(session, reply.prompt_id), session.get(Person, other_id)
    if found is None or other is None or reply.words is None:
        return None
    _, round_, checkin = found
    return Exchanged(
        reply.key, other.name, checkin.name, round_.nominal, reply.words, is_edited=reply.edited_at is not None
    )


def _readable(session: Session, reply_id: int, reader_id: int | None) -> Reply | None:
    reader = people.get(session, reader_id)
    return None if reader is None else replies.readable_by(session, reply_id, reader)
