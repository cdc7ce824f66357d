"""What has changed about who reads a check-in's answers, for those who answer it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Readership:
    """Who reads a check-in as it is set up.

    `kind`: team, leads or channel; `channel` is a Slack id where it is that. `k`: how many voices are shown together
    where names are hidden, 0 where they are shown. `readers`: who reads what the members of each team answer, by
    primary keys, nobody where a channel reads; `set_over` are those of them who lead a team or read along, as members
    of it or not.
    """

    kind: str
    channel: str | None
    k: int
    readers: Mapping[int, frozenset[int]] = field(default_factory=dict)
    set_over: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def of(self, team_ids: Collection[int]) -> frozenset[int]:
        """Who reads what somebody answers who is asked for these teams."""
        return frozenset().union(*(self.readers.get(team_id, ()) for team_id in team_ids))


def read_by_others(before: Readership, after: Readership) -> frozenset[int] | None:
    """The teams whose members are read by others now, fewer or more; None where that is everybody who is asked."""
    set_up, set_up_now = ((each.kind, each.channel, each.k, set(each.readers)) for each in (before, after))
    if set_up != set_up_now:
        return None
    return frozenset(team_id for team_id, keys in after.readers.items() if keys != before.readers[team_id])


@dataclass(frozen=True)
class Change:
    """What has changed for somebody. `came`: who reads it now and didn't, by primary keys; `k`: before and now.

    `is_other`: others read it altogether: another kind of reader, another channel, another team.
    """

    is_other: bool
    came: frozenset[int]
    k: tuple[int, int]

    @property
    def is_any(self) -> bool:
        """Whether there is anything to be told of."""
        return self.is_set_up_anew or bool(self.came)

    @property
    def is_set_up_anew(self) -> bool:
        """Whether the check-in was changed, and not only who is in its teams."""
        return self.is_other or self.k[0] != self.k[1]


def change(before: Readership, after: Readership, team_ids: Collection[int]) -> Change:
    """What has changed for somebody who is asked for these teams.

    Who leads a team or reads along, and didn't, is told of; another member is not: each prompt says how many they are,
    and each of them is told the same. Nor is whoever reads no more, since nobody new does.
    """
    kept = [team_id for team_id in team_ids if team_id in after.readers]
    is_other = (before.kind, before.channel) != (after.kind, after.channel)
    is_other = is_other or any(team_id not in before.readers for team_id in kept)
    over = frozenset().union(*(after.set_over.get(team_id, ()) for team_id in kept))
    return Change(is_other, frozenset() if is_other else over - before.of(team_ids), (before.k, after.k))


def to_json(of: Readership) -> dict[str, Any]:
    """As it is stored: ids alone."""
    readers = {str(team_id): sorted(keys) for team_id, keys in of.readers.items()}
    return {"kind": of.kind, "channel": of.channel, "k": of.k, "readers": readers}


def from_json(stored: Mapping[str, Any]) -> Readership:
    """What was stored of one that has passed."""
    readers = {int(team_id): frozenset(keys) for team_id, keys in stored["readers"].items()}
    return Readership(stored["kind"], stored["channel"], stored["k"], readers)
