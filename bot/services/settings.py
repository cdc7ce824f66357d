"""The workspace's settings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.roles import Action
from bot.domain.setup import SettingsRequest
from bot.errors import UserError
from bot.i18n import mark
from bot.services import checkins as checkin_service
from bot.services import company, days, privacy, roles
from bot.services.roles import Refusal
from storage import teams, workspaces
from storage.calendars import digits
from storage.database import workspace_of
from storage.people import Person
from storage.workspaces import WorkspaceSettings

MOST_TEAMS = 100
"""Slack: options of a menu."""

NOT_ADMIN = Refusal(
    mark("{names} can change Cairn's settings for you. Nothing was changed."),
    mark("Nobody runs Cairn here yet: whoever installed it names somebody in CAIRN_ADMINS. Nothing was changed."),
)
CHANGED_MEANWHILE = mark("Somebody changed the settings while this form was open. Open it again; nothing was saved.")


def show(session: Session, actor: Person, _now: datetime) -> WorkspaceSettings:
    """The settings, for an admin."""
    roles.require(session, actor, Action.CHANGE_SETTINGS, NOT_ADMIN)
    return workspaces.settings(session)


def teams_to_choose(session: Session, _actor: Person, _now: datetime) -> dict[int, str]:
    """The teams of which pilot teams are chosen, by primary key: those chosen already first, as many as a menu has."""
    chosen = workspaces.settings(session).pilot_teams or []
    ordered = sorted(teams.existing(session), key=lambda team: team.key not in chosen)
    return {team.key: team.name for team in ordered[:MOST_TEAMS]}


def save(session: Session, actor: Person, request: SettingsRequest, now: datetime) -> WorkspaceSettings:
    """Change the settings; refused where somebody else changed them since the form was opened."""
    roles.require(session, actor, Action.CHANGE_SETTINGS, NOT_ADMIN)
    days.check(request.working_days, request.hours_from, request.hours_to)
    country, subdivision = request.region or (None, None)
    voices_before = workspaces.settings(session).k
    changed = (
        update(WorkspaceSettings)
        .where(
            col(WorkspaceSettings.workspace_id) == workspace_of(session),
            col(WorkspaceSettings.version) == request.version,
        )
        .values(
            anyone_makes_teams=request.anyone_makes_teams,
            guests_take_part=request.guests_take_part,
            working_days=digits(request.working_days),
            country=country,
            subdivision=subdivision,
            hours_from=request.hours_from,
            hours_to=request.hours_to,
            pilot_teams=sorted(request.pilot_teams) or None,
            k=request.k,
            kudos_values=list(request.kudos_values) or None,
            kudos_emoji=request.kudos_emoji,
            kudos_a_day=request.kudos_a_day,
            dms_a_week=request.dms_a_week,
            version=request.version + 1,
            changed_at=now,
        )
        .returning(col(WorkspaceSettings.version))
    )
    if session.execute(changed).first() is None:
        raise UserError(CHANGED_MEANWHILE)
    session.expire_all()
    company.keep_in_step(session, now)
    checkin_service.replan_all(session, now)
    privacy.voices_changed(session, actor, voices_before, now)
    return workspaces.settings(session)
