"""Readings from outside: what a program or a file says that measures were. All of it is taken, or nothing.

Measures are named by their number, which a goal's details show. Who sends them is trusted with writing, and learns
nothing by it: of a measure that isn't there only that is said, whatever the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from bot.domain import amounts
from bot.domain.goals import OPEN, MeasureKind, Source
from bot.errors import UserError
from bot.i18n import Voice
from bot.services import csv_tables
from bot.services.csv_tables import Mistake
from storage.bulk import among
from storage.database import workspace_of
from storage.goals import Goal
from storage.measures import Measure

COLUMNS = ("measure", "value", "at")
HEADER = "the header must be measure,value,at; at may be left out."
CLOCKS_APART = timedelta(minutes=5)
"""What the clocks of two machines may differ by: a reading from now on that isn't from the future."""
CHUNK = 1000
_PLAIN = Voice("en-US")
_COMMAS = Voice("de-DE")
_NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?")
_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
_MOST_ID = 2**31 - 1

NO_MEASURE = "measure must be the number of a measure, as its goal's details show it."
UNKNOWN_MEASURE = "there is no measure {measure}, or its goal is closed."
NO_NUMBER = "value must be a number, such as 12.5."
NO_MOMENT = "at must be a date or a moment with its zone, such as 2026-11-23 or 2026-11-23T17:00:00+01:00."
IN_FUTURE = "at lies in the future."
TOO_LONG_AGO = "at lies before 1970."


@dataclass(frozen=True)
class Row:
    """One reading as it was sent: `line` counts from 1; `at` None stands for now."""

    line: int
    measure_id: int
    value: Decimal
    at: datetime | date | None = None


def of_objects(objects: Sequence[Any]) -> list[Row]:
    """Rows of JSON objects, whose numbers are Decimals. Raises ImportRefusedError with all that is wrong."""
    return _rows(enumerate(objects, 1), _of_object)


def of_csv(content: bytes) -> list[Row]:
    """Rows of a CSV file; between semicolons numbers may have a decimal comma, as those who write such files do.

    Raises ImportRefusedError with all that is wrong.
    """
    table = csv_tables.read(content, COLUMNS, ("measure", "value"), HEADER)
    voice = _COMMAS if table.delimiter == ";" else _PLAIN
    return _rows(table.rows, lambda line, cells: _of_cells(voice, line, cells))


def _rows(given: Any, parse: Callable[[int, Any], Row]) -> list[Row]:
    rows, mistakes = list[Row](), list[Mistake]()
    for line, each in given:
        try:
            rows.append(parse(line, each))
        except ValueError as error:
            mistakes.append(Mistake(line, str(error)))
    csv_tables.refuse(mistakes)
    return rows


def _of_object(line: int, given: Any) -> Row:
    if not isinstance(given, dict):
        raise ValueError("it must be an object with measure, value and at.")
    unknown = given.keys() - set(COLUMNS)
    if unknown:
        raise ValueError("it has something other than measure, value and at.")
    measure, value = given.get("measure"), given.get("value")
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(NO_NUMBER)
    return Row(line, _measure_id(measure), Decimal(value), _moment(given.get("at")))


def _of_cells(voice: Voice, line: int, cells: Mapping[str, str]) -> Row:
    measure, value = cells["measure"], voice.number(cells["value"])
    if value is None:
        raise ValueError(NO_NUMBER)
    number = int(measure) if re.fullmatch(r"[0-9]{1,10}", measure) else None
    return Row(line, _measure_id(number), value, _moment(cells.get("at") or None))


def _measure_id(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise ValueError(NO_MEASURE)
    if not 0 < given <= _MOST_ID:
        raise ValueError(UNKNOWN_MEASURE.format(measure=given))
    return given


def _moment(given: Any) -> datetime | date | None:
    """A moment with its zone, in UTC; or a date, of which nobody said when."""
    if given is None:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", given, re.ASCII):
            return date.fromisoformat(given)
        moment = datetime.fromisoformat(given)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(NO_MOMENT) from None


def take(
    session: Session,
    rows: Sequence[Row],
    source: Source,
    now: datetime,
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _done: None,
) -> int:
    """Keep readings in the session's workspace, or only look whether all could be; gives how many goals hear of it.

    `progress` is told how many are kept so far. Raises ImportRefusedError, with nothing kept, for measures that aren't
    there, values that theirs can't have, and moments that are still to come.
    """
    known = _measures(session, {row.measure_id for row in rows})
    moments, mistakes = list[datetime](), list[Mistake]()
    for row in rows:
        try:
            _check(row, known)
            moments.append(_at(row, now))
        except ValueError as error:
            mistakes.append(Mistake(row.line, str(error)))
    csv_tables.refuse(mistakes)
    goal_ids = {known[row.measure_id].goal_id for row in rows}
    if not dry_run:
        _keep(session, _values(session, rows, moments, source, now), progress)
        _heard(session, goal_ids, now)
    return len(goal_ids)


@dataclass(frozen=True)
class _Known:
    goal_id: int
    kind: MeasureKind


_MEASURES = (
    select(col(Measure.id), col(Measure.goal_id), col(Measure.kind))
    .join(Goal, col(Goal.id) == col(Measure.goal_id))
    .where(among(col(Measure.id), "ids"), col(Measure.dropped_at).is_(None), col(Goal.state).in_(OPEN))
)


def _measures(session: Session, ids: set[int]) -> dict[int, _Known]:
    # The session's own filter isn't put on what is asked by columns.
    ours, found = _MEASURES.where(col(Measure.workspace_id) == workspace_of(session)), dict[int, _Known]()
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        for measure_id, goal_id, kind in session.execute(ours, {"ids": ordered[start : start + CHUNK]}):
            found[measure_id or 0] = _Known(goal_id, MeasureKind(kind))
    return found


def _check(row: Row, known: Mapping[int, _Known]) -> None:
    measure = known.get(row.measure_id)
    if measure is None:
        raise ValueError(UNKNOWN_MEASURE.format(measure=row.measure_id))
    try:
        amounts.check(_PLAIN, row.value, measure.kind)
    except UserError as error:
        raise ValueError(_PLAIN.say(error.msgid, **error.params)) from None
    except InvalidOperation:
        raise ValueError(NO_NUMBER) from None


def _at(row: Row, now: datetime) -> datetime:
    """When a reading was so; of a date that is its noon in UTC, of today's at most now."""
    match row.at:
        case None:
            return now
        case datetime():
            at, latest = row.at, now + CLOCKS_APART
        case _:
            at = datetime.combine(row.at, time(12), UTC)
            latest = at if row.at <= now.date() else now
            at = min(at, now) if row.at == now.date() else at
    if at > latest:
        raise ValueError(IN_FUTURE)
    if at < _EARLIEST:
        raise ValueError(TOO_LONG_AGO)
    return min(at, now)


def _values(
    session: Session, rows: Sequence[Row], moments: Sequence[datetime], source: Source, now: datetime
) -> Iterator[dict[str, Any]]:
    shared = {"workspace_id": workspace_of(session), "recorded_at": now, "source": source}
    for row, at in zip(rows, moments, strict=True):
        yield {**shared, "measure_id": row.measure_id, "value": row.value, "at": at}


def _keep(session: Session, values: Iterator[dict[str, Any]], progress: Callable[[int], None]) -> None:
    table, kept = SQLModel.metadata.tables["reading"], list(values)
    # With RETURNING many rows are one statement; without, psycopg sends one for each.
    insert = table.insert().returning(table.c.id)
    for start in range(0, len(kept), CHUNK):
        chunk = kept[start : start + CHUNK]
        session.connection().execute(insert, chunk).all()
        progress(start + len(chunk))


def _heard(session: Session, goal_ids: set[int], now: datetime) -> None:
    heard = update(Goal).where(among(col(Goal.id), "ids")).values(heard_at=now, look_at=now)
    ordered = sorted(goal_ids)
    for start in range(0, len(ordered), CHUNK):
        some = {"ids": ordered[start : start + CHUNK]}
        session.execute(heard, some, execution_options={"synchronize_session": False})
