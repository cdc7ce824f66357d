"""Cairn as its operator runs it, on a company that is there already."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.payloads import SECRET
from tests.bench.processes import Program, running
from tests.bench.words import READY, SYNCED


@dataclass(frozen=True)
class Address:
    """Where Cairn takes Slack's requests."""

    url: str
    program: Program


@contextmanager
def cairn(folder: Path, database_url: str, slack_url: str) -> Iterator[Address]:
    """`python -m bot run` behind signed HTTP, synced and quiet."""
    port = _free_port()
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": slack_url,
        "DATABASE_URL": database_url,
        "PORT": str(port),
    }
    with running("bot", "run", folder=folder, settings=settings) as program:
        program.wait_for(READY)
        program.wait_for(SYNCED)
        yield Address(f"http://127.0.0.1:{port}/slack/events", program)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
