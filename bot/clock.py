"""The only place that asks the machine for the time.

Two times run side by side. *Calendar time* decides what is due, and demos and tests may move it. *Machine time*
measures leases, pacing, `Retry-After` and signatures: nobody moves it but a test that plays a stalled process.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """The machine's own clock: calendar and machine time are the same."""

    def now(self) -> datetime:
        """Calendar time, in UTC."""
        return self.machine()

    def machine(self) -> datetime:
        """Machine time, in UTC; comparable between processes on one machine."""
        return datetime.now(UTC)

    def uptime(self) -> float:
        """Seconds on a clock that never steps back and runs on while the machine is suspended."""
        return time.clock_gettime(_BOOT_CLOCK)

    @property
    def skew(self) -> timedelta:
        """How far a test has pushed machine time ahead of the true one; zero outside tests."""
        return timedelta(0)


class MovableClock(Clock):
    """A clock for demos and tests: calendar time stands where it was put, machine time runs.

    Tests push machine time with `let_pass`, as if the process had stalled for so long.
    """

    def __init__(self, stands_at: datetime) -> None:
        if stands_at.tzinfo is None:
            raise ValueError("a moment without its zone")
        self._stands_at = stands_at.astimezone(UTC)
        self._skew = timedelta(0)

    def now(self) -> datetime:
        return self._stands_at

    def machine(self) -> datetime:
        return super().machine() + self._skew

    def uptime(self) -> float:
        return super().uptime() + self._skew.total_seconds()

    @property
    def skew(self) -> timedelta:
        return self._skew

    def move_to(self, moment: datetime) -> None:
        """Let the calendar stand at `moment`; it never goes back."""
        self._stands_at = max(self._stands_at, moment.astimezone(UTC))

    def let_pass(self, seconds: float) -> None:
        """Push machine time ahead by `seconds`."""
        self._skew += timedelta(seconds=seconds)


# Linux alone has a clock that counts suspension; elsewhere the monotonic one is the nearest.
_BOOT_CLOCK: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
