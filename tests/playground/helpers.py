"""Blocks for the tests, as a bot would send them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError

from bot.playground import Workspace
from bot.playground.world import BOT_USER

JSON = dict[str, Any]


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def form(*blocks: JSON, **fields: Any) -> JSON:
    shown = list(blocks or (text_input("said", "What?"),))
    return {"type": "modal", "title": plain("Form"), "submit": plain("Send"), "blocks": shown, **fields}


def text_input(block_id: str, label: str, element: JSON | None = None, **fields: Any) -> JSON:
    field = {"type": "plain_text_input", "action_id": "answer", **(element or {})}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": field, **fields}


def buttons(*action_ids: str, value: str = "v") -> JSON:
    elements = [{"type": "button", "action_id": a, "text": plain(a.title()), "value": value} for a in action_ids]
    return {"type": "actions", "block_id": "buttons", "elements": elements}


def option(value: str) -> JSON:
    return {"text": plain(value.title()), "value": value}


def whispers(
    slack: Workspace, user: str, text: str, blocks: list[JSON] | None = None, *, channel: str = "CGENERAL"
) -> None:
    """The bot's words in a channel that one person alone sees, as a response_url brings them."""
    slack.world.post(channel, BOT_USER, text, blocks=blocks, ephemeral_to=user)


async def until(condition: Callable[[], bool]) -> None:
    """Let the other tasks run until it holds; fails after five seconds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - any condition will do
            await asyncio.sleep(0)


def hears(app: AsyncApp, answer: Any = None) -> list[JSON]:
    """Make the app ack whatever comes, and keep it."""
    heard: list[JSON] = []

    async def hear(ack: AsyncAck, body: JSON) -> None:
        heard.append(body)
        await ack(answer) if answer is not None else await ack()

    everything = re.compile(".*")
    app.command(everything)(hear)
    app.action(everything)(hear)
    app.shortcut(everything)(hear)
    app.options(everything)(hear)
    app.view(everything)(hear)
    app.view_closed(everything)(hear)
    app.event(everything)(hear)
    return heard


async def error_of(call: Awaitable[Any]) -> str:
    """The error that Slack answers a call with."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])
