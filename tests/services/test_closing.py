"""An answer that goes in at the very moment at which its round is closed: it stands in the digest all the same."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.clock import Clock
from bot.services import rounds
from storage.database import Database
from storage.rounds import Round
from tests.bench import company
from tests.bench.company import WORKSPACE, Part
from tests.services.held import Held, submit

NOW = Clock().now()
AFTER = NOW + timedelta(days=2)


@pytest.fixture
def part(database: Database) -> Part:
    """Somebody's prompt in a round that is due to be closed at AFTER."""
    with database.session(WORKSPACE) as session:
        (team,) = company.move_in(session, 3, NOW)
        return company.open_round(session, company.set_up(session, [team], NOW, NOW + company.WEEK), NOW)[1]


def a_round(session: Session) -> Round:
    return session.scalars(select(Round).order_by(col(Round.id))).one()


async def test_a_round_isnt_closed_while_an_answer_goes_in(database: Database, part: Part) -> None:
    held = Held(database, lambda session: submit(session, part, AFTER))
    submitting = await held.begin(WORKSPACE)
    closed_meanwhile = await database.write(lambda session: rounds.close_due(session, AFTER))
    held.let_go()
    await submitting

    assert not closed_meanwhile
    assert await database.write(lambda session: rounds.close_due(session, AFTER))


async def test_an_answer_that_waited_for_its_round_to_be_closed_makes_the_digest_stale(
    database: Database, part: Part
) -> None:
    def close(session: Session) -> None:
        while rounds.close_due(session, AFTER):
            pass
        a_round(session).digest_stale_at = None  # as if the digest had been made already

    held = Held(database, close)
    closing = await held.begin()
    submitting = asyncio.ensure_future(
        database.write(lambda session: submit(session, part, AFTER), workspace=WORKSPACE)
    )
    done, _ = await asyncio.wait({submitting}, timeout=0.5)
    held.let_go()
    await asyncio.gather(closing, submitting)

    assert not done
    with database.session(WORKSPACE) as session:
        assert a_round(session).digest_stale_at == AFTER
