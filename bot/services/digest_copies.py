"""Copies of digests that people have by DM, once they may read less."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.notices.digests import PersonDigest
from storage import outbox
from storage.outbox_rows import POST, SENT, Outbox, Priority, is_state


def narrow(session: Session, person_ids: Collection[int]) -> None:
    """Whoever left a team: each page of each copy that they have says only what they may still read."""
    copies = select(col(Outbox.key), col(Outbox.ids)).where(
        col(Outbox.person_id).in_(person_ids),
        is_state(SENT),
        col(Outbox.action) == POST,
        col(Outbox.kind) == PersonDigest.kind,
    )
    told = {str(key): PersonDigest(**ids) for key, ids in session.execute(copies)}
    outbox.update_many(session, told, priority=Priority.BULK)
