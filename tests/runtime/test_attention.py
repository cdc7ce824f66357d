"""At most so many new DMs a week from Cairn by itself; the others stand in one message, which is edited."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, update

import bot.runtime.app  # noqa: F401 - every kind of notice
import storage.schema  # noqa: F401 - all tables
from bot.clock import MovableClock
from bot.domain.attention import week_of
from bot.notices import registry
from bot.notices.registry import Notice
from bot.playground import Playground
from bot.services import attention
from storage import claims, outbox
from storage.database import Database, machine_now
from storage.schema import metadata
from storage.workspaces import WorkspaceSettings
from tests.runtime.office import START, TEAM, Note, Office, Script

WEEK = timedelta(days=7)


@registry.register("test.nudge")
@dataclass(frozen=True)
class Nudge(Note):
    """A note that counts."""


@pytest.fixture
def budget(office: Office) -> Office:
    """An office where Cairn sends three DMs a week by itself."""
    allow(office, 3)
    return office


def allow(office: Office, dms: int) -> None:
    with office.database.session(TEAM) as session:
        session.execute(update(WorkspaceSettings).values(dms_a_week=dms))


def nudge(office: Office, *numbers: int, to: str = "UANA", **options: Any) -> None:
    with office.database.session(TEAM) as session:
        posts = [outbox.NewPost(Nudge(n), f"n{n}", office.ids[to], **options) for n in numbers]
        outbox.post_many(session, posts)


def alone(office: Office, user: str = "UANA") -> list[str]:
    return [text for text in office.texts(user) if "wait" not in text]


def trays(office: Office, user: str = "UANA") -> list[str]:
    return [text for text in office.texts(user) if "wait" in text]


def posts(office: Office) -> int:
    return len(office.calls("chat.postMessage"))


async def test_what_is_above_the_budget_stands_in_one_message_that_is_edited(budget: Office) -> None:
    nudge(budget, 1, 2, 3)
    await budget.delivery().drain()
    assert (alone(budget), posts(budget)) == (["note 1", "note 2"], 3)

    nudge(budget, 4, 5)
    await budget.delivery().drain()

    (tray,) = trays(budget)
    assert tray.splitlines()[0].startswith("3 messages that can wait.")
    assert tray.splitlines()[1:] == ["note 5", "note 4", "note 3"]
    assert (len(alone(budget)), posts(budget)) == (2, 3), "nobody's phone rang a fourth time"
    assert sorted(number for number, _ in Script.outcomes) == [1, 2, 3, 4, 5]


async def test_prompts_and_peoples_words_neither_count_nor_wait(budget: Office) -> None:
    for number in range(10, 16):
        budget.post(number)
    nudge(budget, 1, 2)
    await budget.delivery().drain()

    assert len(alone(budget)) == 8
    assert trays(budget) == []


async def test_each_person_and_each_week_has_a_budget_of_its_own(budget: Office) -> None:
    nudge(budget, 1, 2, 3, 4)
    nudge(budget, 11, 12, to="UBO")
    await budget.delivery().drain()
    budget.clock.move_to(budget.clock.now() + WEEK)
    nudge(budget, 5)
    await budget.delivery().drain()

    assert alone(budget) == ["note 1", "note 2", "note 5"]
    assert alone(budget, "UBO") == ["note 11", "note 12"]


async def test_what_is_taken_back_drops_out_and_what_changes_is_edited(budget: Office) -> None:
    nudge(budget, 1, 2, 3, 4)
    await budget.delivery().drain()
    budget.delete(of=3)
    budget.update(40, of=4)
    await budget.delivery().drain()

    (tray,) = trays(budget)
    assert tray.splitlines()[1:] == ["note 40"]

    budget.delete(of=4)
    await budget.delivery().drain()
    assert budget.texts()[-1] == "Nothing waits here any more."
    assert posts(budget) == 3


async def test_what_was_there_and_was_taken_back_rang_all_the_same(budget: Office) -> None:
    nudge(budget, 1, 2)
    await budget.delivery().drain()
    budget.delete(of=1)
    nudge(budget, 3, 4)
    await budget.delivery().drain()

    assert alone(budget) == ["note 2"]
    assert len(trays(budget)) == 1
    assert posts(budget) == 3


async def test_what_has_nothing_to_say_takes_nobodys_place(budget: Office) -> None:
    Script.unwanted = {1, 2, 6}
    nudge(budget, 1, 2)
    await budget.delivery().drain()
    nudge(budget, 3, 4)
    await budget.delivery().drain()
    assert alone(budget) == ["note 3", "note 4"]

    nudge(budget, 6)
    await budget.delivery().drain()
    assert trays(budget) == [], "no tray without anything in it"
    assert budget.state(6) == "dropped"


async def test_what_has_expired_or_is_not_wanted_any_more_is_not_in_it(budget: Office) -> None:
    later = budget.clock.now() + timedelta(hours=1)
    nudge(budget, 1, 2)
    nudge(budget, 3, expires_at=later)
    nudge(budget, 4)
    await budget.delivery().drain()
    budget.clock.move_to(later)
    Script.unwanted = {4}
    nudge(budget, 5)
    await budget.delivery().drain()

    (tray,) = trays(budget)
    assert tray.splitlines()[1:] == ["note 5"]


async def test_what_comes_later_waits_until_then(budget: Office) -> None:
    Script.postponed = {3: budget.clock.now() + timedelta(hours=1)}
    nudge(budget, 1, 2, 3)
    await budget.delivery().drain()
    assert trays(budget) == []

    budget.clock.move_to(Script.postponed[3])
    await budget.delivery().drain()
    assert len(trays(budget)) == 1


async def test_what_cannot_be_said_keeps_nobody_from_reading_the_others(budget: Office) -> None:
    Script.failing = {3}
    nudge(budget, 1, 2, 3, 4)
    await budget.delivery().drain()

    (tray,) = trays(budget)
    assert tray.splitlines()[1:] == ["note 4"]
    assert budget.state(3) == "waiting"


async def test_two_processes_together_send_no_more_than_one_would(budget: Office) -> None:
    first, second = budget.delivery(), budget.delivery()
    for start in range(0, 20, 5):
        nudge(budget, *range(start, start + 5))
        await asyncio.gather(first.drain(), second.drain())

    assert len(alone(budget)) == 2
    assert trays(budget)[-1].startswith("18 messages")
    assert posts(budget) == 3


async def test_a_message_that_was_lost_keeps_its_place(budget: Office) -> None:
    budget.playground.faults.add("chat.postMessage", "error:service_unavailable")
    nudge(budget, 1, 2)
    await budget.delivery().drain()
    nudge(budget, 3, 4)
    await budget.delivery().drain()
    budget.let_pass(61)
    await budget.delivery().drain()

    assert sorted(alone(budget)) == ["note 1", "note 2"]
    assert trays(budget)[0].splitlines()[1:] == ["note 4", "note 3"]


async def test_what_doesnt_count_costs_nothing(budget: Office) -> None:
    for number in range(5):
        budget.post(number)
    with budget.database.session(TEAM) as session:
        machine = machine_now(session)
        claimed = claims.claim(session, "post", 10, budget.clock.now(), machine)
        with statements(budget) as said:
            kept = attention.within_budget(session, claimed, budget.clock.now())
        session.rollback()

    assert len(kept.to_send) == 5
    assert said == []


@contextmanager
def statements(office: Office) -> Iterator[list[str]]:
    said: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(office.database.engine, "before_cursor_execute", hear)
    yield said
    event.remove(office.database.engine, "before_cursor_execute", hear)


def test_a_week_begins_on_monday_on_its_readers_clocks() -> None:
    sunday = datetime(2026, 11, 22, 16, tzinfo=UTC)

    assert week_of(sunday, ZoneInfo("Europe/Berlin")).isoformat() == "2026-11-16"
    assert week_of(sunday, ZoneInfo("Asia/Tokyo")).isoformat() == "2026-11-23"


EXEMPT = {
    "blocker.raised": "blocker",
    "checkin.prompt": "prompt",
    "checkin.welcome": "prompt",
    "checkin.readers_changed": "privacy",
    "digest.channel": "words",
    "feedback.notice": "words",
    "feedback.unmasked": "privacy",
    "feedback.ask": "words",
    "digest.person": "words",
    "reply": "words",
    "attention.tray": "tray",
}


def test_only_what_the_design_allows_is_exempt() -> None:
    """Whatever else comes by itself counts; a kind that answers its reader's own act isn't sent by itself."""
    exempt = {kind: why for kind, why in registry.exemptions().items() if why is not None}

    assert {kind: why for kind, why in exempt.items() if kind in EXEMPT} == EXEMPT
    assert {
        "checkin.reminder",
        "blocker.nudge",
        "team.added",
        "kudos.received",
        "feedback.ask.reminder",
    } <= registry.exemptions().keys() - exempt.keys()


ON_POST = ("lost", "reset", "http:502", "error:internal_error", "error:service_unavailable", "ratelimited:7", "delay:0")


@dataclass(frozen=True)
class Trouble:
    """One run: how many nudges come when, what each call meets, what is taken back, and how time goes by."""

    batches: Sequence[int]
    on_post: Sequence[str]
    taken_back: Sequence[int]
    dms: int


troubles = st.builds(
    Trouble,
    batches=st.lists(st.integers(1, 4), min_size=1, max_size=4),
    on_post=st.lists(st.sampled_from(ON_POST), max_size=6),
    taken_back=st.lists(st.integers(0, 10), max_size=3),
    dms=st.integers(1, 4),
)


def test_whatever_goes_wrong_no_phone_rings_more_often_and_nothing_is_lost(tmp_path: Path) -> None:
    Script.reset()
    first_numbers = count(0, 50)
    with asyncio.Runner() as runner:
        office = runner.run(_opened(tmp_path))

        @settings(max_examples=25, deadline=None)
        @given(troubles)
        def survives(trouble: Trouble) -> None:
            runner.run(_suffer(office, trouble, next(first_numbers)))

        try:
            survives()
        finally:
            runner.run(_closed(office))


async def _opened(folder: Path) -> Office:
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
    """In a week of its own, so that one office serves all runs."""
    office.clock.move_to(office.clock.now() + WEEK)
    allow(office, trouble.dms)
    office.playground.faults.planned.clear()
    before = len(office.playground.slack.dm("UANA"))
    for fault in trouble.on_post:
        office.playground.faults.add("chat.postMessage", fault)
    numbers: list[int] = []
    gone: set[int] = set()
    delivery = office.delivery()
    for size in trouble.batches:
        batch = range(first + len(numbers), first + len(numbers) + size)
        numbers += batch
        nudge(office, *batch)
        await delivery.drain()
        office.let_pass(61)
    for index in trouble.taken_back:
        if index < len(numbers):
            gone.add(numbers[index])
            office.delete(of=numbers[index])
    for _ in range(40):
        await delivery.drain()
        if all(row.state in ("sent", "dropped") for row in (*office.rows("post"), *office.rows("update"))):
            break
        office.let_pass(61)
    await delivery.stop()

    messages = office.playground.slack.dm("UANA")[before:]
    said = [line for message in messages for line in message.text.splitlines() if line.startswith("note ")]
    assert len(messages) <= trouble.dms
    assert sorted(said) == sorted(f"note {number}" for number in numbers if number not in gone)


def test_a_notice_says_why_it_is_exempt_where_it_is_registered() -> None:
    assert Notice.exempt is None
    assert replace(Nudge(1), number=2).exempt is None
    assert Note.exempt is not None
