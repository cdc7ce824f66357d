"""`/cairn access`: who looked at what is mine. For whom it is about, and nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from storage import looks
from storage.looks import Look
from storage.people import Person

PAGE = 20


@dataclass(frozen=True)
class Looks:
    """A page of them, the latest first; `older` is the next page, where there is one."""

    found: Sequence[Look]
    page: int
    older: int | None


def shown(session: Session, actor: Person, page: int, _now: datetime) -> Looks:
    """A page of who looked at somebody's own data."""
    found = looks.at(session, actor.key, skip=page * PAGE, most=PAGE + 1)
    return Looks(found[:PAGE], page, page + 1 if len(found) > PAGE else None)
