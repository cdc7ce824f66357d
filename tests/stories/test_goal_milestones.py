"""Milestones: where a measure should be on its way, typed into the goal's form."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from storage.goals import Goal
from storage.measures import Milestone
from tests.house import BO, House
from tests.stories.acts import rows
from tests.stories.goal_acts import dana_leads_bo, fill_in, newest, open_goal, send, shown

STEPS = "2026-12-07: 3.5\n14 December: 2"


async def kept(house: House) -> list[tuple[date, Decimal]]:
    return sorted((each.due_on, each.value) for each in await rows(house, Milestone))


async def set_with_steps(house: House) -> Goal:
    await fill_in(house)
    await house.slack.types(BO, "n0_steps", STEPS)
    assert not (await send(house)).errors
    await house.slack.closes(BO, everything=True)
    return await newest(house)


def steps_box(house: House) -> str:
    view = house.slack.view(BO)
    assert view is not None
    return next(str(block["block_id"]) for block in view["blocks"] if block["block_id"].endswith("_steps"))


async def test_they_are_kept_shown_brought_back_and_changed(house: House) -> None:
    goal = await set_with_steps(house)
    assert await kept(house) == [(date(2026, 12, 7), Decimal("3.5")), (date(2026, 12, 14), Decimal(2))]
    await open_goal(house, BO, goal)
    assert "Slowest page · Milestones: Mon 7 Dec: 3.5; Mon 14 Dec: 2" in shown(house, BO)

    await house.slack.clicks_in_view(BO, "goal.edit")
    view = house.slack.view(BO)
    assert "2026-12-07: 3.5\\n2026-12-14: 2" in repr(view)
    assert not (await send(house)).errors
    assert len(await kept(house)) == 2

    await open_goal(house, BO, goal)
    await house.slack.clicks_in_view(BO, "goal.edit")
    await house.slack.types(BO, steps_box(house), "2026-12-14: 2.5")
    assert not (await send(house)).errors
    assert await kept(house) == [(date(2026, 12, 14), Decimal("2.5"))]


async def test_other_milestones_of_an_agreed_goal_are_asked_about_again(house: House) -> None:
    goal = await set_with_steps(house)
    assert goal.asked_id is None
    await dana_leads_bo(house)
    await open_goal(house, BO, goal)
    await house.slack.clicks_in_view(BO, "goal.edit")
    assert not (await send(house)).errors
    assert (await newest(house)).state == "agreed"

    await house.slack.closes(BO, everything=True)
    await open_goal(house, BO, goal)
    await house.slack.clicks_in_view(BO, "goal.edit")
    await house.slack.types(BO, steps_box(house), "")
    assert not (await send(house)).errors
    assert (await newest(house)).state == "proposed"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-12-07", "Line 1 isn't a milestone."),
        ("2026-12-07: 3\n\nsoon: 2", "Line 3 isn't a milestone."),
        ("tomorrow: 3", "Line 1 isn't a milestone."),
        ("2026-12-07: three", "That isn't a number."),
        ("2026-12-31: 2", "A milestone has to lie after the start and before the due date: "),
        ("2026-11-01: 2", "A milestone has to lie after the start and before the due date: "),
        ("2026-12-14: 3\n2026-12-07: 2", "Each milestone has to be later than the one before it: "),
        ("2026-12-07: 3\n2026-12-07: 2", "Each milestone has to be later than the one before it: "),
        ("2026-12-07: 2\n2026-12-14: 3", "Milestones lead step by step from start to target: "),
        ("2026-12-07: 0.5", "Milestones lead step by step from start to target: "),
    ],
)
async def test_what_isnt_one_is_said_at_the_box(house: House, typed: str, said: str) -> None:
    await fill_in(house)
    await house.slack.types(BO, "n0_steps", typed)

    sent = await send(house)

    assert list(sent.errors) == ["n0_steps"]
    assert sent.errors["n0_steps"].startswith(said)
    assert await rows(house, Goal) == []


async def test_there_are_none_where_a_measure_stays_as_it_is(house: House) -> None:
    await fill_in(house)
    await house.slack.chooses(BO, "n0_way", "stay")
    await house.slack.types(BO, "n0_from", "1")
    await house.slack.types(BO, "n0_to", "4")
    await house.slack.types(BO, "n0_steps", STEPS)

    assert (await send(house)).errors == {
        "n0_steps": "Milestones lead to a target, and this measure stays between two numbers. Empty this box."
    }
