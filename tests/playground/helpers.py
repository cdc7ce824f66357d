"""Blocks for the tests, as a bot would send them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from bot.playground import Playground

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


async def until(condition: Callable[[], bool]) -> None:
    """Let the other tasks run until it holds; fails after five seconds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - any condition will do
            await asyncio.sleep(0)


def trigger(playground: Playground, user: str = "UANA") -> str:
    """What a person's act would have given the app."""
    return playground.world.new_trigger(user)
