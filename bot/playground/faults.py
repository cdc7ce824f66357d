"""Things that go wrong, on demand."""

import asyncio
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Fault:
    method: str
    what: str
    times: int
    where: str | None
    released: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def kind(self) -> str:
        return self.what.partition(":")[0]

    @property
    def detail(self) -> str:
        return self.what.partition(":")[2]

    def release(self) -> None:
        """Let the calls that hang go on."""
        self.released.set()


KINDS = ("error", "http", "reset", "lost", "hang", "delay", "ratelimited")


class Faults:
    """Planned faults, by method ("*" is any) and, where given, the user or channel that the call names.

    `history_lag`: seconds by which conversations.history runs behind.
    """

    def __init__(self) -> None:
        self.planned: list[Fault] = []
        self.history_lag = 0.0

    def add(self, method: str, what: str, *, times: int = 1, user_or_channel: str | None = None) -> Fault:
        """Plan a fault for the next `times` calls (-1: all).

        "error:CODE" and "http:STATUS" and "reset" don't act; "ratelimited:SECONDS" is a 429; "lost" acts
        and drops the connection before the answer; "hang" acts once released, "hang:acted" acts at once,
        and both answer when released; "delay:SECONDS" acts late.
        """
        fault = Fault(method, what, times, user_or_channel)
        if fault.kind not in KINDS:
            raise ValueError(f"no such fault: {what}")
        self.planned.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all, and let go what hangs."""
        for fault in self.planned:
            fault.release()
        self.planned = []

    def take(self, method: str, args: dict[str, Any], dm_users: dict[str, str]) -> Fault | None:
        """The fault that this call meets, counted down."""
        for fault in self.planned:
            if fault.times and fault.method in (method, "*") and _names(args, fault.where, dm_users):
                fault.times -= 1
                fault.reached.set()
                return fault
        return None


def _names(args: dict[str, Any], where: str | None, dm_users: dict[str, str]) -> bool:
    if where is None:
        return True
    named = {str(args.get(k)) for k in ("channel", "channel_id", "user", "users", "user_id")}
    return where in named or any(dm_users.get(n) == where for n in named)
