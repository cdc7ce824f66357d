"""Delivery: pays what the outbox owes Slack, exactly once.

Each workspace has a lane, leased by one process and worked by a `LaneRunner` while something is due. This module
looks for lanes with something due: when it is woken after a commit, when the next moment comes, and every second,
since another process may have committed, or died.
"""

from __future__ import annotations

import asyncio
import uuid
from functools import partial

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.clock import Clock
from bot.runtime import pacing
from bot.runtime.lane import LaneRunner, Means
from bot.runtime.pacing import Pace, Pacer
from bot.runtime.rendering import METHODS
from bot.runtime.slack import Clients, Kind, call
from bot.runtime.turns import Opened, remember_dm
from storage import lanes
from storage.database import Database, machine_now
from storage.lanes import Due
from storage.people import Person

log = structlog.get_logger(__name__)
POLL = 1.0
LOOK_AGAIN = 0.05  # seconds between looks: a thousand people who answer at once don't make a thousand of them
REST = 1.0
_METHOD_OF = {**METHODS, lanes.OPEN: pacing.OPEN, lanes.LOOK: pacing.HISTORY, lanes.PROBE: pacing.TEST}


class Delivery:
    """The lanes of this process. `holder` names it among others; `pace` holds for each workspace."""

    def __init__(
        self, database: Database, clients: Clients, clock: Clock, *, holder: str | None = None, pace: Pace | None = None
    ) -> None:
        self._means = Means(database, clients, clock, holder or uuid.uuid4().hex)
        self._pace = pace or Pace()
        self._pacers: dict[str, Pacer] = {}
        self._runners: dict[str, LaneRunner] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._resting: dict[str, float] = {}
        self._event = asyncio.Event()
        self._is_stopping = False

    @property
    def is_idle(self) -> bool:
        """Whether no lane is being worked."""
        return not self._tasks

    def wake(self) -> None:
        """Something was committed."""
        self._resting.clear()
        for runner in self._runners.values():
            runner.wake()
        self._event.set()

    async def run(self) -> None:
        """Until `stop`."""
        while not self._is_stopping:
            self._event.clear()
            try:
                await self._look_around()
            except SQLAlchemyError:
                log.error("delivery.database_failed", exc_info=True)
            await self._wait()

    async def stop(self, within: float = 10.0) -> None:
        """Begin nothing more and let what is under way settle, for at most `within` seconds.

        What isn't settled by then is looked for later, like after a crash.
        """
        self._is_stopping = True
        self._event.set()
        for runner in self._runners.values():
            runner.stop()
        tasks = list(self._tasks.values())
        if tasks:
            _, pending = await asyncio.wait(tasks, timeout=within)
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

    async def drain(self) -> None:
        """Until nothing that is due now is left unsent. What waits for machine time (a retry, a grace, Slack's
        `Retry-After`) doesn't count, nor does what another process has taken on.
        """
        while not self._is_stopping:
            await self._look_around()
            if not self._tasks:
                return
            await asyncio.wait(list(self._tasks.values()), return_when=asyncio.FIRST_COMPLETED)

    async def open_missing_dms(self, workspace_id: str) -> None:
        """Open the DMs of everybody active who has none yet, so that nobody waits for theirs; at idle pace."""
        pacer = self._pacer(workspace_id)
        client = await self._means.clients.of(workspace_id)
        after = 0
        while not self._is_stopping:
            look = partial(_without_dm, after=after)
            person = await self._means.database.read(look, workspace=workspace_id)
            if person is None:
                return
            after, slack_id = person
            await pacer.turn(pacing.OPEN, idle=True)
            answer = await call(client, pacing.OPEN, {"users": slack_id})
            if answer.kind is Kind.OK:
                await self._remember_dm(workspace_id, after, str(answer.data["channel"]["id"]))
            elif answer.kind is not Kind.PERMANENT_TARGET:
                log.warning("delivery.dms_not_opened", workspace=workspace_id, error=answer.error)
                return

    async def _remember_dm(self, workspace_id: str, person_id: int, channel: str) -> None:
        opened = Opened(person_id, channel)
        now = self._means.clock.now()
        await self._means.database.write(lambda session: remember_dm(session, opened, now), workspace=workspace_id)
        self.wake()

    async def _look_around(self) -> None:
        """Start a runner for each lane with something that could be done now."""
        now, holder, at_work = self._means.clock.now(), self._means.holder, list(self._tasks)
        found = await self._means.database.read(
            lambda session: lanes.due(session, holder, now, machine_now(session), at_work)
        )
        for due in found:
            if not self._is_stopping and due.workspace_id not in self._tasks and self._could_do(due):
                self._start(due.workspace_id)

    def _could_do(self, due: Due) -> bool:
        if self._resting.get(due.workspace_id, 0.0) > self._means.clock.uptime():
            return False
        pacer = self._pacer(due.workspace_id)
        return any(pacer.held(_METHOD_OF[what]) <= 0 for what in due.what)

    def _start(self, workspace_id: str) -> None:
        runner = LaneRunner(self._means, workspace_id, self._pacer(workspace_id))
        self._runners[workspace_id] = runner
        self._tasks[workspace_id] = asyncio.create_task(self._work(workspace_id, runner), name=f"lane {workspace_id}")

    async def _work(self, workspace_id: str, runner: LaneRunner) -> None:
        try:
            await runner.run()
        except Exception:
            log.error("delivery.lane_failed", workspace=workspace_id, exc_info=True)
            self._rest(workspace_id)
        else:
            if not runner.has_worked:
                self._rest(workspace_id)
        finally:
            del self._runners[workspace_id], self._tasks[workspace_id]
            self._event.set()

    def _rest(self, workspace_id: str) -> None:
        self._resting[workspace_id] = self._means.clock.uptime() + REST

    def _pacer(self, workspace_id: str) -> Pacer:
        if workspace_id not in self._pacers:
            self._pacers[workspace_id] = Pacer(self._pace, self._means.clock.uptime)
        return self._pacers[workspace_id]

    async def _wait(self) -> None:
        """Until woken, until Slack lets a method go again, or until it is time to look anyhow; never at once again."""
        held = [seconds for pacer in self._pacers.values() if (seconds := pacer.next_release()) > 0]
        timer = asyncio.get_running_loop().call_later(min([POLL, *held]), self._event.set)
        await asyncio.sleep(LOOK_AGAIN)
        await self._event.wait()
        timer.cancel()


def _without_dm(session: Session, after: int) -> tuple[int, str] | None:
    missing = select(col(Person.id), col(Person.slack_id)).where(
        col(Person.dm_channel).is_(None), col(Person.status) == "active", col(Person.id) > after
    )
    row = session.execute(missing.order_by(col(Person.id)).limit(1)).first()
    return None if row is None or row[0] is None else (row[0], row[1])
