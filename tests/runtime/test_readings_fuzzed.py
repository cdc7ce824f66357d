"""The readings endpoint as its own OpenAPI describes it, tried with whatever schemathesis makes of that."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.clock import MovableClock
from bot.runtime.health import Health
from bot.runtime.http import WebServer
from bot.runtime.readings_api import ReadingsApi
from bot.runtime.readings_openapi import DOCUMENT
from storage.database import Database
from storage.migrate import upgrade
from tests.measured import NOW, TOKEN, WORKSPACE, measured

schema = schemathesis.openapi.from_dict(DOCUMENT)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on a loop of its own: schemathesis calls it and waits."""
    url = f"sqlite:///{tmp_path_factory.mktemp('fuzzed')}/cairn.db"
    upgrade(url)
    clock = MovableClock(NOW)
    database = Database(url, clock=clock)
    with database.session(WORKSPACE) as session:
        measured(session)
    health = Health(database, clock, last_tick=clock.machine)
    server = WebServer("127.0.0.1", 0, health=health, readings=ReadingsApi(database, clock, limit=100_000))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result(30)
    yield server.url
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result(30)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
    database.close()


@schema.parametrize()
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_makes_it_stumble_and_it_answers_as_described(case: schemathesis.Case[Any], address: str) -> None:
    case.call_and_validate(
        base_url=address,
        headers={"Authorization": f"Bearer {TOKEN}"},
        checks=[
            *(not_a_server_error, status_code_conformance),
            *(content_type_conformance, response_schema_conformance),
        ],
    )
