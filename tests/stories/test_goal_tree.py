"""Goals that belong to others: searched, shown as a tree, never in a circle, never giving a hidden one away."""

from __future__ import annotations

import asyncio

from sqlmodel import col

from storage.access import Access
from storage.goals import Goal
from storage.measures import Measure
from tests.house import ANA, BERLIN, BO, DANA, House, local, make_platform
from tests.stories.acts import ONE_HOUSE, key_of, rows
from tests.stories.goal_acts import fill_in, open_goal, say_value, send, set_goal, shown


async def at(house: House, user: str, goal: Goal, value: str) -> None:
    """A goal from 4 to 1 is at some value."""
    (measure,) = await rows(house, Measure, col(Measure.goal_id) == goal.key)
    assert not (await say_value(house, user, goal, measure.key, value)).errors
    await house.slack.closes(user, everything=True)


async def test_goals_are_put_below_another_and_rolled_up(house: House) -> None:
    await make_platform(house)
    top = await set_goal(house, DANA, "Win the market", owner="All of Acme", seen_by="everyone")
    await fill_in(house, BO, "Quick checkout", seen_by="everyone")
    found = await house.slack.options(BO, "parent", "MARKET win")
    assert [(each["value"], each["text"]["text"]) for each in found["options"]] == [
        (str(top.key), "Win the market · Acme")
    ]
    await house.slack.chooses(BO, "parent", str(top.key))
    assert not (await send(house)).errors
    assert "Belongs to Win the market" in shown(house, BO)
    await house.slack.closes(BO, everything=True)
    (mine,) = await rows(house, Goal, col(Goal.parent_id) == top.key)
    await at(house, BO, mine, "1")

    other = await set_goal(house, ANA, "Quick search", seen_by="everyone", parent=str(top.key))
    await at(house, ANA, other, "2.5")
    await house.slack.says(DANA, "/goals tree")
    assert "Win the market · Acme ▰▰▰▰▰▰▰▱▱▱ 75 % · with 2 below it" in shown(house, DANA)
    assert "Quick checkout · Bo ▰▰▰▰▰▰▰▰▰▰ 100 %" in shown(house, DANA)
    assert await rows(house, Access, col(Access.reader_id) == await key_of(house, DANA), col(Access.what) == "goal")
    await house.slack.clicks_in_view(DANA, "goal.show", str(top.key))
    assert "2 goals below it that you may read: ▰▰▰▰▰▰▰▱▱▱ 75 %" in shown(house, DANA)


class TestInOneHouse:
    pytestmark = ONE_HOUSE

    async def test_a_hidden_child_is_neither_shown_nor_counted(self, house: House) -> None:
        await make_platform(house)
        top = await set_goal(house, DANA, "Win the market", owner="All of Acme", seen_by="everyone")
        seen = await set_goal(house, BO, "Quick checkout", seen_by="everyone", parent=str(top.key))
        hidden = await set_goal(house, ANA, "Secret search", seen_by="manager", parent=str(top.key))
        await at(house, BO, seen, "2.5")
        await at(house, ANA, hidden, "1")

        await house.slack.says(BO, "/goals tree")
        assert "Secret" not in shown(house, BO)
        assert "Win the market · Acme ▱▱▱▱▱▱▱▱▱▱ – " in shown(house, BO)
        assert "below it" not in shown(house, BO)
        await house.slack.clicks_in_view(BO, "goal.show", str(top.key))
        assert "1 goal below it that you may read Quick checkout" in shown(house, BO)

        await house.slack.says(ANA, "/goals tree")
        assert "with 2 below it" in shown(house, ANA)

    async def test_a_goal_that_is_not_shared_cannot_be_found_or_chosen(self, house: House) -> None:
        hidden = await set_goal(house, ANA, "Secret search", seen_by="manager")
        await fill_in(house, BO)
        assert (await house.slack.options(BO, "parent", "secret"))["options"] == []

        await house.slack.chooses(BO, "parent", str(hidden.key))
        assert (await send(house)).errors == {
            "parent": "That goal isn't open any more, or not shared with you. Choose another one; your words stay here."
        }

    async def test_no_goal_comes_to_be_above_itself(self, house: House) -> None:
        top = await set_goal(house, title="Top")
        middle = await set_goal(house, title="Middle", parent=str(top.key))
        low = await set_goal(house, title="Low", parent=str(middle.key))
        await open_goal(house, BO, top)
        await house.slack.clicks_in_view(BO, "goal.edit")
        assert (await house.slack.options(BO, "parent", ""))["options"] == []

        for below in (low, top):
            await house.slack.chooses(BO, "parent", str(below.key))
            assert (await send(house)).errors == {
                "parent": "That goal belongs below this one already, so it can't be above it. Choose another one."
            }

    async def test_what_is_below_a_closed_goal_stands_and_its_owner_hears(self, house: House) -> None:
        top = await set_goal(house, DANA, "Win the market", seen_by="everyone")
        mine = await set_goal(house, BO, parent=str(top.key))
        await open_goal(house, DANA, top)
        await house.slack.clicks_in_view(DANA, "goal.close")
        await house.slack.chooses(DANA, "outcome", "missed")
        await send(house, DANA)
        await house.move_to(local(BERLIN, 23, 9))

        (told,) = house.dm(BO, "was closed")
        assert "Win the market was closed, to which your Checkout answers in under a second" in told.text.replace(
            "*", ""
        )
        await open_goal(house, BO, mine)
        assert "Win the market · which is closed: choose another one where that helps" in shown(house, BO)


async def test_two_who_would_make_a_circle_together_make_none(house: House) -> None:
    one = await set_goal(house, BO, "One", seen_by="everyone")
    other = await set_goal(house, ANA, "Other", seen_by="everyone")
    for user, mine, parent in ((BO, one, other), (ANA, other, one)):
        await open_goal(house, user, mine)
        await house.slack.clicks_in_view(user, "goal.edit")
        await house.slack.chooses(user, "parent", str(parent.key))

    sent = await asyncio.gather(house.slack.submits(BO), house.slack.submits(ANA))

    assert sorted(bool(each.errors) for each in sent) == [False, True]
    assert len(await rows(house, Goal, col(Goal.parent_id).is_not(None))) == 1
