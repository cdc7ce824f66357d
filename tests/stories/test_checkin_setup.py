"""The form that sets a check-in up: nothing typed into it is lost, and what can't be is said where it is mended."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.playground.world import elements_of
from storage.away import Absence
from storage.checkin_setup import SetupDraft
from storage.checkins import CheckIn, Question
from storage.people import Person
from tests.house import (
    ANA,
    DANA,
    EVA,
    FINN,
    MONDAY_859_TOKYO,
    NEW_YORK,
    PLATFORM,
    TOKYO,
    House,
    begin_checkin,
    local,
    platform_team,
    switch_on,
)
from tests.stories.acts import ONE_HOUSE, rows, stored

ADD = "Add a question"


def title(house: House, user: str = DANA) -> str:
    """What the form on top is called."""
    view = house.slack.view(user)
    assert view is not None
    return str(view["title"]["text"])


def value(house: House, field: str, user: str = DANA) -> Any:
    """What stands in an input of the form on top, by its label or block_id."""
    view = house.slack.view(user)
    assert view is not None
    (block,) = [
        block
        for block, _ in elements_of(view["blocks"])
        if field in (block["block_id"], block.get("label", {}).get("text"))
    ]
    (entry,) = view["state"]["values"][block["block_id"]].values()
    return next(each for name, each in entry.items() if name != "type")


def listed(house: House, user: str = DANA) -> list[str]:
    """The questions in the form, as it lists them."""
    view = house.slack.view(user)
    assert view is not None
    found = [block["text"]["text"] for block in view["blocks"] if block.get("accessory", {}).get("type") == "overflow"]
    return [" ".join(text.replace("\u200b", "").replace("*", "").split()) for text in found]


async def does(house: House, what: str, question: int, user: str = DANA) -> None:
    """Choose something behind the three dots of a question, counted from 1."""
    view = house.slack.doing.views.stack(user)[-1]
    menus = [
        (block["block_id"], element)
        for block, element in elements_of(view.body["blocks"])
        if element["type"] == "overflow"
    ]
    block_id, element = menus[question - 1]
    (option,) = [each for each in element["options"] if each["text"]["text"] == what]
    await house.slack.doing.view_action(view, (block_id, element["action_id"]), {"selected_option": option})


async def adds(house: House, kind: str, wording: str, **more: str | list[str]) -> None:
    """Add a question of a kind; `more` by block_id."""
    await house.slack.chooses(DANA, ADD, kind)
    await house.slack.types(DANA, "wording", wording)
    for block_id, given in more.items():
        if block_id in ("options", "unit"):
            await house.slack.types(DANA, block_id, str(given))
        else:
            await house.slack.chooses(DANA, block_id, given)
    sent = await house.slack.submits(DANA)
    assert sent.closed, sent


async def test_a_template_is_chosen_changed_looked_over_and_switched_on(house: House) -> None:
    await platform_team(house)
    await begin_checkin(house, template="stand_up")
    assert value(house, "name") == "Daily stand-up"
    assert value(house, "rhythm")["value"] == "working_days"

    await house.slack.types(DANA, "name", "Mornings")
    await house.slack.chooses(DANA, "rhythm", "monthly_weekday")
    assert value(house, "name") == "Mornings", "what was typed survives another shape of the form"
    await house.slack.chooses(DANA, "nth", "-1")
    await house.slack.chooses(DANA, "weekday", "4")
    await switch_on(house)

    assert house.dm(
        DANA, "Mornings, Platform is on: 3 questions for 8 people, on the last Friday of the month at 09:30"
    )
    (checkin,) = await rows(house, CheckIn)
    assert checkin.rhythm == {"kind": "monthly_weekday", "nth": -1, "weekday": 4}
    assert checkin.reminders == "light"
    assert await rows(house, SetupDraft) == []


class TestNothingIsLost:
    pytestmark = ONE_HOUSE

    async def test_who_closes_the_form_in_the_middle_continues_where_they_were(self, house: House) -> None:
        await platform_team(house)
        await begin_checkin(house)
        await house.slack.types(DANA, "name", "Half done")
        await house.slack.chooses(DANA, "rhythm", "monthly_date")
        await house.slack.chooses(DANA, "date", "15")
        await does(house, "Remove", 1)
        await house.slack.chooses(DANA, ADD, "choice")
        await house.slack.types(DANA, "wording", "Where from")
        await house.slack.closes(DANA, everything=True)

        await house.slack.says(DANA, "/checkin new")
        await house.slack.clicks_in_view(DANA, "Continue setting up")

        assert value(house, "name") == "Half done"
        assert value(house, "date")["value"] == "15"
        assert listed(house)[0].startswith("1. What went well")
        await house.slack.chooses(DANA, ADD, "choice")
        assert value(house, "wording") == "Where from", "the question that was being written, too"

    async def test_whoever_didnt_begin_anything_isnt_offered_to_continue(self, house: House) -> None:
        await platform_team(house)

        await house.slack.says(DANA, "/checkin new")

        assert "Continue setting up" not in str(house.slack.view(DANA))

    async def test_a_form_that_nobody_touches_is_forgotten_after_14_days(self, house: House) -> None:
        await platform_team(house)
        await begin_checkin(house)
        await house.move_to(house.now + timedelta(days=13))
        assert len(await rows(house, SetupDraft)) == 1

        await house.move_to(house.now + timedelta(days=1, minutes=1))

        assert await rows(house, SetupDraft) == []
        await house.slack.types(DANA, "name", "Too late")
        (error,) = (await house.slack.submits(DANA)).errors.values()
        assert error.startswith("This form was finished or has expired")

    async def test_going_back_from_what_comes_keeps_the_form(self, house: House) -> None:
        await platform_team(house)
        await begin_checkin(house)
        for _ in range(2):
            assert (await house.slack.submits(DANA)).errors == {}
            assert title(house) == "Before it is on"
            await house.slack.closes(DANA)
            assert title(house) == "New check-in"
        assert await rows(house, CheckIn) == []

    async def test_a_second_click_on_a_template_or_on_remove_changes_nothing_more(self, house: House) -> None:
        await platform_team(house)
        await begin_checkin(house)
        await does(house, "Remove", 2)
        before = listed(house)
        await house.slack.redeliver(2)
        assert listed(house) == before
        assert len(before) == 3

    async def test_two_clicks_at_the_same_time_show_what_both_did(self, house: House) -> None:
        await platform_team(house)
        await begin_checkin(house)

        await asyncio.gather(does(house, "Remove", 1), does(house, "Remove", 3))

        assert [each[:9] for each in listed(house)] == ["1. What w", "2. Is any"]
        (draft,) = await rows(house, SetupDraft)
        assert len(draft.form["questions"]) == 2


class TestQuestions:
    pytestmark = ONE_HOUSE

    async def test_they_are_added_moved_changed_and_removed(self, house: House) -> None:
        await platform_team(house)
        await begin_checkin(house, template="empty")
        await house.slack.types(DANA, "name", "Mine")
        await adds(house, "mood", "How was it?")
        await adds(house, "choice", "Where?", options="Home\nOffice\n\n")
        await adds(house, "number", "How long?", unit="hours")
        await does(house, "Move up", 3)
        assert [each.partition(" ")[2] for each in listed(house)] == [
            "How was it? Mood",
            "How long? Number · hours",
            "Where? One choice · Home / Office",
        ]
        await does(house, "Edit", 2)
        assert value(house, "unit") == "hours"
        await house.slack.types(DANA, "wording", "How many hours?")
        await house.slack.chooses(DANA, "more", [])
        assert (await house.slack.submits(DANA)).closed
        await does(house, "Remove", 1)
        await switch_on(house)

        asked = await rows(house, Question)
        assert [(each.wording, each.kind, each.required) for each in sorted(asked, key=lambda row: row.position)] == [
            ("How many hours?", "number", False),
            ("Where?", "choice", True),
        ]

    async def test_one_is_asked_only_after_certain_answers_wherever_they_move(self, house: House) -> None:
        await platform_team(house)
        await begin_checkin(house, template="empty")
        await house.slack.types(DANA, "name", "Mine")
        await adds(house, "short_text", "Name one thing")
        await adds(house, "mood", "How was it?")
        await house.slack.chooses(DANA, ADD, "long_text")
        await house.slack.types(DANA, "wording", "Why?")
        await house.slack.chooses(DANA, "condition", "After 2. How was it?")
        assert (await house.slack.submits(DANA, force=True)).errors == {
            "answers~1": "Choose the answers after which this question is asked."
        }
        await house.slack.chooses(DANA, "After these answers", ["1", "2"])
        assert (await house.slack.submits(DANA)).closed
        await does(house, "Move up", 2)
        assert listed(house)[2] == "3. Why? Long answer · only after question 1: Hard (1) or Not great (2)"

        await does(house, "Remove", 1)
        assert "Another question is asked only after certain answers" in str(house.slack.view(DANA))
        await house.slack.closes(DANA)
        await does(house, "Move up", 3)
        await does(house, "Move up", 2)
        assert "Another question is asked only after certain answers" in str(house.slack.view(DANA))
        await house.slack.closes(DANA)

        assert [each[:10] for each in listed(house)] == ["1. How was", "2. Why? Lo", "3. Name on"]

    async def test_what_is_wrong_with_one_is_said_at_its_field(self, house: House) -> None:
        await platform_team(house)
        await begin_checkin(house)
        await house.slack.chooses(DANA, ADD, "choice")
        await house.slack.types(DANA, "wording", "Where?")
        await house.slack.types(DANA, "options", "Home\nOffice\nhome")
        (twice,) = (await house.slack.submits(DANA)).errors.items()
        assert twice[0] == "options"
        assert "twice" in twice[1]
        await house.slack.types(DANA, "options", "Home")
        assert (await house.slack.submits(DANA)).errors == {"options": "A choice needs 2 to 10 options."}
        await house.slack.chooses(DANA, "kind", "short_text")
        assert value(house, "wording") == "Where?"
        assert (await house.slack.submits(DANA)).closed
        assert len(listed(house)) == 5

    async def test_none_and_more_than_twenty_cant_be_asked(self, house: House) -> None:
        await platform_team(house)
        await begin_checkin(house, template="empty")
        await house.slack.types(DANA, "name", "Mine")
        (none,) = (await house.slack.submits(DANA)).errors.values()
        assert none == "A check-in needs at least one question."
        for n in range(20):
            await adds(house, "short_text", f"Question number {n}?")
        assert ADD not in str(house.slack.view(DANA))
        assert "20 questions are the most that a check-in can have." in str(house.slack.view(DANA))
        await switch_on(house)
        assert len(await rows(house, Question)) == 20


class TestRhythms:
    pytestmark = ONE_HOUSE

    async def test_a_window_longer_than_the_rhythm_is_said_at_the_window(self, house: House) -> None:
        await platform_team(house)
        await begin_checkin(house)
        await house.slack.chooses(DANA, "rhythm", "working_days")

        assert (await house.slack.submits(DANA)).errors == {
            "window": "It would still be open when the next one comes. Give less time to answer, or ask less often."
        }

    async def test_weekdays_have_to_be_chosen(self, house: House) -> None:
        await platform_team(house)
        await begin_checkin(house)
        await house.slack.chooses(DANA, "weekdays", [])

        assert (await house.slack.submits(DANA, force=True)).errors == {"weekdays": "Choose at least one weekday."}

    async def test_where_nobody_works_for_a_year_it_would_never_fall_due(self, house: House) -> None:
        await platform_team(house)
        await begin_checkin(house)
        await stored(house, everybody_away)

        ((field, sentence),) = (await house.slack.submits(DANA)).errors.items()

        assert field == "rhythm"
        assert sentence.startswith("It would never fall due")

    async def test_every_few_weeks_has_a_first_week(self, house: House) -> None:
        await platform_team(house)
        await begin_checkin(house)
        await house.slack.chooses(DANA, "weekdays", ["1", "3"])
        await house.slack.chooses(DANA, "every", "2")
        await house.slack.chooses(DANA, "start", "2026-12-01")
        await switch_on(house)

        assert house.dm(DANA, "every 2 weeks on Tuesday and Thursday at 09:00")
        assert house.dm(DANA, "The first is for Tue 1 Dec.")


def everybody_away(session: Session) -> None:
    """Nobody works until the year after next."""
    for person in session.scalars(select(Person)):
        away = Absence(
            person_id=person.key, first=date(2026, 11, 1), last=date(2028, 12, 31), created_at=MONDAY_859_TOKYO
        )
        session.add(away)
    session.flush()


async def test_the_next_14_days_are_shown_on_everybodys_own_clock(house: House) -> None:
    await platform_team(house)
    await begin_checkin(house)
    assert (await house.slack.submits(DANA)).errors == {}

    view = house.slack.view(DANA)
    assert view is not None
    said = [" ".join(block["text"]["text"].split()) for block in view["blocks"] if block["type"] == "section"]

    assert said[0].startswith("*Weekly check-in, Platform*: 4 questions, about 2 minutes, for 8 people, every Monday")
    assert [each[:12] for each in said[1:]] == ["*Mon 23 Nov*", "*Mon 30 Nov*"]
    assert "09:00 Tokyo: Finn and Gus" in said[1].replace("\u200b", "")
    assert said[1].index("Tokyo") < said[1].index("Berlin") < said[1].index("New York")
    await switch_on_here(house)
    await house.move_to(local(TOKYO, 23, 9))
    assert house.dm(FINN, "open until")
    await house.move_to(local(NEW_YORK, 23, 9))
    assert all(house.dm(user, "open until") or user not in said[1] for user in (ANA, DANA))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("transport", ["socket"], indirect=True)
async def test_weekends_are_shown_only_where_somebody_works(house: House) -> None:
    await platform_team(house)
    await begin_checkin(house, template="stand_up")
    assert (await house.slack.submits(DANA)).errors == {}
    assert days_shown(house) == "Mon Tue Wed Thu Fri Mon Tue Wed Thu Fri"
    await house.slack.closes(DANA, everything=True)

    for_ana = update(Person).where(col(Person.slack_id) == ANA).values(working_days="23456")
    await stored(house, lambda session: session.execute(for_ana))
    await begin_checkin(house, template="stand_up")
    assert (await house.slack.submits(DANA)).errors == {}
    assert days_shown(house) == "Mon Tue Wed Thu Fri Sat Mon Tue Wed Thu Fri Sat"
    assert "Not asked: Bo, Cy, Dana, Eva, Finn and 2 more (not a working day)" in str(house.slack.view(DANA))


def days_shown(house: House) -> str:
    """The weekdays of the look ahead, in order."""
    view = house.slack.view(DANA)
    assert view is not None
    texts = [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]
    return " ".join(text.lstrip("*")[:3] for text in texts[1:])


async def switch_on_here(house: House) -> None:
    """What is being looked over is switched on."""
    assert (await house.slack.submits(DANA)).closed
    await house.settle()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("transport", ["http"], indirect=True)
async def test_a_form_is_nobody_elses_and_slack_keeps_no_words_of_it(house: House) -> None:
    await platform_team(house)
    await begin_checkin(house)
    await house.slack.types(DANA, "name", "Secret plans")
    (draft,) = await rows(house, SetupDraft)
    (view,) = house.slack.doing.views.stack(DANA)
    assert view.body["private_metadata"] == str(draft.key)
    await house.slack.says(EVA, "/cairn team new", channel=PLATFORM)
    assert house.slack.view(EVA) is None
    house.slack.doing.views.open(EVA, {**view.body, "title": {"type": "plain_text", "text": "Not hers"}})

    await house.slack.types(EVA, "name", "Hers")
    (error,) = (await house.slack.submits(EVA)).errors.values()

    assert error.startswith("This form was finished or has expired")
    (draft,) = await rows(house, SetupDraft)
    assert draft.form["fields"]["name"] == "Secret plans"
