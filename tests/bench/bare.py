"""The least that talks to Slack and to a database: Bolt over Socket Mode beside an SQLModel engine."""

from __future__ import annotations

import asyncio
import os
import sys

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import create_engine, text

from tests.bench.words import READY


async def run() -> None:
    """Connect, say so, and wait."""
    with create_engine(os.getenv("DATABASE_URL", "")).connect() as connection:
        connection.execute(text("SELECT 1"))
    client = AsyncWebClient(os.getenv("SLACK_BOT_TOKEN"), os.getenv("SLACK_API_URL", ""))
    handler = AsyncSocketModeHandler(AsyncApp(client=client), os.getenv("SLACK_APP_TOKEN"))
    await handler.connect_async()  # type: ignore[no-untyped-call]
    sys.stdout.write(f"{READY}\n")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(run())
