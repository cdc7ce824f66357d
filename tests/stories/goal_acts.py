"""What the stories of goals do again and again."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, update

from bot.playground.interactions import SubmitResult
from storage.goals import Goal
from storage.measures import Measure
from storage.people import Person
from tests.house import BO, DANA, House
from tests.stories.acts import key_of, rows, stored

TITLE = "Checkout answers in under a second"


async def reports_to(house: House, user: str, manager: str | None) -> None:
    """Behind everybody's back, as if the people's file had said so."""
    manager_id = await key_of(house, manager) if manager else None
    await stored(
        house,
        lambda session: session.execute(
            update(Person).where(col(Person.slack_id) == user).values(manager_id=manager_id)
        ),
    )


async def fill_in(house: House, user: str = BO, title: str = TITLE, **chosen: str) -> None:
    """The form of a new goal, filled in: 4 to 1 seconds, due at the end of the year."""
    await house.slack.says(user, "/goals new")
    await house.slack.types(user, "title", title)
    await house.slack.types(user, "n0_name", "Slowest page")
    await house.slack.types(user, "n0_from", "4")
    await house.slack.types(user, "n0_to", "1")
    await house.slack.types(user, "n0_unit", "seconds")
    for field, value in {"due_on": "2026-12-31", **chosen}.items():
        await house.slack.chooses(user, field, value)


async def send(house: House, user: str = BO) -> SubmitResult:
    """Send the form that is open, and let everything be said."""
    sent = await house.slack.submits(user)
    await house.settle()
    return sent


async def set_goal(house: House, user: str = BO, title: str = TITLE, **chosen: str) -> Goal:
    """A goal like that; its details are closed again."""
    await fill_in(house, user, title, **chosen)
    sent = await send(house, user)
    assert not sent.errors, sent
    await house.slack.closes(user, everything=True)
    return await newest(house)


async def newest(house: House) -> Goal:
    """The goal that was made last."""
    found = await stored(house, lambda session: session.query(Goal).order_by(col(Goal.id).desc()).first())
    assert found is not None
    return found


def shown(house: House, user: str) -> str:
    """All that somebody's open form says, on one line."""
    view = house.slack.view(user)
    assert view is not None
    said = " ".join(_texts(view["blocks"]))
    return " ".join(said.replace("*", "").replace("\u200b", "").split())


def _texts(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [text for value in node.values() for text in _texts(value)]
    if isinstance(node, list):
        return [text for value in node for text in _texts(value)]
    return []


async def dana_leads_bo(house: House) -> None:
    """Bo reports to Dana."""
    await reports_to(house, BO, DANA)


async def say_value(house: House, user: str, goal: Goal, measure: int, value: str, **more: str) -> SubmitResult:
    """An update by the button in the goal's details, which stay open."""
    await open_goal(house, user, goal)
    await house.slack.clicks_in_view(user, "goal.update")
    await house.slack.types(user, f"v{measure}", value)
    for field, chosen in more.items():
        do = house.slack.types if field == "note" else house.slack.chooses
        await do(user, field, chosen)
    return await send(house, user)


async def open_goal(house: House, user: str, goal: Goal) -> None:
    """Its details, from the list."""
    await house.slack.says(user, "/goals")
    await house.slack.clicks_in_view(user, "goal.show", str(goal.key))


async def measure_of(house: House, goal: Goal) -> int:
    """The number of a goal's one measure."""
    (measure,) = await rows(house, Measure, col(Measure.goal_id) == goal.key)
    return measure.key
