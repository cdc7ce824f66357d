"""What delivery itself has to say: it asks where it can't look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.notices.registry import Exempt, Message, Notice, Reader, register
from bot.views import delivery as delivery_views
from storage.outbox_rows import ASKED, UNDELIVERED, Outbox


@register("delivery.did_it_arrive", Exempt.ACT)
@dataclass(frozen=True)
class DidItArrive(Notice):
    """To the owner of a channel post whose outcome nobody knows."""

    row_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        row = session.get(Outbox, self.row_id)
        if row is None or row.channel is None or row.state in UNDELIVERED:
            return None
        if row.state == ASKED:
            return Message(*delivery_views.question(reader.voice, row.channel, self.row_id))
        # Slack gives a ts to whatever it answered for; only its owner's word settles a post without one.
        is_noted = row.state == "sent" and row.ts is None
        return Message(*delivery_views.answered(reader.voice, row.channel, arrived=is_noted))
