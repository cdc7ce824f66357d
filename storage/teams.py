"""Teams: who is in them, who leads them, who only reads along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, bindparam, select, text
from sqlalchemy.orm import Session
from sqlmodel import Field, SQLModel, col

from storage.base import Keyed, Owned
from storage.bulk import among
from storage.database import share, shared, workspace_of
from storage.people import Person
from storage.types import UTCDateTime

MEMBER, LEAD, OBSERVER = "member", "lead", "observer"


class Team(Keyed, table=True):
    """People with one or more leads. `home_channel` is a Slack id, `zone` an IANA name.

    `name_key` is the name without regard to case: no two teams of a workspace have the same. `version` counts edits.
    """

    __tablename__ = "team"
    __table_args__ = (
        Index(
            "uq_team_name_key",
            *("workspace_id", "name_key"),
            unique=True,
            sqlite_where=text("deleted_at IS NULL"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
    )

    name: str
    name_key: str = ""
    home_channel: str | None = Field(default=None, max_length=32)
    zone: str
    created_by: int = Field(foreign_key="person.id")
    created_at: datetime = Field(sa_type=UTCDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    version: int = 0


class Membership(Owned, table=True):
    """A person's part in a team; a lead who is asked too has two."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("team_id", "person_id", "role"),
        CheckConstraint("role IN ('member', 'lead', 'observer')", name="role"),
    )

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    role: str
    joined_at: datetime = Field(sa_type=UTCDateTime)


def get(session: Session, team_id: int) -> Team | None:
    """A team that still exists."""
    return session.scalars(select(Team).where(col(Team.id) == team_id, col(Team.deleted_at).is_(None))).one_or_none()


def existing(session: Session) -> list[Team]:
    """All teams, by name."""
    found = session.scalars(select(Team).where(col(Team.deleted_at).is_(None)))
    return sorted(found, key=lambda team: team.name.casefold())


def people(session: Session, team_id: int, *roles: str) -> list[Person]:
    """Who is still here and has one of these roles in the team, by name; every role where none is named."""
    query = (
        select(Person)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(col(Membership.team_id) == team_id, col(Person.status) != "left")
        .distinct()
    )
    if roles:
        query = query.where(col(Membership.role).in_(roles))
    return sorted(session.scalars(query), key=lambda person: (person.name.casefold(), person.key))


_IN_TEAMS = (
    col(Person.id) == col(Membership.person_id),
    among(col(Membership.team_id), "team_ids"),
    col(Membership.role).in_(bindparam("roles", expanding=True)),
    col(Person.status) != "left",
)
# By table, since each submission asks it: see `storage.answers.discard_draft`.
_membership, _person = (SQLModel.metadata.tables[name].c for name in ("membership", "person"))
_KEYS = (
    select(_membership.person_id, _membership.team_id)
    .where(
        _membership.workspace_id == bindparam("workspace_id"),
        among(_membership.team_id, "team_ids"),
        _membership.role.in_(bindparam("roles", expanding=True)),
        _person.id == _membership.person_id,
        _person.status != "left",
    )
    .distinct()
)
_NAMES = select(col(Membership.team_id), col(Person.id), col(Person.name)).where(*_IN_TEAMS).distinct()


def keys(session: Session, team_ids: Sequence[int], *roles: str) -> list[tuple[int, int]]:
    """Who is still here and has one of these roles in which of the teams, by primary keys; every role where none."""
    of_teams = {"workspace_id": workspace_of(session), "team_ids": team_ids}
    found = session.execute(_KEYS, {**of_teams, "roles": roles or (MEMBER, LEAD, OBSERVER)})
    return [(person_id, team_id) for person_id, team_id in found]


def names(session: Session, team_ids: Sequence[int], *roles: str) -> list[str]:
    """The names, in order, of who is still here and has one of these roles in the teams; every role where none."""
    people: dict[int, str] = {}
    for team_id in team_ids:
        people |= shared(session, ("names", team_id, roles), partial(_names, session, team_id, roles))
    return sorted(people.values(), key=str.casefold)


def look_up_names(session: Session, team_ids: Iterable[int], *roles: str) -> None:
    """Names in many teams, for `names` to give in the rest of a look."""
    by_team = _names_by_team(session, team_ids, roles)
    share(session, {("names", team_id, roles): found for team_id, found in by_team.items()})


def _names(session: Session, team_id: int, roles: tuple[str, ...]) -> dict[int, str]:
    return _names_by_team(session, [team_id], roles)[team_id]


def _names_by_team(session: Session, team_ids: Iterable[int], roles: tuple[str, ...]) -> dict[int, dict[int, str]]:
    by_team: dict[int, dict[int, str]] = {team_id: {} for team_id in team_ids}
    if not by_team:
        return {}
    found = session.execute(_NAMES, {"team_ids": list(by_team), "roles": roles or (MEMBER, LEAD, OBSERVER)})
    for team_id, person_id, name in found:
        by_team[team_id][person_id or 0] = name
    return by_team


def of_person(session: Session, person_id: int, *roles: str) -> list[Team]:
    """The teams in which somebody has one of these roles, by name; any role where none is named."""
    query = (
        select(Team)
        .join(Membership, col(Membership.team_id) == col(Team.id))
        .where(col(Membership.person_id) == person_id, col(Team.deleted_at).is_(None))
        .distinct()
    )
    if roles:
        query = query.where(col(Membership.role).in_(roles))
    return sorted(session.scalars(query), key=lambda team: team.name.casefold())


def has_role(session: Session, team_id: int, person_id: int, *roles: str) -> bool:
    """Whether somebody has one of these roles in a team, any where none is named."""
    query = select(col(Membership.id)).where(col(Membership.team_id) == team_id, col(Membership.person_id) == person_id)
    if roles:
        query = query.where(col(Membership.role).in_(roles))
    return session.scalars(query.limit(1)).first() is not None
