"""A question that is asked only after a certain answer to an earlier one."""

from __future__ import annotations

from typing import Any

from bot.domain.checkins import QuestionKind
from bot.domain.setup import ConditionRequest, QuestionRequest
from storage.answers import Answer, Draft
from tests.house import FINN, House, open_form
from tests.stories.acts import ONE_HOUSE, deliver, last_delivery, rows
from tests.stories.asking import LAST_WORDS, MOOD, WHERE, WHY, monday_asking, shown, typed

ROAD = QuestionRequest(QuestionKind.SHORT_TEXT, "Which road?", condition=ConditionRequest(1, (3,)))
HARD = "😣 Hard"


def quietly(house: House, user: str, label: str, fields: dict[str, Any]) -> None:
    """Somebody fills in an input, and Cairn hasn't heard of it yet."""
    view = house.slack.doing.views.stack(user)[-1]
    block = next(each for each in view.body["blocks"] if each.get("label", {}).get("text") == label)
    house.slack.doing.set_state(view, (block["block_id"], block["element"]["action_id"]), fields)


def mood(house: House, step: int) -> dict[str, Any]:
    """A mood as Finn's form offers it, from 0 on."""
    view = house.slack.doing.views.stack(FINN)[-1]
    moods = next(each["element"] for each in view.body["blocks"] if each.get("label", {}).get("text") == "How was it?")
    return {"selected_option": moods["options"][step]}


async def test_why_is_asked_after_a_hard_week_only(house: House) -> None:
    await monday_asking(house, MOOD, WHY, LAST_WORDS)
    await open_form(house, FINN)
    assert shown(house, FINN) == ["How was it?", "Anything else?"]

    await house.slack.types(FINN, "Anything else?", "Typed before")
    await house.slack.chooses(FINN, "How was it?", "2")
    assert shown(house, FINN) == ["How was it?", "Why?", "Anything else?"]
    assert typed(house, FINN, "Anything else?") == "Typed before"
    await house.slack.types(FINN, "Why?", "Two releases at once")
    assert (await house.slack.submits(FINN)).closed
    await house.settle()

    kept = sorted(await rows(house, Answer), key=lambda answer: answer.question_id)
    assert [(each.number, each.words) for each in kept] == [
        (2, None),
        (None, "Two releases at once"),
        (None, "Typed before"),
    ]

    await open_form(house, FINN)
    assert typed(house, FINN, "Why?") == "Two releases at once"
    await house.slack.chooses(FINN, "How was it?", "4")
    assert shown(house, FINN) == ["How was it?", "Anything else?"]
    assert (await house.slack.submits(FINN)).closed
    await house.settle()
    kept = sorted(await rows(house, Answer), key=lambda answer: answer.question_id)
    assert [(each.number, each.words) for each in kept] == [(4, None), (None, "Typed before")]


class TestOne:
    """What neither the database nor the transport has a part in."""

    pytestmark = ONE_HOUSE

    async def test_what_was_typed_comes_back_with_its_question(self, house: House) -> None:
        await monday_asking(house, MOOD, WHY, LAST_WORDS)
        await open_form(house, FINN)
        await house.slack.chooses(FINN, "How was it?", "1")
        await house.slack.types(FINN, "Why?", "It rained")
        await house.slack.chooses(FINN, "How was it?", "5")
        assert "Why?" not in shown(house, FINN)
        await house.slack.closes(FINN)

        await open_form(house, FINN)
        assert "Why?" not in shown(house, FINN)
        await house.slack.chooses(FINN, "How was it?", "1")

        assert typed(house, FINN, "Why?") == "It rained"

    async def test_what_is_typed_while_the_form_changes_stays(self, house: House) -> None:
        await monday_asking(house, MOOD, WHY, LAST_WORDS)
        await open_form(house, FINN)
        await house.slack.chooses(FINN, "How was it?", "1")
        tap = last_delivery(house)
        await house.slack.chooses(FINN, "How was it?", "3")
        quietly(house, FINN, "Anything else?", {"value": "Typed meanwhile"})

        tap.payload["actions"][0]["action_ts"] = house.slack.world.next_ts()
        assert (await deliver(house, FINN, tap)).acked, "the first tap once more, from a form that has changed since"

        assert shown(house, FINN) == ["How was it?", "Why?", "Anything else?"]
        assert typed(house, FINN, "Anything else?") == "Typed meanwhile"

    async def test_what_is_typed_while_a_form_changes_that_was_emptied_before_stays(self, house: House) -> None:
        await monday_asking(house, MOOD, WHY, LAST_WORDS)
        await open_form(house, FINN)
        await house.slack.types(FINN, "Anything else?", "Rather not")
        await house.slack.closes(FINN)
        await open_form(house, FINN)
        await house.slack.clicks_in_view(FINN, "checkin.discard")
        await house.slack.chooses(FINN, "How was it?", "3")
        tap = last_delivery(house)
        (chosen,) = (
            inputs["checkin.answer.branch"]
            for inputs in tap.payload["view"]["state"]["values"].values()
            if "checkin.answer.branch" in inputs
        )
        chosen |= mood(house, 0)
        quietly(house, FINN, "Anything else?", {"value": "This instead"})

        tap.payload["actions"][0]["action_ts"] = house.slack.world.next_ts()
        assert (await deliver(house, FINN, tap)).acked

        assert shown(house, FINN) == ["How was it?", "Why?", "Anything else?"]
        assert typed(house, FINN, "Anything else?") == "This instead"

    async def test_an_answer_to_what_is_not_asked_any_more_is_not_kept(self, house: House) -> None:
        await monday_asking(house, MOOD, WHY, LAST_WORDS)
        await open_form(house, FINN)
        await house.slack.chooses(FINN, "How was it?", "1")
        await house.slack.types(FINN, "Why?", "It rained")
        quietly(house, FINN, "How was it?", mood(house, 4))

        assert (await house.slack.submits(FINN)).closed, "before the form could follow"

        (kept,) = await rows(house, Answer)
        assert (kept.number, kept.words) == (5, None)

    async def test_a_required_question_is_asked_for_where_it_is_shown(self, house: House) -> None:
        await monday_asking(house, MOOD, WHY, LAST_WORDS)
        await open_form(house, FINN)
        await house.slack.chooses(FINN, "How was it?", "2")

        result = await house.slack.submits(FINN, force=True)

        assert list(result.errors.values()) == ["Please answer this one: a few words are enough."]
        await house.slack.chooses(FINN, "How was it?", "3")
        assert (await house.slack.submits(FINN)).closed

    async def test_a_form_that_was_sent_too_soon_shows_the_question_first(self, house: House) -> None:
        await monday_asking(house, MOOD, WHY, LAST_WORDS)
        await open_form(house, FINN)
        await house.slack.types(FINN, "Anything else?", "In a hurry")
        quietly(house, FINN, "How was it?", mood(house, 0))

        result = await house.slack.submits(FINN)

        assert not result.closed
        assert shown(house, FINN) == ["How was it?", "Why?", "Anything else?"]
        assert typed(house, FINN, "How was it?") == HARD
        assert typed(house, FINN, "Anything else?") == "In a hurry"
        assert await rows(house, Answer) == []
        (draft,) = await rows(house, Draft)
        assert "In a hurry" in draft.typed.values()
        await house.slack.types(FINN, "Why?", "The bus waits")
        assert (await house.slack.submits(FINN)).closed
        assert len(await rows(house, Answer)) == 3

    async def test_what_depends_on_a_hidden_question_is_hidden_too(self, house: House) -> None:
        where = QuestionRequest(WHERE.kind, WHERE.wording, options=WHERE.options, condition=ConditionRequest(0, (4, 5)))
        await monday_asking(house, MOOD, where, ROAD)
        await open_form(house, FINN)
        await house.slack.chooses(FINN, "How was it?", "5")
        await house.slack.chooses(FINN, "Where do you work?", "On the road")
        assert shown(house, FINN) == ["How was it?", "Where do you work?", "Which road?"]

        await house.slack.chooses(FINN, "How was it?", "3")

        assert shown(house, FINN) == ["How was it?"]
        assert (await house.slack.submits(FINN)).closed
        assert len(await rows(house, Answer)) == 1

    async def test_a_form_without_conditions_is_never_changed_by_an_answer(self, house: House) -> None:
        await monday_asking(house, MOOD, LAST_WORDS)
        await open_form(house, FINN)
        house.slack.calls.clear()

        await house.slack.chooses(FINN, "How was it?", "1")

        assert [call.method for call in house.slack.calls if call.method.startswith("views")] == []
