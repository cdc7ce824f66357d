"""What was started early, sent at the very moment at which its round opens: it is answered, and nobody asks again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.errors import UserError
from bot.services import early, rounds
from storage import people
from storage.database import Database
from storage.rounds import AHEAD, Prompt, Round
from tests.bench import company
from tests.bench.company import WORKSPACE, Part
from tests.services.held import Held, submit

NOW = Clock().now()
OPENS = NOW + timedelta(hours=1)


@pytest.fixture
def part(database: Database) -> Part:
    """Somebody's part in a round that they have started early, and that is due to be opened at OPENS."""
    with database.session(WORKSPACE) as session:
        (team,) = company.move_in(session, 3, NOW)
        begun = company.open_round(session, company.set_up(session, [team], NOW, OPENS), NOW, is_sent=False)[1]
        session.execute(update(Round).values(n=AHEAD, closed_at=NOW))
        session.execute(update(Prompt).values(released_at=NOW))
        return begun


async def test_an_answer_isnt_asked_for_again_that_goes_in_while_its_round_is_planned(
    database: Database, part: Part
) -> None:
    held = Held(database, lambda session: submit(session, part, OPENS))
    await database.write(lambda session: rounds.open_due(session, OPENS))
    submitting = await held.begin(WORKSPACE)
    planning = asyncio.ensure_future(database.write(lambda session: rounds.plan_prompts(session, OPENS)))
    await asyncio.wait({planning}, timeout=0.5)
    held.let_go()
    await asyncio.gather(submitting, planning)

    with database.session(WORKSPACE) as session:
        prompt = session.get_one(Prompt, part.prompt_id)
        assert (prompt.state, prompt.answered_at) == ("answered", OPENS)
        assert session.get_one(Round, prompt.round_id).n == 0


async def test_no_round_opens_while_it_is_found_out_whether_it_can_be_started_early(database: Database) -> None:
    with database.session(WORKSPACE) as session:
        (team,) = company.move_in(session, 3, NOW)
        checkin_id = company.set_up(session, [team], NOW, OPENS).key

    def start(session: Session) -> None:
        actor = people.by_slack_id(session, company.slack_id(1))
        assert actor is not None
        with suppress(UserError):  # too early: what is written would keep the round from opening by itself
            early.start(session, actor, checkin_id, NOW - timedelta(days=6))

    held = Held(database, start)
    starting = await held.begin(WORKSPACE)
    meanwhile = await database.write(lambda session: rounds.open_due(session, OPENS))
    held.let_go()
    await starting

    assert (meanwhile, await database.write(lambda session: rounds.open_due(session, OPENS))) == (False, True)
