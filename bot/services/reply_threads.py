"""For whom the words in a thread of somebody's DM with Cairn are."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.orm import Session

from bot.domain.replies import Heard, NotCarried
from bot.notices.checkins import PromptNotice
from bot.notices.digests import PersonDigest
from bot.notices.replies import ReplyNotice, ReplyThread
from storage import replies, teams
from storage.people import Person
from storage.replies import Root
from storage.rounds import Prompt, Round
from storage.teams import LEAD


class Talk(NamedTuple):
    """Two people about one prompt: the lead, and to whom the next words go; primary keys."""

    prompt_id: int
    lead_id: int
    to_id: int


def talk_of(session: Session, actor: Person, heard: Heard) -> Talk | NotCarried | None:
    """To whom somebody writes in this thread; why nobody can tell; or None where it has nothing to do with replies."""
    root = replies.root(session, actor.key, heard.thread_ts)
    if root is None:
        return None
    if root.kind == PersonDigest.kind:
        has_buttons = session.get_one(Round, root.ids["round_id"]).k == 0
        return NotCarried.PRESS_REPLY if has_buttons and teams.of_person(session, actor.key, LEAD) else None
    prompt = _prompt_of(session, root)
    if prompt is None:
        return None
    if actor.key != prompt.person_id:
        return Talk(prompt.key, actor.key, prompt.person_id)
    # What was typed before a lead's words were there wasn't meant for them.
    writing = [lead for lead, ts in replies.writing_leads(session, prompt.key) if float(ts) < float(heard.ts)]
    if len(writing) > 1:
        return NotCarried.SEVERAL
    return Talk(prompt.key, writing[0], writing[0]) if writing else None


def _prompt_of(session: Session, root: Root) -> Prompt | None:
    """The prompt that a thread is about."""
    if root.kind in (PromptNotice.kind, ReplyThread.kind):
        return session.get(Prompt, root.ids["prompt_id"])
    if root.kind == ReplyNotice.kind:
        reply = replies.get(session, root.ids["reply_id"])
        return None if reply is None else session.get(Prompt, reply.prompt_id)
    return None
