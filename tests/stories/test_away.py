"""Away: by words, by form; what is open is let go, what is to come is planned around it, and it can be taken back."""

from __future__ import annotations

import pytest
from sqlmodel import col

from storage.away import Absence
from storage.rounds import Prompt, Round
from tests.house import ANA, BERLIN, DANA, FINN, GUS, TOKYO, House, answer, local, make_platform
from tests.stories.acts import key_of, monday_in_tokyo, prompt, rows
from tests.stories.test_home_and_talk import home, opened


async def prompt_of(house: House, user: str) -> Prompt:
    """Somebody's latest prompt, as it is stored."""
    return (await rows(house, Prompt, col(Prompt.person_id) == await key_of(house, user)))[-1]


async def says(house: House, user: str, text: str) -> str:
    """What somebody alone sees after typing a command, without formatting."""
    result = await house.slack.says(user, text)
    assert result.ack is not None
    return str(result.ack["text"]).replace("*", "")


async def test_whoever_is_away_isnt_asked_and_counts_as_away(house: House) -> None:
    await make_platform(house)

    said = await says(house, ANA, "/cairn away until 4 December")

    assert said == (
        "You're away until Fri 4 Dec: no check-in asks you before you are back.\n"
        "Leads see “away”, and nothing else. `/cairn away` shows it, and takes it back."
    )
    await house.move_to(local(BERLIN, 24, 20))
    assert house.dm(ANA, "open until") == []
    asked = await prompt_of(house, ANA)
    assert (asked.state, asked.reason, asked.off) == ("skipped", "day_off", "away")
    await house.move_to(local(BERLIN, 7, 9, month=12))
    assert len(house.dm(ANA, "open until")) == 1, "back on Monday"


async def test_what_is_open_is_let_go_and_opens_again_where_it_was_a_mistake(house: House) -> None:
    await monday_in_tokyo(house)

    await says(house, FINN, "/cairn away until tomorrow")
    await house.settle()

    assert house.dm(FINN, "you're away, so nothing is expected of you")
    away = await prompt_of(house, FINN)
    assert (away.state, away.reason, away.off) == ("skipped", "day_off", "away")
    await house.slack.says(FINN, "/cairn away")
    await house.slack.clicks_in_view(FINN, "Remove")
    await house.settle()
    assert house.dm(FINN, "open until Tue 12:00 PM")
    again = await prompt_of(house, FINN)
    assert (again.state, again.reason, again.off) == ("sent", None, None)
    assert await rows(house, Absence) == []
    await answer(house, FINN, "All well")


async def test_who_goes_before_they_were_asked_is_asked_again_when_they_stay(house: House) -> None:
    await monday_in_tokyo(house)
    await says(house, ANA, "/cairn away today")
    assert (await prompt_of(house, ANA)).state == "skipped"

    await house.slack.says(ANA, "/cairn away")
    await house.slack.clicks_in_view(ANA, "Remove")
    await house.move_to(local(BERLIN, 23, 9))

    assert len(house.dm(ANA, "open until")) == 1


async def test_a_weekly_check_in_comes_on_the_working_day_before(house: House) -> None:
    await make_platform(house)

    await says(house, FINN, "/cairn away from 30 November until 2 December")

    await house.move_to(local(TOKYO, 27, 9))
    assert len(house.dm(FINN, "open until")) == 1
    early = await prompt_of(house, FINN)
    assert (early.state, early.off) == ("sent", "away")
    assert len(await rows(house, Round)) == 2
    await house.move_to(local(TOKYO, 30, 9))
    assert len(house.dm(GUS, "open until")) == 1
    assert house.dm(FINN, "open until") == [], "his was, on Friday"


async def test_the_form_lists_what_is_there_and_days_that_touch_become_one(house: House) -> None:
    await says(house, ANA, "/cairn away from 1 December until 3 December")
    await house.slack.says(ANA, "/cairn away")
    await house.slack.chooses(ANA, "first", "2026-12-04")
    await house.slack.chooses(ANA, "last", "2026-12-08")
    assert (await house.slack.submits(ANA)).closed

    (absence,) = await rows(house, Absence)

    assert (absence.first.isoformat(), absence.last.isoformat()) == ("2026-12-01", "2026-12-08")
    await house.slack.says(ANA, "/cairn away")
    view = house.slack.view(ANA)
    assert view is not None
    assert "Tue 1 Dec until Tue 8 Dec" in str(view["blocks"])


async def test_home_says_it_and_has_the_buttons(house: House) -> None:
    await says(house, ANA, "/cairn away until Friday")
    assert (await opened(house, ANA)).startswith("You're away until Fri 27 Nov:")
    buttons = "[Your goals] [Away] [Your days] [How you like feedback] [Your feedback] [Give kudos]"
    assert home(house, ANA).endswith(buttons)

    await house.slack.clicks_in_home(ANA, "Away")
    await house.slack.clicks_in_view(ANA, "Remove")
    await house.settle()

    assert "You're away" not in home(house, ANA)


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("until 20 November", "Those days are past. Say a last day that is still to come; nothing was saved."),
        ("from 4 December until 1 December", "That ends before it begins. Nothing was saved."),
        ("until 2029-01-01", "That is longer than a year. Say a year at most, and more when it is over; "),
        ("until the cows come home", "I can't read “until the cows come home” as a day. Type `/cairn away until 4 "),
        ("until", "I can't read “until” as a day. Type `/cairn away until 4 December`, or `/cairn away` to choose "),
    ],
)
async def test_days_that_cant_be_are_refused(house: House, typed: str, refused: str) -> None:
    assert (await says(house, ANA, f"/cairn away {typed}")).startswith(refused)
    assert await rows(house, Absence) == []


async def test_the_form_refuses_at_its_field(house: House) -> None:
    await house.slack.says(ANA, "/cairn away")
    assert (await house.slack.submits(ANA, force=True)).errors == {"last": "Choose a day."}
    await house.slack.chooses(ANA, "last", "2026-11-23")
    await house.slack.chooses(ANA, "first", "2026-11-24")
    assert (await house.slack.submits(ANA)).errors == {"last": "That ends before it begins. Nothing was saved."}


async def test_two_clicks_on_remove_are_one(house: House) -> None:
    await says(house, ANA, "/cairn away until Friday")
    await house.slack.says(ANA, "/cairn away")
    await house.slack.clicks_in_view(ANA, "Remove")
    await house.slack.redeliver(2)
    assert await rows(house, Absence) == []


async def test_others_arent_touched(house: House) -> None:
    await monday_in_tokyo(house)
    await says(house, FINN, "/cairn away today")
    await house.settle()
    assert (await prompt_of(house, GUS)).state == "sent"
    assert prompt(house, GUS).buttons()
    await house.move_to(local(BERLIN, 23, 9))
    assert house.dm(DANA, "open until")
