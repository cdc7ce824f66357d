"""An answer submitted, from signed HTTP to the committed ack, against a bare SQLModel session writing the same rows."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from sqlalchemy import func, select, text
from sqlmodel import Session

from bot.clock import Clock
from bot.domain.checkins import PromptState
from bot.notices.checkins import PromptNotice, prompt_key
from bot.notices.home import HomeNotice
from storage.answers import Answer
from storage.database import Database
from storage.outbox_rows import PUBLISH, UPDATE, Outbox, Priority
from storage.rounds import Prompt
from storage.seen import Seen
from tests.bench import company, payloads, slack
from tests.bench.cairn import cairn
from tests.bench.company import WORKSPACE, Part
from tests.bench.databases import KINDS, Databases
from tests.bench.load import send
from tests.bench.processes import in_own_process, serving
from tests.bench.report import Line, at_least, at_most, percentile
from tests.bench.sizes import scaled

IN_FLIGHT = 16
RUNS = 5
WRITTEN = ("seen", "answer", "outbox", "audience", "audience_person")


def measure(databases: Databases) -> Iterator[Line]:
    """Both databases."""
    people = scaled(10_000)
    with serving(slack.serve, people, 0.0) as fake:
        for kind in KINDS:
            yield from _measure_on(databases, kind, people, fake.url)


def _measure_on(databases: Databases, kind: str, people: int, slack_url: str) -> Iterator[Line]:
    ours, bare = databases.fresh(kind), databases.fresh(kind)
    parts = _seed(ours, people)
    _seed(bare, people)
    pairs, seconds = [], []
    before = _rows(ours)
    with cairn(databases.folder, ours, slack_url) as address:
        for chunk in _chunks(parts):
            load = in_own_process(send, address.url, payloads.submission, chunk, IN_FLIGHT)
            pairs.append((load.rate, in_own_process(write_bare, bare, chunk)))
            seconds.append(load.seconds)
    written, expected = _growth(before, _rows(ours)), _growth(before, _rows(bare))
    if written != expected or written["answer"] != len(payloads.answers_of(parts[0])) * people:
        raise RuntimeError(f"rows written: {written}, by the bare session: {expected}")
    yield at_least(f"answers submitted, {kind}", "/s", pairs, 0.6, f"{sum(written.values()) + people:,} rows")
    p50, p99 = (sorted(percentile(each, p) for each in seconds)[RUNS // 2] * 1000 for p in (50, 99))
    yield at_most(f"answers submitted, {kind}: p99, beside p50", p99, 4 * p50, "ms", p50)


def _seed(url: str, people: int) -> list[Part]:
    database, now = Database(url), Clock().now()
    with database.session(WORKSPACE) as session:
        parts = [
            part
            for team in company.move_in(session, people, now)
            for part in company.open_round(session, company.set_up(session, [team], now, now + company.WEEK), now)
        ]
    database.close()
    return parts


def _chunks(parts: Sequence[Part]) -> list[Sequence[Part]]:
    size = len(parts) // RUNS
    return [parts[start : start + size] for start in range(0, len(parts), size)]


def _rows(url: str) -> dict[str, int]:
    database = Database(url)
    with database.session() as session:
        counts = {
            name: session.execute(select(func.count()).select_from(text(f'"{name}"'))).scalar_one() for name in WRITTEN
        }
    database.close()
    return counts


def _growth(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {name: after[name] - before[name] for name in WRITTEN}


def write_bare(url: str, parts: Sequence[Part]) -> float:
    """Commit what a submission commits, on as many threads as Cairn writes with; submissions a second."""
    database = Database(url)

    def write(part: Part) -> None:
        now = Clock().now()
        with Session(database.engine) as session:
            _submit(session, part, now)
            session.commit()

    started = time.perf_counter()
    with ThreadPoolExecutor(database.writer_count) as pool:
        for _ in pool.map(write, parts):
            pass
    rate = len(parts) / (time.perf_counter() - started)
    database.close()
    return rate


def _submit(session: Session, part: Part, now: datetime) -> None:
    session.add(Seen(workspace_id=WORKSPACE, key=f"V{part.prompt_id}:bare", at=now))
    for question, value in payloads.answers_of(part).items():
        said = {"words": value} if isinstance(value, str) else {"number": value}
        session.add(Answer(workspace_id=WORKSPACE, prompt_id=part.prompt_id, question_id=question, at=now, **said))
    prompt = session.get_one(Prompt, part.prompt_id)
    prompt.state, prompt.answered_at, prompt.audience_id = PromptState.ANSWERED, now, part.audience_id
    prompt.submitted_view, prompt.revision = f"V{part.prompt_id}", 1
    session.add_all(_owed(part, now))


def _owed(part: Part, now: datetime) -> list[Outbox]:
    said, home = PromptNotice(part.prompt_id), HomeNotice(part.person_id)
    rows = [
        Outbox(action=UPDATE, kind=said.kind, ids=said.ids, of_key=prompt_key(part.prompt_id), created_at=now),
        Outbox(action=PUBLISH, kind=home.kind, ids=home.ids, of_key=f"home:{part.person_id}", created_at=now),
    ]
    for row in rows:
        row.workspace_id, row.person_id, row.priority = WORKSPACE, part.person_id, Priority.PERSONAL
    return rows
