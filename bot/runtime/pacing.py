"""How fast Slack may be called: per method and workspace, and for messages per channel too (slack.md, 'Rates').

One process paces a workspace, so its memory is enough. All times are seconds on the clock's uptime.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field

POST, UPDATE, DELETE = "chat.postMessage", "chat.update", "chat.delete"
PUBLISH, OPEN = "views.publish", "conversations.open"
HISTORY, REPLIES, TEST = "conversations.history", "conversations.replies", "auth.test"
USERS, INFO = "users.list", "conversations.info"
UPLOAD, UPLOADED = "files.getUploadURLExternal", "files.completeUploadExternal"


@dataclass(frozen=True)
class Rate:
    """So many calls a second, and how many may come at once after a rest."""

    per_second: float
    burst: float = 1.0

    @classmethod
    def per_minute(cls, calls: float, burst: float = 5.0) -> Rate:
        return cls(calls / 60, burst)


@dataclass(frozen=True)
class Pace:
    """What a workspace is sent at most. `unlimited()` switches all of it off, for benchmarks and tests.

    `posts` is the workspace's overall pace of messages, a second: Slack promises "several hundred a minute". A
    channel gets one message in `channel_seconds`. A lane claims what it can send in `ahead` seconds.
    """

    posts: float = 5.0
    channel_seconds: float = 1.0
    ahead: float = 5.0
    others: dict[str, Rate] = field(
        default_factory=lambda: {
            UPDATE: Rate.per_minute(50),
            DELETE: Rate.per_minute(50),
            OPEN: Rate.per_minute(50),
            PUBLISH: Rate.per_minute(100),
            HISTORY: Rate.per_minute(50),
            REPLIES: Rate.per_minute(50),
            USERS: Rate.per_minute(20, burst=1),
            INFO: Rate.per_minute(50),
            UPLOAD: Rate.per_minute(100),
            UPLOADED: Rate.per_minute(100),
        }
    )

    @classmethod
    def unlimited(cls) -> Pace:
        return cls(posts=math.inf, channel_seconds=0.0, others={})

    def rate(self, method: str) -> Rate:
        """The rate of a method; one that isn't listed is not held back."""
        if method == POST:
            # A burst makes up for calls that a busy machine lets go late; Slack counts by the minute.
            return Rate(self.posts, max(3.0, self.posts / 2))
        return self.others.get(method, Rate(math.inf))

    def lookahead(self, method: str, most: int) -> int:
        """How many rows of this method to claim at a time: what `ahead` seconds hold, at least one."""
        return int(max(1, min(most, self.ahead * self.rate(method).per_second)))


class Pacer:
    """One workspace's pace: when the next call of a method, or message to a channel, may go.

    Each method has a leaky bucket that remembers when it will be empty again, so that calls that come late don't
    lower the pace. `hold` is Slack's `Retry-After`.
    """

    def __init__(self, pace: Pace, uptime: Callable[[], float]) -> None:
        self.pace = pace
        self._uptime = uptime
        self._full_at: dict[str, float] = {}
        self._held_until: dict[str, float] = {}
        self._channels: dict[str, float] = {}

    def wait(self, method: str) -> float:
        """Seconds until this method may be called; zero or less when it may be now."""
        rate = self.pace.rate(method)
        early = (rate.burst - 1) / rate.per_second if rate.per_second < math.inf else 0.0
        return max(self._full_at.get(method, 0.0) - early, self._held_until.get(method, 0.0)) - self._uptime()

    def rest(self, method: str) -> float:
        """Seconds until nothing of this method's burst is used up any more."""
        return self._full_at.get(method, 0.0) - self._uptime()

    def take(self, method: str) -> None:
        """A call goes now."""
        self._full_at[method] = (
            max(self._full_at.get(method, 0.0), self._uptime()) + 1 / self.pace.rate(method).per_second
        )

    async def turn(self, method: str, *, idle: bool = False) -> None:
        """Wait for this method's turn and take it; an idle caller leaves the burst to others."""
        wait = self.rest if idle else self.wait
        seconds = wait(method)
        while seconds > 0:
            await asyncio.sleep(seconds)
            seconds = wait(method)
        self.take(method)

    def hold(self, method: str, seconds: float) -> None:
        """Slack said `Retry-After`: nothing of this method for so long."""
        self._held_until[method] = max(self._held_until.get(method, 0.0), self._uptime() + seconds)

    def held(self, method: str) -> float:
        """Seconds for which Slack wants nothing of this method; zero or less where it doesn't mind."""
        return self._held_until.get(method, 0.0) - self._uptime()

    def next_release(self) -> float:
        """Seconds until Slack lets the next held method go; 0 where it holds none."""
        return min(
            (until - self._uptime() for until in self._held_until.values() if until > self._uptime()), default=0.0
        )

    def channel_wait(self, channel: str) -> float:
        """Seconds until this channel may get its next message."""
        return self._channels.get(channel, 0.0) - self._uptime()

    def channel_took(self, channel: str) -> None:
        """A message to this channel was answered. Counted from the answer, since a slow call arrives late."""
        if not self.pace.channel_seconds:
            return
        if len(self._channels) > 1000:
            now = self._uptime()
            self._channels = {name: free_at for name, free_at in self._channels.items() if free_at > now}
        self._channels[channel] = self._uptime() + self.pace.channel_seconds
