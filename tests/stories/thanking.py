"""Somebody thanks somebody: what the stories of kudos begin with."""

from __future__ import annotations

from bot.playground.interactions import CommandResult
from bot.playground.world import Message
from tests.house import ANA, DANA, House
from tests.stories.blocking import plain

LAUNCH = "for the launch checklist"


async def gives(house: House, user: str, text: str, channel: str | None = "CGENERAL") -> CommandResult:
    """Somebody types `/kudos`, and whatever comes of it is sent."""
    given = await house.slack.says(user, f"/kudos {text}", channel=channel)
    assert given.error is None, given
    await house.settle()
    return given


def cards(house: House, channel: str = "CGENERAL") -> list[str]:
    """What stands about thanks in a channel, each card as one line."""
    return [plain(each) for each in _cards(house, channel)]


def card(house: House, channel: str = "CGENERAL") -> Message:
    """The latest card in a channel."""
    return _cards(house, channel)[-1]


def _cards(house: House, channel: str) -> list[Message]:
    return [each for each in house.slack.channel(channel) if "kudos.join" in dict(each.buttons())]


def thanks(house: House, user: str) -> list[str]:
    """The thanks in somebody's DM, each as one line."""
    return [plain(each) for each in house.slack.dm(user) if each.text.startswith(":raised_hands:")]


async def clicks_receipt(house: House, user: str, button: str) -> None:
    """Somebody uses a button below what Cairn last told them alone."""
    await house.slack.clicks(user, house.slack.ephemerals(user)[-1], button)
    await house.settle()


async def sets(house: House, **fields: str) -> None:
    """Dana changes the settings of kudos: kudos_values, kudos_emoji, kudos_a_day."""
    await house.slack.says(DANA, "/cairn settings")
    for field, value in fields.items():
        await house.slack.types(DANA, field, value)
    saved = await house.slack.submits(DANA)
    assert saved.closed, saved


async def likes_private(house: House, user: str = ANA) -> None:
    """Somebody says that they like thanks in private."""
    await house.slack.says(user, "/cairn preferences")
    await house.slack.chooses(user, "praise", "private")
    assert (await house.slack.submits(user)).closed
