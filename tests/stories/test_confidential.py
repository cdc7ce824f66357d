"""Bo writes to Ana without his name: two slots a day, and nothing anywhere that tells her who it was."""

from __future__ import annotations

import io
import json

from sqlalchemy import text, update
from sqlmodel import col

from bot.playground.world import Message
from bot.runtime import metrics
from storage.access import Access
from storage.outbox_rows import Outbox
from storage.people import Person
from tests.house import ANA, BERLIN, BO, CY, DANA, EVA, PLATFORM, House, local
from tests.stories.acts import ONE_HOUSE, key_of, rows, sentence, stored
from tests.stories.feedback import TEN, WORDS, fills_in, gives, lines, notice, reads, thread

ELEVEN, THREE = local(BERLIN, 24, 11), local(BERLIN, 24, 15)
HIS_MARKS = ("UBO", "DBO", "Zebrabo")


async def confidential(house: House, words: str = WORDS, by: str = BO, **chosen: str) -> Message:
    return await gives(house, words, by, signed="confidential", **chosen)


async def becomes_zebra(house: House) -> None:
    """Bo has a name that stands nowhere by chance."""
    await house.slack.user_changes(BO, real_name="Zebrabo Brandt")


def not_his(house: House) -> list[str]:
    """Whatever Cairn posted, changed or showed where others than Bo look."""
    opened: dict[str, str] = {}
    found = []
    for call in house.slack.calls:
        args, response = call.args, call.response or {}
        if call.method in ("views.open", "views.push"):
            opened[response["view"]["id"]] = house.playground.world.triggers[args["trigger_id"]].user
        to = args.get("channel") or args.get("user_id") or args.get("user") or args.get("users") or ""
        view = response.get("view", {}).get("id", "") if isinstance(response, dict) else ""
        if call.method.startswith(("chat.", "views.")) and "BO" not in str(to) + opened.get(view, ""):
            found.append(json.dumps([call.method, args], default=str, ensure_ascii=False))
    return found


async def nothing_tells_who_it_was(house: House, logged: io.StringIO) -> None:
    """The author's id, name and DM are looked for in all that others get, and in all that is written down of it."""
    bo = await key_of(house, BO)
    to_others = not_his(house)
    assert any("has feedback for you" in each for each in to_others)
    assert [each for each in to_others if any(mark in each for mark in HIS_MARKS)] == []
    assert not any(mark in logged.getvalue() for mark in (*HIS_MARKS, WORDS))
    assert not any(mark in metrics.render().decode() for mark in (*HIS_MARKS, WORDS))
    for row in await rows(house, Outbox):
        if row.person_id != bo:
            assert not {"author_id", "writer_id"} & set(row.ids)
            assert not any(mark in f"{row.ids} {row.key} {row.error}" for mark in (*HIS_MARKS, WORDS))
    assert all(PLATFORM not in each and "CGENERAL" not in each for each in to_others), "nor is it in any channel"
    words = {"feedback_message", "feedback_draft"}
    for table in ("outbox", "access", "seen", "feedback", "audience", "feedback_report", "feedback_block"):
        assert table not in words
        dump = await stored(house, lambda session: str(session.execute(text(f"SELECT * FROM {table}")).all()))  # noqa: B023
        assert WORDS not in dump, table


async def test_a_thread_of_six_messages_with_an_edit_a_refusal_and_a_report(house: House, logged: io.StringIO) -> None:
    await becomes_zebra(house)
    await stored(
        house, lambda session: session.execute(update(Person).where(col(Person.slack_id) == EVA).values(is_admin=True))
    )
    await house.move_to(TEN)
    await fills_in(house, signed="confidential")
    await house.slack.submits(BO)
    card = str(house.slack.view(BO))
    assert "*Confidential*: they see “a colleague”, no name and no picture." in card
    assert "Who runs Cairn's server could find out that it is from you." in card
    assert "Two admins together can learn your name after that; it is logged, and you are told." in card
    assert (await house.slack.submits(BO)).closed
    await house.settle()
    own = house.dm(BO, "Your feedback for")[-1]
    assert "Ana gets it Tue 11:00" in own.plain().replace("*", "")

    await house.move_to(ELEVEN)
    arrived = await reads(house)
    assert "A colleague has feedback for you." in str(house.slack.every_payload())
    (first,) = thread(house, arrived)
    assert first.text == "A colleague wrote to you: it is in this thread."

    await house.move_to(local(BERLIN, 24, 11, 20))
    await house.slack.writes(ANA, "2: which slide?", thread_ts=arrived.ts)
    await house.settle()
    assert lines(house, own) == [], "he would be seen to look at his phone"
    await house.move_to(THREE)
    assert "2: which slide?" in lines(house, own)[-1]

    typed = await house.slack.writes(BO, "3: Slide for", thread_ts=own.ts)
    await house.let_pass(minutes=5)
    await house.slack.edits(BO, typed, "3: Slide four")
    await house.move_to(local(BERLIN, 25, 10, 59))
    assert len(lines(house, arrived)) == 1
    await house.move_to(local(BERLIN, 25, 11))
    assert "3: Slide four" in lines(house, arrived)[-1]
    assert "(edited)" not in lines(house, arrived)[-1], "she had nothing else before"

    third = thread(house, arrived)[-1]
    await house.slack.clicks(ANA, third, "Reply")
    await house.slack.types(ANA, "words", "4: I see")
    assert (await house.slack.submits(ANA)).closed
    await house.slack.edits(BO, typed, "3: Slide five")
    await house.let_pass(hours=1)
    assert "Slide four" in lines(house, arrived)[1], "an edit has a time too"
    await house.move_to(local(BERLIN, 25, 15))
    assert "Slide five (edited)" in lines(house, arrived)[1]
    assert "4: I see" in lines(house, own)[-1]

    await house.slack.writes(BO, "5: and thanks", thread_ts=own.ts)
    await house.move_to(local(BERLIN, 26, 11))
    await house.slack.writes(ANA, "6: bye", thread_ts=arrived.ts)
    await house.move_to(local(BERLIN, 26, 15))
    assert "5: and thanks" in lines(house, arrived)[-1]
    assert "6: bye" in lines(house, own)[-1]

    await reported_and_refused(house, arrived, own)
    await nothing_tells_who_it_was_until_two_admins_agreed(house, logged)


async def reported_and_refused(house: House, arrived: Message, own: Message) -> None:
    first = thread(house, arrived)[0]
    await house.slack.clicks(ANA, first, "More")
    await house.slack.clicks_in_view(ANA, "feedback.report", "Dana")
    assert "*Shown to Dana.*" in str(house.slack.view(ANA))
    await house.slack.clicks_in_view(ANA, "Refuse")
    assert "You take no confidential feedback" in str(house.slack.view(ANA))
    assert "*This thread is closed*" in str(house.slack.view(ANA))
    await house.slack.closes(ANA)
    await house.settle()
    (report,) = house.dm(DANA, "shows you feedback")
    assert WORDS in report.plain()
    assert WORDS not in report.text
    assert "Cairn doesn't say who wrote it" in report.plain()
    await house.slack.writes(ANA, "Anybody there?", thread_ts=arrived.ts)
    await house.settle()
    assert "This thread is closed, so that wasn't passed on" in lines(house, arrived)[-1]
    assert "closed" not in lines(house, own)[-1], "he hears of it in the next slot"
    await house.move_to(local(BERLIN, 27, 11))
    assert "Ana closed this thread." in lines(house, own)[-1]

    await fills_in(house, "Again, with no name")
    assert "Ana takes no confidential feedback" in str(house.slack.view(BO))
    await house.slack.closes(BO)


async def nothing_tells_who_it_was_until_two_admins_agreed(house: House, logged: io.StringIO) -> None:
    await nothing_tells_who_it_was(house, logged)
    (report,) = house.dm(DANA, "shows you feedback")
    await house.slack.clicks(DANA, report, "Ask a second admin to name the author")
    await house.slack.redeliver()
    await house.settle()
    (asked,) = house.dm(EVA, "shows you feedback")
    assert "Dana asks to learn who wrote it." in asked.plain()
    await nothing_tells_who_it_was(house, logged)

    await house.slack.clicks(EVA, asked, "Agree: name the author")
    await house.slack.redeliver()
    await house.settle()
    for seen in (report, asked):
        assert "Written by Zebrabo. Dana and Eva have learnt it, which is logged, and Zebrabo was told." in seen.plain()
    assert "Dana and Eva have learnt that confidential feedback for Ana is from you" in house.slack.last(BO).plain()
    learnt = {each.reader_id for each in await rows(house, Access, col(Access.what) == "author")}
    assert learnt == {await key_of(house, DANA), await key_of(house, EVA)}
    assert not any("Zebrabo" in str(each.blocks) for each in house.slack.dm(ANA))


class TestSlots:
    pytestmark = ONE_HOUSE

    async def test_all_that_waits_goes_out_together_in_an_order_that_tells_nothing(self, house: House) -> None:
        await house.move_to(TEN)
        orders = set()
        for day in range(24, 28):
            for n, by in enumerate((BO, CY, DANA)):
                await confidential(house, f"Number {n}", by)
                await house.let_pass(minutes=7)
            await house.move_to(local(BERLIN, day, 11))
            several = house.dm(ANA, "A colleague has feedback for you.")
            assert len(several) == 3
            for each in several:
                await house.slack.clicks(ANA, each, "Read")
            await house.settle()
            orders.add(tuple(lines(house, each)[0].split("Number ")[1][0] for each in several))
            await house.move_to(local(BERLIN, day, 20))
            await house.move_to(local(BERLIN, day + 1, 10))
        assert len(orders) > 1, orders

    async def test_a_slot_outside_the_window_waits_and_without_one_the_windows_start_is_it(self, house: House) -> None:
        await house.move_to(TEN)
        await house.slack.says(ANA, "/cairn preferences")
        await house.slack.chooses(ANA, "hours_from", "12:00")
        await house.slack.chooses(ANA, "hours_to", "14:00")
        assert (await house.slack.submits(ANA)).closed
        await confidential(house)
        await house.move_to(local(BERLIN, 24, 11, 59))
        assert not house.dm(ANA, "A colleague")
        await house.move_to(local(BERLIN, 24, 12))
        assert len(house.dm(ANA, "A colleague")) == 1

    async def test_after_downtime_it_waits_for_the_next_slot(self, house: House) -> None:
        await house.move_to(TEN)
        await confidential(house)
        house.clock.move_to(local(BERLIN, 24, 12))
        await house.settle()
        assert not house.dm(ANA, "A colleague")
        await house.move_to(THREE)
        assert len(house.dm(ANA, "A colleague")) == 1


class TestAgainstAbuse:
    pytestmark = ONE_HOUSE

    async def more(self, house: House, arrived: Message) -> None:
        await house.slack.clicks(ANA, thread(house, arrived)[0], "More")

    async def test_a_blocked_author_can_only_sign_and_no_other_thread_tells_that_it_is_theirs(
        self, house: House
    ) -> None:
        await house.move_to(TEN)
        await confidential(house, "One")
        await house.move_to(ELEVEN)
        one = await reads(house)
        await confidential(house, "Two")
        await house.move_to(THREE)
        two = await reads(house)
        await self.more(house, one)
        await house.slack.clicks_in_view(ANA, "Block")
        assert "*Blocked*" in str(house.slack.view(ANA))
        await house.slack.closes(ANA)
        await self.more(house, two)
        assert "*Blocked*" not in str(house.slack.view(ANA))
        await house.slack.closes(ANA)

        await house.slack.says(BO, f"/give-feedback <@{ANA}>")
        assert "Ana takes no confidential feedback" in str(house.slack.view(BO))
        await house.slack.closes(BO)
        await confidential(house, "From another", CY)
        await house.move_to(local(BERLIN, 25, 11))
        assert len(house.dm(ANA, "A colleague has feedback for you.")) == 1

    async def test_what_waits_when_it_is_refused_is_a_draft_again(self, house: House) -> None:
        await house.move_to(TEN)
        own = await confidential(house)
        await house.slack.says(ANA, "/cairn preferences")
        await house.slack.chooses(ANA, "switches", ["refuses_confidential"])
        assert (await house.slack.submits(ANA)).closed
        await house.move_to(ELEVEN)

        assert not house.dm(ANA, "A colleague")
        assert "Your words are a draft again, to be signed if you like." in lines(house, own)[-1]
        await house.slack.clicks(BO, own, "Open the draft")
        assert WORDS in str(house.slack.view(BO))

    async def test_who_asked_to_unmask_cannot_agree_to_it(self, house: House) -> None:
        await house.move_to(TEN)
        await confidential(house)
        await house.move_to(ELEVEN)
        arrived = await reads(house)
        await self.more(house, arrived)
        await house.slack.clicks_in_view(ANA, "feedback.report", "Dana")
        await house.settle()
        (report,) = house.dm(DANA, "shows you feedback")
        assert "that takes two admins, and there is one" in report.plain()
        assert report.buttons() == []

    async def test_a_confidential_author_who_left_is_a_colleague_still(self, house: House) -> None:
        await house.move_to(TEN)
        await confidential(house)
        await house.move_to(ELEVEN)
        await house.slack.deactivates(BO)
        arrived = await reads(house)
        assert "former" not in arrived.plain()
        await house.slack.writes(ANA, "Still there?", thread_ts=arrived.ts)
        await house.move_to(local(BERLIN, 25, 16))
        assert not any("left" in each for each in lines(house, arrived))

    async def test_undo_after_the_slot_says_why_not(self, house: House) -> None:
        await house.move_to(TEN)
        own = await confidential(house)
        before = own.blocks
        await house.move_to(ELEVEN)
        own.blocks = before
        await house.slack.clicks(BO, own, "Undo")
        assert "Ana has it already" in sentence(house, BO)
        assert notice(house).buttons()
