"""Meeting people whom Cairn doesn't know yet: nobody is left out in silence, and nobody is asked about twice."""

from __future__ import annotations

import asyncio

import pytest
from slack_sdk.errors import SlackApiError
from sqlmodel import col

from bot.domain.setup import MAX_PEOPLE
from bot.playground.company import Person as Colleague
from storage.people import Person
from storage.teams import Team
from tests.house import ANA, BO, DANA, PLATFORM, House
from tests.stories.acts import ONE_HOUSE, rows

pytestmark = ONE_HOUSE


def newcomers(house: House, count: int) -> list[str]:
    """Join the workspace unnoticed: Cairn hears nothing of them."""
    people = [Colleague(f"UNEW{n}", f"new{n}", f"New {n}", "Europe/Berlin", "en-GB", "New") for n in range(count)]
    house.slack.world.people.update({person.id: person for person in people})
    return [person.id for person in people]


def asked(house: House) -> list[str]:
    return [str(call.args["user"]) for call in house.playground.api.calls if call.method == "users.info"]


async def met(house: House) -> set[str]:
    return {person.slack_id for person in await rows(house, Person, col(Person.slack_id).startswith("UNEW"))}


async def test_nobody_is_left_out_of_a_team_because_slack_is_busy(house: House) -> None:
    one, two = newcomers(house, 2)
    house.slack.world.conversations[PLATFORM].members += [one, two]
    house.playground.faults.add("users.info", "ratelimited:0", user_or_channel=one)
    slack = house.slack
    await slack.says(DANA, "/cairn team new", channel=PLATFORM)
    await slack.types(DANA, "name", "Platform")
    await slack.chooses(DANA, "from_channel", PLATFORM)

    assert not (await slack.submits(DANA)).closed
    assert await rows(house, Team) == []
    assert await met(house) == {two}

    assert (await slack.submits(DANA)).closed
    assert await met(house) == {one, two}
    assert asked(house).count(two) == 1


async def test_whom_slack_does_not_know_is_left_out(house: House) -> None:
    await house.cairn.desk.meet(house.cairn.workspace, ["UGONE", *newcomers(house, 1)])

    assert await met(house) == {"UNEW0"}


async def test_bots_are_asked_about_once(house: House) -> None:
    desk, workspace = house.cairn.desk, house.cairn.workspace
    robot = Colleague("UROBOT", "robot", "Robot", "UTC", "en-US", "Robot", is_bot=True)
    house.slack.world.people[robot.id] = robot

    await desk.meet(workspace, [robot.id])
    await desk.meet(workspace, [robot.id, ANA, BO])

    assert asked(house) == [robot.id]


async def test_many_are_met_at_the_same_time(house: House) -> None:
    first, second = newcomers(house, 2)
    waiting = house.playground.faults.add("users.info", "hang", user_or_channel=first)
    other = house.playground.faults.add("users.info", "hang", user_or_channel=second)
    house.cairn.desk.later(house.cairn.desk.meet(house.cairn.workspace, [first, second]), "test")

    async with asyncio.timeout(10):
        await waiting.reached.wait()
        await other.reached.wait()
    waiting.release()
    other.release()
    await house.cairn.desk.finish()

    assert await met(house) == {first, second}


async def test_a_crowd_is_refused_before_it_is_met(house: House) -> None:
    members = house.slack.world.conversations[PLATFORM].members
    members += newcomers(house, MAX_PEOPLE + 1)
    slack = house.slack
    await slack.says(DANA, "/cairn team new", channel=PLATFORM)
    await slack.types(DANA, "name", "Platform")
    await slack.chooses(DANA, "from_channel", PLATFORM)

    answer = await slack.submits(DANA)

    assert f"A team can have {MAX_PEOPLE} members; these are {len(members)}." in str(answer.errors)
    assert asked(house) == []


async def test_what_else_slack_says_is_raised(house: House) -> None:
    (new,) = newcomers(house, 1)
    house.playground.faults.add("users.info", "error:fatal_error")
    with pytest.raises(SlackApiError):
        await house.cairn.desk.meet(house.cairn.workspace, [new])
