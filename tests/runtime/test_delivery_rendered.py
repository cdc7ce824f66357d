"""Rendering a batch: the same words as one by one, in as many queries as one takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.notices.checkins import PromptNotice, prompt_key
from bot.runtime.rendering import prepare
from storage import claims, outbox
from storage.checkins import CheckInTeam
from storage.claims import Claimed
from storage.database import Database
from storage.outbox_rows import POST
from tests.bench import company
from tests.bench.company import WORKSPACE

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def claim_prompts(database: Database) -> list[Claimed]:
    """Four teams of three: their check-ins are read by a team, by leads, by two teams, and by one that is no more."""
    with database.session(WORKSPACE) as session:
        teams = company.move_in(session, 12, NOW, team_size=3)
        made = [company.set_up(session, [team], NOW, NOW) for team in teams]
        made[1].readers = "leads"
        session.add(CheckInTeam(checkin_id=made[2].key, team_id=teams[0].key))
        session.flush()
        parts = [part for each in made for part in company.open_round(session, each, NOW, is_sent=False)]
        teams[3].deleted_at = NOW
        posts = [outbox.NewPost(PromptNotice(p.prompt_id), prompt_key(p.prompt_id), p.person_id) for p in parts]
        outbox.post_many(session, posts)
    with database.session(WORKSPACE) as session:
        return claims.claim(session, POST, 100, NOW, NOW)


def bodies(session: Session, rows: list[Claimed]) -> list[dict[str, Any]]:
    return [job.body for job in prepare(session, rows, NOW, 0.0).jobs]


async def test_prompts_that_are_looked_up_together_say_what_each_says_alone(database: Database) -> None:
    rows = claim_prompts(database)
    with database.session(WORKSPACE) as session:
        alone = bodies(session, rows)

    together = await database.read(lambda session: bodies(session, rows), workspace=WORKSPACE)

    assert len(together) == 15
    assert together == alone
    assert len({body["text"] for body in together}) > 2


async def test_many_checkins_are_looked_up_in_as_many_queries_as_one(database: Database) -> None:
    rows = claim_prompts(database)
    asked: list[str] = []
    event.listen(
        database.reading_engine, "before_cursor_execute", lambda _conn, _cursor, sql, *_rest: asked.append(sql)
    )

    await database.read(lambda session: bodies(session, rows[:1]), workspace=WORKSPACE)
    of_one = len(asked)
    await database.read(lambda session: bodies(session, rows), workspace=WORKSPACE)

    assert len(asked) - of_one <= of_one + 2  # names of teams, and those of leads; the team that is no more
