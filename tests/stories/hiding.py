"""A check-in with names hidden: what its stories begin with, and what others get of it."""

from __future__ import annotations

from typing import Any

from sqlmodel import col

from bot.domain.checkins import QuestionKind
from bot.domain.setup import QuestionRequest
from bot.playground.world import Message
from storage.rounds import Prompt
from tests.house import (
    ANA,
    BO,
    CAST,
    CY,
    DANA,
    EVA,
    FINN,
    GUS,
    NEW_YORK,
    PLATFORM,
    House,
    begin_checkin,
    local,
    open_form,
    platform_team,
    switch_on,
)
from tests.stories.acts import key_of, rows, sentence, stored
from tests.stories.asking import MOOD, WHY, ask

WORDS = QuestionRequest(QuestionKind.LONG_TEXT, "What should we change?", required=False)
ALL_ASKED, CLOSED = local(NEW_YORK, 23, 9), local(NEW_YORK, 24, 12)
FIVE = (ANA, BO, CY, EVA, FINN)
OTHERS = {PLATFORM, *(f"D{user[1:]}" for user in CAST if user not in (ANA, GUS))}
MARKER = "Zebrafinn"


async def chooses_hidden(house: House, **chosen: str | list[str]) -> None:
    """Dana fills in a pulse every Monday at nine, with names hidden; `chosen` by block_id."""
    await begin_checkin(house, template="pulse")
    usual = {"rhythm": "weekly", "at": "09:00", "window": "1620", "reminders": "light", "names": "hidden"}
    for block_id, value in {**usual, **chosen}.items():
        await house.slack.chooses(DANA, block_id, value)


async def hidden_checkin(house: House, **chosen: str | list[str]) -> None:
    """Platform is asked on Mondays how it was, why where it wasn't good, and what to change; names are hidden."""
    await platform_team(house)
    await chooses_hidden(house, **chosen)
    await switch_on(house)
    await stored(house, lambda session: ask(session, house.now, MOOD, WHY, WORDS))


async def all_are_asked(house: House, **chosen: str | list[str]) -> None:
    """It is nine on Monday in New York, so that all of Platform has been asked."""
    await hidden_checkin(house, **chosen)
    await house.move_to(ALL_ASKED)


async def says(house: House, user: str, words: str | None, mood: int = 4, why: str | None = None) -> None:
    await open_form(house, user)
    await house.slack.chooses(user, "How was it?", str(mood))
    if why is not None:
        await house.slack.types(user, "Why?", why)
    if words is not None:
        await house.slack.types(user, "What should we change?", words)
    assert (await house.slack.submits(user)).closed
    await house.settle()


async def five_say_something(house: House) -> None:
    for n, user in enumerate(FIVE):
        await says(house, user, f"Idea number {n}", mood=4 if n else 5)


def names() -> list[str]:
    return [*(user.removeprefix("U").title() for user in CAST), *CAST]


def listed(message: Message) -> list[str]:
    """What a digest lists below its questions, in its order."""
    return [
        run["text"]
        for block in message.blocks
        for element in block.get("elements", [])
        if element["type"] == "rich_text_list"
        for item in element["elements"]
        for run in item["elements"]
    ]


async def edits(house: House, **chosen: str) -> None:
    """Dana changes the one check-in there is."""
    await house.slack.says(DANA, "/checkin edit")
    for block_id, value in chosen.items():
        await house.slack.chooses(DANA, block_id, value)
    await switch_on(house)


async def errors(house: House) -> list[str]:
    """What Dana's form says when she sends it."""
    return list((await house.slack.submits(DANA)).errors.values())


async def status(house: House, user: str) -> str:
    await house.slack.says(user, "/checkin status")
    return sentence(house, user).replace("*", "")


async def prompts_of(house: House, person_id: int) -> list[int]:
    return [each.key for each in await rows(house, Prompt, col(Prompt.person_id) == person_id)]


async def prompt_of(house: House, user: str) -> str:
    (found,) = await prompts_of(house, await key_of(house, user))
    return str(found)


def changes(house: House) -> list[Any]:
    """Whatever Cairn posted or changed where others than Ana and Gus read."""
    return [call for call in house.slack.calls if call.method.startswith("chat.") and call.args["channel"] in OTHERS]


def to_others(house: House) -> list[str]:
    return [str(call.args) for call in changes(house)]
