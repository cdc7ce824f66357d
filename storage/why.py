"""One person's prompts, the newest first: what they may ask about, and nobody else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.checkins import CheckIn
from storage.rounds import AHEAD, Prompt, Round

Row = tuple[Prompt, Round, CheckIn]

_PROMPTS = (
    select(Prompt, Round, CheckIn)
    .join(Round, col(Round.id) == col(Prompt.round_id))
    .join(CheckIn, col(CheckIn.id) == col(Round.checkin_id))
)


def past(session: Session, person_id: int, now: datetime, *, skip: int, most: int) -> list[Row]:
    """Prompts whose moment has come, the newest first, without the first `skip` of them."""
    mine = _PROMPTS.where(col(Prompt.person_id) == person_id, col(Prompt.due_at) <= now, col(Round.n) > AHEAD)
    newest = mine.order_by(col(Prompt.due_at).desc(), col(Prompt.id).desc()).offset(skip).limit(most)
    return [(prompt, round_, checkin) for prompt, round_, checkin in session.execute(newest)]
