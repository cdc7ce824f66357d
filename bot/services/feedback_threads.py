"""What the two of a feedback thread do: read, answer, mark as helpful, close; and what is heard in its threads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.feedback import Flaw, What, again_at, flaw_of
from bot.domain.replies import Heard
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.feedback import (
    FeedbackCopy,
    FeedbackNotice,
    FeedbackSent,
    FeedbackWords,
    NotPassedOn,
    OwnWords,
    copy_words_key,
    message_key,
    name_of,
    notice_key,
    root_key,
    sent_key,
)
from bot.services.feedback import FLAWS, NOT_THERE
from bot.services.feedback_owed import due, is_closed_for, other_than, say, say_so
from bot.services.feedback_releases import change, post
from bot.views.feedback import Talk
from storage import access, feedback, outbox, replies
from storage.calendars import calendar_of_person
from storage.feedback import Feedback, FeedbackMessage
from storage.outbox_rows import SENT, Priority
from storage.people import Person

CLOSED = mark(
    "This thread is closed, so nothing was passed on; your words stay here. "
    "`/give-feedback` begins another one, or shows what you can still write to."
)
EARLY = mark("{name} doesn't have your feedback yet: undo it to change it. Nothing was sent.")
HAS_LEFT = mark("{name} has left, so nothing reaches them. Nothing was sent.")


def read(session: Session, actor: Person, ref: str, now: datetime) -> bool:
    """Open feedback: its words come into the thread of the notice. Twice is once."""
    thread = _readable(session, actor, ref)
    if actor.key != thread.receiver_id:
        return _read_copy(session, actor, thread, now)
    if thread.read_at is not None:
        return False
    thread.read_at = now
    _come_no_more(session, thread)
    session.flush()
    _log(session, actor, thread, now)
    for message in feedback.messages(session, thread.key):
        arrived = message.released_at is not None and message.deleted_at is None
        if message.writer_id == thread.author_id and arrived and message.what != What.HELPFUL:
            post(session, message, thread, actor.key)
    say_so(session, thread, actor.key)
    return True


def _come_no_more(session: Session, thread: Feedback) -> None:
    """A notice that was put off needn't come again: the words come below the one before."""
    again = notice_key(thread.key, thread.snoozes)
    posted = outbox.posted(session, again)
    if thread.snoozes and (posted is None or posted.state != SENT):
        outbox.delete(session, of=again)
        thread.snoozes -= 1


def _read_copy(session: Session, actor: Person, thread: Feedback, now: datetime) -> bool:
    said, key = FeedbackCopy(thread.key, actor.key, is_words=True), copy_words_key(thread.key, actor.key)
    root = copy_words_key(thread.key, actor.key).removesuffix(":words")
    is_first = outbox.post(session, said, key=key, to=actor.key, thread_of=root, priority=Priority.PERSONAL)
    if is_first:
        _log(session, actor, thread, now)
        outbox.update(session, FeedbackCopy(thread.key, actor.key), of=root)
    return is_first


def _log(session: Session, actor: Person, thread: Feedback, now: datetime) -> None:
    access.log(session, actor.key, [(thread.author_id, thread.key)], what="feedback", place="thread", at=now)


def _readable(session: Session, actor: Person, ref: str) -> Feedback:
    """Feedback that somebody may read and that has arrived; raises UserError where there is none."""
    thread = feedback.by_ref(session, ref, held=True)
    may = thread is not None and feedback.may_read(session, thread.key, actor)
    if thread is None or not may or thread.delivered_at is None:
        raise UserError(NOT_THERE)
    return thread


def snooze(session: Session, actor: Person, ref: str, now: datetime) -> bool:
    """Not now: the notice comes again tomorrow at nine, or on the next working day. False where it was read already."""
    thread = _readable(session, actor, ref)
    if thread.receiver_id != actor.key or thread.read_at is not None:
        return False
    before = outbox.posted(session, notice_key(thread.key, thread.snoozes))
    if before is not None and before.state != SENT:
        return False  # one is on its way already
    thread.snoozes += 1
    session.flush()
    said = FeedbackNotice(thread.key, thread.snoozes)
    outbox.post(
        session,
        said,
        key=notice_key(thread.key, thread.snoozes),
        to=actor.key,
        priority=Priority.PERSONAL,
        not_before=again_at(calendar_of_person(session, actor), now),
    )
    say_so(session, thread, actor.key)
    return True


def talk(session: Session, actor: Person, ref: str, now: datetime) -> Talk:  # noqa: ARG001
    """What either of the two can do in their thread; raises UserError for anybody else."""
    thread = shared(session, actor, ref)
    messages = feedback.messages(session, thread.key)
    is_author = actor.key == thread.author_id
    return Talk(
        thread.ref,
        name_of(session, thread, actor.key),
        is_confidential=thread.is_confidential,
        is_author=is_author,
        is_closed=is_closed_for(messages, actor.key),
    )


def shared(session: Session, actor: Person, ref: str, *, held: bool = False) -> Feedback:
    """A thread of somebody's, as author or receiver; raises UserError where there is none for them."""
    thread = feedback.by_ref(session, ref, held=held)
    if thread is None or actor.key not in (thread.author_id, thread.receiver_id):
        raise UserError(NOT_THERE)
    if thread.withdrawn_at is not None or (actor.key == thread.receiver_id and thread.delivered_at is None):
        raise UserError(NOT_THERE)
    return thread


def writable(session: Session, actor: Person, ref: str, now: datetime) -> Talk:
    """`talk`, for the form of an answer; raises UserError where nothing would be passed on."""
    found = talk(session, actor, ref, now)
    thread = shared(session, actor, ref)
    if found.is_closed:
        raise UserError(CLOSED)
    if thread.delivered_at is None:
        raise UserError(EARLY, name=other_than(session, thread, actor.key).name)
    if _has_left(session, thread, actor):
        raise UserError(HAS_LEFT, name=other_than(session, thread, actor.key).name)
    return found


def answer(session: Session, actor: Person, ref: str, words: str, now: datetime) -> bool:
    """Words from the form, passed on to the other one, and kept in one's own thread."""
    flaw = flaw_of(words)
    if flaw is not None:
        raise UserError(FLAWS[flaw], field="words")
    thread = shared(session, actor, ref, held=True)
    writable(session, actor, ref, now)
    message = _words(thread, actor, words, now)
    say(session, thread, actor, message, now)
    root = sent_key(thread.key) if actor.key == thread.author_id else root_key(thread)
    own = OwnWords(message.key)
    outbox.post(
        session, own, key=f"{message_key(message.key)}:own", to=actor.key, thread_of=root, priority=Priority.PERSONAL
    )
    return True


def _words(
    thread: Feedback, actor: Person, words: str | None, now: datetime, heard: Heard | None = None
) -> FeedbackMessage:
    return FeedbackMessage(
        feedback_id=thread.key,
        writer_id=actor.key,
        audience_id=thread.audience_id,
        words=words,
        source_ts=heard.ts if heard else None,
        edited_ts=heard.edited_ts if heard else "",
        at=now,
        deleted_at=now if words is None else None,
    )


def _has_left(session: Session, thread: Feedback, actor: Person) -> bool:
    """Whether the other one has left, where saying so doesn't tell who they are."""
    is_hidden = thread.is_confidential and actor.key == thread.receiver_id
    return not is_hidden and other_than(session, thread, actor.key).status == "left"


def helpful(session: Session, actor: Person, ref: str, now: datetime) -> bool:
    """Its receiver says that it helped. Twice is once."""
    return _say_once(session, actor, ref, What.HELPFUL, now)


def close(session: Session, actor: Person, ref: str, now: datetime) -> bool:
    """Either of the two closes the thread: what is written in it from then on isn't passed on. Twice is once."""
    return _say_once(session, actor, ref, What.CLOSED, now)


def _say_once(session: Session, actor: Person, ref: str, what: What, now: datetime) -> bool:
    thread = shared(session, actor, ref, held=True)
    if what is What.HELPFUL and actor.key != thread.receiver_id:
        raise UserError(NOT_THERE)
    if any(each.what == what and each.writer_id == actor.key for each in feedback.messages(session, thread.key)):
        return False
    message = _words(thread, actor, None, now)
    message.what, message.deleted_at = what, None
    say(session, thread, actor, message, now)
    say_so(session, thread, actor.key)
    refresh_words(session, thread, actor)
    return True


def refresh_words(session: Session, thread: Feedback, actor: Person) -> None:
    """The other one's words, as they stand in somebody's thread, have the buttons that are of use now."""
    for each in feedback.messages(session, thread.key):
        if each.writer_id != actor.key and each.released_at is not None:
            outbox.update(session, FeedbackWords(each.key), of=message_key(each.key))


def concerns(session: Session, actor: Person, heard: Heard, now: datetime) -> bool:  # noqa: ARG001
    """Whether a message in somebody's DM belongs to a feedback thread of theirs."""
    return feedback.by_source(session, actor.key, heard.ts) is not None or _root(session, actor, heard) is not None


def _root(session: Session, actor: Person, heard: Heard) -> int | None:
    """The thread that a message was written in, by primary key."""
    root = replies.root(session, actor.key, heard.thread_ts)
    if root is None or root.kind not in (FeedbackNotice.kind, FeedbackSent.kind, FeedbackCopy.kind):
        return None
    return int(root.ids["feedback_id"])


def hear(session: Session, actor: Person, heard: Heard, now: datetime) -> bool:
    """What somebody typed, changed or deleted in a thread, passed on; says whether anything changed."""
    known = feedback.by_source(session, actor.key, heard.ts)
    if known is not None:
        return _follow(session, actor, known, heard, now)
    thread = session.get_one(Feedback, _root(session, actor, heard), with_for_update=True)
    flaw = None if heard.words is None else _flaw(session, thread, actor, heard.words)
    if flaw is not None:
        return _refuse(session, actor, heard, thread, flaw)
    say(session, thread, actor, _words(thread, actor, heard.words, now, heard), now)
    return True


def _flaw(session: Session, thread: Feedback, actor: Person, words: str) -> Flaw | None:
    if actor.key not in (thread.author_id, thread.receiver_id):
        return Flaw.NOT_YOURS
    if thread.withdrawn_at is not None or is_closed_for(feedback.messages(session, thread.key), actor.key):
        return Flaw.CLOSED
    if thread.delivered_at is None:
        return Flaw.EARLY
    return flaw_of(words) or (Flaw.LEFT if _has_left(session, thread, actor) else None)


def _refuse(session: Session, actor: Person, heard: Heard, thread: Feedback, why: Flaw) -> bool:
    root = replies.root(session, actor.key, heard.thread_ts)
    key = f"feedback:not:{actor.key}:{heard.ts}:{heard.edited_ts}"
    told = NotPassedOn(why, thread.key)
    thread_of = None if root is None else root.key
    return outbox.post(session, told, key=key, to=actor.key, thread_of=thread_of, priority=Priority.PERSONAL)


def _follow(session: Session, actor: Person, known: FeedbackMessage, heard: Heard, now: datetime) -> bool:
    """A change of what was passed on already, or will be; an older one than the last changes nothing."""
    if known.deleted_at is not None or known.change == "delete":
        return False
    if not heard.is_deleted and heard.edited_ts <= known.edited_ts:
        return False
    known.edited_ts = heard.edited_ts or known.edited_ts
    thread = session.get_one(Feedback, known.feedback_id)
    before = known.changed_words if known.change else known.words
    if heard.words == before:
        return False
    if heard.words is not None and flaw_of(heard.words) is not None:
        return _refuse(session, actor, heard, thread, flaw_of(heard.words) or Flaw.NO_WORDS)
    if known.released_at is None:
        _change_before(session, known, heard.words, now)
        return True
    known.change, known.changed_words = ("delete", None) if heard.words is None else ("edit", heard.words)
    known.due_at = due(session, thread, other_than(session, thread, actor.key), now) if thread.is_confidential else None
    session.flush()
    if not thread.is_confidential:
        change(session, known, now)
    return True


def _change_before(session: Session, known: FeedbackMessage, words: str | None, now: datetime) -> None:
    """Nobody has it yet, so nobody needs to know that it was another."""
    known.words = words
    if words is None:
        known.deleted_at, known.due_at = now, None
    session.flush()
