"""What a lane has claimed and not sent yet, in its order, and which of it may go now."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass

from bot.runtime import pacing
from bot.runtime.pacing import Pacer
from bot.runtime.rendering import METHODS, Job
from bot.runtime.slack import TIMEOUT
from storage.claims import Claimed
from storage.outbox_rows import ACTIONS, POST

BATCH = 250


@dataclass(frozen=True, slots=True)
class Opening:
    """A DM to be opened."""

    person_id: int
    slack_id: str


class Queues:
    """Jobs by action, and DMs to open. A place (a channel, or one message) gets one call at a time.

    What can't be sent within its lease any more, or not while Slack holds its method, is given back untried.
    """

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer
        self._jobs: dict[str, list[Job]] = {action: [] for action in ACTIONS}
        self._coming: Counter[str] = Counter()
        self._busy: set[str] = set()
        self._to_open: deque[Opening] = deque()
        self._opening: set[int] = set()
        self._expired: list[Job] = []
        self.wait = math.inf

    def __bool__(self) -> bool:
        return bool(self._to_open or self._expired) or any(self._jobs.values()) or any(self._coming.values())

    def expect(self, rows: Sequence[Claimed]) -> None:
        """These rows were claimed and are being rendered."""
        self._coming.update(row.action for row in rows)

    def rendered(self, rows: Sequence[Claimed], jobs: Sequence[Job]) -> None:
        """Rows that were expected are rendered; these jobs came of them."""
        self._coming.subtract(row.action for row in rows)
        self.add(jobs)

    def add(self, jobs: Sequence[Job]) -> None:
        """Rendered jobs take their place in the order: priority, then age."""
        for job in jobs:
            self._jobs[job.row.action].append(job)
        for action in {job.row.action for job in jobs}:
            self._jobs[action].sort(key=lambda job: (job.row.priority, job.row.id))

    def add_openings(self, people: Sequence[tuple[int, str]]) -> None:
        """People whose DM is to be opened, but those who are in hand already."""
        for person_id, slack_id in people:
            if person_id not in self._opening:
                self._opening.add(person_id)
                self._to_open.append(Opening(person_id, slack_id))

    def rooms(self, *, is_urgent: bool = False) -> dict[str, int]:
        """How many rows of each action to claim now: what the pace allows, once half of that has gone.

        `is_urgent`: something new was committed, that may go before what is queued, so any room will do.
        """
        rooms = {}
        for action, method in METHODS.items():
            most = self._pacer.pace.lookahead(method, 2 * BATCH)
            room = most - len(self._jobs[action]) - self._coming[action]
            if room >= (1 if is_urgent else max(1, most // 2)) and self._pacer.held(method) <= 0:
                rooms[action] = min(room, BATCH)
        return rooms

    def room_to_open(self) -> int:
        """How many people to look up whose DM must be opened, those in hand included; 0 where there is no room."""
        most = self._pacer.pace.lookahead(pacing.OPEN, BATCH)
        has_room = len(self._opening) < most and self._pacer.held(pacing.OPEN) <= 0
        return most + len(self._opening) if has_room else 0

    def next(self, now: float) -> Job | Opening | None:
        """What may go now (uptime), taken out; None where nothing may, and `wait` says for how many seconds."""
        self.wait = math.inf
        for action in ACTIONS:
            job = self._next_job(action, now)
            if job is not None:
                return job
        return self._next_opening()

    def _next_job(self, action: str, now: float) -> Job | None:
        jobs = self._jobs[action]
        if not jobs or not self._may(METHODS[action], jobs):
            return None
        place = 0
        while place < len(jobs):
            job = jobs[place]
            if now + TIMEOUT > job.deadline:
                self._expired.append(jobs.pop(place))
            elif self._is_free(job):
                return self._begin(jobs.pop(place))
            else:
                place += 1
        return None

    def _may(self, method: str, jobs: list[Job]) -> bool:
        if self._pacer.held(method) > 0:
            self._give_back(jobs)
            return False
        return self._is_time(self._pacer.wait(method))

    def _is_free(self, job: Job) -> bool:
        if job.place in self._busy:
            return False
        return job.row.action != POST or self._is_time(self._pacer.channel_wait(job.place))

    def _is_time(self, seconds: float) -> bool:
        if seconds > 0:
            self.wait = min(self.wait, seconds)
        return seconds <= 0

    def _begin(self, job: Job) -> Job:
        self._busy.add(job.place)
        self._pacer.take(job.method)
        return job

    def _next_opening(self) -> Opening | None:
        if self._pacer.held(pacing.OPEN) > 0:
            self._opening.difference_update(each.person_id for each in self._to_open)
            self._to_open.clear()
        if not self._to_open or not self._is_time(self._pacer.wait(pacing.OPEN)):
            return None
        self._pacer.take(pacing.OPEN)
        return self._to_open.popleft()

    def done(self, job: Job) -> None:
        """A job was answered: its place is free again."""
        self._busy.discard(job.place)
        if job.row.action == POST:
            self._pacer.channel_took(job.place)

    def opened(self, opening: Opening) -> None:
        """An opening was answered."""
        self._opening.discard(opening.person_id)

    def clear(self) -> None:
        """Give everything back."""
        for jobs in self._jobs.values():
            self._give_back(jobs)
        self._opening.difference_update(each.person_id for each in self._to_open)
        self._to_open.clear()

    def _give_back(self, jobs: list[Job]) -> None:
        self._expired += jobs
        jobs.clear()

    def take_expired(self) -> list[Job]:
        """What is given back, once."""
        expired, self._expired = self._expired, []
        return expired
