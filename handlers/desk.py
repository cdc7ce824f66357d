"""The desk between Slack and the services: one transaction a request, each delivery once, nobody kept waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.errors import OutcomeUnknownError, UnknownPersonError, UserError
from bot.i18n import Voice, mark
from bot.services import people as people_service
from bot.services.people import SlackUser
from bot.views.blocks import Modal, section
from handlers import lookups
from handlers.routes import Call, Request, View
from storage import people, seen
from storage.database import Database
from storage.people import Person

T = TypeVar("T")
log = structlog.get_logger()

PATIENCE = 2.5
"""Seconds. Slack waits 3 for an ack; with process_before_response Bolt sets no limit of its own."""

AT_ONCE = 8
"""How many people are fetched from Slack at the same time."""
MOST_NOBODIES = 10_000

NOBODY = mark("Cairn is for the people of this workspace; your account isn't one that it knows. Nothing was saved.")


class Clients(Protocol):
    """Slack's Web API for a workspace, by its id."""

    async def of(self, workspace_id: str) -> AsyncWebClient:
        """The client with that workspace's token."""

    @property
    def session(self) -> aiohttp.ClientSession:
        """The one connection pool that all of them share."""


@dataclass(frozen=True)
class Done(Generic[T]):
    """What a service gave, and how to speak to who asked."""

    result: T
    voice: Voice


class Desk:
    """`wake` tells delivery that something was committed; `admins` are the Slack ids that the operator named."""

    def __init__(
        self,
        database: Database,
        clients: Clients,
        clock: Clock,
        wake: Callable[[], None],
        admins: frozenset[str] = frozenset(),
    ) -> None:
        self.database = database
        self.clients = clients
        self.clock = clock
        self.admins = admins
        self.patience = PATIENCE
        self._wake = wake
        self._nobody: set[tuple[str, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def transact(self, service: Callable[..., T], call: Call, *args: Any) -> Done[T]:
        """`service(session, actor, *args, now)` in one transaction, once for each delivery; returns after the commit.

        Raises AlreadySeenError for a second delivery.
        """

        def work(session: Session) -> Done[T]:
            return self._serve(session, seen.acting(session, call.delivery, call.user), service, call, args)

        done = await self._having_met(call, lambda: self.database.write(work, workspace=call.workspace))
        self._wake()
        return done

    async def look(self, service: Callable[..., T], call: Call, *args: Any) -> Done[T]:
        """`service(session, actor, *args, now)` on a read-only connection."""

        def work(session: Session) -> Done[T]:
            return self._serve(session, people.by_slack_id(session, call.user), service, call, args)

        return await self._having_met(call, lambda: self.database.read(work, workspace=call.workspace))

    async def record(self, work: Callable[[Session, datetime], T], call: Call) -> T:
        """One transaction for an event that no person acts in, once for each delivery."""

        def once(session: Session) -> T:
            seen.once(session, call.delivery)
            return work(session, self.clock.now())

        result = await self.database.write(once, workspace=call.workspace)
        self._wake()
        return result

    def _serve(
        self, session: Session, actor: Person | None, service: Callable[..., T], call: Call, args: tuple[Any, ...]
    ) -> Done[T]:
        if actor is None:
            raise UnknownPersonError(call.user)
        if actor.status == "left":
            raise UserError(NOBODY)
        return Done(service(session, actor, *args, self.clock.now()), actor.voice)

    async def _having_met(self, call: Call, attempt: Callable[[], Awaitable[Done[T]]]) -> Done[T]:
        try:
            return await attempt()
        except UnknownPersonError as unknown:
            await self.meet(call.workspace, [unknown.slack_id])
        try:
            return await attempt()
        except UnknownPersonError:
            raise UserError(NOBODY) from None

    async def patiently(self, work: Awaitable[T], share: float = 1.0) -> T:
        """Wait for `work` as long as Slack lets us, or a share of that.

        Raises OutcomeUnknownError after that. The work goes on by itself: what it commits is told to delivery, what it
        raises is logged.
        """
        task = asyncio.ensure_future(work)
        done, _ = await asyncio.wait({task}, timeout=self.patience * share)
        if done:
            return task.result()
        self._keep(task)
        raise OutcomeUnknownError

    async def strangers(self, workspace: str, slack_ids: Sequence[str]) -> list[str]:
        """Those whom Cairn hasn't met, but for bots and whoever else turned out to be nobody."""
        known = await self.database.read(
            lambda session: {person.slack_id for person in people.by_slack_ids(session, slack_ids)},
            workspace=workspace,
        )
        return [
            each for each in dict.fromkeys(slack_ids) if each not in known and (workspace, each) not in self._nobody
        ]

    async def meet(self, workspace: str, slack_ids: Sequence[str]) -> None:
        """Fetch those whom Cairn hasn't met yet, so that they needn't wait for the next sync.

        Raises what Slack says where somebody can't be fetched now; the others are met all the same.
        """
        client, at_once = await self.clients.of(workspace), asyncio.Semaphore(AT_ONCE)

        async def fetch(slack_id: str) -> SlackUser | None:
            async with at_once:
                return await lookups.user(client, slack_id, workspace)

        strangers = await self.strangers(workspace, slack_ids)
        answers = await asyncio.gather(*map(fetch, strangers), return_exceptions=True)
        found = [each for each in answers if isinstance(each, SlackUser)]
        if found:
            await self.remember(found, workspace)
        self._forget_some_nobodies()
        self._nobody.update(
            (workspace, each) for each, answer in zip(strangers, answers, strict=True) if answer is None
        )
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer

    def _forget_some_nobodies(self) -> None:
        if len(self._nobody) > MOST_NOBODIES:
            self._nobody.clear()

    async def remember(self, found: list[SlackUser], workspace: str) -> None:
        """Bring these people up to date, and let those run Cairn whom the operator named."""
        now = self.clock.now()
        await self.database.write(
            lambda session: people_service.remember(session, found, now, self.admins), workspace=workspace
        )

    async def tell(self, request: Request, sentence: str) -> None:
        """Tell somebody who clicked: beside the message, seen by them alone, or in a small form of its own."""
        response_url = request.call.response_url
        if not response_url:
            await request.add(notice(sentence))
            return
        client = AsyncWebhookClient(response_url, session=self.clients.session, timeout=5)
        await client.send(text=sentence, response_type="ephemeral", replace_original=False)

    async def voice_of(self, call: Call, share: float = 0.4) -> Voice:
        """How to speak to somebody; in plain English where Cairn doesn't know them, or not in this share of time."""

        def look(session: Session) -> Person | None:
            return people.by_slack_id(session, call.user)

        try:
            person = await self.patiently(self.database.read(look, workspace=call.workspace), share)
        except (OutcomeUnknownError, SQLAlchemyError):
            return Voice()
        return person.voice if person else Voice()

    def later(self, work: Coroutine[Any, Any, None], what: str) -> None:
        """Slow work that nobody waits for; it is finished before Cairn stops, and its failure is logged."""

        async def guarded() -> None:
            try:
                await work
            except Exception:
                log.exception("later.failed", what=what)

        self._keep(asyncio.ensure_future(guarded()))

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._let_go)

    def _let_go(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        self._wake()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("late.failed", error=type(error).__name__)

    async def finish(self, within: float = 10.0) -> None:
        """Wait for what goes on by itself."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=within)


def notice(sentence: str) -> View:
    """A small form that says one thing."""
    return Modal("notice", "Cairn", [section(sentence)], "OK").view()
