"""A reaction with the workspace's emoji gives kudos; taking it back takes them back."""

from __future__ import annotations

from sqlmodel import col

from bot.playground.world import Message
from storage.kudos import Kudos
from tests.house import ANA, BERLIN, BO, CY, DANA, PLATFORM, House, local
from tests.stories.acts import ONE_HOUSE, rows
from tests.stories.blocking import plain
from tests.stories.thanking import cards, sets

FRIDAY = 27


def told(house: House, user: str) -> list[str]:
    """What somebody's DM says of reactions."""
    return [
        plain(each)
        for each in house.slack.dm(user)
        if "for your messages" in each.text or "for your message" in each.text
    ]


async def ana_writes(house: House) -> Message:
    await sets(house, kudos_emoji=":raised_hands:")
    await house.move_to(local(BERLIN, 23, 10))
    return await house.slack.writes(ANA, "The index is rebuilt", channel=PLATFORM)


async def standing(house: House) -> int:
    return len(await rows(house, Kudos, col(Kudos.taken_back_at).is_(None)))


async def test_reactions_give_kudos_once_each_and_go_again(house: House) -> None:
    message = await ana_writes(house)

    await house.slack.reacts(BO, message, "raised_hands")
    await house.slack.redeliver(10)
    await house.slack.reacts(CY, message, "raised_hands::skin-tone-3")
    await house.slack.reacts(DANA, message, "eyes")
    await house.settle()
    assert await standing(house) == 2
    assert (cards(house, PLATFORM), told(house, ANA)) == ([], [])

    await house.move_to(local(BERLIN, 23, 16))
    (said,) = told(house, ANA)
    assert said.startswith(":raised_hands: 2 thanks for your messages: ")
    assert "|Bo> and " in said
    assert message.ts.replace(".", "") in said
    await house.slack.reacts(DANA, message, "raised_hands")
    await house.move_to(local(BERLIN, 23, 23))
    assert len(told(house, ANA)) == 1, "one DM a day"
    await house.move_to(local(BERLIN, 24, 16))
    assert len(told(house, ANA)) == 2
    assert "|Dana>" in told(house, ANA)[1]

    await house.slack.reacts(BO, message, "raised_hands", added=False)
    await house.slack.redeliver(3)
    await house.settle()
    assert "|Bo>" not in told(house, ANA)[0]
    await house.slack.reacts(CY, message, "raised_hands::skin-tone-3", added=False)
    await house.settle()
    assert len(told(house, ANA)) == 1
    assert await standing(house) == 1


class TestWhatGivesNone:
    """Only a reaction."""

    pytestmark = ONE_HOUSE

    async def test_without_the_setting_to_oneself_and_to_an_app(self, house: House) -> None:
        message = await house.slack.writes(ANA, "The index is rebuilt", channel=PLATFORM)
        await house.slack.reacts(BO, message, "raised_hands")
        assert await standing(house) == 0
        await sets(house, kudos_emoji="raised_hands")

        await house.slack.reacts(ANA, message, "raised_hands")
        await house.slack.writes("UPOLLS", "A poll", channel="CGENERAL")
        await house.slack.reacts(BO, house.slack.channel("CGENERAL")[-1], "raised_hands")
        await house.settle()

        assert await rows(house, Kudos) == []

    async def test_a_removal_that_comes_first_wins(self, house: House) -> None:
        message = await ana_writes(house)
        await house.slack.reacts(BO, message, "raised_hands")
        given = house.slack.doing.last
        assert given is not None
        await house.slack.reacts(BO, message, "raised_hands", added=False)
        assert await standing(house) == 0

        again = {**given.payload, "event_id": "EvLATE"}
        await house.slack.doing.transport.send(type(given)(given.kind, again))

        assert await standing(house) == 0
        await house.slack.reacts(BO, message, "raised_hands")
        assert await standing(house) == 1

    async def test_one_too_many_is_told_once_a_day(self, house: House) -> None:
        await sets(house, kudos_a_day="1")
        first = await ana_writes(house)
        others = [await house.slack.writes(CY, f"Message {n}", channel=PLATFORM) for n in range(2)]
        for message in (first, *others):
            await house.slack.reacts(BO, message, "raised_hands")
        await house.settle()

        assert await standing(house) == 1
        assert len(house.dm(BO, "You have given your 1 kudos of today")) == 1

    async def test_what_another_emoji_gave_goes_with_that_one(self, house: House) -> None:
        message = await ana_writes(house)
        await house.slack.reacts(BO, message, "raised_hands")
        await sets(house, kudos_emoji="tada")
        await house.slack.reacts(BO, message, "eyes")
        await house.slack.reacts(BO, message, "eyes", added=False)
        assert await standing(house) == 1

        await house.slack.reacts(BO, message, "raised_hands", added=False)

        assert await standing(house) == 0
