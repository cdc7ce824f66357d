"""A post office for delivery's tests: an outbox, the playground, and a clock that stalls the process on demand."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.clock import MovableClock
from bot.notices import registry
from bot.notices.registry import Exempt, Home, Message, Notice, Outcome, Payload, PostponeError, Reader
from bot.playground import Playground
from bot.playground.methods import Call
from bot.runtime.delivery import Delivery
from bot.runtime.pacing import Pace
from bot.runtime.slack import Clients
from storage import outbox, people, workspaces
from storage.database import Database
from storage.lanes import Lane
from storage.outbox_rows import Outbox
from storage.people import Person

TEAM = "TACME"
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class Script:
    """What the notes of one test do when they are rendered; set by the test, read on worker threads."""

    unwanted: set[int]
    postponed: dict[int, datetime]
    failing: set[int]
    closed: dict[int, threading.Event]
    rendering: dict[int, threading.Event]
    outcomes: list[tuple[int, Outcome]]
    bare: set[int]

    @classmethod
    def reset(cls) -> None:
        cls.unwanted, cls.postponed, cls.failing, cls.bare = set(), {}, set(), set()
        cls.closed, cls.rendering, cls.outcomes = {}, {}, []

    @classmethod
    def stall(cls, number: int) -> tuple[threading.Event, threading.Event]:
        """Rendering this note stops: (set once it has begun, to be set to let it go on)."""
        cls.rendering[number], cls.closed[number] = threading.Event(), threading.Event()
        return cls.rendering[number], cls.closed[number]

    @classmethod
    def states(cls, number: int) -> list[str]:
        """How this note was told that it ended."""
        return [outcome.state for told, outcome in cls.outcomes if told == number]


@registry.register("test.note", Exempt.ACT)
@dataclass(frozen=True)
class Note(Notice):
    """A message that says its number."""

    number: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Payload | None:  # noqa: ARG002
        if (reached := Script.rendering.pop(self.number, None)) is not None:
            reached.set()
            assert Script.closed[self.number].wait(10)
        if self.number in Script.failing:
            raise LookupError("a mistake in a notice")
        until = Script.postponed.get(self.number)
        if until is not None and until > now:
            raise PostponeError(until)
        if self.number in Script.unwanted:
            return None
        block = {"type": "section", "text": {"type": "mrkdwn", "text": self.words}}
        return Message(self.words, [] if self.number in Script.bare else [block])

    @property
    def words(self) -> str:
        return f"note {self.number}"

    def settled(self, session: Session, outcome: Outcome, now: datetime) -> None:  # noqa: ARG002
        Script.outcomes.append((self.number, outcome))


@registry.register("test.home")
@dataclass(frozen=True)
class TestHome(Notice):
    """A Home that says its number."""

    __test__ = False
    number: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Payload | None:  # noqa: ARG002
        section = {"type": "section", "text": {"type": "mrkdwn", "text": f"home {self.number}"}}
        return Home({"type": "home", "blocks": [section]})


@dataclass
class Office:
    """Everything a test of delivery needs, and the words to say what happens."""

    database: Database
    playground: Playground
    clock: MovableClock
    logs: list[Any]
    ids: dict[str, int] = field(default_factory=dict)
    clients: list[Clients] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)

    def open(self) -> None:
        """The workspace and the eight of Acme."""
        with self.database.session(TEAM) as session:
            workspaces.register(session, workspaces.Workspace(id=TEAM, name="Acme", created_at=START))
            for user in self.playground.world.company.people[:8]:
                person = Person(slack_id=user.id, name=user.real_name, zone=user.tz, synced_at=START)
                session.add(person)
                session.flush()
                self.ids[user.id] = person.key

    def know_dms(self) -> None:
        """Everybody's DM was opened long ago."""
        with self.database.session(TEAM) as session:
            for user, person_id in self.ids.items():
                channel = self.playground.world.dm(user).id
                session.execute(update(Person).where(col(Person.id) == person_id).values(dm_channel=channel))

    def delivery(self, *, pace: Pace | None = None, url: str | None = None) -> Delivery:
        """Another process: with its own clients and its own name."""
        clients = Clients(self.database, base_url=url or self.playground.api_url, token=self.playground.bot_token)
        self.clients.append(clients)
        made = Delivery(self.database, clients, self.clock, pace=pace or Pace.unlimited())
        self.deliveries.append(made)
        return made

    async def kill(self, delivery: Delivery) -> None:
        """The process dies where it stands: nothing more is settled, nothing given back."""
        tasks = list(delivery._tasks.values())
        delivery._is_stopping = True
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        self.playground.faults.clear()
        for closed in Script.closed.values():
            closed.set()
        for delivery in self.deliveries:
            await delivery.stop(5)
        for clients in self.clients:
            await clients.close()

    # What the services would do

    def post(self, number: int, to: str = "UANA", **options: Any) -> None:
        """Owe a note, under the key `n<number>`, to somebody or to a channel."""
        with self.database.session(TEAM) as session:
            outbox.post(session, Note(number), key=f"n{number}", to=self.ids.get(to, to), **options)

    def update(self, number: int, of: int) -> bool:
        with self.database.session(TEAM) as session:
            return outbox.update(session, Note(number), of=f"n{of}")

    def delete(self, of: int) -> None:
        with self.database.session(TEAM) as session:
            outbox.delete(session, of=f"n{of}")

    def publish(self, number: int, to: str = "UANA") -> None:
        with self.database.session(TEAM) as session:
            outbox.publish(session, TestHome(number), person_id=self.ids[to])

    def person_leaves(self, user: str) -> None:
        with self.database.session(TEAM) as session:
            session.get_one(Person, self.ids[user]).status = "left"

    def pause(self, *, on: bool) -> None:
        with self.database.session(TEAM) as session:
            workspaces.current(session).paused_at = START if on else None

    # Time

    def let_pass(self, seconds: float) -> None:
        """Machine time goes on, here and in Slack."""
        self.clock.let_pass(seconds)
        self.playground.machine_offset += seconds

    # What can be seen

    def row(self, number: int) -> Outbox:
        found: Outbox = self._one(select(Outbox).where(col(Outbox.key) == f"n{number}"))
        return found

    def rows(self, action: str) -> list[Outbox]:
        with self.database.session(TEAM) as session:
            return list(session.scalars(select(Outbox).where(col(Outbox.action) == action).order_by(col(Outbox.id))))

    def state(self, number: int) -> str:
        return self.row(number).state

    def lane(self) -> Lane:
        found: Lane = self._one(select(Lane))
        return found

    def person(self, user: str) -> Person:
        with self.database.session(TEAM) as session:
            return people.by_ids(session, [self.ids[user]])[0]

    def _one(self, query: Any) -> Any:
        with self.database.session(TEAM) as session:
            return session.scalars(query).one()

    def texts(self, user: str = "UANA") -> list[str]:
        """What stands in somebody's DM."""
        return [message.text for message in self.playground.slack.dm(user)]

    def channel_texts(self, channel: str = "CGENERAL") -> list[str]:
        return [message.text for message in self.playground.slack.channel(channel)]

    def calls(self, method: str) -> list[Call]:
        return [call for call in self.playground.slack.calls if call.method == method]


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that happens on its own, five seconds at most."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - it may happen on another thread
            await asyncio.sleep(0.002)


LATER = timedelta(hours=1)
