"""One workspace's lane while this process holds it: claim, render, pace, send, settle, until nothing is due."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.clock import Clock
from bot.errors import OutcomeUnknownError
from bot.runtime import metrics, pacing, reconcile
from bot.runtime.outcomes import Breaker, judge
from bot.runtime.pacing import Pacer
from bot.runtime.pictures import Pictures
from bot.runtime.queues import Opening, Queues
from bot.runtime.rendering import Job, Prepared, prepare
from bot.runtime.slack import Answer, Clients, Kind, call
from bot.runtime.turns import Errand, Opened, Turn, take_turn
from storage.claims import LEASE, Claimed
from storage.database import Database
from storage.outbox_rows import SENT, UNDELIVERED, WAITING
from storage.settling import Settlement

log = structlog.get_logger(__name__)
IN_FLIGHT = 32
SETTLE_AT = 250  # results
LINGER = 0.25  # seconds that a result waits for others to be settled with
WOKEN_EVERY = 0.2  # seconds: a thousand people who answer at once don't make a thousand turns
HEARTBEAT = 10.0
OPEN_AGAIN = 5.0
DATABASE_AGAIN = 1.0
# The database is away, or another transaction was quicker: the same turn may go well in a moment.
DATABASE_TROUBLE = (IntegrityError, InterfaceError, OperationalError, OutcomeUnknownError, PoolTimeoutError)


@dataclass(frozen=True)
class Means:
    """What every lane of this process works with."""

    database: Database
    clients: Clients
    clock: Clock
    holder: str
    pictures: Pictures = field(default_factory=Pictures)


class LaneRunner:
    """Works a lane until nothing is due, another process holds it, or it is told to stop.

    One transaction at a time (`take_turn`) settles what came back and claims what goes next, while the calls of the
    batch before are under way and the next one is rendered.
    """

    def __init__(self, means: Means, workspace_id: str, pacer: Pacer) -> None:
        self._means = means
        self._workspace = workspace_id
        self._pacer = pacer
        self._queues = Queues(pacer)
        self._breaker = Breaker(workspace_id)
        self._log = log.bind(workspace=workspace_id)
        self._client: AsyncWebClient | None = None
        self._results: list[Settlement] = []
        self._opened: list[Opened] = []
        self._calls: set[asyncio.Task[None]] = set()
        self._others: set[asyncio.Task[None]] = set()
        self._turn: asyncio.Task[None] | None = None
        self._look: asyncio.Task[None] | None = None
        self._failure: BaseException | None = None
        self._event = asyncio.Event()
        self._may_be_more = True
        self._is_woken = self._is_released = self._is_lost = self._is_stopping = False
        self.has_worked = False
        self._turn_again_at = self._last_turn_at = self._first_result_at = 0.0
        self._last_good_turn_at = self._uptime()

    def wake(self) -> None:
        """Something was committed."""
        self._is_woken = True
        self._event.set()

    def stop(self) -> None:
        """Send nothing more; settle what is under way, give the rest back."""
        self._is_stopping = True
        if self._look is not None:
            self._look.cancel()
        self.wake()

    async def run(self) -> None:
        """Until there is nothing left to do here."""
        self._client = await self._means.clients.of(self._workspace)
        try:
            while not self._is_over():
                self._event.clear()
                seconds = self._dispatch()
                if self._should_turn():
                    self._begin_turn()
                await self._wait(seconds)
                if self._failure is not None:
                    raise self._failure
        finally:
            for task in (*self._calls, *self._others):
                task.cancel()

    def _spawn(self, work: Coroutine[Any, Any, None], group: set[asyncio.Task[None]]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        group.add(task)
        task.add_done_callback(group.discard)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self._failure = task.exception()
        self._event.set()

    async def _wait(self, seconds: float) -> None:
        """Until something ends or comes, at most `seconds` or the time until the next turn."""
        now = self._uptime()
        if self._turn not in self._others:
            seconds = min(seconds, self._last_turn_at + HEARTBEAT - now)
            if self._results or self._opened:
                seconds = min(seconds, self._first_result_at + LINGER - now)
            if self._is_woken and self._has_room():
                seconds = min(seconds, self._last_turn_at + WOKEN_EVERY - now)
            seconds = max(seconds, self._turn_again_at - now)
        timer = asyncio.get_running_loop().call_later(min(max(seconds, 0.0), HEARTBEAT), self._event.set)
        await self._event.wait()
        timer.cancel()

    def _uptime(self) -> float:
        return self._means.clock.uptime()

    # What goes out

    def _dispatch(self) -> float:
        """Begin every call that may go now; gives the seconds until the next one may."""
        if self._is_closed():
            self._queues.clear()
        elif self._uptime() < self._turn_again_at:
            return math.inf
        width = 1 if self._breaker.is_careful else IN_FLIGHT
        while len(self._calls) < width and (job := self._queues.next(self._uptime())) is not None:
            self._spawn(self._send(job) if isinstance(job, Job) else self._open(job), self._calls)
        for late in self._queues.take_expired():
            self._settle(Settlement(late.row, WAITING))
        return self._queues.wait if len(self._calls) < width else math.inf

    def _is_closed(self) -> bool:
        return self._is_stopping or self._is_lost or self._breaker.is_open

    async def _send(self, job: Job) -> None:
        settlement = await self._means.pictures.put_into(job, self._api, self._pacer) if job.charts else None
        if settlement is None:
            settlement = judge(job, await self._call(job.method, job.body))
        self._queues.done(job)
        if settlement is None:
            self._queues.add([job])
        else:
            self._settle(settlement)

    async def _open(self, opening: Opening) -> None:
        answer = await self._call(pacing.OPEN, {"users": opening.slack_id})
        self._queues.opened(opening)
        if answer.kind is Kind.OK:
            self._opened.append(Opened(opening.person_id, str(answer.data["channel"]["id"])))
        elif answer.kind in (Kind.PERMANENT_TARGET, Kind.BAD_PAYLOAD, Kind.GONE):
            self._opened.append(Opened(opening.person_id, error=answer.error))
        else:
            self._pacer.hold(pacing.OPEN, OPEN_AGAIN)

    async def _probe(self) -> None:
        """Ask Slack whether it is there again, and whether the app may still speak."""
        answer = await call(self._api, pacing.TEST, {})
        if answer.kind is Kind.OK:
            self._breaker.resume()
            self.wake()
        elif answer.kind is Kind.PERMANENT_APP:
            self._means.clients.forget(self._workspace)
            self._breaker.refused(answer)

    async def _look_for(self, row: Claimed) -> None:
        settlement, answer = await reconcile.look(self._api, self._pacer, row)
        self._heard(pacing.HISTORY, answer)
        if settlement.state == SENT:
            check = partial(reconcile.unless_unwanted, found=settlement, now=self._means.clock.now())
            settlement = await self._means.database.read(check, workspace=self._workspace)
        self._log.info("delivery.looked", row=row.id, kind=row.kind, state=settlement.state, error=settlement.error)
        self._settle(settlement)

    async def _call(self, method: str, body: dict[str, Any]) -> Answer:
        answer = await call(self._api, method, body)
        self._heard(method, answer)
        return answer

    def _heard(self, method: str, answer: Answer) -> None:
        metrics.slack_calls.labels(method, answer.kind.value).inc()
        if answer.retry_after:
            self._pacer.hold(method, answer.retry_after)
        if answer.kind is Kind.PERMANENT_APP:
            self._means.clients.forget(self._workspace)
        # That history can be read again doesn't say that messages arrive.
        if method != pacing.HISTORY or answer.kind is not Kind.OK:
            self._breaker.heard(answer)

    @property
    def _api(self) -> AsyncWebClient:
        assert self._client is not None
        return self._client

    def _settle(self, settlement: Settlement) -> None:
        if not self._results:
            self._first_result_at = self._uptime()
        self._results.append(settlement)

    # Turns

    def _should_turn(self) -> bool:
        now = self._uptime()
        if self._turn in self._others or now < self._turn_again_at:
            return False
        if self._results or self._opened:
            is_time = now >= self._first_result_at + LINGER or len(self._results) >= SETTLE_AT
            if is_time or not (self._calls or self._queues):
                return True
        is_woken = self._is_woken and now >= self._last_turn_at + WOKEN_EVERY
        wants_more = (self._may_be_more or is_woken) and self._has_room()
        return wants_more or self._is_idle() or now >= self._last_turn_at + HEARTBEAT

    def _has_room(self) -> bool:
        return not self._is_closed() and bool(self._rooms())

    def _rooms(self) -> dict[str, int]:
        return self._queues.rooms(is_urgent=self._is_woken)

    def _is_idle(self) -> bool:
        """Nothing in hand: what is left is to let the lane go."""
        return not (self._calls or self._others or self._queues or self._results or self._opened)

    def _is_over(self) -> bool:
        if not self._is_idle():
            return False
        return self._is_lost or (self._is_released and not (self._may_be_more or self._is_woken))

    def _begin_turn(self) -> None:
        is_closed = self._is_closed()
        errand = Errand(
            self._means.holder,
            self._results,
            self._opened,
            self._breaker.news(),
            rooms={} if is_closed else self._rooms(),
            room_to_open=0 if is_closed else self._queues.room_to_open(),
            may_look=not is_closed and self._look not in self._others and self._pacer.held(pacing.HISTORY) <= 0,
            may_release=not (self._calls or self._others or self._queues),
        )
        self._results, self._opened = [], []
        self._may_be_more = self._is_woken = self._is_released = False
        self._last_turn_at = self._uptime()
        self._turn = self._spawn(self._take_turn(errand, self._last_turn_at + LEASE.total_seconds()), self._others)

    async def _take_turn(self, errand: Errand, lease_ends: float) -> None:
        work = partial(take_turn, errand=errand, now=self._means.clock.now())
        try:
            turn = await self._means.database.write(work, workspace=self._workspace)
        except DATABASE_TROUBLE:
            self._log.error("delivery.database_failed", exc_info=True)
            if self._uptime() > self._last_good_turn_at + LEASE.total_seconds():
                raise  # what was sent meanwhile is looked for, like after a crash
            self._results = [*errand.settlements, *self._results]
            self._opened = [*errand.opened, *self._opened]
            self._breaker.tell_again()
            self._turn_again_at = self._uptime() + DATABASE_AGAIN
            return
        self._last_good_turn_at = self._uptime()
        self._count(errand, turn)
        self.has_worked |= bool(turn.settled) or not turn.is_empty
        if turn.lane is None:
            self._is_lost = True
            return
        self._breaker.remember(turn.lane)
        if turn.lane.is_stopped or turn.lane.is_paused:
            self._queues.clear()
        self._is_released = turn.is_empty and errand.may_release
        self._begin(turn, errand, lease_ends)

    def _begin(self, turn: Turn, errand: Errand, lease_ends: float) -> None:
        claimed = Counter(row.action for row in turn.claimed)
        self._may_be_more |= turn.owes_more or any(claimed[action] >= room for action, room in errand.rooms.items())
        self._queues.add_openings(turn.to_open)
        if turn.claimed:
            self._queues.expect(turn.claimed)
            self._spawn(self._render(turn.claimed, lease_ends), self._others)
        if turn.to_look_for is not None:
            self._may_be_more = True
            self._look = self._spawn(self._look_for(turn.to_look_for), self._others)
        if turn.may_probe:
            self._spawn(self._probe(), self._others)

    async def _render(self, rows: Sequence[Claimed], lease_ends: float) -> None:
        work = partial(prepare, rows=rows, now=self._means.clock.now(), deadline=lease_ends)
        try:
            prepared = await self._means.database.read(work, workspace=self._workspace)
        except DATABASE_TROUBLE:
            self._log.error("delivery.database_failed", exc_info=True)
            prepared = Prepared([], [Settlement(row, WAITING, retry_in=DATABASE_AGAIN) for row in rows])
        self._queues.rendered(rows, prepared.jobs)
        for settlement in prepared.settlements:
            self._settle(settlement)

    def _count(self, errand: Errand, turn: Turn) -> None:
        settled = {each.row.id for each in turn.settled}
        for each in errand.settlements:
            if each.row.id not in settled:
                self._log.warning("delivery.not_ours_any_more", row=each.row.id, kind=each.row.kind, state=each.state)
        for each in turn.settled:
            if each.state in (SENT, *UNDELIVERED):
                metrics.deliveries.labels(each.row.kind, each.state).inc()
