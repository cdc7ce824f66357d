"""Who is asked when: early, late, again after all, in another zone, not at all."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.playground import Person as SlackPerson
from storage.people import Person
from storage.rounds import Prompt
from storage.teams import MEMBER, Membership, Team
from tests.house import (
    ANA,
    BERLIN,
    BO,
    CAST,
    CY,
    DANA,
    FINN,
    GUS,
    NEW_YORK,
    TOKYO,
    House,
    answer,
    begin_checkin,
    local,
    make_platform,
    open_form,
    switch_on,
)
from tests.stories.acts import WENT_WELL, fill_in, key_of, monday_in_tokyo, prompt, rows, stored


async def state_of(house: House, user: str) -> tuple[str, str | None]:
    """The state of somebody's only prompt, and why."""
    (found,) = await rows(house, Prompt, col(Prompt.person_id) == await key_of(house, user))
    return found.state, found.reason


async def test_ana_starts_early_and_is_not_asked_again(house: House) -> None:
    await monday_in_tokyo(house)
    await house.slack.says(ANA, "/checkin")
    await fill_in(house, ANA, "Before breakfast")
    assert (await house.slack.submits(ANA)).closed

    await house.move_to(local(BERLIN, 23, 10))

    assert house.dm(ANA, "open until") == []
    assert house.dm(BO, "open until")
    assert await state_of(house, ANA) == ("answered", None)


async def test_before_anyone_is_asked_nothing_waits(house: House) -> None:
    await make_platform(house, weekdays=["4"])

    result = await house.slack.says(ANA, "/checkin")

    assert result.ack == {"text": "Nothing waits for you: no check-in is open. The next one comes to you by DM."}


async def test_gus_skips_and_answers_after_all(house: House) -> None:
    await monday_in_tokyo(house)
    await house.slack.clicks(GUS, prompt(house, GUS), "Not this time")
    await house.settle()
    assert house.dm(GUS, "not this time. That's fine.")
    assert await state_of(house, GUS) == ("skipped", "not_this_time")

    await house.slack.clicks(GUS, prompt(house, GUS), "Answer after all")
    await fill_in(house, GUS, "Changed my mind")
    assert (await house.slack.submits(GUS)).closed
    await house.settle()

    assert house.dm(GUS, "sent. Thank you.")
    assert await state_of(house, GUS) == ("answered", None)


async def test_whoever_skipped_can_still_answer_by_command(house: House) -> None:
    await monday_in_tokyo(house)
    await house.slack.clicks(GUS, prompt(house, GUS), "Not this time")

    await house.slack.says(GUS, "/checkin")

    assert "Weekly check-in" in str(house.slack.view(GUS))


async def test_where_several_wait_there_is_a_choice(house: House) -> None:
    await make_platform(house)
    await begin_checkin(house, channel=None)
    await house.slack.types(DANA, "name", "Mondays & <b>more</b>")
    await switch_on(house)
    await house.move_to(local(TOKYO, 23, 9))

    await house.slack.says(FINN, "/checkin")
    choice = house.slack.view(FINN)
    assert choice is not None
    assert choice["title"]["text"] == "Your check-ins"
    offered = {block["text"]["text"]: block["accessory"]["value"] for block in choice["blocks"] if "accessory" in block}
    assert len(offered) == 2
    (chosen,) = [value for text, value in offered.items() if "Mondays &amp; &lt;b&gt;more&lt;/b&gt;" in text]
    await house.slack.clicks_in_view(FINN, "checkin.answer", chosen)

    form = house.slack.view(FINN)
    assert form is not None
    assert form["title"]["text"] == "Mondays & <b>more</b>"
    assert len(house.slack.stack(FINN)) == 1
    await fill_in(house, FINN)
    assert (await house.slack.submits(FINN)).closed
    await house.settle()
    assert len(house.dm(FINN, "sent. Thank you.")) == 1


async def test_pause_for_me_and_ask_me_again(house: House) -> None:
    await monday_in_tokyo(house)
    welcome = house.dm(FINN, "Hi Finn")[0]
    await house.slack.clicks(FINN, welcome, "Pause for me")
    await house.settle()
    assert house.dm(FINN, "Paused for you: you aren't asked until you say so.")
    assert await state_of(house, FINN) == ("skipped", "paused_by_person")
    assert not house.dm(FINN, "open until"), "the prompt that is open says so too"

    await house.move_to(local(TOKYO, 30, 9))
    assert len(house.dm(GUS, "open until")) == 1
    assert not house.dm(FINN, "open until")

    await house.slack.clicks(FINN, house.dm(FINN, "Hi Finn")[0], "Ask me again")
    await house.settle()
    assert "Pause for me" in dict(house.dm(FINN, "Hi Finn")[0].buttons()).values()
    assert not house.dm(FINN, "open until"), "from the next round on"
    await house.move_to(local(TOKYO, 7, 9, month=12))
    assert len(house.dm(FINN, "open until")) == 1


async def test_who_missed_a_round_is_told_what_is_still_possible(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "In time")
    await house.move_to(local(NEW_YORK, 24, 12))

    (missed,) = house.dm(GUS, "Weekly check-in, Platform: a late answer is taken until the next round opens.")
    assert missed.buttons() == [("checkin.answer", "Answer")]
    assert not any(house.dm(user, "open until") for user in CAST)
    assert len(house.dm(FINN, "sent. Thank you.")) == 1

    await answer(house, GUS, "Late")
    assert house.dm(GUS, "sent. It came late, and it counts.")


async def test_when_the_next_round_opens_nothing_can_be_pressed_on_what_was_left_of_the_last(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await house.slack.types(FINN, WENT_WELL, "Half a thought")
    await house.slack.closes(FINN)
    await house.slack.clicks(GUS, prompt(house, GUS), "Not this time")
    await house.move_to(local(TOKYO, 30, 9))

    over = "Weekly check-in, Platform, Mon, Nov 23: over, since the next round has opened."
    assert [message.buttons() for message in house.dm(FINN, over)] == [[("checkin.answer", "Read your draft")]]
    assert [message.buttons() for message in house.dm(GUS, "not this time")] == [[]]
    assert [message.buttons() for message in house.dm(CY, over)] == [[]]
    assert len(house.dm(FINN, "open until")) == len(house.dm(GUS, "open until")) == 1


async def test_a_person_deactivated_mid_round_is_asked_nothing_more(house: House) -> None:
    await monday_in_tokyo(house)
    await house.slack.deactivates(ANA)
    await house.slack.deactivates(GUS)

    await house.move_to(local(BERLIN, 23, 9))
    await house.move_to(local(NEW_YORK, 24, 12))

    assert house.dm(ANA, "open until") == []
    assert await state_of(house, ANA) == ("skipped", "left_company")
    assert await state_of(house, GUS) == ("skipped", "left_company")


async def test_whoever_comes_back_is_asked_in_their_own_zone(house: House) -> None:
    await monday_in_tokyo(house)
    await house.slack.deactivates(CY)
    await house.slack.user_changes(CY, deleted=False)
    (cy,) = await rows(house, Person, col(Person.slack_id) == CY)
    assert (cy.status, cy.zone, cy.left_at) == ("active", "America/New_York", None)

    await house.move_to(local(NEW_YORK, 30, 8, 59))
    assert house.dm(CY, "open until") == []
    await house.let_pass(minutes=1)

    assert len(house.dm(CY, "open until")) == 1


async def test_ana_flies_west_and_is_asked_in_her_new_morning(house: House) -> None:
    await monday_in_tokyo(house)
    await house.slack.user_changes(ANA, tz="America/New_York")

    await house.move_to(local(NEW_YORK, 23, 8, 59))
    assert house.dm(ANA, "open until") == []
    await house.let_pass(minutes=1)

    assert len(house.dm(ANA, "open until Tue 12:00")) == 1
    await house.move_to(local(NEW_YORK, 24, 23))
    assert len(house.dm(ANA, "Weekly check-in, Platform")) == 1


async def test_a_move_west_that_was_written_down_only_now_is_heeded_too(house: House) -> None:
    await monday_in_tokyo(house)
    as_if_just_now = update(Person).where(col(Person.slack_id) == ANA).values(zone="America/New_York")
    await stored(house, lambda session: session.execute(as_if_just_now))

    await house.move_to(local(NEW_YORK, 23, 8, 59))
    assert house.dm(BO, "open until")
    assert house.dm(ANA, "open until") == []
    await house.let_pass(minutes=1)

    assert len(house.dm(ANA, "open until Tue 12:00")) == 1


async def test_cy_flies_east_past_her_morning_and_is_asked_at_once(house: House) -> None:
    await monday_in_tokyo(house)
    await house.slack.user_changes(CY, tz="Asia/Tokyo")
    await house.settle()
    assert len(house.dm(CY, "open until")) == 1

    await house.move_to(local(NEW_YORK, 24, 23))
    assert len(house.dm(CY, "Weekly check-in, Platform")) == 1


async def test_whoever_flies_west_after_they_were_asked_is_not_asked_again(house: House) -> None:
    await monday_in_tokyo(house)
    await house.slack.user_changes(FINN, tz="America/New_York")

    await house.move_to(local(NEW_YORK, 23, 10))

    assert len(house.dm(FINN, "open until")) == 1


async def test_a_move_east_before_the_first_prompt_still_brings_the_welcome_first(house: House) -> None:
    await make_platform(house)
    await house.slack.user_changes(ANA, tz="Asia/Tokyo")

    await house.move_to(local(TOKYO, 23, 9))

    first, second = house.slack.dm(ANA)
    assert first.text.startswith("Hi Ana")
    assert "open until" in second.text


async def test_who_joins_the_team_later_is_welcomed_before_their_first_prompt(house: House) -> None:
    await monday_in_tokyo(house)
    await house.slack.joins_team(SlackPerson("UIDA", "ida", "Ida Ito", "Asia/Tokyo"))
    await house.settle()
    await add_to_the_team(house, "UIDA")

    await house.move_to(local(TOKYO, 24, 9))
    assert house.slack.dm("UIDA") == [], "this week's round has been planned without her"
    await house.move_to(local(TOKYO, 30, 9))

    first, second = house.slack.dm("UIDA")
    assert "Hi Ida, Dana switched on a check-in for Platform" in first.text
    assert "open until" in second.text


async def add_to_the_team(house: House, user: str) -> None:
    """Somebody becomes a member, asked from the next round on."""

    def work(session: Session) -> None:
        person = session.scalars(select(Person).where(col(Person.slack_id) == user)).one()
        team = session.scalars(select(Team).where(~col(Team.is_company))).one()
        session.add(Membership(team_id=team.key, person_id=person.key, role=MEMBER, joined_at=house.now))

    await stored(house, work)


async def test_somebody_whom_cairn_never_met_is_met_when_they_come(house: House) -> None:
    await make_platform(house)
    house.playground.world.people["UIDA"] = SlackPerson("UIDA", "ida", "Ida Ito", "Asia/Tokyo")

    result = await house.slack.says("UIDA", "/checkin")

    assert result.ack is not None
    assert result.ack["text"].startswith("Nothing waits for you")
    (ida,) = await rows(house, Person, col(Person.slack_id) == "UIDA")
    assert (ida.name, ida.zone) == ("Ida", "Asia/Tokyo")


async def test_a_stranger_is_told_whom_cairn_is_for(house: House) -> None:
    house.playground.world.people["USTRANGER"] = SlackPerson("USTRANGER", "sy", "Sy Stranger", team_id="TOTHER")

    result = await house.slack.says("USTRANGER", "/checkin")

    assert result.ack == {
        "text": "Cairn is for the people of this workspace; your account isn't one that it knows. Nothing was saved."
    }
    await house.slack.writes("USTRANGER", "Hello?")
    assert house.playground.transport.failed_events == [], "an event of theirs is acked, too"
