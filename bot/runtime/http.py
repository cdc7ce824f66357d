"""The web server: Slack's requests at `/slack/events`, readings at `/api/readings`, `/healthz` and `/metrics`.

A request is measured first, then its signature is checked on its bytes, and only then is it parsed; what is refused
leaves nothing of its body in a log.
"""

from __future__ import annotations

import asyncio
import errno
from binascii import a2b_qp
from time import perf_counter

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from bot.clock import Clock
from bot.errors import SettingsError
from bot.runtime import metrics
from bot.runtime.health import Health
from bot.runtime.readings_api import ReadingsApi

log = structlog.get_logger(__name__)

# Slack's largest payload, a view of 250 kB with its state inside a form body, stays well under this.
LARGEST = 1024 * 1024
BODY_WITHIN = 10.0
_LINGER = 2.0


class Door:
    """Where Slack's signed requests come in. Bolt needn't verify them again."""

    def __init__(self, bolt: AsyncApp, signing_secret: str, clock: Clock) -> None:
        self._bolt = bolt
        self._verifier = SignatureVerifier(signing_secret, _MachineTime(clock))

    async def receive(self, request: web.Request) -> web.Response:
        """Answer one request of Slack's: 413 too large, 401 unsigned or older than five minutes, 400 malformed."""
        started = perf_counter()
        if (request.content_length or 0) > LARGEST:
            return _refused(request, 413)
        try:
            async with asyncio.timeout(BODY_WITHIN):
                body = await request.read()
        except TimeoutError:
            return _refused(request, 408)
        except web.HTTPRequestEntityTooLarge:
            return _refused(request, 413)
        if not self._is_signed(request, body):
            return _refused(request, 401)
        parsed = _parse(request, body)
        if parsed is None:
            return _refused(request, 400)
        response = await self._bolt.async_dispatch(parsed)
        metrics.acks.labels(metrics.kind_of(parsed.body)).observe(perf_counter() - started)
        return await to_aiohttp_response(response)

    def _is_signed(self, request: web.Request, body: bytes) -> bool:
        timestamp = request.headers.get("x-slack-request-timestamp")
        signature = request.headers.get("x-slack-signature")
        try:
            return bool(self._verifier.is_valid(body, timestamp, signature))
        except (ValueError, TypeError):  # a timestamp that is no number, a body that isn't UTF-8
            return False


class _MachineTime(SignatureClock):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.machine().timestamp()


def _parse(request: web.Request, body: bytes) -> AsyncBoltRequest | None:
    try:
        parsed = AsyncBoltRequest(body=_decoded(body), query=request.query_string, headers={**request.headers})
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return None  # Bolt reads into the payload while it parses, and trusts its shape
    return parsed if isinstance(parsed.body, dict) and parsed.body else None


def _decoded(body: bytes) -> str:
    """The JSON of a click or a form, out of its form encoding; everything else as it came.

    A form's JSON is full of escapes, of which the standard library undoes one at a time. Quoted-printable has the same
    ones under another sign, and is undone in C.
    """
    name, _, payload = body.partition(b"=")
    if name != b"payload" or b"=" in payload or b"&" in payload:
        return body.decode()
    said = a2b_qp(payload.replace(b"+", b" ").replace(b"%", b"=")).decode()
    return said if said.startswith("{") else body.decode()


def _refused(request: web.Request, status: int) -> web.Response:
    log.warning("request.refused", status=status, length=request.content_length)
    return web.json_response({"ok": False}, status=status)


class WebServer:
    """Listens on `host` and `port` (0: any free one); without a door it serves health and metrics alone."""

    def __init__(
        self, host: str, port: int, *, health: Health, door: Door | None = None, readings: ReadingsApi | None = None
    ) -> None:
        self._host = host
        self._port = port
        self._health = health
        self._app = web.Application(client_max_size=LARGEST)
        self._app.router.add_get("/healthz", self._healthz)
        self._app.router.add_get("/metrics", self._metrics)
        if door is not None:
            self._app.router.add_post("/slack/events", door.receive)
        if readings is not None:
            self._app.router.add_post("/api/readings", readings.receive)
            self._app.router.add_get("/api/openapi.json", readings.describe)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Where it listens, once started."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    async def start(self, *, finish_within: float = 4.0) -> None:
        """Listen; when stopped, requests under way get `finish_within` seconds.

        Raises SettingsError where the address can't be had.
        """
        runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=finish_within, lingering_time=_LINGER)
        await runner.setup()
        site = web.TCPSite(runner, self._host, self._port)
        try:
            await site.start()
        except OSError as error:
            await runner.cleanup()
            raise SettingsError(_cannot_listen(error.errno, self._host, self._port)) from error
        self._runner = runner
        self._port = int(runner.addresses[0][1])

    async def stop(self) -> None:
        """Take nothing new, and let what is under way finish."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _healthz(self, _request: web.Request) -> web.Response:
        report = await self._health.report()
        return web.json_response(report.as_json(), status=200 if report.is_well else 503)

    async def _metrics(self, _request: web.Request) -> web.Response:
        await self._health.count_waiting()
        return web.Response(body=metrics.render(), headers={"content-type": metrics.CONTENT_TYPE})


def _cannot_listen(code: int | None, host: str, port: int) -> str:
    if code == errno.EADDRINUSE:
        return f"PORT {port} on {host} is taken by another program: stop it, or set PORT to another."
    if code == errno.EACCES:
        return f"PORT {port} may not be opened by this user: set PORT to one above 1023."
    return f"HOST {host} is no address of this machine: set HOST to 127.0.0.1, or to 0.0.0.0 for all of them."
