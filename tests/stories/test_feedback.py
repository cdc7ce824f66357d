"""Bo gives Ana feedback: the visibility card, its arrival, Undo, and the thread that the two write in."""

from __future__ import annotations

import pytest

from storage.access import Access
from tests.house import ANA, BERLIN, BO, DANA, EVA, House, local
from tests.stories.acts import ONE_HOUSE, key_of, rows, sentence
from tests.stories.feedback import TEN, WORDS, fills_in, gives, lines, manages, notice, reads, thread
from tests.stories.goal_acts import set_goal


async def test_it_arrives_as_a_neutral_notice_and_is_read_in_its_thread(house: House) -> None:
    await house.move_to(TEN)
    await fills_in(house)
    looked_over = await house.slack.submits(BO)
    assert not looked_over.errors
    card = str(house.slack.view(BO))
    assert "*Read in Cairn by* Ana, and nobody else but you." in card
    assert "*Signed*: they see that it is from you." in card
    assert "Who runs Cairn's server, and who may export the direct messages of Acme's Slack" in card
    assert (await house.slack.submits(BO)).closed
    await house.settle()
    own = house.dm(BO, "Your feedback for Ana")[-1]
    assert "Ana gets it Tue 10:10; until then you can undo it." in own.plain().replace("*", "")
    assert not house.dm(ANA, "feedback"), "Bo can undo it for ten minutes"

    await house.let_pass(minutes=10)
    (arrived,) = house.dm(ANA, "Bo has feedback for you.")
    assert "Only you and Bo can read it in Cairn." in arrived.plain()
    assert "Ana has it." in own.plain()
    assert [label for _, label in own.buttons()] == ["Write to Ana", "Close the thread"]
    assert [label for _, label in arrived.buttons()] == ["Read", "Tomorrow 09:00"]
    assert WORDS not in str([each.blocks for each in house.slack.dm(ANA)]), "nothing of it before Read"

    await reads(house)
    (words,) = thread(house, arrived)
    assert WORDS in words.plain()
    assert WORDS not in words.text
    assert "What you write in this thread goes to Bo." in words.plain()
    assert [label for _, label in words.buttons()] == ["Reply", "Helpful", "More"]
    assert "You opened feedback from Bo" in arrived.plain().replace("*", "")
    assert not any(WORDS in each.plain() for user in (DANA, EVA) for each in house.slack.dm(user))
    (logged,) = await rows(house, Access)
    assert (logged.reader_id, logged.owner_id) == (await key_of(house, ANA), await key_of(house, BO))


async def test_the_two_write_to_each_other_by_thread_and_by_button(house: House) -> None:
    await house.move_to(TEN)
    own = await gives(house)
    await house.let_pass(minutes=10)
    arrived = await reads(house)
    await house.move_to(local(BERLIN, 24, 16))  # 10:00 in New York
    typed = await house.slack.writes(ANA, "Thanks & sorry, shall we chekc?", thread_ts=arrived.ts)
    await house.settle()
    (answer,) = thread(house, own)
    assert "Ana answered you:" in answer.plain().replace("*", "")
    assert "Thanks & sorry, shall we chekc?" in answer.plain()
    assert "Thanks" not in answer.text

    await house.slack.edits(ANA, typed, "Thanks & sorry, shall we check?")
    await house.settle()
    assert "shall we check? (edited)" in lines(house, own)[0]

    await house.slack.clicks(BO, answer, "Reply")
    await house.slack.types(BO, "words", "Gladly")
    assert (await house.slack.submits(BO)).closed
    await house.slack.redeliver(2)
    await house.settle()
    assert "You to Ana: Gladly" in lines(house, own)[-1]
    assert [each for each in lines(house, arrived) if "Gladly" in each] == [lines(house, arrived)[-1]]

    read = {(each.reader_id, each.owner_id) for each in await rows(house, Access)}
    ana, bo = await key_of(house, ANA), await key_of(house, BO)
    assert read == {(ana, bo), (bo, ana)}
    await house.slack.deletes(ANA, typed)
    await house.settle()
    assert not any("check" in each for each in lines(house, own))


class TestWhileWriting:
    pytestmark = ONE_HOUSE

    async def test_what_is_typed_is_kept_and_opens_again(self, house: House) -> None:
        await fills_in(house, signed="confidential")
        await house.slack.closes(BO)
        await house.slack.says(BO, f"/give-feedback <@{ANA}> and well done")

        view = str(house.slack.view(BO))
        assert "This is your draft: only you can open it." in view
        assert WORDS + "\\nand well done" in view
        assert "'initial_option': {'text': {'type': 'plain_text', 'text': 'Confidentially" in view

    async def test_how_the_receiver_likes_it_is_said_and_kept_to(self, house: House) -> None:
        await house.move_to(TEN)
        await house.slack.says(ANA, "/cairn preferences")
        await house.slack.chooses(ANA, "hours_from", "14:00")
        await house.slack.chooses(ANA, "switches", ["asks_first", "refuses_confidential"])
        assert (await house.slack.submits(ANA)).closed
        await fills_in(house, kind="constructive")
        view = str(house.slack.view(BO))
        assert "Ana takes criticism on Monday, Tuesday, Wednesday, Thursday and Friday, 14:00 to 17:00" in view
        assert "Ana would like to be asked first." in view
        assert "Confidentially" not in view
        await house.slack.submits(BO)
        assert "*Ana* gets it *Tue 14:00*." in str(house.slack.view(BO))
        assert (await house.slack.submits(BO)).closed

        await gives(house, "Well done", kind="praise")
        await house.let_pass(minutes=10)
        assert len(house.dm(ANA, "has feedback for you")) == 1, "praise needn't wait"
        await house.move_to(local(BERLIN, 24, 14))
        assert len(house.dm(ANA, "has feedback for you")) == 2

    async def test_it_may_belong_to_a_goal_of_the_receivers(self, house: House) -> None:
        await house.move_to(TEN)
        goal = await set_goal(house, ANA, "A calm launch", seen_by="everyone")
        own = await gives(house, goal=str(goal.key))
        await house.slack.clicks(BO, own, "Undo")
        await house.settle()
        await gives(house, goal=str(goal.key))
        await house.let_pass(minutes=10)
        arrived = await reads(house)
        assert "It belongs to the goal A calm launch." in lines(house, arrived)[0]

    async def test_the_manager_reads_along_where_the_author_says_so(self, house: House) -> None:
        await manages(house, DANA, ANA)
        await house.move_to(TEN)
        await fills_in(house, readers="manager")
        await house.slack.submits(BO)
        card = str(house.slack.view(BO))
        assert "*Read in Cairn by* Ana and Dana, and nobody else but you." in card
        assert "What you and Ana answer each other stays between you." in card
        assert (await house.slack.submits(BO)).closed
        await house.let_pass(minutes=10)

        assert "Only you, Dana and Bo can read it in Cairn." in notice(house).plain()
        copy = await reads(house, DANA)
        assert WORDS in lines(house, copy)[0]
        await house.slack.writes(DANA, "May I?", thread_ts=copy.ts)
        await house.settle()
        assert "Only the two whose thread it is write in it" in lines(house, copy)[-1]
        arrived = await reads(house)
        await house.slack.writes(ANA, "Between us", thread_ts=arrived.ts)
        await house.move_to(local(BERLIN, 25, 16))
        assert not any("Between us" in each for each in lines(house, copy))

    async def test_a_card_binds_whoever_comes_to_manage_meanwhile_is_said_first(self, house: House) -> None:
        await manages(house, DANA, ANA)
        await fills_in(house, readers="manager")
        await house.slack.submits(BO)
        await manages(house, EVA, ANA)

        again = await house.slack.submits(BO)

        assert not again.closed
        assert "*Read in Cairn by* Ana and Eva" in str(house.slack.view(BO))
        assert not house.dm(BO, "Your feedback for")


class TestUndo:
    pytestmark = ONE_HOUSE

    async def test_until_it_arrives_and_it_is_a_draft_again(self, house: House) -> None:
        await house.move_to(local(BERLIN, 24, 20))
        own = await gives(house)
        assert "Ana gets it Wed 09:00" in own.plain().replace("*", "")
        await house.slack.clicks(BO, own, "Undo")
        await house.slack.redeliver(2)
        await house.settle()
        assert "nobody has read it, and your words are a draft again" in own.plain()
        assert WORDS not in own.plain()

        await house.let_pass(days=2)
        assert not house.dm(ANA, "feedback")
        await house.slack.clicks(BO, own, "Open the draft")
        assert WORDS in str(house.slack.view(BO))

    async def test_not_afterwards(self, house: House) -> None:
        await house.move_to(TEN)
        own = await gives(house)
        old = own.blocks
        await house.let_pass(minutes=10)
        own.blocks = old  # a client that hasn't heard yet
        await house.slack.clicks(BO, own, "Undo")

        assert "Ana has it already, so it can't be undone." in sentence(house, BO)
        assert notice(house).buttons()


class TestArriving:
    pytestmark = ONE_HOUSE

    async def test_tomorrow_is_the_next_working_day_and_reading_meanwhile_is_enough(self, house: House) -> None:
        await house.move_to(local(BERLIN, 27, 10))  # a Friday
        await gives(house)
        await house.let_pass(minutes=10)
        (first,) = house.dm(ANA, "has feedback for you")
        await house.slack.clicks(ANA, first, "Mon 09:00")
        await house.slack.redeliver()
        await house.settle()
        assert "This comes again Mon 09:00." in first.plain()
        assert [label for _, label in first.buttons()] == ["Read"]
        await house.move_to(local(BERLIN, 30, 9))

        _, again = house.dm(ANA, "has feedback for you")
        await reads(house)
        assert WORDS in lines(house, again)[0]
        assert lines(house, first) == []

    async def test_put_off_and_read_before_it_comes_again(self, house: House) -> None:
        await house.move_to(TEN)
        await gives(house)
        await house.let_pass(minutes=10)
        (first,) = house.dm(ANA, "has feedback for you")
        await house.slack.clicks(ANA, first, "Tomorrow 09:00")
        await house.settle()
        await reads(house)
        assert WORDS in lines(house, first)[0]
        await house.let_pass(days=2)
        assert house.dm(ANA, "has feedback for you") == []
        assert len(house.dm(ANA, "You opened feedback")) == 1

    async def test_what_is_added_before_it_arrives_is_not_passed_on_and_said_so(self, house: House) -> None:
        await house.move_to(TEN)
        own = await gives(house, signed="confidential")
        await house.slack.writes(BO, "And another thing", thread_ts=own.ts)
        await house.settle()
        assert "Ana doesn't have your feedback yet, so that wasn't passed on." in lines(house, own)[-1]
        await house.move_to(local(BERLIN, 24, 15))
        assert "another thing" not in str(lines(house, await reads(house)))

    async def test_whoever_blocked_the_app_gets_nothing_and_its_author_hears_so(self, house: House) -> None:
        await house.move_to(TEN)
        own = await gives(house)
        house.playground.faults.add("chat.postMessage", "error:messages_tab_disabled")
        await house.let_pass(minutes=10)
        await house.settle()

        assert "Slack takes no messages for Ana, so your words didn't reach them." in own.plain()

    async def test_a_receiver_who_left_gets_nothing_and_its_author_hears_so(self, house: House) -> None:
        await house.move_to(local(BERLIN, 24, 20))
        own = await gives(house)
        await house.slack.deactivates(ANA)
        await house.let_pass(days=1)

        assert "Ana has left" in lines(house, own)[-1]

    async def test_what_was_delivered_stays_from_a_former_colleague(self, house: House) -> None:
        await house.move_to(TEN)
        await gives(house)
        await house.let_pass(minutes=10)
        await house.slack.deactivates(BO)
        await house.settle()
        arrived = await reads(house)

        assert WORDS in lines(house, arrived)[0]
        assert "a former colleague" in arrived.plain()
        await house.slack.writes(ANA, "Too late?", thread_ts=arrived.ts)
        await house.settle()
        assert "has left, so that didn't reach them" in lines(house, arrived)[-1]


class TestClosing:
    pytestmark = ONE_HOUSE

    async def test_helpful_and_closed_once_and_what_comes_after_gets_a_sentence(self, house: House) -> None:
        await house.move_to(TEN)
        own = await gives(house)
        await house.let_pass(minutes=10)
        arrived = await reads(house)
        await house.move_to(local(BERLIN, 24, 16))
        (words,) = thread(house, arrived)
        await house.slack.clicks(ANA, words, "Helpful")
        await house.settle()
        assert "They found it helpful." in own.plain()
        assert "You marked this as helpful." in words.plain()

        await house.slack.clicks(BO, own, "Close the thread")
        await house.slack.redeliver(2)
        await house.settle()
        assert [each for each in lines(house, arrived) if "closed this thread" in each] == [lines(house, arrived)[-1]]
        await house.slack.writes(ANA, "One more thing", thread_ts=arrived.ts)
        await house.settle()
        assert (
            "This thread is closed, so that wasn't passed on; your words stand here still." in lines(house, arrived)[-1]
        )
        assert not any("One more thing" in each for each in lines(house, own))


class TestBadInput:
    pytestmark = ONE_HOUSE

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("nobody in particular", "Say who it is for: `/give-feedback @ana`."),
            (f"<@{BO}>", "Feedback is for somebody else."),
            ("<@USLACKBOT>", "bots and people of other companies get no feedback"),
            ("<@UPOLLS>", "bots and people of other companies get no feedback"),
            ("<@UOLAF>", "Cairn knows nobody by that name"),
            (" ".join(f"<@U{n:04}>" for n in range(60)), "one person at a time, and you named 60"),
            ("<!subteam^SLEADS|@leads> <@UANA>", "one person at a time, and you named 2"),
        ],
    )
    async def test_says_what_to_do_instead(self, house: House, typed: str, said: str) -> None:
        await house.slack.says(BO, f"/give-feedback {typed}")

        assert said in sentence(house, BO)
        assert "Nothing was sent." in sentence(house, BO)
        assert house.slack.view(BO) is None

    async def test_ten_thousand_characters_stay_in_the_form(self, house: House) -> None:
        await fills_in(house)
        await house.slack.types(BO, "words", "x" * 10_000)
        sent = await house.slack.submits(BO, force=True)

        assert "longer than the 3,000 characters" in sent.errors["words"]
        assert not house.dm(BO, "Your feedback")

    async def test_words_ping_and_link_nothing(self, house: House) -> None:
        await house.move_to(TEN)
        hostile = "<!channel> <!here> <!subteam^SLEADS> <https://x|https://bank> *bold* & <@UDANA>"
        await gives(house, hostile)
        await house.let_pass(minutes=10)
        arrived = await reads(house)

        (words,) = thread(house, arrived)
        assert words.blocks[0]["elements"][0]["elements"] == [{"type": "text", "text": hostile}]

    async def test_a_command_and_a_send_that_come_again_count_once(self, house: House) -> None:
        await house.move_to(TEN)
        await gives(house)
        await house.slack.redeliver(3)
        await house.let_pass(minutes=10)

        assert len(house.dm(BO, "Your feedback for")) == 1
        assert len(house.dm(ANA, "has feedback for you")) == 1
