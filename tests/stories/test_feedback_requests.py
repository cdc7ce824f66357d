"""Ana asks colleagues for feedback: answers signed, each in a thread of its own, or together and without names."""

from __future__ import annotations

import io

import pytest

from bot.playground.world import Message
from tests.house import ANA, BERLIN, BO, CY, DANA, EVA, FINN, House, local
from tests.stories.acts import ONE_HOUSE, sentence
from tests.stories.feedback import TEN, lines, manages, reads
from tests.stories.test_confidential import becomes_zebra

FRIDAY = "2026-11-27"


async def asks(house: House, *people: str, by: str = ANA, signed: str = "signed", **chosen: str) -> None:
    await house.slack.says(by, "/give-feedback ask " + " ".join(f"<@{each}>" for each in people))
    await house.slack.types(by, "topic", "The launch")
    await house.slack.types(by, "question1", "What should I keep?")
    await house.slack.types(by, "question2", "What should I change?")
    for block_id, value in {"last": FRIDAY, "signed": signed, **chosen}.items():
        await house.slack.chooses(by, block_id, value)


async def asked(house: House, *people: str, **chosen: str) -> None:
    await asks(house, *people, **chosen)
    sent = await house.slack.submits(chosen.get("by", ANA))
    assert sent.closed, sent
    await house.settle()


def request(house: House, user: str) -> Message:
    return house.dm(user, "asks you for feedback")[-1]


async def answers(house: House, user: str, words: str) -> None:
    await house.slack.clicks(user, request(house, user), "feedback.request.answer")
    await house.slack.types(user, "answer1", words)
    looked_over = await house.slack.submits(user)
    assert not looked_over.errors, looked_over
    assert (await house.slack.submits(user)).closed
    await house.settle()


async def test_three_confidential_answers_come_together_and_nothing_tells_whose_they_are(
    house: House, logged: io.StringIO
) -> None:
    await becomes_zebra(house)
    await house.move_to(TEN)
    await asked(house, BO, CY, DANA, signed="confidential")
    (made,) = house.dm(ANA, "You asked for feedback")
    await house.move_to(local(BERLIN, 24, 16))
    assert "Read by Ana, from “a colleague”: together, once three are in." in request(house, BO).plain()
    said = made.plain()
    await answers(house, BO, "The checklist")
    assert "once three are in; until then you can undo it" in house.dm(BO, "Your feedback for")[-1].plain()
    await answers(house, CY, "The calm")
    await house.move_to(local(BERLIN, 25, 12))
    assert not house.dm(ANA, "A colleague"), "two would be too few"
    assert made.plain() == said, "nothing counts them"

    await answers(house, DANA, "The slides")
    await house.move_to(local(BERLIN, 25, 15))
    arrived = house.dm(ANA, "A colleague has feedback for you.")
    assert len(arrived) == 3
    assert all("You asked for it: The launch" in each.plain() for each in arrived)
    for each in arrived:
        await house.slack.clicks(ANA, each, "Read")
    await house.settle()
    got = {lines(house, each)[0] for each in arrived}
    assert all(
        any(f"What should I keep? {words}" in each for each in got)
        for words in ("The checklist", "The calm", "The slides")
    )
    # Those asked are named to who asked them; nothing says who wrote which.
    for each in (*arrived, *(words for root in arrived for words in house.slack.thread(root.channel, root.ts))):
        assert not any(mark in str(each.blocks) + each.text + str(each.metadata) for mark in ("UBO", "Zebrabo", "DBO"))
    assert not any(mark in logged.getvalue() for mark in ("The checklist", "Zebrabo"))


class TestSigned:
    pytestmark = ONE_HOUSE

    async def test_each_is_a_thread_of_its_own_and_who_asked_sees_how_it_stands(self, house: House) -> None:
        await house.move_to(TEN)
        await asked(house, BO, CY)
        await answers(house, BO, "The checklist")
        (made,) = house.dm(ANA, "You asked for feedback: The launch")
        assert "Answered: Bo" in made.plain()
        await house.let_pass(minutes=10)
        arrived = await reads(house)
        assert "What should I keep? The checklist" in lines(house, arrived)[0]
        assert "What should I change?" not in lines(house, arrived)[0], "left empty"

        await house.move_to(local(BERLIN, 24, 16))
        await house.slack.clicks(CY, request(house, CY), "Not this time")
        await house.slack.redeliver(2)
        await house.settle()
        assert "Not this time: Cy" in made.plain()
        assert "nobody asks why" in request(house, CY).plain()

    async def test_two_reminders_at_most_and_none_after_answering(self, house: House) -> None:
        await house.move_to(TEN)
        await asked(house, BO, EVA)
        await answers(house, EVA, "All of it") if house.dm(EVA, "asks you") else None
        await house.move_to(local(BERLIN, 30, 9))
        reminders = [each for each in lines(house, request(house, BO)) if "request is open until" in each]
        assert len(reminders) == 2
        assert "This is over." in request(house, BO).plain()

    async def test_what_is_typed_is_kept(self, house: House) -> None:
        await house.move_to(TEN)
        await asked(house, BO)
        await house.slack.clicks(BO, request(house, BO), "Answer")
        await house.slack.types(BO, "answer2", "Half a thought")
        await house.slack.closes(BO)
        await house.slack.clicks(BO, request(house, BO), "Answer")
        assert "Half a thought" in str(house.slack.view(BO))

    async def test_a_manager_asks_about_a_report_who_is_told(self, house: House) -> None:
        await manages(house, DANA, ANA)
        await house.move_to(TEN)
        await asked(house, BO, CY, by=DANA, about="Ana")
        told = house.dm(ANA, "asks Bo and Cy for feedback about you")[0]
        assert "Dana reads the answers" in told.plain()
        assert "asks you for feedback about Ana" in request(house, BO).plain().replace("*", "")
        assert "Ana knows that you are asked." in request(house, BO).plain()
        await answers(house, BO, "Her calm")
        await house.let_pass(minutes=10)
        assert "You asked for it, about Ana: The launch" in house.dm(DANA, "has feedback for you")[-1].plain()
        assert not house.dm(ANA, "has feedback for you")


class TestTooFew:
    pytestmark = ONE_HOUSE

    async def two_answered(self, house: House) -> tuple[Message, Message]:
        await house.move_to(TEN)
        await asked(house, BO, DANA, CY, signed="confidential")
        await answers(house, BO, "The checklist")
        await answers(house, DANA, "The slides")
        await house.move_to(local(BERLIN, 30, 9))
        (bos,), (danas,) = house.dm(BO, "Fewer than three answered"), house.dm(DANA, "Fewer than three answered")
        return bos, danas

    async def test_each_author_chooses_signed_or_withdrawn(self, house: House) -> None:
        bos, danas = await self.two_answered(house)
        assert not house.dm(CY, "Fewer than three")
        await house.slack.clicks(BO, bos, "Send it signed")
        await house.slack.redeliver()
        await house.slack.clicks(DANA, danas, "Withdraw it")
        await house.slack.redeliver()
        await house.settle()
        assert "You signed it: Ana gets it with your name." in bos.plain()
        assert "You withdrew it. Nobody will read it." in danas.plain()
        await house.let_pass(hours=1)
        (arrived,) = house.dm(ANA, "has feedback for you")
        assert "Bo has feedback" in arrived.plain().replace("*", "")

    async def test_undo_after_the_end_lets_the_two_that_are_left_choose(self, house: House) -> None:
        await house.move_to(TEN)
        await asked(house, BO, DANA, CY, signed="confidential")
        await answers(house, BO, "The checklist")
        await answers(house, DANA, "The slides")
        await house.move_to(local(BERLIN, 27, 16))
        await answers(house, CY, "The third, which arrives on Monday")
        await house.move_to(local(BERLIN, 27, 18))
        await house.slack.clicks(BO, house.dm(BO, "Your feedback for")[-1], "Undo")
        await house.move_to(local(BERLIN, 30, 16))
        assert len(house.dm(DANA, "Fewer than three answered")) == 1
        assert len(house.dm(CY, "Fewer than three answered")) == 1
        assert not house.dm(BO, "Fewer than three answered")
        assert not house.dm(ANA, "has feedback for you"), "two would be too few"

    async def test_nothing_happens_until_they_do(self, house: House) -> None:
        await self.two_answered(house)
        await house.let_pass(days=30)
        assert not house.dm(ANA, "has feedback for you")


class TestBadInput:
    pytestmark = ONE_HOUSE

    @pytest.mark.parametrize(
        ("people", "chosen", "field", "said"),
        [
            ((), {}, "asked", "Choose at least one colleague"),
            (("UPOLLS", "UOLAF"), {}, "asked", "Choose at least one colleague"),
            ((BO, CY), {"signed": "confidential"}, "signed", "at least three people"),
            ((BO,), {"last": "2026-11-23"}, "last", "still to come"),
            ((BO,), {"last": "2027-11-23"}, "last", "within three months"),
        ],
    )
    async def test_is_said_at_its_field(
        self, house: House, people: tuple[str, ...], chosen: dict[str, str], field: str, said: str
    ) -> None:
        await house.move_to(TEN)
        await asks(house, **chosen)
        await house.slack.chooses(ANA, "asked", list(people))
        sent = await house.slack.submits(ANA, force=True)
        assert said in sent.errors[field]

    async def test_an_old_request_takes_no_answer_and_says_what_does(self, house: House) -> None:
        await house.move_to(TEN)
        await asked(house, BO)
        old = request(house, BO)
        before = old.blocks
        await house.move_to(local(BERLIN, 30, 9))
        old.blocks = before
        await house.slack.clicks(BO, old, "Answer")
        assert "This request is over, or was answered already." in sentence(house, BO)
        assert house.dm(FINN, "asks you") == []
