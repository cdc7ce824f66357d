"""A check-in that is on: changed, by two leads at once too; paused, resumed, asked at once."""

from __future__ import annotations

from sqlmodel import col

from storage.checkins import CheckIn, Question
from storage.rounds import Prompt, Round
from tests.house import (
    ANA,
    BERLIN,
    DANA,
    EVA,
    FINN,
    NEW_YORK,
    PLATFORM,
    TOKYO,
    House,
    answer,
    begin_checkin,
    local,
    make_platform,
    platform_team,
    switch_on,
)
from tests.stories.acts import ONE_HOUSE, monday_in_tokyo, rows, sentence
from tests.stories.test_checkin_setup import adds, does, listed, title, value


async def platform_of_two_leads(house: House) -> None:
    """Dana and Eva lead Platform, and its weekly check-in is on."""
    await platform_team(house, leads=[EVA])
    await begin_checkin(house)
    await switch_on(house)


async def test_what_is_changed_holds_from_the_next_round_and_answers_are_kept(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "Moved the index")

    await house.slack.says(DANA, "/checkin edit")
    assert title(house) == "Edit check-in"
    assert value(house, "name") == "Weekly check-in"
    await house.slack.types(DANA, "name", "Weekly notes")
    await house.slack.chooses(DANA, "weekdays", ["2"])
    await does(house, "Remove", 2)
    await adds(house, "scale", "How clear is the goal?")
    await switch_on(house)

    (checkin,) = await rows(house, CheckIn)
    assert (checkin.name, checkin.version) == ("Weekly notes", 2)
    assert house.dm(DANA, "Weekly notes, Platform is on: 4 questions for 8 people, every Wednesday at 09:00")
    asked = await rows(house, Question)
    assert [each.wording for each in asked if each.deleted_at] == ["What went well or moved forward?"]
    await house.move_to(local(NEW_YORK, 24, 12))
    assert "Moved the index" in house.slack.channel(PLATFORM)[0].plain(), "the round of Monday asked it"
    await house.move_to(local(TOKYO, 25, 9))
    assert house.dm(FINN, "Weekly notes, Platform: 4 questions")


class TestTwoLeads:
    pytestmark = ONE_HOUSE

    async def test_the_second_is_told_who_was_first_and_keeps_their_words(self, house: House) -> None:
        await platform_of_two_leads(house)
        for lead in (DANA, EVA):
            await house.slack.says(lead, "/checkin edit")
        await house.slack.types(EVA, "name", "Eva's")
        await house.slack.types(DANA, "name", "Dana's")
        assert (await house.slack.submits(DANA)).errors == {}
        await switch_on(house, EVA)

        await house.slack.submits(DANA)

        told = str(house.slack.view(DANA))
        assert "Eva changed this check-in on Mon 23 Nov" in told or "Eva changed this check-in on" in told
        assert "What you typed is kept." in told
        assert "Dana's" in told
        (checkin,) = await rows(house, CheckIn)
        assert checkin.name == "Eva's"
        assert (await house.slack.submits(DANA)).closed
        (checkin,) = await rows(house, CheckIn)
        assert (checkin.name, checkin.version) == ("Dana's", 3)

    async def test_who_comes_back_to_an_old_form_may_begin_from_how_it_is(self, house: House) -> None:
        await platform_of_two_leads(house)
        await house.slack.says(DANA, "/checkin edit")
        await house.slack.types(DANA, "name", "Dana's")
        await house.slack.closes(DANA)
        await house.slack.says(EVA, "/checkin edit")
        await house.slack.types(EVA, "name", "Eva's")
        await switch_on(house, EVA)

        await house.slack.says(DANA, "/checkin edit")
        assert value(house, "Name") == "Dana's"
        await house.slack.clicks_in_view(DANA, "Begin from how it is now")

        assert value(house, "Name") == "Eva's"


class TestPermissions:
    pytestmark = ONE_HOUSE

    async def test_who_leads_nothing_is_told_who_does(self, house: House) -> None:
        await make_platform(house)

        refused = await house.slack.says(ANA, "/checkin edit")

        assert refused.ack is not None
        assert refused.ack["text"].startswith("Dana can set up check-ins for your team.")

    async def test_without_a_check_in_there_is_nothing_to_edit(self, house: House) -> None:
        await platform_team(house)

        refused = await house.slack.says(DANA, "/checkin edit")

        assert refused.ack == {"text": "None of your teams has a check-in yet. Set one up with `/checkin new`."}

    async def test_where_there_are_several_there_is_a_choice(self, house: House) -> None:
        await make_platform(house)
        await begin_checkin(house, template="pulse")
        await switch_on(house)

        await house.slack.says(DANA, "/checkin edit")
        assert title(house) == "Check-ins you lead"
        (pulse,) = await rows(house, CheckIn, col(CheckIn.name) == "Monthly pulse")
        await house.slack.clicks_in_view(DANA, "checkin.edit", str(pulse.key))

        assert value(house, "name") == "Monthly pulse"
        assert len(listed(house)) == 6


class TestPaused:
    pytestmark = ONE_HOUSE

    async def test_nothing_opens_until_it_is_resumed_and_what_is_open_stays_open(self, house: House) -> None:
        await monday_in_tokyo(house)
        (ready,) = house.dm(DANA, "is on")
        await house.slack.clicks(DANA, ready, "Pause")
        await house.settle()
        assert house.dm(DANA, "is paused: nobody is asked until somebody resumes it.")
        await answer(house, FINN, "Still taken")
        await house.move_to(local(BERLIN, 23, 9))
        assert house.dm(ANA, "open until"), "the round was open"
        await house.slack.opens_home(ANA)
        await house.settle()
        assert "(paused)" in str(house.slack.home(ANA))

        await house.move_to(local(TOKYO, 30, 12))
        assert len(await rows(house, Round)) == 1
        await house.slack.clicks(DANA, house.dm(DANA, "is paused")[0], "Resume")
        await house.settle()
        await house.move_to(local(NEW_YORK, 30, 12))
        assert len(await rows(house, Round)) == 1, "Monday had begun somewhere"
        await house.move_to(local(TOKYO, 7, 9, month=12))
        assert len(await rows(house, Round)) == 2

    async def test_nobody_is_asked_at_once_while_it_is_paused(self, house: House) -> None:
        await make_platform(house)
        (ready,) = house.dm(DANA, "is on")
        before = ready.blocks
        await house.slack.clicks(DANA, ready, "Pause")
        await house.settle()
        ready.blocks = before
        await house.slack.clicks(DANA, ready, "Ask now")

        assert sentence(house, DANA) == "This check-in is paused, so nobody was asked. Resume it first."


class TestFromHome:
    pytestmark = ONE_HOUSE

    async def test_a_lead_sees_all_that_they_lead_and_what_can_be_done(self, house: House) -> None:
        await make_platform(house)
        await house.slack.opens_home(DANA)
        await house.settle()
        await house.slack.clicks_in_home(DANA, "Check-ins you lead")
        assert "every Monday at 09:00" in str(house.slack.view(DANA))

        await house.slack.clicks_in_view(DANA, "Pause")
        assert "Paused: nobody is asked until somebody resumes it." in str(house.slack.view(DANA))
        await house.slack.clicks_in_view(DANA, "Resume")
        assert "Paused" not in str(house.slack.view(DANA))
        await house.slack.clicks_in_view(DANA, "Ask now")
        assert "Everybody is asked now" in str(house.slack.view(DANA))
        await house.slack.closes(DANA)
        await house.slack.clicks_in_view(DANA, "Delete this check-in")
        assert "Weekly check-in" not in str(house.slack.view(DANA))
        await house.settle()
        assert house.dm(DANA, "was deleted")


async def test_asked_now_everybody_gets_it_in_their_working_hours_once(house: House) -> None:
    await make_platform(house, weekdays="4")
    (ready,) = house.dm(DANA, "is on")
    await house.move_to(local(BERLIN, 23, 10))

    await house.slack.clicks(DANA, ready, "Ask now")
    await house.settle()

    assert house.dm(ANA, "open until")
    assert not house.dm(FINN, "open until"), "it is 18:00 in Tokyo"
    await house.slack.clicks(DANA, ready, "Ask now")
    assert sentence(house, DANA).startswith("The round of Mon 23 Nov is open until")
    await house.move_to(local(TOKYO, 24, 9))
    assert house.dm(FINN, "open until")
    await answer(house, FINN, "At once")
    (round_,) = await rows(house, Round)
    assert (round_.n, round_.nominal.isoformat()) == (1, "2026-11-23")
    assert len(await rows(house, Prompt)) == 8
    await house.move_to(local(NEW_YORK, 26, 9))
    assert "At once" in house.slack.channel(PLATFORM)[0].plain()
    await house.slack.clicks(DANA, ready, "Ask now")
    await house.settle()
    assert len(await rows(house, Round)) == 2
    await house.move_to(local(TOKYO, 27, 9))
    assert len(await rows(house, Round)) == 3, "Friday's comes as it was planned"
