"""Who reads a check-in, as every prompt says it on its second line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadBy:
    """`kind`: team, leads or channel. `channel`: a Slack id; `company`: who reads a public one.

    `k`: how many voices it takes with names hidden; 0 where names are shown. `is_each`: told of several teams at once,
    of which each answer is read in its author's own; somebody who is in none is read by nobody, and `team` is empty.
    """

    kind: str
    team: str
    names: tuple[str, ...] = ()
    count: int = 0
    channel: str | None = None
    is_public: bool = False
    company: str = ""
    k: int = 0
    is_each: bool = False

    @property
    def mark(self) -> str:
        """As much of it as a form has to remember, to be compared with `has_grown`."""
        return mark_of(self.kind, self.channel, self.count)


def mark_of(kind: str, channel: str | None, count: int) -> str:
    """Who reads, as ids and a number. Who is in a channel is settled in Slack, when it is read."""
    return f"{kind}:{channel or ''}" if kind == "channel" else f"{kind}:{count}"


def has_grown(said: str, now: str) -> bool:
    """Whether others read than was said, or more of the same; fewer is no news."""
    (kind, _, before), (kind_now, _, after) = said.partition(":"), now.partition(":")
    if kind != kind_now or kind == "channel":
        return said != now
    return int(after) > int(before)
