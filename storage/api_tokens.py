"""Tokens by which programs tell Cairn readings, and what was told by each: their hashes, never themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, bindparam, select, update
from sqlalchemy.orm import Session
from sqlmodel import Field, SQLModel, col

from storage.base import Keyed
from storage.bulk import insert_new
from storage.database import workspace_of
from storage.types import UTCDateTime


class ApiToken(Keyed, table=True):
    """A token of a workspace. `digest`: SHA-256 of it, in hexadecimal; `tail`: its last characters, to tell it apart.

    A token is as random as its hash, so nobody finds it by trying; `revoked_at`: it opens nothing any more.
    """

    __tablename__ = "api_token"
    __table_args__ = (UniqueConstraint("digest"),)

    digest: str = Field(max_length=64)
    tail: str = Field(max_length=8)
    made_by_id: int = Field(foreign_key="person.id")
    made_at: datetime = Field(sa_type=UTCDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    revoked_by_id: int | None = Field(default=None, foreign_key="person.id")
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Delivery(Keyed, table=True):
    """Readings that came under an idempotency key; of that and of the `body` the SHA-256 is kept. `taken`: how many."""

    __tablename__ = "api_delivery"
    __table_args__ = (UniqueConstraint("token_id", "idempotency_key"), Index("ix_api_delivery_at", "at"))

    token_id: int = Field(foreign_key="api_token.id")
    idempotency_key: str = Field(max_length=64)
    body: str = Field(max_length=64)
    taken: int
    at: datetime = Field(sa_type=UTCDateTime)


_BY_DIGEST = select(ApiToken).where(col(ApiToken.digest) == bindparam("digest"))


def by_digest(session: Session, digest: str) -> ApiToken | None:
    """A token, revoked or not; of whichever workspace, in a session that spans them."""
    return session.scalars(_BY_DIGEST, {"digest": digest}).one_or_none()


def in_use(session: Session) -> list[ApiToken]:
    """The tokens that open something, the newest first."""
    query = select(ApiToken).where(col(ApiToken.revoked_at).is_(None)).order_by(col(ApiToken.id).desc())
    return list(session.scalars(query))


def revoke(session: Session, token_id: int, person_id: int, now: datetime) -> bool:
    """Let a token open nothing any more; False where it was revoked before, or there is none."""
    is_ours = (col(ApiToken.id) == token_id, col(ApiToken.revoked_at).is_(None))
    revoked = update(ApiToken).where(*is_ours, col(ApiToken.workspace_id) == workspace_of(session))
    changed = revoked.values(revoked_at=now, revoked_by_id=person_id).returning(col(ApiToken.id))
    return session.execute(changed, execution_options={"synchronize_session": False}).first() is not None


def remember(session: Session, token_id: int, key: str, body: str, taken: int, now: datetime) -> Delivery | None:
    """Remember a delivery; gives the one that came under this key before, where there is one.

    Whoever comes second waits for the first to commit or roll back.
    """
    row = {"token_id": token_id, "idempotency_key": key, "body": body, "taken": taken, "at": now}
    table = SQLModel.metadata.tables["api_delivery"]
    owned = {"workspace_id": workspace_of(session), **row}
    if insert_new(session, table, [owned], unless=("token_id", "idempotency_key")):
        return None
    same = select(Delivery).where(col(Delivery.token_id) == token_id, col(Delivery.idempotency_key) == key)
    return session.scalars(same).one()
