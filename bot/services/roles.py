"""The guard in front of whatever needs a role."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.domain.roles import Action
from bot.errors import UserError
from storage import roles
from storage.people import Person


def require(session: Session, person: Person, action: Action, refusal: str, *, team_id: int | None = None) -> None:
    """Raise `refusal` (a msgid that says who can) where somebody may not do this."""
    if not roles.allowed(session, person, action, team_id):
        raise UserError(refusal)
