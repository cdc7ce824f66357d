"""What the tests of the outbox and of its lanes share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from storage import claims, outbox, settling
from storage.claims import Claimed
from storage.database import Database, machine_now
from storage.outbox_rows import POST
from storage.people import Person
from storage.settling import Settlement

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
T1, T2 = "T1", "T2"


@dataclass(frozen=True)
class Note:
    number: int
    kind: str = "note"

    @property
    def ids(self) -> dict[str, Any]:
        return {"number": self.number}


def move_in(database: Database) -> None:
    """Ana and Bo are in both workspaces, and their DMs are known."""
    for workspace in (T1, T2):
        with database.session(workspace) as session:
            session.add_all(
                Person(slack_id=user, name=user, dm_channel=f"D{user}", synced_at=NOW) for user in ("UANA", "UBO")
            )


def person(session: Session, slack_id: str = "UANA") -> int:
    return session.scalars(select(Person).where(col(Person.slack_id) == slack_id)).one().key


def post(session: Session, number: int, **options: Any) -> bool:
    to = options.pop("to", None) or person(session)
    return outbox.post(session, Note(number), key=f"n{number}", to=to, **options)


def claim(session: Session, action: str = POST, limit: int = 100) -> list[Claimed]:
    return claims.claim(session, action, limit, NOW, machine_now(session))


def settle(session: Session, *settlements: Settlement) -> list[Settlement]:
    return settling.settle(session, settlements, machine_now(session))
