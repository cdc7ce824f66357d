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
        return mark_of(self.kind, self.channel, self.count, self.k)


def mark_of(kind: str, channel: str | None, count: int, k: int) -> str:
    """Who reads, as ids and numbers. Who is in a channel is settled in Slack, when it is read."""
    return f"{kind}:{channel or ''}:{k}" if kind == "channel" else f"{kind}:{count}:{k}"


def has_grown(said: str, now: str) -> bool:
    """Whether others read than was said, or more of the same, or see names, or fewer voices; the reverse is no news."""
    (kind, before, k), (kind_now, after, k_now) = said.split(":"), now.split(":")
    if kind != kind_now or (kind == "channel" and before != after):
        return True
    is_seen_through = int(k) > 0 and int(k_now) < int(k)
    return is_seen_through or (kind != "channel" and int(after) > int(before))
