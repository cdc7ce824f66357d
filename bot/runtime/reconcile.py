"""Looking for a post of unknown outcome in the DM where it would be: sent once, or not at all (slack.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.notices.registry import PostponeError
from bot.runtime import pacing, rendering
from bot.runtime.pacing import Pacer
from bot.runtime.slack import Answer, Kind, call
from storage.claims import Claimed
from storage.outbox_rows import DROPPED, EXPIRED, FAILED, SENT, UNKNOWN, WAITING
from storage.settling import Settlement

PAGE = 15
BEFORE_THE_CLAIM = timedelta(minutes=5)
RETRY_SECONDS = 10.0


async def look(client: AsyncWebClient, pacer: Pacer, row: Claimed) -> tuple[Settlement, Answer]:
    """Look through every page since five minutes before the claim; gives what became of the row, and Slack's answer.

    Found is `sent`; not there is `waiting`, to be posted again; where Slack gave no answer it stays `unknown`.
    """
    method, query = _query(row)
    while True:
        await pacer.turn(method)
        answer = await call(client, method, query, is_read=True)
        if answer.kind is not Kind.OK:
            return _trouble(pacer, method, row, answer), answer
        ts = _found(answer.data, row.nonce)
        if ts is not None:
            return Settlement(row, SENT, channel=row.target, ts=ts), answer
        cursor = (answer.data.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return Settlement(row, WAITING), answer
        query = {**query, "cursor": cursor}


def _query(row: Claimed) -> tuple[str, dict[str, Any]]:
    since = (row.claimed_at - BEFORE_THE_CLAIM).timestamp() if row.claimed_at else 0.0
    query = {"channel": row.target, "limit": PAGE, "oldest": f"{since:.6f}", "include_all_metadata": True}
    if row.thread_ts is not None:
        return pacing.REPLIES, {**query, "ts": row.thread_ts}
    return pacing.HISTORY, query


def _found(page: dict[str, Any], nonce: str | None) -> str | None:
    for message in page.get("messages", []):
        payload = (message.get("metadata") or {}).get("event_payload") or {}
        if nonce is not None and payload.get("id") == nonce:
            return str(message["ts"])
    return None


def _trouble(pacer: Pacer, method: str, row: Claimed, answer: Answer) -> Settlement:
    if answer.retry_after:
        pacer.hold(method, answer.retry_after)
    if answer.error == "thread_not_found":
        return Settlement(row, WAITING)
    if answer.kind in (Kind.PERMANENT_TARGET, Kind.GONE, Kind.BAD_PAYLOAD):
        return Settlement(row, FAILED, error=answer.error)
    return Settlement(row, UNKNOWN, error=answer.error, retry_in=max(RETRY_SECONDS, answer.retry_after))


def unless_unwanted(session: Session, found: Settlement, now: datetime) -> Settlement:
    """A post that was found stays only if it would be sent now; else it is taken back."""
    return replace(found, take_back=_unwanted(session, found.row, now))


def _unwanted(session: Session, row: Claimed, now: datetime) -> str | None:
    if row.expires_at is not None and row.expires_at <= now:
        return EXPIRED
    try:
        return DROPPED if rendering.render(session, row, now) is None else None
    except PostponeError:
        return None
    except Exception:  # noqa: BLE001 - what can't be rendered any more was said, and may stay
        rendering.log.error("delivery.not_rendered", row=row.id, kind=row.kind, exc_info=True)
        return None
