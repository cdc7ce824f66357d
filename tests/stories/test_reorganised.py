"""Teams that are reorganised in the middle of a round: what was said stays where it was said, what is said goes on."""

from __future__ import annotations

from sqlmodel import col

from bot.playground.world import texts_in
from storage.rounds import Prompt
from storage.teams import Team
from tests.house import (
    ANA,
    BERLIN,
    BO,
    CAST,
    CY,
    DANA,
    EVA,
    FINN,
    GUS,
    HANA,
    TOKYO,
    House,
    answer,
    local,
    open_form,
)
from tests.stories.acts import key_of, rows
from tests.stories.test_several_teams import ASKED, CLOSED, DESIGN_TEAM, PLATFORM_TEAM, results, said, two_teams
from tests.stories.test_team_changes import save

NOON = local(BERLIN, 23, 12)


async def change(house: House, user: str, name: str, **chosen: list[str]) -> None:
    """Somebody changes one of their teams: who joins is added, who leaves is taken out, who leads leads."""
    await open_team(house, user, name)
    await house.slack.clicks_in_view(user, "team.edit")
    for block_id, value in chosen.items():
        await house.slack.chooses(user, block_id, value)
    await save(house, user)


async def open_team(house: House, user: str, name: str) -> None:
    (team,) = await rows(house, Team, col(Team.name) == name)
    await house.slack.says(user, "/cairn team")
    await house.slack.clicks_in_view(user, "team.show", str(team.key))


async def move(house: House, user: str, name: str, *, join: str, leave: str) -> None:
    """Somebody goes from one team to the other."""
    await change(house, *TEAM[join], members=[user])
    await change(house, *TEAM[leave], out0=[name])


TEAM = {"Platform": (DANA, "Platform"), "Design": (EVA, "Design")}


def readers_of(house: House, words: str) -> set[str]:
    return {user for user in CAST if house.dm(user, words)}


class TestMembers:
    """Who goes to another team that the check-in asks."""

    async def test_what_isnt_answered_goes_along(self, house: House) -> None:
        await two_teams(house)
        await house.move_to(NOON)
        assert house.dm(FINN, "Read by the 5 people in Platform.")
        await move(house, FINN, "Finn", join="Design", leave="Platform")

        (prompt,) = house.dm(FINN, "open until")
        assert "Read by the 4 people in Design." in prompt.plain(), "the same message, changed"
        assert "Platform" not in prompt.plain()
        await answer(house, FINN, "Said in Design")
        await house.move_to(CLOSED)
        assert readers_of(house, "Said in Design") == {*DESIGN_TEAM, FINN}

    async def test_what_was_answered_stays_and_nobody_inherits_it(self, house: House) -> None:
        await two_teams(house)
        await house.move_to(NOON)
        await answer(house, FINN, "Said in Platform")
        await move(house, FINN, "Finn", join="Design", leave="Platform")
        await open_form(house, FINN)
        await house.slack.types(FINN, "What went well or moved forward?", "Said in Platform, and mended")
        assert (await house.slack.submits(FINN)).closed
        await house.move_to(CLOSED)

        assert readers_of(house, "and mended") == {*PLATFORM_TEAM}, "he reads himself; those in Design don't"
        (finns,) = await rows(house, Prompt, col(Prompt.person_id) == await key_of(house, FINN))
        (platform,) = await rows(house, Team, col(Team.name) == "Platform")
        assert finns.team_ids == [platform.key]

    async def test_what_hasnt_come_yet_comes_for_the_new_team(self, house: House) -> None:
        await two_teams(house)
        await house.move_to(NOON)
        assert not house.dm(CY, "open until")
        await move(house, CY, "Cy", join="Platform", leave="Design")
        await house.move_to(ASKED)

        assert house.dm(CY, "Weekly check-in, Platform: 4 questions")
        assert house.dm(CY, "Read by the 6 people in Platform.")


class TestLeads:
    """Whoever comes to lead, or stops."""

    async def test_a_new_lead_reads_what_is_said_from_then_on(self, house: House) -> None:
        await two_teams(house, readers="leads")
        await house.move_to(NOON)
        await answer(house, FINN, "Before")
        await change(house, DANA, "Platform", leads=[BO])
        assert house.dm(GUS, "Read by Bo, who leads Platform.")
        await answer(house, GUS, "After")
        await house.move_to(CLOSED)

        assert readers_of(house, "After") == {BO}
        assert readers_of(house, "Before") == {DANA}, "she is in Platform still; Bo inherits nothing"
        assert len(results(house, BO)) == 1
        assert "Only you see this: how many took part" in said(results(house, DANA)[0]), "she set it up, and leads none"


class TestTeams:
    """A team that is merged into another, or taken out of a check-in."""

    async def test_two_teams_become_one(self, house: House) -> None:
        await two_teams(house)
        await house.move_to(NOON)
        await answer(house, FINN, "Said in Platform")
        await change(house, EVA, "Design", members=list(PLATFORM_TEAM))
        await open_team(house, DANA, "Platform")
        await house.slack.clicks_in_view(DANA, "team.delete")
        await house.settle()
        view = house.slack.view(DANA)
        assert view is not None
        assert "The team *Platform* is deleted." in " ".join(texts_in(view["blocks"]))
        await house.slack.closes(DANA, everything=True)

        assert house.dm(GUS, "Read by the 8 people in Design.")
        await answer(house, GUS, "Said in Design")
        await house.move_to(CLOSED)
        assert readers_of(house, "Said in Platform") == {*PLATFORM_TEAM}
        assert readers_of(house, "Said in Design") == set(CAST)
        assert not results(house, EVA), "one team is left, and its digest says it all"
        await house.move_to(local(TOKYO, 30, 9))
        assert len(house.dm(FINN, "Weekly check-in, Design: 4 questions")) == 1

    async def test_who_isnt_in_the_other_is_let_go(self, house: House) -> None:
        await two_teams(house)
        await house.move_to(NOON)
        await change(house, EVA, "Design", members=[ANA])
        await open_team(house, DANA, "Platform")
        await house.slack.clicks_in_view(DANA, "team.delete")
        await house.settle()

        assert house.dm(ANA, "Weekly check-in, Design: 4 questions")
        assert house.dm(FINN, "you are in no team that it asks any more.")
        assert house.dm(DANA, "Weekly check-in, Design is on")

    async def test_taken_out_of_the_check_in_its_people_are_asked_nothing_more(self, house: House) -> None:
        await two_teams(house)
        await house.move_to(NOON)
        await house.slack.clicks(DANA, house.dm(DANA, "is on")[0], "checkin.edit")
        await house.slack.chooses(DANA, "teams", ["Design"])
        assert not (await house.slack.submits(DANA)).errors
        assert (await house.slack.submits(DANA)).closed
        await house.settle()

        assert house.dm(FINN, "you are in no team that it asks any more.")
        assert not house.dm(HANA, "no team that it asks")
        await house.move_to(ASKED)
        assert house.dm(CY, "open until")
