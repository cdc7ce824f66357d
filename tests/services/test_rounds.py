"""Rounds for many people: a chunk at a time, each person once, whoever ticks and whoever joins meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.checkins import PromptState, Reason
from bot.notices.checkins import PromptNotice, Welcome
from bot.services.releases import release_due
from bot.services.rounds import CHUNK, open_due, plan_prompts
from storage.database import Database
from storage.outbox_rows import Outbox
from storage.people import Person
from storage.rounds import Prompt, Round
from storage.teams import MEMBER, Membership, Team
from tests.bench import company
from tests.bench.company import WORKSPACE

MONDAY_9 = datetime(2026, 11, 23, 8, tzinfo=UTC)  # in Berlin
PEOPLE = 2 * CHUNK + 50

Tick = Callable[[Session, datetime], bool]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A company in three teams that one check-in asks; the first person is in none of them yet."""
    database = Database(database_url)
    with database.session(WORKSPACE) as session:
        teams = company.move_in(session, PEOPLE, MONDAY_9, team_size=PEOPLE // 3)
        company.set_up(session, teams, MONDAY_9, MONDAY_9)
        session.delete(session.scalars(select(Membership).where(col(Membership.role) == MEMBER).limit(1)).one())
    yield database
    database.close()


def once(database: Database, tick: Tick, now: datetime = MONDAY_9) -> bool:
    with database.session() as session:
        return tick(session, now)


def all_due(database: Database, tick: Tick, now: datetime = MONDAY_9) -> int:
    chunks = 0
    while once(database, tick, now):
        chunks += 1
    return chunks


def prompts(database: Database, *which: object) -> int:
    with database.session(WORKSPACE) as session:
        return session.scalars(select(func.count(col(Prompt.id))).where(*which)).one()  # type: ignore[arg-type]


def owed(database: Database, kind: str) -> tuple[int, int]:
    """How many rows of this kind, and for how many people."""
    with database.session(WORKSPACE) as session:
        person = col(Outbox.person_id)
        found = session.execute(
            select(func.count(person), func.count(person.distinct())).where(col(Outbox.kind) == kind)
        ).one()
    return found[0], found[1]


def join(database: Database, number: int) -> None:
    with database.session(WORKSPACE) as session:
        person = session.scalars(select(Person).where(col(Person.slack_id) == company.slack_id(number))).one()
        for team in session.scalars(select(Team)):
            session.add(Membership(team_id=team.key, person_id=person.key, role=MEMBER, joined_at=MONDAY_9))


def test_nobody_writes_more_than_a_chunk_at_once(database: Database) -> None:
    once(database, open_due)
    once(database, plan_prompts)
    assert prompts(database) == CHUNK

    all_due(database, plan_prompts)
    assert prompts(database) == PEOPLE - 1

    once(database, release_due)
    assert prompts(database, col(Prompt.released_at).is_not(None)) == CHUNK

    all_due(database, release_due)
    assert owed(database, PromptNotice.kind) == (PEOPLE - 1, PEOPLE - 1)


def test_who_joins_while_prompts_are_written_is_asked_too(database: Database) -> None:
    once(database, open_due)
    once(database, plan_prompts)
    join(database, 0)
    all_due(database, plan_prompts)

    with database.session(WORKSPACE) as session:
        first = session.scalars(select(Prompt).order_by(col(Prompt.person_id)).limit(1)).one()
        assert first.team_ids == [team.key for team in session.scalars(select(Team).order_by(col(Team.id)))]
        assert session.scalars(select(Round)).one().planned_at is not None
    assert prompts(database) == PEOPLE


def test_the_welcome_comes_once_and_the_prompt_each_week(database: Database) -> None:
    for week in range(3):
        now = MONDAY_9 + week * company.WEEK
        if week == 2:
            join(database, 0)
        for tick in (open_due, plan_prompts, release_due):
            all_due(database, tick, now)

    assert owed(database, PromptNotice.kind) == (3 * PEOPLE - 2, PEOPLE)
    assert owed(database, Welcome.kind) == (PEOPLE, PEOPLE)


def test_who_left_their_team_or_the_company_in_between_is_skipped_and_told_why(database: Database) -> None:
    once(database, open_due)
    all_due(database, plan_prompts)
    with database.session(WORKSPACE) as session:
        gone, moved, *_ = session.scalars(select(Person).order_by(col(Person.id).desc()).limit(2))
        gone.status = "left"
        session.delete(session.scalars(select(Membership).where(col(Membership.person_id) == moved.key)).one())
    all_due(database, release_due)

    with database.session(WORKSPACE) as session:
        skipped = select(col(Prompt.person_id), col(Prompt.reason)).where(col(Prompt.state) == PromptState.SKIPPED)
        found = {row.person_id: row.reason for row in session.execute(skipped)}
    assert found == {gone.key: Reason.LEFT_COMPANY, moved.key: Reason.LEFT_TEAM}
    assert owed(database, PromptNotice.kind) == (PEOPLE - 3, PEOPLE - 3)


def test_who_moved_west_in_between_waits_for_their_own_morning(database: Database) -> None:
    once(database, open_due)
    all_due(database, plan_prompts)
    with database.session(WORKSPACE) as session:
        traveller = session.scalars(select(Person).order_by(col(Person.id).desc()).limit(1)).one()
        traveller.zone = "America/New_York"
    all_due(database, release_due)

    with database.session(WORKSPACE) as session:
        theirs = session.scalars(select(Prompt).where(col(Prompt.person_id) == traveller.key)).one()
        round_ = session.scalars(select(Round)).one()
        assert (theirs.released_at, theirs.due_at) == (None, MONDAY_9.replace(hour=14))
        assert theirs.closes_at == round_.closes_at > MONDAY_9.replace(hour=14)
    assert owed(database, PromptNotice.kind) == (PEOPLE - 2, PEOPLE - 2)

    all_due(database, release_due, MONDAY_9.replace(hour=14))
    assert owed(database, PromptNotice.kind) == (PEOPLE - 1, PEOPLE - 1)


async def test_four_who_tick_at_once_ask_everybody_once(database: Database) -> None:
    async def tick_on() -> None:
        for tick in (open_due, plan_prompts, release_due):
            while await database.write(lambda session, tick=tick: tick(session, MONDAY_9)):  # type: ignore[misc]
                pass

    for _ in range(2):  # who finds the round locked believes that there is nothing to do
        await asyncio.gather(*(tick_on() for _ in range(4)))

    assert prompts(database) == PEOPLE - 1
    assert owed(database, PromptNotice.kind) == (PEOPLE - 1, PEOPLE - 1)
    assert owed(database, Welcome.kind) == (PEOPLE - 1, PEOPLE - 1)
