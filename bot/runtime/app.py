"""The one place that wires Cairn together."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy.orm import Session

import handlers.cairn
import handlers.checkins
import handlers.delivery
import handlers.people
import handlers.teams
from bot.clock import Clock
from bot.i18n import rename_commands
from bot.runtime import metrics
from bot.runtime.delivery import Delivery
from bot.runtime.health import Health
from bot.runtime.http import Door, WebServer
from bot.runtime.pacing import Pace
from bot.runtime.scheduler import Scheduler
from bot.runtime.settings import SlackSettings
from bot.runtime.slack import Clients
from bot.runtime.socket import SocketMode
from bot.runtime.sync import sync_channels, sync_people
from bot.services import people, ticks
from handlers.bolt import connect
from handlers.desk import Desk
from handlers.routes import Routes
from storage import workspaces
from storage.database import Database
from storage.types import make_cipher
from storage.workspaces import Workspace

log = structlog.get_logger()
SYNC_EVERY = 3600.0
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
    socket: SocketMode | None = None
    workspace: str = ""
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Learn which workspace this is, connect, and begin to tick and to deliver."""
        await self._introduce()
        await self.server.start()
        self._tasks.append(asyncio.create_task(self.delivery.run()))
        self.scheduler.every(SYNC_EVERY, self.sync, "sync")
        self.scheduler.start()
        self.desk.later(self.sync(), "sync")
        if self.socket is not None:
            await self.socket.start()

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

        await self.database.write(remember, workspace=self.workspace)

    async def sync(self) -> None:
        """Bring people and channels up to date, and open DMs ahead of the first fan-out."""
        await sync_people(self.desk, self.workspace)
        await sync_channels(self.desk, self.workspace)
        await self.delivery.open_missing_dms(self.workspace)

    async def settle(self) -> None:
        """All that is due now is done and sent: for demos and tests, whose calendar stands."""
        await self.desk.finish()
        await self.scheduler.tick()
        await self.delivery.drain()

    async def stop(self, within: float = 10.0) -> None:
        """Take nothing new, finish what is under way, let everything go."""
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
    delivery = Delivery(database, clients, clock, pace=pace or Pace())
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
    server = WebServer(settings.host, settings.port, health=health, door=door)
    return Cairn(settings, clock, database, clients, delivery, desk, scheduler, bolt, server, socket)


def make_routes(desk: Desk) -> Routes:
    """Every feature's handlers."""
    routes = Routes()
    for feature in (handlers.checkins, handlers.teams, handlers.cairn, handlers.people, handlers.delivery):
        feature.register(routes, desk)
    return routes


def make_bolt(settings: SlackSettings, clients: Clients, database: Database) -> AsyncApp:
    """Bolt's app; signatures are checked at the door, before anything is parsed, so it doesn't check them again."""
    known: dict[str, AuthorizeResult] = {}

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        if team_id not in known:
            workspace = await database.read(lambda session: session.get(Workspace, team_id))
            if workspace is None or team_id is None:
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
