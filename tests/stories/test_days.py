"""Your days: one's own working days, hours and country; and the company's country."""

from __future__ import annotations

from sqlmodel import col

from storage.people import Person
from storage.rounds import Prompt
from tests.house import ANA, BERLIN, DANA, FINN, TOKYO, House, local, make_platform
from tests.stories.acts import key_of, rows
from tests.stories.test_home_and_talk import opened


async def off(house: House, user: str) -> str | None:
    """Why somebody couldn't be asked on the date of their latest prompt."""
    return (await rows(house, Prompt, col(Prompt.person_id) == await key_of(house, user)))[-1].off


async def test_who_doesnt_work_on_mondays_is_asked_on_friday(house: House) -> None:
    await make_platform(house)
    await opened(house, FINN)
    await house.slack.clicks_in_home(FINN, "Your days")
    await house.slack.chooses(FINN, "working_days", ["Tuesday", "Thursday", "Friday"])
    await house.slack.chooses(FINN, "reminders", "None")
    assert (await house.slack.submits(FINN)).closed

    await house.move_to(local(TOKYO, 27, 9))

    assert len(house.dm(FINN, "open until")) == 1
    assert await off(house, FINN) == "weekday"
    (finn,) = await rows(house, Person, col(Person.slack_id) == FINN)
    assert (finn.working_days, finn.hours_from, finn.reminders) == ("245", None, "light")


async def test_a_public_holiday_of_ones_own_is_a_day_off(house: House) -> None:
    await make_platform(house)
    await house.slack.says(FINN, "/cairn days")
    await house.slack.types(FINN, "region", "Japan")
    assert (await house.slack.submits(FINN)).closed

    await house.move_to(local(TOKYO, 23, 9))

    assert house.dm(FINN, "open until") == [], "the 23rd of November is Labour Thanksgiving Day"
    await house.move_to(local(BERLIN, 23, 10))
    assert house.dm(ANA, "open until")
    assert await off(house, FINN) == "holiday"


async def test_the_companys_country_is_everybodys_who_has_none(house: House) -> None:
    await make_platform(house)
    await house.slack.says(DANA, "/cairn settings")
    await house.slack.types(DANA, "region", "Atlantis")
    assert (await house.slack.submits(DANA)).errors == {
        "region": "No public holidays are known for that. Write a country, or its code, such as DE, DE-BY or US-CA."
    }
    await house.slack.types(DANA, "region", "JP")
    assert (await house.slack.submits(DANA)).closed
    await house.slack.says(ANA, "/cairn days")
    await house.slack.types(ANA, "region", "Germany")
    assert (await house.slack.submits(ANA)).closed

    await house.move_to(local(BERLIN, 23, 10))

    assert house.dm(ANA, "open until")
    assert house.dm(DANA, "open until") == []


async def test_nobody_works_never(house: House) -> None:
    await house.slack.says(ANA, "/cairn days")
    await house.slack.chooses(ANA, "working_days", [])
    assert (await house.slack.submits(ANA, force=True)).errors == {"working_days": "Choose at least one working day."}
