"""Who looked at what is one person's, the latest first, for that person alone."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.access import Access
from storage.feedback import Feedback
from storage.people import Person


class Look(NamedTuple):
    """Somebody was shown `items` of one kind at one place, all at once.

    `what` and `place` as `storage.access` has them.
    """

    reader: str
    what: str
    place: str
    at: datetime
    items: int


# Whoever wrote in confidence reads what is answered to them: no line says so, whoever logs it.
_IS_HIDDEN = and_(
    col(Access.what) == "feedback",
    exists().where(
        col(Feedback.id) == col(Access.item_id),
        col(Feedback.author_id) == col(Access.reader_id),
        col(Feedback.is_confidential),
    ),
)


def at(session: Session, owner_id: int, *, skip: int, most: int) -> list[Look]:
    """Who looked at somebody's, the latest first, without the first `skip` of them."""
    shown_at_once = (col(Person.name), col(Access.what), col(Access.place), col(Access.at))
    found = (
        select(*shown_at_once, func.count())
        .join(Person, col(Person.id) == col(Access.reader_id))
        .where(col(Access.owner_id) == owner_id, ~_IS_HIDDEN)
        .group_by(col(Access.reader_id), *shown_at_once)
        .order_by(col(Access.at).desc(), func.min(col(Access.id)).desc())
        .offset(skip)
        .limit(most)
    )
    return [Look(*row) for row in session.execute(found)]
