"""People and channels as Slack has them, brought up to date at start and every hour."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UserError
from bot.runtime import pacing
from bot.runtime.pacing import Pace, Pacer
from bot.runtime.slack import TROUBLE, Kind, classify, retry_after
from bot.services import channels as channel_service
from bot.services import people as people_service
from handlers import lookups
from handlers.desk import Desk

T = TypeVar("T")
log = structlog.get_logger()

EVERY = 3600.0
SOON = 60.0
"""Seconds until a step that failed is tried again."""
TRIES = 4
LONGEST_WAIT = 300.0
"""Seconds that one `Retry-After` is waited for at most."""
PASSING = {Kind.TEMPORARY, Kind.UNREACHED, Kind.UNKNOWN}  # only reads are asked here, so that any may be asked again


class Sync:
    """One workspace's sync: its steps don't wait for each other to succeed, and keep to Slack's rates.

    Every process syncs for itself, without a lease: what it writes is what Slack says, whoever writes it. `sleep` waits
    so many seconds.
    """

    def __init__(self, desk: Desk, pace: Pace, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._desk = desk
        self._pacer = Pacer(pace, desk.clock.uptime)
        self._sleep = sleep
        self._steps = {"people": self._people, "channels": self._channels}
        self._due_at = dict.fromkeys(self._steps, 0.0)
        self._is_running = False

    def is_due(self) -> bool:
        """Whether there is anything to bring up to date, and nobody at it."""
        return not self._is_running and min(self._due_at.values()) <= self._desk.clock.uptime()

    async def run(self, workspace: str) -> None:
        """Do those steps that are due; one that fails is logged, and due again soon."""
        self._is_running = True
        try:
            for name, step in self._steps.items():
                if self._due_at[name] <= self._desk.clock.uptime():
                    again_in = EVERY if await self._succeeds(name, step(workspace)) else SOON
                    self._due_at[name] = self._desk.clock.uptime() + again_in
        finally:
            self._is_running = False

    async def _succeeds(self, name: str, work: Awaitable[bool]) -> bool:
        try:
            return await work
        except Exception as error:  # noqa: BLE001 - the steps after this one have their own chance
            log.warning("sync.failed", step=name, error=type(error).__name__)
            return False

    async def _people(self, workspace: str) -> bool:
        """Page through everybody; whoever Slack no longer names has left."""
        client, since = await self._desk.clients.of(workspace), self._desk.clock.now()
        present = await self._remember_all(client, workspace)
        if not present:
            log.warning("people.none", workspace=workspace)  # an empty answer is no reason to let everybody go
            return False
        now = self._desk.clock.now()
        await self._desk.database.write(
            lambda session: people_service.left_all_but(session, present, since, now), workspace=workspace
        )
        log.info("people.synced", workspace=workspace, people=len(present))
        return True

    async def _remember_all(self, client: AsyncWebClient, workspace: str) -> set[str]:
        present: set[str] = set()
        cursor: str | None = None
        while True:
            ask = partial(lookups.users, client, workspace, cursor)
            page, cursor = await self._ask(pacing.USERS, ask)
            present.update(user.slack_id for user in page)
            await self._desk.remember(page, workspace)
            if cursor is None:
                return present

    async def _channels(self, workspace: str) -> bool:
        """Look up again the channels that Cairn keeps; says whether none was missed for a passing trouble."""
        kept = await self._desk.database.read(channel_service.watched, workspace=workspace)
        missed = 0
        for slack_id in kept:
            try:
                await self._channel(workspace, slack_id)
            except TROUBLE as error:
                log.warning("channel.sync_failed", workspace=workspace, error=type(error).__name__)
                missed += classify(error) in PASSING
        return not missed

    async def _channel(self, workspace: str, slack_id: str) -> None:
        """One that Cairn can't see any more is one that it isn't in."""
        client = await self._desk.clients.of(workspace)
        try:
            facts, members = await self._ask(pacing.INFO, lambda: lookups.channel(client, slack_id, "channel"))
        except UserError:
            await self._desk.database.write(
                lambda session: channel_service.changed(session, slack_id, bot_in=False), workspace=workspace
            )
            return
        now = self._desk.clock.now()
        await self._desk.database.write(
            lambda session: channel_service.remember(session, facts, members, now).slack_id, workspace=workspace
        )

    async def _ask(self, method: str, call: Callable[[], Awaitable[T]]) -> T:
        """Slack's answer, asked again after a passing trouble as late as Slack says."""
        for attempt in range(1, TRIES):
            try:
                return await self._in_turn(method, call)
            except TROUBLE as error:
                if classify(error) not in PASSING:
                    raise
                wait = retry_after(error)
                self._pacer.hold(method, min(2.0**attempt if wait is None else wait, LONGEST_WAIT))
        return await self._in_turn(method, call)

    async def _in_turn(self, method: str, call: Callable[[], Awaitable[T]]) -> T:
        while (seconds := self._pacer.wait(method)) > 0:
            await self._sleep(seconds)
        self._pacer.take(method)
        return await call()
