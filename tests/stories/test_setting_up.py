"""Setting a check-in up: what its form says where something in it can't be."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session
from sqlmodel import col

from storage import workspaces
from storage.checkins import CheckIn
from storage.teams import MEMBER, Membership
from tests.house import (
    ANA,
    BERLIN,
    CAST,
    DANA,
    DESIGN,
    EVA,
    FINN,
    GENERAL,
    GUS,
    PLATFORM,
    TOKYO,
    House,
    begin_checkin,
    local,
    make_platform,
    make_team,
    platform_team,
    switch_on,
)
from tests.stories.acts import rows, stored

INVITE = "Cairn isn't in that channel. Type `/invite @Cairn` there, then send this form again."


async def new_check_in(house: House) -> None:
    """Dana leads Platform, and the form for a new check-in is open."""
    await platform_team(house)
    await begin_checkin(house)


def put(house: House, user: str, block_id: str, **value: Any) -> None:
    """What no honest client would send."""
    view = house.slack.doing.views.stack(user)[-1]
    (entry,) = view.values[block_id].values()
    entry |= deepcopy(value)


async def test_a_time_that_isnt_one_is_named_at_its_field(house: House) -> None:
    await new_check_in(house)
    await house.slack.types(DANA, "name", "Mornings")

    for wrong in ("25:00", "nine", "9", "", None):
        put(house, DANA, "at", selected_time=wrong)
        result = await house.slack.submits(DANA, force=True)
        assert result.errors == {"at": "That isn't a time of day. Write it like 09:00."}
    assert "Mornings" in str(house.slack.view(DANA))
    put(house, DANA, "at", selected_time="09:30")
    await switch_on(house)
    (checkin,) = await rows(house, CheckIn)
    assert f"{checkin.at:%H:%M}" == "09:30"


async def test_the_form_offers_the_home_of_the_team_that_it_offers(house: House) -> None:
    await new_check_in(house)
    await make_team(house, "Launch", channel=None, members=[ANA])

    await begin_checkin(house, channel=None)
    assert offered(house) == ("Launch", None), "not Platform's channel, where its answers have no business"

    await begin_checkin(house)
    assert offered(house) == ("Platform", PLATFORM)


def offered(house: House) -> tuple[str, str | None]:
    """The team and the home channel that Dana's form begins with."""
    view = house.slack.view(DANA)
    assert view is not None
    values = view["state"]["values"]
    (team,) = values["teams"]["checkin.setup.input"]["selected_options"]
    return team["text"]["text"], values["home_channel"]["checkin.setup.input"]["selected_conversation"]


async def test_choices_that_were_never_offered_are_named_at_their_fields(house: House) -> None:
    await new_check_in(house)

    for block_id, value in (
        ("rhythm", "yearly"),
        ("every", "9"),
        ("window", "1"),
        ("window", "²"),
        ("readers", "everybody"),
        ("zone", "mars"),
        ("reminders", "hourly"),
        ("digest_when", "never"),
    ):
        view = house.slack.doing.views.stack(DANA)[-1]
        before = deepcopy(view.values[block_id])
        put(house, DANA, block_id, selected_option={"value": value, "text": {"type": "plain_text", "text": "?"}})
        result = await house.slack.submits(DANA, force=True)
        assert result.errors == {block_id: "Choose one from the list."}
        view.values[block_id] = before
    for wrong in ([], [{"value": "platform"}], [{"value": "²"}]):
        put(house, DANA, "teams", selected_options=wrong)
        result = await house.slack.submits(DANA, force=True)
        assert result.errors == {"teams": "Choose at least one team from the list."}
    assert await rows(house, CheckIn) == []


async def test_a_check_in_without_a_name_is_asked_for_one(house: House) -> None:
    await new_check_in(house)
    await house.slack.types(DANA, "name", "   ")
    assert (await house.slack.submits(DANA)).errors == {"name": "Give the check-in a name of up to 80 characters."}
    assert await rows(house, CheckIn) == []


async def test_a_public_channel_that_cairn_isnt_in_asks_to_be_invited(house: House) -> None:
    await new_check_in(house)
    await house.slack.chooses(DANA, "home_channel", DESIGN)

    assert (await house.slack.submits(DANA)).errors == {"home_channel": INVITE}

    await house.slack.invites_bot(DESIGN)
    await switch_on(house)


async def test_a_private_channel_that_cairn_cant_even_see_asks_to_be_invited(house: House) -> None:
    await new_check_in(house)
    await house.slack.kicks_bot(PLATFORM)

    assert (await house.slack.submits(DANA)).errors == {"home_channel": INVITE}

    await house.slack.invites_bot(PLATFORM)
    await switch_on(house)


async def test_an_archived_channel_is_refused(house: House) -> None:
    await new_check_in(house)
    await house.slack.archives(PLATFORM)

    assert (await house.slack.submits(DANA)).errors == {"home_channel": "That channel is archived. Choose another one."}


async def test_a_channel_with_another_company_in_it_isnt_read_by_whoever_reads_it(house: House) -> None:
    house.playground.world.conversations[GENERAL].is_ext_shared = True
    await new_check_in(house)
    await house.slack.chooses(DANA, "home_channel", GENERAL)
    await house.slack.chooses(DANA, "readers", "channel")

    assert (await house.slack.submits(DANA)).errors == {
        "home_channel": "That channel is shared with another company, whose people would read along. "
        "Choose another channel, or let the team read."
    }


async def test_readers_of_a_channel_need_a_channel(house: House) -> None:
    await new_check_in(house)
    await house.slack.chooses(DANA, "home_channel", "")
    await house.slack.chooses(DANA, "readers", "channel")

    assert (await house.slack.submits(DANA)).errors == {
        "home_channel": "Choose the home channel whose readers may read the answers."
    }


async def test_a_team_whose_members_have_all_gone_has_nobody_to_ask(house: House) -> None:
    await new_check_in(house)
    nobody = delete(Membership).where(col(Membership.role) == MEMBER)
    await stored(house, lambda session: session.execute(nobody))

    assert (await house.slack.submits(DANA)).errors == {
        "teams": "Nobody is in this team to be asked. Add members first."
    }


async def test_whoever_leads_nothing_is_told_who_does(house: House) -> None:
    await make_platform(house)

    member = await house.slack.says(ANA, "/checkin new")
    guest = await house.slack.says("UGUEST", "/checkin new", channel=GENERAL)

    assert member.ack == {"text": "Dana can set up check-ins for your team. Nothing was changed."}
    assert guest.ack == {"text": "Check-ins are set up by a team's lead: ask yours. Nothing was changed."}
    assert house.slack.view(ANA) is None


async def test_whoever_leads_nothing_and_may_make_a_team_is_told_how(house: House) -> None:
    await make_platform(house)
    await stored(house, _let_everyone_make_teams)

    said = await house.slack.says(ANA, "/checkin new")

    assert said.ack == {
        "text": "Dana can set up check-ins for your team. For a team of your own: `/cairn team new`. "
        "Nothing was changed."
    }


def _let_everyone_make_teams(session: Session) -> None:
    settings = workspaces.settings(session)
    settings.anyone_makes_teams = True
    session.add(settings)


async def test_whoever_lost_the_lead_while_the_form_was_open_is_refused(house: House) -> None:
    await new_check_in(house)
    no_lead = delete(Membership).where(col(Membership.role) == "lead")
    await stored(house, lambda session: session.execute(no_lead))

    (error,) = (await house.slack.submits(DANA)).errors.values()

    assert error.endswith("Nothing was saved.")
    assert await rows(house, CheckIn) == []


async def test_what_dana_reads_after_she_switched_it_on(house: House) -> None:
    await make_platform(house)

    (ready,) = house.dm(DANA, "is on")

    assert ready.text == (
        "*Weekly check-in, Platform* is on: 4 questions for 8 people, "
        "every Monday at 09:00, each person's own time. The first is for Mon 23 Nov.\n"
        "Read by the 8 people in Platform."
    )
    assert ready.buttons() == [
        ("checkin.edit", "Edit"),
        ("checkin.ask_now", "Ask now"),
        ("checkin.pause_all", "Pause"),
        ("checkin.delete", "Delete this check-in"),
    ]


async def test_nobody_reads_that_nothing_is_asked_of_them_where_something_is(house: House) -> None:
    await make_platform(house)
    await house.move_to(local(TOKYO, 23, 9))

    added, hello, asked = house.slack.dm(FINN)

    assert added.text == "Dana added you to the team *Platform* (8 members). Dana leads it."
    assert hello.text.startswith("Hi Finn")
    assert "open until" in asked.text


async def test_only_who_knows_of_a_check_in_is_told_that_it_ended_and_not_at_night(house: House) -> None:
    await make_platform(house)
    (ready,) = house.dm(DANA, "is on")
    await house.move_to(local(TOKYO, 23, 9))
    await house.slack.clicks(DANA, ready, "checkin.delete")
    await house.move_to(local(TOKYO, 25, 9))

    told = {user for user in CAST if house.dm(user, "Dana ended")}
    assert told == {user for user in CAST if house.dm(user, f"Hi {user[1:].title()}")} == {FINN, GUS}


async def test_who_sleeps_hears_in_the_morning_that_a_check_in_ended(house: House) -> None:
    await make_platform(house)
    (ready,) = house.dm(DANA, "is on")
    await house.move_to(local(BERLIN, 23, 12))
    assert house.dm(ANA, "Hi Ana")
    await house.slack.clicks(DANA, ready, "checkin.delete")
    await house.settle()

    assert house.dm(ANA, "Dana ended Weekly check-in for Platform.")
    assert not house.dm(FINN, "Dana ended"), "it is 20:00 in Tokyo"
    assert not house.dm(DANA, "Dana ended"), "she did it herself"
    await house.move_to(local(TOKYO, 24, 9))
    assert house.dm(FINN, "Dana ended Weekly check-in for Platform.")


async def test_only_a_lead_ends_a_check_in_and_twice_is_once(house: House) -> None:
    await make_platform(house)
    (ready,) = house.dm(DANA, "is on")
    before = ready.blocks
    await house.move_to(local(TOKYO, 23, 9))
    welcome = house.dm(FINN, "Hi Finn")[0]
    welcome.blocks = [*welcome.blocks, *(block for block in before if block["type"] == "actions")]
    await house.slack.clicks(FINN, welcome, "checkin.delete")
    refusal = house.slack.ephemerals(FINN)[-1].text
    assert refusal == "Dana can end this check-in. Nothing was deleted."

    await house.slack.clicks(DANA, ready, "checkin.delete")
    await house.settle()
    ready.blocks = before
    await house.slack.clicks(DANA, ready, "checkin.delete")
    await house.settle()

    assert house.slack.ephemerals(DANA)[-1].text == "This check-in was deleted. Answers given so far are kept."
    assert all(len(house.dm(user, "Dana ended Weekly check-in for Platform.")) <= 1 for user in CAST)
    assert house.dm(FINN, "Dana ended Weekly check-in for Platform. You won't be asked again")
    await house.move_to(local(TOKYO, 30, 9))
    assert house.dm(EVA, "open until") == []
