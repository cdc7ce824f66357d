"""The tray: what Cairn would say by itself above somebody's attention budget, in one message that is edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import structlog
from sqlalchemy.orm import Session

from bot.notices import registry
from bot.notices.registry import Exempt, Message, Notice, Outcome, PostponeError, Reader, register
from bot.views import tray as tray_views
from storage import attention, outbox
from storage.attention import Trayed
from storage.outbox_rows import DROPPED, SENT, UNKNOWN
from storage.people import Person

log = structlog.get_logger(__name__)


@register("attention.tray", Exempt.TRAY)
@dataclass(frozen=True)
class Tray(Notice):
    """To one person: all that was put into their tray in a week, named by its Monday in ISO 8601."""

    person_id: int
    week: str

    @property
    def key(self) -> str:
        """The outbox key: one for each week."""
        return f"tray:{self.person_id}:{self.week}"

    @property
    def begins(self) -> date:
        """The week's Monday."""
        return date.fromisoformat(self.week)

    @classmethod
    def named(cls, key: str) -> Tray:
        """The tray with this outbox key."""
        _, person_id, week = key.split(":")
        return cls(int(person_id), week)

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:
        items = [_item(session, each, reader, now) for each in attention.in_tray(session, self.key)]
        shown = [(item.text, item.blocks) for item in items if item is not None]
        if not shown and not self._may_be_there(session):
            return None
        return Message(*tray_views.tray(reader.voice, shown))

    def _may_be_there(self, session: Session) -> bool:
        posted = outbox.posted(session, self.key)
        return posted is not None and posted.state in (SENT, UNKNOWN)

    def settled(self, session: Session, outcome: Outcome, now: datetime) -> None:
        """What was put in while there was nothing to say is said now."""
        if outcome.state != DROPPED:
            return
        person = session.get_one(Person, self.person_id)
        if person.status != "left" and self.render(session, Reader(person.voice, person.key), now) is not None:
            outbox.owe_again(session, [self.key], DROPPED)


def _item(session: Session, item: Trayed, reader: Reader, now: datetime) -> Message | None:
    """What one of them says now. One that can't be rendered doesn't keep the others from being read."""
    if item.expires_at is not None and item.expires_at <= now:
        return None
    try:
        payload = registry.of(item.kind, item.ids).render(session, reader, now)
    except PostponeError:
        raise
    except (LookupError, TypeError, ValueError):
        log.error("attention.not_rendered", kind=item.kind, exc_info=True)
        return None
    return payload if isinstance(payload, Message) else None
