"""Which roles a person has, read from the tables."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.roles import WHO_MAY, Action, Role, may
from storage import people, teams, workspaces
from storage.people import Person
from storage.teams import LEAD, Membership


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
    held = roles_of(session, person, team_id)
    if team_id is not None and Role.ABOVE in WHO_MAY[action] and is_above(session, person, team_id):
        held |= {Role.ABOVE}
    return may(held, action, anyone_makes_teams=opened, is_company=teams.is_company(session, team_id))


def is_above(session: Session, person: Person, team_id: int) -> bool:
    """Whether a lead of a team reports to somebody, directly or through others; a lead who has left counts still."""
    reporting = select(col(Membership.person_id)).where(
        col(Membership.team_id) == team_id, col(Membership.role) == LEAD
    )
    below, passed = set(session.scalars(reporting)), set[int]()
    while below:
        passed |= below
        managers = set(session.scalars(select(col(Person.manager_id)).where(col(Person.id).in_(below))))
        if person.key in managers:
            return True
        below = {each for each in managers if each is not None} - passed
    return False
