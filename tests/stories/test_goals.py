"""Goals: set in a form, listed, looked at, updated and closed; and what is refused on the way."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlmodel import col

from storage.access import Access
from storage.goals import Goal, GoalUpdate
from storage.measures import Measure
from storage.readings import Reading
from tests.house import ANA, BERLIN, BO, DANA, GENERAL, House, local, make_platform
from tests.stories.acts import ONE_HOUSE, key_of, rows, sentence
from tests.stories.goal_acts import (
    TITLE,
    dana_leads_bo,
    fill_in,
    newest,
    open_goal,
    say_value,
    send,
    set_goal,
    shown,
)


async def measure_of(house: House, goal: Goal) -> Measure:
    (measure,) = await rows(house, Measure, col(Measure.goal_id) == goal.key)
    return measure


async def test_a_goal_is_set_looked_at_updated_and_closed(house: House) -> None:
    await house.slack.says(BO, "/goals")
    assert "You have no open goal. Press New goal" in shown(house, BO)
    await house.slack.closes(BO)

    await fill_in(house, seen_by="everyone")
    assert (await send(house)).errors == {}
    assert f"{TITLE} Bo · since Mon 23 Nov · due Thu 31 Dec · agreed by Bo alone" in shown(house, BO)
    assert "▱▱▱▱▱▱▱▱▱▱ Slowest page: no value yet · from 4 to 1 seconds" in shown(house, BO)
    assert "Everyone at Acme can read this goal." in shown(house, BO)
    goal = await newest(house)
    measure = await measure_of(house, goal)
    assert (measure.direction, measure.baseline, measure.target) == ("down", Decimal(4), Decimal(1))
    await house.slack.closes(BO, everything=True)

    sent = await say_value(house, BO, goal, measure.key, "2.5", confidence="8", note="The index helped")
    assert not sent.errors
    assert "▰▰▰▰▰▱▱▱▱▱ Slowest page: 2.5 seconds · from 4 to 1 seconds" in shown(house, BO)
    assert "Bo · Mon 23 Nov · confidence 8 of 10, high The index helped" in shown(house, BO)
    await house.slack.closes(BO, everything=True)

    await house.slack.says(ANA, "/goals <@UBO|bo>")
    assert f"1 goal of Bo that you may read {TITLE} ▰▰▰▰▰▱▱▱▱▱ 50 %" in shown(house, ANA)
    assert await rows(house, Access, col(Access.reader_id) == await key_of(house, ANA), col(Access.what) == "goal")

    await open_goal(house, BO, goal)
    await house.slack.clicks_in_view(BO, "goal.close")
    await house.slack.chooses(BO, "outcome", "partly")
    await house.slack.types(BO, "lesson", "Measure first")
    await house.slack.chooses(BO, "channel", GENERAL)
    await send(house)
    assert "Reached in part" in shown(house, BO)
    assert "What was learnt: Measure first" in shown(house, BO)
    told = [message.text.replace("*", "") for message in house.slack.channel(GENERAL) if "goal" in message.text]
    assert told == [f"Bo reached a good part of a goal: {TITLE}"]


class TestInOneHouse:
    pytestmark = ONE_HOUSE

    async def test_a_wrong_value_is_replaced_and_stays(self, house: House) -> None:
        goal = await set_goal(house)
        measure = await measure_of(house, goal)
        await say_value(house, BO, goal, measure.key, "25")
        await house.slack.closes(BO, everything=True)
        await say_value(house, BO, goal, measure.key, "2.5", corrected=str(measure.key))

        wrong, right = await rows(house, Reading)
        assert (wrong.value, right.value, right.corrects_id) == (Decimal(25), Decimal("2.5"), wrong.key)
        assert "2.5 seconds" in shown(house, BO)

    async def test_measures_come_and_go_in_the_form_and_keep_what_was_typed(self, house: House) -> None:
        await fill_in(house)
        await house.slack.clicks_in_view(BO, "goal.measure.add")
        await house.slack.clicks_in_view(BO, "goal.measure.add")
        await house.slack.chooses(BO, "n1_kind", "done")
        await house.slack.types(BO, "n1_name", "Written down")
        await house.slack.clicks_in_view(BO, "goal.measure.remove", "n2")
        await send(house)

        kept = await rows(house, Measure)
        assert [(each.position, each.kind, each.name) for each in kept] == [
            (0, "number", "Slowest page"),
            (1, "done", "Written down"),
        ]

    async def test_at_most_five(self, house: House) -> None:
        await fill_in(house)
        for _ in range(4):
            await house.slack.clicks_in_view(BO, "goal.measure.add")

        assert "Add a measure" not in shown(house, BO)

    @pytest.mark.parametrize(
        ("field", "typed", "said"),
        [
            ("n0_from", "four", "That isn't a number. Write it like 12.5."),
            ("n0_from", "NaN", "That isn't a number. Write it like 12.5."),
            ("n0_to", "4", "Start and target are the same, so nothing would be left to reach. Change one of them."),
            ("n0_to", "1e9", "That isn't a number. Write it like 12.5."),
            ("n0_to", "0.1234567", "That number has too many digits: 12 before its point and 6 after it fit."),
            ("title", "  ", "A goal needs a title: what will be different once it is reached?"),
        ],
    )
    async def test_what_makes_no_sense_is_said_where_it_was_typed(
        self, house: House, field: str, typed: str, said: str
    ) -> None:
        await fill_in(house)
        await house.slack.types(BO, field, typed)

        sent = await house.slack.submits(BO, force=True)

        assert sent.errors == {field: said}
        assert await rows(house, Goal) == []

    @pytest.mark.parametrize(
        ("due_on", "said"),
        [
            ("2026-11-22", "The due date has to come after the start."),
            ("2026-11-23", "The due date has to come after the start."),
        ],
    )
    async def test_dates_in_the_wrong_order_are_said(self, house: House, due_on: str, said: str) -> None:
        await fill_in(house, due_on=due_on)

        assert (await send(house)).errors == {"due_on": said}

    async def test_a_due_date_in_the_past_is_said(self, house: House) -> None:
        await fill_in(house, starts_on="2026-10-01", due_on="2026-11-01")

        assert (await send(house)).errors == {"due_on": "This date is past. Choose a day from today on."}

    async def test_a_percentage_and_a_currency_that_are_none(self, house: House) -> None:
        await fill_in(house)
        await house.slack.chooses(BO, "n0_kind", "percent")
        await house.slack.types(BO, "n0_to", "1000000000")
        sent = await send(house)
        assert sent.errors == {"n0_to": "That is more than 100,000 %. Write 12.5 for 12.5 %."}

        await house.slack.chooses(BO, "n0_kind", "money")
        await house.slack.types(BO, "n0_currency", "Taler")
        sent = await send(house)
        assert list(sent.errors) == ["n0_currency"]
        assert sent.errors["n0_currency"].startswith("Cairn doesn't know the currency TALER.")

        await house.slack.types(BO, "n0_currency", "")
        sent = await send(house)
        assert sent.errors == {"n0_currency": "Which currency? Write its three letters, like EUR."}

        await house.slack.types(BO, "n0_to", "€3k")
        assert (await send(house)).errors == {}
        measure = await measure_of(house, await newest(house))
        assert (measure.currency, measure.target) == ("EUR", Decimal(3000))

    async def test_numbers_are_read_as_their_author_writes_them(self, house: House) -> None:
        await house.slack.user_changes(BO, locale="de-DE")
        await fill_in(house)
        await house.slack.types(BO, "n0_from", "1 200")
        await house.slack.types(BO, "n0_to", "12,5")
        await send(house)

        measure = await measure_of(house, await newest(house))
        assert (measure.baseline, measure.target, measure.decimals) == (Decimal(1200), Decimal("12.5"), 1)

    async def test_somebody_elses_goal_is_neither_found_nor_changed(self, house: House) -> None:
        goal = await set_goal(house, seen_by="manager")
        await house.slack.says(ANA, "/goals <@UBO|bo>")
        assert "Bo shares no open goal with you. Who owns a goal chooses who reads it: ask them." in shown(house, ANA)

        await house.slack.says(ANA, "/goals")
        view = house.slack.doing.views.stack(ANA)[-1]
        view.body["blocks"] = [
            {
                "type": "actions",
                "block_id": "x",
                "elements": [
                    {
                        "type": "button",
                        "action_id": "goal.edit",
                        "value": str(goal.key),
                        "text": {"type": "plain_text", "text": "Change"},
                    }
                ],
            }
        ]
        await house.slack.clicks_in_view(ANA, "goal.edit")
        assert "That goal isn't there, or it isn't shared with you." in shown(house, ANA)

    async def test_a_goal_that_was_closed_meanwhile_stays_as_it_is(self, house: House) -> None:
        goal = await set_goal(house)
        await open_goal(house, BO, goal)
        await house.slack.clicks_in_view(BO, "goal.update")
        update = house.slack.doing.views.stack(BO)[-1]
        await house.slack.closes(BO, everything=True)
        await open_goal(house, BO, goal)
        await house.slack.clicks_in_view(BO, "goal.close")
        await house.slack.chooses(BO, "outcome", "dropped")
        await send(house)

        house.slack.doing.views.stack(BO).append(update)
        await house.slack.types(BO, "note", "Still going")
        sent = await house.slack.submits(BO)
        assert list(sent.errors.values()) == [
            "This goal was closed meanwhile, so it stays as it is. `/goals new` begins the next one."
        ]
        assert await rows(house, GoalUpdate) == []

    async def test_an_update_that_says_nothing_is_none(self, house: House) -> None:
        goal = await set_goal(house)
        await open_goal(house, BO, goal)
        await house.slack.clicks_in_view(BO, "goal.update")

        sent = await send(house)

        assert list(sent.errors.values()) == ["Nothing was filled in. Say a value, how confident you are, or a note."]

    async def test_lists_are_paged(self, house: House) -> None:
        for n in range(12):
            await set_goal(house, title=f"Goal {n:02}")
        await house.slack.says(BO, "/goals")
        assert "12 goals of yours" in shown(house, BO)
        assert "1 to 10 of 12" in shown(house, BO)
        assert "Goal 10" not in shown(house, BO)

        await house.slack.clicks_in_view(BO, "goals.page")
        assert "11 to 12 of 12" in shown(house, BO)
        assert "Goal 10" in shown(house, BO)

    async def test_a_team_and_the_company_have_goals_of_their_own(self, house: House) -> None:
        await make_platform(house)
        await house.slack.says(BO, "/goals new")
        with pytest.raises(AssertionError):
            await house.slack.chooses(BO, "owner", "My own")
        await house.slack.closes(BO)

        await set_goal(house, DANA, "Ship weekly", owner="The team Platform", seen_by="everyone")
        await set_goal(house, DANA, "Win the market", owner="All of Acme", seen_by="everyone")

        await house.slack.says(BO, "/goals team")
        assert "1 goal in Platform Ship weekly · Platform" in shown(house, BO)
        await house.slack.says(BO, "/goals company")
        assert "1 goal of Acme Win the market · Acme" in shown(house, BO)
        await house.slack.says(BO, "/cairn goals company")
        assert "Win the market" in shown(house, BO)

    async def test_words_of_people_ping_nobody(self, house: House) -> None:
        goal = await set_goal(house, title="<!channel> *bold* goal", seen_by="everyone")
        await open_goal(house, BO, goal)
        await house.slack.clicks_in_view(BO, "goal.close")
        await house.slack.chooses(BO, "outcome", "reached")
        await house.slack.chooses(BO, "channel", GENERAL)
        await send(house)

        (told,) = [message for message in house.slack.channel(GENERAL) if "goal" in message.text]
        assert "&lt;!channel&gt;" in told.text

    async def test_other_words_get_help(self, house: House) -> None:
        await house.slack.says(BO, "/goals nonsense")

        assert "Cairn doesn't know “nonsense”." in sentence(house, BO)

    async def test_a_second_delivery_makes_no_second_goal(self, house: House) -> None:
        await dana_leads_bo(house)
        await fill_in(house)
        await send(house)
        await house.slack.redeliver(2)
        await house.move_to(local(BERLIN, 23, 9))

        assert len(await rows(house, Goal)) == 1
        assert len(house.dm(DANA, "asks you to agree")) == 1
