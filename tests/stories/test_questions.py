"""Choices and numbers: asked, kept exactly, shown to those who read, and brought back."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.setup import QuestionRequest
from storage.answers import Answer
from tests.house import ANA, FINN, HANA, NEW_YORK, PLATFORM, TOKYO, House, local, open_form
from tests.stories.acts import ONE_HOUSE, rows
from tests.stories.asking import HOURS, MOOD, TOOLS, WHERE, monday_asking, typed

ALL = (MOOD, WHERE, TOOLS, HOURS)


async def fill_in(house: House, user: str, hours: str = "1.5") -> None:
    await house.slack.chooses(user, "How was it?", "4")
    await house.slack.chooses(user, "Where do you work?", "Office")
    await house.slack.chooses(user, "With what?", ["Clay", "Pen"])
    await house.slack.types(user, "How long did you wait?", hours)


async def test_choices_and_numbers_from_the_form_to_the_digest(house: House, transport: str) -> None:
    await monday_asking(house, *ALL)
    await open_form(house, FINN)
    await fill_in(house, FINN)
    await house.slack.closes(FINN)
    await house.restart(transport)

    await open_form(house, FINN)
    assert typed(house, FINN, "Where do you work?") == "Office"
    assert typed(house, FINN, "With what?") == ["Pen", "Clay"]
    assert typed(house, FINN, "How long did you wait?") == "1.5"
    assert (await house.slack.submits(FINN)).closed
    await house.settle()

    kept = sorted(await rows(house, Answer), key=lambda answer: answer.question_id)
    assert [(each.number, each.chosen, each.amount) for each in kept] == [
        (4, None, None),
        (2, None, None),
        (None, [1, 3], None),
        (None, None, Decimal("1.5")),
    ]
    await house.move_to(local(NEW_YORK, 24, 12))
    digest = house.slack.channel(PLATFORM)[-1]
    assert "Where do you work?\nOffice" in digest.plain()
    assert "With what?\nPen, Clay" in digest.plain()
    assert "How long did you wait?\n1.5 hours" in digest.plain()
    assert "How long did you wait? 1.5 hours" in digest.text


class TestOne:
    """What neither the database nor the transport has a part in."""

    pytestmark = ONE_HOUSE

    async def test_what_was_sent_comes_back_to_be_edited(self, house: House) -> None:
        await monday_asking(house, *ALL)
        await open_form(house, FINN)
        await fill_in(house, FINN, "1,234.5")
        assert (await house.slack.submits(FINN)).closed
        await house.settle()

        await open_form(house, FINN)
        assert typed(house, FINN, "Where do you work?") == "Office"
        assert typed(house, FINN, "With what?") == ["Pen", "Clay"]
        assert typed(house, FINN, "How long did you wait?") == "1234.5"
        await house.slack.chooses(FINN, "Where do you work?", "Home")
        await house.slack.chooses(FINN, "With what?", [])
        assert (await house.slack.submits(FINN)).closed
        await house.settle()

        kept = sorted(await rows(house, Answer), key=lambda answer: answer.question_id)
        assert [(each.number, each.amount) for each in kept] == [(4, None), (1, None), (None, Decimal("1234.5"))]
        assert house.dm(FINN, "sent, and edited.")

    async def test_a_german_writes_a_comma_and_reads_one(self, house: House) -> None:
        await monday_asking(house, *ALL)
        await house.move_to(local(TOKYO, 23, 18))
        await open_form(house, HANA)
        await fill_in(house, HANA, "7,25 hours")

        assert (await house.slack.submits(HANA)).closed
        await house.settle()

        assert Decimal("7.25") in [each.amount for each in await rows(house, Answer)]
        await open_form(house, HANA)
        assert typed(house, HANA, "How long did you wait?") == "7,25"

    async def test_what_isnt_a_number_is_said_beside_the_field_and_stays_there(self, house: House) -> None:
        await monday_asking(house, *ALL)
        await open_form(house, FINN)
        await fill_in(house, FINN, "a while")

        result = await house.slack.submits(FINN)

        assert list(result.errors.values()) == ["That isn't a number. Write it like 12.5."]
        assert typed(house, FINN, "How long did you wait?") == "a while"
        assert await rows(house, Answer) == []
        await house.slack.types(FINN, "How long did you wait?", "1234567890123")
        result = await house.slack.submits(FINN)
        assert list(result.errors.values()) == [
            "That number has too many digits: 12 before its point and 6 after it fit."
        ]

    async def test_a_choice_that_isnt_offered_is_refused(self, house: House) -> None:
        await monday_asking(house, *ALL)
        await open_form(house, FINN)
        await fill_in(house, FINN)
        view = house.slack.doing.views.stack(FINN)[-1]
        for inputs in view.values.values():
            for entry in inputs.values():
                if (option := entry.get("selected_option")) and option["text"]["text"] == "Office":
                    entry["selected_option"] = {**option, "value": "9"}

        result = await house.slack.submits(FINN, force=True)

        assert list(result.errors.values()) == ["Choose from the list."]
        assert await rows(house, Answer) == []

    async def test_twenty_questions_of_three_thousand_characters_are_kept(self, house: House) -> None:
        asked = [QuestionRequest("long_text", f"Question {n}?") for n in range(20)]  # type: ignore[arg-type]
        await monday_asking(house, *asked)
        await open_form(house, FINN)
        for n in range(20):
            await house.slack.types(FINN, f"Question {n}?", f"{n:02}" + "x" * 2998)
        await house.slack.closes(FINN)

        await open_form(house, FINN)
        assert (await house.slack.submits(FINN)).closed
        await house.settle()

        kept = sorted(each.words or "" for each in await rows(house, Answer))
        assert kept == [f"{n:02}" + "x" * 2998 for n in range(20)]

    async def test_a_sample_says_what_can_be_answered(self, house: House) -> None:
        await monday_asking(house, *ALL)

        await house.slack.clicks(FINN, house.dm(FINN, "switched on")[0], "checkin.sample")

        said = str(house.slack.view(FINN))
        assert "One of: Home, Office, On the road." in said
        assert "Any of: Pen, Paper, Clay." in said
        assert "A number in hours, like 7.5." in said
        assert not house.dm(ANA, "open until")
