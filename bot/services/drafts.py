"""What somebody has typed and not sent yet, between a form and what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.forms import Submission, Typed
from storage.answers import Draft
from storage.people import Person
from storage.types import UTCDateTime

KEPT = timedelta(days=14)
DONE = "done"


def keep(session: Session, actor: Person, draft: Draft | None, submission: Submission, now: datetime) -> Draft:
    """Take what a form holds into the draft. What it doesn't show now stays: a question may be asked again."""
    kept = draft or Draft(person_id=actor.key, prompt_id=submission.prompt_id, typed={}, updated_at=now)
    kept.typed = {**kept.typed, **_typed(submission)}
    kept.action_ts = max(kept.action_ts, submission.action_ts)
    kept.updated_at = now
    session.add(kept)
    session.flush()
    return kept


def _typed(submission: Submission) -> dict[str, Any]:
    done = {f"{DONE}{question}": list(ticked) for question, ticked in submission.done.items()}
    values = {str(question): _stored(value) for question, value in submission.values.items()}
    return values | done


def _stored(value: Typed) -> Any:
    return list(value) if isinstance(value, tuple) else value


def values(draft: Draft) -> dict[int, Typed]:
    """What stands in the inputs, by question; None where one was emptied."""
    kept: Mapping[str, Any] = draft.typed
    return {
        int(name): tuple(value) if isinstance(value, list) else value
        for name, value in kept.items()
        if not name.startswith(DONE)
    }


def done(draft: Draft, question_id: int) -> tuple[int, ...] | None:
    """The ticked items of last time's plan; None where nothing was ticked or unticked."""
    ticked = draft.typed.get(f"{DONE}{question_id}")
    return None if ticked is None else tuple(ticked)


_OLD = (
    delete(Draft)
    .where(col(Draft.updated_at) < bindparam("before", type_=UTCDateTime))
    .returning(col(Draft.id))
    .execution_options(synchronize_session=False)
)


def forget_old_drafts(session: Session, now: datetime) -> bool:
    """Let drafts go that nobody has touched for 14 days; says whether there were any."""
    return session.execute(_OLD, {"before": now - KEPT}).first() is not None
