"""`run`, `doctor` and `demo` as processes: what they say, what signals do, and with which code they end."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from aiohttp import ClientSession
from sqlalchemy.engine import make_url

from bot.playground import AppConfig, Playground, acme
from bot.runtime import demo
from bot.runtime.manifest import manifest, registered
from storage import migrate
from tests.processes import started

MARKER = "zebra-crossing"


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    slack = Playground(acme(AppConfig.from_manifest(manifest(registered(), renames={}))))
    await slack.start()
    yield slack
    await slack.stop()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'cairn.db'}"
    migrate.upgrade(url)
    return url


def socket_mode(playground: Playground, database_url: str) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": playground.bot_token,
        "SLACK_APP_TOKEN": playground.app_token,
        "SLACK_API_URL": playground.api_url,
        "DATABASE_URL": database_url,
        "CAIRN_ADMINS": "UDANA",
        "PORT": "0",
    }


def signed_http(playground: Playground, database_url: str) -> dict[str, str]:
    settings = socket_mode(playground, database_url)
    del settings["SLACK_APP_TOKEN"]
    return settings | {"SLACK_SIGNING_SECRET": playground.signing_secret}


# run


async def test_wrong_settings_are_all_told_and_end_with_2(tmp_path: Path) -> None:
    async with started("run", folder=tmp_path, PORT=MARKER, DATABASE_URL=MARKER) as running:
        assert await running.ends() == 2
        told = await running.complaints()

    assert [line.split()[0] for line in told.splitlines()] == [
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
        "DATABASE_URL",
        "PORT",
    ]
    assert MARKER not in told
    assert running.lines == []


async def test_a_database_without_tables_is_refused_with_what_to_do(tmp_path: Path, playground: Playground) -> None:
    settings = socket_mode(playground, f"sqlite:///{tmp_path / 'new.db'}")
    async with started("run", folder=tmp_path, **settings) as running:
        assert await running.ends() == 2
        assert "`python -m bot migrate`" in await running.complaints()

    async with started("migrate", folder=tmp_path, **settings) as running:
        assert await running.ends() == 0

    async with started("run", folder=tmp_path, **settings) as running:
        await running.line("Cairn is ready: Socket Mode")


async def test_a_folder_that_does_not_exist_is_a_sentence(tmp_path: Path, playground: Playground) -> None:
    settings = socket_mode(playground, f"sqlite:///{tmp_path / 'nowhere' / 'cairn.db'}")
    async with started("run", folder=tmp_path, **settings) as running:
        assert await running.ends() == 2
        assert "DATABASE_URL names a file that Cairn can't open" in await running.complaints()


async def test_it_runs_in_socket_mode_until_sigterm_and_logs_no_words(
    tmp_path: Path, playground: Playground, sqlite_url: str
) -> None:
    async with started("run", folder=tmp_path, **socket_mode(playground, sqlite_url)) as running:
        health = (await running.line("Cairn is ready: Socket Mode; health at ")).rpartition(" ")[2]
        async with ClientSession() as client, client.get(health) as response:
            assert (await response.json())["slack"] == "connected"
        assert (await playground.slack.says("UANA", f"/cairn {MARKER}")).error is None

        running.process.send_signal(signal.SIGTERM)
        assert await running.ends() == 0
        told = await running.complaints()

    logged = [line for line in running.lines if not line.startswith("Cairn is ready")]
    assert all(json.loads(line)["timestamp"] for line in logged)
    assert MARKER not in told + "".join(running.lines)
    assert "Traceback" not in told


async def test_it_runs_on_signed_http(tmp_path: Path, playground: Playground, sqlite_url: str) -> None:
    async with started("run", folder=tmp_path, **signed_http(playground, sqlite_url)) as running:
        health = (await running.line("Cairn is ready: signed HTTP")).rpartition(" ")[2]
        playground.deliver_by_http(health.replace("/healthz", "/slack/events"))
        answer = await playground.slack.says("UANA", "/cairn help")
        assert answer.error is None

        running.process.send_signal(signal.SIGINT)
        assert await running.ends() == 0


async def test_a_database_that_is_away_is_waited_for(
    tmp_path: Path, playground: Playground, postgres_server: str
) -> None:
    late = make_url(postgres_server).set(drivername="postgresql", database=f"late_{os.getpid()}")
    server = make_url(postgres_server).set(drivername="postgresql").render_as_string(hide_password=False)
    url = late.render_as_string(hide_password=False)
    async with started("run", folder=tmp_path, **socket_mode(playground, url)) as running:
        await running.line("Waiting for the database")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{late.database}"')
            migrate.upgrade(url)
            await running.line("Cairn is ready")
            running.process.send_signal(signal.SIGTERM)
            assert await running.ends() == 0
            connection.execute(f'DROP DATABASE "{late.database}" WITH (FORCE)')

    assert sum(line.startswith("Waiting") for line in running.lines) == 1


async def test_waiting_can_be_ended(tmp_path: Path, playground: Playground) -> None:
    settings = socket_mode(playground, "postgresql://u:p@127.0.0.1:1/cairn")
    async with started("run", folder=tmp_path, **settings) as running:
        await running.line("Waiting for the database")
        running.process.send_signal(signal.SIGTERM)
        assert await running.ends() == 0


async def test_slack_is_waited_for_too(tmp_path: Path, playground: Playground, sqlite_url: str) -> None:
    playground.faults.add("auth.test", "http:503", times=1)
    async with started("run", folder=tmp_path, **socket_mode(playground, sqlite_url)) as running:
        await running.line("Waiting for Slack")
        await running.line("Cairn is ready")


async def test_a_refused_token_is_a_sentence(tmp_path: Path, playground: Playground, sqlite_url: str) -> None:
    settings = socket_mode(playground, sqlite_url) | {"SLACK_BOT_TOKEN": f"xoxb-{MARKER}"}
    async with started("run", folder=tmp_path, **settings) as running:
        assert await running.ends() == 2
        told = await running.complaints()

    assert told.startswith("SLACK_BOT_TOKEN was refused by Slack (invalid_auth).")
    assert MARKER not in told


async def test_a_refused_app_token_is_a_sentence(tmp_path: Path, playground: Playground, sqlite_url: str) -> None:
    settings = socket_mode(playground, sqlite_url) | {"SLACK_APP_TOKEN": f"xapp-{MARKER}"}
    async with started("run", folder=tmp_path, **settings) as running:
        assert await running.ends() == 2
        assert (await running.complaints()).startswith("SLACK_APP_TOKEN was refused by Slack (invalid_auth).")


async def test_a_taken_port_is_a_sentence(tmp_path: Path, playground: Playground, sqlite_url: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        settings = socket_mode(playground, sqlite_url) | {"PORT": str(taken.getsockname()[1])}
        async with started("run", folder=tmp_path, **settings) as running:
            assert await running.ends() == 2
            assert "is taken by another program" in await running.complaints()


# doctor


async def test_the_doctor_ends_with_0_when_all_is_well(tmp_path: Path, playground: Playground, sqlite_url: str) -> None:
    async with started("doctor", folder=tmp_path, **socket_mode(playground, sqlite_url)) as running:
        assert await running.ends() == 0

    assert "Socket Mode: Slack opens a line." in "\n".join(running.lines)


async def test_the_doctor_ends_with_1_when_something_is_wrong(tmp_path: Path) -> None:
    async with started("doctor", folder=tmp_path) as running:
        assert await running.ends() == 1

    assert "SLACK_BOT_TOKEN is missing" in "\n".join(running.lines)


# demo


async def test_the_demo_serves_a_page_until_ctrl_c(tmp_path: Path) -> None:
    async with started("demo", "--no-browser", "--port", "0", folder=tmp_path) as running:
        address = (await running.line("Cairn's playground is at ")).split()[4]
        async with ClientSession() as client, client.get(f"{address}/page/state?as=UANA") as response:
            state = await response.json()
        assert state["can_move_time"]
        assert datetime.fromisoformat(state["now"]).astimezone(demo.FIRST_ZONE).strftime("%a %H:%M") == "Mon 08:59"

        running.process.send_signal(signal.SIGINT)
        assert await running.ends() == 0
        assert await running.complaints() == ""


async def test_the_demo_works_over_http_too(tmp_path: Path) -> None:
    async with started("demo", "--no-browser", "--http", "--port", "0", folder=tmp_path) as running:
        address = (await running.line("Cairn's playground is at ")).split()[4]
        act = {"as": "UANA", "do": "command", "text": "/cairn help", "channel": "CGENERAL"}
        async with (
            ClientSession() as client,
            client.post(f"{address}/page/act", json=act, headers={"X-Playground": "1"}) as response,
        ):
            assert (await response.json())["ok"]


async def test_the_demo_says_that_its_port_is_taken(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        async with started("demo", "--no-browser", "--port", str(port), folder=tmp_path) as running:
            assert await running.ends() == 2
            assert f"--port {port + 1}" in await running.complaints()


@pytest.mark.parametrize(
    ("now", "day"),
    [("2026-11-22T23:58:00", "2026-11-22T23:59:00"), ("2026-11-22T23:59:00", "2026-11-29T23:59:00")],
)
def test_the_demo_stands_at_the_next_monday(now: str, day: str) -> None:
    found = demo.next_monday(datetime.fromisoformat(now).replace(tzinfo=UTC))

    assert found == datetime.fromisoformat(day).replace(tzinfo=UTC)
