"""`/give-feedback` alone: what somebody got, gave and owes; and one of its threads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.feedback import What
from bot.domain.feedback_inbox import Box, Inbox, Words
from bot.notices import feedback_inbox as notices
from bot.notices.feedback import talk_of
from bot.services import feedback_threads
from bot.services.feedback_threads import shared
from bot.views.feedback import Talk
from storage import feedback
from storage.people import Person

MOST = 20
"""As many of a thread's messages as a form shows, the latest."""


@dataclass(frozen=True)
class Opened:
    """A thread with its latest words."""

    talk: Talk
    words: list[Words]
    is_shortened: bool


def show(session: Session, actor: Person, box: Box, page: int, now: datetime) -> Inbox:
    """One page of a list."""
    return notices.inbox(session, actor, box, page, now)


def open_thread(session: Session, actor: Person, ref: str, now: datetime) -> Opened:
    """A thread of somebody's; what they got and hadn't read counts as read, and is in its thread too."""
    thread = shared(session, actor, ref)
    if actor.key == thread.receiver_id:
        feedback_threads.read(session, actor, ref, now)
    # When an answer reaches whoever has no name tells of their clocks and days off, and whether they are still here.
    tells_when = not thread.is_confidential or actor.key == thread.author_id
    said = [
        Words(
            each.writer_id == actor.key,
            each.words or "",
            is_edited=each.edited_at is not None,
            is_on_its_way=tells_when and each.released_at is None,
        )
        for each in feedback.messages(session, thread.key)
        if each.what == What.WORDS
        and each.deleted_at is None
        and (each.writer_id == actor.key or each.released_at is not None)
    ]
    return Opened(talk_of(session, thread, actor.key), said[-MOST:], len(said) > MOST)
