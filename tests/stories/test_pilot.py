"""Pilot teams: only they are asked; what the others would have got is planned, skipped, and says why."""

from __future__ import annotations

from storage.rounds import Prompt
from storage.workspaces import WorkspaceSettings
from tests.house import ANA, DANA, FINN, GUS, TOKYO, House, local, make_platform, make_team
from tests.stories.acts import rows
from tests.stories.test_why import why


async def pilot(house: House, *names: str) -> None:
    await house.slack.says(DANA, "/cairn settings")
    await house.slack.chooses(DANA, "pilot_teams", list(names))
    assert (await house.slack.submits(DANA)).closed


async def other_team(house: House) -> None:
    """Gus is in a team of his own, too."""
    await make_team(house, "Pioneers", channel=None, members=[GUS])


async def test_others_wait_and_are_told_why_and_are_asked_when_it_is_over(house: House) -> None:
    await other_team(house)
    await pilot(house, "Pioneers")
    await make_platform(house)
    await house.move_to(local(TOKYO, 23, 9))

    assert not house.dm(FINN, "Weekly check-in"), "neither a welcome nor a prompt"
    (prompt, *_) = await rows(house, Prompt, Prompt.due_at <= house.now)
    assert (prompt.state, prompt.reason) == ("skipped", "not_in_pilot")
    said = await why(house, FINN)
    assert said.count("Not asked: other teams try Cairn first, and yours may follow. Ask Dana to learn more.") == 3
    assert "other teams try Cairn first" in await why(house, ANA)

    await pilot(house)
    (settings,) = await rows(house, WorkspaceSettings)
    assert settings.pilot_teams is None
    await house.move_to(local(TOKYO, 30, 9))
    assert len(house.dm(FINN, "Hi Finn")) == 1, "the welcome comes first, once"
    assert len(house.dm(FINN, "open until")) == 1


async def test_pilot_teams_are_asked(house: House) -> None:
    await make_platform(house)
    await pilot(house, "Platform")

    await house.move_to(local(TOKYO, 23, 9))

    assert len(house.dm(FINN, "open until")) == 1
