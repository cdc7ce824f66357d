"""`/checkin status`: counts and names for leads, one's own part for everybody, and nobody blamed."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.checkins import PromptState, Reason
from storage.rounds import Prompt
from tests.house import ANA, BO, CY, DANA, FINN, GENERAL, GUS, NEW_YORK, PLATFORM, House, answer, local
from tests.stories.acts import ONE_HOUSE, key_of, monday_in_tokyo, prompt, sentence, stored


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

    async def test_who_is_away_is_counted_apart_here_and_in_the_digest(self, house: House) -> None:
        await monday_in_tokyo(house)
        await answer(house, FINN, "Done")

        def bo_is_off(session: Session) -> None:
            off = {"state": PromptState.SKIPPED, "reason": Reason.DAY_OFF}
            session.execute(update(Prompt).where(col(Prompt.person_id) == bo).values(**off))

        bo = await key_of(house, BO)
        await stored(house, bo_is_off)
        await house.move_to(local(NEW_YORK, 24, 12))

        assert "1 of 7 answered, 1 away Answered: Finn" in (await status(house, DANA))
        assert "Away: Bo" in sentence(house, DANA)
        assert "1 of 7 answered, 1 away" in house.slack.channel(PLATFORM)[0].plain()
        assert "you aren't asked this time." in (await status(house, BO))

    async def test_asked_in_a_teams_channel_it_is_about_that_team(self, house: House) -> None:
        await monday_in_tokyo(house)
        await house.slack.says(DANA, "/cairn team new", channel=GENERAL)
        await house.slack.types(DANA, "name", "Icons")
        await house.slack.chooses(DANA, "members", [CY])
        await house.slack.chooses(DANA, "home_channel", GENERAL)
        assert (await house.slack.submits(DANA)).closed

        assert await status(house, DANA, GENERAL) == "No check-in has asked you or anybody whom you lead yet."
        assert "Platform" in await status(house, DANA, PLATFORM)

    async def test_nobody_was_asked_yet(self, house: House) -> None:
        assert await status(house, BO) == "No check-in has asked you or anybody whom you lead yet."
