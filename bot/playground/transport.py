"""How Slack reaches the bot: Socket Mode, or signed HTTP; acks, time-outs, redelivery."""

import asyncio
import hashlib
import hmac
import itertools
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import WSMsgType, web

from bot.playground.world import APP_ID

ACK_SECONDS = 3.0
RETRY_AFTER = (60.0, 300.0)  # after the first retry, which is made at once
SOCKET_TYPES = {"command": "slash_commands", "event": "events_api"}  # all else is "interactive"


@dataclass(frozen=True)
class Answer:
    """What the bot made of a delivery. `reason` (Slack's retry reason) is set when it wasn't acked."""

    acked: bool
    payload: dict[str, Any] | None = None
    reason: str = ""


@dataclass(eq=False)
class Delivery:
    """One thing to tell the bot: kind is command, event, or an interaction's type."""

    kind: str
    payload: dict[str, Any]
    attempt: int = 0
    reason: str = ""
    due: float = 0.0


@dataclass(eq=False)
class Link:
    """A Socket Mode connection. `stalled`: it looks open and does nothing; `draining`: gets nothing new."""

    ws: web.WebSocketResponse
    line: asyncio.Transport | None
    stalled: bool = False
    draining: bool = False


@dataclass
class Transport:
    """Sends each delivery over one connection (in turn) or by HTTP, and waits for the ack."""

    machine_now: Callable[[], float]
    ack_seconds: float = ACK_SECONDS
    request_url: str | None = None
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    refuse_connections: bool = False
    links: list[Link] = field(default_factory=list)
    failed_events: list[Delivery] = field(default_factory=list)
    changed: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self._turn = itertools.count()
        self._linked = asyncio.Event()
        self._session: aiohttp.ClientSession | None = None
        self._tickets: set[str] = set()

    @property
    def connected(self) -> bool:
        return bool(self.request_url or self._usable())

    async def send(self, delivery: Delivery) -> Answer:
        """Deliver once; never raises for what the bot does."""
        try:
            if self.request_url:
                return await self._post(delivery)
            return await asyncio.wait_for(self._emit(delivery), self.ack_seconds)
        except TimeoutError:
            return Answer(False, reason="http_timeout" if self.request_url else "timeout")
        except ConnectionError:  # the line was cut while it was written to
            return Answer(False, reason="timeout")

    async def send_event(self, delivery: Delivery) -> Answer:
        """Deliver an event; unacked ones are tried again at once, the later attempts wait in `failed_events`."""
        answer = await self.send(delivery)
        if not answer.acked and answer.reason != "no_retry":
            answer = await self.send(again(delivery, answer.reason))
            self._keep(delivery, answer, attempt=2)
        return answer

    async def retry_events(self, now: float) -> list[Answer]:
        """Make the next attempt of each failed event that is due at `now` (machine time, seconds)."""
        due = [d for d in self.failed_events if d.due <= now]
        self.failed_events = [d for d in self.failed_events if d.due > now]
        answers = []
        for delivery in due:
            answers.append(await self.send(delivery))
            self._keep(delivery, answers[-1], attempt=delivery.attempt + 1)
        return answers

    def _keep(self, delivery: Delivery, answer: Answer, attempt: int) -> None:
        if not answer.acked and attempt <= 1 + len(RETRY_AFTER):
            due = self.machine_now() + RETRY_AFTER[attempt - 2]
            self.failed_events.append(Delivery("event", delivery.payload, attempt, answer.reason, due))

    # Socket Mode

    def ticket(self) -> str:
        """What apps.connections.open puts into its address; good for one connection."""
        ticket = secrets.token_urlsafe(9)
        self._tickets.add(ticket)
        return ticket

    async def link(self, request: web.Request) -> web.StreamResponse:
        """A Socket Mode connection, from hello to its end."""
        ticket = request.query.get("ticket", "")
        if self.refuse_connections or ticket not in self._tickets:
            return web.Response(status=503 if self.refuse_connections else 408)
        self._tickets.discard(ticket)
        link = Link(web.WebSocketResponse(autoping=False, max_msg_size=0, timeout=1.0), request.transport)
        await link.ws.prepare(request)
        hello = {"type": "hello", "num_connections": len(self.links) + 1, "connection_info": {"app_id": APP_ID}}
        await link.ws.send_json(hello | {"debug_info": {"host": "playground", "approximate_connection_time": 3600}})
        self.links.append(link)
        self._linked.set()
        self.changed()
        try:
            await self._listen(link)
        finally:
            self._unlink(link)
        return link.ws

    async def drop_connections(self) -> None:
        """Cut every line, without a word."""
        for link in list(self.links):
            self._unlink(link)
            if link.line:
                link.line.abort()

    async def send_disconnect(self, reason: str = "refresh_requested") -> None:
        """Announce the end of every connection ("refresh_requested", "warning", "link_disabled")."""
        for link in list(self.links):
            link.draining = True
            await link.ws.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
        self._note_links()

    def _unlink(self, link: Link) -> None:
        if link in self.links:
            self.links.remove(link)
        self._note_links()

    def _note_links(self) -> None:
        if not self._usable():
            self._linked.clear()
        self.changed()

    def _usable(self) -> list[Link]:
        return [link for link in self.links if not link.draining and not link.ws.closed]

    async def _listen(self, link: Link) -> None:
        async for message in link.ws:
            if link.stalled:
                continue
            if message.type == WSMsgType.PING:
                await link.ws.pong(message.data)
            elif message.type == WSMsgType.TEXT:
                self._take_ack(json.loads(message.data))

    def _take_ack(self, ack: dict[str, Any]) -> None:
        waiting = self._waiting.get(ack.get("envelope_id", ""))
        if waiting and not waiting.done():
            waiting.set_result(Answer(True, ack.get("payload")))

    async def _emit(self, delivery: Delivery) -> Answer:
        await self._linked.wait()
        links = self._usable()
        link = links[next(self._turn) % len(links)]
        envelope_id = secrets.token_hex(12)
        envelope: dict[str, Any] = {
            "envelope_id": envelope_id,
            "type": SOCKET_TYPES.get(delivery.kind, "interactive"),
            "payload": delivery.payload,
            "accepts_response_payload": delivery.kind in ("command", "view_submission", "block_suggestion"),
        }
        if delivery.kind == "event":
            envelope |= {"retry_attempt": delivery.attempt, "retry_reason": delivery.reason}
        self._waiting[envelope_id] = asyncio.get_running_loop().create_future()
        try:
            if not link.stalled:
                await link.ws.send_json(envelope)
            return await self._waiting[envelope_id]
        finally:
            del self._waiting[envelope_id]

    # Signed HTTP

    async def _post(self, delivery: Delivery) -> Answer:
        body, content_type = _encode(delivery)
        headers = {"Content-Type": content_type, **signed(self.signing_secret, body, int(self.machine_now()))}
        if delivery.attempt:
            headers |= {"x-slack-retry-num": str(delivery.attempt), "x-slack-retry-reason": delivery.reason}
        self._session = self._session or aiohttp.ClientSession()
        timeout = aiohttp.ClientTimeout(self.ack_seconds)
        try:
            url = str(self.request_url)
            async with self._session.post(url, data=body, headers=headers, timeout=timeout) as response:
                return await _read(response)
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError):
            return Answer(False, reason="connection_failed")
        except ValueError:  # not the JSON that its content type says
            return Answer(False, reason="http_error")

    async def close(self) -> None:
        for link in list(self.links):
            await link.ws.close(code=1001)
        if self._session:
            await self._session.close()


def again(delivery: Delivery, reason: str, attempt: int = 1) -> Delivery:
    return Delivery(delivery.kind, delivery.payload, attempt, reason)


def signed(secret: str, body: bytes, timestamp: int) -> dict[str, str]:
    """Slack's request signature, version 0 (docs 'Verifying requests from Slack')."""
    base = b"v0:%d:%s" % (timestamp, body)
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


def _encode(delivery: Delivery) -> tuple[bytes, str]:
    if delivery.kind == "event":
        return json.dumps(delivery.payload).encode(), "application/json"
    form = delivery.payload if delivery.kind == "command" else {"payload": json.dumps(delivery.payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


async def _read(response: aiohttp.ClientResponse) -> Answer:
    body = await response.read()
    if response.status != 200:
        refused = response.headers.get("x-slack-no-retry") == "1"
        return Answer(False, reason="no_retry" if refused else "http_error")
    if not body:
        return Answer(True)
    said = json.loads(body) if response.content_type == "application/json" else None
    if isinstance(said, dict):
        return Answer(True, said)
    return Answer(True, {"text": body.decode()})
