"""Whatever goes wrong, in whatever order: every post ends exactly once in its DM."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import storage.schema  # noqa: F401 - all tables
from bot.clock import MovableClock
from bot.playground import Playground
from bot.runtime.delivery import Delivery
from storage.database import Database
from storage.schema import metadata
from tests.runtime.office import START, Office, Script

USERS = ("UANA", "UBO")
ON_POST = ("lost", "reset", "http:502", "error:internal_error", "error:service_unavailable", "ratelimited:7", "delay:0")
ON_HISTORY = ("http:500", "ratelimited:20", "error:internal_error", "delay:0")


@dataclass(frozen=True)
class Trouble:
    """One run: what each call meets, when processes die, how far behind history is, how time goes by."""

    notes: int
    on_post: list[str]
    on_history: list[str]
    deaths: list[str]
    lag: int
    spans: list[int]


troubles = st.builds(
    Trouble,
    notes=st.integers(1, 6),
    on_post=st.lists(st.sampled_from(ON_POST), max_size=8),
    on_history=st.lists(st.sampled_from(ON_HISTORY), max_size=4),
    deaths=st.lists(st.sampled_from(["hang", "hang:acted"]), max_size=2),
    lag=st.integers(0, 55),
    spans=st.lists(st.integers(1, 70), min_size=1, max_size=6),
)


def test_every_post_ends_exactly_once_in_its_dm(tmp_path: Path) -> None:
    Script.reset()
    first_numbers = count(0, 10)
    with asyncio.Runner() as runner:
        office = runner.run(_opened(tmp_path))

        @settings(max_examples=30, deadline=None)
        @given(troubles)
        def survives(trouble: Trouble) -> None:
            runner.run(_suffer(office, trouble, next(first_numbers)))

        try:
            survives()
        finally:
            runner.run(_closed(office))


async def _opened(folder: Path) -> Office:
    """One office for all runs, each with notes of its own: a server takes longer to start than a run."""
    clock = MovableClock(START)
    database = Database(f"sqlite:///{folder}/cairn.db", clock=clock)
    metadata.create_all(database.engine)
    playground = Playground()
    await playground.start()
    office = Office(database, playground, clock, [])
    office.open()
    office.know_dms()
    return office


async def _closed(office: Office) -> None:
    await office.close()
    await office.playground.stop()
    office.database.close()


async def _suffer(office: Office, trouble: Trouble, first: int) -> None:
    faults = office.playground.faults
    faults.history_lag = trouble.lag
    numbers = range(first, first + trouble.notes)
    for number in numbers:
        office.post(number, USERS[number % 2])
    for fault in trouble.deaths:
        await _die(office, fault)
    for fault in trouble.on_post:
        faults.add("chat.postMessage", fault)
    for fault in trouble.on_history:
        faults.add("conversations.history", fault)
    delivery = office.delivery()
    for seconds in (*trouble.spans, *[61] * 40):
        await delivery.drain()
        if all(row.state == "sent" for row in office.rows("post")):
            break
        office.let_pass(seconds)
    faults.planned.clear()
    await delivery.stop()

    words = {f"note {number}" for number in numbers}
    posted = [text for user in USERS for text in office.texts(user) if text in words]
    assert sorted(posted) == sorted(words)
    assert sorted(number for number, _ in Script.outcomes if number in numbers) == list(numbers)


async def _die(office: Office, fault: str) -> None:
    """A process dies with one call under way: before Slack acts (and then it never does), or after."""
    planned = office.playground.faults.add("chat.postMessage", fault)
    dying: Delivery = office.delivery()
    draining = asyncio.create_task(dying.drain())
    reached = asyncio.create_task(planned.reached.wait())
    await asyncio.wait([draining, reached], return_when=asyncio.FIRST_COMPLETED)
    reached.cancel()
    await office.kill(dying)
    await draining
    office.playground.faults.planned.remove(planned)
    office.let_pass(31)
