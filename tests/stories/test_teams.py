"""Teams: who may make them, of whom, and what is said where that doesn't work."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.people import Person
from storage.teams import LEAD, MEMBER, OBSERVER, Membership, Team
from tests.house import (
    ANA,
    BO,
    CAST,
    CY,
    DANA,
    DESIGN,
    EVA,
    FINN,
    GENERAL,
    GUS,
    NEW_YORK,
    PLATFORM,
    House,
    local,
)
from tests.stories.acts import in_a_hurry, one_house, rows, stored


async def members(house: House, role: str = MEMBER) -> set[str]:
    """Slack ids of those who have a role in the only team."""

    def look(session: Session) -> set[str]:
        query = select(col(Person.slack_id)).join(Membership, col(Membership.person_id) == col(Person.id))
        return set(session.scalars(query.where(col(Membership.role) == role)))

    return await stored(house, look)


async def new_team(house: House, user: str = DANA, name: str = "Platform") -> None:
    """The form is open, with a name in it."""
    await house.slack.says(user, "/cairn team new", channel=GENERAL)
    await house.slack.types(user, "name", name)


async def test_a_team_of_a_channel_of_a_group_and_by_hand_has_everybody_once(house: House) -> None:
    await new_team(house)
    await house.slack.chooses(DANA, "members", [ANA, CY])
    await house.slack.chooses(DANA, "from_channel", DESIGN)
    await house.slack.chooses(DANA, "from_group", "Leads")
    await house.slack.chooses(DANA, "observers", [GUS])

    assert (await house.slack.submits(DANA)).closed
    await house.settle()

    assert await members(house) == {ANA, CY, EVA, DANA, "UHANA"}
    assert (await members(house, LEAD), await members(house, OBSERVER)) == ({DANA}, {GUS})
    assert house.dm(DANA, "Platform is set up with 5 members, and you lead it. Next: `/checkin new`")
    await house.move_to(local(NEW_YORK, 23, 10))
    assert house.dm(GUS, "Dana added you to the team Platform (5 members). Dana leads it. You read its digests,")
    for user in (ANA, CY, EVA):
        assert len(house.dm(user, "Dana added you to the team Platform (5 members). Dana leads it. Nothing is")) == 1
    assert house.slack.dm(BO) == []


async def test_a_team_of_nobody_is_asked_for_members(house: House) -> None:
    await new_team(house)

    result = await house.slack.submits(DANA)

    assert result.errors == {
        "members": "A team needs at least one member who is still here. Choose people, a channel or a user group."
    }
    assert "Platform" in str(house.slack.view(DANA)), "what she typed is still there"
    assert await rows(house, Team) == []


@one_house
async def test_bots_strangers_and_those_who_left_make_no_team(house: House) -> None:
    await new_team(house)
    await house.slack.chooses(DANA, "members", ["UPOLLS", "UOLAF", "USLACKBOT"])

    result = await house.slack.submits(DANA)

    assert list(result.errors) == ["members"]


async def test_a_channel_that_cairn_isnt_in_asks_to_be_invited(house: House) -> None:
    house.playground.world.conversations[DESIGN].kind = "private"
    await new_team(house)
    await house.slack.chooses(DANA, "from_channel", DESIGN)

    result = await house.slack.submits(DANA)

    assert result.errors == {
        "from_channel": "Cairn isn't in that channel. Type `/invite @Cairn` there, then send this form again."
    }
    await house.slack.invites_bot(DESIGN)
    assert (await house.slack.submits(DANA)).closed


@one_house
async def test_a_user_group_that_was_deleted_meanwhile_is_named(house: House) -> None:
    await new_team(house)
    await house.slack.chooses(DANA, "from_group", "Leads")
    del house.playground.world.groups["SLEADS"]

    result = await house.slack.submits(DANA)

    assert result.errors == {"from_group": "That user group isn't there any more. Choose another one."}


@one_house
async def test_a_name_is_needed_and_only_once(house: House) -> None:
    await new_team(house, name="  \t ")
    await house.slack.chooses(DANA, "members", [ANA])
    assert (await house.slack.submits(DANA)).errors == {"name": "Give the team a name."}
    await house.slack.types(DANA, "name", "Platform")
    assert (await house.slack.submits(DANA)).closed

    await new_team(house, name=" platform ")
    await house.slack.chooses(DANA, "members", [ANA])
    assert (await house.slack.submits(DANA)).errors == {
        "name": "There is a team called platform already. Choose another name."
    }
    await house.slack.types(DANA, "name", "p" * 81)
    assert (await house.slack.submits(DANA, force=True)).errors == {"name": "A team's name can have 80 characters."}


@one_house
async def test_whoever_nobody_reports_to_is_told_who_can_make_teams(house: House) -> None:
    result = await house.slack.says(ANA, "/cairn team new")

    assert house.slack.view(ANA) is None
    assert result.ack == {
        "text": "Dana can make teams for you, and so can everyone with people reporting to them. "
        "Ask one of them for yours. Nothing was made."
    }


@one_house
async def test_a_manager_can_make_teams(house: House) -> None:
    def report(session: Session) -> None:
        ana, bo = (session.scalars(select(Person).where(col(Person.slack_id) == user)).one() for user in (ANA, BO))
        session.execute(update(Person).where(col(Person.id) == ana.key).values(manager_id=bo.key))

    await stored(house, report)
    await new_team(house, BO, "Bo's")
    await house.slack.chooses(BO, "members", [ANA])

    assert (await house.slack.submits(BO)).closed

    assert await members(house, LEAD) == {BO}


@one_house
async def test_whoever_lost_the_right_while_the_form_was_open_is_refused(house: House) -> None:
    await new_team(house)
    await house.slack.chooses(DANA, "members", [ANA])
    await stored(house, lambda session: session.execute(update(Person).values(is_admin=False)))

    (error,) = (await house.slack.submits(DANA)).errors.values()

    assert error.endswith("Nothing was made.")
    assert await rows(house, Team) == []


@one_house
async def test_guests_are_left_out_unless_the_setting_says_so(house: House) -> None:
    await new_team(house)
    await house.slack.chooses(DANA, "from_channel", GENERAL)
    assert (await house.slack.submits(DANA)).closed
    assert await members(house) == set(CAST)

    await house.slack.says(DANA, "/cairn settings")
    await house.slack.chooses(DANA, "switches", ["Guests can be members of teams"])
    assert (await house.slack.submits(DANA)).closed
    await new_team(house, name="With guests")
    await house.slack.chooses(DANA, "from_channel", GENERAL)
    assert (await house.slack.submits(DANA)).closed

    assert await members(house) == {*CAST, "UGUEST"}


@one_house
async def test_a_slack_that_is_slow_to_say_who_is_in_a_channel_keeps_nobody_waiting(house: House) -> None:
    await new_team(house)
    await house.slack.chooses(DANA, "from_channel", PLATFORM)
    slow = house.playground.faults.add("conversations.members", "hang")

    with in_a_hurry(house):
        result = await house.slack.submits(DANA)
    assert list(result.errors.values()) == [
        "This takes longer than usual, so we don't know yet whether it was saved. "
        "Your words stay in this form: send it again in a minute, it counts once."
    ]
    slow.release()
    await house.cairn.desk.finish()
    assert (await house.slack.submits(DANA)).closed

    assert len(await rows(house, Team)) == 1
    assert await members(house) == set(CAST)
    assert FINN in await members(house)
