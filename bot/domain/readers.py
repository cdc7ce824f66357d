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
