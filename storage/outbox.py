"""What Cairn owes Slack: messages, updates, deletions and Homes, written in the transaction of the fact.

A row keeps a notice's kind and ids and no words; the words are rendered when it is sent (`bot.runtime.delivery`).
What is claimed, settled and found again is in `storage.claims`; who may send is in `storage.lanes`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol, TypedDict, TypeVar, Unpack

from sqlalchemy import bindparam, case, func, or_, select
from sqlalchemy import update as update_rows
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from storage.bulk import among, insert_new
from storage.database import machine_time, workspace_of
from storage.outbox_rows import (
    ASKED,
    DELETE,
    DROPPED,
    FAILED,
    POST,
    PUBLISH,
    UNDELIVERED,
    UPDATE,
    WAITING,
    WAITS_FOR_A_POST,
    Outbox,
    Priority,
    is_state,
)

T = TypeVar("T")
CHUNK = 500


class Told(Protocol):
    """A notice, as far as storage may know it."""

    @property
    def kind(self) -> str: ...

    @property
    def ids(self) -> dict[str, Any]: ...


class PostOptions(TypedDict, total=False):
    """How a post is sent: see `NewPost`."""

    priority: Priority
    not_before: datetime | None
    expires_at: datetime | None
    owner: int | None
    thread_of: str | None


@dataclass(frozen=True, slots=True)
class NewPost:
    """A message to be sent once: `to` a person (primary key; it goes to their DM) or a channel (Slack id).

    `not_before` and `expires_at` are calendar time. `owner` is the person who is asked when nobody knows whether
    a channel post arrived. `thread_of` is the key of the post in whose thread it belongs.
    """

    notice: Told
    key: str
    to: int | str
    priority: Priority = Priority.NORMAL
    not_before: datetime | None = None
    expires_at: datetime | None = None
    owner: int | None = None
    thread_of: str | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a post stands.

    A `sent` row without `ts` is a channel post that its owner saw arrive, or one that stands in a `tray`.
    """

    channel: str | None
    ts: str | None
    state: str
    tray: str | None = None


def post(session: Session, notice: Told, *, key: str, to: int | str, **options: Unpack[PostOptions]) -> bool:
    """Owe a message. A second one with the same key is a no-op and gives False."""
    return post_many(session, [NewPost(notice, key, to, **options)]) == 1


def post_many(session: Session, posts: Sequence[NewPost]) -> int:
    """Owe many messages, by Core inserts in chunks; gives how many were new."""
    created_at, table = machine_time(session), SQLModel.metadata.tables["outbox"]
    rows = [_new_row(session, each, created_at) for each in posts]
    return sum(insert_new(session, table, chunk, unless=("workspace_id", "key")) for chunk in _chunks(rows))


def post_or_hasten(session: Session, posts: Sequence[NewPost]) -> None:
    """Owe messages most of which were owed before: those that wait for a later moment go now."""
    for chunk in _chunks(posts):
        found = {row.key: row for row in session.execute(_MOMENTS_BY_KEYS, {"keys": [each.key for each in chunk]})}
        post_many(session, [each for each in chunk if each.key not in found])
        later = [key for key, row in found.items() if row.state == WAITING and row.not_before is not None]
        if later:
            hasten(session, later)


def update(session: Session, notice: Told, *, of: str) -> bool:
    """Render the message that `of` posted anew, as `notice`; waits for the post and collapses to the latest.

    Nothing happens, and it gives False, where that post was never made or won't be sent any more.
    """
    found = _find(session, of)
    if found is None or found.state in UNDELIVERED:
        return False
    _owe_latest(session, UPDATE, notice, found.target)
    return True


def update_many(
    session: Session, notices: Mapping[str, Told], *, priority: Priority = Priority.PERSONAL
) -> dict[str, str]:
    """`update` for many: notices by the key of their post. Gives the states of those posts that are or will be there.

    What waits to be posted needs no update: its words are rendered when it is sent.
    """
    now, states = machine_time(session), dict[str, str]()
    for chunk in _chunks(list(notices)):
        found = [row for row in session.execute(_BY_KEYS, {"keys": chunk}) if row.state not in UNDELIVERED]
        rows = [
            {**_about(session, UPDATE, notices[row.key], _target(row.key, row), now), "priority": priority}
            for row in found
            if row.state != WAITING
        ]
        if rows:
            session.execute(_insert_or_say(session.get_bind().dialect.name), rows)
        states.update({row.key: row.state for row in found})
    return states


def states(session: Session, keys: Sequence[str]) -> dict[str, str]:
    """The states of those posts that were ever made, by key."""
    found = (session.execute(_BY_KEYS, {"keys": chunk}) for chunk in _chunks(keys))
    return {row.key: row.state for rows in found for row in rows}


def owe_again(session: Session, keys: Sequence[str], *states: str) -> None:
    """Posts that ended in one of these states, since there was nothing to say then or Slack refused, wait again."""
    for chunk in _chunks(keys):
        again = update_rows(Outbox).where(col(Outbox.key).in_(chunk), col(Outbox.state).in_(states))
        session.execute(again.values(state=WAITING, error=None), execution_options={"synchronize_session": False})


def delete(session: Session, *, of: str) -> None:
    """Take back what `of` posted: dropped where it isn't sent yet, deleted in Slack where it is or may be.

    What nobody can find (a channel post whose owner is still asked) is dropped too. Its notice isn't told: whoever
    takes a message back knows.
    """
    _drop(session, col(Outbox.of_key) == of, col(Outbox.action) == UPDATE, is_state(WAITING))
    if _drop(session, col(Outbox.key) == of, col(Outbox.state).in_((WAITING, ASKED))):
        return
    found = _find(session, of)
    if found is not None and found.state not in UNDELIVERED:
        _owe_latest(session, DELETE, None, found.target)


def retry(session: Session, *, of: str) -> bool:
    """Try a post that failed once more, as soon as may be; False where it didn't fail."""
    again = update_rows(Outbox).where(col(Outbox.key) == of, is_state(FAILED))
    changed = again.values(state=WAITING, error=None, not_before=None, expires_at=None).returning(col(Outbox.id))
    return len(session.execute(changed, execution_options={"synchronize_session": False}).all()) > 0


def hasten(session: Session, keys: Sequence[str]) -> None:
    """Let posts that wait for a later moment go now."""
    waiting_for_later = (col(Outbox.key).in_(keys), is_state(WAITING), col(Outbox.not_before).is_not(None))
    now = update_rows(Outbox).where(*waiting_for_later).values(not_before=None)
    session.execute(now, execution_options={"synchronize_session": False})


def publish(session: Session, notice: Told, *, person_id: int) -> None:
    """Bring a person's App Home up to date; one waits at a time."""
    _owe_latest(session, PUBLISH, notice, {"of_key": f"home:{person_id}", "person_id": person_id, "channel": None})


def say_again(session: Session, person_id: int, messages: Mapping[str, Told], *, home: Told) -> None:
    """Bring somebody's messages (by the keys of their posts) and their Home up to date, in one statement.

    Nobody asks here whether the posts are there: an update of one that isn't is dropped when its turn comes.
    """
    now, where = machine_time(session), {"person_id": person_id, "channel": None}
    rows = [_about(session, UPDATE, notice, {"of_key": key, **where}, now) for key, notice in messages.items()]
    rows.append(_about(session, PUBLISH, home, {"of_key": f"home:{person_id}", **where}, now))
    session.execute(_insert_or_say(session.get_bind().dialect.name), rows)


def posted(session: Session, key: str) -> Posted | None:
    """Where the post with this key stands in Slack, and how far it got; None where there is none."""
    found = _find(session, key)
    return None if found is None else Posted(found.posted_channel, found.ts, found.state)


def waits_until(session: Session, key: str) -> datetime | None:
    """The moment for which a post that isn't sent yet waits, calendar time; None where it waits for none."""
    waiting = select(col(Outbox.not_before)).where(col(Outbox.key) == key, is_state(WAITING))
    return session.execute(waiting).scalar_one_or_none()


def next_due(session: Session, now: datetime) -> datetime | None:
    """The earliest moment after `now` (calendar) that a waiting row waits for."""
    later = select(func.min(col(Outbox.not_before))).where(is_state(WAITING), col(Outbox.not_before) > now)
    return session.execute(later).scalar_one()


def waiting(session: Session, now: datetime) -> int:
    """How many rows are due and not sent yet, for the operator to watch."""
    due = or_(col(Outbox.not_before).is_(None), col(Outbox.not_before) <= now)
    return session.execute(select(func.count()).where(is_state(WAITING), due)).scalar_one()


@dataclass(frozen=True, slots=True)
class _Found:
    state: str
    target: dict[str, Any]
    posted_channel: str | None
    ts: str | None


_BY_KEY = select(
    *(col(Outbox.state), col(Outbox.person_id), col(Outbox.channel)),
    *(col(Outbox.posted_channel), col(Outbox.ts)),
).where(col(Outbox.key) == bindparam("of_key"))


_BY_KEYS = select(col(Outbox.key), col(Outbox.state), col(Outbox.person_id), col(Outbox.channel)).where(
    among(col(Outbox.key), "keys")
)


_MOMENTS_BY_KEYS = select(col(Outbox.key), col(Outbox.state), col(Outbox.not_before)).where(
    among(col(Outbox.key), "keys")
)


def _find(session: Session, key: str) -> _Found | None:
    row = session.execute(_BY_KEY, {"of_key": key}).first()
    if row is None:
        return None
    return _Found(row.state, _target(key, row), row.posted_channel, row.ts)


def _target(key: str, row: Any) -> dict[str, Any]:
    return {"of_key": key, "person_id": row.person_id, "channel": row.channel}


def _drop(session: Session, *which: Any) -> bool:
    """Drop rows that nobody has claimed; whether there were any."""
    drop = update_rows(Outbox).where(*which).values(state=DROPPED).returning(col(Outbox.id))
    return len(session.execute(drop, execution_options={"synchronize_session": False}).all()) > 0


def _owe_latest(session: Session, action: str, notice: Told | None, target: dict[str, Any]) -> None:
    """Insert a row about something, or let the one that waits for the same say the latest."""
    row = _about(session, action, notice, target, machine_time(session))
    session.execute(_insert_or_say(session.get_bind().dialect.name), row)


def _about(
    session: Session, action: str, notice: Told | None, target: dict[str, Any], created_at: datetime
) -> dict[str, Any]:
    said = {"kind": notice.kind, "ids": notice.ids} if notice else {"kind": "", "ids": {}}
    shared = {"priority": Priority.PERSONAL, "created_at": created_at, **_defaults(session)}
    return {"action": action, **said, **target, **shared}


def _new_row(session: Session, new: NewPost, created_at: datetime) -> dict[str, Any]:
    is_person = isinstance(new.to, int)
    return {
        **_defaults(session),
        "key": new.key,
        "action": POST,
        "kind": new.notice.kind,
        "ids": new.notice.ids,
        "person_id": new.to if is_person else None,
        "channel": None if is_person else new.to,
        "owner_id": new.owner,
        "thread_key": new.thread_of,
        "priority": new.priority,
        "not_before": new.not_before,
        "expires_at": new.expires_at,
        "nonce": uuid.uuid4().hex,
        "created_at": created_at,
    }


def _defaults(session: Session) -> dict[str, Any]:
    return {"workspace_id": workspace_of(session), "state": WAITING, "attempts": 0}


# Made once for each kind of database: making them takes several times as long as executing them.
@cache
def _insert_or_say(dialect: str) -> Any:
    statement, table = _insert(dialect), SQLModel.metadata.tables["outbox"]
    new = statement.excluded
    # What a person waits for isn't held up by a bulk update of the same message.
    sooner = case((new.priority < table.c.priority, new.priority), else_=table.c.priority)
    return statement.on_conflict_do_update(
        index_elements=["workspace_id", "of_key", "action"],
        index_where=WAITS_FOR_A_POST,
        set_={"kind": new.kind, "ids": new.ids, "priority": sooner},
    ).returning(table.c.id)  # with which many rows go in one statement


def _insert(dialect: str) -> Any:
    """An INSERT that knows ON CONFLICT."""
    return (sqlite if dialect == "sqlite" else postgresql).insert(SQLModel.metadata.tables["outbox"])


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
