"""A mood by one tap on the prompt: the form opens with it filled in."""

from __future__ import annotations

from storage.answers import Answer, Draft
from tests.house import DANA, FINN, GUS, TOKYO, House, local, open_form
from tests.stories.acts import ONE_HOUSE, monday_in_tokyo, prompt, rows, sentence
from tests.stories.asking import LAST_WORDS, MOOD, PLAN, WHY, monday_asking, shown, typed

FACES = ["😣", "🙁", "😐", "🙂", "😄"]


def faces(house: House, user: str) -> list[str]:
    """The moods on somebody's latest prompt."""
    elements = [element for block in prompt(house, user).blocks for element in block.get("elements", [])]
    return [each["text"]["text"] for each in elements if each.get("action_id", "").startswith("checkin.mood")]


async def test_one_tap_opens_the_form_with_the_mood_in_it_and_keeps_it(house: House) -> None:
    await monday_asking(house, MOOD, WHY, PLAN)
    assert faces(house, FINN) == FACES

    await house.slack.clicks(FINN, prompt(house, FINN), "checkin.mood.2")
    await house.settle()

    assert typed(house, FINN, "How was it?") == "🙁 Not great"
    assert shown(house, FINN) == ["How was it?", "Why?", "What next?"]
    (draft,) = await rows(house, Draft)
    assert list(draft.typed.values()) == [2]
    assert house.dm(FINN, "Continue your draft")
    assert faces(house, FINN) == [], "the draft has it"
    await house.slack.closes(FINN)

    await open_form(house, FINN)
    await house.slack.types(FINN, "Why?", "Rain")
    await house.slack.types(FINN, "What next?", "An umbrella")
    assert (await house.slack.submits(FINN)).closed
    await house.settle()
    assert {each.number for each in await rows(house, Answer)} == {2, None}
    assert faces(house, FINN) == []


class TestOne:
    """What neither the database nor the transport has a part in."""

    pytestmark = ONE_HOUSE

    async def test_a_tap_on_an_old_prompt_changes_the_mood_of_the_draft_and_nothing_else(self, house: House) -> None:
        await monday_asking(house, MOOD, PLAN)
        message = prompt(house, FINN)
        blocks = message.blocks
        await open_form(house, FINN)
        await house.slack.types(FINN, "What next?", "Typed before")
        await house.slack.closes(FINN)
        await house.settle()
        message.blocks = blocks  # on a phone that has been off since

        await house.slack.clicks(FINN, message, "checkin.mood.5")

        assert typed(house, FINN, "How was it?") == "😄 Great"
        assert typed(house, FINN, "What next?") == "Typed before"

    async def test_a_tap_after_the_next_round_opened_says_so(self, house: House) -> None:
        await monday_asking(house, MOOD, PLAN)
        old = prompt(house, FINN)
        blocks = old.blocks
        await house.move_to(local(TOKYO, 30, 9))
        old.blocks = blocks  # on a phone that has been off since

        await house.slack.clicks(FINN, old, "checkin.mood.5")

        assert sentence(house, FINN).startswith("The next round of this check-in has opened")
        assert await rows(house, Draft) == []

    async def test_nobody_taps_for_another(self, house: House) -> None:
        await monday_asking(house, MOOD, PLAN)
        theirs = prompt(house, GUS)
        elements = [element for block in theirs.blocks for element in block.get("elements", [])]
        finns = [element for block in prompt(house, FINN).blocks for element in block.get("elements", [])]
        for mine, his in zip(elements, finns, strict=True):
            mine.update({"value": his["value"]} if "value" in his else {})

        await house.slack.clicks(GUS, theirs, "checkin.mood.1")

        assert sentence(house, GUS).startswith("This check-in was sent to somebody else.")
        assert await rows(house, Draft) == []

    async def test_without_a_mood_there_are_no_faces(self, house: House) -> None:
        await monday_asking(house, PLAN, LAST_WORDS)

        assert faces(house, FINN) == []

    async def test_the_weekly_check_in_begins_with_a_mood(self, house: House) -> None:
        await monday_in_tokyo(house)

        assert faces(house, FINN) == FACES
        assert not house.dm(DANA, "open until")
