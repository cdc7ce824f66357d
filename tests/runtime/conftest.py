"""Fixtures for delivery: an office on an empty database of each kind."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import structlog

from bot.clock import MovableClock
from bot.playground import Playground
from storage.database import Database
from tests.runtime.office import START, Office, Script


@pytest.fixture
async def empty_office(database_url: str) -> AsyncIterator[Office]:
    """An office where nobody's DM is known."""
    Script.reset()
    clock = MovableClock(START)
    database = Database(database_url, clock=clock)
    playground = Playground()
    await playground.start()
    with structlog.testing.capture_logs(processors=[structlog.processors.format_exc_info]) as logs:
        office = Office(database, playground, clock, logs)
        office.open()
        yield office
        await office.close()
    for line in logs:
        print(line)  # noqa: T201 - shown where the test failed
    await playground.stop()
    database.close()
    assert playground.violations == []


@pytest.fixture
async def office(empty_office: Office) -> Office:
    """An office where everybody's DM is known."""
    empty_office.know_dms()
    return empty_office
