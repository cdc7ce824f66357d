"""Reporting lines and countries from a file that HR exports: `slack_id,manager,country`.

All or nothing, and every line that is wrong is told with its number. Commas, semicolons and tabs, a byte order mark
and either line end are understood. A column that isn't there changes nothing; an empty cell takes the value away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from babel import Locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services import checkins as checkin_service
from bot.services import csv_tables, goal_handover
from bot.services.csv_tables import Mistake
from storage.people import Person

COLUMNS = ("slack_id", "manager", "country")
_MEMBER = re.compile(r"[UW][A-Z0-9]{2,31}")
# Two letters in Unicode's list of regions that name no country.
_NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}


@dataclass(frozen=True)
class Row:
    """One line: None where the file has no such column, an empty string where the cell is empty."""

    line: int
    slack_id: str
    manager: str | None = None
    country: str | None = None


@dataclass(frozen=True)
class Imported:
    """How many people the file names, and for how many it changes something."""

    people: int
    changed: int


def read(content: bytes) -> list[Row]:
    """The rows of a file. Raises ImportRefusedError for what is no such table, and for lines that don't fit it."""
    reason = f"the header must be {','.join(COLUMNS)}; manager and country may be left out."
    return [Row(line, **cells) for line, cells in csv_tables.read(content, COLUMNS, ("slack_id",), reason).rows]


def import_rows(session: Session, rows: Sequence[Row], now: datetime, *, dry_run: bool = False) -> Imported:
    """Set managers and countries in the session's workspace, or only count what would change.

    Where somebody has other public holidays by it, what is to come for them is planned anew.

    Raises ImportRefusedError, with nothing changed, for unknown people, countries that aren't ISO 3166, people named
    twice, and anybody who would come to report to themselves, however far up.
    """
    known = {person.slack_id: person for person in session.scalars(select(Person)) if person.status != "left"}
    mistakes = [Mistake(row.line, reason) for row in rows for reason in _mistakes_in(row, known)]
    mistakes += _named_twice(rows)
    csv_tables.refuse(mistakes)
    csv_tables.refuse(_circles(rows, known))
    changes = [(known[row.slack_id], change) for row in rows if (change := _change(known[row.slack_id], row, known))]
    if not dry_run:
        moved = [person for person, change in changes if _apply(person, change)]
        session.flush()
        goal_handover.managers_changed(session, [person.key for person, _ in changes], now)
        checkin_service.replan_for_all(session, moved, now)
    return Imported(len(rows), len(changes))


def _mistakes_in(row: Row, known: Mapping[str, Person]) -> Iterator[str]:
    yield from _mistake_in_id("slack_id", row.slack_id, known)
    if row.manager:
        yield from _mistake_in_id("manager", row.manager, known)
        if row.manager == row.slack_id:
            yield "nobody reports to themselves."
    if row.country and row.country.upper() not in _countries():
        yield "country must be two letters of ISO 3166, such as DE or GB."


def _mistake_in_id(column: str, slack_id: str, known: Mapping[str, Person]) -> Iterator[str]:
    if not _MEMBER.fullmatch(slack_id):
        yield f"{column} must be a Slack member ID, which starts with U or W."
    elif slack_id not in known:
        yield f"Cairn knows nobody with the {column} {slack_id}, or they have left."


def _named_twice(rows: Sequence[Row]) -> Iterator[Mistake]:
    first: dict[str, int] = {}
    for row in rows:
        if first.setdefault(row.slack_id, row.line) != row.line:
            yield Mistake(row.line, f"{row.slack_id} is in line {first[row.slack_id]} already.")


def _circles(rows: Sequence[Row], known: Mapping[str, Person]) -> list[Mistake]:
    by_key = {person.id: person.slack_id for person in known.values()}
    above = {slack_id: by_key.get(person.manager_id, "") for slack_id, person in known.items()}
    above |= {row.slack_id: row.manager for row in rows if row.manager is not None}
    found = []
    for row in rows:
        chain = [row.slack_id]
        while (manager := above.get(chain[-1], "")) and manager not in chain:
            chain.append(manager)
        if manager == row.slack_id:
            found.append(Mistake(row.line, f"they would report to themselves: {' → '.join([*chain, manager])}."))
    return found


@dataclass(frozen=True)
class _Change:
    """What somebody's line makes of them: their manager by primary key, and their country."""

    manager_id: int | None
    country: str | None


def _change(person: Person, row: Row, known: Mapping[str, Person]) -> _Change | None:
    """What a line changes; None where that is nothing."""
    manager_id = person.manager_id if row.manager is None else known[row.manager].id if row.manager else None
    country = person.country if row.country is None else row.country.upper() or None
    is_new = (manager_id, country) != (person.manager_id, person.country)
    return _Change(manager_id, country) if is_new else None


def _apply(person: Person, change: _Change) -> bool:
    """Make it so; says whether their public holidays are others now."""
    is_elsewhere = person.country != change.country
    person.manager_id, person.country = change.manager_id, change.country
    if is_elsewhere:
        person.subdivision = None
    return is_elsewhere


@lru_cache
def _countries() -> frozenset[str]:
    territories: Mapping[str, str] = Locale("en").territories
    return frozenset(code for code in territories if len(code) == 2 and code.isalpha()) - _NO_COUNTRIES
