"""How goals go, as a question of a check-in."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlmodel import col

from bot.domain.checkins import QuestionKind
from bot.domain.setup import QuestionRequest
from storage.answers import Answer
from storage.goals import Goal, GoalUpdate
from storage.readings import Reading
from tests.house import FINN, HANA, NEW_YORK, PLATFORM, TOKYO, House, local, open_form
from tests.stories.acts import ONE_HOUSE, rows, stored
from tests.stories.asking import MOOD, monday_asking
from tests.stories.goal_acts import measure_of, set_goal, shown

PROGRESS = QuestionRequest(QuestionKind.PROGRESS, "How do your goals go?", required=False)
NOTHING = "You have no open goal with a measure to ask about."


async def asked_for_two(house: House) -> tuple[int, int]:
    """Finn has a goal without a value and one at 3, and is asked about both; gives their measures."""
    new, known = await set_goal(house, FINN, "Fewer pages"), await set_goal(house, FINN, "Faster builds")
    first, second = await measure_of(house, new), await measure_of(house, known)
    told = Reading(
        measure_id=second,
        value=Decimal(3),
        at=house.now,
        recorded_at=house.now,
        source="person",
        person_id=known.owner_id,
    )
    await stored(house, lambda session: session.add(told))
    await monday_asking(house, MOOD, PROGRESS)
    await open_form(house, FINN)
    await house.slack.chooses(FINN, "How was it?", "4")
    return first, second


async def send(house: House) -> None:
    sent = await house.slack.submits(FINN)
    assert sent.closed, sent
    await house.settle()


async def readings(house: House) -> list[Reading]:
    return await rows(house, Reading, col(Reading.source) == "checkin")


async def test_progress_from_the_form_to_the_goal_and_corrected(house: House, transport: str) -> None:
    first, second = await asked_for_two(house)
    await house.slack.types(FINN, f"m{first}", "2.5 seconds")
    await house.slack.chooses(FINN, f"s{second}", ["1"])
    await house.slack.closes(FINN)
    await house.restart(transport)

    await open_form(house, FINN)
    assert "No change: still 3 seconds" in shown(house, FINN)
    await send(house)

    said = sorted(await readings(house), key=lambda each: each.measure_id)
    assert [(each.measure_id, each.value) for each in said] == [(first, Decimal("2.5")), (second, Decimal(3))]
    assert all(each.prompt_id is not None for each in await rows(house, GoalUpdate))
    assert [each.number for each in await rows(house, Answer)] == [4]
    await open_form(house, FINN)
    await house.slack.types(FINN, f"m{first}", "2")
    await send(house)

    (correction,) = [each for each in await readings(house) if each.corrects_id is not None]
    assert (correction.corrects_id, correction.value, correction.at) == (said[0].key, Decimal(2), said[0].at)
    assert len(await readings(house)) == 3
    await house.move_to(local(NEW_YORK, 24, 12))
    digest = house.slack.channel(PLATFORM)[-1]
    assert "🙂 4/5" in digest.plain()
    assert "Fewer pages" not in digest.plain() + digest.text


class TestOne:
    """What neither the database nor the transport has a part in."""

    pytestmark = ONE_HOUSE

    async def test_what_cant_be_read_is_said_at_its_field_and_nothing_is_kept(self, house: House) -> None:
        first, second = await asked_for_two(house)
        await house.slack.types(FINN, f"m{first}", "a while")
        await house.slack.types(FINN, f"m{second}", "2")
        await house.slack.chooses(FINN, f"s{second}", ["1"])

        sent = await house.slack.submits(FINN)

        assert set(sent.errors) == {f"m{first}", f"m{second}"}
        assert "“No change” is ticked" in sent.errors[f"m{second}"]
        assert await readings(house) == []
        assert await rows(house, Answer) == []

    async def test_a_goal_that_was_closed_meanwhile_is_left_out_and_loses_nothing_else(self, house: House) -> None:
        first, second = await asked_for_two(house)
        await house.slack.types(FINN, f"m{first}", "2")
        await house.slack.chooses(FINN, f"s{second}", ["1"])

        def close(session: object) -> None:
            goal = session.query(Goal).order_by(col(Goal.id)).first()  # type: ignore[attr-defined]
            goal.state, goal.outcome, goal.closed_at = "closed", "dropped", house.now

        await stored(house, close)
        sent = await house.slack.submits(FINN)
        assert not sent.closed
        assert "was closed, or its measure taken away" in shown(house, FINN)
        assert await readings(house) == []
        await send(house)

        assert [each.measure_id for each in await readings(house)] == [second]
        assert [each.number for each in await rows(house, Answer)] == [4]

    async def test_what_programs_tell_isnt_asked_and_five_are_the_most(self, house: House) -> None:
        goals = [await set_goal(house, FINN, f"Goal {n}") for n in range(7)]
        keys = [await measure_of(house, goal) for goal in goals]
        at = house.now - timedelta(days=1)
        fed = Reading(measure_id=keys[0], value=Decimal(3), at=at, recorded_at=at, source="api")
        await stored(house, lambda session: session.add(fed))
        await monday_asking(house, PROGRESS)
        await open_form(house, FINN)

        said = shown(house, FINN)

        assert [n for n in range(7) if f"Goal {n}" in said] == [1, 2, 3, 4, 5]

    async def test_whoever_has_no_goal_has_nothing_to_fill_in(self, house: House) -> None:
        await monday_asking(house, PROGRESS)
        await open_form(house, FINN)
        assert NOTHING in shown(house, FINN)

        await send(house)

        assert await readings(house) == []
        assert house.dm(FINN, "sent")

    async def test_whoever_has_to_answer_says_a_value_or_no_change_in_their_own_notation(self, house: House) -> None:
        measure = await measure_of(house, await set_goal(house, HANA, "Weniger Seiten"))
        await monday_asking(house, QuestionRequest(QuestionKind.PROGRESS, "Und die Ziele?"))
        await house.move_to(local(TOKYO, 23, 18))
        await open_form(house, HANA)
        assert list((await house.slack.submits(HANA)).errors) == [f"m{measure}"]
        await house.slack.types(HANA, f"m{measure}", "2,25")

        assert (await house.slack.submits(HANA)).closed

        await house.settle()
        assert [each.value for each in await readings(house)] == [Decimal("2.25")]
