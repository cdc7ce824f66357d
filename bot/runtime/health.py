"""Whether Cairn is well: what `/healthz` says and a load balancer acts on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.runtime import metrics
from storage import lanes, outbox
from storage.database import Database

log = structlog.get_logger(__name__)

# Seconds without an answer from the database, and without a tick, after which something is wrong.
DATABASE_WITHIN = 2.0
TICK_WITHIN = timedelta(seconds=60)


@dataclass(frozen=True)
class Report:
    """`slack` is connected, disconnected or http (Slack calls us, so there is nothing to hold open).

    `refused`: workspaces in which nothing is sent, and why (Slack's code). Only the operator can mend that, and no
    restart, so it doesn't count against `is_well`.
    """

    database: bool
    slack: str
    last_tick: datetime | None
    is_ticking: bool
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def is_well(self) -> bool:
        """Whether Cairn does all of its work."""
        return self.database and self.is_ticking and self.slack != "disconnected"

    def as_json(self) -> dict[str, Any]:
        """The answer's body."""
        return {
            "ok": self.is_well,
            "database": "ok" if self.database else "unreachable",
            "slack": self.slack,
            "last_tick": self.last_tick and self.last_tick.isoformat(timespec="seconds"),
            "delivery": {"stopped": self.refused} if self.refused else "ok",
        }


class Health:
    """Looks when it is asked; questions to a database that doesn't answer never pile up.

    `last_tick` gives the scheduler's (machine time), `is_connected` the socket's state, None where Slack calls us.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        last_tick: Callable[[], datetime | None],
        is_connected: Callable[[], bool] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._last_tick = last_tick
        self._is_connected = is_connected
        self._started = clock.machine()
        self._asking: asyncio.Task[bool] | None = None
        self._refused: dict[str, str] = {}

    async def report(self) -> Report:
        """How things stand now; takes at most two seconds."""
        last = self._last_tick()
        return Report(
            database=await self._database_answers(),
            slack=self._slack(),
            last_tick=last,
            is_ticking=self._clock.machine() - (last or self._started) < TICK_WITHIN,
            refused=self._refused,
        )

    async def count_waiting(self) -> None:
        """Bring the metric of what the outbox owes up to date, where the database answers."""
        now = self._clock.now()
        with suppress(SQLAlchemyError):
            metrics.outbox_waiting.set(await self._database.read(lambda session: outbox.waiting(session, now)))

    def _slack(self) -> str:
        if self._is_connected is None:
            return "http"
        return "connected" if self._is_connected() else "disconnected"

    async def _database_answers(self) -> bool:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        asking = self._asking
        done, _ = await asyncio.wait({asking}, timeout=DATABASE_WITHIN)
        return bool(done) and asking.result()

    async def _ask(self) -> bool:
        try:
            self._refused = await self._database.read(lanes.stopped)
        except Exception:
            log.warning("database.unreachable", exc_info=True)
            return False
        return True
