"""Where goals belong: the goal above each, searched while somebody types, and never in a circle."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.goals import OPEN, GoalKind
from bot.domain.rollup import would_circle
from bot.errors import UserError
from bot.i18n import mark
from bot.views.blocks import IN_A_MENU
from bot.views.goals import ParentOption
from storage import goals, people, teams
from storage.goals import Goal, Titled
from storage.people import Person

NOT_THERE = mark("That goal isn't open any more, or not shared with you. Choose another one; your words stay here.")
CIRCLE = mark("That goal belongs below this one already, so it can't be above it. Choose another one.")


def put_below(session: Session, actor: Person, goal: Goal, parent_id: int | None) -> None:
    """Let a goal belong below another, or to none. Raises UserError where that would be a circle."""
    if parent_id is not None:
        goals.hold_tree(session)
        parent = goals.readable_by(session, parent_id, actor)
        if parent is None or parent.state not in OPEN:
            raise UserError(NOT_THERE, field="parent")
        if would_circle(goals.above(session, parent_id), goal.key, parent_id):
            raise UserError(CIRCLE, field="parent")
    goal.parent_id = parent_id
    session.flush()


def search(session: Session, actor: Person, typed: str, but: int | None, _now: datetime) -> list[ParentOption]:
    """Goals that may be chosen as the one above `but`, with all these words in them: at most 100, likely ones first."""
    words = typed.casefold().split()
    below = set() if but is None else goals.below(session, but)
    found = [
        each
        for each in goals.titles(session, actor)
        if each.key not in below and all(word in each.title.casefold() for word in words)
    ]
    shown = sorted(found, key=lambda each: _rank(each, typed))[:IN_A_MENU]
    names = {person.key: person.name for person in people.by_ids(session, {each.owner_id for each in shown})}
    names_of_teams = {team.key: team.name for team in teams.ever(session, {each.team_id or 0 for each in shown})}
    return [
        ParentOption(each.key, each.title, names_of_teams.get(each.team_id or 0) or names.get(each.owner_id, ""))
        for each in shown
    ]


_HIGHER = {GoalKind.COMPANY: 0, GoalKind.TEAM: 1, GoalKind.PERSON: 2}


def _rank(of: Titled, typed: str) -> tuple[bool, int]:
    return not of.title.casefold().startswith(typed.casefold().strip()), _HIGHER[GoalKind(of.kind)]
