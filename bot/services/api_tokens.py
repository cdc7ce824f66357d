"""Tokens of the workspace for programs that tell Cairn readings: made and revoked by admins, shown once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.goals import Source
from bot.domain.roles import Action
from bot.errors import UserError
from bot.i18n import mark
from bot.services import readings, roles
from bot.services.readings import Row
from bot.services.settings import NOT_ADMIN
from storage import api_tokens, people
from storage.api_tokens import ApiToken, Delivery
from storage.people import Person

MOST = 20
PREFIX = "cairn_"
KEPT = timedelta(days=30)
"""For so long an idempotency key is remembered."""
FORGOTTEN_AT_ONCE = 200
ENOUGH = mark("There are {most} tokens already. Revoke one that nothing uses any more; nothing was made.")


class KeyReusedError(Exception):
    """Something else was sent under this idempotency key before; nothing was kept."""


@dataclass(frozen=True)
class Shown:
    """A token as an admin sees it: never itself, but for its end."""

    id: int
    tail: str
    made_by: str
    made_at: datetime
    used_at: datetime | None


def listed(session: Session, actor: Person, _now: datetime) -> list[Shown]:
    """The tokens that open something, for admins."""
    roles.require(session, actor, Action.CHANGE_SETTINGS, NOT_ADMIN)
    found = api_tokens.in_use(session)
    makers = {person.key: person.name for person in people.by_ids(session, [token.made_by_id for token in found])}
    return [
        Shown(token.key, token.tail, makers.get(token.made_by_id, ""), token.made_at, token.used_at) for token in found
    ]


def make(session: Session, actor: Person, now: datetime) -> str:
    """A new token: the only time that it is there to be read."""
    roles.require(session, actor, Action.CHANGE_SETTINGS, NOT_ADMIN)
    if len(api_tokens.in_use(session)) >= MOST:
        raise UserError(ENOUGH, most=MOST)
    token = PREFIX + secrets.token_urlsafe(32)
    session.add(ApiToken(digest=digest(token), tail=token[-4:], made_by_id=actor.key, made_at=now))
    session.flush()
    return token


def revoke(session: Session, actor: Person, token_id: int, now: datetime) -> bool:
    """Let a token open nothing any more, from now on; False where that is so already."""
    roles.require(session, actor, Action.CHANGE_SETTINGS, NOT_ADMIN)
    return api_tokens.revoke(session, token_id, actor.key, now)


def digest(token: str) -> str:
    """What is kept of a token, and by what it is found."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class Sent:
    """Readings as a program sent them: `key` is its idempotency key, `body` the hash of all of it."""

    token_id: int
    rows: Sequence[Row]
    key: str | None
    body: str


def take(session: Session, sent: Sent, now: datetime) -> int:
    """Keep what was sent, once for each key; gives how many readings.

    Raises ImportRefusedError where a row is wrong, KeyReusedError where the key stood for something else.
    """
    if sent.key is not None:
        before = api_tokens.remember(session, sent.token_id, digest(sent.key), sent.body, len(sent.rows), now)
        if before is not None and before.body != sent.body:
            raise KeyReusedError
        if before is not None:
            return before.taken
    readings.take(session, sent.rows, Source.API, now)
    session.get_one(ApiToken, sent.token_id).used_at = now
    return len(sent.rows)


def forget_old_keys(session: Session, now: datetime) -> bool:
    """Let go of some idempotency keys that nobody repeats any more; whether there were any."""
    old = select(col(Delivery.id)).where(col(Delivery.at) < now - KEPT).order_by(col(Delivery.at))
    some = delete(Delivery).where(col(Delivery.id).in_(old.limit(FORGOTTEN_AT_ONCE))).returning(col(Delivery.id))
    return session.execute(some, execution_options={"synchronize_session": False}).first() is not None
