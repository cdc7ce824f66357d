"""What is in somebody's way, in the home channel: only by a click of theirs, and only until they say so."""

from __future__ import annotations

from sqlmodel import col

from bot.playground import Company
from storage.blockers import Blocker
from storage.outbox_rows import Outbox
from tests.house import BERLIN, BO, DANA, FINN, PLATFORM, TOKYO, House, local
from tests.stories.acts import ONE_HOUSE, by_socket, monday_in_tokyo, on_sqlite, open_house, prompt, rows, sentence
from tests.stories.blocking import SERVER, plain, says_blocked
from tests.stories.test_home_and_talk import opened


def posted(house: House) -> list[str]:
    """What stands in #platform about anybody's way."""
    return [said for each in house.slack.channel(PLATFORM) if "the way" in (said := plain(each))]


async def finn_is_blocked(house: House) -> None:
    await monday_in_tokyo(house, readers="leads", home_channel=PLATFORM)
    await says_blocked(house, FINN, SERVER)


async def shares(house: House) -> None:
    """Finn shares it from his prompt."""
    await house.slack.clicks(FINN, prompt(house, FINN), "blocker.post")
    await house.settle()


async def test_finn_shares_it_closes_it_and_takes_it_back(house: House) -> None:
    await finn_is_blocked(house)
    assert posted(house) == [], "not by itself: the answer is for the leads"
    shown = prompt(house, FINN)
    assert "Could anybody in #platform help?" in plain(shown)
    assert len(dict(shown.buttons())) == 3
    assert "Whoever is in there, or comes later, can read it." in str(shown.blocks)

    await shares(house)
    (said,) = posted(house)
    assert said.startswith("Something is in the way of Finn, said in Weekly check-in on Mon, Nov 23.")
    assert SERVER in said
    assert "Finn shared this here, and says when it is over." in said
    assert "It stands in #platform, with your name." in plain(prompt(house, FINN))
    await house.slack.redeliver(3)
    await house.settle()
    assert len(posted(house)) == 1

    await says_blocked(house, FINN, "The staging server is slow")
    assert "The staging server is slow" in posted(house)[0]
    await house.slack.clicks(FINN, prompt(house, FINN), "It's out of my way")
    await house.settle()
    assert posted(house)[0].startswith("It is out of the way of Finn, on the same day.")
    await house.slack.clicks(FINN, prompt(house, FINN), "Open it again")
    await house.settle()
    assert posted(house)[0].startswith("Something is in the way of Finn")

    await house.slack.clicks(FINN, prompt(house, FINN), "Take it back from #platform")
    await house.settle()
    assert posted(house) == []
    await opened(house, FINN)
    await house.slack.clicks_in_home(FINN, "Share it in #platform")
    await house.settle()
    assert len(posted(house)) == 1

    await says_blocked(house, FINN, "")
    assert posted(house)[0].startswith("Finn took back what was in the way. There is nothing to do.")
    assert "slow" not in str(house.slack.channel(PLATFORM)[-1].blocks)


class TestWhoAndWhere:
    """Nobody else's to share, and not everywhere."""

    pytestmark = ONE_HOUSE

    async def test_nobody_else_shares_it(self, house: House) -> None:
        await finn_is_blocked(house)
        await house.move_to(local(BERLIN, 23, 9))
        share = [block for block in prompt(house, FINN).blocks if "blocker.post" in str(block)]
        for user in (DANA, BO):
            welcome = house.dm(user, "heck-in")[0]
            welcome.blocks = [*welcome.blocks, *share]
            await house.slack.clicks(user, welcome, "blocker.post")
            await house.settle()

        assert posted(house) == []
        assert sentence(house, BO) == "Only whoever raised this can close it or share it. Nothing was changed."

    async def test_without_a_channel_there_is_nothing_to_offer(self, house: House) -> None:
        await finn_is_blocked(house)
        await house.slack.archives(PLATFORM)
        await house.settle()
        share = [block for block in prompt(house, FINN).blocks if "blocker.post" in str(block)]

        await says_blocked(house, FINN, "Another server")

        assert "Could anybody" not in plain(prompt(house, FINN))
        shown = prompt(house, FINN)
        shown.blocks = [*shown.blocks, *share]
        await house.slack.clicks(FINN, shown, "blocker.post")
        assert sentence(house, FINN).startswith("This check-in has no channel of its own in which Cairn can post.")
        assert posted(house) == []

    async def test_thrown_out_of_the_channel_it_is_offered_no_more(self, house: House) -> None:
        await finn_is_blocked(house)
        assert "Could anybody in #platform help?" in await opened(house, FINN)

        await house.slack.kicks_bot(PLATFORM)
        await house.settle()

        assert "Could anybody" not in await opened(house, FINN)

    async def test_what_slack_refuses_is_told_and_can_be_tried_again(self, house: House) -> None:
        await finn_is_blocked(house)
        house.playground.faults.add("chat.postMessage", "error:not_in_channel", user_or_channel=PLATFORM)

        await shares(house)

        assert house.dm(FINN, "What is in your way wasn't posted: Cairn can't post in")
        assert "Could anybody in #platform help?" in plain(prompt(house, FINN))
        (blocker,) = await rows(house, Blocker)
        assert blocker.posted_in is None
        await shares(house)
        assert len(posted(house)) == 1

    async def test_several_at_once_are_shared_from_home(self, house: House) -> None:
        await finn_is_blocked(house)
        await house.move_to(local(TOKYO, 30, 9))
        await says_blocked(house, FINN, "And the build is red")

        shown = await opened(house, FINN)

        assert shown.count("Could anybody in #platform help?") == 2

    async def test_its_owner_is_asked_where_nobody_knows_whether_it_arrived(self, house: House) -> None:
        await finn_is_blocked(house)
        await shares(house)

        (row,) = await rows(house, Outbox, col(Outbox.kind) == "blocker.posted", col(Outbox.action) == "post")

        assert row.owner_id == (await rows(house, Blocker))[0].reporter_id


@on_sqlite
@by_socket
async def test_a_public_channel_says_that_everybody_reads_there(
    database_url: str, transport: str, company: Company
) -> None:
    (platform,) = [channel for channel in company.channels if channel.id == PLATFORM]
    platform.private = False
    async with open_house(database_url, transport, company) as house:
        await finn_is_blocked(house)
        assert "Everyone at Acme can read it there." in str(prompt(house, FINN).blocks)
