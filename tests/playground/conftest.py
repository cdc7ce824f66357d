"""A playground, and a bolt app that talks to it over the real wire."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import AppConfig, Command, Playground, Shortcut, Workspace, acme

EVENTS = [
    "app_home_opened",
    "channel_left",
    "channel_rename",
    "group_archive",
    "group_left",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "reaction_added",
    "reaction_removed",
    "team_join",
    "user_change",
]
APP = AppConfig(
    commands=[Command("/checkin", "Answer", "new | edit"), Command("/kudos", should_escape=False)],
    shortcuts=[Shortcut("thank", "Give kudos", "message"), Shortcut("start", "Start")],
    bot_events=EVENTS,
)


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    playground = Playground(acme(APP))
    await playground.start()
    yield playground
    await playground.stop()


@pytest.fixture
def slack(playground: Playground) -> Workspace:
    return playground.slack


@pytest.fixture
def client(playground: Playground) -> AsyncWebClient:
    return AsyncWebClient(playground.bot_token, base_url=playground.api_url)


@pytest.fixture
def app(playground: Playground, client: AsyncWebClient) -> AsyncApp:
    return AsyncApp(client=client, signing_secret=playground.signing_secret, process_before_response=True)


@pytest.fixture
async def bot(playground: Playground, app: AsyncApp) -> AsyncIterator[AsyncApp]:
    """The app, connected by Socket Mode."""
    handler = AsyncSocketModeHandler(app, playground.app_token, ping_interval=0.1)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    yield app
    await handler.close_async()  # type: ignore[no-untyped-call]
