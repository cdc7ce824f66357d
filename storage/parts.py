"""Somebody's part in a round, with all that it belongs to: asked in one statement, since forms open by the thousand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from storage.answers import Draft
from storage.checkins import CheckIn, CheckInTeam
from storage.rounds import AHEAD, Prompt, Round
from storage.teams import MEMBER, Membership
from storage.types import UTCDateTime


@dataclass(frozen=True)
class Part:
    """A prompt with what it belongs to. `is_asked`: the person is still in one of the check-in's teams."""

    prompt: Prompt
    round: Round
    checkin: CheckIn
    draft: Draft | None
    is_asked: bool


_IS_ASKED = (
    exists()
    .where(
        col(CheckInTeam.checkin_id) == col(CheckIn.id),
        col(CheckInTeam.team_id) == col(Membership.team_id),
        col(Membership.person_id) == col(Prompt.person_id),
        col(Membership.role) == MEMBER,
    )
    .correlate_except(CheckInTeam, Membership)
)
_IS_THEIRS = (col(Draft.prompt_id) == col(Prompt.id)) & (col(Draft.person_id) == col(Prompt.person_id))
_PARTS = (
    select(Prompt, Round, CheckIn, Draft, _IS_ASKED)
    .join(Round, col(Round.id) == col(Prompt.round_id))
    .join(CheckIn, col(CheckIn.id) == col(Round.checkin_id))
)
_ONE = _PARTS.outerjoin(Draft, _IS_THEIRS).where(col(Prompt.id) == bindparam("prompt_id"))
# Whoever closes the round locks it too, so that it is closed either before this is asked or after this is committed.
_ONE_HELD = _ONE.with_for_update(read=True, key_share=True, of=Round)
_LATER: Any = aliased(Round)
_IS_NEWEST = ~(
    exists()
    .where(_LATER.checkin_id == col(Round.checkin_id), _LATER.id > col(Round.id), _LATER.n > AHEAD)
    .correlate_except(_LATER)
)
_ANSWERABLE = (
    _PARTS.outerjoin(Draft, _IS_THEIRS)
    .where(
        col(Prompt.person_id) == bindparam("person_id"),
        col(CheckIn.deleted_at).is_(None),
        or_(col(Prompt.closes_at) > bindparam("now", type_=UTCDateTime), _IS_NEWEST),
    )
    .order_by(col(Prompt.due_at).desc(), col(Prompt.id).desc())
)
_DRAFTED = (
    _PARTS.join(Draft, _IS_THEIRS)
    .where(col(Draft.person_id) == bindparam("person_id"))
    .order_by(col(Draft.updated_at).desc())
)


def of(session: Session, prompt_id: int, *, holds_round: bool = False) -> Part | None:
    """A prompt with what it belongs to. `holds_round`: the round isn't closed before this transaction has ended."""
    row = session.execute(_ONE_HELD if holds_round else _ONE, {"prompt_id": prompt_id}).one_or_none()
    return None if row is None else Part(*row)


def answerable(session: Session, person_id: int, now: datetime) -> list[Part]:
    """Somebody's prompts whose window is open, or whose round is their check-in's newest; newest first."""
    return [Part(*row) for row in session.execute(_ANSWERABLE, {"person_id": person_id, "now": now})]


def drafted(session: Session, person_id: int) -> list[Part]:
    """What somebody has a draft of, the one touched last first."""
    return [Part(*row) for row in session.execute(_DRAFTED, {"person_id": person_id})]
