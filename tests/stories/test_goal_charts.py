"""Charts of a goal: the words at once, the pictures below them, and only for who may read it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import col

from bot.errors import UserError
from bot.runtime import pictures
from bot.services.goal_lists import send_charts
from storage.access import Access
from storage.goals import Goal
from storage.measures import Measure
from storage.people import Person
from storage.readings import Reading
from tests.house import ANA, BO, House
from tests.stories.acts import ONE_HOUSE, key_of, rows, stored
from tests.stories.goal_acts import TITLE, open_goal, set_goal

pytestmark = ONE_HOUSE


async def with_readings(house: House, *values: str, **chosen: str) -> Goal:
    """Bo's goal, and weekly readings until today."""
    goal = await set_goal(house, **chosen)
    (measure,) = await rows(house, Measure, col(Measure.goal_id) == goal.key)
    said = [
        Reading(
            measure_id=measure.key,
            value=Decimal(value),
            at=house.now - timedelta(days=7 * (len(values) - week - 1)),
            recorded_at=house.now,
            source="api",
        )
        for week, value in enumerate(values)
    ]
    await stored(house, lambda session: session.add_all(said))
    return goal


def images(house: House, user: str) -> list[dict[str, Any]]:
    """The pictures in somebody's newest message."""
    return [block for block in house.dm(user)[-1].blocks or [] if block["type"] == "image"]


async def test_the_words_come_at_once_and_the_picture_below_them(house: House) -> None:
    goal = await with_readings(house, "4", "3.6", "3.5", "3.1")
    await open_goal(house, BO, goal)
    await house.slack.clicks_in_view(BO, "goal.charts")
    await house.settle()

    (message,) = house.dm(BO, "how it goes")
    assert message.text.replace("*", "").startswith(f"{TITLE}: how it goes\n▰▰▰▱▱▱▱▱▱▱ Slowest page: 3.1 seconds")
    assert images(house, BO) == []

    house.clock.let_pass(pictures.READY_IN + 0.1)
    house.playground.machine_offset += pictures.READY_IN + 0.1
    await house.settle()
    (image,) = images(house, BO)
    assert image["alt_text"].startswith(
        "Slowest page: 3.1 seconds on Mon 23 Nov · from 4 to 1 · should be at 4 seconds"
    )
    assert house.dm(BO, "how it goes") == [message]


async def test_whoever_may_not_read_it_gets_none_and_reading_by_others_is_noted(house: House) -> None:
    goal = await with_readings(house, "4", "3.6", seen_by="everyone")
    await house.slack.says(ANA, "/goals <@UBO|bo>")
    await house.slack.clicks_in_view(ANA, "goal.show", str(goal.key))
    await house.slack.clicks_in_view(ANA, "goal.charts")
    await house.settle()
    assert len(house.dm(ANA, "how it goes")) == 1
    seen = await rows(house, Access, col(Access.reader_id) == await key_of(house, ANA))
    assert "goals.charts" in {each.place for each in seen}

    hidden = await with_readings(house, "4", "3.6", title="Hidden", seen_by="manager")
    ana = await key_of(house, ANA)
    with pytest.raises(UserError):
        await stored(house, lambda session: send_charts(session, session.get_one(Person, ana), hidden.key, house.now))
