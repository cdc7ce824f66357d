"""Hours without a tick, an operator's pause, a weekend in between: what is asked afterwards, and what isn't."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col

from bot.services import pausing
from bot.services.releases import release_due
from bot.services.rounds import open_due, plan_prompts
from storage.checkins import CheckIn
from storage.people import Person
from storage.rounds import Prompt, Round
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
    PLATFORM,
    TOKYO,
    House,
    answer,
    local,
    make_platform,
)
from tests.stories.acts import monday_in_tokyo, one_house, rows, stored


async def sleep_until(house: House, moment: datetime) -> None:
    """Cairn isn't running until then: nothing falls due in between."""
    house.clock.move_to(moment)
    await house.settle()


async def reasons(house: House) -> dict[str, tuple[str, str | None]]:
    """What became of everybody's latest prompt, and why."""
    people = {person.key: person.slack_id for person in await rows(house, Person)}
    prompts = sorted(await rows(house, Prompt), key=lambda each: each.key)
    return {people[each.person_id]: (each.state, each.reason) for each in prompts}


@one_house
async def test_after_an_hour_down_everybody_due_is_asked_at_once(house: House) -> None:
    await make_platform(house)

    await sleep_until(house, local(TOKYO, 23, 10))

    assert len(house.dm(FINN, "open until Tue 12:00")) == 1
    assert house.dm(ANA, "open until") == []


async def test_after_a_day_down_a_prompt_waits_for_the_next_working_hour_in_its_window(house: House) -> None:
    await make_platform(house)

    await sleep_until(house, local(BERLIN, 23, 20))
    assert house.dm(ANA, "open until") == [], "nobody's phone rings in the evening"
    assert house.dm(FINN, "open until") == [], "and in Tokyo it is four in the morning"
    assert len(house.dm(CY, "open until")) == 1, "14:00 in New York is a working hour"
    await house.move_to(local(BERLIN, 24, 9))

    assert len(house.dm(ANA, "open until Tue 12:00")) == 1
    assert len(house.dm(FINN, "a late answer is taken")) == 1, "he was asked in his morning"


@one_house
async def test_where_no_working_hour_is_left_in_the_window_it_is_skipped_and_says_why(house: House) -> None:
    await make_platform(house)

    await sleep_until(house, local(TOKYO, 24, 18))

    found = await reasons(house)
    assert found[FINN] == found[GUS] == ("skipped", "downtime")
    assert house.dm(FINN, "open until") == []
    assert len(house.dm(ANA, "open until Tue 12:00")) == 1, "10:00 on Tuesday in Berlin is inside hers"


@one_house
async def test_a_check_in_on_friday_evening_that_is_late_doesnt_come_on_saturday(house: House) -> None:
    await make_platform(house, weekdays="4", at="16:30", window="4320")

    await sleep_until(house, local(BERLIN, 28, 11))
    await house.move_to(local(TOKYO, 30, 8, 59))
    assert all(house.dm(user, "open until") == [] for user in CAST)
    await house.move_to(local(TOKYO, 30, 9))
    assert len(house.dm(FINN, "open until Mon 4:30 PM")) == 1
    await house.move_to(local(BERLIN, 30, 16))
    assert all(len(house.dm(user, "Weekly check-in, Platform: 4 questions")) == 1 for user in (ANA, BO, CY, EVA))


@one_house
async def test_after_three_weeks_down_every_round_is_accounted_for_and_one_is_asked(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "Before the long sleep")

    await sleep_until(house, local(BERLIN, 14, 10, month=12))

    assert [each.nominal.day for each in sorted(await rows(house, Round), key=lambda each: each.key)] == [23, 30, 7, 14]
    for user in (ANA, BO, DANA):
        assert len(house.dm(user, "open until")) == 1
    by_state = [(each.state, each.reason) for each in await rows(house, Prompt)]
    assert by_state.count(("skipped", "downtime")) >= 4 + 8 + 8
    (checkin,) = await rows(house, CheckIn)
    assert checkin.next_due_at == local(TOKYO, 21, 9, month=12)
    assert len(house.slack.channel(PLATFORM)) == 1, "the first round's digest, late but whole"


async def test_what_falls_due_while_cairn_is_paused_is_skipped_and_the_rest_waits(house: House) -> None:
    await make_platform(house)
    await stored(house, lambda session: pausing.pause(session, None, house.now))
    await house.slack.writes(FINN, "Hello?")

    await house.move_to(local(TOKYO, 23, 10))
    assert house.slack.dm(FINN)[-1].user == FINN, "nothing is sent"
    assert (await reasons(house))[FINN] == ("skipped", "cairn_paused")

    await stored(house, lambda session: pausing.resume(session, None))
    await house.settle()
    assert house.dm(FINN, "I can't answer that"), "what else was owed comes now"
    assert house.dm(FINN, "Hi Finn")
    assert house.dm(FINN, "open until") == []
    await house.move_to(local(BERLIN, 23, 9))
    assert len(house.dm(ANA, "open until")) == 1
    await house.move_to(local(TOKYO, 30, 9))
    assert len(house.dm(FINN, "open until")) == 1


@one_house
async def test_a_prompt_that_was_held_back_into_the_night_comes_in_the_morning(house: House) -> None:
    await make_platform(house)
    house.clock.move_to(local(TOKYO, 23, 9))
    with house.cairn.database.session() as session:
        for tick in (open_due, plan_prompts, plan_prompts, release_due):
            tick(session, house.now)
        pausing.pause(session, None, house.now)
    house.clock.move_to(local(TOKYO, 23, 23))
    await stored(house, lambda session: pausing.resume(session, None))

    await house.settle()
    assert house.dm(FINN, "open until") == []

    await house.move_to(local(TOKYO, 24, 9))
    assert len(house.dm(FINN, "open until Tue 12:00")) == 1


@one_house
async def test_commands_are_answered_while_cairn_is_paused(house: House) -> None:
    await monday_in_tokyo(house)
    await stored(house, lambda session: pausing.pause(session, None, house.now))

    await answer(house, FINN, "Typed in the pause")
    assert house.dm(FINN, "sent. Thank you.") == []
    await stored(house, lambda session: pausing.resume(session, None))
    await house.settle()

    assert len(house.dm(FINN, "sent. Thank you.")) == 1


@one_house
async def test_a_person_whose_dm_slack_refuses_holds_nobody_up(house: House) -> None:
    await make_platform(house)
    house.playground.faults.add("chat.postMessage", "error:messages_tab_disabled", times=-1, user_or_channel=FINN)

    await house.move_to(local(TOKYO, 23, 9))

    assert house.dm(GUS, "open until")
    (finn,) = await rows(house, Person, col(Person.slack_id) == FINN)
    (refused,) = await rows(house, Prompt, col(Prompt.person_id) == finn.key)
    assert (refused.state, refused.reason) == ("skipped", "undeliverable")
