"""`cairn run`, from the first look at the database to the last ack."""

from __future__ import annotations

import asyncio
import signal

import structlog
import typer

from bot.runtime import garbage, ready
from bot.runtime.app import Cairn, build
from bot.runtime.settings import SlackSettings

log = structlog.get_logger(__name__)

STOP_WITHIN = 10.0


async def run(settings: SlackSettings) -> None:
    """Run until SIGTERM or SIGINT; what is under way then gets ten seconds.

    Raises SettingsError for what the operator has to mend first.
    """
    asked_to_stop = on_signals()
    if not await ready.database_is_ready(settings.database_url, asked_to_stop):
        return
    if not await ready.slack_is_ready(settings, asked_to_stop):
        return
    cairn = build(settings)
    try:
        starting = asyncio.create_task(cairn.start())
        asked = asyncio.create_task(asked_to_stop.wait())
        await asyncio.wait({starting, asked}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
            how = "Socket Mode" if settings.socket_mode else "signed HTTP at /slack/events"
            typer.echo(f"Cairn is ready: {how}; health at {cairn.server.url}/healthz")
            garbage.settle()
        await asked
        starting.cancel()
    finally:
        await stop(cairn)


def on_signals() -> asyncio.Event:
    """Set when the process is asked to stop; a second signal ends it at once."""
    loop, asked = asyncio.get_running_loop(), asyncio.Event()

    def ask() -> None:
        asked.set()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask)
    return asked


async def stop(cairn: Cairn) -> None:
    """Stop within ten seconds, finished or not: who runs us kills what takes longer."""
    try:
        async with asyncio.timeout(STOP_WITHIN):
            await cairn.stop()
    except TimeoutError:
        log.warning("cairn.stopped_early")
