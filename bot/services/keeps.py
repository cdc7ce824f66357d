"""Answers that a lead keeps for a 1:1 with whoever wrote them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.roles import Action
from bot.i18n import mark
from bot.notices.digests import PersonDigest
from bot.notices.home import HomeNotice
from bot.services.led_answers import Sentences, answered_by_another
from bot.services.roles import Refusal
from storage import keeps, outbox
from storage.keeps import Keep
from storage.people import Person
from storage.rounds import Prompt

GONE = mark("These answers aren't there for you any more. Nothing was kept.")
SAID = Sentences(
    refused=Refusal(
        mark("{names} can keep these answers for a 1:1. Nothing was kept."),
        mark("Only leads can keep answers for a 1:1, and this team has none. Nothing was kept."),
    ),
    gone=GONE,
    unreadable=GONE,
)


def keep(session: Session, actor: Person, prompt_id: int, now: datetime) -> bool:
    """Keep somebody's answers for a talk with them; says whether they weren't kept yet."""
    prompt = answered_by_another(session, actor, prompt_id, Action.KEEP_ANSWER, SAID)
    kept = keeps.find(session, actor.key, prompt_id)
    if kept is not None and kept.done_at is None:
        return False
    kept = kept or Keep(lead_id=actor.key, prompt_id=prompt_id, at=now)
    kept.at, kept.done_at = now, None
    session.add(kept)
    session.flush()
    _say_so(session, actor, prompt)
    return True


def unkeep(session: Session, actor: Person, prompt_id: int, now: datetime) -> bool:  # noqa: ARG001
    """Undo: as if it had never been kept."""
    kept, prompt = keeps.find(session, actor.key, prompt_id), session.get(Prompt, prompt_id)
    if kept is None or prompt is None:
        return False
    session.delete(kept)
    session.flush()
    _say_so(session, actor, prompt)
    return True


def done(session: Session, actor: Person, prompt_id: int, now: datetime) -> bool:
    """They have talked about it: it leaves the list."""
    kept, prompt = keeps.find(session, actor.key, prompt_id), session.get(Prompt, prompt_id)
    if kept is None or prompt is None or kept.done_at is not None:
        return False
    kept.done_at = now
    session.flush()
    _say_so(session, actor, prompt)
    return True


def _say_so(session: Session, actor: Person, prompt: Prompt) -> None:
    """Home, and every page of the lead's copy of the digest, say what is true now."""
    outbox.publish(session, HomeNotice(actor.key), person_id=actor.key)
    copy = PersonDigest(prompt.round_id, 0, actor.key)
    while outbox.update(session, copy, of=copy.key):
        copy = copy.at(copy.page + 1)
