"""From claimed rows to calls: what each notice says to its reader now, or why it needn't be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.charts import Chart
from bot.i18n import DEFAULT_LOCALE, Voice
from bot.notices import registry
from bot.notices.registry import Home, Message, Payload, PostponeError, Reader
from bot.runtime import pacing
from storage import people
from storage.claims import Claimed
from storage.outbox import Posted
from storage.outbox_rows import DELETE, DROPPED, EXPIRED, FAILED, POST, PUBLISH, SENT, UPDATE, WAITING
from storage.settling import Settlement

log = structlog.get_logger(__name__)
METHODS = {POST: pacing.POST, UPDATE: pacing.UPDATE, DELETE: pacing.DELETE, PUBLISH: pacing.PUBLISH}
Ready = tuple[dict[str, Any], tuple[Chart, ...]]
"""The arguments of a row's call, and the charts that go with it."""
MAX_RENDERINGS = 10
LONGEST_WAIT = 300.0


@dataclass(slots=True)
class Job:
    """A call to be made: `deadline` (uptime) is when the row's lease ends; `charts` are to be drawn below the words."""

    row: Claimed
    body: dict[str, Any]
    deadline: float
    is_plain: bool = False
    charts: tuple[Chart, ...] = ()

    @property
    def method(self) -> str:
        return METHODS[self.row.action]

    @property
    def place(self) -> str:
        """What gets one call at a time, so that order is kept: a channel, or one message."""
        return self.row.target if self.row.action == POST else self.row.of_key or ""

    def make_plain(self, error: str) -> None:
        """Slack refuses the blocks or the metadata: the words alone, which always carry the meaning."""
        self.is_plain = True
        if self.row.action == UPDATE:
            self.body["blocks"] = []
        else:
            self.body.pop("blocks", None)
        if "metadata" in error:
            self.body.pop("metadata", None)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows sorted into calls to make and rows that end, or wait, without one."""

    jobs: list[Job]
    settlements: list[Settlement]


def back_off(attempts: int) -> float:
    """Seconds of machine time before the next try: 2, 4, 8… at most five minutes."""
    return min(2.0 ** min(attempts + 1, 16), LONGEST_WAIT)


def prepare(session: Session, rows: Sequence[Claimed], now: datetime, deadline: float) -> Prepared:
    """Render rows in one read session; `deadline` is the end of their lease."""
    prepared = Prepared([], [])
    _look_up(session, rows)
    for row in rows:
        ready = _prepare(session, row, now)
        if isinstance(ready, Settlement):
            prepared.settlements.append(ready)
        else:
            body, charts = ready
            prepared.jobs.append(Job(row, body, deadline, charts=charts))
    return prepared


def _look_up(session: Session, rows: Sequence[Claimed]) -> None:
    """Look up at once what many rows of a kind will ask for one by one; where that fails, they ask for it."""
    by_kind = attrgetter("kind")
    for kind, of_a_kind in groupby(sorted((row for row in rows if row.kind), key=by_kind), by_kind):
        try:
            notices = [registry.of(kind, row.ids) for row in of_a_kind]
            type(notices[0]).look_up(session, notices)
        except (LookupError, TypeError):  # a kind, or ids, of another release: said where the row is rendered
            log.warning("delivery.not_looked_up", kind=kind)


def _prepare(session: Session, row: Claimed, now: datetime) -> Ready | Settlement:
    if row.status == "left":
        return Settlement(row, DROPPED)
    if row.action == POST and row.expires_at is not None and row.expires_at <= now:
        return Settlement(row, EXPIRED)
    if row.action in (UPDATE, DELETE) and not _stands(row.post):
        return Settlement(row, DROPPED)
    if row.action == DELETE:
        return _where(row), ()
    return _rendered(session, row, now)


def _rendered(session: Session, row: Claimed, now: datetime) -> Ready | Settlement:
    try:
        payload = render(session, row, now)
        return Settlement(row, DROPPED) if payload is None else (body_of(row, payload), _charts(row, payload))
    except PostponeError as postponed:
        return Settlement(row, WAITING, not_before=postponed.until)
    except Exception as error:
        log.error("delivery.not_rendered", row=row.id, kind=row.kind, exc_info=True)
        if isinstance(error, DBAPIError):
            session.rollback()
    if row.attempts + 1 >= MAX_RENDERINGS:
        return Settlement(row, FAILED, error="not_rendered", attempted=True)
    return Settlement(row, WAITING, error="not_rendered", retry_in=back_off(row.attempts), attempted=True)


def render(session: Session, row: Claimed, now: datetime) -> Payload | None:
    """What the row's notice says now."""
    return registry.of(row.kind, row.ids).render(session, _reader(session, row), now)


def _reader(session: Session, row: Claimed) -> Reader:
    if row.person_id is None:
        return Reader(people.channel_voice(session), channel=row.channel)
    return Reader(Voice(row.locale or DEFAULT_LOCALE, row.zone or "UTC"), person_id=row.person_id)


def _charts(row: Claimed, payload: Payload) -> tuple[Chart, ...]:
    """What is drawn: only as a message is updated, so that its words are there first and wait for no picture."""
    return payload.charts if row.action == UPDATE and isinstance(payload, Message) else ()


def body_of(row: Claimed, payload: Payload) -> dict[str, Any]:
    """The arguments of the row's call."""
    if row.action == PUBLISH:
        return {"user_id": row.slack_id, "view": _home(payload)}
    if not isinstance(payload, Message):
        raise TypeError("a message is needed here")
    if row.action == UPDATE:
        return {**_where(row), "text": payload.text, "blocks": payload.blocks}
    body: dict[str, Any] = {
        "channel": row.target,
        "text": payload.text,
        "metadata": {"event_type": "cairn", "event_payload": {"id": row.nonce}},
        "unfurl_links": False,
        "unfurl_media": False,
    }
    if payload.blocks:
        body["blocks"] = payload.blocks
    if row.thread_ts is not None:
        body["thread_ts"] = row.thread_ts
    return body


def _stands(post: Posted | None) -> bool:
    """Whether the message that a row is about is in Slack, and Cairn knows where."""
    return post is not None and post.state == SENT and post.ts is not None


def _where(row: Claimed) -> dict[str, Any]:
    return {"channel": row.post.channel, "ts": row.post.ts} if row.post else {}


def _home(payload: Payload) -> dict[str, Any]:
    if not isinstance(payload, Home):
        raise TypeError("a Home is needed here")
    return payload.view
