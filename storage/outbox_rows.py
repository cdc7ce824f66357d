"""The outbox's table, and the states that its rows go through. Who owes uses `storage.outbox`, its face."""

from __future__ import annotations

from datetime import date, datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, Index, UniqueConstraint, text
from sqlmodel import Field

from storage.base import Owned, is_written
from storage.types import UTCDateTime

# waiting -> claimed -> sent | failed | dropped | expired, or back to waiting. A post whose outcome nobody knows is
# `unknown` until it was looked for in the DM; in a channel, where nothing can be looked up, its owner is `asked`.
WAITING, CLAIMED, UNKNOWN, ASKED = "waiting", "claimed", "unknown", "asked"
SENT, FAILED, DROPPED, EXPIRED = "sent", "failed", "dropped", "expired"
UNSETTLED = (WAITING, CLAIMED, UNKNOWN, ASKED)
UNDELIVERED = (FAILED, DROPPED, EXPIRED)

POST, UPDATE, DELETE, PUBLISH = "post", "update", "delete", "publish"
ACTIONS = (PUBLISH, POST, UPDATE, DELETE)

_IS_WAITING = text("state = 'waiting'")
_IS_OPEN = text("state IN ('claimed', 'unknown')")
_IS_ABOUT_A_POST = text("of_key IS NOT NULL")
_COUNTS = text("week IS NOT NULL")
_IS_IN_A_TRAY = text("tray IS NOT NULL")
WAITS_FOR_A_POST = text("state = 'waiting' AND of_key IS NOT NULL")


class Priority(IntEnum):
    """What goes first in a workspace's lane. PERSONAL answers what a person just did; Homes are that too."""

    URGENT = 0
    PERSONAL = 1
    NORMAL = 2
    BULK = 3


def is_state(state: str, row: Any = None) -> ColumnElement[bool]:
    """The condition that a row is in this state."""
    table: Any = Outbox if row is None else row
    return is_written(table.state, state)


class Outbox(Owned, table=True):
    """One thing owed to Slack.

    `key` names a post for ever; updates, deletions and thread replies refer to it (`of_key`, `thread_key`). A Home's
    `of_key` names its person, so that one waits at a time. `not_before` and `expires_at` are calendar time;
    `retry_at`, `lease_until`, `claimed_at` and `failed_at` are machine time. `nonce` is all that a message's
    metadata says: every app in the workspace can read it. `week`: the Monday of the week, on the reader's clocks, in
    whose attention budget a DM counts; `tray`: the key of the post in which it stands, as one of several, instead of
    having been sent by itself.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        CheckConstraint("action IN ('post', 'update', 'delete', 'publish')", name="action"),
        CheckConstraint(
            "state IN ('waiting', 'claimed', 'unknown', 'asked', 'sent', 'failed', 'dropped', 'expired')", name="state"
        ),
        CheckConstraint("(person_id IS NULL) <> (channel IS NULL)", name="one_target"),
        CheckConstraint("action <> 'post' OR (key IS NOT NULL AND nonce IS NOT NULL)", name="post_can_be_found"),
        CheckConstraint("action = 'post' OR of_key IS NOT NULL", name="about_something"),
        Index(
            "ix_outbox_waiting",
            *("workspace_id", "action", "priority", "id"),
            sqlite_where=_IS_WAITING,
            postgresql_where=_IS_WAITING,
        ),
        Index(
            "ix_outbox_open", "workspace_id", "state", "lease_until", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN
        ),
        Index("ix_outbox_person", "person_id", "state", "action"),
        Index("ix_outbox_week", "person_id", "week", sqlite_where=_COUNTS, postgresql_where=_COUNTS),
        Index("ix_outbox_tray", "tray", sqlite_where=_IS_IN_A_TRAY, postgresql_where=_IS_IN_A_TRAY),
        Index(
            "ix_outbox_about",
            *("workspace_id", "of_key", "state"),
            sqlite_where=_IS_ABOUT_A_POST,
            postgresql_where=_IS_ABOUT_A_POST,
        ),
        Index(
            "uq_outbox_waiting_about",
            *("workspace_id", "of_key", "action"),
            unique=True,
            sqlite_where=WAITS_FOR_A_POST,
            postgresql_where=WAITS_FOR_A_POST,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str | None = Field(default=None, max_length=200)
    action: str = Field(max_length=8)
    kind: str = Field(default="", max_length=64)
    ids: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    channel: str | None = Field(default=None, max_length=32)
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    of_key: str | None = Field(default=None, max_length=200)
    thread_key: str | None = Field(default=None, max_length=200)
    week: date | None = None
    tray: str | None = Field(default=None, max_length=200)
    priority: int = Priority.NORMAL
    not_before: datetime | None = Field(default=None, sa_type=UTCDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    state: str = Field(default=WAITING, max_length=8)
    retry_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    nonce: str | None = Field(default=None, max_length=32)
    claim_token: str | None = Field(default=None, max_length=32)
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    claimed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    failed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    attempts: int = 0
    posted_channel: str | None = Field(default=None, max_length=32)
    ts: str | None = Field(default=None, max_length=32)
    error: str | None = Field(default=None, max_length=64)
    created_at: datetime = Field(sa_type=UTCDateTime)
