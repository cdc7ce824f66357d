"""Where the answers go when a round closes: only where everybody who reads may."""

from __future__ import annotations

from sqlmodel import col

from storage.access import Access
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
    HANA,
    NEW_YORK,
    PLATFORM,
    TOKYO,
    House,
    answer,
    begin_checkin,
    local,
    make_platform,
    open_form,
    platform_team,
    switch_on,
)
from tests.stories.acts import WENT_WELL, fill_in, key_of, monday_in_tokyo, rows, sentence

CLOSED = local(NEW_YORK, 24, 12)


async def test_team_words_never_enter_a_public_channel_but_reach_the_team_by_dm(house: House) -> None:
    await monday_in_tokyo(house, home_channel=GENERAL)
    await answer(house, FINN, "Between us")

    await house.move_to(CLOSED)

    assert house.slack.channel(GENERAL) == []
    assert all(house.dm(user, "Between us") for user in CAST)
    assert house.slack.dm("UGUEST") == []


async def test_what_leads_alone_may_read_reaches_the_leads_by_dm(house: House) -> None:
    await monday_in_tokyo(house, readers="leads")
    assert house.dm(FINN, "Read by Dana, who leads Platform.")
    await answer(house, FINN, "For Dana's ears")

    await house.move_to(CLOSED)

    assert house.slack.channel(PLATFORM) == []
    assert [user for user in CAST if house.dm(user, "For Dana's ears")] == [DANA]


async def test_what_is_for_the_readers_of_a_public_channel_is_posted_there(house: House) -> None:
    await monday_in_tokyo(house, readers="channel", home_channel=GENERAL)
    assert house.dm(FINN, "Read by everyone at Acme, in <#CGENERAL>.")
    await answer(house, FINN, "For all of Acme")

    await house.move_to(CLOSED)

    (digest,) = house.slack.channel(GENERAL)
    assert "For all of Acme" in digest.plain()
    assert [user for user in CAST if house.dm(user, "For all of Acme")] == [DANA], "who leads has a copy to act on"


async def test_without_a_home_channel_everybody_reads_by_dm(house: House) -> None:
    await monday_in_tokyo(house, home_channel="")
    await answer(house, FINN, "No channel needed")

    await house.move_to(CLOSED)

    assert all(house.dm(user, "No channel needed") for user in CAST)


async def test_a_round_that_nobody_answered_has_no_digest_until_somebody_does(house: House) -> None:
    await monday_in_tokyo(house)
    await house.move_to(CLOSED)
    assert house.slack.channel(PLATFORM) == []

    await answer(house, GUS, "Better late")

    (digest,) = house.slack.channel(PLATFORM)
    assert "Better late" in digest.plain()
    assert "1 of 8 answered" in digest.plain()


async def test_an_edit_after_the_digest_changes_every_copy_of_it(house: House) -> None:
    await monday_in_tokyo(house, home_channel=GENERAL)
    await answer(house, FINN, "As I said")
    await house.move_to(CLOSED)
    assert house.dm(ANA, "As I said")

    await open_form(house, FINN)
    await house.slack.types(FINN, WENT_WELL, "As I meant")
    assert (await house.slack.submits(FINN)).closed
    await house.settle()

    for user in CAST:
        assert house.dm(user, "As I meant")
        (copy,) = [message for message in house.slack.dm(user) if "As I meant" in message.plain()]
        assert "As I said\n" not in copy.plain()
        assert "(edited)" in copy.plain() or user == HANA
        assert "updated after it was posted" in copy.plain() or user == HANA


async def test_a_long_digest_goes_on_in_its_thread_and_shrinks_with_an_edit(house: House) -> None:
    await make_platform(house)
    await house.move_to(local(NEW_YORK, 23, 9))
    for user in (ANA, BO, CY, EVA, FINN):
        await open_form(house, user)
        await fill_in(house, user, f"{user} " + "wrote a lot " * 200)
        assert (await house.slack.submits(user)).closed
    await house.move_to(CLOSED)

    (digest,) = house.slack.channel(PLATFORM)[:1]
    thread = house.slack.thread(PLATFORM, digest.ts)
    assert len(thread) >= 2
    everything = "\n".join(message.plain() for message in (digest, *thread))
    assert all(f"{user} wrote a lot" in everything for user in (ANA, BO, CY, EVA, FINN))
    assert all(len(str(message.blocks)) < 13_200 for message in (digest, *thread))

    for user in (ANA, BO, CY, EVA, FINN):
        await answer(house, user, f"{user} in short")
    (digest,) = house.slack.channel(PLATFORM)[:1]
    said = "\n".join(message.plain() for message in (digest, *house.slack.thread(PLATFORM, digest.ts)))
    assert "wrote a lot" not in said, "words that their author took back stand nowhere"
    assert said.count("in short, next") >= 5


async def test_cairn_thrown_out_of_the_channel_tells_the_owner_who_posts_again(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "Locked out")
    await house.slack.kicks_bot(PLATFORM)
    await house.move_to(CLOSED)

    (stuck,) = house.dm(DANA, "wasn't posted")
    assert "Cairn can't post in <#CPLATFORM>. Nothing is lost. Type `/invite @Cairn` there, then post it." in stuck.text

    await house.slack.clicks(DANA, stuck, "Post the digest")
    await house.settle()
    assert len(house.dm(DANA, "wasn't posted")) == 2, "she forgot to invite it, and is told again"

    await house.slack.invites_bot(PLATFORM)
    await house.slack.clicks(DANA, house.dm(DANA, "wasn't posted")[-1], "Post the digest")
    await house.settle()
    assert "Locked out" in house.slack.channel(PLATFORM)[-1].plain()
    assert house.dm(DANA, "wasn't posted") == [], "both messages say that it is there now"
    assert len(house.dm(DANA, "The digest of Weekly check-in, Mon 23 Nov, is in <#CPLATFORM> now.")) == 2


async def test_only_those_who_lead_can_post_a_digest_again(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "Locked out")
    await house.slack.kicks_bot(PLATFORM)
    await house.move_to(CLOSED)
    (stuck,) = house.dm(DANA, "wasn't posted")

    clicked = house.dm(BO, "Hi Bo")[0]
    clicked.blocks = [*clicked.blocks, *(block for block in stuck.blocks if block["type"] == "actions")]
    await house.slack.clicks(BO, clicked, "Post the digest")

    assert sentence(house, BO) == "Dana can post this digest. Nothing was posted."


async def test_an_archived_channel_is_named_and_the_digest_waits(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "In the archive")
    await house.slack.archives(PLATFORM)

    await house.move_to(CLOSED)

    (stuck,) = house.dm(DANA, "wasn't posted")
    assert "<#CPLATFORM> is archived. Nothing is lost. Unarchive the channel, then post it." in stuck.text


async def test_whoever_reads_a_copy_is_in_the_log_of_whoever_wrote_it(house: House) -> None:
    await monday_in_tokyo(house, readers="leads")
    await answer(house, FINN, "Seen by Dana")
    await house.move_to(CLOSED)
    finn, dana, gus = [await key_of(house, user) for user in (FINN, DANA, GUS)]

    (seen,) = await rows(house, Access)
    assert (seen.reader_id, seen.owner_id, seen.what, seen.place, seen.at) == (dana, finn, "checkin", "digest", CLOSED)

    await answer(house, GUS, "Late, and seen too")
    (late,) = await rows(house, Access, col(Access.owner_id) == gus)
    assert late.reader_id == dana


async def test_a_private_channel_with_a_stranger_to_the_team_gets_no_digest(house: House) -> None:
    await make_platform(house)
    house.playground.world.conversations[PLATFORM].members.append("UGUEST")
    await house.slack.joins("UGUEST", PLATFORM)
    await house.settle()
    await house.move_to(local(TOKYO, 23, 9))
    await answer(house, FINN, "Not for Gil")

    await house.move_to(CLOSED)

    assert house.slack.channel(PLATFORM) == []
    assert all(house.dm(user, "Not for Gil") for user in CAST)
    assert house.slack.dm("UGUEST") == []


async def test_the_digest_of_somebody_who_left_still_has_their_words(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "My last week")
    await house.slack.deactivates(FINN)

    await house.move_to(CLOSED)

    assert "My last week" in house.slack.channel(PLATFORM)[-1].plain()


async def test_where_its_maker_has_left_the_leads_are_told_of_a_digest_that_is_stuck(house: House) -> None:
    await platform_team(house, leads=[EVA])
    await begin_checkin(house)
    await switch_on(house)
    await house.move_to(local(TOKYO, 23, 9))
    await answer(house, FINN, "Locked out")
    await house.slack.deactivates(DANA)
    await house.slack.kicks_bot(PLATFORM)

    await house.move_to(CLOSED)

    assert len(house.dm(EVA, "wasn't posted")) == 1
    await house.slack.invites_bot(PLATFORM)
    await house.slack.clicks(EVA, house.dm(EVA, "wasn't posted")[0], "Post the digest")
    await house.settle()
    assert "Locked out" in house.slack.channel(PLATFORM)[-1].plain()


async def test_words_that_an_author_takes_back_leave_a_channel_that_has_strangers_in_it_now(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "Said too much")
    await house.move_to(CLOSED)
    assert "Said too much" in house.slack.channel(PLATFORM)[0].plain()
    await house.slack.joins("UGUEST", PLATFORM)

    await answer(house, FINN, "Said enough")

    (digest,) = house.slack.channel(PLATFORM)
    assert "Said" not in digest.plain(), "what the guest may not read isn't shown anew"
    assert "1 of 8 answered" in digest.plain()
    assert house.dm(ANA, "Said enough"), "its readers get it by DM"
