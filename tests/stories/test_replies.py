"""A lead replies to an answer, and the two of them write to each other, each in a thread of their own DM."""

from __future__ import annotations

import json

from sqlmodel import col

from bot.playground.world import Message
from storage.access import Access
from storage.replies import Reply
from tests.house import (
    ANA,
    BERLIN,
    BO,
    DANA,
    EVA,
    FINN,
    NEW_YORK,
    PLATFORM,
    TOKYO,
    House,
    answer,
    begin_checkin,
    local,
    make_platform,
    platform_team,
    switch_on,
)
from tests.stories.acts import ONE_HOUSE, key_of, last_delivery, monday_in_tokyo, prompt, rows, sentence

CLOSED = local(NEW_YORK, 24, 12)
FINN_WORKS, DANA_WORKS = local(TOKYO, 25, 9), local(BERLIN, 25, 9)


async def finn_answered(house: House) -> Message:
    """The round has closed, and Dana has her copy of the digest, with Finn's answers in it."""
    await monday_in_tokyo(house)
    await answer(house, FINN, "Stuck on the index")
    await house.move_to(CLOSED)
    (digest,) = house.dm(DANA, "Stuck on the index")
    return digest


async def reply(house: House, digest: Message, words: str) -> None:
    """Dana replies to Finn by the button."""
    await house.slack.clicks(DANA, digest, "reply")
    await house.slack.types(DANA, "words", words)
    assert (await house.slack.submits(DANA)).closed
    await house.settle()


async def finn_has_it(house: House, words: str = "Shall we look together?") -> tuple[Message, Message]:
    """Dana wrote to Finn, and he has it: her thread's root and his prompt, in whose thread it stands."""
    await reply(house, await finn_answered(house), words)
    await house.move_to(FINN_WORKS)
    (root,) = house.dm(DANA, "You wrote to Finn")
    return root, prompt(house, FINN)


def thread(house: House, user: str, root: Message) -> list[str]:
    """What Cairn says in a thread of somebody's DM, oldest first, each on one line."""
    said = house.slack.thread(root.channel, root.ts)
    return [" ".join(each.plain().replace("*", "").split()) for each in said if each.user != user]


async def test_a_reply_reaches_the_prompts_thread_and_its_answer_the_leads(house: House) -> None:
    digest = await finn_answered(house)
    await house.slack.clicks(DANA, digest, "reply")
    view = house.slack.view(DANA)
    assert view is not None
    assert "To Finn, about *Weekly check-in*, Mon 23 Nov. Only the two of you can read it in Cairn." in str(view)
    assert "Finn gets it Wed 01:00, in their working hours." in str(view), "9:00 in Tokyo, on Dana's clock"
    await house.slack.types(DANA, "words", "Shall we look together?")
    assert (await house.slack.submits(DANA)).closed
    await house.settle()

    (root,) = house.dm(DANA, "You wrote to Finn about Weekly check-in, Mon 23 Nov:")
    assert "Finn gets it Wed 01:00, in their working hours." in root.plain()
    assert not house.dm(FINN, "Shall we look"), "Finn sleeps"

    await house.move_to(FINN_WORKS)
    asked = prompt(house, FINN)
    (received,) = thread(house, FINN, asked)
    assert "Dana replied to your check-in Weekly check-in, Mon, Nov 23:" in received
    assert "Shall we look together?" in received
    assert "Only you and Dana can read this in Cairn. What you write in this thread goes to Dana." in received
    assert "Finn has it." in root.plain()

    await house.slack.writes(FINN, "Yes, at ten & no later", thread_ts=asked.ts)
    await house.settle()
    assert not house.dm(FINN, "I can't answer that"), "these words were passed on"
    assert thread(house, DANA, root) == [], "Dana sleeps"
    await house.move_to(DANA_WORKS)
    (back,) = thread(house, DANA, root)
    assert "Finn answered you about Weekly check-in, Mon 23 Nov:" in back
    assert "Yes, at ten & no later" in back

    await house.slack.writes(DANA, "Ten it is", thread_ts=root.ts)
    await house.move_to(local(TOKYO, 26, 9))
    assert "Ten it is" in thread(house, FINN, asked)[-1]
    assert not any("Ten it is" in str(payload) for user in (ANA, BO, EVA) for payload in house.dm(user))


async def test_either_answers_by_the_button_too(house: House) -> None:
    root, asked = await finn_has_it(house)
    (received,) = house.slack.thread(asked.channel, asked.ts)
    assert received.buttons() == [("reply.answer", "Answer Dana")]
    await house.slack.clicks(FINN, received, "Answer Dana")
    await house.slack.types(FINN, "words", "By the button")
    assert (await house.slack.submits(FINN)).closed
    await house.settle()

    assert "You to Dana: By the button" in thread(house, FINN, asked)[-1]
    await house.move_to(DANA_WORKS)
    (back,) = [each for each in house.slack.thread(root.channel, root.ts) if "By the button" in each.plain()]

    await house.slack.clicks(DANA, back, "Answer Finn")
    await house.slack.types(DANA, "words", "Pressed as well")
    assert (await house.slack.submits(DANA)).closed
    await house.move_to(local(TOKYO, 26, 9))
    assert "You to Finn: Pressed as well" in thread(house, DANA, root)[-1]
    assert "Pressed as well" in thread(house, FINN, asked)[-1]


async def test_each_delivery_is_carried_once(house: House) -> None:
    digest = await finn_answered(house)
    await house.slack.clicks(DANA, digest, "reply")
    await house.slack.types(DANA, "words", "Once")
    assert (await house.slack.submits(DANA)).closed
    await house.slack.redeliver(3)
    await house.move_to(FINN_WORKS)
    asked = prompt(house, FINN)
    assert len(thread(house, FINN, asked)) == 1

    await house.slack.writes(FINN, "Once too", thread_ts=asked.ts)
    await house.slack.redeliver(3)
    await house.move_to(DANA_WORKS)
    (root,) = house.dm(DANA, "You wrote to Finn")
    assert len(thread(house, DANA, root)) == 1


async def test_edits_and_deletions_follow(house: House) -> None:
    root, asked = await finn_has_it(house)
    await house.move_to(DANA_WORKS)
    written = await house.slack.writes(FINN, "Yes, at tem", thread_ts=asked.ts)
    await house.settle()
    (back,) = thread(house, DANA, root)
    assert "Yes, at tem" in back

    await house.slack.edits(FINN, written, "Yes, at ten")
    await house.slack.redeliver(2)
    await house.settle()
    (back,) = thread(house, DANA, root)
    assert "Yes, at ten (edited)" in back
    assert "tem" not in back

    await house.slack.deletes(FINN, written)
    await house.settle()
    assert thread(house, DANA, root) == []
    (kept,) = await rows(house, Reply, col(Reply.source_ts) == written.ts)
    assert kept.words is None


async def test_words_that_wait_for_working_hours_can_still_be_taken_back(house: House) -> None:
    root, asked = await finn_has_it(house)
    written = await house.slack.writes(FINN, "Too quick", thread_ts=asked.ts)
    await house.slack.deletes(FINN, written)

    await house.move_to(local(NEW_YORK, 25, 5))

    assert thread(house, DANA, root) == []


class TestEventsInAnyOrder:
    pytestmark = ONE_HOUSE

    async def test_an_edit_that_comes_before_the_message_is_the_message(self, house: House) -> None:
        root, asked = await finn_has_it(house)
        await house.move_to(DANA_WORKS)
        written = house.slack.world.post(asked.channel, FINN, "Furst", thread_ts=asked.ts)
        as_it_was = written.json() | {"channel": asked.channel, "channel_type": "im"}
        await house.slack.edits(FINN, written, "First")
        await house.slack.doing.tell(as_it_was, "message.im")
        await house.settle()

        (back,) = thread(house, DANA, root)
        assert "First" in back

    async def test_an_older_edit_that_comes_late_changes_nothing(self, house: House) -> None:
        root, asked = await finn_has_it(house)
        await house.move_to(DANA_WORKS)
        written = await house.slack.writes(FINN, "One", thread_ts=asked.ts)
        await house.slack.edits(FINN, written, "Two")
        second = last_delivery(house)
        await house.slack.edits(FINN, written, "Three")
        second.payload["event_id"] = "EvLATE"
        await house.slack.doing.transport.send_event(second)
        await house.settle()

        (back,) = thread(house, DANA, root)
        assert "Three (edited)" in back

    async def test_what_was_deleted_before_it_was_heard_is_never_carried(self, house: House) -> None:
        root, asked = await finn_has_it(house)
        await house.move_to(DANA_WORKS)
        written = house.slack.world.post(asked.channel, FINN, "Never mind", thread_ts=asked.ts)
        as_it_was = written.json() | {"channel": asked.channel, "channel_type": "im"}
        await house.slack.deletes(FINN, written)
        await house.slack.doing.tell(as_it_was, "message.im")
        await house.settle()

        assert thread(house, DANA, root) == []


class TestWhatIsRefused:
    pytestmark = ONE_HOUSE

    async def test_only_leads_who_read_it_reply(self, house: House) -> None:
        digest = await finn_answered(house)
        clicked = house.dm(BO, "Hi Bo")[0]
        clicked.blocks = [*clicked.blocks, *(block for block in digest.blocks if block["type"] == "actions")]

        await house.slack.clicks(BO, clicked, "Reply")

        assert house.slack.view(BO) is None
        assert sentence(house, BO) == "Dana can reply to this check-in. Nothing was sent."

    async def test_a_lead_is_offered_nothing_beside_their_own_answers(self, house: House) -> None:
        await make_platform(house)
        await house.move_to(local(NEW_YORK, 23, 9))
        await answer(house, DANA, "My own words")
        await house.move_to(CLOSED)

        (copy,) = house.dm(DANA, "My own words")
        assert copy.buttons() == []

    async def test_blank_words_stay_in_the_form(self, house: House) -> None:
        await house.slack.clicks(DANA, await finn_answered(house), "reply")
        await house.slack.types(DANA, "words", "   ")

        result = await house.slack.submits(DANA, force=True)

        assert result.errors == {"words": "Please write something: a few words are enough."}

    async def test_nothing_is_sent_to_somebody_who_has_left(self, house: House) -> None:
        digest = await finn_answered(house)
        await house.slack.clicks(DANA, digest, "reply")
        await house.slack.types(DANA, "words", "Are you there?")
        await house.slack.deactivates(FINN)

        result = await house.slack.submits(DANA)
        assert result.errors == {"words": "Finn has left, so nothing reaches them. Nothing was sent."}
        await house.slack.closes(DANA)
        await house.slack.clicks(DANA, digest, "reply")
        assert sentence(house, DANA) == "Finn has left, so nothing reaches them. Nothing was sent."

    async def test_who_leaves_before_it_came_is_told_in_the_thread(self, house: House) -> None:
        await reply(house, await finn_answered(house), "For tomorrow")
        await house.slack.deactivates(FINN)

        await house.move_to(FINN_WORKS)

        (root,) = house.dm(DANA, "You wrote to Finn")
        assert "Finn has left, so your words can't reach them." in root.plain()

    async def test_what_is_typed_for_somebody_who_left_says_so(self, house: House) -> None:
        root, asked = await finn_has_it(house)
        await house.slack.deactivates(DANA)

        await house.slack.writes(FINN, "Hello?", thread_ts=asked.ts)
        await house.settle()

        assert "Dana has left, so your words can't reach them. Nothing was passed on." in thread(house, FINN, asked)[-1]
        assert thread(house, DANA, root) == []

    async def test_a_pause_keeps_no_words_away_and_says_so(self, house: House) -> None:
        digest = await finn_answered(house)
        await house.slack.clicks(FINN, house.dm(FINN, "Hi Finn")[0], "Pause for me")

        await house.slack.clicks(DANA, digest, "reply")

        assert "Finn has paused this check-in; your words still arrive." in str(house.slack.view(DANA))

    async def test_what_was_typed_before_a_lead_wrote_is_not_for_them(self, house: House) -> None:
        digest = await finn_answered(house)
        asked = prompt(house, FINN)
        early = await house.slack.writes(FINN, "Note to myself", thread_ts=asked.ts)
        await reply(house, digest, "Shall we?")
        await house.slack.writes(FINN, "Another note", thread_ts=asked.ts)
        await house.move_to(DANA_WORKS)
        await house.slack.edits(FINN, early, "Note to myself, mended")
        await house.settle()

        (root,) = house.dm(DANA, "You wrote to Finn")
        assert thread(house, DANA, root) == []
        assert not house.dm(DANA, "Note to myself")

    async def test_two_leads_in_one_thread_are_told_apart_by_their_buttons(self, house: House) -> None:
        await platform_team(house, leads=[EVA])
        await begin_checkin(house)
        await switch_on(house)
        await house.move_to(local(TOKYO, 23, 9))
        await answer(house, FINN, "Stuck on the index")
        await house.move_to(CLOSED)
        for lead in (DANA, EVA):
            await house.slack.clicks(lead, house.dm(lead, "Stuck on the index")[0], "reply")
            await house.slack.types(lead, "words", f"{lead} writes")
            assert (await house.slack.submits(lead)).closed
        await house.move_to(FINN_WORKS)
        asked = prompt(house, FINN)
        await house.slack.writes(FINN, "For whom?", thread_ts=asked.ts)
        await house.move_to(local(NEW_YORK, 25, 10))

        assert any(
            "press the button below the one you mean. Nothing was passed on." in each
            for each in thread(house, FINN, asked)
        )
        assert not house.dm(DANA, "For whom?")
        assert not house.dm(EVA, "For whom?")
        from_eva = next(each for each in house.slack.thread(asked.channel, asked.ts) if "UEVA writes" in each.plain())
        await house.slack.clicks(FINN, from_eva, "reply.answer")
        await house.slack.types(FINN, "words", "For Eva")
        assert (await house.slack.submits(FINN)).closed
        await house.settle()
        assert house.dm(EVA, "For Eva")
        assert not house.dm(DANA, "For Eva")

    async def test_words_below_a_digest_need_the_button(self, house: House) -> None:
        digest = await finn_answered(house)

        await house.slack.writes(DANA, "Well done", thread_ts=digest.ts)
        await house.settle()

        assert "press Reply below the one you mean. Nothing was passed on." in thread(house, DANA, digest)[-1]

    async def test_too_many_words_are_not_carried_until_they_are_fewer(self, house: House) -> None:
        root, asked = await finn_has_it(house)
        await house.move_to(DANA_WORKS)
        written = await house.slack.writes(FINN, "x" * 3001, thread_ts=asked.ts)
        await house.settle()
        assert "longer than the 3,000 characters" in thread(house, FINN, asked)[-1]
        assert thread(house, DANA, root) == []

        await house.slack.edits(FINN, written, "In short: yes")
        await house.settle()
        assert "In short: yes" in thread(house, DANA, root)[-1]


class TestPrivacy:
    pytestmark = ONE_HOUSE

    async def test_words_are_for_these_two_and_their_reading_is_logged(self, house: House) -> None:
        await finn_has_it(house, "MARKER-WORDS")
        dana, finn = await key_of(house, DANA), await key_of(house, FINN)

        (seen,) = await rows(house, Access, col(Access.what) == "reply")
        assert (seen.reader_id, seen.owner_id, seen.place) == (finn, dana, "thread")
        to_others = [user for user in (ANA, BO, EVA) if house.dm(user, "MARKER-WORDS")]
        assert to_others == []
        assert not any("MARKER-WORDS" in message.plain() for message in house.slack.channel(PLATFORM))
        for payload in house.slack.every_payload():
            body = json.loads(payload)
            assert "MARKER-WORDS" not in str(body.get("metadata"))
            assert "MARKER-WORDS" not in str((body.get("view") or {}).get("private_metadata"))
