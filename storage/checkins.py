"""Check-ins and their questions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Index,
    Select,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    select,
    text,
    type_coerce,
)
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from bot.domain.checkins import Condition, QuestionKind
from bot.domain.checkins import Question as AskedQuestion
from bot.domain.rhythms import Rhythm, from_json
from storage.base import Keyed, Owned
from storage.bulk import among
from storage.database import share, shared
from storage.people import Person
from storage.teams import LEAD, MEMBER, OBSERVER, Membership, Team, company, existing, member_of, share_names
from storage.types import NumbersJSON, UTCDateTime, Words, WordsJSON


class CheckIn(Keyed, table=True):
    """A recurring set of questions. `rhythm` as in `rhythms.to_json`; `at` is local; `window_minutes`: open how long.

    `zone_kind`: each person's own zone or the team's. `readers`: the team, its leads only, or the home channel.
    `reminders`: how often who hasn't answered is reminded. `digest_when`: at close, or as answers arrive.
    `next_due_at` is the truth that ticks look at: the first moment at which anyone is asked for `next_nominal`.
    `version` counts the edits; the last was made by `changed_by` at `changed_at`. `welcoming_after`: whom it asks with
    a primary key above that are still to be owed its welcome, None where nobody is.
    """

    __tablename__ = "checkin"
    __table_args__ = (
        CheckConstraint("zone_kind IN ('own', 'team')", name="zone_kind"),
        CheckConstraint("readers IN ('team', 'leads', 'channel')", name="readers"),
        CheckConstraint("reminders IN ('light', 'standard', 'active')", name="reminders"),
        CheckConstraint("digest_when IN ('close', 'arrival')", name="digest_when"),
        CheckConstraint("window_minutes BETWEEN 30 AND 10080", name="window"),
        CheckConstraint("readers <> 'channel' OR home_channel IS NOT NULL", name="channel_for_channel_readers"),
        Index("ix_checkin_next_due_at", "next_due_at"),
        Index(
            "ix_checkin_welcoming",
            "id",
            sqlite_where=text("welcoming_after IS NOT NULL"),
            postgresql_where=text("welcoming_after IS NOT NULL"),
        ),
    )

    name: str
    rhythm: dict[str, Any] = Field(sa_type=JSON)
    at: time
    zone_kind: str = "own"
    window_minutes: int
    readers: str
    home_channel: str | None = Field(default=None, max_length=32)
    reminders: str = "standard"
    digest_when: str = "close"
    names_hidden: bool = False
    created_by: int = Field(foreign_key="person.id")
    created_at: datetime = Field(sa_type=UTCDateTime)
    version: int = 1
    changed_by: int | None = Field(default=None, foreign_key="person.id")
    changed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    last_nominal: date | None = None
    next_nominal: date | None = None
    next_due_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    stuck_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    paused_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    welcoming_after: int | None = None

    @property
    def window(self) -> timedelta:
        """For how long it can be answered in time; whole days are days by the clock."""
        return timedelta(minutes=self.window_minutes)

    @property
    def recurs(self) -> Rhythm:
        """On which dates it asks."""
        return from_json(self.rhythm)


class CheckInTeam(Owned, table=True):
    """A team that a check-in asks."""

    __tablename__ = "checkin_team"
    __table_args__ = (UniqueConstraint("checkin_id", "team_id"),)

    id: int | None = Field(default=None, primary_key=True)
    checkin_id: int = Field(foreign_key="checkin.id")
    team_id: int = Field(foreign_key="team.id", index=True)


class Question(Keyed, table=True):
    """One question of a check-in, in the words of whoever made it.

    It is asked where `after_values` are among the steps or options that answer the question `after_id`, an earlier one.
    """

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('short_text', 'long_text', 'scale', 'mood', 'blocker', 'choice', 'choices', 'number',"
            " 'progress')",
            name="kind",
        ),
        CheckConstraint("(options IS NOT NULL) = (kind IN ('choice', 'choices'))", name="options_of_choices"),
        CheckConstraint("unit IS NULL OR kind = 'number'", name="unit_of_numbers"),
        CheckConstraint("(after_id IS NULL) = (after_values IS NULL)", name="condition"),
        Index("ix_question_checkin_id", "checkin_id", "position"),
    )

    checkin_id: int = Field(foreign_key="checkin.id")
    position: int
    kind: str
    wording: str = Field(sa_type=Words)
    required: bool = True
    options: list[str] | None = Field(default=None, sa_type=WordsJSON)
    unit: str | None = Field(default=None, sa_type=Words)
    # No foreign key: rows are copied in their own order, and a question may come to depend on one made later.
    after_id: int | None = None
    after_values: list[int] | None = Field(default=None, sa_type=NumbersJSON)
    is_plan: bool = False
    deleted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)

    @property
    def asked(self) -> AskedQuestion:
        """What is asked, as it stands now."""
        return AskedQuestion(
            self.key,
            QuestionKind(self.kind),
            self.wording,
            self.required,
            options=tuple(self.options or ()),
            unit=self.unit,
            condition=None if self.after_id is None else Condition(self.after_id, tuple(self.after_values or ())),
            is_plan=self.is_plan,
        )


class Pause(Owned, table=True):
    """Somebody who paused a check-in for themselves."""

    __tablename__ = "checkin_pause"
    __table_args__ = (UniqueConstraint("checkin_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    checkin_id: int = Field(foreign_key="checkin.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    since: datetime = Field(sa_type=UTCDateTime)


def get(session: Session, checkin_id: int) -> CheckIn | None:
    """A check-in, deleted or not: its answers stay, and so does what they belong to."""
    return session.get(CheckIn, checkin_id)


def hold(session: Session, checkin_id: int) -> CheckIn | None:
    """A check-in as the database has it; until this transaction ends, its round isn't opened and nobody else holds it.

    What is open in this session is written first, since it is read anew.
    """
    session.flush()
    query = select(CheckIn).where(col(CheckIn.id) == checkin_id).with_for_update()
    return session.scalars(query, execution_options={"populate_existing": True}).one_or_none()


_TEAMS = (
    select(Team)
    .join(CheckInTeam, col(CheckInTeam.team_id) == col(Team.id))
    .where(col(CheckInTeam.checkin_id) == bindparam("checkin_id"), col(Team.deleted_at).is_(None))
)


def teams(session: Session, checkin_id: int) -> list[Team]:
    """The teams that a check-in asks, by name."""
    found = shared(session, ("teams", checkin_id), lambda: session.scalars(_TEAMS, {"checkin_id": checkin_id}).all())
    return sorted(found, key=lambda team: team.name.casefold())


@cache
def _teams_with_names(dialect: str) -> Any:
    is_postgres = dialect == "postgresql"
    pair, gather = (func.json_build_array, func.json_agg) if is_postgres else (func.json_array, func.json_group_array)
    people = (
        select(gather(pair(col(Person.id), col(Person.name))))
        .where(
            ~col(Team.is_company),
            col(Membership.team_id) == col(Team.id),
            col(Membership.role).in_(bindparam("roles", expanding=True)),
            col(Person.id) == col(Membership.person_id),
            col(Person.status) != "left",
        )
        .correlate(Team)
        .scalar_subquery()
    )
    return _TEAMS.add_columns(type_coerce(people, JSON))


def look_up_one(session: Session, checkin_id: int, *roles: str) -> None:
    """The teams that a check-in asks, and the names of who has one of these roles in them, every role where none.

    One statement, since a form asks it, for `teams` and `storage.teams.names` to give in the rest of a look.
    """
    statement = _teams_with_names(session.get_bind().dialect.name)
    found = session.execute(statement, {"checkin_id": checkin_id, "roles": roles or (MEMBER, LEAD, OBSERVER)}).all()
    share(session, {("teams", checkin_id): [team for team, _ in found]})
    by_team = {team.key: dict(people or ()) for team, people in found if not team.is_company}
    share_names(session, by_team, *roles)


def read_in(session: Session, checkin_id: int) -> list[Team]:
    """The teams for which people are asked, and whose leads or members may read: those that a check-in asks, by name.

    Where it asks the whole company, everybody answers for their own teams, so that these are all that there are.
    """
    asking = teams(session, checkin_id)
    is_companys = any(team.is_company for team in asking)
    return shared(session, ("existing",), lambda: existing(session)) if is_companys else asking


def of_team(session: Session, team_id: int) -> list[CheckIn]:
    """The check-ins that ask a team, by name."""
    query = (
        select(CheckIn)
        .join(CheckInTeam, col(CheckInTeam.checkin_id) == col(CheckIn.id))
        .where(col(CheckInTeam.team_id) == team_id, col(CheckIn.deleted_at).is_(None))
    )
    return sorted(session.scalars(query), key=lambda checkin: checkin.name.casefold())


def asking(session: Session, person_ids: Sequence[int]) -> list[CheckIn]:
    """The check-ins that ask any of these people, by primary key."""
    of_them = (
        select(col(CheckInTeam.checkin_id))
        .join(Membership, col(Membership.team_id) == col(CheckInTeam.team_id))
        .join(Team, col(Team.id) == col(Membership.team_id))
        .where(
            col(Membership.person_id).in_(person_ids), col(Membership.role) == MEMBER, col(Team.deleted_at).is_(None)
        )
    )
    query = select(CheckIn).where(col(CheckIn.id).in_(of_them), col(CheckIn.deleted_at).is_(None))
    return list(session.scalars(query.order_by(col(CheckIn.id))))


def leave_out(session: Session, checkin_id: int, team_id: int) -> None:
    """Let a check-in ask a team no more."""
    asking = (col(CheckInTeam.checkin_id) == checkin_id, col(CheckInTeam.team_id) == team_id)
    session.execute(delete(CheckInTeam).where(*asking))


def about_team(session: Session, team_id: int) -> list[CheckIn]:
    """The check-ins that ask a team, or the whole company and so its members too, by name."""
    everybody = company(session)
    found = [*of_team(session, team_id), *(of_team(session, everybody.key) if everybody else [])]
    return sorted(found, key=lambda checkin: checkin.name.casefold())


_QUESTIONS = (
    select(Question)
    .where(among(col(Question.checkin_id), "checkin_ids"), col(Question.deleted_at).is_(None))
    .order_by(col(Question.position), col(Question.id))
)


def questions(session: Session, checkin_id: int) -> list[Question]:
    """The questions as they stand now, in order."""
    found = shared(
        session, ("questions", checkin_id), lambda: session.scalars(_QUESTIONS, {"checkin_ids": [checkin_id]}).all()
    )
    return list(found)


_TEAMS_OF_MANY = (
    select(CheckInTeam, Team)
    .join(Team, col(CheckInTeam.team_id) == col(Team.id))
    .where(among(col(CheckInTeam.checkin_id), "checkin_ids"), col(Team.deleted_at).is_(None))
)


def look_up(session: Session, checkin_ids: Collection[int]) -> None:
    """Teams and questions of check-ins, for `teams` and `questions` to give in the rest of a look."""
    asking: dict[int, list[Team]] = {checkin_id: [] for checkin_id in checkin_ids}
    asked: dict[int, list[Question]] = {checkin_id: [] for checkin_id in checkin_ids}
    for part, team in session.execute(_TEAMS_OF_MANY, {"checkin_ids": list(checkin_ids)}):
        asking[part.checkin_id].append(team)
    for question in session.scalars(_QUESTIONS, {"checkin_ids": list(checkin_ids)}):
        asked[question.checkin_id].append(question)
    share(session, {("teams", checkin_id): found for checkin_id, found in asking.items()})
    share(session, {("questions", checkin_id): found for checkin_id, found in asked.items()})


def asked_query(checkin_id: int) -> Select[Person]:
    """The members of the check-in's teams who are still here, by primary key."""
    members = (
        select(col(Membership.person_id))
        .join(CheckInTeam, col(CheckInTeam.team_id) == col(Membership.team_id))
        .where(col(CheckInTeam.checkin_id) == checkin_id, col(Membership.role) == MEMBER)
    )
    return select(Person).where(col(Person.id).in_(members), col(Person.status) != "left").order_by(col(Person.id))


def asked_people(session: Session, checkin_id: int) -> list[Person]:
    """The members of the check-in's teams who are still here, by primary key."""
    return list(session.scalars(asked_query(checkin_id)))


def asked_after(session: Session, checkin_id: int, person_id: int, most: int) -> list[Person]:
    """The next of them after one by primary key, so many at most."""
    return list(session.scalars(asked_query(checkin_id).where(col(Person.id) > person_id).limit(most)))


_ASKED_IN = (
    select(col(Membership.person_id), col(Membership.team_id))
    .join(CheckInTeam, col(CheckInTeam.team_id) == col(Membership.team_id))
    .where(
        col(CheckInTeam.checkin_id) == bindparam("checkin_id"),
        col(Membership.role) == MEMBER,
        among(col(Membership.person_id), "person_ids"),
    )
    .order_by(col(Membership.team_id))
)


def asked_in(session: Session, checkin_id: int, person_ids: Sequence[int]) -> dict[int, list[int]]:
    """For which teams each of these people is asked, by person: their own among those that the check-in asks.

    Where it asks the whole company, it is all of their own teams; that of everybody where they are in no other.
    """
    everybody = next((team.key for team in teams(session, checkin_id) if team.is_company), None)
    if everybody is not None:
        own = member_of(session, person_ids)
        return {key: [each for each in of if each != everybody] or of for key, of in own.items() if everybody in of}
    found: dict[int, list[int]] = {}
    for person_id, team_id in session.execute(_ASKED_IN, {"checkin_id": checkin_id, "person_ids": person_ids}):
        found.setdefault(person_id, []).append(team_id)
    return found


def paused_people(session: Session, checkin_id: int) -> set[int]:
    """Primary keys of those who paused a check-in for themselves."""
    return set(session.scalars(select(col(Pause.person_id)).where(col(Pause.checkin_id) == checkin_id)))


def is_paused_for(session: Session, checkin_id: int, person_id: int) -> bool:
    """Whether somebody paused this check-in for themselves."""
    query = select(col(Pause.id)).where(col(Pause.checkin_id) == checkin_id, col(Pause.person_id) == person_id)
    return session.scalars(query).first() is not None


def paused_by(session: Session, person_id: int) -> list[CheckIn]:
    """The check-ins that somebody paused for themselves, by name."""
    query = (
        select(CheckIn)
        .join(Pause, col(Pause.checkin_id) == col(CheckIn.id))
        .where(col(Pause.person_id) == person_id, col(CheckIn.deleted_at).is_(None))
    )
    return sorted(session.scalars(query), key=lambda checkin: checkin.name.casefold())
