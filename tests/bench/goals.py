"""`/goals` of somebody with 200 goals and 50,000 readings, from signed HTTP to the ack; and a tree of 10,000 goals."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.clock import Clock
from bot.domain.audience import Listed
from bot.domain.goals import Direction, MeasureKind
from bot.domain.rollup import roll_up
from storage import audience, goal_tree
from storage.database import Database
from storage.goals import Goal
from storage.measures import Measure
from storage.people import Person
from storage.readings import Reading
from tests.bench import company, payloads, slack
from tests.bench.cairn import cairn
from tests.bench.company import WORKSPACE, Part
from tests.bench.databases import KINDS, Databases
from tests.bench.load import send
from tests.bench.processes import in_own_process, serving
from tests.bench.report import Line, at_most, percentile

PEOPLE = 20
GOALS, READINGS = 200, 50_000
TREE, BRANCHES = 10_000, 5
CALLS, RUNS = 200, 5
CHUNK = 5_000


def measure(databases: Databases) -> Iterator[Line]:
    """Both databases."""
    with serving(slack.serve, PEOPLE, 0.0) as fake:
        for kind in KINDS:
            url = databases.fresh(kind)
            part = _seed(url)
            with cairn(databases.folder, url, fake.url) as ours:
                in_own_process(send, ours.url, _goals, [part] * 20, 1, 10_000)
                load = in_own_process(send, ours.url, _goals, [part] * CALLS, 1, 0)
            p95 = percentile(load.seconds, 95) * 1000
            yield at_most(f"/goals with {GOALS} goals, {READINGS:,} readings to ack, p95, {kind}", p95, 60, "ms")
    for kind in KINDS:
        yield at_most(f"a tree of {TREE:,} goals rolled up, {kind}", _rolled_up(databases.fresh(kind)), 200, "ms")


def _goals(part: Part, n: int) -> bytes:
    """`/goals`, typed in the DM."""
    typed = dict(parse_qsl(payloads.command(part, n).decode(), keep_blank_values=True))
    return urlencode({**typed, "command": "/goals"}).encode()


def _seed(url: str) -> Part:
    """A company, in which one person has all these goals."""
    database, now = Database(url), Clock().now()
    with database.session(WORKSPACE) as session:
        team = company.move_in(session, PEOPLE, now)[0]
        checkin = company.set_up(session, [team], now, now + company.WEEK)
        part = company.open_round(session, checkin, now)[0]
        alone = audience.of_people(session, [Listed(part.person_id)])
        keys = _add(session, [part.person_id] * GOALS, [alone] * GOALS, now)
        _read(session, keys, READINGS // GOALS, now)
    _analyze(database)
    database.close()
    return part


def _rolled_up(url: str) -> float:
    """Milliseconds from asking for the forest until it is rolled up: the median of some runs."""
    database, now = Database(url), Clock().now()
    with database.session(WORKSPACE) as session:
        company.move_in(session, PEOPLE, now)
        people = sorted(key for key in session.scalars(select(col(Person.id))) if key is not None)
        seen = [audience.of_everyone(session)]
        seen += [audience.of_people(session, [Listed(people[0]), Listed(each)]) for each in people[1:]]
        owners = [people[n % len(people)] for n in range(TREE)]
        keys = _add(session, owners, [seen[n % len(seen)] for n in range(TREE)], now, is_tree=True)
        _read(session, keys, 3, now)
    _analyze(database)
    with database.session(WORKSPACE) as session:
        reader = session.get_one(Person, people[0])
    took = []
    for _ in range(RUNS):
        with database.session(WORKSPACE) as session:
            started = time.perf_counter()
            rolled = roll_up(each.node for each in goal_tree.forest(session, reader))
            took.append((time.perf_counter() - started) * 1000)
            if len(rolled) != TREE:
                raise RuntimeError(f"{len(rolled)} of {TREE} goals were rolled up")
    database.close()
    return median(took)


def _add(
    session: Session, owners: list[int], audiences: list[int], now: datetime, *, is_tree: bool = False
) -> list[int]:
    """Goals with a measure each, one below another where it is a tree; gives the measures' primary keys."""
    first = (session.scalar(select(col(Goal.id)).order_by(col(Goal.id).desc()).limit(1)) or 0) + 1
    rows = [
        {
            "id": first + n,
            "workspace_id": WORKSPACE,
            "owner_id": owner,
            "title": payloads.WORDS[:60],
            "parent_id": first + (n - 1) // BRANCHES if is_tree and n else None,
            "starts_on": now.date() - timedelta(days=60),
            "due_on": now.date() + timedelta(days=30 + n % 60),
            "seen_by": "manager",
            "audience_id": seen,
            "created_at": now,
        }
        for n, (owner, seen) in enumerate(zip(owners, audiences, strict=True))
    ]
    session.execute(insert(Goal), rows)
    session.execute(insert(Measure), [_measure(first + n, now) for n in range(len(rows))])
    session.flush()
    return [key for key in session.scalars(select(col(Measure.id)).where(col(Measure.goal_id) >= first)) if key]


def _measure(goal_id: int, now: datetime) -> dict[str, object]:
    return {
        "workspace_id": WORKSPACE,
        "goal_id": goal_id,
        "kind": MeasureKind.NUMBER,
        "direction": Direction.UP,
        "baseline": Decimal(0),
        "target": Decimal(1000),
        "created_at": now,
    }


def _read(session: Session, measure_ids: list[int], each: int, now: datetime) -> None:
    rows = [
        {
            "workspace_id": WORKSPACE,
            "measure_id": measure_id,
            "value": Decimal(n + measure_id % 7),
            "at": now - timedelta(hours=each - n),
            "recorded_at": now,
            "source": "api",
        }
        for measure_id in measure_ids
        for n in range(each)
    ]
    for start in range(0, len(rows), CHUNK):
        session.execute(insert(Reading), rows[start : start + CHUNK])


def _analyze(database: Database) -> None:
    """As autovacuum would have done by then."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
