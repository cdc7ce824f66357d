"""What of the outbox may be sent now, and who took it: claims with a token and a lease, on machine time."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Update, and_, bindparam, case, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased
from sqlmodel import SQLModel

from storage.bulk import among
from storage.outbox import Posted
from storage.outbox_rows import (
    ASKED,
    CLAIMED,
    DELETE,
    DROPPED,
    POST,
    SENT,
    UNKNOWN,
    UNSETTLED,
    WAITING,
    Outbox,
    is_state,
)
from storage.people import Person
from storage.types import UTCDateTime

LEASE = timedelta(seconds=30)
GRACE = timedelta(seconds=60)  # Slack's history runs behind: docs 'conversations.history'

# In queries their attributes are columns, which mypy takes for a row's values: hence Any.
_Row: Any = Outbox
# Tables, not classes, where the primary key is known: SQLAlchemy would add the session's workspace, and PostgreSQL
# without statistics then goes through the whole workspace for each row.
_Reader: Any = SQLModel.metadata.tables["person"].c
# Subqueries have names of their own: SQLAlchemy takes one that the query around them uses for that query's row.
_AnyRow: Any = aliased(Outbox)
_AnyPerson: Any = SQLModel.metadata.tables["person"].alias("any_person").c


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row as whoever claimed it sees it: with its reader, and where the post that it is about stands.

    That is the message to change or delete, or the one in whose thread this belongs.
    """

    id: int
    action: str
    kind: str
    ids: dict[str, Any]
    key: str | None
    of_key: str | None
    thread_key: str | None
    person_id: int | None
    channel: str | None
    priority: int
    expires_at: datetime | None
    nonce: str | None
    attempts: int
    claimed_at: datetime | None
    week: date | None
    slack_id: str | None
    dm_channel: str | None
    status: str | None
    locale: str | None
    zone: str | None
    post: Posted | None
    token: str

    @property
    def thread_ts(self) -> str | None:
        """The message in whose thread a post belongs, where that was sent and to the same place."""
        is_there = self.post is not None and self.post.state == SENT and self.post.channel == self.target
        return self.post.ts if self.post and is_there else None

    @property
    def target(self) -> str:
        """The channel that a post goes to, a person's being their DM."""
        return self.channel or self.dm_channel or ""

    @property
    def can_be_found(self) -> bool:
        """Whether Cairn may look through the history of where it is posted: its own DMs alone."""
        return self.target.startswith("D")


# Conditions are made once, around the moments that `at` gives: making them takes longer than looking them up.
_NOW, _MACHINE, _GRACED = (bindparam(name, type_=UTCDateTime) for name in ("now", "machine", "graced"))


def at(now: datetime, machine: datetime) -> dict[str, Any]:
    """The parameters of the conditions below: calendar time and machine time."""
    return {"now": now, "machine": machine, "graced": machine - GRACE}


def is_ready(action: str) -> ColumnElement[bool]:
    """Rows of this action that could be claimed."""
    if action == POST:
        return and_(_is_due(POST), _is_reachable(), _has_no_post_under_way(_Row.thread_key))
    same_under_way = exists().where(
        _AnyRow.workspace_id == _Row.workspace_id, _AnyRow.of_key == _Row.of_key, is_state(CLAIMED, _AnyRow)
    )
    is_alone = or_(_Row.of_key.is_(None), ~same_under_way)
    return and_(_is_due(action), is_alone, _has_no_post_under_way(_Row.of_key))


def needs_a_dm() -> ColumnElement[bool]:
    """People to whom a post is due and whose DM was never opened: few, as a rule, so they are looked for first."""
    person: Any = Person
    is_due = exists().where(_Row.person_id == person.id, _is_due(POST))
    return and_(person.dm_channel.is_(None), person.status != "left", is_due)


def is_overdue() -> ColumnElement[bool]:
    """Claims whose lease ran out, and posts of unknown outcome that it is time to look for."""
    return or_(_lease_ran_out(), _may_be_looked_for())


def _lease_ran_out() -> ColumnElement[bool]:
    return and_(is_state(CLAIMED), _Row.lease_until <= _MACHINE)


def _may_be_looked_for() -> ColumnElement[bool]:
    may_retry = or_(_Row.retry_at.is_(None), _Row.retry_at <= _MACHINE)
    return and_(is_state(UNKNOWN), _Row.failed_at <= _GRACED, may_retry)


def _is_due(action: str) -> ColumnElement[bool]:
    return and_(
        is_state(WAITING),
        _Row.action == action,
        or_(_Row.not_before.is_(None), _Row.not_before <= _NOW),
        or_(_Row.retry_at.is_(None), _Row.retry_at <= _MACHINE),
    )


def _is_reachable() -> ColumnElement[bool]:
    """The DM is known; or it isn't needed, because the row will be dropped or has expired."""
    person = exists().where(
        _AnyPerson.id == _Row.person_id,
        or_(_AnyPerson.dm_channel.is_not(None), _AnyPerson.status == "left"),
    )
    return or_(_Row.person_id.is_(None), _Row.expires_at <= _NOW, person)


def _has_no_post_under_way(key: Any) -> ColumnElement[bool]:
    """The post that a row is about, if any, has ended.

    The OR keeps PostgreSQL from making a join of it, which without statistics goes through the whole outbox.
    """
    under_way = exists().where(
        _AnyRow.workspace_id == _Row.workspace_id, _AnyRow.key == key, _AnyRow.state.in_(UNSETTLED)
    )
    return or_(key.is_(None), ~under_way)


def new_token() -> str:
    """A claim's token: whoever settles the row must show it."""
    return uuid.uuid4().hex


def claim(session: Session, action: str, limit: int, now: datetime, machine: datetime) -> list[Claimed]:
    """Claim at most `limit` rows of one action for `LEASE`, in the lane's order: priority, then age."""
    token = new_token()
    rows = _claimed(session, token, _ready(action), {**at(now, machine), "most": limit})
    if rows:
        lease = {"token": token, "lease_ends": machine + LEASE, "machine": machine}
        session.execute(_claim(), {"row_ids": [row.id for row in rows], **lease})
    return rows


@cache
def _ready(action: str) -> Select[Any]:
    return _rows().where(is_ready(action)).order_by(_Row.priority, _Row.id).limit(bindparam("most", type_=Integer))


@cache
def _claim() -> Update:
    now = (table := SQLModel.metadata.tables["outbox"]).c
    return (
        table.update()
        .where(among(now.id, "row_ids"))
        .values(
            state=CLAIMED,
            claim_token=bindparam("token"),
            lease_until=bindparam("lease_ends", type_=UTCDateTime),
            claimed_at=func.coalesce(now.claimed_at, _MACHINE),
        )
    )


def claim_look(session: Session, machine: datetime) -> Claimed | None:
    """Claim one post of unknown outcome in order to look for it. Its state says so until it is settled.

    There is no lease: the lane's holder does this alone, and a second claim makes the first one's token worthless.
    """
    token = new_token()
    rows = _claimed(session, token, _to_look_for(), at(machine, machine))
    if not rows:
        return None
    change(session, _Row.id == rows[0].id, claim_token=token)
    return rows[0]


@cache
def _to_look_for() -> Select[Any]:
    return _rows().where(_may_be_looked_for()).order_by(_Row.id).limit(1)


def recover(session: Session, machine: datetime) -> list[int]:
    """Take back claims whose lease ran out; gives the channel posts whose owners are to be asked.

    A post may have gone out before its sender died, and nobody can tell: its outcome is unknown since the lease's
    end. Everything else may simply be done again.
    """
    changed: list[tuple[int, str]] = []
    for row in session.execute(_ran_out(), at(machine, machine)).all():
        values: dict[str, Any] = {"claim_token": None, "lease_until": None}
        if row.action == POST:
            state = case((_can_be_looked_up(), UNKNOWN), else_=ASKED)
            values |= {"state": state, "failed_at": _Row.lease_until, "attempts": _Row.attempts + 1}
        else:
            values["state"] = DROPPED if is_superseded(session, row.action, row.of_key) else WAITING
        changed += change(session, _Row.id == row.id, **values)
    return [row_id for row_id, state in changed if state == ASKED]


@cache
def _ran_out() -> Select[Any]:
    return select(_Row.id, _Row.of_key, _Row.action).where(_lease_ran_out()).with_for_update(skip_locked=True)


def _can_be_looked_up() -> ColumnElement[bool]:
    return or_(_Row.person_id.is_not(None), _Row.channel.like("D%"))


def is_superseded(session: Session, action: str, of_key: str | None) -> bool:
    """Whether a newer row about the same waits, so that this one needn't."""
    newer = select(_Row.id).where(is_state(WAITING), _Row.of_key == of_key, _Row.action.in_((action, DELETE)))
    return session.execute(newer).first() is not None


def people_to_open(session: Session, limit: int, now: datetime, machine: datetime) -> list[tuple[int, str]]:
    """(primary key, Slack id) of those whose DM must be opened first, in the lane's order."""
    found = dict(tuple(row) for row in session.execute(_without_dm(), at(now, machine)))
    if not found:
        return []
    order = (func.min(_Row.priority), func.min(_Row.id))
    first = select(_Row.person_id).where(_is_due(POST), _Row.person_id.is_not(None))
    queue = session.scalars(first.group_by(_Row.person_id).order_by(*order), at(now, machine))
    return list(islice(((person_id, found[person_id]) for person_id in queue if person_id in found), limit))


@cache
def _without_dm() -> Select[Any]:
    person: Any = Person
    return select(person.id, person.slack_id).where(needs_a_dm())


def _rows() -> Select[Any]:
    columns = (
        *(_Row.id, _Row.action, _Row.kind, _Row.ids, _Row.key, _Row.of_key, _Row.thread_key, _Row.person_id),
        *(_Row.channel, _Row.priority, _Row.expires_at, _Row.nonce, _Row.attempts, _Row.claimed_at, _Row.week),
        *(_Reader.slack_id, _Reader.dm_channel, _Reader.status, _Reader.locale, _Reader.zone),
    )
    readers = SQLModel.metadata.tables["person"]
    query: Select[Any] = select(*columns).outerjoin(readers, _Reader.id == _Row.person_id)
    return query.with_for_update(of=_Row, skip_locked=True)


def _claimed(session: Session, token: str, query: Select[Any], params: dict[str, Any]) -> list[Claimed]:
    rows = session.execute(query, params).mappings().all()
    posts = _posts(session, {row["of_key"] or row["thread_key"] for row in rows} - {None})
    return [Claimed(**row, post=posts.get(row["of_key"] or row["thread_key"]), token=token) for row in rows]


def _posts(session: Session, keys: set[str]) -> dict[str, Posted]:
    """Where the posts that rows are about stand. A query of its own: few rows are, and a join misleads PostgreSQL."""
    if not keys:
        return {}
    found = select(_Row.key, _Row.posted_channel, _Row.ts, _Row.state, _Row.tray).where(_Row.key.in_(keys))
    return {key: Posted(*rest) for key, *rest in session.execute(found)}


def change(session: Session, which: ColumnElement[bool], **values: Any) -> list[tuple[int, str]]:
    """Update the rows that `which` is true of; gives their ids and states."""
    changed = update(_Row).where(which).values(**values).returning(_Row.id, _Row.state)
    rows = session.execute(changed, execution_options={"synchronize_session": False})
    return [(row[0], row[1]) for row in rows]
