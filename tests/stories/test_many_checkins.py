"""Somebody whom much asks: several teams, several check-ins on one day, one that is open over midnight."""

from __future__ import annotations

from sqlmodel import col

from storage.answers import Draft
from storage.rounds import Prompt
from tests.house import (
    ANA,
    BERLIN,
    BO,
    DANA,
    FINN,
    GUS,
    NEW_YORK,
    PLATFORM,
    House,
    answer,
    begin_checkin,
    local,
    make_platform,
    open_form,
    switch_on,
)
from tests.stories.acts import ONE_HOUSE, fill_in, key_of, monday_in_tokyo, rows
from tests.stories.test_home_and_talk import opened

TEAMS = ("Earth", "Fire", "Water", "Wind")


async def four_teams(house: House) -> None:
    """Ana is in all of them, Bo in the first alone."""
    for name in TEAMS:
        await house.slack.says(DANA, "/cairn team new", channel=PLATFORM)
        await house.slack.types(DANA, "name", name)
        await house.slack.chooses(DANA, "members", [ANA, BO] if name == TEAMS[0] else [ANA])
        assert (await house.slack.submits(DANA)).closed


async def test_what_asks_four_teams_asks_somebody_in_all_of_them_once(house: House) -> None:
    await four_teams(house)
    await begin_checkin(house)
    await house.slack.chooses(DANA, "teams", list(TEAMS))
    await switch_on(house)
    assert house.dm(DANA, "for 2 people")

    await house.move_to(local(BERLIN, 23, 9))

    for user in (ANA, BO):
        assert len(house.dm(user, "open until")) == 1
        assert len(house.dm(user, "switched on a check-in")) == 1
    (asked,) = await rows(house, Prompt, col(Prompt.person_id) == await key_of(house, ANA))
    assert len(asked.team_ids) == 4
    said = await opened(house, ANA)
    assert all(name in said for name in TEAMS)


async def test_four_check_ins_on_one_day_are_a_choice(house: House) -> None:
    await four_teams(house)
    for name in TEAMS:
        await begin_checkin(house)
        await house.slack.chooses(DANA, "teams", [name])
        await house.slack.types(DANA, "name", f"{name} weekly")
        await switch_on(house)
    await house.move_to(local(BERLIN, 23, 9))
    assert len(house.dm(ANA, "open until")) == 4
    assert len(house.dm(BO, "open until")) == 1

    await answer(house, ANA, "About fire", containing="Fire weekly")

    await house.slack.says(ANA, "/checkin")
    choice = str(house.slack.view(ANA))
    assert choice.count("open until") == 3
    assert "*Fire weekly*, Mon 23 Nov: sent" in choice


class TestOne:
    """What neither the database nor the transport has a part in."""

    pytestmark = ONE_HOUSE

    async def test_an_evenings_check_in_is_answered_in_time_after_midnight(self, house: House) -> None:
        await make_platform(house, at="22:00", window="480")
        await house.move_to(local(BERLIN, 23, 22))
        assert house.dm(ANA, "open until Tue 06:00")

        await house.move_to(local(BERLIN, 24, 1))
        await answer(house, ANA, "In the small hours")
        await house.move_to(local(NEW_YORK, 24, 6))

        assert house.dm(ANA, "sent. Thank you.")
        assert not house.dm(ANA, "It came late")
        assert house.dm(BO, "a late answer is taken until the next round opens")

    async def test_nobody_answers_for_another(self, house: House) -> None:
        await monday_in_tokyo(house)
        await open_form(house, FINN)
        (view,) = house.slack.doing.views.stack(FINN)
        house.slack.doing.views.open(GUS, view.body)
        await fill_in(house, GUS, "In Finn's name")

        (error,) = (await house.slack.submits(GUS)).errors.values()

        assert error == "This check-in was sent to somebody else. Only they can answer it. Nothing was sent."
        assert await rows(house, Draft) == []
        assert {each.state for each in await rows(house, Prompt) if each.answered_at} == set()
