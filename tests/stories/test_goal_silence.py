"""Goals of which nothing is heard: their owner is reminded, once in a while."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from storage.readings import Reading
from tests.house import BO, House
from tests.stories.acts import ONE_HOUSE, stored
from tests.stories.goal_acts import TITLE, measure_of, set_goal

pytestmark = ONE_HOUSE


async def test_whoever_says_nothing_for_a_rhythm_is_reminded_once_in_it_in_their_hours(house: House) -> None:
    await set_goal(house)
    await house.let_pass(days=6)
    assert house.dm(BO, f"How does {TITLE} go?") == []

    await house.let_pass(days=2)
    assert house.dm(BO, f"How does {TITLE} go?") == [], "it is night there"
    await house.let_pass(hours=10)
    (reminder,) = house.dm(BO, f"How does {TITLE} go?")
    assert "It was last heard of on" in reminder.text
    await house.let_pass(days=4)
    assert len(house.dm(BO, f"How does {TITLE} go?")) == 1
    await house.let_pass(days=5)
    assert len(house.dm(BO, f"How does {TITLE} go?")) == 2


async def test_nobody_is_reminded_of_what_programs_tell(house: House) -> None:
    goal = await set_goal(house)
    told = Reading(
        measure_id=await measure_of(house, goal),
        value=Decimal(3),
        at=house.now - timedelta(days=1),
        recorded_at=house.now,
        source="api",
    )
    await stored(house, lambda session: session.add(told))
    await house.let_pass(days=9, hours=10)

    assert house.dm(BO, f"How does {TITLE} go?") == []
