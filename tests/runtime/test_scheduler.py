"""The scheduler: ticks until nothing is left, whatever fails and however the clock steps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from bot.clock import MovableClock
from bot.runtime import metrics
from bot.runtime import scheduler as scheduling
from bot.runtime.scheduler import Scheduler, Tick
from storage.database import Database

MONDAY = datetime(2026, 11, 23, 8, 59, tzinfo=UTC)


class Chunks:
    """A tick with so many chunks of work to do."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.told: list[datetime] = []
        self.began = asyncio.Event()

    def __call__(self, session: Session, now: datetime) -> bool:
        session.execute(text("SELECT 1"))
        self.told.append(now)
        if not self.left:
            return False
        self.left -= 1
        return True


def broken(_session: Session, _now: datetime) -> bool:
    raise ValueError("zebra-crossing")


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(MONDAY)


@pytest.fixture
async def database(tmp_path: Path, clock: MovableClock) -> AsyncIterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'cairn.db'}", clock=clock)
    yield opened
    opened.close()


class Woken:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


def make(database: Database, clock: MovableClock, *ticks: Tick) -> tuple[Scheduler, Woken]:
    woken = Woken()
    return Scheduler(ticks, database, clock, woken), woken


async def test_each_tick_runs_until_it_has_nothing_left(database: Database, clock: MovableClock) -> None:
    first, second = Chunks(3), Chunks(0)
    scheduler, woken = make(database, clock, first, second)

    await scheduler.tick()

    assert first.told == [MONDAY] * 4
    assert second.told == [MONDAY]
    assert woken.times == 3
    assert scheduler.last_tick is not None
    assert clock.machine() - scheduler.last_tick < timedelta(seconds=5)


async def test_all_that_find_nothing_share_a_transaction_and_each_chunk_has_its_own(
    database: Database, clock: MovableClock
) -> None:
    commits: list[object] = []
    event.listen(database.engine, "commit", commits.append)
    scheduler, _ = make(database, clock, Chunks(0), Chunks(2), Chunks(0), Chunks(1), Chunks(0))

    await scheduler.tick()
    with_chunks = len(commits)
    await scheduler.tick()

    assert with_chunks == 2 + 1 + 1
    assert len(commits) == with_chunks + 1


async def test_one_failing_tick_does_not_stop_the_others(
    database: Database, clock: MovableClock, capsys: pytest.CaptureFixture[str]
) -> None:
    last = Chunks(0)
    scheduler, _ = make(database, clock, broken, last)
    before = metrics.registry.get_sample_value("cairn_tick_failures_total", {"name": "broken"}) or 0

    await scheduler.tick()

    assert len(last.told) == 1
    assert metrics.registry.get_sample_value("cairn_tick_failures_total", {"name": "broken"}) == before + 1
    assert "tick.failed" in capsys.readouterr().out


async def test_ticks_never_overlap(database: Database, clock: MovableClock) -> None:
    order: list[str] = []

    def first(_session: Session, _now: datetime) -> bool:
        order.append("first")
        return False

    def second(_session: Session, _now: datetime) -> bool:
        order.append("second")
        return False

    scheduler, _ = make(database, clock, first, second)
    await asyncio.gather(*(scheduler.tick() for _ in range(5)))

    assert order == ["first", "second"] * 5


async def test_it_ticks_by_itself_and_stops(
    database: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduling, "TICK_EVERY", 0.02)
    twice = asyncio.Event()
    loop = asyncio.get_running_loop()
    count = 0

    def counting(_session: Session, _now: datetime) -> bool:
        nonlocal count
        count += 1
        if count == 2:
            loop.call_soon_threadsafe(twice.set)
        return False

    scheduler, _ = make(database, clock, counting)
    scheduler.start()
    await asyncio.wait_for(twice.wait(), 5)
    await scheduler.stop()

    stopped_at = count
    await asyncio.wait({asyncio.create_task(asyncio.Event().wait())}, timeout=0.1)
    assert count == stopped_at


async def test_stopping_lets_the_chunk_under_way_finish_and_begins_no_other(
    database: Database, clock: MovableClock
) -> None:
    loop, began, may_end, ended = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event(), []

    def slow(_session: Session, _now: datetime) -> bool:
        loop.call_soon_threadsafe(began.set)
        asyncio.run_coroutine_threadsafe(may_end.wait(), loop).result(5)
        ended.append(True)
        return True

    scheduler, _ = make(database, clock, slow)
    scheduler.start()
    ticking = asyncio.create_task(scheduler.tick())
    await began.wait()

    stopping = asyncio.create_task(scheduler.stop())
    await asyncio.wait({stopping}, timeout=0.05)
    assert not stopping.done()
    may_end.set()
    await asyncio.gather(ticking, stopping)

    assert ended == [True]


@pytest.mark.parametrize("finishes", [True, False], ids=["in time", "too late"])
async def test_stopping_waits_for_other_work_and_gives_up_quietly_what_takes_too_long(
    database: Database,
    clock: MovableClock,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    finishes: bool,
) -> None:
    began, may_end, ends = asyncio.Event(), asyncio.Event(), []

    async def slow() -> None:
        began.set()
        try:
            await may_end.wait()
            ends.append("done")
        except asyncio.CancelledError:
            ends.append("given up")
            raise

    scheduler, _ = make(database, clock)
    scheduler.every(0.02, slow, "channels")
    scheduler.start()
    await began.wait()

    stopping = asyncio.create_task(scheduler.stop(within=5 if finishes else 0.05))
    await asyncio.wait({stopping}, timeout=0.02)
    assert not stopping.done()
    if finishes:
        may_end.set()
    await stopping
    await asyncio.sleep(0)

    assert ends == ["done" if finishes else "given up"]
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert "work.failed" not in capsys.readouterr().out


async def test_stopping_twice_or_before_the_start_is_nothing(database: Database, clock: MovableClock) -> None:
    scheduler, _ = make(database, clock)

    await scheduler.stop()


async def test_slow_work_has_its_own_beat_and_may_fail(
    database: Database, clock: MovableClock, capsys: pytest.CaptureFixture[str]
) -> None:
    twice, count = asyncio.Event(), 0

    async def sync() -> None:
        nonlocal count
        count += 1
        if count == 2:
            twice.set()
        raise ValueError("zebra-crossing")

    scheduler, _ = make(database, clock)
    scheduler.every(0.02, sync, "people")
    scheduler.start()
    await asyncio.wait_for(twice.wait(), 5)
    await scheduler.stop()

    assert "work.failed" in capsys.readouterr().out


async def test_jobs_are_planned_anew_when_the_wall_clock_stepped_back(
    database: Database, clock: MovableClock, capsys: pytest.CaptureFixture[str]
) -> None:
    scheduler, _ = make(database, clock)
    scheduler.every(3600, scheduler.tick, "people")
    scheduler.start()
    planned = {job.id: job.next_run_time for job in scheduler._scheduler.get_jobs()}

    scheduler.plan_anew_after_a_step()
    assert {job.id: job.next_run_time for job in scheduler._scheduler.get_jobs()} == planned

    # As if APScheduler had planned before the clock was put back by a day: what was soon is now a day away.
    for job in scheduler._scheduler.get_jobs():
        job.modify(next_run_time=job.next_run_time + timedelta(days=1))
    scheduler.plan_anew_after_a_step()

    again = {job.id: job.next_run_time - clock.machine() for job in scheduler._scheduler.get_jobs()}
    assert timedelta(0) < again["tick"] <= timedelta(seconds=5)
    assert timedelta(minutes=59) < again["people"] <= timedelta(hours=1)
    assert "clock.stepped_back" in capsys.readouterr().out
    await scheduler.stop()
