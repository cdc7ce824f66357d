"""What the stories about feedback do again and again."""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import col

from bot.playground.world import Message
from storage.people import Person
from tests.house import ANA, BERLIN, BO, DANA, House, local
from tests.stories.acts import key_of, stored

TEN = local(BERLIN, 24, 10)
"""Tuesday; Ana, Bo and Dana work in Berlin."""
WORDS = "Slide 4 showed last month's numbers, and the client asked twice which were right."


async def manages(house: House, manager: str, *reports: str) -> None:
    """Who leads whom, as the operator's file says it."""
    key = await key_of(house, manager)
    change = update(Person).where(col(Person.slack_id).in_(reports)).values(manager_id=key)
    await stored(house, lambda session: session.execute(change))


async def fills_in(house: House, words: str = WORDS, by: str = BO, to: str = ANA, **chosen: str) -> None:
    """The form is open and filled in."""
    await house.slack.says(by, f"/give-feedback <@{to}>")
    assert house.slack.view(by) is not None, house.slack.ephemerals(by)[-1:]
    for block_id, value in chosen.items():
        await house.slack.chooses(by, block_id, value)
    await house.slack.types(by, "words", words)


async def gives(house: House, words: str = WORDS, by: str = BO, to: str = ANA, **chosen: str) -> Message:
    """Somebody gives feedback, by way of the visibility card; their own message of it."""
    await fills_in(house, words, by, to, **chosen)
    looked_over = await house.slack.submits(by)
    assert not looked_over.errors, looked_over
    assert (await house.slack.submits(by)).closed
    await house.settle()
    return house.dm(by, "Your feedback for")[-1]


def notice(house: House, user: str = ANA) -> Message:
    """The latest notice of feedback."""
    return house.dm(user, "has feedback for")[-1]


async def reads(house: House, user: str = ANA) -> Message:
    """Somebody opens the latest feedback: the notice, in whose thread it is."""
    arrived = notice(house, user)
    await house.slack.clicks(user, arrived, "Read")
    await house.settle()
    return arrived


def thread(house: House, root: Message) -> list[Message]:
    """What Cairn says in a thread, oldest first."""
    return [each for each in house.slack.thread(root.channel, root.ts) if each.user not in (ANA, BO, DANA)]


def lines(house: House, root: Message) -> list[str]:
    """The same, each on one line."""
    return [" ".join(each.plain().replace("*", "").split()) for each in thread(house, root)]
