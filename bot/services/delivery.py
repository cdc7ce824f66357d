"""Posts that nobody can look for: asking their owner, and doing what the owner says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

import structlog
from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.i18n import mark
from bot.notices import registry
from bot.notices.delivery import DidItArrive
from bot.notices.registry import Notice, Outcome
from storage import outbox, settling
from storage.outbox_rows import ASKED, SENT, WAITING, Outbox, Priority
from storage.people import Person
from storage.settling import Ended

log = structlog.get_logger(__name__)
NOT_YOURS = mark("Only whoever this message was posted for can say whether it arrived. Nothing was posted.")


def ask_owner(session: Session, row_id: int) -> bool:
    """A channel post's outcome is unknown: ask its owner, once for each time it was tried."""
    row = settling.find(session, row_id)
    if row is None or row.owner_id is None:
        log.warning("delivery.nobody_to_ask", row=row_id, kind=row.kind if row else None)
        return False
    key = _question_key(row)
    return outbox.post(session, DidItArrive(row_id), key=key, to=row.owner_id, priority=Priority.PERSONAL)


def arrived(session: Session, actor: Person, row_id: int, now: datetime) -> bool:
    """The owner saw the post in its channel: it counts as sent. False where the question was answered before."""
    row = _asked(session, actor, row_id)
    if row is None:
        return False
    row.state = SENT
    session.flush()
    tell(session, [Ended(row_id, row.kind, row.ids, SENT, channel=row.channel)], now)
    outbox.update(session, DidItArrive(row_id), of=_question_key(row))
    return True


def post_again(session: Session, actor: Person, row_id: int, now: datetime) -> bool:  # noqa: ARG001
    """The owner didn't see it: post it again. False where the question was answered before."""
    row = _asked(session, actor, row_id)
    if row is None:
        return False
    row.state = WAITING
    session.flush()
    outbox.update(session, DidItArrive(row_id), of=_question_key(row))
    return True


def tell(session: Session, ended: Sequence[Ended], now: datetime) -> None:
    """Tell the notices of posts how these ended, one kind after the other.

    Their failure is their own: the rows stay settled, and one that fails doesn't keep the others from being told.
    """
    for _, of_a_kind in groupby(sorted(ended, key=attrgetter("kind")), attrgetter("kind")):
        several = list(of_a_kind)
        if not _told(session, several, now) and len(several) > 1:
            log.warning("delivery.one_by_one", kind=several[0].kind)
            for each in several:
                _told(session, [each], now)


def _told(session: Session, ended: Sequence[Ended], now: datetime) -> bool:
    try:
        notices = [registry.of(each.kind, each.ids) for each in ended]
        outcomes = [Outcome(each.state, each.error, each.channel, each.ts) for each in ended]
        if type(notices[0]).settled is Notice.settled:
            return True
        with session.begin_nested():
            type(notices[0]).settled_many(session, list(zip(notices, outcomes, strict=True)), now)
            session.flush()
    except Exception:
        if len(ended) == 1:
            log.exception("delivery.notice_not_told", row=ended[0].id, kind=ended[0].kind)
        return False
    return True


def _asked(session: Session, actor: Person, row_id: int) -> Outbox | None:
    row = settling.find(session, row_id)
    if row is None or row.owner_id != actor.key:
        raise UserError(NOT_YOURS)
    return row if row.state == ASKED else None


def _question_key(row: Outbox) -> str:
    return f"arrived:{row.id}:{row.attempts}"
