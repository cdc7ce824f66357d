"""A database with two workspaces in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.clock import MovableClock
from storage.database import Database
from storage.workspaces import Workspace

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def database(database_url: str, clock: MovableClock) -> Iterator[Database]:
    database = Database(database_url, clock=clock)
    with database.session() as session:
        session.add_all(Workspace(id=key, name=key, created_at=NOW) for key in ("T1", "T2"))
    yield database
    database.close()
