"""Teams: who is in them, who leads them, who only reads along."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import CheckConstraint, Index, Select, UniqueConstraint, bindparam, or_, select, text
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
    Working days (one digit each, 1 for Monday) and country of its own, for members who have none: None where the
    workspace's are the team's too.
    `is_company`: everybody who is here, one a workspace; `services.company` keeps it in step, nobody edits or leads it.
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
        Index(
            "uq_team_company",
            "workspace_id",
            unique=True,
            sqlite_where=text("is_company"),
            postgresql_where=text("is_company"),
        ),
        CheckConstraint("working_days <> ''", name="has_working_days"),
        CheckConstraint("subdivision IS NULL OR country IS NOT NULL", name="subdivision_of_country"),
    )

    name: str
    name_key: str = ""
    home_channel: str | None = Field(default=None, max_length=32)
    zone: str
    is_company: bool = False
    working_days: str | None = Field(default=None, max_length=7)
    country: str | None = Field(default=None, max_length=2)
    subdivision: str | None = Field(default=None, max_length=32)
    created_by: int = Field(foreign_key="person.id")
    created_at: datetime = Field(sa_type=UTCDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    version: int = 0

    @property
    def has_days(self) -> bool:
        """Whether it has working days or a country of its own."""
        return self.working_days is not None or self.country is not None


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


def ever(session: Session, team_ids: Collection[int]) -> list[Team]:
    """Teams by primary key, in order, those that were deleted too."""
    found = (shared(session, ("team", key), partial(session.get, Team, key)) for key in sorted(team_ids))
    return [team for team in found if team is not None]


def look_up(session: Session, team_ids: Collection[int]) -> None:
    """Teams, deleted or not, for `ever` to give in the rest of a look."""
    if team_ids:
        found = session.scalars(select(Team).where(col(Team.id).in_(team_ids)))
        share(session, {("team", team.key): team for team in found})


def existing(session: Session) -> list[Team]:
    """All teams that people made, by name."""
    found = session.scalars(select(Team).where(col(Team.deleted_at).is_(None), ~col(Team.is_company)))
    return sorted(found, key=lambda team: team.name.casefold())


def company(session: Session) -> Team | None:
    """The team of everybody, once there is one."""
    everybody = select(Team).where(col(Team.is_company))
    return shared(session, ("company",), lambda: session.scalars(everybody).one_or_none())


def is_company(session: Session, team_id: int | None) -> bool:
    """Whether a team is that of everybody."""
    everybody = company(session) if team_id is not None else None
    return everybody is not None and everybody.id == team_id


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
_team = SQLModel.metadata.tables["team"].c
_READERS = _KEYS.where(_team.id == _membership.team_id, ~_team.is_company)
_NAMES = select(col(Membership.team_id), col(Person.id), col(Person.name)).where(*_IN_TEAMS).distinct()


def keys(session: Session, team_ids: Sequence[int], *roles: str) -> list[tuple[int, int]]:
    """Who is still here and has one of these roles in which of the teams, by primary keys; every role where none."""
    return _keys(session, _KEYS, team_ids, roles)


def readers(session: Session, team_ids: Sequence[int], *roles: str) -> list[tuple[int, int]]:
    """The same, but for the team of the whole company: everybody is in it, and nobody reads what is answered in it."""
    return _keys(session, _READERS, team_ids, roles)


def _keys(
    session: Session, query: Select[int, int], team_ids: Sequence[int], roles: Sequence[str]
) -> list[tuple[int, int]]:
    of_teams = {"workspace_id": workspace_of(session), "team_ids": team_ids}
    found = session.execute(query, {**of_teams, "roles": roles or (MEMBER, LEAD, OBSERVER)})
    return [(person_id, team_id) for person_id, team_id in found]


def names(session: Session, team_ids: Sequence[int], *roles: str) -> list[str]:
    """The names, in order, of who is still here and has one of these roles in the teams; every role where none."""
    people: dict[int, str] = {}
    for team_id in team_ids:
        people |= shared(session, ("names", team_id, roles), partial(_names, session, team_id, roles))
    return sorted(people.values(), key=str.casefold)


def look_up_names(session: Session, team_ids: Iterable[int], *roles: str) -> None:
    """Names in many teams, for `names` to give in the rest of a look."""
    share_names(session, _names_by_team(session, team_ids, roles), *roles)


def share_names(session: Session, by_team: Mapping[int, dict[int, str]], *roles: str) -> None:
    """Names by team and primary key that were looked up already, for `names` to give in the rest of a look."""
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
    """The teams that people made in which somebody has one of these roles, by name; any role where none is named."""
    query = (
        select(Team)
        .join(Membership, col(Membership.team_id) == col(Team.id))
        .where(col(Membership.person_id) == person_id, col(Team.deleted_at).is_(None), ~col(Team.is_company))
        .distinct()
    )
    if roles:
        query = query.where(col(Membership.role).in_(roles))
    return sorted(session.scalars(query), key=lambda team: team.name.casefold())


def held_in(session: Session, person_id: int, team_ids: Collection[int], *roles: str) -> set[int]:
    """Those of these teams, deleted or not, in which somebody has one of these roles; any where none is named."""
    query = select(col(Membership.team_id)).where(
        col(Membership.person_id) == person_id,
        col(Membership.team_id).in_(team_ids),
        col(Membership.role).in_(roles or (MEMBER, LEAD, OBSERVER)),
    )
    return set(session.scalars(query))


def has_role(session: Session, team_id: int, person_id: int, *roles: str) -> bool:
    """Whether somebody has one of these roles in a team, any where none is named."""
    query = select(col(Membership.id)).where(col(Membership.team_id) == team_id, col(Membership.person_id) == person_id)
    if roles:
        query = query.where(col(Membership.role).in_(roles))
    return session.scalars(query.limit(1)).first() is not None


_WITH_DAYS = (
    select(col(Membership.person_id), Team)
    .join(Team, col(Team.id) == col(Membership.team_id))
    .where(
        among(col(Membership.person_id), "person_ids"),
        col(Membership.role) == MEMBER,
        col(Team.deleted_at).is_(None),
        or_(col(Team.working_days).is_not(None), col(Team.country).is_not(None)),
    )
    .order_by(col(Membership.team_id))
)


def with_days(session: Session, person_ids: Sequence[int]) -> dict[int, list[Team]]:
    """The teams with days of their own in which these people are members, in the order of a prompt's `team_ids`."""
    found: dict[int, list[Team]] = {}
    for person_id, team in session.execute(_WITH_DAYS, {"person_ids": person_ids}):
        found.setdefault(person_id, []).append(team)
    return found


_MEMBER_OF = (
    select(col(Membership.person_id), col(Membership.team_id))
    .join(Team, col(Team.id) == col(Membership.team_id))
    .where(
        among(col(Membership.person_id), "person_ids"),
        col(Membership.role) == MEMBER,
        col(Team.deleted_at).is_(None),
    )
    .order_by(col(Membership.team_id))
)


def member_of(session: Session, person_ids: Sequence[int]) -> dict[int, list[int]]:
    """All teams in which these people are members, by person, in order: that of the whole company among them."""
    found: dict[int, list[int]] = {}
    for person_id, team_id in session.execute(_MEMBER_OF, {"person_ids": person_ids}):
        found.setdefault(person_id, []).append(team_id)
    return found
