"""What the stories do again and again, beside the house itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from copy import deepcopy
from typing import Any, TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from bot.clock import MovableClock
from bot.playground import Company, Playground
from bot.playground.transport import Answer, Delivery
from bot.playground.world import Message
from bot.runtime.calendar import MovableCalendar
from storage.people import Person
from tests.house import FINN, MONDAY_859_TOKYO, TOKYO, House, build_cairn, local, make_platform, start

T = TypeVar("T")
Row = TypeVar("Row", bound=SQLModel)

WENT_WELL, NEXT, MOOD = "What went well or moved forward?", "What will you do next?", "How did the week feel?"

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
by_socket = pytest.mark.parametrize("transport", ["socket"], indirect=True)
by_http = pytest.mark.parametrize("transport", ["http"], indirect=True)
ONE_HOUSE = [on_sqlite, by_socket]
"""For stories in which neither the database nor the transport has a part."""


def one_house(story: Callable[..., T]) -> Callable[..., T]:
    """The same, for one story among others."""
    for mark in ONE_HOUSE:
        story = mark(story)
    return story


@asynccontextmanager
async def open_house(database_url: str, transport: str, company: Company, **settings: Any) -> AsyncIterator[House]:
    """A company with Cairn in it: Monday, 8:59 in Tokyo. Whatever Cairn sends keeps Slack's limits."""
    clock = MovableClock(MONDAY_859_TOKYO)
    calendar = MovableCalendar(clock)
    playground = Playground(company, calendar)
    await playground.start()
    cairn = build_cairn(playground, database_url, clock, transport, **settings)
    await start(playground, cairn, transport)
    calendar.cairn = cairn
    house = House(cairn, playground, clock, calendar)
    yield house
    await house.cairn.stop()
    await playground.stop()
    assert playground.violations == [], [(each.method, each.error, each.messages) for each in playground.violations]


async def stored(house: House, work: Callable[[Session], T]) -> T:
    """Look into the database, or change it, behind everybody's back."""
    return await house.cairn.database.write(work, workspace=house.cairn.workspace)


async def rows(house: House, table: type[Row], *conditions: Any) -> list[Row]:
    """All rows of a table that fulfil some conditions."""
    return await stored(house, lambda session: list(session.scalars(select(table).where(*conditions))))


async def key_of(house: House, user: str) -> int:
    """Somebody's primary key."""
    (person,) = await rows(house, Person, col(Person.slack_id) == user)
    return person.key


async def monday_in_tokyo(house: House, **chosen: str) -> None:
    """Platform's weekly check-in is on, and Finn and Gus have just been asked; elsewhere it is too early."""
    await make_platform(house, **chosen)
    await house.move_to(local(TOKYO, 23, 9))
    assert house.dm(FINN, "open until")


def prompt(house: House, user: str) -> Message:
    """The latest prompt in somebody's DM, in whatever state."""
    return [message for message in house.slack.dm(user) if "checkin.answer" in dict(message.buttons())][-1]


@contextmanager
def in_a_hurry(house: House, seconds: float = 1.0) -> Iterator[None]:
    """Cairn waits no longer than so many seconds for its database and for Slack, as it waits for 2.5 in earnest."""
    patience, house.cairn.desk.patience = house.cairn.desk.patience, seconds
    yield
    house.cairn.desk.patience = patience


async def fill_in(house: House, user: str, words: str = "Fixed the build") -> None:
    """Type an answer to everything that is required, and don't send it."""
    await house.slack.chooses(user, MOOD, "4")
    await house.slack.types(user, WENT_WELL, words)
    await house.slack.types(user, NEXT, f"{words}, next")


def last_delivery(house: House) -> Delivery:
    """What Slack delivered last, as it was then: payloads are made anew for each act."""
    last = house.slack.doing.last
    assert last is not None
    return Delivery(last.kind, deepcopy(last.payload))


async def deliver(house: House, user: str, delivery: Delivery) -> Answer:
    """Deliver something of one's own making, under a trigger of its own, so that it counts as new."""
    payload = {**delivery.payload, "trigger_id": house.slack.world.new_trigger(user)}
    return await house.slack.doing.transport.send(Delivery(delivery.kind, payload))


def words_in(text: str) -> int:
    """How many words somebody has to read; emoji, dots and zero-width marks aren't words."""
    return sum(1 for word in text.split() if any(letter.isalnum() for letter in word))


def sentence(house: House, user: str) -> str:
    """The last thing that only this person saw, as one line."""
    return " ".join(house.slack.ephemerals(user)[-1].text.replace("\u200b", "").split())
