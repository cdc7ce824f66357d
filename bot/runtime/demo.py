"""`cairn demo`: Cairn on a Slack in the browser, with a company to play with and a calendar to move."""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import typer

from bot.clock import Clock, MovableClock
from bot.errors import SettingsError
from bot.runtime import garbage, logs, serve
from bot.runtime import settings as read
from bot.runtime.app import Cairn, build
from bot.runtime.calendar import MovableCalendar
from bot.runtime.pacing import Pace
from bot.runtime.settings import SlackSettings
from bot.services import demo as company
from handlers import lookups
from storage import migrate

# Where Monday comes first, and where people still have a minute before their check-in.
FIRST_ZONE = ZoneInfo("Asia/Tokyo")
OPENS_AT = time(8, 59)


class Slack(Protocol):
    """The playground, as far as the demo knows it."""

    url: str
    bot_token: str
    app_token: str
    signing_secret: str

    @property
    def api_url(self) -> str: ...

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None: ...

    async def stop(self) -> None: ...

    def deliver_by_http(self, request_url: str) -> None: ...


@dataclass(frozen=True)
class Options:
    """`port` is the page's; `http` sends signed requests instead of using Socket Mode."""

    port: int
    opens_browser: bool
    http: bool


async def run(make_slack: Callable[[MovableCalendar], Slack], options: Options) -> None:
    """Run until Ctrl-C. Everything lives in a temporary folder and is gone afterwards."""
    logs.configure(sys.stderr, logging.WARNING)
    asked_to_stop = serve.on_signals()
    clock = MovableClock(next_monday(Clock().now()))
    calendar = MovableCalendar(clock)
    slack = make_slack(calendar)
    await _listen(slack, options.port)
    with tempfile.TemporaryDirectory(prefix="cairn-demo-") as folder:
        cairn = build(await _settings(slack, Path(folder), http=options.http), clock=clock, pace=Pace.unlimited())
        try:
            await _begin(cairn, slack, http=options.http)
            calendar.cairn = cairn
            typer.echo(f"Cairn's playground is at {slack.url} (Ctrl-C stops it)")
            garbage.settle()
            if options.opens_browser:
                await asyncio.to_thread(webbrowser.open, slack.url)
            await asked_to_stop.wait()
        finally:
            calendar.cairn = None
            await serve.stop(cairn)
            await slack.stop()


def next_monday(now: datetime) -> datetime:
    """The next Monday, 8:59 where it comes first, in UTC."""
    local = now.astimezone(FIRST_ZONE)
    monday = datetime.combine(local.date() - timedelta(days=local.weekday()), OPENS_AT, FIRST_ZONE)
    return (monday if monday > local else monday + timedelta(days=7)).astimezone(UTC)


async def _listen(slack: Slack, port: int) -> None:
    try:
        await slack.start(port=port)
    except OSError:
        await slack.stop()
        raise SettingsError(f"Port {port} is taken by another program: choose one with --port {port + 1}.") from None


async def _settings(slack: Slack, folder: Path, *, http: bool) -> SlackSettings:
    url = f"sqlite:///{folder / 'cairn.db'}"
    await asyncio.to_thread(migrate.upgrade, url)
    return read.given(
        slack_bot_token=slack.bot_token,
        slack_app_token="" if http else slack.app_token,
        slack_signing_secret=slack.signing_secret,
        slack_api_url=slack.api_url,
        database_url=url,
        port=0,
        cairn_admins="UDANA",
    )


async def _begin(cairn: Cairn, slack: Slack, *, http: bool) -> None:
    await cairn.start()
    if http:
        slack.deliver_by_http(f"{cairn.server.url}/slack/events")
    await cairn.settle()
    home = await lookups.channel(await cairn.clients.of(cairn.workspace), company.HOME, "home_channel")
    now = cairn.clock.now()
    await cairn.database.write(lambda session: company.seed(session, home, now), workspace=cairn.workspace)
    await cairn.settle()
