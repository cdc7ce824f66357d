"""What of the outbox may be sent now, and who took it: claims with a token and a lease, on machine time."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from storage.outbox import (
    ASKED,
    CLAIMED,
    DELETE,
    DROPPED,
    POST,
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
_Reader: Any = Person
_Post: Any = aliased(Outbox)  # the post that an update, a deletion or a reply in its thread is about
# Subqueries have names of their own: SQLAlchemy takes one that the query around them uses for that query's row.
_AnyPost: Any = aliased(Outbox)
_AnyRow: Any = aliased(Outbox)
_AnyPerson: Any = aliased(Person)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row as whoever claimed it sees it: with its reader, and where the post that it is about stands."""

    id: int
    action: str
    kind: str
    ids: dict[str, Any]
    key: str | None
    of_key: str | None
    person_id: int | None
    channel: str | None
    priority: int
    expires_at: datetime | None
    nonce: str | None
    attempts: int
    claimed_at: datetime | None
    slack_id: str | None
    dm_channel: str | None
    status: str | None
    locale: str | None
    zone: str | None
    post_state: str | None
    post_channel: str | None
    post_ts: str | None
    token: str

    @property
    def target(self) -> str:
        """The channel that a post goes to, a person's being their DM."""
        return self.channel or self.dm_channel or ""

    @property
    def can_be_found(self) -> bool:
        """Whether Cairn may look through the history of where it is posted: its own DMs alone."""
        return self.target.startswith("D")


def is_ready(action: str, now: datetime, machine: datetime) -> ColumnElement[bool]:
    """Rows of this action that could be claimed at calendar time `now` and machine time `machine`."""
    if action == POST:
        return and_(_is_due(POST, now, machine), _is_reachable(now), ~_has_post_under_way(_Row.thread_key))
    same_under_way = exists().where(
        _AnyRow.workspace_id == _Row.workspace_id, _AnyRow.of_key == _Row.of_key, is_state(CLAIMED, _AnyRow)
    )
    return and_(_is_due(action, now, machine), ~same_under_way, ~_has_post_under_way(_Row.of_key))


def needs_a_dm(now: datetime, machine: datetime) -> ColumnElement[bool]:
    """Posts to somebody whose DM was never opened."""
    person = exists().where(
        _AnyPerson.id == _Row.person_id,
        _AnyPerson.dm_channel.is_(None),
        _AnyPerson.status != "left",
    )
    return and_(_is_due(POST, now, machine), person)


def is_overdue(machine: datetime) -> ColumnElement[bool]:
    """Claims whose lease ran out, and posts of unknown outcome that it is time to look for."""
    lease_ran_out = and_(is_state(CLAIMED), _Row.lease_until <= machine)
    return or_(lease_ran_out, _may_be_looked_for(machine))


def _may_be_looked_for(machine: datetime) -> ColumnElement[bool]:
    may_retry = or_(_Row.retry_at.is_(None), _Row.retry_at <= machine)
    return and_(is_state(UNKNOWN), _Row.failed_at <= machine - GRACE, may_retry)


def _is_due(action: str, now: datetime, machine: datetime) -> ColumnElement[bool]:
    return and_(
        is_state(WAITING),
        _Row.action == action,
        or_(_Row.not_before.is_(None), _Row.not_before <= now),
        or_(_Row.retry_at.is_(None), _Row.retry_at <= machine),
    )


def _is_reachable(now: datetime) -> ColumnElement[bool]:
    """The DM is known; or it isn't needed, because the row will be dropped or has expired."""
    person = exists().where(
        _AnyPerson.id == _Row.person_id,
        or_(_AnyPerson.dm_channel.is_not(None), _AnyPerson.status == "left"),
    )
    return or_(_Row.person_id.is_(None), _Row.expires_at <= now, person)


def _has_post_under_way(key: Any) -> ColumnElement[bool]:
    return exists().where(
        _AnyPost.workspace_id == _Row.workspace_id, _AnyPost.key == key, _AnyPost.state.in_(UNSETTLED)
    )


def new_token() -> str:
    """A claim's token: whoever settles the row must show it."""
    return uuid.uuid4().hex


def claim(session: Session, action: str, limit: int, now: datetime, machine: datetime) -> list[Claimed]:
    """Claim at most `limit` rows of one action for `LEASE`, in the lane's order: priority, then age."""
    token = new_token()
    order = (_Row.priority, _Row.id)
    rows = _claimed(session, token, _rows().where(is_ready(action, now, machine)).order_by(*order).limit(limit))
    first_claim = func.coalesce(_Row.claimed_at, literal(machine, UTCDateTime))
    if rows:
        _hold(session, rows, state=CLAIMED, claim_token=token, lease_until=machine + LEASE, claimed_at=first_claim)
    return rows


def claim_look(session: Session, machine: datetime) -> Claimed | None:
    """Claim one post of unknown outcome in order to look for it. Its state says so until it is settled.

    There is no lease: the lane's holder does this alone, and a second claim makes the first one's token worthless.
    """
    token = new_token()
    order = _Row.id
    rows = _claimed(session, token, _rows().where(_may_be_looked_for(machine)).order_by(order).limit(1))
    if not rows:
        return None
    _hold(session, rows, claim_token=token)
    return rows[0]


def recover(session: Session, machine: datetime) -> list[int]:
    """Take back claims whose lease ran out; gives the channel posts whose owners are to be asked.

    A post may have gone out before its sender died, and nobody can tell: its outcome is unknown since the lease's
    end. Everything else may simply be done again.
    """
    ran_out = and_(is_state(CLAIMED), _Row.lease_until <= machine)
    again = select(_Row.id, _Row.of_key, _Row.action).where(ran_out, _Row.action != POST)
    for row in session.execute(again.with_for_update(skip_locked=True)).all():
        state = DROPPED if is_superseded(session, row.action, row.of_key) else WAITING
        change(session, _Row.id == row.id, state=state, claim_token=None, lease_until=None)
    lost = change(
        session,
        and_(ran_out, _Row.action == POST),
        state=case((_can_be_looked_up(), UNKNOWN), else_=ASKED),
        failed_at=_Row.lease_until,
        attempts=_Row.attempts + 1,
        claim_token=None,
        lease_until=None,
    )
    return [row_id for row_id, state in lost if state == ASKED]


def _can_be_looked_up() -> ColumnElement[bool]:
    return or_(_Row.person_id.is_not(None), _Row.channel.like("D%"))


def is_superseded(session: Session, action: str, of_key: str | None) -> bool:
    """Whether a newer row about the same waits, so that this one needn't."""
    newer = select(_Row.id).where(is_state(WAITING), _Row.of_key == of_key, _Row.action.in_((action, DELETE)))
    return session.execute(newer).first() is not None


def people_to_open(session: Session, limit: int, now: datetime, machine: datetime) -> list[tuple[int, str]]:
    """(primary key, Slack id) of those whose DM must be opened first, in the lane's order."""
    rows = session.execute(
        select(_Reader.id, _Reader.slack_id)
        .join(_Row, _Row.person_id == _Reader.id)
        .where(needs_a_dm(now, machine))
        .group_by(_Reader.id, _Reader.slack_id)
        .order_by(func.min(_Row.priority), func.min(_Row.id))
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def _rows() -> Select[Any]:
    about = func.coalesce(_Row.of_key, _Row.thread_key)
    columns = (
        *(_Row.id, _Row.action, _Row.kind, _Row.ids, _Row.key, _Row.of_key, _Row.person_id),
        *(_Row.channel, _Row.priority, _Row.expires_at, _Row.nonce, _Row.attempts, _Row.claimed_at),
        *(_Reader.slack_id, _Reader.dm_channel, _Reader.status, _Reader.locale, _Reader.zone),
    )
    post = (_Post.state.label("post_state"), _Post.posted_channel.label("post_channel"), _Post.ts.label("post_ts"))
    return (
        select(*columns, *post)
        .outerjoin(_Reader, _Reader.id == _Row.person_id)
        .outerjoin(_Post, and_(_Post.workspace_id == _Row.workspace_id, _Post.key == about))
        .with_for_update(of=_Row, skip_locked=True)
    )


def _claimed(session: Session, token: str, query: Select[Any]) -> list[Claimed]:
    return [Claimed(**row, token=token) for row in session.execute(query).mappings()]


def _hold(session: Session, rows: Iterable[Claimed], **values: Any) -> None:
    change(session, _Row.id.in_([row.id for row in rows]), **values)


def change(session: Session, which: ColumnElement[bool], **values: Any) -> list[tuple[int, str]]:
    """Update the rows that `which` is true of; gives their ids and states."""
    changed = update(_Row).where(which).values(**values).returning(_Row.id, _Row.state)
    rows = session.execute(changed, execution_options={"synchronize_session": False})
    return [(row[0], row[1]) for row in rows]
