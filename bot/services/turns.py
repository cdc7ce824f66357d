"""One thing at a time, and none in the way of the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVarTuple

import structlog
from sqlalchemy import ColumnElement, Select, bindparam, or_, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.blockers import Blocker, BlockerWatch
from storage.checkins import CheckIn
from storage.database import of_workspace
from storage.feedback import FeedbackMessage
from storage.feedback_requests import FeedbackAsk, FeedbackRequest
from storage.goals import Goal
from storage.rounds import Round
from storage.types import UTCDateTime

log = structlog.get_logger(__name__)
SET_ASIDE = timedelta(minutes=10)
Columns = TypeVarTuple("Columns")
Row = CheckIn | Round | Blocker | BlockerWatch | FeedbackMessage | FeedbackAsk | FeedbackRequest | Goal

# Ticks look every few seconds: their queries are made once, around this parameter.
NOW = bindparam("now", type_=UTCDateTime)


def is_next(of: type[Row]) -> ColumnElement[bool]:
    """The condition, at the parameter `now`, under which a row isn't set aside."""
    return or_(col(of.stuck_until).is_(None), col(of.stuck_until) <= NOW)


def take_next(session: Session, which: Select[*Columns], work: Callable[[*Columns], None], now: datetime) -> bool:
    """Do `work` on the first that a query finds, given its columns; says whether there was one. A tick's step.

    The first column is the row whose turn it is. Where the work fails it is set aside for ten minutes: ticks take
    what is due longest first, so a row that fails for ever would keep all others from their turn.
    """
    found = session.execute(which, {"now": now}).first()
    if found is None:
        return False
    columns: Any = found
    _take_turn(session, columns[0], lambda: work(*found), now)
    return True


def _take_turn(session: Session, row: Row, work: Callable[[], None], now: datetime) -> None:
    kind, key, workspace = type(row), row.key, row.workspace_id
    with of_workspace(session, workspace):
        try:
            with session.begin_nested():
                work()
        except (OperationalError, InterfaceError):
            raise  # the database is away, which is no fault of this row
        except Exception:
            log.exception("set aside", what=kind.__name__, id=key, workspace=workspace)
            session.execute(update(kind).where(col(kind.id) == key).values(stuck_until=now + SET_ASIDE))
