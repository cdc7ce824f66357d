"""Somebody's way is blocked: what the stories of blockers begin with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import col

from bot.playground.world import Message
from storage.teams import LEAD, Membership, Team
from tests.house import BERLIN, DANA, FINN, House, local, open_form
from tests.stories.acts import by_socket, fill_in, key_of, monday_in_tokyo, on_sqlite, rows, stored

IN_THE_WAY = "Is anything in your way?"
SERVER = "The staging server is down"
MARKER = "zebra-crossing"
NUDGE = "Still in your way? Say so when it isn't"
DANAS_MORNING = local(BERLIN, 23, 9)
Story = TypeVar("Story", bound=Callable[..., Any])


def in_one_house(story: Story) -> Story:
    """Mark a story in which neither the database nor the transport has a part."""
    marked: Story = on_sqlite(by_socket(story))
    return marked


async def says_blocked(house: House, user: str, words: str) -> None:
    """Somebody answers their latest prompt, or edits what they answered, and says what is in their way."""
    await open_form(house, user)
    await fill_in(house, user)
    await house.slack.types(user, IN_THE_WAY, words)
    assert (await house.slack.submits(user)).closed
    await house.settle()


async def finn_is_blocked(house: House, words: str = SERVER, until: datetime = DANAS_MORNING) -> None:
    """It is 9:00 in Tokyo, Finn's way is blocked, and Dana's Monday begins."""
    await monday_in_tokyo(house, readers="leads")
    await says_blocked(house, FINN, words)
    await house.move_to(until)


def plain(message: Message) -> str:
    return " ".join(message.plain().replace("*", "").replace("\u200b", "").split())


def told(house: House, user: str = DANA) -> str:
    """The message that tells a lead."""
    (message,) = [
        each for each in house.slack.dm(user) if "the way of" in plain(each) and "Still in" not in plain(each)
    ]
    return plain(message)


async def leads_now(house: House, user: str) -> None:
    """Somebody leads Platform too, from now on."""
    person = await key_of(house, user)
    (team,) = await rows(house, Team, col(Team.name) == "Platform")
    lead = Membership(team_id=team.key, person_id=person, role=LEAD, joined_at=house.now)
    await stored(house, lambda session: session.add(lead))
