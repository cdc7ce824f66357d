"""A goal from its proposal to its end: a change suggested, agreed, four weeks of updates and readings, and closed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlmodel import col

from bot.domain.goals import Source
from bot.services import readings as reading_service
from storage.goals import Goal
from storage.measures import Measure
from storage.readings import Reading
from tests.house import BERLIN, BO, CY, DANA, House, local
from tests.stories.acts import rows, stored
from tests.stories.goal_acts import TITLE, dana_leads_bo, open_goal, say_value, send, set_goal, shown
from tests.stories.test_goal_agreement import asked, change_target, thread

WEEKS = (("3.8", "6"), ("3.7", "6"), ("3.7", "6"), ("3.7", "9"))


async def test_a_goal_goes_from_its_proposal_to_its_end(house: House) -> None:
    await dana_leads_bo(house)
    goal = await set_goal(house, seen_by="everyone")
    await house.move_to(local(BERLIN, 23, 9))
    await house.slack.clicks(DANA, asked(house), "goal.suggest")
    await house.slack.types(DANA, "words", "Two would do")
    await send(house, DANA)
    (own,) = house.dm(BO, "is asked to agree")
    assert "Two would do" in thread(house, BO, own)[0]
    await change_target(house, goal, "2")
    await house.slack.clicks(DANA, asked(house), "goal.agree")
    await house.settle()
    (measure,) = await rows(house, Measure, col(Measure.goal_id) == goal.key)

    for week, (value, confidence) in enumerate(WEEKS):
        await house.move_to(local(BERLIN, 27, 10) + timedelta(days=7 * week))
        assert not (await say_value(house, BO, goal, measure.key, value, confidence=confidence)).errors
        await house.slack.closes(BO, everything=True)

    await house.let_pass(hours=2)
    file = f"measure,value,at\n{measure.key},3.6,2026-12-18T10:00:00Z\n".encode()
    await stored(
        house,
        lambda session: reading_service.take(session, reading_service.of_csv(file), Source.FILE, house.now),
    )
    assert [each.value for each in await rows(house, Reading)][-1] == Decimal("3.6")
    await open_goal(house, BO, goal)
    assert "behind" in shown(house, BO), "the owner sees what the numbers say"
    await house.slack.closes(BO, everything=True)
    await house.slack.says(CY, "/goals <@UBO|bo>")
    assert TITLE in shown(house, CY)
    assert "behind" not in shown(house, CY), "confidence is high, so that the owner is asked before others are told"
    await house.slack.closes(CY, everything=True)
    await house.let_pass(hours=50)
    await house.slack.says(CY, "/goals <@UBO|bo>")
    assert "behind" in shown(house, CY), "48 hours are over"

    await open_goal(house, BO, goal)
    await house.slack.clicks_in_view(BO, "goal.close")
    await house.slack.chooses(BO, "outcome", "missed")
    await house.slack.types(BO, "lesson", "The database was the smaller half")
    await send(house)
    assert "Not reached" in shown(house, BO)
    assert "The database was the smaller half" in shown(house, BO)
    (over,) = await rows(house, Goal)
    assert over.state == "closed"
    assert "Bo closed it. Nothing is left to do." in asked(house).plain()
