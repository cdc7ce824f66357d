"""Two people who change the same thing at the same moment: one of them, and the other is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, time
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.setup import SettingsRequest, TeamRequest
from bot.errors import UserError
from bot.services import settings, teams
from storage import people, workspaces
from storage.database import Database
from storage.people import Person
from storage.teams import Team
from storage.workspaces import Workspace, WorkspaceSettings

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    with database.session("T1") as session:
        workspaces.register(session, Workspace(id="T1", name="Acme", created_at=NOW))
        session.add_all(
            Person(slack_id=f"U{number}", name=f"P{number}", is_admin=True, synced_at=NOW) for number in range(8)
        )
    yield database
    database.close()


def actor(session: Session, number: int) -> Person:
    found = people.by_slack_id(session, f"U{number}")
    assert found is not None
    return found


async def test_of_eight_admins_at_once_one_changes_the_settings(database: Database) -> None:
    def save(session: Session, number: int) -> None:
        request = SettingsRequest(bool(number % 2), True, frozenset(range(number % 5 + 1)), time(8), time(16), None, 0)
        settings.save(session, actor(session, number), request, NOW)

    outcomes = await asyncio.gather(
        *(database.write(partial(save, number=number), workspace="T1") for number in range(8)),
        return_exceptions=True,
    )

    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, UserError) for outcome in outcomes) == 7
    with database.session("T1") as session:
        assert session.scalars(select(col(WorkspaceSettings.version))).one() == 1


async def test_of_eight_teams_of_one_name_one_is_made(database: Database) -> None:
    def make(session: Session, number: int) -> None:
        teams.create(session, actor(session, number), TeamRequest("Platform", (f"U{number}",)), NOW)

    outcomes = await asyncio.gather(
        *(database.write(partial(make, number=number), workspace="T1") for number in range(8)),
        return_exceptions=True,
    )

    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, UserError) for outcome in outcomes) == 7
    with database.session("T1") as session:
        assert session.scalars(select(func.count()).select_from(Team)).one() == 1
