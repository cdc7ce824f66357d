"""A round for everybody, and what others who commit meanwhile wait; a tick with nothing to do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from statistics import median

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.clock import MovableClock
from bot.notices.checkins import PromptNotice
from bot.notices.home import HomeNotice
from bot.runtime import garbage
from bot.runtime.scheduler import Scheduler
from bot.services.ticks import TICKS
from storage import outbox, seen
from storage.database import Database
from storage.outbox_rows import Outbox
from storage.rounds import Prompt
from tests.bench import company
from tests.bench.company import WORKSPACE
from tests.bench.databases import KINDS, Databases
from tests.bench.processes import in_own_process
from tests.bench.report import Line, at_most, percentile
from tests.bench.sizes import IS_FULL, scaled

MONDAY_9 = datetime(2026, 11, 23, 8, tzinfo=UTC)  # in Berlin
WEEKS = 3 if IS_FULL else 9
TEAM_OF = 250
COMMIT_EVERY = 0.01
TICKED = 50


def measure(databases: Databases) -> Iterator[Line]:
    """A round on both databases."""
    people = scaled(10_000)
    for kind in KINDS:
        ours, bare = databases.fresh(kind), databases.fresh(kind)
        found: Rounds = in_own_process(hold_rounds, ours, people)
        reference = in_own_process(write_bare, bare, people)
        yield at_most(f"a round for {people:,}, {kind}", median(found.seconds), scaled(3000) / 1000, "s", reference)
        p99 = percentile(found.waits, 99)
        yield at_most(
            f"others' commits meanwhile, {kind}: p99, beside when nothing runs",
            p99,
            100,
            "ms",
            percentile(found.alone, 99),
        )


def measure_ticks(databases: Databases) -> Iterator[Line]:
    """Ticks with nothing due, on both databases."""
    people = scaled(100_000)
    for kind in KINDS:
        url = databases.fresh(kind)
        ticks, empty = in_own_process(tick_idly, url, people)
        yield at_most(f"a tick with nothing due among {people:,}, {kind}", ticks, 10, "ms", empty)


@dataclass(frozen=True)
class Rounds:
    """Seconds that each round took; milliseconds that each commit took while they ran, and while nothing did."""

    seconds: list[float]
    waits: list[float]
    alone: list[float]


def hold_rounds(url: str, people: int) -> Rounds:
    """One round a week for everybody, from the tick that finds it due to the last row in the outbox."""
    clock = MovableClock(MONDAY_9)
    database = Database(url, clock=clock)
    with database.session(WORKSPACE) as session:
        teams = company.move_in(session, people, MONDAY_9, team_size=TEAM_OF)
        company.set_up(session, teams, MONDAY_9, MONDAY_9)
    rounds = asyncio.run(_hold(database, clock, people))
    database.close()
    return rounds


async def _hold(database: Database, clock: MovableClock, people: int) -> Rounds:
    scheduler = Scheduler(TICKS, database, clock, lambda: None)
    garbage.settle()  # as `run` does once it is ready
    rounds = Rounds([], [], [])
    async with _committing(database, rounds.alone):
        await asyncio.sleep(2)
    for week in range(WEEKS):
        clock.move_to(MONDAY_9 + week * company.WEEK)
        async with _committing(database, rounds.waits):
            started = time.perf_counter()
            await scheduler.tick()
            rounds.seconds.append(time.perf_counter() - started)
    owed = await database.read(_prompts_owed)
    if owed != WEEKS * people:
        raise RuntimeError(f"{owed} prompts are owed, not {WEEKS * people}")
    return rounds


def _prompts_owed(session: Session) -> int:
    query = select(func.count(col(Outbox.id))).where(col(Outbox.kind) == PromptNotice.kind)
    return session.scalars(query).one()


_home_opened = count()


@asynccontextmanager
async def _committing(database: Database, waits: list[float]) -> AsyncIterator[None]:
    """Somebody opens their Home every 10 ms; notes the milliseconds that each of them waits for the commit."""
    going: list[asyncio.Task[None]] = []

    async def open_home() -> None:
        started, n = time.perf_counter(), next(_home_opened)
        await database.write(lambda session: _home(session, n), workspace=WORKSPACE)
        waits.append((time.perf_counter() - started) * 1000)

    async def open_homes() -> None:
        while True:
            going.append(asyncio.create_task(open_home()))
            await asyncio.sleep(COMMIT_EVERY)

    homes = asyncio.create_task(open_homes())
    yield
    homes.cancel()
    await asyncio.gather(*going)


def _home(session: Session, n: int) -> None:
    seen.once(session, f"home{n}")
    outbox.publish(session, HomeNotice(n % 100 + 1), person_id=n % 100 + 1)


def write_bare(url: str, people: int) -> float:
    """Seconds that Core takes to insert a round's prompts and outbox rows in one transaction."""
    database = Database(url)
    with database.session(WORKSPACE) as session:
        teams = company.move_in(session, people, MONDAY_9, team_size=TEAM_OF)
        checkin = company.set_up(session, teams, MONDAY_9, MONDAY_9)
        company.open_round(session, checkin, MONDAY_9)
        prompts = [prompt.model_dump(exclude={"id"}) for prompt in session.scalars(select(Prompt))]
        posts = [row.model_dump(exclude={"id"}) for row in session.scalars(select(Outbox))]
        session.execute(delete(Outbox))
        session.execute(delete(Prompt))
    started = time.perf_counter()
    with database.session(WORKSPACE) as session:
        session.execute(insert(Prompt), prompts)
        session.execute(insert(Outbox), posts)
    seconds = time.perf_counter() - started
    database.close()
    return seconds


def tick_idly(url: str, people: int) -> tuple[float, float]:
    """Milliseconds of a tick in a company where nothing is due, and in an empty one: medians."""
    clock = MovableClock(MONDAY_9)
    database = Database(url, clock=clock)
    empty = asyncio.run(_tick(database, clock))
    with database.session(WORKSPACE) as session:
        company.fill(session, people, MONDAY_9)
    _let_settle(database)
    full = asyncio.run(_tick(database, clock))
    database.close()
    return full, empty


def _let_settle(database: Database) -> None:
    """PostgreSQL learns what is in its tables, as it does by itself within a minute."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


async def _tick(database: Database, clock: MovableClock) -> float:
    scheduler = Scheduler(TICKS, database, clock, lambda: None)
    times = []
    for _ in range(TICKED):
        started = time.perf_counter()
        await scheduler.tick()
        times.append((time.perf_counter() - started) * 1000)
    return median(times)
