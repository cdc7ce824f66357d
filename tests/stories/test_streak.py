"""The streak on Home: for one's own eyes, after three check-ins, with days off left out."""

from __future__ import annotations

from tests.house import FINN, GUS, TOKYO, House, answer, local
from tests.stories.acts import monday_in_tokyo
from tests.stories.test_home_and_talk import opened


async def test_a_streak_grows_and_days_off_dont_count(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "One")
    await house.move_to(local(TOKYO, 30, 9))
    await answer(house, FINN, "Two")
    assert "of your last" not in await opened(house, FINN)
    await house.slack.says(FINN, "/cairn away from 1 December until 8 December")
    await house.move_to(local(TOKYO, 14, 9, month=12))
    await answer(house, FINN, "Three")

    assert "You answered 3 of your last 3 check-ins. Only you see this." in await opened(house, FINN)
    assert "of your last" not in await opened(house, GUS)
