"""The web server: what is let in, what is refused, and that refusing writes nothing down."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from aiohttp import ClientResponse, ClientSession
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.signature import SignatureVerifier
from sqlalchemy.orm import Session

from bot.clock import Clock, MovableClock
from bot.errors import SettingsError
from bot.runtime.health import Health
from bot.runtime.http import LARGEST, Door, WebServer
from storage import lanes, migrate, outbox, workspaces
from storage.database import Database, machine_now
from storage.workspaces import Workspace

SECRET = "shh"
MONDAY = datetime(2026, 11, 23, 8, 59, tzinfo=UTC)
MARKER = "zebra-crossing"


class Told:
    """A notice that says nothing."""

    kind = "nothing"
    ids: ClassVar[dict[str, Any]] = {}


class Cairn:
    """A server with one command behind it, and what it was told."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.texts: list[str] = []
        self.last_tick: datetime | None = clock.machine()
        self.connected: bool | None = None
        self.may_ack = asyncio.Event()
        self.may_ack.set()
        self.arrived = asyncio.Event()
        bolt = AsyncApp(authorize=_authorize, request_verification_enabled=False, process_before_response=True)
        bolt.command("/checkin")(self._checkin)
        health = Health(database, clock, last_tick=lambda: self.last_tick, is_connected=self._is_connected)
        self.server = WebServer("127.0.0.1", 0, health=health, door=Door(bolt, SECRET, clock))

    async def _checkin(self, ack: AsyncAck, command: dict[str, Any]) -> None:
        self.arrived.set()
        await self.may_ack.wait()
        self.texts.append(command["text"])
        await ack("Noted.")

    def _is_connected(self) -> bool:
        return bool(self.connected)


async def _authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="TACME", bot_token="xoxb-1", bot_user_id="UBOT")


@asynccontextmanager
async def serving(cairn: Cairn) -> AsyncIterator[ClientSession]:
    await cairn.server.start(finish_within=5)
    try:
        async with ClientSession(cairn.server.url) as client:
            yield client
    finally:
        await cairn.server.stop()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(MONDAY)


@pytest.fixture
def database(tmp_path: Path, clock: MovableClock) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'cairn.db'}"
    migrate.upgrade(url)
    database = Database(url, clock=clock)
    yield database
    database.close()


@pytest.fixture
def cairn(database: Database, clock: MovableClock) -> Cairn:
    return Cairn(database, clock)


@pytest.fixture
async def client(cairn: Cairn) -> AsyncIterator[ClientSession]:
    async with serving(cairn) as session:
        yield session


def signed(body: str | bytes, at: datetime, secret: str = SECRET) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    return {
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": signature or "",
        "content-type": "application/x-www-form-urlencoded",
    }


def command(text: str) -> str:
    return f"command=%2Fcheckin&text={text}&team_id=TACME&user_id=UANA&trigger_id=1.2"


async def post(client: ClientSession, body: str | bytes, headers: dict[str, str]) -> tuple[int, str]:
    async with client.post("/slack/events", data=body, headers=headers) as response:
        return response.status, await response.text()


async def test_a_signed_request_reaches_its_listener(cairn: Cairn, client: ClientSession, clock: MovableClock) -> None:
    status, text = await post(client, command("new"), signed(command("new"), clock.machine()))

    assert (status, text) == (200, "Noted.")
    assert cairn.texts == ["new"]


async def test_slack_can_check_the_address(client: ClientSession, clock: MovableClock) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc"})

    status, text = await post(client, body, {**signed(body, clock.machine()), "content-type": "application/json"})

    assert status == 200
    assert "abc" in text


@pytest.mark.parametrize(
    "change",
    [
        {"x-slack-signature": "v0=0"},
        {"x-slack-signature": "vé"},
        {"x-slack-signature": ""},
        {"x-slack-request-timestamp": "yesterday"},
        {"x-slack-request-timestamp": ""},
    ],
)
async def test_what_is_not_signed_is_refused_and_not_written_down(
    cairn: Cairn,
    client: ClientSession,
    clock: MovableClock,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    change: dict[str, str],
) -> None:
    caplog.set_level(0)
    body = command(MARKER)

    status, text = await post(client, body, {**signed(body, clock.machine()), **change})

    assert status == 401
    assert cairn.texts == []
    assert MARKER not in text + caplog.text + "".join(capsys.readouterr())


async def test_no_headers_at_all_is_unsigned(client: ClientSession) -> None:
    assert (await post(client, command("new"), {}))[0] == 401


async def test_another_secrets_signature_is_refused(client: ClientSession, clock: MovableClock) -> None:
    body = command("new")

    assert (await post(client, body, signed(body, clock.machine(), "other")))[0] == 401


@pytest.mark.parametrize(("age", "status"), [(290, 200), (310, 401), (-310, 401)])
async def test_a_request_is_good_for_five_minutes_of_machine_time(
    client: ClientSession, clock: MovableClock, age: int, status: int
) -> None:
    body = command("new")
    headers = signed(body, clock.machine())

    clock.let_pass(age)

    assert (await post(client, body, headers))[0] == status


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("{", "application/json"),
        ("[1]", "application/json"),
        ('"text"', "application/json"),
        ('{"team": 5, "view": 5, "user": 5}', "application/json"),
        ('{"authorizations": 5}', "application/json"),
        (f"payload={{{MARKER}", "application/x-www-form-urlencoded"),
        ("payload=[]", "application/x-www-form-urlencoded"),
        ("[" * 100_000, "application/json"),
    ],
)
async def test_what_cannot_be_read_is_refused(
    client: ClientSession, clock: MovableClock, caplog: pytest.LogCaptureFixture, body: str, content_type: str
) -> None:
    caplog.set_level(0)

    status, text = await post(client, body, {**signed(body, clock.machine()), "content-type": content_type})

    assert status == 400
    assert MARKER not in text + caplog.text


async def test_bytes_that_are_no_text_are_unsigned(client: ClientSession, clock: MovableClock) -> None:
    assert (await post(client, b"\xff\xfe", signed(b"", clock.machine())))[0] == 401


async def test_twenty_megabytes_are_refused_before_they_are_sent(cairn: Cairn, client: ClientSession) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(cairn.server.url.rpartition(":")[2]))

    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n")
    await writer.drain()

    assert b" 413 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    await writer.wait_closed()


async def test_a_body_of_unknown_length_is_cut_off(client: ClientSession) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 20 * LARGEST:
            sent += 65536
            yield b"x" * 65536

    async with client.post("/slack/events", data=endless()) as response:
        assert response.status == 413


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/slack/events", 405), ("GET", "/", 404)])
async def test_there_is_nothing_else(client: ClientSession, method: str, path: str, status: int) -> None:
    async with client.request(method, path) as response:
        assert response.status == status


async def test_a_request_under_way_is_finished_when_stopping(
    cairn: Cairn, client: ClientSession, clock: MovableClock
) -> None:
    cairn.may_ack.clear()
    asked = asyncio.create_task(post(client, command("new"), signed(command("new"), clock.machine())))
    await cairn.arrived.wait()

    stopping = asyncio.create_task(cairn.server.stop())
    await asyncio.wait({stopping}, timeout=0.05)
    assert not stopping.done()
    cairn.may_ack.set()

    assert await asked == (200, "Noted.")
    await stopping


async def test_healthz_says_that_all_is_well(cairn: Cairn, client: ClientSession, clock: MovableClock) -> None:
    cairn.connected = True

    async with client.get("/healthz") as response:
        assert response.status == 200
        assert await response.json() == {
            "ok": True,
            "database": "ok",
            "slack": "connected",
            "last_tick": clock.machine().isoformat(timespec="seconds"),
            "delivery": "ok",
        }


async def test_healthz_says_why_delivery_stands_still(
    cairn: Cairn, client: ClientSession, database: Database, clock: MovableClock
) -> None:
    cairn.connected = True
    with database.session("TACME") as session:
        workspaces.register(session, workspaces.Workspace(id="TACME", name="Acme", created_at=clock.now()))
        lanes.take(session, "one", machine_now(session))
        lanes.learn(session, lanes.LaneNews(stop="missing_scope: im:write"), machine_now(session))

    async with client.get("/healthz") as response:
        assert response.status == 200, "no restart mends it"
        assert (await response.json())["delivery"] == {"stopped": {"TACME": "missing_scope: im:write"}}


async def unwell(client: ClientSession) -> dict[str, Any]:
    response: ClientResponse
    async with client.get("/healthz") as response:
        assert response.status == 503
        found: dict[str, Any] = await response.json()
        return found


async def test_healthz_says_when_slack_is_away(cairn: Cairn, client: ClientSession) -> None:
    cairn.connected = False

    assert (await unwell(client))["slack"] == "disconnected"


async def test_healthz_says_when_ticks_stopped(cairn: Cairn, client: ClientSession, clock: MovableClock) -> None:
    cairn.connected = True

    clock.let_pass(61)

    found = await unwell(client)
    assert (found["database"], found["slack"]) == ("ok", "connected")


async def test_healthz_says_when_the_database_is_away(tmp_path: Path, clock: MovableClock) -> None:
    database = Database(f"sqlite:///{tmp_path / 'nowhere' / 'cairn.db'}", clock=clock)
    cairn = Cairn(database, clock)
    cairn.connected = True
    async with serving(cairn) as client:
        assert (await unwell(client))["database"] == "unreachable"
    database.close()


async def test_a_fresh_start_is_well_before_its_first_tick(
    cairn: Cairn, client: ClientSession, clock: MovableClock
) -> None:
    cairn.connected, cairn.last_tick = True, None

    async with client.get("/healthz") as response:
        assert response.status == 200
    clock.let_pass(61)
    assert (await unwell(client))["last_tick"] is None


async def test_metrics_are_served(cairn: Cairn, client: ClientSession, clock: MovableClock) -> None:
    await post(client, command("new"), signed(command("new"), clock.machine()))

    async with client.get("/metrics") as response:
        text = await response.text()

    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'cairn_ack_seconds_count{kind="command"}' in text


async def test_what_the_outbox_owes_is_counted(tmp_path: Path, clock: MovableClock) -> None:
    url = f"sqlite:///{tmp_path / 'cairn.db'}"
    migrate.upgrade(url)
    database = Database(url, clock=clock)

    def owe(session: Session) -> None:
        workspaces.register(session, Workspace(id="TACME", created_at=MONDAY))
        outbox.post(session, Told(), key="now", to="CGENERAL")
        outbox.post(session, Told(), key="due", to="CGENERAL", not_before=MONDAY)
        outbox.post(session, Told(), key="later", to="CGENERAL", not_before=MONDAY + timedelta(seconds=1))

    await database.write(owe, workspace="TACME")
    async with serving(Cairn(database, clock)) as client, client.get("/metrics") as response:
        assert "\ncairn_outbox_waiting 2.0\n" in await response.text()
    database.close()


async def test_metrics_are_there_without_a_database(tmp_path: Path, clock: MovableClock) -> None:
    database = Database(f"sqlite:///{tmp_path / 'nowhere' / 'cairn.db'}", clock=clock)
    async with serving(Cairn(database, clock)) as client, client.get("/metrics") as response:
        assert response.status == 200
    database.close()


async def test_without_a_door_slack_cannot_call(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'cairn.db'}")
    server = WebServer("127.0.0.1", 0, health=Health(database, Clock(), last_tick=lambda: None))
    await server.start()
    async with ClientSession(server.url) as client, client.post("/slack/events") as response:
        assert response.status == 404
    await server.stop()
    database.close()


async def test_a_taken_port_is_a_sentence(cairn: Cairn, client: ClientSession, clock: MovableClock) -> None:
    port = int(cairn.server.url.rpartition(":")[2])
    second = WebServer("127.0.0.1", port, health=cairn.server._health)

    with pytest.raises(SettingsError, match=f"PORT {port} on 127.0.0.1 is taken by another program"):
        await second.start()


async def test_a_host_that_is_not_ours_is_a_sentence(cairn: Cairn) -> None:
    server = WebServer("192.0.2.1", 0, health=cairn.server._health)

    with pytest.raises(SettingsError, match=r"HOST 192\.0\.2\.1 is no address of this machine"):
        await server.start()
