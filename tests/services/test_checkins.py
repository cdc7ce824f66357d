"""Check-ins that are made without a form: what is wrong with them is said all the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.checkins import QuestionKind
from bot.domain.rhythms import Weekly
from bot.domain.setup import CheckInRequest, QuestionRequest, TeamRequest
from bot.errors import FieldErrors
from bot.services import checkins, people, teams
from bot.services.people import SlackUser
from storage import people as stored
from storage import workspaces
from storage.checkins import CheckIn
from storage.database import Database
from storage.people import Person
from storage.workspaces import Workspace

TEAM = "TACME"
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
MOOD = QuestionRequest(QuestionKind.MOOD, "How are you?")


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """Dana, who runs Cairn in this workspace."""
    database = Database(database_url)
    with database.session(TEAM) as session:
        workspaces.register(session, Workspace(id=TEAM, created_at=MONDAY))
        dana = SlackUser("UDANA", "Dana", "Europe/Berlin", "en-GB", "active")
        people.remember(session, [dana], MONDAY, frozenset({"UDANA"}))
        yield session
    database.close()


@pytest.mark.parametrize(
    ("name", "questions", "flaws"),
    [
        ("Weekly", (), ["questions"]),
        ("Weekly", (QuestionRequest(QuestionKind.MOOD, "\u202e"),), ["questions"]),
        ("\u202e", (MOOD,), ["name"]),
        (" ", (), ["name", "questions"]),
    ],
)
def test_what_could_never_be_asked_is_not_made(
    session: Session, name: str, questions: tuple[QuestionRequest, ...], flaws: list[str]
) -> None:
    dana = stored.by_slack_id(session, "UDANA")
    assert isinstance(dana, Person)
    team = teams.create(session, dana, TeamRequest("Platform", ("UDANA",)), MONDAY)
    wanted = CheckInRequest((team.key,), name, questions, Weekly(0), time(9), 1440, "team", None)

    with pytest.raises(FieldErrors) as refused:
        checkins.create(session, dana, wanted, MONDAY)

    assert [each.field for each in refused.value.errors] == flaws
    assert session.scalars(select(func.count()).select_from(CheckIn)).one() == 0
