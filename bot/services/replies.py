"""Replies: what a lead writes to the author of an answer, and what comes back, by form or in a thread of a DM."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.audience import Listed
from bot.domain.replies import Heard, NotCarried, ReplyForm, flaw_of
from bot.domain.roles import Action
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.replies import (
    NotCarriedNotice,
    OwnReply,
    ReplyNotice,
    ReplyThread,
    reaches_at,
    receiver_id,
    reply_key,
    thread_of,
)
from bot.services.led_answers import Sentences, answered_by_another
from bot.services.reply_threads import Talk, talk_of
from bot.services.roles import Refusal
from storage import audience, checkins, outbox, people, replies, rounds
from storage.outbox_rows import Priority
from storage.people import Person
from storage.replies import Reply

GONE = mark("These words aren't there any more. Nothing was sent.")
HAS_LEFT = mark("{name} has left, so nothing reaches them. Nothing was sent.")
SAID = Sentences(
    refused=Refusal(
        mark("{names} can reply to this check-in. Nothing was sent."),
        mark("Only leads can reply to a check-in, and this team has none. Nothing was sent."),
    ),
    gone=GONE,
    unreadable=mark("You can't read this answer any more, so you can't reply to it. Nothing was sent."),
)
FLAWS = {
    NotCarried.NO_WORDS: mark("Please write something: a few words are enough."),
    NotCarried.TOO_LONG: mark("That is longer than the 3,000 characters that fit here. Please shorten it."),
}


def form(session: Session, actor: Person, prompt_id: int, now: datetime) -> ReplyForm:
    """The form in which a lead replies to somebody's answers."""
    prompt = answered_by_another(session, actor, prompt_id, Action.REPLY_TO_ANSWER, SAID)
    return _form(session, prompt.key, prompt.key, prompt.person_id, now)


def answer_form(session: Session, actor: Person, reply_id: int, now: datetime) -> ReplyForm:
    """The form in which either of the two answers the other's words."""
    reply = _exchanged(session, actor, reply_id)
    return _form(session, reply_id, reply.prompt_id, _other_than(session, reply, actor), now)


def _form(session: Session, about_id: int, prompt_id: int, to_id: int, now: datetime) -> ReplyForm:
    found, to = rounds.with_round(session, prompt_id), _still_here(session, to_id)
    if found is None:
        raise UserError(GONE)
    prompt, round_, checkin = found
    is_paused = to_id == prompt.person_id and checkins.is_paused_for(session, checkin.key, to_id)
    return ReplyForm(about_id, to.name, checkin.name, round_.nominal, reaches_at(session, to, now), is_paused)


def send(session: Session, actor: Person, prompt_id: int, words: str, now: datetime) -> Reply:
    """A lead replies to somebody's answers: it reaches the author in the thread of their prompt."""
    prompt = answered_by_another(session, actor, prompt_id, Action.REPLY_TO_ANSWER, SAID)
    _check(words)
    talk = Talk(prompt.key, actor.key, _still_here(session, prompt.person_id).key)
    return _say(session, actor, talk, words, now)


def answer(session: Session, actor: Person, reply_id: int, words: str, now: datetime) -> Reply:
    """Either of the two answers the other's words, by the button below them."""
    before = _exchanged(session, actor, reply_id)
    _check(words)
    to = _still_here(session, _other_than(session, before, actor))
    return _say(session, actor, Talk(before.prompt_id, before.lead_id, to.key), words, now)


def _say(session: Session, actor: Person, talk: Talk, words: str, now: datetime) -> Reply:
    """Words from a form: carried to the other one, and kept in one's own thread beside theirs."""
    reply = _keep(session, actor, talk, words, now)
    key, personal = thread_of(reply, actor.key), Priority.PERSONAL
    begun = ReplyThread(talk.prompt_id, talk.lead_id)
    is_first = actor.key == talk.lead_id and outbox.post(session, begun, key=key, to=actor.key, priority=personal)
    if not is_first:
        own = f"{reply_key(reply.key)}:own"
        outbox.post(session, OwnReply(reply.key), key=own, to=actor.key, thread_of=key, priority=personal)
    _carry(session, reply, now)
    return reply


def concerns(session: Session, actor: Person, heard: Heard, now: datetime) -> bool:  # noqa: ARG001
    """Whether a message in somebody's DM belongs to a talk of theirs, or looks as if it were meant to."""
    known = replies.by_source(session, actor.key, heard.ts)
    return known is not None or talk_of(session, actor, heard) is not None


def hear(session: Session, actor: Person, heard: Heard, now: datetime) -> bool:
    """What somebody typed, changed or deleted in a thread, carried to the other one; says whether anything changed."""
    known = replies.by_source(session, actor.key, heard.ts)
    if known is not None:
        return _follow(session, actor, known, heard, now)
    talk = talk_of(session, actor, heard)
    if isinstance(talk, Talk):
        return _hear_new(session, actor, talk, heard, now)
    return talk is not None and not heard.is_deleted and _refuse(session, actor, heard, talk)


def _hear_new(session: Session, actor: Person, talk: Talk, heard: Heard, now: datetime) -> bool:
    flaw = None if heard.words is None else flaw_of(heard.words)
    if flaw is None and people.get(session, talk.to_id) is None:
        flaw = NotCarried.LEFT
    if flaw is not None:
        return _refuse(session, actor, heard, flaw, talk.to_id)
    reply = _keep(session, actor, talk, heard.words, now, heard)
    if reply.words is not None:
        _carry(session, reply, now)
    return True


def _follow(session: Session, actor: Person, reply: Reply, heard: Heard, now: datetime) -> bool:
    """A change of what was carried already; events come in any order, so that an older one changes nothing."""
    if reply.deleted_at is not None or (not heard.is_deleted and heard.edited_ts <= reply.edited_ts):
        return False
    if heard.words is None:
        reply.words, reply.deleted_at = None, now
        session.flush()
        outbox.delete(session, of=reply_key(reply.key))
        return True
    reply.edited_ts = heard.edited_ts
    if heard.words == reply.words:
        return False
    flaw = flaw_of(heard.words)
    if flaw is not None:
        return _refuse(session, actor, heard, flaw)
    reply.words, reply.edited_at = heard.words, now
    session.flush()
    outbox.update(session, ReplyNotice(reply.key), of=reply_key(reply.key))
    return True


def _keep(
    session: Session, actor: Person, talk: Talk, words: str | None, now: datetime, heard: Heard | None = None
) -> Reply:
    """A reply as a row, for these two alone. What was deleted before it was heard leaves a trace without words."""
    both = audience.of_people(session, [Listed(talk.lead_id), Listed(talk.to_id), Listed(actor.key)])
    reply = Reply(
        prompt_id=talk.prompt_id,
        lead_id=talk.lead_id,
        author_id=actor.key,
        audience_id=both,
        words=words,
        source_ts=heard.ts if heard else None,
        edited_ts=heard.edited_ts if heard else "",
        at=now,
        deleted_at=now if words is None else None,
    )
    session.add(reply)
    session.flush()
    return reply


def _carry(session: Session, reply: Reply, now: datetime) -> None:
    """Owed to the other one, in their working hours."""
    to = session.get_one(Person, receiver_id(session, reply))
    outbox.post(
        session,
        ReplyNotice(reply.key),
        key=reply_key(reply.key),
        to=to.key,
        thread_of=thread_of(reply, to.key),
        priority=Priority.PERSONAL,
        not_before=reaches_at(session, to, now),
    )


def _refuse(session: Session, actor: Person, heard: Heard, why: NotCarried, other_id: int | None = None) -> bool:
    root = replies.root(session, actor.key, heard.thread_ts)
    key = f"reply:not:{actor.key}:{heard.ts}:{heard.edited_ts}"
    notice = NotCarriedNotice(why, other_id)
    thread = None if root is None else root.key
    return outbox.post(session, notice, key=key, to=actor.key, thread_of=thread, priority=Priority.PERSONAL)


def _exchanged(session: Session, actor: Person, reply_id: int) -> Reply:
    reply = replies.readable_by(session, reply_id, actor)
    if reply is None:
        raise UserError(GONE)
    return reply


def _other_than(session: Session, reply: Reply, actor: Person) -> int:
    return receiver_id(session, reply) if actor.key == reply.author_id else reply.author_id


def _still_here(session: Session, person_id: int) -> Person:
    person = people.get(session, person_id)
    if person is None:
        raise UserError(HAS_LEFT, name=session.get_one(Person, person_id).name)
    return person


def _check(words: str) -> None:
    flaw = flaw_of(words)
    if flaw is not None:
        raise UserError(FLAWS[flaw], field="words")
