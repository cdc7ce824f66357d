"""`/kudos`, from signed HTTP to the committed ack: against a bare SQLModel session that writes the same rows, and among
a million of them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session as AnySession
from sqlmodel import Session, SQLModel

from bot.clock import Clock
from bot.notices.kudos import KudosCard, KudosReceived, card_key, received_key
from storage import audience
from storage import kudos as stored
from storage.channels import Channel
from storage.database import Database
from storage.kudos import Kudos, KudosReceiver, Receiver
from storage.outbox_rows import POST, Outbox
from storage.people import Person
from storage.seen import Seen
from storage.workspaces import WorkspaceSettings
from tests.bench import company, payloads, slack
from tests.bench.cairn import cairn
from tests.bench.company import CHANNEL, WORKSPACE, Part
from tests.bench.databases import KINDS, Databases
from tests.bench.load import Load, send
from tests.bench.processes import in_own_process, serving
from tests.bench.report import Line, at_least, at_most, percentile
from tests.bench.sizes import scaled

IN_FLIGHT = 16
RUNS = 5
FEW, MANY = 100, 1_000_000
GIVERS = 1_000
"""How many people there are where kudos are many: with more of them a sync would outlast the bench."""
WRITTEN = ("seen", "kudos", "kudos_receiver", "outbox")
ACK = b"Your thanks reach"


def measure(databases: Databases) -> Iterator[Line]:
    """Both databases."""
    people = scaled(10_000)
    with serving(slack.serve, people, 0.0) as fake:
        for kind in KINDS:
            yield from _measure_on(databases, kind, people, fake.url)


def _measure_on(databases: Databases, kind: str, people: int, slack_url: str) -> Iterator[Line]:
    ours, bare = databases.fresh(kind), databases.fresh(kind)
    parts = _seed(ours, people, 0)
    _seed(bare, people, 0)
    pairs, seconds = [], []
    before = _rows(ours)
    with cairn(databases.folder, ours, slack_url) as address:
        for n, chunk in enumerate(_chunks(parts)):
            load = _give(address.url, chunk, n)
            pairs.append((load.rate, in_own_process(write_bare, bare, chunk)))
            seconds.append(load.seconds)
    written, expected = _growth(before, _rows(ours)), _growth(before, _rows(bare))
    if written != expected or written["kudos"] != people:
        raise RuntimeError(f"rows written: {written}, by the bare session: {expected}")
    yield at_least(f"kudos given, {kind}", "/s", pairs, 0.6, f"{sum(written.values()):,} rows")
    p50, p99 = (sorted(percentile(each, p) for each in seconds)[RUNS // 2] * 1000 for p in (50, 99))
    yield at_most(f"kudos given, {kind}: p99, beside p50", p99, 4 * p50, "ms", p50)


def measure_among_many(databases: Databases) -> Iterator[Line]:
    """The same with few and with very many kudos in the table, in turns."""
    people, many = GIVERS, scaled(MANY)
    with serving(slack.serve, people, 0.0) as fake:
        for kind in KINDS:
            urls = databases.fresh(kind), databases.fresh(kind)
            parts = [_seed(url, people, number) for url, number in zip(urls, (FEW, many), strict=True)]
            pairs = []
            with (
                cairn(databases.folder, urls[0], fake.url) as few,
                cairn(databases.folder, urls[1], fake.url) as among_many,
            ):
                for n, (chunk, same) in enumerate(zip(*map(_chunks, parts), strict=True)):
                    few_load = _give(few.url, chunk, n)
                    pairs.append((_give(among_many.url, same, n).rate, few_load.rate))
            yield at_least(f"kudos given among {many:,}, beside {FEW}, {kind}", "/s", pairs, round(1 / 1.2, 2))


def _give(url: str, chunk: Sequence[Part], first: int) -> Load:
    return in_own_process(send, url, payloads.kudos, chunk, IN_FLIGHT, first, ACK)


def _seed(url: str, people: int, number: int) -> list[Part]:
    """A company with a channel and so many kudos in it; a part's `prompt_id` is how many people there are."""
    database, now = Database(url), Clock().now()
    with database.session(WORKSPACE) as session:
        company.move_in(session, people, now)
        session.add(Channel(slack_id=CHANNEL, name="bench", is_private=False, bot_in=True, synced_at=now))
        session.execute(update(WorkspaceSettings).values(kudos_values=["craft", "care"]))
        persons = list(session.scalars(select(Person).order_by(text("id"))))
        read_by = audience.of_channel(session, CHANNEL)
        if number:
            _fill(session, persons, read_by, number, now)
        parts = [Part(each.slack_id, each.key, people, read_by, "", now, ()) for each in persons]
    if number and not database.is_sqlite:
        _go_on_from(database)
    database.close()
    return parts


def _fill(session: AnySession, persons: Sequence[Person], audience_id: int, number: int, now: datetime) -> None:
    """The first FEW row by row, the others copied from them in the database."""
    for giver, to in pairwise(persons[: FEW + 1]):
        columns = {**_columns(giver.key, audience_id, now), "reacted_ts": ""}
        stored.add(session, columns, [Receiver(to.key, to.slack_id, to.name, to.status, in_private=False)])
    session.flush()
    for table in ("kudos", "kudos_receiver"):
        given = {"id": f"made.id + copies.n * {FEW}", "kudos_id": f"made.kudos_id + copies.n * {FEW}"}
        if number > FEW:
            company.copy(session, table, given, number // FEW - 1)


def _go_on_from(database: Database) -> None:
    """PostgreSQL counts on from the rows that were copied, and knows how many there are."""
    with database.session() as session:
        for table in ("kudos", "kudos_receiver"):
            session.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))
            session.execute(text(f"ANALYZE {table}"))


def _columns(giver_id: int, audience_id: int, now: datetime) -> dict[str, Any]:
    return {
        "giver_id": giver_id,
        "kind": stored.THANKS,
        "words": payloads.THANKS,
        "company_values": ["craft"],
        "channel": CHANNEL,
        "posts": 1,
        "audience_id": audience_id,
        "at": now,
    }


def _chunks(parts: Sequence[Part]) -> list[Sequence[Part]]:
    size = len(parts) // RUNS
    return [parts[start : start + size] for start in range(0, len(parts), size)]


def _rows(url: str) -> dict[str, int]:
    database, tables = Database(url), SQLModel.metadata.tables
    with database.session() as session:
        posts = tables["outbox"].c.action == POST
        counts = {
            name: session.execute(
                select(func.count()).select_from(tables[name]).where(posts if name == "outbox" else text("1 = 1"))
            ).scalar_one()
            for name in WRITTEN
        }
    database.close()
    return counts


def _growth(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {name: after[name] - before[name] for name in WRITTEN}


def write_bare(url: str, parts: Sequence[Part]) -> float:
    """Commit what a command commits, on as many threads as Cairn writes with; kudos a second."""
    database = Database(url)

    def write(part: Part) -> None:
        with Session(database.engine) as session:
            _commit(session, part, Clock().now())

    started = time.perf_counter()
    with ThreadPoolExecutor(database.writer_count) as pool:
        for _ in pool.map(write, parts):
            pass
    rate = len(parts) / (time.perf_counter() - started)
    database.close()
    return rate


def _commit(session: Session, part: Part, now: datetime) -> None:
    thanked = part.person_id % part.prompt_id + 1
    session.add(Seen(workspace_id=WORKSPACE, key=f"c{part.slack_id}.bare", at=now))
    given = Kudos(workspace_id=WORKSPACE, **_columns(part.person_id, part.audience_id, now))
    session.add(given)
    session.flush()
    session.add(KudosReceiver(workspace_id=WORKSPACE, kudos_id=given.key, person_id=thanked, at=now))
    card, received = KudosCard(given.key, 1), KudosReceived(given.key)
    owed: dict[str, Any] = {"workspace_id": WORKSPACE, "action": POST, "created_at": now}
    session.add_all(
        [
            Outbox(
                key=card_key(given.key, 1),
                kind=card.kind,
                ids=card.ids,
                channel=CHANNEL,
                owner_id=part.person_id,
                nonce=uuid.uuid4().hex,
                **owed,
            ),
            Outbox(
                key=received_key(given.key, thanked),
                kind=received.kind,
                ids=received.ids,
                person_id=thanked,
                nonce=uuid.uuid4().hex,
                **owed,
            ),
        ]
    )
    session.commit()
