"""Words typed to Cairn by DM while a check-in is open: offered to it, kept meanwhile, and never lost."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from bot.domain.checkins import QuestionKind
from bot.domain.setup import QuestionRequest
from bot.playground.world import Message
from storage.answers import Answer, Draft
from storage.jottings import Jotting
from tests.house import ANA, DANA, FINN, GUS, PLATFORM, TOKYO, House, local, make_platform, open_form, switch_on
from tests.stories.acts import (
    MOOD,
    NEXT,
    ONE_HOUSE,
    WENT_WELL,
    deliver,
    last_delivery,
    monday_in_tokyo,
    prompt,
    rows,
    sentence,
)
from tests.stories.asking import MOOD as HOW
from tests.stories.asking import PLAN, monday_asking, typed

WHERE = "jottings.where"
ASKED = "Put this in your check-in?"
MARKER = "Zebrafish"


def offers(house: House, user: str) -> list[Message]:
    """The offers that somebody can still take."""
    return [message for message in house.slack.dm(user) if WHERE in dict(message.buttons())]


async def write(house: House, user: str, words: str, **where: str) -> Message:
    message = await house.slack.writes(user, words, **where)
    await house.settle()
    return message


async def put(house: House, user: str, wording: str = WENT_WELL) -> None:
    """Somebody takes the offer, and chooses a question of the weekly check-in."""
    await house.slack.clicks(user, offers(house, user)[-1], WHERE)
    view = top(house, user)
    value = next(block["accessory"]["value"] for block in view["blocks"] if wording in str(block.get("text")))
    await house.slack.clicks_in_view(user, "jottings.put", value)
    await house.settle()


def top(house: House, user: str) -> dict[str, Any]:
    view = house.slack.view(user)
    assert view is not None
    return view


async def test_words_are_offered_put_into_a_question_kept_and_sent(house: House, transport: str) -> None:
    await monday_in_tokyo(house)
    await write(house, FINN, "Fixed the build")
    (offer,) = offers(house, FINN)
    assert offer.plain().startswith(
        "Put this in your check-in? *Weekly check-in* is open until *Tue 12:00 PM*.\n"
        "Only you can open it until you send it. Read by the 8 people in Platform."
    )
    assert [text for _, text in offer.buttons()] == ["Put it in my check-in", "Don't keep it"]
    assert not house.dm(FINN, "I can't answer that")
    await house.restart(transport)

    await put(house, FINN)
    assert typed(house, FINN, WENT_WELL) == "Fixed the build"
    await house.slack.closes(FINN)

    assert offers(house, FINN) == []
    assert house.dm(FINN, "You put this into your draft of Weekly check-in, Mon, Nov 23.")
    assert house.dm(FINN, "1 answer is saved as a draft that only you can open.")
    await open_form(house, FINN)
    await house.slack.chooses(FINN, MOOD, "4")
    await house.slack.types(FINN, NEXT, "Sleep")
    assert (await house.slack.submits(FINN)).closed
    assert "Fixed the build" in [each.words for each in await rows(house, Answer)]
    assert [each.words for each in await rows(house, Jotting)] == [None]


class TestOne:
    """What neither the database nor the transport has a part in."""

    pytestmark = ONE_HOUSE

    async def test_where_one_question_takes_words_there_is_no_choice(self, house: House) -> None:
        await monday_asking(house, HOW, QuestionRequest(QuestionKind.LONG_TEXT, "And in words?"))
        await write(house, FINN, "Well enough")

        await house.slack.clicks(FINN, offers(house, FINN)[0], WHERE)

        assert typed(house, FINN, "And in words?") == "Well enough"
        (draft,) = await rows(house, Draft)
        assert "Well enough" in draft.typed.values(), "it is kept before anything is typed"

    async def test_questions_that_were_answered_arent_offered_while_others_are_empty(self, house: House) -> None:
        await monday_in_tokyo(house)
        await open_form(house, FINN)
        await house.slack.types(FINN, WENT_WELL, "Everything")
        await house.slack.closes(FINN)
        await write(house, FINN, "Sleep")

        await house.slack.clicks(FINN, offers(house, FINN)[0], WHERE)

        choice = str(top(house, FINN))
        assert "> Sleep" in choice
        assert NEXT in choice
        assert WENT_WELL not in choice

    async def test_where_all_are_answered_words_go_below_what_is_there(self, house: House) -> None:
        await monday_asking(house, PLAN)
        await open_form(house, FINN)
        await house.slack.types(FINN, "What next?", "Ship it")
        await house.slack.closes(FINN)
        await write(house, FINN, "Rest")

        await house.slack.clicks(FINN, offers(house, FINN)[0], WHERE)

        assert typed(house, FINN, "What next?") == "Ship it\nRest"

    async def test_several_messages_are_one_offer(self, house: House) -> None:
        await monday_in_tokyo(house)
        for words in ("Fixed the build", "And the printer &amp; <b>"):
            await write(house, FINN, words)
        assert len(offers(house, FINN)) == 1

        await put(house, FINN)

        assert typed(house, FINN, WENT_WELL) == "Fixed the build\nAnd the printer &amp; <b>"
        await house.slack.closes(FINN)
        await house.let_pass(minutes=1)
        await write(house, FINN, "And the door")
        assert len(offers(house, FINN)) == 1, "what was put somewhere is over"

    async def test_hours_later_they_are_another_offer(self, house: House) -> None:
        await monday_in_tokyo(house)
        await write(house, FINN, "Fixed the build")
        await house.let_pass(hours=2)
        await write(house, FINN, "Fixed the printer")

        assert len(offers(house, FINN)) == 2

    async def test_several_check_ins_are_a_choice(self, house: House) -> None:
        await make_platform(house)
        await house.slack.says(DANA, "/checkin new", channel=PLATFORM)
        await house.slack.clicks_in_view(DANA, "checkin.setup.begin", "pulse")
        await house.slack.types(DANA, "name", "Second thoughts")
        for block_id, value in {"rhythm": "weekly", "reminders": "light"}.items():
            await house.slack.chooses(DANA, block_id, value)
        await switch_on(house)
        await house.move_to(local(TOKYO, 23, 12))
        await write(house, FINN, "For one of them")
        (offer,) = offers(house, FINN)
        assert "Weekly check-in and Second thoughts are open for you." in offer.plain().replace("*", "")
        assert [text for _, text in offer.buttons()] == ["Choose the check-in", "Don't keep it"]

        await house.slack.clicks(FINN, offer, WHERE)
        choice = str(top(house, FINN))
        assert "*Second thoughts*, Mon, Nov 23" in choice
        assert "*Weekly check-in*, Mon, Nov 23" in choice

    async def test_more_than_fits_is_kept_whole_and_says_so(self, house: House) -> None:
        await monday_in_tokyo(house)
        most, more = "é🙂" * 1500, "and what didn't fit"
        await write(house, FINN, most + more)
        assert (
            "It is longer than the 3,000 characters of an answer: all of it is kept." in offers(house, FINN)[0].plain()
        )

        await put(house, FINN)

        assert typed(house, FINN, WENT_WELL) == most
        assert "This didn't fit into the 3,000 characters above, and isn't sent." in str(top(house, FINN))
        assert more in str(top(house, FINN)["blocks"])
        assert house.dm(FINN, "1 answer is saved as a draft")
        await house.slack.types(FINN, WENT_WELL, "Shorter")
        await house.slack.closes(FINN)
        await open_form(house, FINN)
        assert more in str(top(house, FINN)["blocks"]), "it stays as long as the draft"

    async def test_an_edit_is_what_is_put(self, house: House) -> None:
        await monday_in_tokyo(house)
        message = await write(house, FINN, "Fixed the bulid")
        await house.slack.edits(FINN, message, "Fixed the build")

        await put(house, FINN)
        await house.slack.edits(FINN, message, "Too late: it is a draft now")
        await house.slack.deletes(FINN, message)

        assert typed(house, FINN, WENT_WELL) == "Fixed the build"

    async def test_what_is_deleted_is_forgotten_and_its_offer_goes(self, house: House) -> None:
        await monday_in_tokyo(house)
        first = await write(house, FINN, "Rather not")
        second = await write(house, FINN, "This either")
        await house.slack.deletes(FINN, first)
        await house.settle()
        assert len(offers(house, FINN)) == 1
        await house.slack.deletes(FINN, second)
        await house.settle()

        assert offers(house, FINN) == []
        assert not house.dm(FINN, ASKED)
        assert [each.words for each in await rows(house, Jotting)] == [None, None]

    async def test_a_message_that_comes_after_its_deletion_is_not_offered(self, house: House) -> None:
        await monday_in_tokyo(house)
        channel = house.slack.conversation(FINN, None)
        message = house.slack.world.post(channel.id, FINN, "Rather not")
        await house.slack.deletes(FINN, message)
        await house.slack.doing.tell_message(message)
        await house.settle()

        assert offers(house, FINN) == []

    async def test_dont_keep_it_keeps_nothing(self, house: House) -> None:
        await monday_in_tokyo(house)
        await write(house, FINN, "Never mind")
        (offer,) = offers(house, FINN)
        blocks = offer.blocks
        await house.slack.clicks(FINN, offer, "jottings.leave")
        await house.settle()
        assert house.dm(FINN, "Not kept. Nobody else saw it.")
        assert [each.words for each in await rows(house, Jotting)] == [None]

        offer.blocks = blocks  # on a phone that has been off since
        await house.slack.clicks(FINN, offer, WHERE)

        assert sentence(house, FINN) == (
            "These words aren't kept any more; what you wrote still stands above. Nothing was changed."
        )

    async def test_two_taps_put_it_once(self, house: House) -> None:
        await monday_asking(house, PLAN)
        await write(house, FINN, "Rest")
        (offer,) = offers(house, FINN)
        await house.slack.clicks(FINN, offer, WHERE)
        again = await deliver(house, FINN, last_delivery(house))

        assert again.acked
        (draft,) = await rows(house, Draft)
        assert list(draft.typed.values()) == ["Rest"]

    async def test_the_offer_outlives_its_check_in_and_says_so(self, house: House) -> None:
        await monday_in_tokyo(house)
        await write(house, FINN, "A week too late")
        await house.slack.clicks(DANA, house.dm(DANA, "is on")[0], "checkin.delete")
        await house.settle()

        await house.slack.clicks(FINN, offers(house, FINN)[0], WHERE)

        assert sentence(house, FINN) == (
            "No check-in of yours takes this any more. Your words still stand above; nothing was changed."
        )

    async def test_late_and_in_the_thread_of_what_was_sent(self, house: House) -> None:
        await monday_in_tokyo(house)
        await open_form(house, GUS)
        await house.slack.chooses(GUS, MOOD, "4")
        await house.slack.types(GUS, WENT_WELL, "Something")
        await house.slack.types(GUS, NEXT, "Something else")
        assert (await house.slack.submits(GUS)).closed
        await house.settle()
        await write(house, GUS, "Hello?")
        assert offers(house, GUS) == [], "nothing is open any more"
        await write(house, GUS, "One more thing", thread_ts=prompt(house, GUS).ts)
        (offer,) = offers(house, GUS)
        assert "You sent Weekly check-in, and can edit it." in offer.plain().replace("*", "")
        assert offer.thread_ts == prompt(house, GUS).ts

        await house.move_to(local(TOKYO, 24, 13))
        await write(house, FINN, "Better late")
        assert "Weekly check-in takes a late answer." in offers(house, FINN)[0].plain().replace("*", "")

    async def test_without_a_check_in_that_takes_words_two_lines_of_help(self, house: House) -> None:
        await monday_asking(house, HOW)
        await write(house, FINN, "Well enough")

        assert offers(house, FINN) == []
        assert len(house.dm(FINN, "I can't answer that")) == 1
        assert await rows(house, Jotting) == []

    async def test_what_nobody_puts_anywhere_is_forgotten_with_drafts(self, house: House) -> None:
        await monday_in_tokyo(house)
        await write(house, FINN, "Hm")
        await house.let_pass(days=13)
        assert [each.words for each in await rows(house, Jotting)] == ["Hm"]

        await house.move_to(house.now + timedelta(days=2))

        assert await rows(house, Jotting) == []

    async def test_the_words_are_in_nothing_that_cairn_sends_but_the_authors_form(
        self, house: House, logged: io.StringIO
    ) -> None:
        await monday_in_tokyo(house)
        await write(house, FINN, MARKER)
        await house.slack.clicks(GUS, prompt(house, GUS), "checkin.answer")
        await house.slack.opens_home(GUS)
        await house.settle()

        assert not [each for each in house.slack.every_payload() if MARKER in each]
        assert MARKER not in logged.getvalue()

        await put(house, FINN)
        buttons = [value for each in house.slack.every_payload() for value in each.split('"value": ')[1:]]
        assert not [each for each in buttons if each.startswith(f'"{MARKER}')]
        assert MARKER in str(top(house, FINN))
        assert MARKER not in str(house.slack.dm(ANA))
        assert MARKER not in logged.getvalue()
