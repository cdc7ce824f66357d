"""Socket Mode: one line to Slack, and a watchdog that knows when it is dead.

The SDK's client waits long before it doubts a line (9 s with aiohttp, 58 s with its own) and then reconnects by
itself, with an address that is good only once. Here a client serves one line and never reconnects; this module
watches the age of its last pong and opens the next. Only while Slack asks for a fresh line are there two: the old one
gets no new work from Slack, and closes when what it brought is acked.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import structlog
from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SettingsError
from bot.runtime import metrics

log = structlog.get_logger(__name__)

# Slack's answers to apps.connections.open that a later try may change; with any other the token or the app is wrong.
_TEMPORARY = {"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout", None}


@dataclass(frozen=True)
class Rhythm:
    """Seconds. Slack wants `apps.connections.open` about once a minute; a few in a row are kept in reserve.

    `patience` bounds opening a line, and closing one that no longer answers.
    """

    ping_every: float = 2.0
    pong_within: float = 6.0
    look_every: float = 0.25
    patience: float = 5.0
    open_every: float = 60.0
    reserve: int = 5
    longest_wait: float = 10.0


class Allowance:
    """How often a line may be asked for: `reserve` at once, then one every `open_every` seconds."""

    def __init__(self, rhythm: Rhythm, now: Callable[[], float]) -> None:
        self._rhythm = rhythm
        self._now = now
        self._spent_until = 0.0

    def take(self) -> None:
        """Count one answer of Slack's; tries that never reached it are free."""
        self._spent_until = max(self._spent_until, self._now()) + self._rhythm.open_every

    def seconds_to_wait(self) -> float:
        """Seconds until the next may be asked for."""
        full = self._rhythm.reserve * self._rhythm.open_every
        return max(0.0, self._spent_until - self._now() - full + self._rhythm.open_every)


class Line(SocketModeClient):
    """One connection, from its address to its end. Slack's wish for a fresh one is noted, not acted on."""

    def __init__(self, web_client: AsyncWebClient, app_token: str, rhythm: Rhythm) -> None:
        super().__init__(
            app_token,
            logger=logging.getLogger("slack_sdk.socket_mode"),
            web_client=web_client,
            auto_reconnect_enabled=False,
            ping_interval=rhythm.ping_every,
        )
        self.greeted = asyncio.Event()
        self.wants_refresh = False
        self.in_flight: set[asyncio.Task[Any] | None] = set()
        self._rhythm = rhythm
        self._last_pong: float | None = None
        self._ponged_at = 0.0
        self.message_listeners.append(self._notice_hello)

    @property
    def is_open(self) -> bool:
        """Whether its socket is; a dead line may look open for minutes."""
        return self.current_session is not None and not self.current_session.closed

    def is_silent(self, now: float) -> bool:
        """Whether the last pong is too old; to be asked often, since the SDK keeps only which ping it answered."""
        if self._last_pong != self.last_ping_pong_time:
            self._last_pong, self._ponged_at = self.last_ping_pong_time, now
        return now - self._ponged_at > self._rhythm.pong_within

    async def connect(self) -> None:
        """Open the line and wait for Slack's hello."""
        self.wss_uri = await self.issue_new_wss_url()
        self.current_session = await self.aiohttp_client_session.ws_connect(
            self.wss_uri,
            autoping=False,
            proxy=self.proxy,
            ssl=True if self.web_client.ssl is None else self.web_client.ssl,
        )
        self._ponged_at = asyncio.get_running_loop().time()
        await self.current_session.ping(f"sdk-ping-pong:{time.time()}".encode())
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())
        await self.greeted.wait()

    async def issue_new_wss_url(self) -> str:
        """A fresh address, which is good for one connection."""
        answer = await self.web_client.apps_connections_open(app_token=self.app_token)
        return str(answer["url"])

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: ARG002 (the SDK's signature)
        """Called by the SDK when Slack announces the end of the line."""
        self.wants_refresh = True

    async def close(self) -> None:
        """Let go of the line, however dead it is."""
        self.closed = True
        tasks = [self.message_processor, self.current_session_monitor, self.message_receiver]
        running = [task for task in tasks if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if self.current_session is not None:
            with suppress(TimeoutError, ClientError, OSError):
                async with asyncio.timeout(self._rhythm.patience):
                    await self.current_session.close()
        await self.aiohttp_client_session.close()

    async def _notice_hello(self, _client: object, message: dict[str, Any], _raw: str | None) -> None:
        if message.get("type") == "hello":
            self.greeted.set()


class SocketMode:
    """Keeps a line to Slack open and answers what comes over it, each envelope in a task of its own.

    `web_client` only asks for addresses; it should not retry by itself.
    """

    def __init__(
        self, bolt: AsyncApp, web_client: AsyncWebClient, app_token: str, *, rhythm: Rhythm | None = None
    ) -> None:
        self._bolt = bolt
        self._web_client = web_client
        self._app_token = app_token
        self._rhythm = rhythm or Rhythm()
        self._line: Line | None = None
        self._was_connected = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._retiring: set[asyncio.Task[None]] = set()
        self._is_stopping = False

    @property
    def connected(self) -> bool:
        """Whether Slack can reach us now."""
        return self._line is not None and self._line.is_open

    async def start(self, *, within: float = 10.0) -> None:
        """Connect; where Slack can't be reached within so many seconds, go on trying behind the scenes.

        Raises SettingsError where Slack refuses the app token.
        """
        self._keeper = asyncio.create_task(self._keep_connected())
        first = asyncio.create_task(self._was_connected.wait())
        await asyncio.wait({self._keeper, first}, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        first.cancel()
        if self._keeper.done():
            self._keeper.result()

    async def stop(self, *, within: float = 5.0) -> None:
        """Take nothing new, let what is under way be acked within so many seconds, and hang up."""
        self._is_stopping = True
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._line is not None:
            self._retire(self._line, within)
            self._line = None
        await asyncio.gather(*self._retiring)

    async def _keep_connected(self) -> None:
        allowance = Allowance(self._rhythm, asyncio.get_running_loop().time)
        reason, failures = "start", 0
        while True:
            await asyncio.sleep(allowance.seconds_to_wait())
            try:
                line = await self._open(allowance)
            except (SlackApiError, ClientError, OSError, TimeoutError) as error:
                await asyncio.sleep(self._wait_after(error, failures))
                failures += 1
                continue
            failures = 0
            metrics.reconnects.labels(reason).inc()
            log.info("slack.connected", reason=reason)
            self._use(line)
            reason = await self._watch(line)

    async def _open(self, allowance: Allowance) -> Line:
        line = Line(self._web_client, self._app_token, self._rhythm)

        async def answer(_line: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
            await self._answer(line, request)

        line.socket_mode_request_listeners.append(answer)
        try:
            async with asyncio.timeout(self._rhythm.patience):
                await line.connect()
        except SlackApiError:
            allowance.take()
            await line.close()
            raise
        except BaseException:
            await line.close()
            raise
        allowance.take()
        return line

    def _use(self, line: Line) -> None:
        old, self._line = self._line, line
        if old is not None:
            self._retire(old, self._rhythm.patience)
        metrics.slack_connected.set(1)
        self._was_connected.set()

    async def _watch(self, line: Line) -> str:
        while True:
            await asyncio.sleep(self._rhythm.look_every)
            if line.wants_refresh:
                return "refresh"
            if not line.is_open or line.is_silent(asyncio.get_running_loop().time()):
                reason = "silent" if line.is_open else "cut"
                log.warning("slack.line_lost", reason=reason)
                metrics.slack_connected.set(0)
                self._line = None
                self._retire(line, 0)
                return reason

    def _retire(self, line: Line, within: float) -> None:
        task = asyncio.create_task(_finish(line, within))
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    def _wait_after(self, error: Exception, failures: int) -> float:
        if not isinstance(error, SlackApiError):
            log.warning("slack.unreachable", error=type(error).__name__)
            return min(2.0**failures * 0.5, self._rhythm.longest_wait)
        code = error.response.get("error")
        log.error("slack.connection_refused", error=code)
        if code == "ratelimited":
            return float(error.response.headers.get("Retry-After", self._rhythm.open_every))
        if code in _TEMPORARY:
            return min(2.0**failures * 0.5, self._rhythm.longest_wait)
        if not self._was_connected.is_set():
            raise SettingsError(_refusal(code)) from None
        return self._rhythm.open_every

    async def _answer(self, line: Line, request: SocketModeRequest) -> None:
        if self._is_stopping:
            return  # unacked, so Slack gives it to another process or sends it again
        started = perf_counter()
        task = asyncio.current_task()
        line.in_flight.add(task)
        try:
            response = await run_async_bolt_app(self._bolt, request)
            over = line if line.is_open else self._line or line
            await send_async_response(over, request, response, time.time())
            metrics.acks.labels(metrics.kind_of(request.payload)).observe(perf_counter() - started)
        except ConnectionError:
            log.warning("slack.ack_lost", envelope=request.envelope_id)
        finally:
            line.in_flight.discard(task)


async def _finish(line: Line, within: float) -> None:
    in_flight = {task for task in line.in_flight if task is not None}
    if in_flight and within:
        await asyncio.wait(in_flight, timeout=within)
    await line.close()


def _refusal(code: str) -> str:
    return (
        f"SLACK_APP_TOKEN was refused by Slack ({code}). Make an app-level token with connections:write on your app's"
        " page, Basic Information, and switch Socket Mode on."
    )
