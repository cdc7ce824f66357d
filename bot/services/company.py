"""Everybody as one team, for check-ins that ask the whole company: made when an admin first needs it, kept in step."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from bot.services import checkins as checkin_service
from storage import bulk, checkins, teams, workspaces
from storage.people import Person
from storage.teams import MEMBER, Membership, Team

CHUNK = 200


def ensure(session: Session, actor: Person, now: datetime) -> Team:
    """The team of everybody, made where there is none yet. It has no leads: admins run what asks it."""
    team = teams.company(session)
    if team is None:
        team = Team(
            name=workspaces.current(session).name,
            name_key="",  # no team that people make has that
            zone=actor.zone,
            is_company=True,
            created_by=actor.key,
            created_at=now,
        )
        session.add(team)
        session.flush()
        _add(session, team, _here(session), now)
    return team


def _here(session: Session, among: Collection[int] | None = None) -> set[int]:
    """Who belongs to the company: guests where the workspace says so."""
    guests = ["guest"] if workspaces.settings(session).guests_take_part else []
    query = select(col(Person.id)).where(col(Person.status).in_(["active", *guests]))
    if among is not None:
        query = query.where(col(Person.id).in_(among))
    return {key for key in session.scalars(query) if key is not None}


def keep_in_step(session: Session, now: datetime, among: Collection[int] | None = None) -> None:
    """Let those of these people be in it who belong to the company, and nobody else; everybody where none is named.

    Who comes is asked from the next round on.
    """
    team = teams.company(session)
    if team is None:
        return
    team.name = workspaces.current(session).name
    wanted, members = _here(session, among), _members(session, team, among)
    _add(session, team, wanted - members, now)
    _remove(session, team, members - wanted)
    if wanted != members:
        for checkin in checkins.of_team(session, team.key):
            checkin_service.replan_for_people(session, checkin, now)


def _members(session: Session, team: Team, among: Collection[int] | None) -> set[int]:
    """Who is in it and is still here: who has left keeps their place, in case they come back."""
    query = (
        select(col(Membership.person_id))
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(col(Membership.team_id) == team.key, col(Person.status) != "left")
    )
    if among is not None:
        query = query.where(col(Membership.person_id).in_(among))
    return set(session.scalars(query))


def _add(session: Session, team: Team, people: Collection[int], now: datetime) -> None:
    rows = [
        {
            "workspace_id": team.workspace_id,
            "team_id": team.key,
            "person_id": key,
            "role": MEMBER,
            "joined_at": now,
        }
        for key in sorted(people)
    ]
    table = SQLModel.metadata.tables["membership"]
    for start in range(0, len(rows), CHUNK):
        bulk.insert_new(session, table, rows[start : start + CHUNK], unless=("team_id", "person_id", "role"))


def _remove(session: Session, team: Team, people: Collection[int]) -> None:
    gone = delete(Membership).where(col(Membership.team_id) == team.key, col(Membership.person_id).in_(people))
    session.execute(gone, execution_options={"synchronize_session": False})
