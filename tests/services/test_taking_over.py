"""What was started early, sent at the very moment at which its round opens: it is answered, and nobody asks again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.domain.forms import Submission
from bot.errors import UserError
from bot.services import answers, early, rounds
from storage import people
from storage.database import Database
from storage.rounds import AHEAD, Prompt, Round
from tests.bench import company, payloads
from tests.bench.company import WORKSPACE, Part

NOW = Clock().now()
OPENS = NOW + timedelta(hours=1)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


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
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    await database.write(lambda session: rounds.open_due(session, OPENS))
    is_in, may_commit = Event(), Event()

    def submit_slowly(session: Session) -> None:
        actor = people.by_slack_id(session, part.slack_id)
        assert actor is not None
        answers.submit(session, actor, Submission(part.prompt_id, payloads.answers_of(part), "V1", ""), OPENS)
        session.flush()
        is_in.set()
        assert may_commit.wait(30)

    submitting = asyncio.ensure_future(database.write(submit_slowly, workspace=WORKSPACE))
    assert await asyncio.to_thread(is_in.wait, 30)
    planning = asyncio.ensure_future(database.write(lambda session: rounds.plan_prompts(session, OPENS)))
    await asyncio.wait({planning}, timeout=0.5)
    may_commit.set()
    await asyncio.gather(submitting, planning)

    with database.session(WORKSPACE) as session:
        prompt = session.get_one(Prompt, part.prompt_id)
        assert (prompt.state, prompt.answered_at) == ("answered", OPENS)
        assert session.get_one(Round, prompt.round_id).n == 0


async def test_no_round_opens_while_it_is_found_out_whether_it_can_be_started_early(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    with database.session(WORKSPACE) as session:
        (team,) = company.move_in(session, 3, NOW)
        checkin_id = company.set_up(session, [team], NOW, OPENS).key
    is_begun, may_commit = Event(), Event()

    def start_slowly(session: Session) -> None:
        actor = people.by_slack_id(session, company.slack_id(1))
        assert actor is not None
        with suppress(UserError):  # too early: what is written would keep the round from opening by itself
            early.start(session, actor, checkin_id, NOW - timedelta(days=6))
        is_begun.set()
        assert may_commit.wait(30)

    starting = asyncio.ensure_future(database.write(start_slowly, workspace=WORKSPACE))
    assert await asyncio.to_thread(is_begun.wait, 30)
    meanwhile = await database.write(lambda session: rounds.open_due(session, OPENS))
    may_commit.set()
    await starting

    assert (meanwhile, await database.write(lambda session: rounds.open_due(session, OPENS))) == (False, True)
