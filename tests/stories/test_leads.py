"""What a lead has of a round: one DM at close with what they may read, and what they keep for a talk."""

from __future__ import annotations

from bot.playground.world import Message
from tests.house import (
    ANA,
    BO,
    CAST,
    CY,
    DANA,
    EVA,
    FINN,
    GENERAL,
    GUS,
    NEW_YORK,
    PLATFORM,
    TOKYO,
    House,
    answer,
    begin_checkin,
    local,
    make_platform,
    make_team,
    open_form,
    switch_on,
)
from tests.stories.acts import ONE_HOUSE, WENT_WELL, fill_in, monday_in_tokyo, sentence
from tests.stories.test_home_and_talk import home, opened

CLOSED = local(NEW_YORK, 24, 12)


async def closed(house: House, **chosen: str) -> Message:
    """Finn and Gus answered, the round is closed: Dana's copy."""
    await monday_in_tokyo(house, **chosen)
    await answer(house, FINN, "From Finn")
    await answer(house, GUS, "From Gus")
    await house.move_to(CLOSED)
    (copy,) = house.dm(DANA, "From Finn")
    return copy


async def test_at_close_the_lead_gets_one_dm_with_reply_and_keep_on_each_part(house: House) -> None:
    copy = await closed(house)

    assert "2 of 8 answered" in copy.plain()
    assert [label for _, label in copy.buttons()] == ["Reply", "Keep for 1:1"] * 2
    assert not any(house.dm(user, "From Finn") for user in CAST if user != DANA)
    (digest,) = house.slack.channel(PLATFORM)
    assert "From Finn" in digest.plain()
    assert digest.buttons() == []

    await open_form(house, FINN)
    await house.slack.types(FINN, WENT_WELL, "From Finn, mended")
    assert (await house.slack.submits(FINN)).closed
    await answer(house, ANA, "Late, from Ana")
    (copy,) = house.dm(DANA, "From Finn, mended")
    assert "Late, from Ana" in copy.plain()
    assert "3 of 8 answered · updated after it was posted" in copy.plain()


async def test_a_lead_who_gets_a_copy_by_dm_anyway_gets_one(house: House) -> None:
    copy = await closed(house, home_channel=GENERAL)

    assert ("reply", "Reply") in copy.buttons()
    (other,) = house.dm(BO, "From Finn")
    assert other.buttons() == []


async def test_what_is_kept_says_so_and_waits_on_home_until_it_is_done(house: House) -> None:
    copy = await closed(house)
    await opened(house, DANA)
    assert "Kept for your 1:1s" not in home(house, DANA)

    await house.slack.clicks(DANA, copy, "Keep for 1:1")
    await house.slack.redeliver(2)
    await house.settle()
    assert "Kept for your 1:1 with Finn." in copy.plain()
    assert "Kept for your 1:1s Finn: Weekly check-in, Mon 23 Nov [Done]" in home(house, DANA)
    await opened(house, FINN)
    assert "1:1" not in home(house, FINN)

    await house.slack.clicks(DANA, copy, "Don't keep")
    await house.settle()
    assert "Kept for your 1:1" not in copy.plain()
    assert "Kept for your 1:1s" not in home(house, DANA)

    await house.slack.clicks(DANA, copy, "Keep for 1:1")
    await house.settle()
    await house.slack.clicks_in_home(DANA, "Done")
    await house.settle()
    assert "Kept for your 1:1s" not in home(house, DANA)
    assert "Kept for your 1:1" not in copy.plain()


class TestOnlyLeads:
    pytestmark = ONE_HOUSE

    async def test_somebody_else_cannot_keep(self, house: House) -> None:
        copy = await closed(house)
        clicked = house.dm(BO, "Hi Bo")[0]
        clicked.blocks = [*clicked.blocks, *(block for block in copy.blocks if block["type"] == "actions")]

        await house.slack.clicks(BO, clicked, "Keep for 1:1")

        assert sentence(house, BO) == "Dana can keep these answers for a 1:1. Nothing was kept."

    async def test_the_leads_of_a_public_channels_checkin_get_theirs_too(self, house: House) -> None:
        copy = await closed(house, readers="channel", home_channel=GENERAL)

        assert ("keep", "Keep for 1:1") in copy.buttons()

    async def test_observers_read_along_and_are_neither_asked_nor_counted(self, house: House) -> None:
        await make_team(house, "Two of us", members=[FINN, GUS], observers=[EVA])
        await begin_checkin(house, channel=GENERAL)
        await house.slack.chooses(DANA, "home_channel", "")
        await switch_on(house)
        await house.move_to(local(TOKYO, 23, 9))
        await answer(house, FINN, "Read along")

        await house.move_to(CLOSED)

        assert house.dm(EVA, "Dana leads it. You read its digests, and aren't asked.")
        (copy,) = house.dm(EVA, "Read along")
        assert copy.buttons() == []
        assert "1 of 2 answered" in copy.plain()
        assert not house.dm(EVA, "open until")

    async def test_whoever_observes_or_leads_no_more_keeps_no_words_and_no_buttons(self, house: House) -> None:
        await make_team(house, "Two of us", members=[FINN, BO], leads=[BO], observers=[EVA])
        await begin_checkin(house, channel=GENERAL)
        await house.slack.chooses(DANA, "home_channel", "")
        await switch_on(house)
        await house.move_to(local(TOKYO, 23, 9))
        await answer(house, FINN, "Between us")
        await house.move_to(CLOSED)
        assert house.dm(EVA, "Between us")
        assert house.dm(BO, "Between us")[0].buttons()

        await house.slack.says(DANA, "/cairn team")
        await house.slack.clicks_in_view(DANA, "team.show")
        await house.slack.clicks_in_view(DANA, "team.edit")
        await house.slack.chooses(DANA, "leads", [DANA])
        await house.slack.chooses(DANA, "observers", [])
        assert not (await house.slack.submits(DANA)).errors
        await house.settle()

        assert not house.dm(EVA, "Between us"), "she reads along no more"
        (copy,) = house.dm(BO, "Between us")
        assert copy.buttons() == [], "he is in the team still, and reads, and leads no more"


async def test_a_long_copy_goes_on_in_its_thread_with_the_buttons_beside_each_part(house: House) -> None:
    await make_platform(house)
    await house.move_to(local(NEW_YORK, 23, 9))
    for user in (ANA, BO, CY, EVA, FINN):
        await open_form(house, user)
        await fill_in(house, user, f"{user} " + "wrote a lot " * 200)
        assert (await house.slack.submits(user)).closed
    await house.move_to(CLOSED)

    (copy,) = [message for message in house.dm(DANA, "5 of 8 answered") if message.thread_ts is None]
    pages = [copy, *house.slack.thread(copy.channel, copy.ts)]
    assert len(pages) >= 3
    assert sum(len(page.buttons()) for page in pages) == 10
    assert all(len(str(page.blocks)) < 13_200 for page in pages)
    last = pages[-1]
    await house.slack.clicks(DANA, last, "keep")
    await house.settle()
    assert "Kept for your 1:1 with" in last.plain()
