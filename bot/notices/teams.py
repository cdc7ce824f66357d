"""What a team says by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.notices.registry import Message, Notice, Reader, register
from bot.views import teams as team_views
from bot.views.teams import Joined
from storage import checkins, teams
from storage.people import Person
from storage.teams import LEAD, MEMBER, Team


@register("team.added")
@dataclass(frozen=True)
class AddedToTeam(Notice):
    """To everybody in a new team: who made it, who leads it."""

    team_id: int
    by_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        team, by = teams.get(session, self.team_id), session.get(Person, self.by_id)
        if team is None or by is None or reader.person_id is None:
            return None
        if not teams.has_role(session, team.key, reader.person_id):
            return None
        card = Joined(
            name=team.name,
            leads=tuple(person.name for person in teams.people(session, team.key, LEAD)),
            members=len(teams.people(session, team.key, MEMBER)),
            asks=bool(checkins.of_team(session, team.key)),
            reads_along=not teams.has_role(session, team.key, reader.person_id, MEMBER, LEAD),
        )
        return Message(*team_views.added(reader.voice, card, by=by.name, is_maker=reader.person_id == team.created_by))


@register("team.removed")
@dataclass(frozen=True)
class RemovedFromTeam(Notice):
    """To whoever was taken off a team, unless they are in it again by now."""

    team_id: int
    by_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        team, by = session.get(Team, self.team_id), session.get(Person, self.by_id)
        if team is None or by is None or reader.person_id is None:
            return None
        if teams.has_role(session, team.key, reader.person_id):
            return None
        return Message(*team_views.removed(reader.voice, team.name, by=by.name))


@register("team.ended")
@dataclass(frozen=True)
class TeamEnded(Notice):
    """To everybody in a team that was deleted."""

    team_id: int
    by_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        team, by = session.get(Team, self.team_id), session.get(Person, self.by_id)
        if team is None or by is None:
            return None
        return Message(*team_views.ended(reader.voice, team.name, by=by.name))


@register("team.lead")
@dataclass(frozen=True)
class MadeLead(Notice):
    """To whoever was in a team, and leads it now."""

    team_id: int
    by_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        team, by = teams.get(session, self.team_id), session.get(Person, self.by_id)
        if team is None or by is None or reader.person_id is None:
            return None
        if not teams.has_role(session, team.key, reader.person_id, LEAD):
            return None
        return Message(*team_views.made_lead(reader.voice, team.name, by=by.name))
