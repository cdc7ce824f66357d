"""Transactions on worker threads, each bound to one workspace."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from storage.database import Database, kept, normalized_url, of_workspace, share, shared, workspace_of
from storage.people import Person
from storage.workspaces import Workspace
from tests.storage.conftest import NOW


def person(slack_id: str, workspace_id: str = "", status: str = "active") -> Person:
    return Person(slack_id=slack_id, name=slack_id, synced_at=NOW, workspace_id=workspace_id, status=status)


def everybody(session: Session) -> list[str]:
    return sorted(session.scalars(select(col(Person.slack_id))))


def names(session: Session) -> list[str]:
    return sorted(each.slack_id for each in session.scalars(select(Person)))


async def test_a_session_sees_and_writes_its_own_workspace_alone(database: Database) -> None:
    await database.write(lambda session: session.add(person("U1")), workspace="T1")
    await database.write(lambda session: session.add(person("U2")), workspace="T2")

    assert await database.read(names, workspace="T1") == ["U1"]
    assert await database.read(everybody, workspace="T2") == ["U2"]
    assert await database.read(names) == ["U1", "U2"]


async def test_a_statement_made_once_serves_every_workspace_at_the_same_time(database: Database) -> None:
    for n in range(6):
        await database.write(lambda session: session.add(person(f"U{n}")), workspace=f"T{n}")  # noqa: B023
    other: Any = aliased(Person)
    pairs = select(col(Person.slack_id), other.slack_id).join(other, other.status == col(Person.status))
    rename = update(Person).values(name="renamed").returning(col(Person.slack_id))
    two_at_once = threading.Barrier(2)

    def look(session: Session) -> list[tuple[Any, ...]]:
        two_at_once.wait(10)
        return [tuple(row) for row in session.execute(pairs)]

    found = await asyncio.gather(*(database.read(look, workspace=f"T{n % 6}") for n in range(24)))
    assert found == [[(f"U{n % 6}", f"U{n % 6}")] for n in range(24)]
    assert len(await database.read(lambda session: list(session.execute(pairs)))) == 36, "a tick sees them all"
    assert await database.write(lambda session: list(session.scalars(rename)), workspace="T3") == ["U3"]
    await database.write(lambda session: session.execute(delete(Person)), workspace="T4")
    assert await database.read(names) == ["U0", "U1", "U2", "U3", "U5"]


async def test_a_row_of_another_workspace_is_refused(database: Database) -> None:
    with pytest.raises(RuntimeError, match="another workspace"):
        await database.write(lambda session: session.add(person("U1", workspace_id="T2")), workspace="T1")

    assert await database.read(names) == []


async def test_a_tick_works_on_one_workspace_for_a_while(database: Database) -> None:
    def tick(session: Session) -> None:
        with of_workspace(session, "T2"):
            session.add(person("U2"))
        with pytest.raises(RuntimeError):
            workspace_of(session)

    await database.write(tick)

    assert await database.read(names, workspace="T2") == ["U2"]


async def test_what_fails_leaves_nothing(database: Database) -> None:
    def fail(session: Session) -> None:
        session.add(person("U1"))
        session.flush()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await database.write(fail, workspace="T1")
    with pytest.raises(IntegrityError):
        await database.write(lambda session: session.add(person("U1", status="nonsense")), workspace="T1")

    assert await database.read(names) == []


async def test_data_stays_off_the_event_loop(database: Database) -> None:
    here = threading.get_ident()
    threads = await asyncio.gather(*(database.write(lambda _session: threading.get_ident()) for _ in range(8)))

    assert here not in threads
    assert len(set(threads)) <= database.writer_count


async def test_sqlite_writers_wait_for_each_other_and_readers_for_nobody(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL has writers side by side")
    entered, leave = threading.Event(), threading.Event()

    def hold(session: Session) -> None:
        session.add(person("U1"))
        session.flush()
        entered.set()
        assert leave.wait(10)

    holding = asyncio.create_task(database.write(hold, workspace="T1"))
    await asyncio.to_thread(entered.wait, 10)
    waiting = asyncio.create_task(database.write(lambda session: session.add(person("U2")), workspace="T1"))

    assert await database.read(names) == [], "a reader sees what is committed, and doesn't wait"
    assert not waiting.done()
    leave.set()
    await asyncio.gather(holding, waiting)
    assert await database.read(names) == ["U1", "U2"]


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError):
        await database.read(lambda session: session.execute(text("DELETE FROM workspace")))


async def test_what_is_looked_up_is_shared_in_a_look_and_never_where_it_may_change(database: Database) -> None:
    def count_twice(session: Session) -> tuple[int, int]:
        first = shared(session, "people", lambda: len(names(session)))
        share(session, {"others": 7})
        if database_may_change:
            session.add(person("U1"))
            session.flush()
        return first, shared(session, "people", lambda: len(names(session)))

    database_may_change = True
    assert await database.write(count_twice, workspace="T1") == (0, 1)
    database_may_change = False
    assert await database.read(count_twice, workspace="T1") == (1, 1)
    assert await database.read(lambda session: shared(session, "others", lambda: 8)) == 8, "each look is its own"


async def test_what_never_changes_is_asked_for_once_and_forgotten_with_a_transaction_that_failed(
    database: Database,
) -> None:
    asked = []

    def find(session: Session) -> int | None:
        def look() -> int:
            asked.append(1)
            return 7

        return kept(session, "answer", look)

    def find_and_fail(session: Session) -> None:
        find(session)
        raise ZeroDivisionError

    def find_in_a_part_that_fails(session: Session) -> None:
        with suppress(ZeroDivisionError), session.begin_nested():
            find_and_fail(session)

    with suppress(ZeroDivisionError):
        await database.write(find_and_fail, workspace="T1")
    await database.write(find_in_a_part_that_fails, workspace="T1")
    assert await database.write(find, workspace="T1") == 7
    assert len(asked) == 3, "nothing was kept of what was rolled back"
    assert await database.write(find, workspace="T1") == 7
    assert len(asked) == 3
    assert await database.write(find, workspace="T2") == 7
    assert len(asked) == 4, "each workspace has its own"


async def test_sqlite_is_set_up_to_lose_nothing(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("SQLite's pragmas")

    def pragmas(session: Session) -> list[object]:
        return [
            session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        ]

    assert await database.write(pragmas) == ["wal", 2, 1, 1]


async def test_a_closed_connection_is_replaced_without_a_word(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has no server to close connections")
    await database.write(lambda session: session.execute(text("SELECT 1")).scalar_one())
    with database.engine.connect() as other:
        other.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )

    await database.write(lambda session: session.add(person("U1")), workspace="T1")

    assert await database.read(names) == ["U1"]


async def test_moments_come_back_in_utc_and_naive_ones_are_refused(database: Database) -> None:
    found = await database.read(lambda session: session.get_one(Workspace, "T1").created_at)
    assert found == NOW
    assert found.tzinfo is UTC

    with pytest.raises(StatementError, match="naive"):
        await database.write(
            lambda session: session.add(Workspace(id="T3", created_at=datetime(2026, 1, 1)))  # noqa: DTZ001 - what is refused
        )


def test_both_names_of_postgresql_mean_psycopg() -> None:
    for url in ("postgres://ana:secret@db/cairn", "postgresql://ana:secret@db/cairn"):
        assert normalized_url(url) == "postgresql+psycopg://ana:secret@db/cairn"


def test_nothing_is_kept_of_a_savepoint_in_what_was_rolled_back(database: Database) -> None:
    with suppress(RuntimeError), database.session("T1") as session:
        with session.begin_nested():
            kept(session, "answer", lambda: 41)
        raise RuntimeError("and all of it is taken back")

    with database.session("T1") as session:
        assert kept(session, "answer", lambda: 42) == 42
