"""A goal of Ana's with a measure of each kind, as the tests of readings need one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from bot.services import api_tokens
from storage import audience, workspaces
from storage.api_tokens import ApiToken
from storage.goals import Goal
from storage.measures import Measure
from storage.people import Person
from storage.workspaces import Workspace

WORKSPACE = "TACME"
NOW = datetime(2026, 11, 23, 8, 59, tzinfo=UTC)
TOKEN = "cairn_" + "t" * 43
KINDS = ("number", "percent", "count", "done", "money")


@dataclass(frozen=True)
class Measured:
    """Primary keys: of Ana, her goal, and its measures by kind."""

    person: int
    goal: int
    measures: dict[str, int]
    token: int


def measured(session: Session, workspace: str = WORKSPACE, token: str = TOKEN) -> Measured:
    """Ana, her goal and a token, in a workspace of its own."""
    workspaces.register(session, Workspace(id=workspace, name="Acme", created_at=NOW))
    ana = Person(slack_id="UANA", name="Ana", synced_at=NOW)
    session.add(ana)
    session.flush()
    goal = Goal(
        owner_id=ana.key,
        title="Fewer bugs",
        starts_on=date(2026, 10, 1),
        due_on=date(2026, 12, 31),
        seen_by="everyone",
        audience_id=audience.of_everyone(session),
        created_at=NOW,
    )
    made = ApiToken(digest=api_tokens.digest(token), tail=token[-4:], made_by_id=ana.key, made_at=NOW)
    session.add_all((goal, made))
    session.flush()
    kept = [_measure(goal, position, kind) for position, kind in enumerate(KINDS)]
    session.add_all(kept)
    session.flush()
    return Measured(ana.key, goal.key, {each.kind: each.key for each in kept}, made.key)


def _measure(goal: Goal, position: int, kind: str) -> Measure:
    return Measure(
        goal_id=goal.key,
        position=position,
        kind=kind,
        direction="up",
        baseline=Decimal(0),
        target=Decimal(1 if kind == "done" else 10),
        currency="EUR" if kind == "money" else None,
        created_at=NOW,
    )
