"""What somebody has typed and not sent yet, between a form and what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.forms import Moved, Submission, Typed
from storage.answers import Draft
from storage.people import Person
from storage.types import UTCDateTime

KEPT = timedelta(days=14)
DONE, REST = "done", "rest"
MOVED, SAME = "moved", "same"


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
    moved = {f"{MOVED}{measure}": each.typed for measure, each in submission.moved.items()}
    same = {f"{SAME}{measure}": [1] if each.is_same else [] for measure, each in submission.moved.items()}
    return values | done | moved | same


def _stored(value: Typed) -> Any:
    return list(value) if isinstance(value, tuple) else value


def values(draft: Draft) -> dict[int, Typed]:
    """What stands in the inputs, by question; None where one was emptied."""
    kept: Mapping[str, Any] = draft.typed
    return {
        int(name): tuple(value) if isinstance(value, list) else value
        for name, value in kept.items()
        if not name.startswith((DONE, REST, MOVED, SAME))
    }


def done(draft: Draft, question_id: int) -> tuple[int, ...] | None:
    """The ticked items of last time's plan; None where nothing was ticked or unticked."""
    ticked = draft.typed.get(f"{DONE}{question_id}")
    return None if ticked is None else tuple(ticked)


def moved(draft: Draft) -> dict[int, Moved]:
    """What is typed and ticked of measures, by measure."""
    typed: Mapping[str, Any] = draft.typed
    measures = [int(name.removeprefix(MOVED)) for name in typed if name.startswith(MOVED)]
    return {each: Moved(typed[f"{MOVED}{each}"], bool(typed.get(f"{SAME}{each}"))) for each in measures}


def keep_rest(session: Session, draft: Draft, question_id: int, words: str) -> None:
    """Keep beside a draft what didn't fit into an answer, below what didn't before."""
    before = draft.typed.get(f"{REST}{question_id}")
    draft.typed = {**draft.typed, f"{REST}{question_id}": f"{before}\n{words}" if before else words}
    session.flush()


def rests(draft: Draft) -> dict[int, str]:
    """What didn't fit into the answers, by question."""
    return {int(name.removeprefix(REST)): words for name, words in draft.typed.items() if name.startswith(REST)}


_OLD = (
    delete(Draft)
    .where(col(Draft.updated_at) < bindparam("before", type_=UTCDateTime))
    .returning(col(Draft.id))
    .execution_options(synchronize_session=False)
)


def forget_old_drafts(session: Session, now: datetime) -> bool:
    """Let drafts go that nobody has touched for 14 days; says whether there were any."""
    return session.execute(_OLD, {"before": now - KEPT}).first() is not None
