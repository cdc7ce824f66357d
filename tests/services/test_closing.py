"""An answer that goes in at the very moment at which its round is closed: it stands in the digest all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.clock import Clock
from bot.domain.forms import Submission
from bot.services import answers, rounds
from storage import people
from storage.database import Database
from storage.rounds import Round
from tests.bench import company, payloads
from tests.bench.company import WORKSPACE, Part

NOW = Clock().now()
AFTER = NOW + timedelta(days=2)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def part(database: Database) -> Part:
    """Somebody's prompt in a round that is due to be closed at AFTER."""
    with database.session(WORKSPACE) as session:
        (team,) = company.move_in(session, 3, NOW)
        return company.open_round(session, company.set_up(session, [team], NOW, NOW + company.WEEK), NOW)[1]


def submit(session: Session, part: Part) -> None:
    actor = people.by_slack_id(session, part.slack_id)
    assert actor is not None
    answers.submit(session, actor, Submission(part.prompt_id, payloads.answers_of(part), "V1", ""), AFTER)


def a_round(session: Session) -> Round:
    return session.scalars(select(Round).order_by(col(Round.id))).one()


async def test_a_round_isnt_closed_while_an_answer_goes_in(database: Database, part: Part) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    is_in, may_commit = Event(), Event()

    def submit_slowly(session: Session) -> None:
        submit(session, part)
        session.flush()
        is_in.set()
        assert may_commit.wait(30)

    submitting = asyncio.ensure_future(database.write(submit_slowly, workspace=WORKSPACE))
    assert await asyncio.to_thread(is_in.wait, 30)
    closed_meanwhile = await database.write(lambda session: rounds.close_due(session, AFTER))
    may_commit.set()
    await submitting

    assert not closed_meanwhile
    assert await database.write(lambda session: rounds.close_due(session, AFTER))


async def test_an_answer_that_waited_for_its_round_to_be_closed_makes_the_digest_stale(
    database: Database, part: Part
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    is_closed, may_commit = Event(), Event()

    def close_slowly(session: Session) -> None:
        while rounds.close_due(session, AFTER):
            pass
        a_round(session).digest_stale_at = None  # as if the digest had been made already
        session.flush()
        is_closed.set()
        assert may_commit.wait(30)

    closing = asyncio.ensure_future(database.write(close_slowly))
    assert await asyncio.to_thread(is_closed.wait, 30)
    submitting = asyncio.ensure_future(database.write(lambda session: submit(session, part), workspace=WORKSPACE))
    done, _ = await asyncio.wait({submitting}, timeout=0.5)
    may_commit.set()
    await asyncio.gather(closing, submitting)

    assert not done
    with database.session(WORKSPACE) as session:
        assert a_round(session).digest_stale_at == AFTER
