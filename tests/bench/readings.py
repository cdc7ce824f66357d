"""Readings by the API: ten thousand in one request, from its first byte to the committed answer."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import timedelta

from aiohttp import ClientSession
from sqlalchemy import func, select

from bot.clock import Clock
from bot.runtime.health import Health
from bot.runtime.http import WebServer
from bot.runtime.readings_api import MOST_ROWS, ReadingsApi
from storage.database import Database
from storage.readings import Reading
from tests.bench.databases import KINDS, Databases
from tests.bench.processes import in_own_process
from tests.bench.report import Line, at_most
from tests.measured import NOW, TOKEN, WORKSPACE, measured

BAR = 2.0


def measure(databases: Databases) -> Iterator[Line]:
    """Seconds, on both databases."""
    for kind in KINDS:
        seconds = in_own_process(_send, databases.fresh(kind))
        yield at_most(f"{MOST_ROWS:,} readings by the API, {kind}", seconds, BAR, "s")


def _send(url: str) -> float:
    database = Database(url)
    with database.session(WORKSPACE) as session:
        known = measured(session)
    start = NOW - timedelta(seconds=MOST_ROWS)
    rows = [
        {"measure": known.measures["number"], "value": n / 4, "at": (start + timedelta(seconds=n)).isoformat()}
        for n in range(MOST_ROWS)
    ]
    seconds = asyncio.run(_post(database, json.dumps({"readings": rows})))
    with database.session(WORKSPACE) as session:
        if session.scalar(select(func.count()).select_from(Reading)) != MOST_ROWS:
            raise RuntimeError("not all were kept")
    database.close()
    return seconds


async def _post(database: Database, body: str) -> float:
    clock = Clock()
    health = Health(database, clock, last_tick=clock.machine)
    server = WebServer("127.0.0.1", 0, health=health, readings=ReadingsApi(database, clock))
    await server.start()
    sent = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    async with ClientSession() as client:
        started = time.perf_counter()
        async with client.post(f"{server.url}/api/readings", data=body, headers=sent) as answer:
            if answer.status != 200:
                raise RuntimeError(await answer.text())
        seconds = time.perf_counter() - started
    await server.stop()
    return seconds
