"""Cairn on both databases and both transports."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest

from bot.playground import Company, acme
from tests.house import House, app_config
from tests.stories.acts import open_house
from tests.stories.masks import nobody_is_unmasked


@pytest.fixture(params=["socket", "http"])
def transport(request: pytest.FixtureRequest) -> str:
    """How Slack's requests come in."""
    return str(request.param)


@pytest.fixture
def company() -> Company:
    """Who is in the workspace; a test may change them before the house is built."""
    return acme(app_config())


@pytest.fixture(autouse=True)
def logged(written: io.StringIO) -> io.StringIO:
    """What Cairn logs meanwhile, as an operator sees it."""
    return written


@pytest.fixture
async def house(database_url: str, transport: str, company: Company, logged: io.StringIO) -> AsyncIterator[House]:
    """A company with Cairn in it: Monday, 8:59 in Tokyo."""
    async with open_house(database_url, transport, company) as house:
        yield house
        await nobody_is_unmasked(house, logged.getvalue())
