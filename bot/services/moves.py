"""What becomes of a round in the middle of which people change teams, or a team is taken out of the check-in."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.checkins import PromptState, Reason
from bot.services import checkins as checkin_service
from storage import checkins, rounds
from storage.checkins import CheckIn
from storage.rounds import Prompt, Round

OPEN = (PromptState.DUE, PromptState.SENT)


def follow(session: Session, checkin: CheckIn, among: Collection[int] | None = None) -> None:
    """Let what these people, or all, haven't answered yet belong to the teams that they are in now.

    Who is in none that the check-in asks is asked nothing more. Who came to another is read there, and their prompt
    says so. What was answered already stays with the team for which it was asked: nobody inherits its words.
    """
    unanswered = _unanswered(session, checkin, among)
    asked = checkins.asked_in(session, checkin.key, [prompt.person_id for prompt in unanswered])
    changed = [prompt for prompt in unanswered if asked.get(prompt.person_id) != prompt.team_ids]
    for prompt in changed:
        if prompt.person_id in asked:
            prompt.team_ids = asked[prompt.person_id]
        elif prompt.state in OPEN:
            prompt.state, prompt.reason = PromptState.SKIPPED, Reason.LEFT_TEAM
    session.flush()
    checkin_service.say_so(session, [prompt.key for prompt in changed if prompt.sent_at is not None])
    checkin_service.say_so(session, _left_behind(session, checkin, among))


def _left_behind(session: Session, checkin: CheckIn, among: Collection[int] | None) -> list[int]:
    """Prompts of the newest round whose answers nobody can edit any more, since their authors have left."""
    query = select(Prompt).where(
        col(Prompt.round_id) == rounds.newest_id(session, checkin.key),
        *(col(Prompt.answered_at).is_not(None), col(Prompt.sent_at).is_not(None)),
    )
    if among is not None:
        query = query.where(col(Prompt.person_id).in_(among))
    answered = list(session.scalars(query.order_by(col(Prompt.id))))
    asked = checkins.asked_in(session, checkin.key, [prompt.person_id for prompt in answered])
    return [prompt.key for prompt in answered if prompt.person_id not in asked]


def _unanswered(session: Session, checkin: CheckIn, among: Collection[int] | None) -> list[Prompt]:
    """What can be answered still: late answers are taken until the next round opens."""
    query = (
        select(Prompt)
        .join(Round, col(Round.id) == col(Prompt.round_id))
        .where(
            col(Round.checkin_id) == checkin.key,
            col(Prompt.answered_at).is_(None),
            or_(col(Prompt.state).in_(OPEN), col(Round.id) == rounds.newest_id(session, checkin.key)),
        )
        .order_by(col(Prompt.id))
    )
    if among is not None:
        query = query.where(col(Prompt.person_id).in_(among))
    return list(session.scalars(query))
