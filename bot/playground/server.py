"""`Playground`: a Slack that runs on this machine."""

import asyncio
from typing import Any

from aiohttp import BodyPartReader, web

from bot.playground import files
from bot.playground.acting import Workspace
from bot.playground.company import TEAM_ID, Company, acme
from bot.playground.interactions import Interactions
from bot.playground.page_api import Page
from bot.playground.transport import Transport
from bot.playground.views import Views
from bot.playground.web_api import WebApi
from bot.playground.world import BOT_USER, Calendar, Message, SlackError, World

RETRY_TICK_SECONDS = 1.0


def _switch(part: str, name: str) -> property:
    """A switch that belongs to one of the playground's parts."""
    return property(
        lambda self: getattr(getattr(self, part), name), lambda self, value: setattr(getattr(self, part), name, value)
    )


class Playground:
    """The server, its state and its switches.

    `ack_seconds` may be lowered by tests that want a time-out; `checks_on` and `echoes` may be switched
    off by benchmarks.
    """

    def __init__(self, company: Company | None = None, calendar: Calendar | None = None) -> None:
        self.world = World(company or acme(), calendar)
        self.api = WebApi(self.world, Views(self.world))
        self.transport = Transport(self.world.machine_now)
        self.slack = Workspace(Interactions(self.world, self.api, self.transport))
        self.page = Page(self.slack, lambda: self.transport.connected)
        self.faults, self.limits = self.api.faults, self.api.limits
        self.team_id, self.bot_user_id = TEAM_ID, BOT_USER
        self.bot_token, self.app_token = self.api.bot_token, self.api.app_token
        self.signing_secret = self.transport.signing_secret
        self.violations = self.api.violations
        self.drop_connections, self.send_disconnect = self.transport.drop_connections, self.transport.send_disconnect
        self.echoes = True
        self.url = ""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        app = web.Application(client_max_size=64 * 2**20)
        app.add_routes(
            [
                web.route("*", "/api/{method}", self.api.serve),
                web.get("/link/", self.transport.link),
                web.post("/response/{key}", self._respond),
                web.post("/upload/{file}", self._upload),
                web.get("/files/{file}", self._file),
                *self.page.routes(),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound = self._runner.addresses[0]
        self.url = self.api.url = self.slack.doing.url = f"http://{bound[0]}:{bound[1]}"
        self.api.connect_url = self._connect_url
        self.api.echo = self._echo
        self.transport.changed = self.world.changed
        self._spawn(self._retry_events())

    async def stop(self) -> None:
        """Close every connection and forget what waits; the state stays readable."""
        self.page.closing = True
        self.faults.clear()
        self.world.changed()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.transport.close()
        if self._runner:
            await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    # How the bot is reached

    ack_seconds = _switch("transport", "ack_seconds")
    refuse_connections = _switch("transport", "refuse_connections")
    checks_on = _switch("api", "checks_on")
    page_size = _switch("api", "page_size")
    machine_offset = _switch("world", "machine_offset")

    def deliver_by_http(self, request_url: str) -> None:
        self.transport.request_url = request_url

    @property
    def unresponsive(self) -> bool:
        return any(link.stalled for link in self.transport.links)

    @unresponsive.setter
    def unresponsive(self, stalled: bool) -> None:
        """Make the connections there are look open and do nothing: no pongs, no deliveries, acks unheard."""
        for link in self.transport.links:
            link.stalled = stalled

    # Inside

    def _connect_url(self) -> str:
        if self.transport.refuse_connections:
            raise SlackError("service_unavailable")
        return f"ws{self.url.removeprefix('http')}/link/?ticket={self.transport.ticket()}"

    def _echo(self, message: Message, before: dict[str, Any] | None) -> None:
        """Slack tells a bot of its own messages and changes too, where it subscribed to them."""
        if self.echoes and self.transport.connected:
            doing = self.slack.doing
            self._spawn(doing.tell_message(message) if before is None else doing.tell_change(message, before))

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _retry_events(self) -> None:
        while True:
            await asyncio.sleep(RETRY_TICK_SECONDS)
            await self.transport.retry_events(self.world.machine_now())

    async def _respond(self, request: web.Request) -> web.Response:
        try:
            self.slack.doing.respond(request.match_info["key"], await request.json())
        except SlackError as problem:
            return web.json_response({"ok": False, "error": problem.error}, status=404)
        return web.json_response({"ok": True})

    async def _upload(self, request: web.Request) -> web.Response:
        content = await _uploaded(request)
        try:
            files.store(self.world, request.match_info["file"], content)
        except SlackError as problem:
            return web.Response(status=400, text=problem.error)
        return web.Response(text=f"OK - {len(content)}")

    async def _file(self, request: web.Request) -> web.Response:
        file = self.world.files.get(request.match_info["file"])
        if file is None or file["content"] is None:
            return web.Response(status=404)
        kind = "image/png" if file["name"].endswith(".png") else "application/octet-stream"
        return web.Response(body=file["content"], content_type=kind)


async def _uploaded(request: web.Request) -> bytes:
    """The bytes, sent as such or as a form's first file."""
    if request.content_type != "multipart/form-data":
        return await request.read()
    part = await (await request.multipart()).next()
    return bytes(await part.read()) if isinstance(part, BodyPartReader) else b""
