"""Welcomes of a whole company: a chunk a transaction, each person's once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.notices.checkins import Welcome, welcome_key
from bot.services import checkins, welcomes
from bot.services.rounds import CHUNK
from storage.checkins import CheckIn, asked_people
from storage.database import Database
from storage.outbox_rows import Outbox
from tests.bench import company
from tests.bench.company import WORKSPACE

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
PEOPLE = 2 * CHUNK + 7


@pytest.fixture
def checkin_id(database: Database) -> int:
    """A check-in for many, which has just been switched on."""
    with database.session(WORKSPACE) as session:
        (team,) = company.move_in(session, PEOPLE, MONDAY, team_size=PEOPLE)
        checkin = company.set_up(session, [team], MONDAY, MONDAY + company.WEEK)
        checkins.welcome_everybody(session, checkin)
        return checkin.key


def owed(session: Session) -> int:
    return session.scalars(select(func.count(col(Outbox.id))).where(col(Outbox.kind) == Welcome.kind)).one()


def tick(database: Database) -> tuple[bool, int]:
    """Whether there was anything to do, and how many welcomes are owed since."""
    with database.session() as session:
        return welcomes.welcome_due(session, MONDAY), owed(session)


def test_everybody_gets_theirs_a_chunk_at_a_time(database: Database, checkin_id: int) -> None:
    assert [tick(database) for _ in range(4)] == [
        (True, CHUNK),
        (True, 2 * CHUNK),
        (True, PEOPLE),
        (False, PEOPLE),
    ]
    with database.session(WORKSPACE) as session:
        keys = set(session.scalars(select(col(Outbox.key))))
        assert keys == {welcome_key(checkin_id, person.key) for person in asked_people(session, checkin_id)}


def test_who_had_it_keeps_that_where_the_check_in_is_changed_meanwhile(database: Database, checkin_id: int) -> None:
    tick(database)
    with database.session(WORKSPACE) as session:
        checkins.welcome_everybody(session, session.get_one(CheckIn, checkin_id))

    assert [tick(database) for _ in range(4)][-1] == (False, PEOPLE)


def test_nobody_is_welcomed_any_more_once_it_is_deleted(database: Database, checkin_id: int) -> None:
    tick(database)
    with database.session(WORKSPACE) as session:
        session.get_one(CheckIn, checkin_id).deleted_at = MONDAY

    assert [tick(database), tick(database)] == [(True, CHUNK), (False, CHUNK)]
