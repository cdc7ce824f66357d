"""Who looked at whose data in Cairn, when and where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Index, insert
from sqlalchemy.orm import Session
from sqlmodel import Field

from storage.base import Owned
from storage.database import workspace_of
from storage.types import UTCDateTime


class Access(Owned, table=True):
    """One person's reading of another's items. `what` names the kind of item, `place` where it was shown."""

    __tablename__ = "access"
    __table_args__ = (Index("ix_access_owner_id", "owner_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    reader_id: int = Field(foreign_key="person.id")
    owner_id: int = Field(foreign_key="person.id")
    what: str = Field(max_length=32)
    item_id: int
    place: str = Field(max_length=64)
    at: datetime = Field(sa_type=UTCDateTime)


def log(
    session: Session, reader_id: int, items: Iterable[tuple[int, int]], *, what: str, place: str, at: datetime
) -> None:
    """Remember that `reader_id` was shown these (owner, item) pairs; one's own items aren't logged."""
    workspace = workspace_of(session)
    rows = [
        {
            "workspace_id": workspace,
            "reader_id": reader_id,
            "owner_id": owner,
            "what": what,
            "item_id": item,
            "place": place,
            "at": at,
        }
        for owner, item in items
        if owner != reader_id
    ]
    if rows:
        session.execute(insert(Access), rows)
