"""All that falls due by itself, in the order in which it is done; and when the next of it is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.services import feedback
from bot.services.api_tokens import forget_old_keys
from bot.services.blockers import close_left, nudge_due
from bot.services.checkin_setup import forget_old_setups
from bot.services.digests import refresh_stale
from bot.services.drafts import forget_old_drafts
from bot.services.feedback_releases import release_due as release_feedback
from bot.services.feedback_request_turns import end_due as end_requests
from bot.services.feedback_request_turns import remind_due as remind_asked
from bot.services.goal_looks import look_due
from bot.services.jottings import forget_old_jottings
from bot.services.releases import UNRELEASED, release_due
from bot.services.reminders import IS_SENT, remind_due
from bot.services.rounds import close_due, open_due, plan_prompts
from bot.services.welcomes import welcome_due
from storage import outbox
from storage.away import forget_past
from storage.blockers import BlockerWatch
from storage.checkins import CheckIn
from storage.feedback import FeedbackMessage
from storage.feedback_requests import FeedbackAsk, FeedbackRequest
from storage.rounds import Prompt, Round
from storage.seen import forget_old


def forget_deliveries(session: Session, _now: datetime) -> bool:
    """Let go of the keys of deliveries that Slack can't send again."""
    return forget_old(session)


TICKS: tuple[Callable[[Session, datetime], bool], ...] = (
    welcome_due,
    open_due,
    plan_prompts,
    release_due,
    remind_due,
    close_due,
    refresh_stale,
    close_left,
    nudge_due,
    release_feedback,
    remind_asked,
    end_requests,
    look_due,
    forget_old_drafts,
    feedback.forget_old_drafts,
    forget_old_jottings,
    forget_old_setups,
    forget_past,
    forget_deliveries,
    forget_old_keys,
)


def next_due(session: Session, now: datetime) -> datetime | None:
    """The next moment, in UTC, at which anything falls due after `now`; for a calendar that is moved by hand."""
    moments = (
        session.scalars(select(func.min(col(CheckIn.next_due_at)))).one(),
        session.scalars(select(func.min(col(Prompt.due_at))).where(*UNRELEASED)).one(),
        session.scalars(
            select(func.min(col(Prompt.remind_at))).where(IS_SENT, col(Prompt.remind_at).is_not(None))
        ).one(),
        session.scalars(select(func.min(col(Round.closes_at))).where(col(Round.closed_at).is_(None))).one(),
        session.scalars(select(func.min(col(BlockerWatch.due_at))).where(col(BlockerWatch.due_at).is_not(None))).one(),
        session.scalars(
            select(func.min(col(FeedbackMessage.due_at))).where(col(FeedbackMessage.due_at).is_not(None))
        ).one(),
        session.scalars(
            select(func.min(col(FeedbackAsk.remind_at))).where(col(FeedbackAsk.remind_at).is_not(None))
        ).one(),
        session.scalars(
            select(func.min(col(FeedbackRequest.closes_at))).where(col(FeedbackRequest.over_at).is_(None))
        ).one(),
        outbox.next_due(session, now),
    )
    return min((moment for moment in moments if moment is not None and moment > now), default=None)
