"""What somebody else answered, as far as they may do something with it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.domain.roles import Action
from bot.errors import UserError
from bot.services.roles import Refusal, require
from storage import replies, rounds
from storage.people import Person
from storage.rounds import Prompt


@dataclass(frozen=True)
class Sentences:
    """What is said to whoever may not: `gone` where there is nothing, `unreadable` where they can't read it."""

    refused: Refusal
    gone: str
    unreadable: str


def answered_by_another(session: Session, actor: Person, prompt_id: int, action: Action, said: Sentences) -> Prompt:
    """Somebody else's part in a round, with names, that the actor leads and can read; raises UserError otherwise."""
    found = rounds.with_round(session, prompt_id)
    if found is None or found[0].person_id == actor.key or found[1].k:
        raise UserError(said.gone)
    prompt = found[0]
    require(session, actor, action, said.refused, *prompt.team_ids)
    if not replies.answer_readable_by(session, prompt_id, actor):
        raise UserError(said.unreadable)
    return prompt
