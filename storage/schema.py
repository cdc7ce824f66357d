"""All tables, for migrations and tests: importing this module fills the metadata."""

from __future__ import annotations

from sqlmodel import SQLModel

from storage import (  # noqa: F401
    access,
    answers,
    api_tokens,
    audience,
    away,
    blockers,
    channels,
    checkin_setup,
    checkins,
    feedback,
    feedback_reports,
    feedback_requests,
    goal_talk,
    goals,
    hidden,
    jottings,
    keeps,
    kudos,
    lanes,
    measures,
    outbox,
    people,
    preferences,
    privacy,
    readings,
    replies,
    results,
    rounds,
    seen,
    summaries,
    teams,
    workspaces,
)

metadata = SQLModel.metadata
