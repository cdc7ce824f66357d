"""A workspace's lane to Slack: one process leases it, keeps its order and paces it.

Machine time all through. A lane that got no answers, or whose app was refused, is stopped with a reason until
`auth.test` answers; it is tried at most once in `PROBE_AFTER`, whichever process does it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlmodel import Field, SQLModel, col

from storage.base import Owned
from storage.claims import at, is_overdue, is_ready, needs_a_dm
from storage.database import workspace_of
from storage.outbox_rows import ACTIONS, Outbox
from storage.people import Person
from storage.types import UTCDateTime
from storage.workspaces import Workspace

LEASE = timedelta(seconds=30)
PROBE_AFTER = timedelta(seconds=30)
PROBE_AT_LAST_AFTER = timedelta(minutes=10)
OPEN, LOOK, PROBE = "open", "look", "probe"


class Lane(Owned, table=True):
    """Who may send for a workspace, and until when. `unknowns`: calls in a row that nobody answered.

    `reason` is Slack's code or `no_answer`; it outlives a stop until something is sent, so that a lane that stops
    again for the same reason is logged once. `resumes`: how often it went on since then, in vain so far.
    """

    __tablename__ = "lane"

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id", max_length=32)
    holder: str | None = Field(default=None, max_length=64)
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    unknowns: int = 0
    resumes: int = 0
    stopped_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    reason: str | None = Field(default=None, max_length=64)
    probe_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


@dataclass(frozen=True, slots=True)
class LaneState:
    """What the holder of a lane needs to know of it."""

    is_stopped: bool
    is_paused: bool
    may_probe: bool
    reason: str | None
    unknowns: int
    resumes: int = 0


@dataclass(frozen=True, slots=True)
class LaneNews:
    """What the holder has learnt since it last told: a reason to stop, or that all is well again.

    `is_patient`: each resume that was in vain doubles the time until Slack is asked again.
    """

    unknowns: int = 0
    resumes: int = 0
    stop: str | None = None
    is_patient: bool = False
    resume: bool = False
    is_well: bool = False


def take(session: Session, holder: str, machine: datetime) -> LaneState | None:
    """Take or renew the lease of the session's workspace; None while another process holds it."""
    wanted = {"workspace_id": workspace_of(session), "unknowns": 0, "holder": holder, "lease_until": machine + LEASE}
    taken = _take(session.get_bind().dialect.name)
    lane = session.execute(taken, {**wanted, "machine": machine}).one_or_none()
    if lane is None:
        return None
    return LaneState(
        is_stopped=lane.stopped_at is not None,
        is_paused=session.scalars(_PAUSED_AT, {"of_workspace_id": lane.workspace_id}).one_or_none() is not None,
        may_probe=lane.stopped_at is not None and lane.probe_at <= machine,
        reason=lane.reason,
        unknowns=lane.unknowns,
        resumes=lane.resumes,
    )


@cache
def _take(dialect: str) -> Any:
    table = SQLModel.metadata.tables["lane"]
    statement = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    new = statement.excluded
    ran_out = table.c.lease_until <= bindparam("machine", type_=UTCDateTime)
    return statement.on_conflict_do_update(
        index_elements=["workspace_id"],
        set_={"holder": new.holder, "lease_until": new.lease_until},
        where=or_(table.c.holder.is_(None), table.c.holder == new.holder, ran_out),
    ).returning(*table.c)


_PAUSED_AT = select(col(Workspace.paused_at)).where(col(Workspace.id) == bindparam("of_workspace_id"))


def release(session: Session, holder: str) -> None:
    """Let the lane go, if it is still this holder's."""
    session.execute(
        update(Lane).where(col(Lane.holder) == holder).values(holder=None, lease_until=None),
        execution_options={"synchronize_session": False},
    )


def learn(session: Session, news: LaneNews, machine: datetime) -> None:
    """Note what the holder has learnt."""
    values: dict[str, object] = {"unknowns": news.unknowns, "resumes": news.resumes}
    if news.is_well:
        values["reason"] = None
    if news.resume:
        values |= {"stopped_at": None, "probe_at": None}
    if news.stop:
        values |= {"stopped_at": machine, "probe_at": machine + _probe_after(news), "reason": news.stop}
    session.execute(update(Lane).values(**values), execution_options={"synchronize_session": False})


def _probe_after(news: LaneNews) -> timedelta:
    return min(PROBE_AFTER * 2 ** min(news.resumes, 8), PROBE_AT_LAST_AFTER) if news.is_patient else PROBE_AFTER


def stopped(session: Session) -> dict[str, str]:
    """Workspaces whose lane stands still, and why; for the operator."""
    query = select(col(Lane.workspace_id), col(Lane.reason)).where(col(Lane.stopped_at).is_not(None))
    return {workspace: reason or "" for workspace, reason in session.execute(query.order_by(col(Lane.workspace_id)))}


def postpone_probe(session: Session, machine: datetime) -> None:
    """Somebody asks now whether Slack is there again: nobody else need, for a while."""
    session.execute(
        update(Lane).values(probe_at=machine + PROBE_AFTER), execution_options={"synchronize_session": False}
    )


@dataclass(frozen=True, slots=True)
class Due:
    """A workspace with something to do for whoever takes its lane: actions, or OPEN, LOOK, PROBE."""

    workspace_id: str
    what: frozenset[str]


def due(
    session: Session, holder: str, now: datetime, machine: datetime, leave_out: Collection[str] = ()
) -> Sequence[Due]:
    """Where this process could do something now; spans the workspaces but those it is at (`leave_out`).

    What is paused, or held by another process, is nothing to do.
    """
    here = {"holder": holder, "leave_out": list(leave_out), **at(now, machine)}
    rows = session.execute(_due(), here)
    found = (Due(row[0], frozenset(name for name in _WHAT if row._mapping[name])) for row in rows)
    return [each for each in found if each.what]


_WHAT = (*ACTIONS, OPEN, LOOK, PROBE)


@cache
def _due() -> Any:
    """A row for each workspace, with a column for each of `_WHAT`."""
    lane = col(Lane.workspace_id) == Workspace.id
    machine = bindparam("machine", type_=UTCDateTime)
    stopped = exists().where(lane, col(Lane.stopped_at).is_not(None))
    checks: dict[str, ColumnElement[bool]] = {
        **{action: and_(~stopped, _has(is_ready(action))) for action in ACTIONS},
        OPEN: and_(~stopped, exists().where(col(Person.workspace_id) == Workspace.id, needs_a_dm())),
        LOOK: and_(~stopped, _has(is_overdue())),
        PROBE: exists().where(lane, col(Lane.stopped_at).is_not(None), col(Lane.probe_at) <= machine),
    }
    of_others = exists().where(
        lane,
        col(Lane.holder).is_not(None),
        col(Lane.holder) != bindparam("holder"),
        col(Lane.lease_until) > machine,
    )
    at_work = col(Workspace.id).in_(bindparam("leave_out", expanding=True))
    return select(col(Workspace.id), *(check.label(name) for name, check in checks.items())).where(
        col(Workspace.paused_at).is_(None), ~of_others, ~at_work
    )


def _has(rows: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(col(Outbox.workspace_id) == Workspace.id, rows)
