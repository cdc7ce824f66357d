"""`/checkin status`: counts and names for leads, one's own part for everybody, and nobody blamed."""

from __future__ import annotations

from tests.house import ANA, BO, DANA, FINN, GUS, NEW_YORK, PLATFORM, House, answer, local
from tests.stories.acts import ONE_HOUSE, monday_in_tokyo, prompt, sentence


async def status(house: House, user: str, channel: str | None = None) -> str:
    await house.slack.says(user, "/checkin status", channel=channel)
    return sentence(house, user).replace("*", "")


async def test_a_lead_sees_who_and_a_member_their_own_part(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "Done")

    assert await status(house, DANA, PLATFORM) == (
        "Weekly check-in, Platform, Mon 23 Nov: 1 of 2 answered, open until Tue 18:00 "
        "Answered: Finn Still open: Gus Asked later, on their own clock: Ana, Bo, Cy, Dana, Eva and Hana "
        "Weekly check-in, Platform, Mon 23 Nov: it comes to you Mon 09:00. "
        "Only you see this, since you lead them."
    )
    assert await status(house, FINN) == "Weekly check-in, Platform, Mon, Nov 23: you have answered. Thank you."
    theirs = await status(house, GUS)
    assert "open for you until Tue 12:00 PM. `/checkin` opens it." in theirs
    assert "Finn" not in theirs
    assert house.slack.channel(PLATFORM) == [], "nobody else sees what was asked"


async def test_not_this_time_and_no_answer_are_told_apart_without_blame(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "Done")
    await house.slack.clicks(GUS, prompt(house, GUS), "checkin.skip")
    assert "not this time. That's fine." in await status(house, GUS)
    await house.move_to(local(NEW_YORK, 24, 12))

    led = await status(house, DANA)
    assert "1 of 7 answered Answered: Finn No answer: Ana, Bo, Cy, Dana, Eva and Hana Not this time: Gus" in led
    assert "takes a late answer until the next round opens" in (await status(house, ANA))


class TestAway:
    pytestmark = ONE_HOUSE

    async def test_nobody_was_asked_yet(self, house: House) -> None:
        assert await status(house, BO) == "No check-in has asked you or anybody whom you lead yet."
