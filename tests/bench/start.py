"""From the start of the process to ready, and memory at rest, beside a process that has nothing but Bolt."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from bot.playground import Playground, acme
from tests.bench.databases import Databases
from tests.bench.processes import running, serving
from tests.bench.report import Line, at_most
from tests.bench.words import READY

RUNS = 5
AT_REST_AFTER = 5.0
PROJECT = Path(__file__).parents[2]
CAIRN, BARE = ("bot", "run"), ("tests.bench.bare",)


def measure(databases: Databases) -> Iterator[Line]:
    """Socket Mode on SQLite, as most will run it."""
    with serving(serve_playground) as slack:
        settings = {
            **{name: value for name, value in slack.facts.items() if name.startswith("SLACK_")},
            "DATABASE_URL": databases.fresh("SQLite"),
            "PORT": "0",
        }
        cold = [(_ready(databases.folder, CAIRN, settings), _ready(PROJECT, BARE, settings)) for _ in range(RUNS)]
        rest = _at_rest(databases.folder, CAIRN, settings), _at_rest(PROJECT, BARE, settings)
    ours, bare = (median(values) for values in zip(*cold, strict=True))
    yield at_most("start to ready", ours, 2.0, "s", bare)
    yield at_most("memory at rest", rest[0], 150, "MB", rest[1])


def _ready(folder: Path, command: tuple[str, ...], settings: dict[str, str]) -> float:
    with running(*command, folder=folder, settings=settings) as program:
        program.wait_for(READY)
        return time.perf_counter() - program.started


def _at_rest(folder: Path, command: tuple[str, ...], settings: dict[str, str]) -> float:
    with running(*command, folder=folder, settings=settings) as program:
        program.wait_for(READY)
        time.sleep(AT_REST_AFTER)
        return program.resident_mb()


def serve_playground(line: Connection) -> None:
    """The playground with its company, over Socket Mode."""
    asyncio.run(_serve_playground(line))


async def _serve_playground(line: Connection) -> None:
    playground = Playground(acme())
    await playground.start()
    line.send(
        {
            "SLACK_API_URL": playground.api_url,
            "SLACK_BOT_TOKEN": playground.bot_token,
            "SLACK_APP_TOKEN": playground.app_token,
        }
    )
    await asyncio.Event().wait()
