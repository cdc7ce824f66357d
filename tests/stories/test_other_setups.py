"""Check-ins that aren't weekly, in everybody's own time, with the usual questions and commands."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlmodel import col

from bot.playground import AppConfig, Company, acme
from bot.runtime.manifest import manifest, registered
from storage.checkins import CheckIn
from storage.people import Person
from storage.rounds import Prompt
from tests.house import (
    ANA,
    BERLIN,
    CY,
    DANA,
    FINN,
    GUS,
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
from tests.stories.acts import WENT_WELL, fill_in, monday_in_tokyo, open_house, prompt, rows, stored


async def test_every_working_day_and_one_day_doesnt_hide_the_other(house: House) -> None:
    await make_platform(house, rhythm="working_days", window="1440")
    # Longer than the form takes, so that one day is open still when the next opens.
    await stored(house, lambda session: session.execute(update(CheckIn).values(window_minutes=2880)))
    assert house.dm(DANA, "every working day at 09:00, each person's own time")
    await house.move_to(local(TOKYO, 24, 9))
    assert len(house.dm(FINN, "open until")) == 2

    await house.slack.says(FINN, "/checkin")
    choice = str(house.slack.view(FINN))
    assert "Mon, Nov 23: open until Wed 9:00 AM" in choice
    assert "Tue, Nov 24: open until Thu 9:00 AM" in choice
    await house.slack.closes(FINN)
    monday, tuesday = house.dm(FINN, "open until")
    for message in (monday, tuesday):
        await house.slack.clicks(FINN, message, "checkin.answer")
        await fill_in(house, FINN, f"Of {message.ts}")
        assert (await house.slack.submits(FINN)).closed
    await house.settle()
    assert len(house.dm(FINN, "sent. Thank you.")) == 2

    await house.move_to(local(NEW_YORK, 28, 12))
    assert len(house.dm(GUS, "Weekly check-in, Platform")) == 5, "Monday to Friday"
    await house.move_to(local(TOKYO, 30, 8, 59))
    assert len(house.dm(GUS, "Weekly check-in, Platform")) == 5, "and not at the weekend"


async def test_on_the_teams_clock_everybody_is_asked_at_the_same_moment(house: House) -> None:
    await make_platform(house, zone="team", at="15:00")
    assert house.dm(DANA, "every Monday at 15:00, Europe/Berlin time")

    await house.move_to(local(BERLIN, 23, 14, 59))
    assert not any(house.dm(user, "open until") for user in (ANA, CY, FINN))
    await house.let_pass(minutes=1)

    assert all(len(house.dm(user, "open until")) == 1 for user in (ANA, CY, FINN))
    assert house.dm(FINN, "every Monday at 3:00 PM, Europe/Berlin time")


async def test_a_member_who_becomes_a_guest_is_not_asked(house: House) -> None:
    await make_platform(house)
    await house.slack.user_changes(FINN, is_restricted=True)
    await house.slack.user_changes(ANA, is_ultra_restricted=True)

    await house.move_to(local(BERLIN, 23, 9))

    assert house.dm(FINN, "open until") == []
    assert house.dm(ANA, "open until") == []
    assert house.dm(GUS, "open until")
    asked = {each.person_id for each in await rows(house, Prompt)}
    guests = {person.key for person in await rows(house, Person, col(Person.status) == "guest")}
    assert not asked & guests


async def test_who_reads_a_private_home_channel_is_counted_and_reads_there(house: House) -> None:
    await monday_in_tokyo(house, readers="channel")
    assert house.dm(FINN, "Read by the 8 people in <#CPLATFORM>.")
    await answer(house, FINN, "For the channel")

    await house.move_to(local(NEW_YORK, 24, 12))

    assert "For the channel" in house.slack.channel(PLATFORM)[0].plain()


async def test_a_scale_and_a_line_are_asked_answered_and_shown(house: House) -> None:
    await platform_team(house)
    await begin_checkin(house, template="empty")
    await house.slack.types(DANA, "name", "Scales")
    for offered in ("“How well could you keep up with your work?”", "“What is worth celebrating, in one line?”"):
        await house.slack.chooses(DANA, "Add a question", offered)
        assert (await house.slack.submits(DANA)).closed
    await switch_on(house)
    await house.move_to(local(TOKYO, 23, 9))
    await house.slack.clicks(FINN, prompt(house, FINN), "checkin.answer")
    assert (await house.slack.submits(FINN)).errors, "the scale is required"
    await house.slack.chooses(FINN, "How well could you keep up with your work?", "2")
    assert (await house.slack.submits(FINN)).closed

    await house.move_to(local(NEW_YORK, 24, 12))

    shown = house.slack.channel(PLATFORM)[0].plain()
    assert "2/5" in shown
    assert "celebrating" not in shown, "what nobody answered isn't asked again in the digest"


@pytest.fixture
def renamed() -> Company:
    """A company in which another app has taken /checkin."""
    renames = {"checkin": "standup"}
    return acme(AppConfig.from_manifest(manifest(registered(), renames=renames)))


async def test_a_command_by_another_name_is_called_that_everywhere(
    database_url: str, transport: str, renamed: Company
) -> None:
    async with open_house(database_url, transport, renamed, cairn_commands="checkin:standup") as house:
        unknown = await house.slack.says(ANA, "/checkin")
        helped = await house.slack.says(ANA, "/cairn help")
        nothing = await house.slack.says(ANA, "/standup")
        also = await house.slack.says(ANA, "/cairn checkin")

    assert unknown.error == "invalid_command"
    assert helped.ack is not None
    assert "`/standup new`" in helped.ack["text"]
    assert "/checkin" not in helped.ack["text"]
    assert nothing.ack == also.ack
    assert nothing.ack is not None
    assert nothing.ack["text"].startswith("Nothing waits for you")


async def test_the_form_can_stay_open_over_the_night_of_a_restart(house: House, transport: str) -> None:
    await monday_in_tokyo(house)
    await house.slack.clicks(FINN, prompt(house, FINN), "checkin.answer")
    await fill_in(house, FINN, "Before the restart")
    await house.restart(transport)
    await house.slack.types(FINN, WENT_WELL, "After the restart")

    assert (await house.slack.submits(FINN)).closed
    await house.settle()

    assert house.dm(FINN, "sent. Thank you.")
