"""Last time's plan: brought back, ticked, and what isn't done carried forward."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import event, select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.services import answers
from storage.answers import Answer
from storage.people import Person
from storage.rounds import Prompt
from tests.house import FINN, GUS, PLATFORM, TOKYO, House, local, open_form
from tests.stories.acts import ONE_HOUSE, key_of, rows, stored
from tests.stories.asking import MOOD, PLAN, ask, monday_asking, shown, typed

DONE = "Which of last time's plan is done?"


async def plan(house: House, user: str, words: str) -> None:
    await open_form(house, user)
    await house.slack.chooses(user, "How was it?", "4")
    await house.slack.types(user, "What next?", words)
    assert (await house.slack.submits(user)).closed
    await house.settle()


async def test_what_is_done_is_ticked_and_the_rest_is_carried_forward(house: House, transport: str) -> None:
    await monday_asking(house, MOOD, PLAN)
    await open_form(house, FINN)
    assert shown(house, FINN) == ["How was it?", "What next?"]
    await house.slack.closes(FINN)
    await plan(house, FINN, "- Ship the login\n- Ask Bo\n\n- Rest")
    await plan(house, GUS, "Somebody else's plan")

    await house.move_to(local(TOKYO, 30, 9))
    await open_form(house, GUS)
    assert typed(house, GUS, "What next?") == "Somebody else's plan"
    await open_form(house, FINN)
    assert shown(house, FINN) == ["How was it?", DONE, "What next?"]
    assert typed(house, FINN, "What next?") == "Ship the login\nAsk Bo\nRest"
    await house.slack.chooses(FINN, DONE, ["Ship the login"])
    await house.slack.types(FINN, "What next?", "Ship the login\nRest\nPaint the shed")
    await house.slack.closes(FINN)
    await house.restart(transport)

    await open_form(house, FINN)
    assert typed(house, FINN, DONE) == ["Ship the login"]
    await house.slack.chooses(FINN, "How was it?", "5")
    assert (await house.slack.submits(FINN)).closed
    await house.settle()

    kept = [each for each in await rows(house, Answer) if each.done]
    assert [(each.words, each.done) for each in kept] == [("Rest\nPaint the shed", ["Ship the login"])]
    await house.move_to(local(TOKYO, 30, 9, month=11).replace(month=12, day=2))
    digest = house.slack.channel(PLATFORM)[-1].plain()
    assert "Done since last time\n✓ Ship the login" in digest
    assert "What next?\nRest\nPaint the shed" in digest


async def statements_to_open(house: House, user: str) -> int:
    """How many statements the database sees while somebody's latest form is made."""
    seen: list[str] = []
    person = await key_of(house, user)

    def work(session: Session) -> None:
        actor = session.get_one(Person, person)
        prompt = session.scalars(select(Prompt).where(col(Prompt.person_id) == person)).all()[-1]
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *given: seen.append(given[2]))
        answers.form(session, actor, prompt.key, house.now)

    await stored(house, work)
    return len(seen)


class TestOne:
    """What neither the database nor the transport has a part in."""

    pytestmark = ONE_HOUSE

    async def test_the_plan_is_that_of_the_last_answer_and_not_of_the_last_round(self, house: House) -> None:
        await monday_asking(house, MOOD, PLAN)
        await plan(house, FINN, "Ship the login")
        await house.move_to(local(TOKYO, 30, 9))
        await house.move_to(local(TOKYO, 7, 9, month=12))

        await open_form(house, FINN)

        assert typed(house, FINN, "What next?") == "Ship the login"

    async def test_a_plan_that_was_emptied_stays_empty(self, house: House) -> None:
        await monday_asking(house, MOOD, PLAN)
        await plan(house, FINN, "Ship the login")
        await house.move_to(local(TOKYO, 30, 9))
        await open_form(house, FINN)
        await house.slack.types(FINN, "What next?", "")
        await house.slack.closes(FINN)

        await open_form(house, FINN)

        assert typed(house, FINN, "What next?") is None
        assert typed(house, FINN, DONE) == []

    async def test_who_has_done_everything_is_asked_what_comes_next(self, house: House) -> None:
        await monday_asking(house, MOOD, PLAN)
        await plan(house, FINN, "Ship the login")
        await house.move_to(local(TOKYO, 30, 9))
        await open_form(house, FINN)
        await house.slack.chooses(FINN, "How was it?", "5")
        await house.slack.chooses(FINN, DONE, ["Ship the login"])

        result = await house.slack.submits(FINN)

        assert list(result.errors.values()) == ["Please answer this one: a few words are enough."]
        await house.slack.types(FINN, "What next?", "Ship the logout")
        assert (await house.slack.submits(FINN)).closed

    async def test_an_edit_brings_back_what_was_ticked_and_unticks_it(self, house: House) -> None:
        await monday_asking(house, MOOD, PLAN)
        await plan(house, FINN, "Ship the login\nRest")
        await house.move_to(local(TOKYO, 30, 9))
        await open_form(house, FINN)
        await house.slack.chooses(FINN, "How was it?", "5")
        await house.slack.chooses(FINN, DONE, ["Rest"])
        assert (await house.slack.submits(FINN)).closed
        await house.settle()

        await open_form(house, FINN)
        assert typed(house, FINN, DONE) == ["Rest"]
        assert typed(house, FINN, "What next?") == "Ship the login"
        await house.slack.chooses(FINN, DONE, [])
        assert (await house.slack.submits(FINN)).closed

        assert [each.done for each in await rows(house, Answer) if each.done] == []

    async def test_what_was_left_out_is_not_carried_into_a_form_that_edits_what_was_sent(self, house: House) -> None:
        await monday_asking(house, MOOD, replace(PLAN, required=False))
        await plan(house, FINN, "Ship the login")
        await house.move_to(local(TOKYO, 30, 9))
        await open_form(house, FINN)
        await house.slack.chooses(FINN, "How was it?", "5")
        await house.slack.types(FINN, "What next?", "")
        assert (await house.slack.submits(FINN)).closed
        await house.settle()

        await open_form(house, FINN)

        assert typed(house, FINN, "What next?") is None

    async def test_a_form_without_a_plan_asks_the_database_nothing_more(self, house: House) -> None:
        await monday_asking(house, MOOD, PLAN)
        with_a_plan = await statements_to_open(house, FINN)
        await stored(house, lambda session: ask(session, house.now, MOOD, replace(PLAN, is_plan=False)))
        await house.move_to(local(TOKYO, 30, 9))

        assert await statements_to_open(house, FINN) == with_a_plan - 1

    async def test_forty_items_fit_and_long_ones_are_cut_to_tick_and_whole_in_the_plan(self, house: House) -> None:
        items = [f"Item {n} " + "x" * 60 for n in range(40)]
        await monday_asking(house, MOOD, PLAN)
        await plan(house, FINN, "\n".join(items))
        await house.move_to(local(TOKYO, 30, 9))

        await open_form(house, FINN)

        assert shown(house, FINN) == ["How was it?", DONE, "And of these?", "And of these?", "What next?"]
        assert typed(house, FINN, "What next?") == "\n".join(items)
