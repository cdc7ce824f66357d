"""Workspaces and their settings: one typed row each, which every feature adds its own columns to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time

from sqlalchemy import CheckConstraint, select
from sqlalchemy.orm import Session
from sqlmodel import Field, SQLModel, col

from bot.domain.setup import USUAL_DMS, USUAL_VOICES
from storage.base import Owned
from storage.database import shared, workspace_of
from storage.types import NamesJSON, NumbersJSON, UTCDateTime, Words


class Workspace(SQLModel, table=True):
    """A Slack workspace. `id` is Slack's team_id; `bot_token` is set where it was installed by OAuth."""

    __tablename__ = "workspace"

    id: str = Field(primary_key=True, max_length=32)
    name: str = ""
    bot_user_id: str = Field(default="", max_length=32)
    bot_token: str | None = Field(default=None, sa_type=Words)
    created_at: datetime = Field(sa_type=UTCDateTime)
    paused_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class WorkspaceSettings(Owned, table=True):
    """What the admins of a workspace decide; edited by `/cairn settings`.

    `working_days` has one digit a day, 1 for Monday to 7 for Sunday. Hours are local to each person. `country` (ISO
    3166) and `subdivision`: whose public holidays are days off. `pilot_teams`: where there are some, by primary key,
    only they are asked. `k`: how many voices a question needs with names hidden; each round keeps the one that it was
    opened with. `kudos_values`: the company's values, as kudos name them; `kudos_emoji`: the short name of the reaction
    that gives kudos, None for none; `kudos_a_day`: how many one person may give, None for as many as they like.
    `dms_a_week`: how many new DMs Cairn sends somebody by itself (`storage.attention`).
    """

    __tablename__ = "workspace_settings"
    __table_args__ = (
        CheckConstraint("working_days <> ''", name="has_working_days"),
        CheckConstraint("hours_from < hours_to", name="hours_in_order"),
        CheckConstraint("subdivision IS NULL OR country IS NOT NULL", name="subdivision_of_country"),
        CheckConstraint("k >= 3", name="enough_voices"),
        CheckConstraint("kudos_a_day > 0", name="some_kudos_a_day"),
        CheckConstraint("kudos_emoji <> ''", name="has_kudos_emoji"),
        CheckConstraint("dms_a_week > 0", name="some_dms"),
    )

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id", max_length=32)
    anyone_makes_teams: bool = False
    guests_take_part: bool = False
    working_days: str = Field(default="12345", max_length=7)
    hours_from: time = time(9)
    hours_to: time = time(17)
    country: str | None = Field(default=None, max_length=2)
    subdivision: str | None = Field(default=None, max_length=32)
    pilot_teams: list[int] | None = Field(default=None, sa_type=NumbersJSON)
    k: int = USUAL_VOICES
    kudos_values: list[str] | None = Field(default=None, sa_type=NamesJSON)
    kudos_emoji: str | None = Field(default=None, max_length=100)
    kudos_a_day: int | None = None
    dms_a_week: int = USUAL_DMS
    changed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    version: int = 0


def current(session: Session) -> Workspace:
    """The workspace that the session is bound to."""
    return session.get_one(Workspace, workspace_of(session))


def settings(session: Session) -> WorkspaceSettings:
    """The settings row of the session's workspace; the defaults where none was saved yet."""
    workspace = workspace_of(session)
    found = shared(session, ("settings", workspace), lambda: session.get(WorkspaceSettings, workspace))
    return found or WorkspaceSettings(workspace_id=workspace)


def is_waiting(settings: WorkspaceSettings, team_ids: Collection[int]) -> bool:
    """Whether somebody who is asked for these teams isn't yet, since others try Cairn first."""
    return bool(settings.pilot_teams) and set(settings.pilot_teams or ()).isdisjoint(team_ids)


def all_ids(session: Session) -> list[str]:
    """Every workspace's id, for ticks."""
    return list(session.scalars(select(col(Workspace.id)).order_by(col(Workspace.id))))


def register(session: Session, workspace: Workspace) -> Workspace:
    """Remember a workspace that Cairn is installed in, or bring its name and bot up to date."""
    found = session.get(Workspace, workspace.id)
    if found is None:
        session.add(workspace)
        session.flush()
        session.add(WorkspaceSettings(workspace_id=workspace.id))
        session.flush()
        return workspace
    found.name, found.bot_user_id = workspace.name, workspace.bot_user_id
    return found
