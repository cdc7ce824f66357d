"""Which roles a person has, read from the tables."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.domain.roles import Action, Role, may
from storage import people, teams, workspaces
from storage.people import Person
from storage.teams import LEAD


def roles_of(session: Session, person: Person, team_id: int | None = None) -> frozenset[Role]:
    """What somebody is in the workspace and, where one is named, in a team."""
    roles = set()
    if person.status == "active":
        roles.add(Role.ANYONE)
    if person.is_admin:
        roles.add(Role.ADMIN)
    if people.has_reports(session, person.key):
        roles.add(Role.MANAGER)
    if team_id is not None and teams.has_role(session, team_id, person.key):
        roles.add(Role.LEAD if teams.has_role(session, team_id, person.key, LEAD) else Role.MEMBER)
    return frozenset(roles)


def allowed(session: Session, person: Person, action: Action, team_id: int | None = None) -> bool:
    """Whether somebody may do this."""
    opened = action is Action.MAKE_TEAM and workspaces.settings(session).anyone_makes_teams
    return may(roles_of(session, person, team_id), action, anyone_makes_teams=opened)
