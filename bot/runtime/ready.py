"""What a start waits for: a database that answers and has the right tables, and a Slack that knows us."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import typer
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import DBAPIError

from bot.errors import SettingsError
from bot.runtime.settings import Settings
from bot.runtime.slack import Kind, classify, code_of
from storage import migrate
from storage.migrate import State

LOOK_EVERY = 1.0
DOCTOR = "`python -m bot doctor` says more."
T = TypeVar("T")

_FILE_MISTAKES = ("SQLITE_CANTOPEN", "SQLITE_NOTADB", "SQLITE_READONLY", "SQLITE_PERM")
_NOT_READY = {
    State.EMPTY: "The database has no tables yet: run `python -m bot migrate` first.",
    State.BEHIND: "The database is older than this Cairn: make a backup, then run `python -m bot migrate`.",
    State.AHEAD: "The database was migrated by a newer Cairn: install that one again, or restore a backup.",
}


class _NotYetError(Exception):
    """What is waited for isn't there yet."""


async def wait_for_database(url: str, asked_to_stop: asyncio.Event, patience: float = float("inf")) -> State | None:
    """How the database stands, once it answers; None when asked to stop.

    Raises SettingsError for a file that can't be a database, and after `patience` seconds.
    """

    async def look() -> State:
        try:
            return await asyncio.to_thread(migrate.state, url)
        except DBAPIError as error:
            if getattr(error.orig, "sqlite_errorname", "").startswith(_FILE_MISTAKES):
                raise SettingsError("DATABASE_URL names a file that Cairn can't open, read and write.") from None
            raise _NotYetError from None

    return await _wait(look, "the database", asked_to_stop, patience)


async def database_is_ready(url: str, asked_to_stop: asyncio.Event) -> bool:
    """Wait for the database; False when asked to stop. Raises SettingsError unless its tables are those of the code."""
    state = await wait_for_database(url, asked_to_stop)
    if state is None:
        return False
    refuse_unless_current(state)
    return True


def refuse_unless_current(state: State) -> None:
    """Raises SettingsError where the tables aren't those that the code expects."""
    if state is not State.CURRENT:
        raise SettingsError(_NOT_READY[state])


async def slack_is_ready(settings: Settings, asked_to_stop: asyncio.Event) -> bool:
    """Wait until Slack answers; False when asked to stop. Raises SettingsError where it refuses the bot token."""
    client = AsyncWebClient(settings.slack_bot_token, settings.slack_api_url, timeout=10, retry_handlers=[])

    async def look() -> bool:
        try:
            await client.auth_test()
        except (SlackApiError, ClientError, TimeoutError, OSError) as error:
            if classify(error) is Kind.PERMANENT_APP and isinstance(error, SlackApiError):
                raise SettingsError(
                    f"SLACK_BOT_TOKEN was refused by Slack ({code_of(error.response)}). {DOCTOR}"
                ) from None
            raise _NotYetError from None
        return True

    return bool(await _wait(look, "Slack", asked_to_stop, float("inf")))


async def _wait(look: Callable[[], Awaitable[T]], what: str, asked_to_stop: asyncio.Event, patience: float) -> T | None:
    has_said_so, until = False, time.monotonic() + patience
    while not asked_to_stop.is_set():
        with suppress(_NotYetError):
            return await look()
        if time.monotonic() >= until:
            raise SettingsError(f"Waited in vain for {what}, which doesn't answer. {DOCTOR}")
        if not has_said_so:
            typer.echo(f"Waiting for {what}, which doesn't answer. {DOCTOR}")
            has_said_so = True
        with suppress(TimeoutError):
            await asyncio.wait_for(asked_to_stop.wait(), LOOK_EVERY)
    return None
