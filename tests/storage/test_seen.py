"""Each delivery of Slack's once, however often it comes."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import MovableClock
from bot.errors import AlreadySeenError
from storage import seen
from storage.database import Database
from storage.people import Person
from storage.seen import Seen
from tests.storage.conftest import NOW


async def test_of_eight_at_once_one_acts(database: Database) -> None:
    def act(session: Session) -> None:
        seen.once(session, "trigger-1")
        session.add(Person(slack_id="U1", name="Ana", synced_at=NOW))

    outcomes = await asyncio.gather(*(database.write(act, workspace="T1") for _ in range(8)), return_exceptions=True)

    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, AlreadySeenError) for outcome in outcomes) == 7
    assert await database.read(lambda session: session.scalar(select(func.count()).select_from(Person))) == 1


async def test_who_acts_is_given_once_for_each_delivery(database: Database) -> None:
    def act(session: Session, slack_id: str = "U1") -> str | None:
        actor = seen.acting(session, "trigger-1", slack_id)
        return None if actor is None else actor.name

    await database.write(lambda session: session.add(Person(slack_id="U1", name="Ana", synced_at=NOW)), workspace="T1")
    assert await database.write(partial(act, slack_id="U2"), workspace="T2") is None
    outcomes = await asyncio.gather(*(database.write(act, workspace="T1") for _ in range(8)), return_exceptions=True)

    assert outcomes.count("Ana") == 1
    assert sum(isinstance(outcome, AlreadySeenError) for outcome in outcomes) == 7


async def test_what_failed_may_come_again(database: Database) -> None:
    def fail(session: Session) -> None:
        seen.once(session, "trigger-1")
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - it has no words
        await database.write(fail, workspace="T1")

    await database.write(lambda session: seen.once(session, "trigger-1"), workspace="T1")


async def test_two_workspaces_may_have_the_same_key(database: Database) -> None:
    for workspace in ("T1", "T2"):
        await database.write(lambda session: seen.once(session, "E1"), workspace=workspace)


async def test_a_key_is_kept_for_a_day(database: Database, clock: MovableClock) -> None:
    await database.write(lambda session: seen.once(session, "E1"), workspace="T1")

    clock.let_pass(24 * 3600 - 5)
    assert not await database.write(seen.forget_old)
    clock.let_pass(10)
    assert await database.write(seen.forget_old)
    assert await database.read(lambda session: session.scalar(select(func.count()).select_from(Seen))) == 0
