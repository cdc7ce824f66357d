"""How claimed rows end, many in one transaction; only whoever holds a row's token may settle it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from storage import outbox
from storage.bulk import among
from storage.claims import Claimed, change, is_superseded
from storage.outbox_rows import (
    ASKED,
    DELETE,
    DROPPED,
    FAILED,
    POST,
    SENT,
    UNDELIVERED,
    UNKNOWN,
    WAITING,
    Outbox,
    is_state,
)
from storage.types import UTCDateTime


@dataclass(frozen=True, slots=True)
class Ended:
    """A post that will get no further, for its notice to be told."""

    id: int
    kind: str
    ids: dict[str, Any]
    state: str
    error: str | None = None
    channel: str | None = None
    ts: str | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a claimed row: its next state, and where the message stands.

    `retry_in` (seconds of machine time) and `not_before` (calendar) say when a row that goes back to `waiting`, or
    stays `unknown`, is due again. `attempted` counts the try. `take_back`: it was found in Slack and is no longer
    wanted, so it is deleted there; says how its notice is told that it ended.
    """

    row: Claimed
    state: str
    channel: str | None = None
    ts: str | None = None
    error: str | None = None
    retry_in: float | None = None
    not_before: datetime | None = None
    attempted: bool = False
    take_back: str | None = None

    @property
    def ended(self) -> Ended | None:
        """What the notice of a post is told; None while it isn't over."""
        row, told = self.row, self.take_back or self.state
        if row.action != POST or told not in (SENT, *UNDELIVERED):
            return None
        return Ended(row.id, row.kind, row.ids, told, self.error, self.channel, self.ts)


def settle(session: Session, settlements: Sequence[Settlement], machine: datetime) -> list[Settlement]:
    """Settle what is still held by its token; gives what was settled, as it was.

    A row that somebody else took over meanwhile is theirs: its settlement is left out.
    """
    ours = _ours(session, settlements)
    if not ours:
        return []
    final = [_unless_overtaken(session, each) for each in ours]
    session.connection().execute(_SETTLE, [_values(each, machine) for each in final])
    deleted = [each.row.of_key for each in final if each.row.action == DELETE and each.state == SENT]
    if deleted:
        change(session, col(Outbox.key).in_(deleted) & (col(Outbox.state) == SENT), state=DROPPED)
    for each in final:
        if each.take_back and each.row.key:
            outbox.delete(session, of=each.row.key)
    return final


def fail_posts_to(session: Session, person_id: int, error: str) -> list[Ended]:
    """No DM can be opened with this person: what waits for it fails with Slack's code."""
    which = is_state(WAITING) & (col(Outbox.action) == POST) & (col(Outbox.person_id) == person_id)
    rows = session.execute(select(col(Outbox.id), col(Outbox.kind), col(Outbox.ids)).where(which).with_for_update())
    ended = [Ended(row[0] or 0, row[1], row[2], FAILED, error) for row in rows]
    change(session, col(Outbox.id).in_([each.id for each in ended]), state=FAILED, error=error)
    return ended


def find(session: Session, row_id: int) -> Outbox | None:
    """The row, locked for this transaction, as the database has it."""
    query = select(Outbox).where(col(Outbox.id) == row_id).with_for_update()
    return session.scalars(query, execution_options={"populate_existing": True}).one_or_none()


_outbox = SQLModel.metadata.tables["outbox"].c
_HELD = select(_outbox.id, _outbox.claim_token).where(among(_outbox.id, "ids")).with_for_update()


def _ours(session: Session, settlements: Sequence[Settlement]) -> list[Settlement]:
    ids = [each.row.id for each in settlements]
    tokens = {row[0]: row[1] for row in session.execute(_HELD, {"ids": ids})} if ids else {}
    return [each for each in settlements if tokens.get(each.row.id) == each.row.token]


def _unless_overtaken(session: Session, settlement: Settlement) -> Settlement:
    """A row that would wait again doesn't, where it was taken back meanwhile or a newer one says it."""
    row = settlement.row
    if settlement.state != WAITING:
        return settlement
    about, action = (row.key, DELETE) if row.action == POST else (row.of_key, row.action)
    return replace(settlement, state=DROPPED) if is_superseded(session, action, about) else settlement


def _values(settlement: Settlement, machine: datetime) -> dict[str, Any]:
    retry_in = settlement.retry_in
    was_lost = settlement.state in (UNKNOWN, ASKED) and settlement.attempted
    return {
        "row_id": settlement.row.id,
        "new_state": settlement.state,
        "new_channel": settlement.channel,
        "new_ts": settlement.ts,
        "new_error": settlement.error,
        "new_retry_at": None if retry_in is None else machine + timedelta(seconds=retry_in),
        "new_not_before": settlement.not_before,
        "tries": int(settlement.attempted),
        "claimed_before": settlement.row.claimed_at,
        "lost_at": machine if was_lost else None,
    }


def _statement() -> Any:
    table = SQLModel.metadata.tables["outbox"]
    now = table.c
    # What waits again was not posted, so a later look through the history needn't begin at this claim.
    claimed_at = case(
        (bindparam("new_state", type_=now.state.type) == WAITING, bindparam("claimed_before", type_=UTCDateTime)),
        else_=now.claimed_at,
    )
    return (
        table.update()
        .where(now.id == bindparam("row_id"))
        .values(
            state=bindparam("new_state", type_=now.state.type),
            posted_channel=func.coalesce(bindparam("new_channel", type_=now.posted_channel.type), now.posted_channel),
            ts=func.coalesce(bindparam("new_ts", type_=now.ts.type), now.ts),
            error=bindparam("new_error"),
            retry_at=bindparam("new_retry_at"),
            not_before=func.coalesce(bindparam("new_not_before", type_=UTCDateTime), now.not_before),
            attempts=now.attempts + bindparam("tries"),
            claimed_at=claimed_at,
            failed_at=func.coalesce(bindparam("lost_at", type_=UTCDateTime), now.failed_at),
            claim_token=None,
            lease_until=None,
        )
    )


_SETTLE = _statement()
