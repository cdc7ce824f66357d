"""Blockers in the home channel: posted there by whoever raised one, and taken back by them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.i18n import mark
from bot.notices.blocker_posts import BlockerPosted
from bot.services import blockers as blocker_service
from storage import blockers, outbox
from storage.people import Person

NO_CHANNEL = mark(
    "This check-in has no channel of its own in which Cairn can post. Your lead can choose one. Nothing was posted."
)


def post(session: Session, actor: Person, blocker_id: int, _now: datetime) -> bool:
    """Have one's own open blocker posted in the home channel, with one's name; twice is once.

    Only the click makes it so: the audience of the answer stays what it was. Raises UserError for anybody else, and
    where there is no such channel.
    """
    blocker = blocker_service.own_held(session, actor, blocker_id)
    if blocker.closed_at is not None or blocker.posted_in is not None:
        return False
    channel = blockers.home_channel(session, blocker)
    if channel is None:
        raise UserError(NO_CHANNEL)
    blocker.posted_in, blocker.posts = channel.slack_id, blocker.posts + 1
    session.flush()
    notice = BlockerPosted(blocker.key, blocker.posts)
    outbox.post(session, notice, key=notice.key, to=channel.slack_id, owner=actor.key)
    blocker_service.say_so(session, blocker)
    return True


def take_back(session: Session, actor: Person, blocker_id: int, _now: datetime) -> bool:
    """Take it from the channel again; raises UserError for anybody but whoever raised it."""
    blocker = blocker_service.own_held(session, actor, blocker_id)
    if blocker.posted_in is None:
        return False
    blocker.posted_in = None
    session.flush()
    outbox.delete(session, of=BlockerPosted(blocker.key, blocker.posts).key)
    blocker_service.say_so(session, blocker)
    return True
