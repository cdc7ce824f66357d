"""Green confidence above red numbers: the owner is asked first, and what others see meanwhile."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from bot.notices.goal_charts import GoalCharts
from bot.notices.registry import Message, Reader
from storage import people
from storage.goals import Goal
from tests.house import ANA, BERLIN, BO, House, local
from tests.stories.acts import stored
from tests.stories.goal_acts import TITLE, measure_of, say_value, set_goal, shown

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)


async def seen_by_ana(house: House) -> str:
    """Bo's goals, as Ana sees them."""
    await house.slack.says(ANA, "/goals <@UBO|bo>")
    said = shown(house, ANA)
    await house.slack.closes(ANA, everything=True)
    return said


async def has_pace(house: House, user: str, goal: Goal) -> bool:
    """Whether the chart that somebody would get now draws the pace beside the readings."""
    charts = list[bool]()

    def draw(session: Session) -> None:
        person = people.by_slack_id(session, user)
        assert person is not None
        message = GoalCharts(goal.key).render(session, Reader(person.voice, person.key), house.now)
        assert isinstance(message, Message)
        charts.extend(bool(chart.pace) for chart in message.charts)

    await stored(house, draw)
    (drawn,) = charts
    return drawn


async def test_red_numbers_under_green_confidence_are_asked_about_first_and_seen_by_others_after_48_hours(
    house: House,
) -> None:
    goal = await set_goal(house, seen_by="everyone")
    await house.move_to(local(BERLIN, 16, 16, month=12))
    await say_value(house, BO, goal, await measure_of(house, goal), "4", confidence="9")
    await house.settle()

    (asked,) = house.dm(BO, "its numbers say behind")
    assert asked.text.startswith(f"*{TITLE}*: its numbers say behind, and you said confidence 9 of 10.")
    assert "without a verdict until Fri" in asked.text
    assert "behind" not in await seen_by_ana(house)
    assert house.dm(ANA, TITLE) == []
    assert (await has_pace(house, BO, goal), await has_pace(house, ANA, goal)) == (True, False)

    await house.let_pass(hours=47)
    assert "behind" not in await seen_by_ana(house)
    await house.let_pass(hours=2)
    assert "behind" in await seen_by_ana(house)
    assert await has_pace(house, ANA, goal)
    assert len(house.dm(BO, "its numbers say behind")) == 1


async def test_whoever_says_what_is_so_is_asked_no_more_and_the_next_time_anew(house: House) -> None:
    goal = await set_goal(house, seen_by="everyone")
    measure = await measure_of(house, goal)
    await house.move_to(local(BERLIN, 16, 16, month=12))
    await say_value(house, BO, goal, measure, "4", confidence="9")
    await house.slack.closes(BO, everything=True)
    await say_value(house, BO, goal, measure, "4", confidence="3")
    await house.slack.closes(BO, everything=True)
    assert "behind" in await seen_by_ana(house)

    await house.let_pass(hours=1)
    await say_value(house, BO, goal, measure, "4", confidence="9")
    await house.settle()
    assert "behind" not in await seen_by_ana(house)
    assert len(house.dm(BO, "its numbers say behind")) == 1, "it is evening there"
    await house.let_pass(days=1)
    assert len(house.dm(BO, "its numbers say behind")) == 2
