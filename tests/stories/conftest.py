"""Cairn on both databases and both transports."""

from __future__ import annotations

import io
import logging
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from bot.playground import Company, acme
from bot.runtime import logs
from tests.house import House, app_config
from tests.stories.acts import open_house


@pytest.fixture(params=["socket", "http"])
def transport(request: pytest.FixtureRequest) -> str:
    """How Slack's requests come in."""
    return str(request.param)


@pytest.fixture
def company() -> Company:
    """Who is in the workspace; a test may change them before the house is built."""
    return acme(app_config())


@pytest.fixture(autouse=True)
def logged() -> Iterator[io.StringIO]:
    """What Cairn logs meanwhile, as an operator sees it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    logging.captureWarnings(False)
    logging.basicConfig(handlers=handlers, level=level, force=True)
    structlog.reset_defaults()


@pytest.fixture
async def house(database_url: str, transport: str, company: Company) -> AsyncIterator[House]:
    """A company with Cairn in it: Monday, 8:59 in Tokyo."""
    async with open_house(database_url, transport, company) as house:
        yield house
