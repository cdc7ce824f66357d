"""How much of somebody's attention Cairn takes by itself: which DMs count in which week, and what stands in trays.

Nothing is kept beside the outbox's own rows: what counts follows from where they stand, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from storage.bulk import among
from storage.database import workspace_of
from storage.outbox_rows import DROPPED, POST, SENT, UNDELIVERED, Outbox

_outbox = SQLModel.metadata.tables["outbox"]
_Row: Any = _outbox.c


@dataclass(frozen=True)
class Trayed:
    """What stands in a tray instead of having been sent: a notice's kind and ids."""

    kind: str
    ids: dict[str, Any]
    expires_at: datetime | None


# What was taken back was there, and rang: it goes on counting. A row of its own week that waits again keeps its place.
_COUNTED = (
    select(_Row.person_id, _Row.week, func.count())
    .where(
        among(_Row.person_id, "person_ids"),
        _Row.week >= bindparam("since", type_=Date),
        _Row.tray.is_(None),
        or_(_Row.state.not_in(UNDELIVERED), _Row.ts.is_not(None)),
    )
    .group_by(_Row.person_id, _Row.week)
)
_COUNT_IN = update(_outbox).where(among(_Row.id, "row_ids")).values(week=bindparam("in_week", type_=Date))
_PUT = (
    update(_outbox)
    .where(_Row.id == bindparam("row_id"))
    .values(state=SENT, week=None, tray=bindparam("in_tray"), claim_token=None, lease_until=None)
)
_IN_TRAY = (
    select(_Row.kind, _Row.ids, _Row.expires_at)
    .where(_Row.tray == bindparam("in_tray"), _Row.workspace_id == bindparam("of_workspace"), _Row.state == SENT)
    .order_by(_Row.id)
)


def counted(session: Session, person_ids: Collection[int], since: date) -> dict[tuple[int, date], int]:
    """How many DMs count for each of these people, by week, from that of `since` on."""
    found = session.execute(_COUNTED, {"person_ids": list(person_ids), "since": since})
    return {(person_id, week): n for person_id, week, n in found}


def count_in(session: Session, week: date, row_ids: Sequence[int]) -> None:
    """Let these rows count in a week."""
    session.execute(_COUNT_IN, {"row_ids": list(row_ids), "in_week": week})


def count_posts(session: Session, weeks: Mapping[str, date]) -> None:
    """Let the posts with these keys count in their weeks."""
    for week in set(weeks.values()):
        keys = [key for key, of in weeks.items() if of == week]
        counts = update(Outbox).where(col(Outbox.key).in_(keys)).values(week=week)
        session.execute(counts, execution_options={"synchronize_session": False})


def put(session: Session, trays: Mapping[int, str]) -> None:
    """These claimed rows, by primary key, stand in trays from now on, and aren't sent."""
    session.connection().execute(_PUT, [{"row_id": row_id, "in_tray": key} for row_id, key in trays.items()])


def change(session: Session, key: str, kind: str, ids: dict[str, Any]) -> None:
    """What stands in a tray says something else."""
    said = update(Outbox).where(_stands_in_a_tray(key)).values(kind=kind, ids=ids)
    session.execute(said, execution_options={"synchronize_session": False})


def take_out(session: Session, key: str) -> None:
    """What stands in a tray is taken back."""
    dropped = update(Outbox).where(_stands_in_a_tray(key)).values(state=DROPPED)
    session.execute(dropped, execution_options={"synchronize_session": False})


def _stands_in_a_tray(key: str) -> Any:
    return and_(col(Outbox.key) == key, col(Outbox.action) == POST, col(Outbox.tray).is_not(None))


def in_tray(session: Session, tray: str) -> list[Trayed]:
    """What stands in a tray, the oldest first."""
    found = session.execute(_IN_TRAY, {"in_tray": tray, "of_workspace": workspace_of(session)})
    return [Trayed(*row) for row in found]
