"""`/cairn team`: who sees which team, who changes it, and what becomes of those who join and leave in between."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col

from bot.playground.world import texts_in
from bot.services import people as people_service
from bot.services.people import SlackUser
from storage.people import Person
from storage.rounds import Prompt
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
    GUS,
    NEW_YORK,
    PLATFORM,
    TOKYO,
    House,
    begin_checkin,
    local,
    make_platform,
    platform_team,
    switch_on,
)
from tests.stories.acts import ONE_HOUSE, key_of, monday_in_tokyo, rows, stored
from tests.stories.test_teams import members


def shown(house: House, user: str) -> str:
    view = house.slack.view(user)
    assert view is not None
    return " ".join(" ".join(texts_in(view["blocks"])).replace("*", "").split())


async def look(house: House, user: str) -> str:
    """Somebody opens the first of their teams."""
    await house.slack.says(user, "/cairn team")
    await house.slack.clicks_in_view(user, "team.show")
    return shown(house, user)


async def edit(house: House, user: str = DANA) -> None:
    await look(house, user)
    await house.slack.clicks_in_view(user, "team.edit")
    view = house.slack.view(user)
    assert view is not None
    assert view["callback_id"] == "team.edit.form", view


async def save(house: House, user: str = DANA) -> None:
    result = await house.slack.submits(user)
    assert not result.errors, result.errors
    assert house.slack.view(user) is None
    await house.settle()


async def test_who_leaves_in_the_middle_is_let_go_and_told_and_who_joins_is_asked_next_time(house: House) -> None:
    await monday_in_tokyo(house)
    await edit(house)
    await house.slack.chooses(DANA, "out0", ["Finn", "Cy"])
    await save(house)

    (finns,) = await rows(house, Prompt, col(Prompt.person_id) == await key_of(house, FINN))
    assert (finns.state, finns.reason) == ("skipped", "left_team")
    assert house.dm(FINN, "you are in no team that it asks any more.")
    assert not house.dm(FINN, "Not this time"), "its buttons are gone"
    await house.move_to(local(NEW_YORK, 23, 10))
    assert not house.dm(CY, "open until"), "it hadn't come yet, and won't"
    for user in (FINN, CY):
        assert len(house.dm(user, "Dana took you off the team Platform")) == 1
    assert not house.dm(ANA, "took you off")

    await edit(house)
    await house.slack.chooses(DANA, "members", [FINN])
    await save(house)
    await house.move_to(local(TOKYO, 24, 11))
    assert len(house.dm(FINN, "Dana added you to the team Platform (7 members).")) == 1
    assert len(await rows(house, Prompt, col(Prompt.person_id) == await key_of(house, FINN))) == 1
    await house.move_to(local(TOKYO, 30, 9))
    assert len(house.dm(FINN, "open until")) == 1


class TestChanging:
    """What can be changed, and by whom."""

    pytestmark = ONE_HOUSE

    async def test_everything_at_once(self, house: House) -> None:
        await platform_team(house)
        await edit(house)
        await house.slack.types(DANA, "name", "Ground")
        await house.slack.chooses(DANA, "out0", ["Gus"])
        await house.slack.chooses(DANA, "leads", [DANA, EVA])
        await house.slack.chooses(DANA, "observers", [GUS])
        await house.slack.chooses(DANA, "home_channel", PLATFORM)
        await house.slack.types(DANA, "zone", "new york")
        await save(house)

        (team,) = await rows(house, Team)
        assert (team.name, team.home_channel, team.zone, team.version) == ("Ground", PLATFORM, "America/New_York", 1)
        assert await members(house) == set(CAST) - {GUS}
        assert (await members(house, LEAD), await members(house, OBSERVER)) == ({DANA, EVA}, {GUS})
        await house.let_pass(days=1)
        assert not house.dm(GUS, "took you off"), "he is in it still"
        assert len(house.dm(EVA, "Dana made you a lead of Ground.")) == 1
        assert not house.dm(DANA, "made you a lead")

    async def test_a_channel_and_a_group_add_their_people(self, house: House) -> None:
        await platform_team(house)
        await edit(house)
        await house.slack.chooses(DANA, "out0", ["Ana", "Bo", "Cy", "Eva", "Hana"])
        await save(house)
        await edit(house)
        await house.slack.chooses(DANA, "from_channel", DESIGN)
        await save(house)

        assert await members(house) >= {FINN, GUS, DANA, CY}

    async def test_members_see_it_and_cannot_change_it(self, house: House) -> None:
        await platform_team(house)

        said = await look(house, ANA)

        assert "Platform Leads: Dana Check-ins: none" in said
        assert "8 members Ana, Bo, Cy, Dana, Eva, Finn, Gus and Hana" in said
        assert "Its leads can change it." in said
        assert "Change the team" not in said

    async def test_the_last_lead_cannot_go_without_another(self, house: House) -> None:
        await platform_team(house)
        await edit(house)
        await house.slack.chooses(DANA, "leads", [])
        assert (await house.slack.submits(DANA)).errors == {
            "leads": "A team needs a lead who is still here. Choose who leads it next; nothing was saved."
        }
        await house.slack.chooses(DANA, "leads", [BO])
        await save(house)

        assert await members(house, LEAD) == {BO}

    async def test_two_at_once_and_the_second_is_told(self, house: House) -> None:
        await platform_team(house)
        await edit(house)
        await house.slack.chooses(DANA, "leads", [DANA, EVA])
        await save(house)
        await edit(house)
        await edit(house, EVA)
        await house.slack.types(EVA, "name", "Eva's")
        await save(house, EVA)
        await house.slack.types(DANA, "name", "Dana's")

        (error,) = (await house.slack.submits(DANA)).errors.values()

        assert error.startswith("Somebody changed this team while your form was open. Nothing was saved")
        assert [team.name for team in await rows(house, Team)] == ["Eva's"]

    async def test_when_its_lead_has_left_the_manager_above_and_admins_can(self, house: House) -> None:
        await platform_team(house)

        bo, cy, eva = [await key_of(house, user) for user in (BO, CY, EVA)]
        await stored(
            house,
            lambda session: (
                session.execute(update(Membership).where(col(Membership.role) == LEAD).values(person_id=bo)),
                session.execute(update(Person).where(col(Person.id) == bo).values(manager_id=cy)),
                session.execute(update(Person).where(col(Person.id) == cy).values(manager_id=eva)),
            ),
        )
        await house.slack.deactivates(BO)
        await house.settle()
        assert "It has no lead any more." in await look(house, ANA)
        await edit(house, EVA)
        await house.slack.chooses(EVA, "leads", [ANA])
        await save(house, EVA)

        assert ANA in await members(house, LEAD)

    async def test_it_is_deleted_only_when_nothing_asks_it(self, house: House) -> None:
        await make_platform(house)
        await look(house, DANA)
        await house.slack.clicks_in_view(DANA, "team.delete")
        assert "Weekly check-in still asks this team. Delete it first" in shown(house, DANA)
        await house.slack.closes(DANA, everything=True)
        await house.slack.clicks(DANA, house.dm(DANA, "is on")[0], "checkin.delete")
        await look(house, DANA)
        await house.slack.clicks_in_view(DANA, "team.delete")

        assert "The team Platform is deleted." in shown(house, DANA)
        await house.let_pass(days=2)
        assert len(house.dm(ANA, "Dana ended the team Platform.")) == 1
        assert await look_names(house, ANA) == "You are in no team yet: a lead adds you."

    async def test_what_cant_be_is_said_at_its_field(self, house: House) -> None:
        await platform_team(house)
        await edit(house)
        await house.slack.types(DANA, "zone", "Atlantis")
        assert list((await house.slack.submits(DANA)).errors) == ["zone"]
        await house.slack.types(DANA, "zone", "Berlin")
        await house.slack.types(DANA, "name", " ")
        assert list((await house.slack.submits(DANA)).errors) == ["name"]
        await house.slack.types(DANA, "name", "Platform")
        await house.slack.chooses(DANA, "from_group", "Leads")
        del house.playground.world.groups["SLEADS"]
        assert list((await house.slack.submits(DANA)).errors) == ["from_group"]

    async def test_a_team_of_three_hundred_is_shown_page_by_page(self, house: House) -> None:
        await platform_team(house)
        many = [SlackUser(f"UX{n:03}", f"Person {n:03}", "UTC", "en-GB", "active") for n in range(292)]

        await stored(house, lambda session: people_service.remember(session, many, house.now, frozenset()))
        (team,) = await rows(house, Team)
        keys = [person.key for person in await rows(house, Person, col(Person.slack_id).startswith("UX"))]
        await stored(
            house,
            lambda session: session.add_all(
                Membership(team_id=team.key, person_id=key, role=MEMBER, joined_at=house.now) for key in keys
            ),
        )

        assert "300 members" in await look(house, DANA)
        assert "Person 060" not in shown(house, DANA)
        await house.slack.clicks_in_view(DANA, "team.page")
        assert "Person 060" in shown(house, DANA)
        await house.slack.clicks_in_view(DANA, "team.page.back")
        await house.slack.clicks_in_view(DANA, "team.edit")
        await house.slack.chooses(DANA, "out2", ["Person 291"])
        await save(house)
        assert len(await members(house)) == 299


async def look_names(house: House, user: str) -> str:
    await house.slack.says(user, "/cairn team")
    return shown(house, user).partition(" `")[0]


async def test_who_joins_too_late_for_today_keeps_nobody_from_being_asked(house: House) -> None:
    """In Tokyo it is past nine when Finn joins; in Berlin it isn't, and the round goes on for those who were in it."""
    await platform_team(house)
    await edit(house)
    await house.slack.chooses(DANA, "out0", ["Finn", "Gus"])
    await save(house)
    await begin_checkin(house)
    await switch_on(house)
    await house.move_to(local(TOKYO, 23, 12))
    await edit(house)
    await house.slack.chooses(DANA, "members", [FINN])
    await save(house)

    await house.move_to(local(NEW_YORK, 23, 9) + timedelta(minutes=1))

    assert len(house.dm(ANA, "open until")) == 1
