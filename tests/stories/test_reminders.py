"""Reminders and Snooze: for whoever was asked and hasn't answered, in working hours, and never more than they want."""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import col

from storage.people import Person
from storage.rounds import Prompt
from tests.house import ANA, FINN, GUS, NEW_YORK, TOKYO, House, answer, local, open_form
from tests.stories.acts import WENT_WELL, key_of, monday_in_tokyo, prompt, rows, sentence, stored
from tests.stories.test_away import prompt_of

REMINDED = "Your Weekly check-in, Platform, is open until"


async def test_who_hasnt_answered_is_reminded_once_and_told_what_is_saved(house: House) -> None:
    await monday_in_tokyo(house, reminders="standard")
    await open_form(house, FINN)
    await house.slack.types(FINN, WENT_WELL, "Half")
    await house.slack.closes(FINN)
    await answer(house, GUS, "All done")

    await house.move_to(local(TOKYO, 24, 8, 59))
    assert house.dm(FINN, REMINDED) == []
    await house.move_to(local(TOKYO, 24, 9))

    (reminder,) = house.dm(FINN, REMINDED)
    assert reminder.text.replace("*", "") == (
        "Your Weekly check-in, Platform, is open until 12:00 PM today. "
        "1 of 4 answers is saved as a draft that only you can open."
    )
    assert list(dict(reminder.buttons()).values()) == ["Continue your draft", "Not this time"]
    assert house.dm(GUS, REMINDED) == []
    await house.move_to(local(TOKYO, 24, 11, 59))
    assert len(house.dm(FINN, REMINDED)) == 1
    await house.move_to(local(TOKYO, 24, 12))
    assert house.dm(FINN, REMINDED) == []
    assert house.dm(FINN, "Your Weekly check-in, Platform: a late answer is taken until the next round opens.")


async def test_the_prompt_says_so_when_ones_own_window_has_ended(house: House) -> None:
    await monday_in_tokyo(house)
    await answer(house, GUS, "All done")

    await house.move_to(local(TOKYO, 24, 11, 59))
    assert list(dict(prompt(house, FINN).buttons()).values())[-3:] == ["Answer", "Snooze 1 h", "Not this time"]
    await house.move_to(local(TOKYO, 24, 12))

    late = house.dm(FINN, "Weekly check-in, Platform: a late answer is taken until the next round opens.")
    assert [list(dict(each.buttons()).values()) for each in late] == [["Answer"]]
    assert house.dm(ANA, "open until"), "hers is open for hours"
    assert house.dm(GUS, "sent. Thank you.")
    await house.move_to(local(NEW_YORK, 24, 12))
    assert (await prompt_of(house, FINN)).state == "missed"
    said = [call for call in house.slack.calls if call.method == "chat.update" and call.args["ts"] == late[0].ts]
    assert len(said) == 1, "it isn't said again when the round closes"


async def test_a_reminder_says_so_when_it_has_done_its_work(house: House) -> None:
    await monday_in_tokyo(house, reminders="standard")
    await house.move_to(local(TOKYO, 24, 9))
    await house.slack.clicks(GUS, house.dm(GUS, REMINDED)[0], "Not this time")
    await answer(house, FINN, "On the train")

    assert house.dm(FINN, REMINDED) == []
    assert house.dm(FINN, "Your Weekly check-in, Platform: sent. Thank you.")
    assert house.dm(GUS, "Your Weekly check-in, Platform: nothing is expected of you any more.")


async def test_who_wants_none_gets_none(house: House) -> None:
    fewer = update(Person).where(col(Person.slack_id) == FINN).values(reminders="light")
    await stored(house, lambda session: session.execute(fewer))
    await monday_in_tokyo(house, reminders="standard")

    await house.move_to(local(TOKYO, 24, 11, 59))

    assert house.dm(FINN, REMINDED) == []
    assert len(house.dm(GUS, REMINDED)) == 1


async def test_an_active_check_in_reminds_in_the_last_working_hour_too(house: House) -> None:
    await monday_in_tokyo(house, reminders="active")

    await house.move_to(local(TOKYO, 24, 10, 59))
    assert len(house.dm(FINN, REMINDED)) == 1
    await house.move_to(local(TOKYO, 24, 11))

    assert len(house.dm(FINN, REMINDED)) == 2


async def test_snooze_asks_again_in_an_hour_and_twice_is_once(house: House) -> None:
    await monday_in_tokyo(house, reminders="standard")
    asked = prompt(house, FINN)
    await house.slack.clicks(FINN, asked, "Snooze 1 h")
    await house.slack.redeliver(2)
    await house.settle()
    assert house.dm(FINN, "You are asked again at 10:00 AM.")
    assert "Snooze 1 h" not in dict(prompt(house, FINN).buttons()).values()

    await house.move_to(local(TOKYO, 23, 10))

    (reminder,) = house.dm(FINN, REMINDED)
    assert "until Tue 12:00 PM" in reminder.plain().replace("*", "")
    await house.move_to(local(TOKYO, 24, 9))
    assert len(house.dm(FINN, REMINDED)) == 2, "the snooze, and the reminder that comes anyway"


async def test_snooze_is_refused_where_the_check_in_closes_before(house: House) -> None:
    await monday_in_tokyo(house, reminders="standard")
    await house.move_to(local(TOKYO, 24, 11, 30))

    asked = house.dm(FINN, "questions, about")[-1]
    shown = asked.blocks
    await house.slack.clicks(FINN, asked, "checkin.snooze")

    assert sentence(house, FINN) == (
        "This check-in closes at Tue 12:00 PM, before an hour of yours is over. Answer it now, or not this time."
    )
    await house.move_to(local(TOKYO, 24, 12))
    asked.blocks = shown  # their phone hasn't heard yet

    await house.slack.clicks(FINN, asked, "checkin.snooze")

    assert sentence(house, FINN) == "This check-in has closed: nothing is expected of you. Nothing was changed."


async def test_whoever_goes_away_isnt_reminded(house: House) -> None:
    await monday_in_tokyo(house, reminders="standard")
    await house.slack.says(FINN, "/cairn away until 4 December")

    await house.move_to(local(TOKYO, 24, 12))

    assert house.dm(FINN, REMINDED) == []
    (asked,) = await rows(house, Prompt, col(Prompt.person_id) == await key_of(house, FINN))
    assert asked.reminded == 0
