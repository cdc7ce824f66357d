"""Two transactions at the same moment: one is held before its commit while the other is tried."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from threading import Event

import pytest
from sqlalchemy.orm import Session

from bot.domain.forms import Submission
from bot.services import answers
from storage import people
from storage.database import Database
from tests.bench import payloads
from tests.bench.company import Part


class Held:
    """Work that is done and not committed until it is let go."""

    def __init__(self, database: Database, work: Callable[[Session], object]) -> None:
        if database.is_sqlite:
            pytest.skip("SQLite has one writer at a time")
        self._database, self._work = database, work
        self._is_done, self._may_commit = Event(), Event()

    async def begin(self, workspace: str | None = None) -> asyncio.Future[None]:
        """Do the work; gives what is done once it is committed."""
        going = asyncio.ensure_future(self._database.write(self._do, workspace=workspace))
        assert await asyncio.to_thread(self._is_done.wait, 30)
        return going

    def _do(self, session: Session) -> None:
        self._work(session)
        session.flush()
        self._is_done.set()
        assert self._may_commit.wait(30)

    def let_go(self) -> None:
        self._may_commit.set()


def submit(session: Session, part: Part, now: datetime) -> None:
    """Somebody sends their answers."""
    actor = people.by_slack_id(session, part.slack_id)
    assert actor is not None
    answers.submit(session, actor, Submission(part.prompt_id, payloads.answers_of(part), "V1", ""), now)
