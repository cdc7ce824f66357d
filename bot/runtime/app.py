"""The one place that wires Cairn together."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy.orm import Session

import handlers.away
import handlers.blockers
import handlers.cairn
import handlers.checkin_setup
import handlers.checkins
import handlers.days
import handlers.delivery
import handlers.feedback
import handlers.feedback_requests
import handlers.goals
import handlers.jottings
import handlers.keeps
import handlers.kudos
import handlers.looks
import handlers.messages
import handlers.people
import handlers.preferences
import handlers.replies
import handlers.results
import handlers.status
import handlers.summaries
import handlers.teams
import handlers.tokens
import handlers.why
from bot.clock import Clock
from bot.i18n import rename_commands
from bot.runtime import channel_lookups, metrics
from bot.runtime.channel_lookups import ChannelLookups
from bot.runtime.delivery import Delivery
from bot.runtime.health import Health
from bot.runtime.http import Door, WebServer
from bot.runtime.pacing import Pace
from bot.runtime.readings_api import ReadingsApi
from bot.runtime.scheduler import Scheduler
from bot.runtime.settings import SlackSettings
from bot.runtime.slack import Clients
from bot.runtime.socket import SocketMode
from bot.runtime.sync import SOON, Sync
from bot.services import people, ticks
from handlers.bolt import connect
from handlers.desk import Desk
from handlers.routes import Routes
from storage import channels, workspaces
from storage.database import Database
from storage.types import make_cipher
from storage.workspaces import Workspace

log = structlog.get_logger()
# Seconds for which nothing is posted at start until the first sync is done, lest it goes to whom it shouldn't any more.
FIRST_SYNC_WITHIN = 30.0
# Seconds for what nobody waits for, when stopping: DMs that are opened ahead, at Slack's pace, can be opened later.
FINISH_WITHIN = 2.0


@dataclass
class Cairn:
    """Cairn, running or about to."""

    settings: SlackSettings
    clock: Clock
    database: Database
    clients: Clients
    delivery: Delivery
    desk: Desk
    scheduler: Scheduler
    bolt: AsyncApp
    server: WebServer
    syncing: Sync
    lookups: ChannelLookups
    socket: SocketMode | None = None
    workspace: str = ""
    _is_synced: asyncio.Event = field(default_factory=asyncio.Event)
    _opening_dms: asyncio.Lock = field(default_factory=asyncio.Lock)
    _beginning: asyncio.Task[None] | None = None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Learn which workspace this is, connect, and begin to tick and to deliver once people are known."""
        await self._introduce()
        await self.server.start()
        self.desk.later(self.sync(), "sync")
        self._beginning = asyncio.create_task(self._begin())
        if self.socket is not None:
            await self.socket.start()

    async def _begin(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_synced.wait(), FIRST_SYNC_WITHIN)
        self._tasks.append(asyncio.create_task(self.delivery.run()))
        self.scheduler.every(SOON, self._sync_where_due, "sync")
        self.scheduler.every(channel_lookups.EVERY, self._look_up_channels, "channels")
        self.scheduler.start()

    async def _introduce(self) -> None:
        client = self.clients.with_token(self.settings.slack_bot_token)
        me = await client.auth_test()
        self.workspace = str(me["team_id"])
        found = Workspace(
            id=self.workspace, name=str(me["team"]), bot_user_id=str(me["user_id"]), created_at=self.clock.now()
        )

        def remember(session: Session) -> None:
            workspaces.register(session, found)
            people.appoint(session, self.settings.admins)
            channels.want_all(session, self.clock.now())

        await self.database.write(remember, workspace=self.workspace)

    async def sync(self) -> None:
        """Bring people and channels up to date where that is due, and open DMs ahead of the first fan-out."""
        await self.syncing.run(self.workspace)
        self._is_synced.set()
        if not self._opening_dms.locked():  # of many people that takes hours
            async with self._opening_dms:
                await self.delivery.open_missing_dms(self.workspace)

    async def _sync_where_due(self) -> None:
        if self.syncing.is_due():
            self.desk.later(self.sync(), "sync")

    async def settle(self) -> None:
        """All that is due now is done and sent: for demos and tests, whose calendar stands."""
        await self.desk.finish()
        await self.scheduler.tick()
        await self.lookups.run(self.workspace)
        # Whoever looked the channels up, this call or the one in the background: what waited for them goes on.
        await self.scheduler.tick()
        await self.delivery.drain()

    async def _look_up_channels(self) -> None:
        """Who waits for a channel to be looked up goes on at once."""
        if await self.lookups.run(self.workspace):
            await self.scheduler.tick()

    async def stop(self, within: float = 10.0) -> None:
        """Take nothing new, finish what is under way, let everything go."""
        if self._beginning is not None:
            self._beginning.cancel()
        if self.socket is not None:
            await self.socket.stop()
        await self.server.stop()
        await self.desk.finish(FINISH_WITHIN)
        await self.scheduler.stop()
        await self.delivery.stop(within)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.clients.close()
        self.database.close()


def build(settings: SlackSettings, *, clock: Clock | None = None, pace: Pace | None = None) -> Cairn:
    """Wire Cairn as the settings say; nothing is connected yet."""
    clock = clock or Clock()
    rename_commands(settings.renames)
    database = Database(settings.database_url, cipher=make_cipher(settings.cairn_secret_key), clock=clock)
    metrics.watch(database.engine)
    clients = Clients(database, base_url=settings.slack_api_url, token=settings.slack_bot_token)
    pace = pace or Pace()
    delivery = Delivery(database, clients, clock, pace=pace)
    desk = Desk(database, clients, clock, delivery.wake, settings.admins)
    bolt = make_bolt(settings, clients, database)
    connect(bolt, desk, make_routes(desk), settings.renames)
    scheduler = Scheduler(ticks.TICKS, database, clock, delivery.wake)
    socket = None
    if settings.socket_mode:
        socket = SocketMode(bolt, clients.with_token(None), settings.slack_app_token)
    health = Health(
        database,
        clock,
        last_tick=lambda: scheduler.last_tick,
        is_connected=None if socket is None else lambda: socket.connected,
    )
    door = None if settings.socket_mode else Door(bolt, settings.slack_signing_secret, clock)
    readings = ReadingsApi(database, clock)
    server = WebServer(settings.host, settings.port, health=health, door=door, readings=readings)
    syncing, looking_up = Sync(desk, pace), ChannelLookups(desk)
    return Cairn(
        settings, clock, database, clients, delivery, desk, scheduler, bolt, server, syncing, looking_up, socket
    )


def make_routes(desk: Desk) -> Routes:
    """Every feature's handlers."""
    routes = Routes()
    for feature in (
        handlers.blockers,
        handlers.checkins,
        handlers.checkin_setup,
        handlers.teams,
        handlers.tokens,
        handlers.cairn,
        handlers.people,
        handlers.delivery,
        handlers.replies,
        handlers.results,
        handlers.jottings,
        handlers.messages,
        handlers.keeps,
        handlers.feedback,
        handlers.feedback_requests,
        handlers.kudos,
        handlers.status,
        handlers.why,
        handlers.looks,
        handlers.away,
        handlers.days,
        handlers.goals,
        handlers.preferences,
        handlers.summaries,
    ):
        feature.register(routes, desk)
    return routes


def make_bolt(settings: SlackSettings, clients: Clients, database: Database) -> AsyncApp:
    """Bolt's app; signatures are checked at the door, before anything is parsed, so it doesn't check them again."""
    known: dict[str, AuthorizeResult] = {}

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        if team_id is None:
            return None
        if team_id not in known:
            workspace = await database.read(lambda session: session.get(Workspace, team_id))
            if workspace is None:
                return None
            known[team_id] = AuthorizeResult(
                enterprise_id=enterprise_id,
                team_id=team_id,
                bot_token=workspace.bot_token or settings.slack_bot_token,
                bot_user_id=workspace.bot_user_id,
            )
        return known[team_id]

    return AsyncApp(
        name="cairn",
        client=clients.with_token(None),
        authorize=authorize,  # type: ignore[arg-type] # Bolt takes None for a workspace that isn't installed
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        logger=logging.getLogger("cairn.bolt"),
    )
