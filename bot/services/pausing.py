"""The operator's switch: while a workspace is paused, Cairn sends nothing there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.workspaces import Workspace


def pause(session: Session, workspace: str | None, now: datetime) -> list[str]:
    """Pause one workspace, or all for None; gives the ids of those that weren't yet."""
    return _switch(session, workspace, now)


def resume(session: Session, workspace: str | None) -> list[str]:
    """Let one workspace, or all for None, go on; gives the ids of those that were paused."""
    return _switch(session, workspace, None)


def _switch(session: Session, workspace: str | None, paused_at: datetime | None) -> list[str]:
    every = select(Workspace).order_by(col(Workspace.id))
    chosen = every if workspace is None else every.where(col(Workspace.id) == workspace)
    switched = [found for found in session.scalars(chosen) if (found.paused_at is None) != (paused_at is None)]
    for found in switched:
        found.paused_at = paused_at
    session.flush()
    return [found.id for found in switched]
