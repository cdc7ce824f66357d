"""Delivery: as fast as it goes, against a bare loop posting the same JSON; and at Slack's pace, with limits on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

import aiohttp
from sqlalchemy import func, select, update
from sqlmodel import col

from bot.clock import MovableClock
from bot.domain.checkins import PromptState
from bot.notices.checkins import PromptNotice, prompt_key
from bot.playground import Person, Playground, acme
from bot.runtime import garbage
from bot.runtime.delivery import Delivery
from bot.runtime.pacing import Pace
from bot.runtime.rendering import prepare
from bot.runtime.slack import Clients
from storage import claims, outbox
from storage.database import Database
from storage.outbox_rows import POST, SENT, WAITING, Outbox
from storage.rounds import Prompt
from tests.bench import company, slack
from tests.bench.company import WORKSPACE, Part
from tests.bench.databases import KINDS, Databases
from tests.bench.processes import in_own_process, serving
from tests.bench.report import Line, at_least, at_most
from tests.bench.sizes import scaled

IN_FLIGHT = 32
RUNS = 3
IN_WORKING_HOURS = datetime(2026, 11, 23, 9, tzinfo=UTC)
BEFORE = IN_WORKING_HOURS - timedelta(minutes=1)
WARM = 100  # posts that go before the others and don't count: what is compiled, looked up and connected once
BURST = 3  # posts with which the pace begins at once; they don't count


def measure(databases: Databases) -> Iterator[Line]:
    """Both databases without limits."""
    posts = scaled(10_000)
    with serving(slack.serve, 0, 0.0) as fake:
        for kind in KINDS:
            url = databases.fresh(kind)
            bodies = seed(url, posts, warm=WARM)
            pairs = []
            before = fake.ask().get("chat.postMessage", 0)
            for _ in range(RUNS):
                pairs.append((in_own_process(deliver, url, fake.url), in_own_process(post_bare, fake.url, bodies)))
                _begin_again(url)
            arrived = fake.ask()["chat.postMessage"] - before
            if arrived != 2 * RUNS * len(bodies):
                raise RuntimeError(f"{arrived} posts arrived of {2 * RUNS * len(bodies)}")
            yield at_least(f"prompts delivered, {kind}", "/s", pairs, 0.2)


def measure_paced(databases: Databases) -> Iterator[Line]:
    """At the pace that is configured by default, in a Slack that allows exactly that."""
    posts, pace = scaled(2000), Pace()
    url = databases.fresh("SQLite")
    seed(url, posts)
    with serving(serve_limits, posts, int(pace.posts * 60)) as fake:
        rate = in_own_process(deliver, url, fake.url, True, str(fake.facts["token"]))
        counts = fake.ask()
    rate *= (posts - BURST) / posts
    yield at_least("delivery at Slack's pace, of the configured pace", "/s", [(rate, pace.posts)], 0.98)
    yield at_most("calls answered 429", 100 * counts["refused"] / counts["calls"], 1.0, "%")


def seed(url: str, posts: int, *, warm: int = 0) -> list[dict[str, Any]]:
    """So many people with a prompt each that is owed, after so many to warm up with; gives the bodies of them all."""
    posts += warm
    database, now = Database(url), IN_WORKING_HOURS
    with database.session(WORKSPACE) as session:
        teams = company.move_in(session, posts, now)
        checkins = [company.set_up(session, [team], now, now + company.WEEK) for team in teams]
        parts = [part for each in checkins for part in company.open_round(session, each, now, is_sent=False)]
        outbox.post_many(session, [_owed(part, BEFORE if n < warm else now) for n, part in enumerate(parts)])
    with database.session(WORKSPACE) as session:
        rows = claims.claim(session, POST, posts, now, now)
        bodies = [job.body for job in prepare(session, rows, now, 0.0).jobs]
        session.rollback()
    database.close()
    return bodies


def _owed(part: Part, not_before: datetime) -> outbox.NewPost:
    notice = PromptNotice(part.prompt_id)
    return outbox.NewPost(notice, prompt_key(part.prompt_id), part.person_id, not_before=not_before)


def _begin_again(url: str) -> None:
    """Check that all was sent, and owe it again."""
    database = Database(url)
    with database.session(WORKSPACE) as session:
        unsent = session.scalars(select(func.count()).select_from(Outbox).where(col(Outbox.state) != SENT)).one()
        if unsent:
            raise RuntimeError(f"{unsent} posts weren't sent")
        again = update(Outbox).values(state=WAITING, posted_channel=None, ts=None, attempts=0, claimed_at=None)
        session.execute(again, execution_options={"synchronize_session": False})
        session.execute(update(Prompt).values(state=PromptState.DUE, sent_at=None))
    database.close()


def deliver(url: str, slack_url: str, is_paced: bool = False, token: str = "xoxb-bench") -> float:
    """Deliver everything that is owed; posts a second, from the first look to the last commit."""
    return asyncio.run(_deliver(url, slack_url, Pace() if is_paced else Pace.unlimited(), token))


async def _deliver(url: str, slack_url: str, pace: Pace, token: str) -> float:
    database, clock = Database(url), MovableClock(BEFORE)
    clients = Clients(database, base_url=slack_url, token=token)
    delivery = Delivery(database, clients, clock, pace=pace)
    await delivery.drain()
    clock.move_to(IN_WORKING_HOURS)
    owed = await database.read(lambda session: outbox.waiting(session, IN_WORKING_HOURS))
    garbage.settle()
    started = time.perf_counter()
    await delivery.drain()
    seconds = time.perf_counter() - started
    await clients.close()
    database.close()
    return owed / seconds


def post_bare(slack_url: str, bodies: Sequence[dict[str, Any]]) -> float:
    """Post these bodies in a bare aiohttp loop; posts a second, those that warm it up aside."""
    return asyncio.run(_post_bare(slack_url, bodies))


async def _post_bare(slack_url: str, bodies: Sequence[dict[str, Any]]) -> float:
    async with aiohttp.ClientSession(slack_url, headers={"Authorization": "Bearer xoxb-bench"}) as session:
        await _post_all(session, bodies[:WARM])
        garbage.settle()
        started = time.perf_counter()
        await _post_all(session, bodies[WARM:])
        return (len(bodies) - WARM) / (time.perf_counter() - started)


async def _post_all(session: aiohttp.ClientSession, bodies: Sequence[dict[str, Any]]) -> None:
    waiting = iter(bodies)

    async def post_some() -> None:
        for body in waiting:
            async with session.post("chat.postMessage", json=body) as response:
                await response.json()

    await asyncio.gather(*(post_some() for _ in range(IN_FLIGHT)))


def serve_limits(line: Connection, people: int, posts_per_minute: int) -> None:
    """The playground with its limits on, and as many people."""
    asyncio.run(_serve_limits(line, people, posts_per_minute))


async def _serve_limits(line: Connection, people: int, posts_per_minute: int) -> None:
    everybody = [Person(company.slack_id(n), f"person{n}", f"Person {n}") for n in range(people)]
    acme_and_they = replace(acme(), people=[*acme().people, *everybody])
    playground = Playground(acme_and_they)
    playground.limits.on = True
    playground.limits.per_minute["chat.postMessage"] = posts_per_minute
    await playground.start()
    for person in everybody:
        playground.world.dm(person.id)
    line.send({"url": playground.api_url, "token": playground.bot_token})
    while await asyncio.to_thread(line.recv):
        line.send({"calls": playground.limits.calls.total(), "refused": playground.limits.answered_429.total()})
