"""The guard in front of whatever needs a role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.domain.roles import Action, Role, who_may
from bot.errors import UserError
from storage import people, roles, teams
from storage.people import Person
from storage.teams import LEAD

NAMED = 5


@dataclass(frozen=True)
class Refusal:
    """What somebody is told who may not: who can, by `{names}` (voice.md), and `otherwise` where nobody can yet."""

    named: str
    otherwise: str


def require(session: Session, person: Person, action: Action, refusal: Refusal, *team_ids: int) -> None:
    """Raise a UserError that says who can where somebody may not do this, in none of these teams."""
    asked = [roles.allowed(session, person, action, team_id) for team_id in team_ids or (None,)]
    if not any(asked):
        raise refused(session, action, refusal, team_ids)


def refused(session: Session, action: Action, refusal: Refusal, team_ids: Sequence[int] = ()) -> UserError:
    """The refusal, with the names of those who can."""
    able = {person.key: person.name for team_id in team_ids for person in teams.people(session, team_id, LEAD)}
    if Role.ADMIN in who_may(action, is_company=any(teams.is_company(session, each) for each in team_ids)):
        able |= {person.key: person.name for person in people.admins(session)}
    names = sorted(able.values(), key=str.casefold)[:NAMED]
    return UserError(refusal.named, names=names) if names else UserError(refusal.otherwise)
