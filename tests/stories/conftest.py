"""Cairn on both databases and both transports."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.clock import MovableClock
from bot.playground import Company, Playground, acme
from bot.runtime.calendar import MovableCalendar
from tests.house import MONDAY_859_TOKYO, House, app_config, build_cairn, start


@pytest.fixture(params=["socket", "http"])
def transport(request: pytest.FixtureRequest) -> str:
    """How Slack's requests come in."""
    return str(request.param)


@pytest.fixture
def company() -> Company:
    """Who is in the workspace; a test may change them before the house is built."""
    return acme(app_config())


@pytest.fixture
async def house(database_url: str, transport: str, company: Company) -> AsyncIterator[House]:
    """A company with Cairn in it: Monday, 8:59 in Tokyo."""
    clock = MovableClock(MONDAY_859_TOKYO)
    calendar = MovableCalendar(clock)
    playground = Playground(company, calendar)
    await playground.start()
    cairn = build_cairn(playground, database_url, clock, transport)
    await start(playground, cairn, transport)
    calendar.cairn = cairn
    house = House(cairn, playground, clock, calendar)
    yield house
    await house.cairn.stop()
    await playground.stop()
    assert playground.violations == []
