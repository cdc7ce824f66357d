"""A running Cairn, the Slack that it runs in, and the fixed cast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import MovableClock
from bot.playground import AppConfig, Playground, Workspace
from bot.playground.world import Message
from bot.runtime import settings as bot_settings
from bot.runtime.app import Cairn, build
from bot.runtime.calendar import MovableCalendar
from bot.runtime.manifest import manifest, registered
from bot.runtime.pacing import Pace

ANA, BO, CY, DANA, EVA, FINN, GUS, HANA = "UANA", "UBO", "UCY", "UDANA", "UEVA", "UFINN", "UGUS", "UHANA"
CAST = (ANA, BO, CY, DANA, EVA, FINN, GUS, HANA)
PLATFORM, GENERAL, DESIGN = "CPLATFORM", "CGENERAL", "CDESIGN"
BERLIN, NEW_YORK, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")
PATIENCE = 30.0
MONDAY_859_TOKYO = datetime(2026, 11, 23, 8, 59, tzinfo=TOKYO)
"""A minute before the easternmost of the cast starts the week; it is still Sunday in New York."""


@dataclass
class House:
    """Cairn as it runs, the Slack that it runs in, and the time of both."""

    cairn: Cairn
    playground: Playground
    clock: MovableClock
    calendar: MovableCalendar

    @property
    def slack(self) -> Workspace:
        return self.playground.slack

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def settle(self) -> None:
        """Everything that is due now is done and sent."""
        await self.cairn.settle()

    async def move_to(self, moment: datetime) -> None:
        """The calendar goes on, by way of everything that falls due until then."""
        await self.calendar.move_to(moment)

    async def restart(self, transport: str) -> None:
        """Cairn is stopped and started again on the same database."""
        settings = self.cairn.settings
        await self.cairn.stop()
        self.cairn = build(settings, clock=self.clock, pace=Pace.unlimited())
        self.calendar.cairn = self.cairn
        await start(self.playground, self.cairn, transport)

    async def let_pass(self, **span: float) -> None:
        await self.move_to(self.now + timedelta(**span))

    def dm(self, user: str, containing: str = "") -> list[Message]:
        """What stands in somebody's DM with Cairn, those messages that contain some words."""
        return [message for message in self.slack.dm(user) if containing in _said(message)]


def _said(message: Message) -> str:
    """All that a message shows, as one line without its formatting."""
    return " ".join(message.plain().replace("*", "").split())


def app_config() -> AppConfig:
    """The app as our manifest describes it."""
    return AppConfig.from_manifest(manifest(registered(), renames={}))


def build_cairn(playground: Playground, database_url: str, clock: MovableClock, transport: str, **more: Any) -> Cairn:
    """Cairn, set up for a playground."""
    given = bot_settings.given(
        slack_bot_token=playground.bot_token,
        slack_app_token=playground.app_token if transport == "socket" else "",
        slack_signing_secret=playground.signing_secret,
        slack_api_url=playground.api_url,
        database_url=database_url,
        port=0,
        cairn_admins="UDANA",
        **more,
    )
    return build(given, clock=clock, pace=Pace.unlimited())


async def start(playground: Playground, cairn: Cairn, transport: str) -> None:
    """Start Cairn and let Slack know how to reach it; both are patient, since the machine may be busy."""
    cairn.desk.patience = playground.ack_seconds = playground.world.trigger_seconds = PATIENCE
    await cairn.start()
    if transport == "http":
        playground.deliver_by_http(f"{cairn.server.url}/slack/events")
    await cairn.settle()


async def make_platform(house: House, **chosen: str | list[str]) -> None:
    """Dana makes the team Platform of everybody in #platform, and switches its weekly check-in on."""
    await platform_team(house)
    await begin_checkin(house)
    # Reminders have stories of their own.
    for block_id, value in {"reminders": "light", **chosen}.items():
        await house.slack.chooses(DANA, block_id, value)
    await switch_on(house)


async def begin_checkin(
    house: House, user: str = DANA, template: str = "weekly", channel: str | None = PLATFORM
) -> None:
    """The form of a new check-in is open, filled in by a template."""
    await house.slack.says(user, "/checkin new", channel=channel)
    await house.slack.clicks_in_view(user, "checkin.setup.begin", template)
    view = house.slack.view(user)
    assert view is not None
    assert view["callback_id"] == "checkin.setup.form", view


async def switch_on(house: House, user: str = DANA) -> None:
    """The form that is open is sent, and what comes is looked over, and switched on or saved."""
    looked_over = await house.slack.submits(user)
    assert not looked_over.errors, looked_over
    view = house.slack.view(user)
    assert view is not None
    assert view["callback_id"] == "checkin.preview.form", view
    switched_on = await house.slack.submits(user)
    assert switched_on.closed, (switched_on, house.slack.view(user))
    await house.settle()


async def make_team(house: House, name: str, channel: str | None = PLATFORM, **chosen: str | list[str]) -> None:
    """Dana makes a team, in a channel or by DM, with what she chooses in its form."""
    await house.slack.says(DANA, "/cairn team new", channel=channel)
    await house.slack.types(DANA, "name", name)
    for field, choice in chosen.items():
        await house.slack.chooses(DANA, field, choice)
    made = await house.slack.submits(DANA)
    assert made.closed, made


async def platform_team(house: House, **chosen: str | list[str]) -> None:
    """Dana makes the team Platform of everybody in #platform."""
    await make_team(house, "Platform", PLATFORM, from_channel=PLATFORM, **chosen)


def local(zone: ZoneInfo, day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of the story's autumn on somebody's wall clock."""
    return datetime(2026, month, day, hour, minute, tzinfo=zone)


async def open_form(house: House, user: str, containing: str = "") -> dict[str, Any]:
    """Somebody presses the button on their latest prompt, of those that contain some words, and the form opens."""
    prompts = [message for message in house.dm(user, containing) if "checkin.answer" in dict(message.buttons())]
    await house.slack.clicks(user, prompts[-1], "checkin.answer")
    view = house.slack.view(user)
    assert view is not None
    return view


async def answer(house: House, user: str, words: str, mood: int = 4, *, containing: str = "") -> None:
    """Somebody answers the weekly check-in from their latest prompt, of those that contain some words."""
    await open_form(house, user, containing)
    await house.slack.chooses(user, "How did the week feel?", str(mood))
    await house.slack.types(user, "What went well or moved forward?", words)
    await house.slack.types(user, "What will you do next?", f"{words}, next")
    assert (await house.slack.submits(user)).closed
    await house.settle()
