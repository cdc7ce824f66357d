"""Answers that can't be taken as they are: a sentence beside the field, and the typed words stay in the form."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.answers import Answer, Draft
from storage.people import Person
from storage.rounds import Prompt
from storage.teams import Membership
from tests.house import DANA, FINN, GUS, NEW_YORK, TOKYO, House, answer, local, open_form
from tests.stories.acts import NEXT, WENT_WELL, fill_in, monday_in_tokyo, one_house, prompt, rows, sentence, stored


def typed(house: House, user: str) -> str:
    """What stands in somebody's open form."""
    view = house.slack.view(user)
    assert view is not None
    return str(view["state"]["values"])


@one_house
async def test_an_answer_of_spaces_is_asked_for_beside_its_field(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await fill_in(house, FINN)
    await house.slack.types(FINN, NEXT, "  \n ")

    result = await house.slack.submits(FINN)

    assert list(result.errors.values()) == ["Please answer this one: a few words are enough."]
    assert list(result.errors) == [_block(house, FINN, NEXT)]
    assert "Fixed the build" in typed(house, FINN)
    assert await rows(house, Answer) == []
    await house.slack.types(FINN, NEXT, "Sleep")
    assert (await house.slack.submits(FINN)).closed
    assert len(await rows(house, Answer)) == 3


async def test_a_form_with_nothing_in_it_says_so_at_each_required_field(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)

    result = await house.slack.submits(FINN, force=True)

    assert list(result.errors.values()) == ["Please answer this one: a few words are enough."] * 3


async def test_three_thousand_characters_are_kept_and_one_more_is_too_long(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await fill_in(house, FINN)
    most = "é🙂" * 1500
    await house.slack.types(FINN, WENT_WELL, most + "!")

    result = await house.slack.submits(FINN, force=True)

    assert result.errors == {
        _block(house, FINN, WENT_WELL): ("That is longer than the 3,000 characters that fit here. Please shorten it.")
    }
    assert most in typed(house, FINN)
    await house.slack.types(FINN, WENT_WELL, most)
    assert (await house.slack.submits(FINN)).closed
    assert most in [each.words for each in await rows(house, Answer)]


async def test_an_answer_after_the_window_is_taken_and_marked_late(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await fill_in(house, FINN, "A day too late")
    await house.move_to(local(NEW_YORK, 24, 13))

    assert (await house.slack.submits(FINN)).closed
    await house.settle()

    assert house.dm(FINN, "sent. It came late, and it counts.")
    states = {each.state for each in await rows(house, Prompt, col(Prompt.answered_at).is_not(None))}
    assert states == {"late"}


@one_house
async def test_an_answer_after_the_next_round_opened_is_refused_and_stays_in_the_form(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await fill_in(house, FINN, "A week too late")
    await house.move_to(local(TOKYO, 30, 9))

    result = await house.slack.submits(FINN)

    assert list(result.errors.values()) == [
        "The next round of this check-in has opened, so this one takes no more answers. "
        "Nothing was sent; what you typed stays here until you close this form."
    ]
    assert "A week too late" in typed(house, FINN)
    assert await rows(house, Answer) == []


async def test_an_answer_after_the_check_in_was_deleted_is_refused_and_stays_in_the_form(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await fill_in(house, FINN, "For nobody")
    await house.slack.clicks(DANA, house.dm(DANA, "is on")[0], "checkin.delete")
    await house.settle()

    result = await house.slack.submits(FINN)

    assert list(result.errors.values()) == [
        "This check-in was deleted meanwhile, so it takes no more answers. "
        "Nothing was sent; what you typed stays here until you close this form."
    ]
    assert "For nobody" in typed(house, FINN)
    assert house.dm(FINN, "this check-in was ended")
    assert house.dm(FINN, "Dana ended Weekly check-in for Platform.")


async def test_an_answer_after_its_author_left_the_team_is_refused_and_stays_in_the_form(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await fill_in(house, FINN, "Once a colleague")
    await leave_the_team(house, FINN)

    result = await house.slack.submits(FINN)

    assert list(result.errors.values()) == [
        "You aren't in Platform any more, so its check-in takes no answer from you. "
        "Nothing was sent; what you typed stays here until you close this form."
    ]
    assert "Once a colleague" in typed(house, FINN)
    assert await rows(house, Answer) == []


async def leave_the_team(house: House, user: str) -> None:
    """Somebody is no member any more."""

    def work(session: Session) -> None:
        person = session.scalars(select(Person).where(col(Person.slack_id) == user)).one()
        session.execute(delete(Membership).where(col(Membership.person_id) == person.key))

    await stored(house, work)


@one_house
async def test_an_answer_of_somebody_who_left_the_company_is_refused(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await fill_in(house, FINN, "Farewell")
    await house.slack.deactivates(FINN)

    result = await house.slack.submits(FINN)

    assert list(result.errors.values()) == [
        "Cairn is for the people of this workspace; your account isn't one that it knows. Nothing was saved."
    ]
    assert "Farewell" in typed(house, FINN)
    assert await rows(house, Answer) == []


async def test_a_button_on_last_weeks_message_says_that_the_round_is_over(house: House) -> None:
    await monday_in_tokyo(house)
    old = prompt(house, GUS)
    blocks = old.blocks
    await house.move_to(local(TOKYO, 30, 9))
    assert prompt(house, GUS) is not old
    old.blocks = blocks  # on a phone that has been off since

    for button in ("checkin.answer", "checkin.skip"):
        await house.slack.clicks(GUS, old, button)
        assert sentence(house, GUS) == (
            "The next round of this check-in has opened, so this one takes no more answers. Nothing was sent."
        )
    assert house.slack.view(GUS) is None
    assert len(house.slack.ephemerals(GUS)) == 2


@one_house
async def test_a_button_on_the_prompt_of_a_deleted_check_in_says_that_it_is_gone(house: House) -> None:
    await monday_in_tokyo(house)
    old = prompt(house, GUS)
    blocks = old.blocks
    await house.slack.clicks(DANA, house.dm(DANA, "is on")[0], "checkin.delete")
    await house.settle()
    old.blocks = blocks  # on a phone that has been off since

    await house.slack.clicks(GUS, old, "checkin.answer")

    assert sentence(house, GUS) == "This check-in was deleted meanwhile, so it takes no more answers. Nothing was sent."


@one_house
async def test_not_this_time_after_the_window_says_that_nothing_is_expected(house: House) -> None:
    await monday_in_tokyo(house)
    old = prompt(house, GUS)
    blocks = old.blocks
    await house.move_to(local(NEW_YORK, 24, 13))
    old.blocks = blocks  # on a phone that has been off since

    await house.slack.clicks(GUS, old, "checkin.skip")

    assert sentence(house, GUS) == "This check-in has closed: nothing is expected of you. Nothing was changed."


@one_house
async def test_a_button_that_no_version_knows_any_more_says_so(house: House) -> None:
    await monday_in_tokyo(house)
    old = prompt(house, GUS)
    for block in old.blocks:
        for element in block.get("elements", []):
            if element.get("action_id"):
                element["action_id"] = "checkin.yodel"

    await house.slack.clicks(GUS, old, "checkin.yodel")

    assert sentence(house, GUS) == "This button belongs to something that isn't there any more. Nothing was changed."


@one_house
async def test_a_form_that_no_version_knows_any_more_keeps_its_words(house: House) -> None:
    await monday_in_tokyo(house)
    await open_form(house, FINN)
    await fill_in(house, FINN, "Still here")
    house.slack.doing.views.stack(FINN)[-1].body["callback_id"] = "checkin.answer.v0"

    result = await house.slack.submits(FINN)

    assert not result.closed
    assert list(result.errors.values()) == [
        "This form is from another version of Cairn, so it can't be sent. "
        "Your words stay here: copy what you need, then open the form again. Nothing was saved."
    ]
    assert "Still here" in typed(house, FINN)


async def test_answers_sent_twice_from_two_forms_count_once_and_the_second_is_an_edit(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "From the laptop")
    await answer(house, FINN, "From the phone")

    assert len(await rows(house, Answer)) == 3
    (mine,) = await rows(house, Prompt, col(Prompt.answered_at).is_not(None))
    assert (mine.state, mine.revision) == ("answered", 2)
    assert mine.edited_at is not None
    assert house.dm(FINN, "sent, and edited. Thank you.")
    assert await rows(house, Draft) == []


def _block(house: House, user: str, label: str) -> str:
    view = house.slack.view(user)
    assert view is not None
    return next(str(each["block_id"]) for each in view["blocks"] if each.get("label", {}).get("text") == label)
