"""Nothing typed is ever lost: drafts, from the first keystroke to the fourteenth day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from storage.answers import Draft
from tests.house import BO, FINN, GUS, TOKYO, House, local, open_form
from tests.stories.acts import (
    NEXT,
    WENT_WELL,
    deliver,
    fill_in,
    last_delivery,
    monday_in_tokyo,
    prompt,
    rows,
)


async def test_of_two_keystrokes_that_come_in_the_wrong_order_the_newer_stays(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await house.slack.types(FINN, WENT_WELL, "Half")
    older = last_delivery(house)
    await house.slack.types(FINN, WENT_WELL, "Half a thought")

    assert (await deliver(house, FINN, older)).acked

    (draft,) = await rows(house, Draft)
    assert "Half a thought" in draft.typed.values()


async def test_a_keystroke_that_comes_after_the_submission_is_dropped(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await fill_in(house, FINN)
    keystroke = last_delivery(house)
    assert (await house.slack.submits(FINN)).closed
    await house.settle()

    keystroke.payload["actions"][0]["action_ts"] = house.slack.world.next_ts()
    assert (await deliver(house, FINN, keystroke)).acked
    await house.settle()

    assert await rows(house, Draft) == []
    assert house.dm(FINN, "sent. Thank you.")


async def test_who_types_on_after_an_unknown_outcome_keeps_a_draft(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await fill_in(house, FINN)
    keystroke = last_delivery(house)
    assert (await house.slack.submits(FINN)).closed
    await house.settle()

    keystroke.payload["actions"][0]["action_ts"] = f"{float(house.slack.world.next_ts()) + 20:.6f}"
    assert (await deliver(house, FINN, keystroke)).acked

    assert len(await rows(house, Draft)) == 1


async def test_a_draft_that_cannot_be_sent_any_more_can_be_read_and_discarded(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await house.slack.types(FINN, WENT_WELL, "Half a thought")
    await house.slack.closes(FINN)
    await house.settle()
    begun = house.dm(FINN, "Continue your draft")[-1]
    await house.move_to(local(TOKYO, 30, 9))
    await house.slack.opens_home(FINN)
    await house.settle()
    assert "your words are kept to read" in str(house.slack.home(FINN))

    await house.slack.clicks(FINN, begun, "checkin.answer")

    view = house.slack.view(FINN)
    assert view is not None
    assert "Half a thought" in str(view["blocks"])
    assert not view.get("submit")
    await house.slack.clicks_in_view(FINN, "checkin.discard")
    await house.settle()
    assert await rows(house, Draft) == []
    assert "Half a thought" not in str(house.slack.view(FINN))
    assert "kept to read" not in str(house.slack.home(FINN))


async def test_discard_empties_the_form_and_the_prompt_forgets_the_draft(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await house.slack.types(FINN, WENT_WELL, "Rather not")
    await house.slack.closes(FINN)
    await house.settle()
    assert house.dm(FINN, "Continue your draft")

    view = await open_form(house, FINN)
    assert "This is your draft: only you can open it." in str(view["blocks"])
    await house.slack.clicks_in_view(FINN, "checkin.discard")
    await house.settle()

    emptied = house.slack.view(FINN)
    assert emptied is not None
    assert "Rather not" not in str(emptied)
    assert "Discard" not in str(emptied)
    assert await rows(house, Draft) == []
    assert not house.dm(FINN, "Continue your draft")

    await fill_in(house, FINN, "Something else")
    assert (await house.slack.submits(FINN)).closed
    await house.settle()
    assert house.dm(FINN, "sent. Thank you.")


async def test_a_keystroke_that_comes_after_discard_does_not_bring_the_draft_back(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await house.slack.types(FINN, WENT_WELL, "Rather not")
    await house.slack.closes(FINN)
    await house.settle()
    await open_form(house, FINN)
    await house.slack.types(FINN, WENT_WELL, "Rather not say")
    keystroke = last_delivery(house)
    keystroke.payload["actions"][0]["action_ts"] = house.slack.world.next_ts()

    await house.slack.clicks_in_view(FINN, "checkin.discard")
    assert (await deliver(house, FINN, keystroke)).acked
    await house.settle()

    assert await rows(house, Draft) == []
    assert not house.dm(FINN, "Continue your draft")

    await house.slack.types(FINN, WENT_WELL, "On second thoughts")
    (draft,) = await rows(house, Draft)
    assert "On second thoughts" in draft.typed.values()


async def test_only_its_author_can_open_a_draft(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await house.slack.types(FINN, WENT_WELL, "For Finn's eyes")
    await house.slack.closes(FINN)
    await house.settle()
    finns = _answer_button(house, FINN)["value"]

    clicked = prompt(house, GUS)
    _answer_button(house, GUS)["value"] = finns
    await house.slack.clicks(GUS, clicked, "checkin.answer")

    assert house.slack.view(GUS) is None
    assert house.slack.ephemerals(GUS)[-1].text == (
        "This check-in was sent to somebody else. Only they can answer it. Nothing was sent."
    )
    assert "For Finn's eyes" not in str(house.slack.home(GUS))


def _answer_button(house: House, user: str) -> dict[str, Any]:
    buttons = [element for block in prompt(house, user).blocks for element in block.get("elements", [])]
    return next(each for each in buttons if each.get("action_id") == "checkin.answer")


async def test_a_draft_that_nobody_touched_for_fourteen_days_is_gone(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await house.slack.types(FINN, WENT_WELL, "Left lying")
    await house.slack.closes(FINN)

    await house.move_to(house.now + timedelta(days=14))
    assert len(await rows(house, Draft)) == 1
    await house.let_pass(minutes=1)

    assert await rows(house, Draft) == []


async def test_a_draft_is_on_home_until_it_is_sent(house: House) -> None:
    await monday_in_tokyo(house)
    await house.slack.opens_home(FINN)
    await house.settle()
    assert "Your drafts" not in str(house.slack.home(FINN))

    await open_form(house, FINN)
    await house.slack.types(FINN, WENT_WELL, "In a moment")
    await house.slack.closes(FINN)
    await house.settle()
    assert "Your drafts" in str(house.slack.home(FINN))
    assert "In a moment" not in str(house.slack.home(FINN)), "Home says that there is one, not what is in it"

    await house.slack.clicks_in_home(FINN, "Continue your draft")
    view = house.slack.view(FINN)
    assert view is not None
    assert "In a moment" in str(view["state"]["values"])
    await fill_in(house, FINN, "Now")
    assert (await house.slack.submits(FINN)).closed
    await house.settle()
    assert "Your drafts" not in str(house.slack.home(FINN))
    assert "Edit your answers" in str(house.slack.home(FINN))


async def test_a_draft_begun_before_ones_own_morning_waits_in_the_prompt(house: House) -> None:
    await monday_in_tokyo(house)
    await house.slack.says(BO, "/checkin")
    await house.slack.types(BO, NEXT, "Begun in the night")
    await house.slack.closes(BO)
    await house.settle()
    assert not house.dm(BO, "open until")

    await house.move_to(local(TOKYO, 23, 17))
    await house.settle()

    assert house.dm(BO, "Continue your draft")
    view = await open_form(house, BO)
    assert "Begun in the night" in str(view["state"]["values"])


async def test_what_is_typed_and_taken_back_is_no_draft(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await house.slack.types(FINN, WENT_WELL, "Hm")
    await house.slack.types(FINN, WENT_WELL, "")
    await house.slack.closes(FINN)
    await house.settle()

    assert not house.dm(FINN, "draft")
