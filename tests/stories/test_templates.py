"""The templates, from `/checkin new` to what they ask and what is read."""

from __future__ import annotations

from storage.answers import Answer
from tests.house import (
    FINN,
    NEW_YORK,
    PLATFORM,
    TOKYO,
    House,
    begin_checkin,
    local,
    open_form,
    platform_team,
    switch_on,
)
from tests.stories.acts import ONE_HOUSE, prompt, rows
from tests.stories.asking import shown, typed

HARD = "What made it hard, and what would help?"
CLEAR, BEST = "How clear is it to you what matters most right now?", "How well can you do your best work here?"
MORE, CHANGE = "What would you like more of?", "What is one thing we should change?"


async def test_a_pulse_once_a_month_asks_why_where_it_was_hard(house: House) -> None:
    await platform_team(house)
    await begin_checkin(house, template="pulse")
    await switch_on(house)
    await house.move_to(local(TOKYO, 30, 23))
    assert not house.dm(FINN, "open until")

    await house.move_to(local(TOKYO, 1, 10, month=12))
    assert house.dm(FINN, "Monthly pulse, Platform: 6 questions, about 2 minutes, open until Fri 10:00")
    await house.slack.clicks(FINN, prompt(house, FINN), "checkin.mood.4")
    assert shown(house, FINN) == ["How did the month feel?", CLEAR, BEST, MORE, CHANGE]
    await house.slack.chooses(FINN, "How did the month feel?", "1")
    assert shown(house, FINN) == ["How did the month feel?", HARD, CLEAR, BEST, MORE, CHANGE]
    await house.slack.types(FINN, HARD, "Three releases at once")
    await house.slack.chooses(FINN, CLEAR, "2")
    await house.slack.chooses(FINN, BEST, "4")
    await house.slack.chooses(FINN, MORE, "Clear priorities")
    assert (await house.slack.submits(FINN)).closed
    await house.settle()

    assert len(await rows(house, Answer)) == 5
    await house.move_to(local(NEW_YORK, 4, 10, month=12))
    digest = house.slack.channel(PLATFORM)[-1].plain()
    assert f"{HARD}\nThree releases at once" in digest
    assert f"{CLEAR}\n2/5" in digest
    assert f"{MORE}\nClear priorities" in digest


class TestOne:
    """What neither the database nor the transport has a part in."""

    pytestmark = ONE_HOUSE

    async def test_a_stand_up_brings_yesterdays_plan_back_today(self, house: House) -> None:
        await platform_team(house)
        await begin_checkin(house, template="stand_up")
        await switch_on(house)
        await house.move_to(local(TOKYO, 23, 9, 30))
        assert house.dm(FINN, "Daily stand-up, Platform: 3 questions, about 2 minutes, open until Mon 1:30 PM")
        await open_form(house, FINN)
        await house.slack.types(FINN, "What did you get done since last time?", "Rested")
        await house.slack.types(FINN, "What will you do today?", "Ship the login\nAsk Bo")
        assert (await house.slack.submits(FINN)).closed

        await house.move_to(local(TOKYO, 24, 9, 30))
        await open_form(house, FINN)

        assert typed(house, FINN, "What will you do today?") == "Ship the login\nAsk Bo"
        assert "Which of last time's plan is done?" in shown(house, FINN)
