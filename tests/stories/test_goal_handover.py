"""Goals that change hands: another owner, another manager, and what stands on Home."""

from __future__ import annotations

from bot.services import people_import
from bot.services.people_import import Row
from storage.goals import Goal
from tests.house import ANA, BERLIN, BO, CY, DANA, EVA, House, local
from tests.stories.acts import ONE_HOUSE, key_of, rows, stored
from tests.stories.goal_acts import TITLE, dana_leads_bo, open_goal, send, set_goal, shown

NINE = local(BERLIN, 23, 9)


async def home(house: House, user: str) -> str:
    """All that somebody's Home says."""
    await house.slack.opens_home(user)
    await house.settle()
    return str(house.slack.home(user)).replace("*", "")


async def manager_becomes(house: House, user: str, manager: str) -> None:
    """By the people's file."""
    row = Row(2, slack_id=user, manager=manager)
    await stored(house, lambda session: people_import.import_rows(session, [row], house.now))
    await house.settle()


async def test_a_new_manager_sees_that_goals_are_there_and_reads_them_once_they_are_shared(house: House) -> None:
    await dana_leads_bo(house)
    await set_goal(house, seen_by="manager")
    await house.move_to(NINE)
    await house.slack.clicks(DANA, house.dm(DANA, "asks you to agree")[-1], "goal.agree")
    await manager_becomes(house, BO, EVA)

    await house.slack.says(EVA, "/goals <@UBO|bo>")
    assert "A goal that isn't shared with you ▱▱▱▱▱▱▱▱▱▱ – · agreed on Mon, Nov 23 · due Thu, Dec 31" in shown(
        house, EVA
    )
    assert TITLE not in shown(house, EVA)
    await house.slack.says(CY, "/goals <@UBO|bo>")
    assert "A goal that isn't shared" not in shown(house, CY)

    (told,) = house.dm(BO, "is your manager now")
    assert "Eva is your manager now, and can't read 1 agreed goal of yours." in told.text.replace("*", "")
    await house.slack.clicks(BO, told, "goals.share")
    await house.settle()
    assert "Eva is your manager now, and can read your agreed goals." in told.text.replace("*", "")
    await house.slack.says(EVA, "/goals <@UBO|bo>")
    assert TITLE in shown(house, EVA)


class TestInOneHouse:
    pytestmark = ONE_HOUSE

    async def test_a_goal_is_handed_over(self, house: House) -> None:
        await dana_leads_bo(house)
        goal = await set_goal(house, seen_by="manager")
        await open_goal(house, BO, goal)
        await house.slack.clicks_in_view(BO, "goal.hand_over")
        await house.slack.chooses(BO, "to", [ANA])
        await send(house)
        assert f"{TITLE} is handed over." in shown(house, BO)
        await house.move_to(NINE)

        (told,) = house.dm(ANA, "handed a goal over to you")
        await house.slack.clicks(ANA, told, "goal.show")
        assert f"{TITLE} Ana · since" in shown(house, ANA)
        (goal,) = await rows(house, Goal)
        assert (goal.owner_id, goal.state) == (await key_of(house, ANA), "agreed")
        await house.slack.closes(BO, everything=True)
        await house.slack.says(BO, "/goals")
        assert TITLE not in shown(house, BO)

    async def test_not_to_oneself(self, house: House) -> None:
        goal = await set_goal(house)
        await open_goal(house, BO, goal)
        await house.slack.clicks_in_view(BO, "goal.hand_over")
        await house.slack.chooses(BO, "to", [BO])

        assert (await send(house)).errors == {"to": "Bo keeps this goal already. Choose somebody else."}

    async def test_the_goal_of_somebody_who_left_is_their_managers_to_hand_over(self, house: House) -> None:
        await dana_leads_bo(house)
        goal = await set_goal(house, seen_by="manager")
        await house.slack.deactivates(BO)
        await house.slack.says(DANA, "/goals <@UBO|bo>")
        await house.slack.clicks_in_view(DANA, "goal.show", str(goal.key))
        await house.slack.clicks_in_view(DANA, "goal.hand_over")
        await house.slack.chooses(DANA, "to", [ANA])
        assert not (await send(house, DANA)).errors

        (goal,) = await rows(house, Goal)
        assert goal.owner_id == await key_of(house, ANA)

    async def test_home_has_ones_goals_and_those_that_wait_for_ones_yes(self, house: House) -> None:
        assert "Your goals" in await home(house, BO)
        await dana_leads_bo(house)
        goal = await set_goal(house)
        assert TITLE in await home(house, BO)
        assert "Goals that wait for your yes" in await home(house, DANA)
        assert TITLE in await home(house, DANA)

        await house.move_to(NINE)
        await house.slack.clicks(DANA, house.dm(DANA, "asks you to agree")[-1], "goal.agree")
        await house.settle()
        assert "Goals that wait" not in str(house.slack.home(DANA))
        await house.slack.clicks_in_home(BO, "goal.show", str(goal.key))
        assert "agreed with Dana" in shown(house, BO)
