"""An owner and their manager settle a goal: asked, a change suggested, agreed, asked again; and who may say yes."""

from __future__ import annotations

from bot.playground.world import Message
from bot.services import people_import
from bot.services.people_import import Row
from storage.goals import Goal
from tests.house import ANA, BERLIN, BO, DANA, EVA, House, local
from tests.stories.acts import ONE_HOUSE, rows, sentence, stored
from tests.stories.goal_acts import TITLE, dana_leads_bo, open_goal, reports_to, send, set_goal, shown

NINE = local(BERLIN, 23, 9)


async def proposed(house: House, **chosen: str) -> Goal:
    """Bo proposed a goal, and Dana has been asked."""
    await dana_leads_bo(house)
    goal = await set_goal(house, **chosen)
    await house.move_to(NINE)
    return goal


def asked(house: House, user: str = DANA) -> Message:
    """The newest message that asks somebody to agree."""
    return house.dm(user, "asks you to agree")[-1]


def thread(house: House, user: str, root: Message) -> list[str]:
    """What Cairn says in a thread, each on one line."""
    said = house.slack.thread(root.channel, root.ts)
    return [" ".join(each.plain().replace("*", "").split()) for each in said if each.user != user]


async def change_target(house: House, goal: Goal, to: str) -> None:
    await open_goal(house, BO, goal)
    await house.slack.clicks_in_view(BO, "goal.edit")
    (block_id,) = [
        block["block_id"]
        for block in (house.slack.view(BO) or {})["blocks"]
        if block.get("block_id", "").endswith("_to")
    ]
    await house.slack.types(BO, block_id, to)
    assert (await send(house)).errors == {}
    await house.slack.closes(BO, everything=True)


async def test_a_change_is_suggested_talked_about_and_agreed(house: House) -> None:
    goal = await proposed(house)
    (own,) = house.dm(BO, "is asked to agree")
    assert "Dana is asked to agree to your goal" in own.plain().replace("*", "")
    assert f"Bo asks you to agree to a goal: {TITLE}, due Thu 31 Dec" in asked(house).plain().replace("*", "")

    await house.slack.clicks(DANA, asked(house), "goal.suggest")
    assert f"To Bo, about {TITLE}. Only the two of you can read it in Cairn." in shown(house, DANA)
    await house.slack.types(DANA, "words", "Two seconds would be enough & cheaper")
    await send(house, DANA)
    (received,) = thread(house, BO, own)
    assert f"Dana about the goal {TITLE}: Two seconds would be enough & cheaper" in received
    assert "You to Dana" not in received
    assert "You to Bo: Two seconds would be enough & cheaper" in thread(house, DANA, asked(house))[0]

    await house.slack.writes(BO, "Fair, two it is", thread_ts=own.ts)
    await house.settle()
    assert "Bo about the goal" in thread(house, DANA, asked(house))[-1]
    assert "Fair, two it is" in thread(house, DANA, asked(house))[-1]

    before = asked(house)
    await change_target(house, goal, "2")
    assert "Bo changed it since. The newest message about it asks you." in before.plain()
    assert before.buttons() == []
    assert "asks you to agree to a changed goal" in asked(house).plain()

    await house.slack.clicks(DANA, asked(house), "goal.agree")
    await house.settle()
    assert "You agreed." in asked(house).plain()
    assert f"Dana agreed to your goal {TITLE}." in own.plain().replace("*", "")
    await open_goal(house, BO, goal)
    assert "agreed with Dana" in shown(house, BO)
    assert not any("Two seconds" in str(message.blocks) for user in (ANA, EVA) for message in house.slack.dm(user))


class TestInOneHouse:
    pytestmark = ONE_HOUSE

    async def test_two_clicks_agree_once(self, house: House) -> None:
        await proposed(house)
        message = asked(house)
        await house.slack.clicks(DANA, message, "goal.agree")
        await house.slack.redeliver(2)
        await house.settle()

        (goal,) = await rows(house, Goal)
        assert (goal.state, goal.terms) == ("agreed", 1)

    async def test_an_old_button_agrees_to_nothing(self, house: House) -> None:
        goal = await proposed(house)
        old = asked(house)
        blocks = list(old.blocks)
        await change_target(house, goal, "2")
        old.blocks = blocks

        await house.slack.clicks(DANA, old, "goal.agree")

        assert sentence(house, DANA).startswith("Bo changed this goal since.")
        (goal,) = await rows(house, Goal)
        assert goal.state == "proposed"

    async def test_words_alone_ask_nobody_again(self, house: House) -> None:
        goal = await proposed(house)
        await house.slack.clicks(DANA, asked(house), "goal.agree")
        await open_goal(house, BO, goal)
        await house.slack.clicks_in_view(BO, "goal.edit")
        await house.slack.types(BO, "title", "Checkout is quick")
        await send(house)

        (goal,) = await rows(house, Goal)
        assert (goal.state, goal.title, goal.terms) == ("agreed", "Checkout is quick", 1)
        assert "Checkout is quick" in asked(house).plain()

    async def test_another_date_of_an_agreed_goal_asks_again(self, house: House) -> None:
        goal = await proposed(house)
        await house.slack.clicks(DANA, asked(house), "goal.agree")
        await open_goal(house, BO, goal)
        await house.slack.clicks_in_view(BO, "goal.edit")
        await house.slack.chooses(BO, "due_on", "2027-01-31")
        await send(house)

        (goal,) = await rows(house, Goal)
        assert (goal.state, goal.terms) == ("proposed", 2)
        assert "asks you to agree to a changed goal" in asked(house).plain()

    async def test_two_who_edit_at_once_overwrite_nothing(self, house: House) -> None:
        goal = await set_goal(house)
        await open_goal(house, BO, goal)
        await house.slack.clicks_in_view(BO, "goal.edit")
        first = house.slack.doing.views.stack(BO)[-1]
        await house.slack.closes(BO, everything=True)
        await change_target(house, goal, "2")

        house.slack.doing.views.stack(BO).append(first)
        sent = await house.slack.submits(BO)
        assert list(sent.errors.values()) == [
            "This goal was changed while your form was open. Nothing was saved: open it again."
        ]

    async def test_a_new_manager_is_asked_once_the_owner_says_so(self, house: House) -> None:
        await proposed(house)
        old = asked(house)
        buttons = list(old.blocks)
        await stored(
            house, lambda session: people_import.import_rows(session, [Row(2, slack_id=BO, manager=ANA)], house.now)
        )
        await house.settle()
        assert not house.dm(ANA, "asks you to agree")
        (stranded,) = house.dm(BO, "isn't your manager any more")
        assert "Ana can't read it until you ask them." in stranded.plain()

        old.blocks = buttons
        await house.slack.clicks(DANA, old, "goal.agree")
        assert sentence(house, DANA) == "You aren't asked about this goal any more: Ana is. Nothing was changed."

        await house.slack.clicks(BO, stranded, "goal.ask_again")
        await house.settle()
        await house.slack.clicks(ANA, asked(house, ANA), "goal.agree")
        await house.settle()
        (goal,) = await rows(house, Goal)
        assert goal.state == "agreed"

    async def test_a_manager_who_leaves_asks_nothing_any_more(self, house: House) -> None:
        await proposed(house)
        await house.slack.deactivates(DANA)
        await house.settle()
        (stranded,) = house.dm(BO, "isn't your manager any more")
        assert "You have no manager in Cairn." in stranded.plain()

        await house.slack.clicks(BO, stranded, "goal.ask_again")
        await house.settle()
        (goal,) = await rows(house, Goal)
        assert goal.state == "agreed"
        assert goal.agreed_id == goal.owner_id

    async def test_edits_and_deletions_in_the_thread_follow(self, house: House) -> None:
        await proposed(house)
        written = await house.slack.writes(DANA, "Two secnds", thread_ts=asked(house).ts)
        await house.settle()
        (own,) = house.dm(BO, "is asked to agree")
        await house.slack.edits(DANA, written, "Two seconds")
        await house.slack.redeliver(2)
        await house.settle()
        (received,) = thread(house, BO, own)
        assert "Two seconds (edited)" in received

        await house.slack.deletes(DANA, written)
        await house.settle()
        assert thread(house, BO, own) == []

    async def test_nothing_is_asked_of_somebody_without_a_manager(self, house: House) -> None:
        await reports_to(house, BO, None)
        goal = await set_goal(house)
        await house.move_to(NINE)

        assert not any(house.dm(user, "asks you to agree") for user in (ANA, DANA, EVA))
        await open_goal(house, BO, goal)
        assert "agreed by Bo alone" in shown(house, BO)
