"""What isn't possible any more says so: after the next round opened, after somebody left; and what no form can hold."""

from __future__ import annotations

from bot.domain.checkins import QuestionKind
from bot.domain.setup import QuestionRequest
from storage.answers import Answer, Draft
from tests.house import DANA, FINN, GUS, NEW_YORK, TOKYO, House, answer, local, open_form
from tests.stories.acts import monday_in_tokyo, rows
from tests.stories.asking import monday_asking
from tests.stories.test_away import prompt_of, says
from tests.stories.test_team_changes import edit, save


async def test_answers_lose_their_edit_button_when_the_next_round_opens(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "Once")
    (sent,) = house.dm(FINN, "sent. Thank you.")
    assert "Edit your answers" in dict(sent.buttons()).values()

    await house.move_to(local(TOKYO, 30, 9))

    (sent,) = house.dm(FINN, "sent. Thank you.")
    assert sent.buttons() == []


async def test_what_was_sent_says_that_its_author_left_the_team(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "Once")
    await edit(house)
    await house.slack.chooses(DANA, "out0", ["Finn"])
    await save(house)

    (sent,) = house.dm(FINN, "you are in no team that it asks any more. What you sent is kept.")

    assert sent.buttons() == []


async def test_nothing_is_kept_of_whoever_sent_nothing_until_it_was_deleted(house: House) -> None:
    await monday_in_tokyo(house)
    await house.slack.clicks(DANA, house.dm(DANA, "is on")[0], "checkin.delete")
    await house.settle()

    assert house.dm(FINN, "this check-in was ended. Nothing is expected of you.")


async def test_what_was_sent_is_kept_and_cant_be_edited_once_it_is_deleted(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, FINN, "Once")
    await house.slack.clicks(DANA, house.dm(DANA, "is on")[0], "checkin.delete")
    await house.settle()

    (sent,) = house.dm(FINN, "this check-in was ended. What you sent is kept.")

    assert sent.buttons() == []
    assert house.dm(FINN, "Dana ended Weekly check-in for Platform.")


async def test_nothing_is_kept_of_whoever_left_the_team_without_an_answer(house: House) -> None:
    await monday_in_tokyo(house)
    await edit(house)
    await house.slack.chooses(DANA, "out0", ["Finn"])
    await save(house)

    assert house.dm(FINN, "you are in no team that it asks any more. Nothing is expected of you.")


async def test_who_goes_away_while_it_is_open_hasnt_missed_it(house: House) -> None:
    await monday_in_tokyo(house)
    await says(house, FINN, "/cairn away from tomorrow until 27 November")
    await house.settle()
    assert house.dm(FINN, "open until Tue 12:00 PM"), "today there is time"

    await house.move_to(local(NEW_YORK, 24, 13))

    away = await prompt_of(house, FINN)
    assert (away.state, away.reason, away.off) == ("skipped", "day_off", "away")
    assert house.dm(FINN, "you're away, so nothing is expected of you")
    missed = await prompt_of(house, GUS)
    assert (missed.state, missed.off) == ("missed", None)


async def test_who_is_away_only_after_it_closed_has_missed_it(house: House) -> None:
    await monday_in_tokyo(house)
    await says(house, FINN, "/cairn away from 25 November until 27 November")

    await house.move_to(local(NEW_YORK, 24, 13))

    assert (await prompt_of(house, FINN)).state == "missed"


LONG = "é🙂" * 1500


async def test_answers_that_no_form_can_hold_together_are_kept_and_sent(house: House) -> None:
    asked = [QuestionRequest(QuestionKind.LONG_TEXT, f"Question {n}?") for n in range(12)]
    await monday_asking(house, *asked)
    await open_form(house, FINN)
    for n in range(12):
        await house.slack.types(FINN, f"Question {n}?", f"{n} {LONG}"[:3000])
    await house.slack.closes(FINN)

    view = await open_form(house, FINN)

    told = "Your answer of 3,000 characters is kept, and is sent with the others."
    assert told in str(view["blocks"])
    shown = [block for block in view["blocks"] if block["type"] == "input"]
    assert 0 < len(shown) < 12
    assert (await house.slack.submits(FINN)).closed
    await house.settle()
    assert sorted(each.words or "" for each in await rows(house, Answer)) == sorted(
        f"{n} {LONG}"[:3000] for n in range(12)
    )
    assert await rows(house, Draft) == []

    view = await open_form(house, FINN)
    label = next(block["label"]["text"] for block in view["blocks"] if block["type"] == "input")
    await house.slack.types(FINN, label, "Shorter")
    assert (await house.slack.submits(FINN)).closed
    assert len(await rows(house, Answer)) == 12
