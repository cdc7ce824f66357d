"""Slack's rate limits, when switched on."""

import math
from collections import Counter


class Limits:
    """Buckets that leak on machine time; a refused call answers 429 with `Retry-After` (whole seconds).

    Slack: per method and workspace by tier; `chat.postMessage` also about one a second per channel. A 429
    holds for its method in the workspace until it is over (docs 'Rate limits').
    """

    def __init__(self) -> None:
        self.on = False
        self.per_minute: dict[str, int] = {}  # overrides of a method's tier
        self.per_channel_second = 1.0
        self.burst_seconds = 3.0  # how far ahead of a method's pace a caller may run; per channel a second
        self.calls: Counter[str] = Counter()
        self.answered_429: Counter[str] = Counter()
        self._free_at: dict[str, float] = {}
        self._held_until: dict[str, float] = {}

    def wait(self, method: str, tier: int, channel: str | None, now: float) -> int:
        """Seconds to wait before this call is taken; 0 takes it."""
        self.calls[method] += 1
        if not self.on:
            return 0
        paces = [(method, self.per_minute.get(method, tier) / 60, self.burst_seconds)]
        if method == "chat.postMessage" and channel:
            paces.append((f"{method} {channel}", self.per_channel_second, 1.0))
        waits = [self._held_until.get(method, 0.0) - now]
        waits += [self._free_at.get(key, 0.0) - burst - now for key, _, burst in paces]
        if max(waits) > 0:
            self.answered_429[method] += 1
            seconds = math.ceil(max(waits))
            self._held_until[method] = max(self._held_until.get(method, 0.0), now + seconds)
            return seconds
        for key, rate, _ in paces:
            self._free_at[key] = max(self._free_at.get(key, 0.0), now) + 1 / rate
        return 0
