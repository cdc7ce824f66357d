"""The clock's hand: it looks every few seconds whether anything is due, and knows nothing of what.

What is due, and since when, is in the tables; any number of processes may tick, since each tick claims what it
works on. APScheduler only keeps the beat.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.runtime import metrics
from storage.database import Database

log = structlog.get_logger(__name__)

TICK_EVERY = 5.0

# Does one chunk of what is due at `now`, for any workspace; says whether there was any.
Tick = Callable[[Session, datetime], bool]


class Scheduler:
    """Runs every tick until it has nothing left to do, every five seconds.

    `wake` is told after each chunk that did something, so that delivery looks into the outbox at once.
    """

    def __init__(self, ticks: Sequence[Tick], database: Database, clock: Clock, wake: Callable[[], None]) -> None:
        self._ticks = ticks
        self._database = database
        self._clock = clock
        self._wake = wake
        self._one_at_a_time = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._watchdog: asyncio.Task[None] | None = None
        self._is_stopping = False
        self._under_way: set[asyncio.Task[object]] = set()
        self.last_tick: datetime | None = None
        self.every(TICK_EVERY, self.tick, "tick")

    def every(self, seconds: float, work: Callable[[], Awaitable[None]], name: str) -> None:
        """Also do `work` every so many seconds, first after as many; its failures are logged."""

        async def guarded() -> None:
            task = asyncio.current_task()
            if task is None or self._is_stopping:
                return
            self._under_way.add(task)
            try:
                await work()
            except asyncio.CancelledError:
                if not self._is_stopping:  # what outlasts the stop is given up; APScheduler would log that as its error
                    raise
            except Exception:
                metrics.tick_failures.labels(name).inc()
                log.exception("work.failed", name=name)
            finally:
                self._under_way.discard(task)

        self._scheduler.add_job(guarded, _every(seconds), id=name)

    def start(self) -> None:
        """Begin to tick, on the running event loop."""
        self._scheduler.start()
        self._watchdog = asyncio.create_task(self._watch())

    async def stop(self, *, within: float = 5.0) -> None:
        """Begin nothing new; what is under way gets so many seconds, of a tick the chunk that it is at."""
        if self._watchdog is None:
            return
        self._is_stopping = True
        self._watchdog.cancel()
        self._scheduler.pause()
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._one_at_a_time.acquire()
                await asyncio.gather(*(asyncio.shield(task) for task in self._under_way), return_exceptions=True)
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # APScheduler shuts down in the loop's next round

    async def tick(self) -> None:
        """Do all that is due now. A tick that fails is logged, and the others still run."""
        async with self._one_at_a_time:
            with metrics.timed(metrics.ticks):
                at = 0
                while at < len(self._ticks) and not self._is_stopping:
                    at = await self._do_next(at)
            self.last_tick = self._clock.machine()
            metrics.last_tick.set(self.last_tick.timestamp())

    async def _do_next(self, first: int) -> int:
        """Do the next chunk that is due, of this tick or of one after it; gives the tick to go on with.

        In one transaction, since those that find nothing write nothing: a look at all of them is a statement each.
        """
        at = first

        def work(session: Session) -> None:
            nonlocal at
            at = first  # the database may run it a second time
            while at < len(self._ticks) and not self._ticks[at](session, self._clock.now()):
                at += 1

        try:
            await self._database.write(work)
        except Exception:
            tick = self._ticks[min(at, len(self._ticks) - 1)]  # all found nothing where the commit failed
            name = getattr(tick, "__name__", type(tick).__name__)
            metrics.tick_failures.labels(name).inc()
            log.exception("tick.failed", name=name)
            return at + 1
        if at < len(self._ticks):
            self._wake()
        return at

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(TICK_EVERY)  # measured by the loop, on a clock that never steps
            self.plan_anew_after_a_step()

    def plan_anew_after_a_step(self) -> None:
        """Where the wall clock stepped back, jobs are planned too far ahead by as much: plan them from now on."""
        now = self._clock.machine()
        for job in self._scheduler.get_jobs():
            if job.next_run_time - now > job.trigger.interval + timedelta(seconds=1):
                log.warning("clock.stepped_back", name=job.id)
                _plan(job)


def _plan(job: Job) -> None:
    job.reschedule(_every(job.trigger.interval.total_seconds()))


def _every(seconds: float) -> IntervalTrigger:
    return IntervalTrigger(seconds=seconds, timezone="UTC")
