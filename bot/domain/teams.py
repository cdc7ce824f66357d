"""Teams as they are shown and changed: who is in one, who leads it, who reads along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.public_holidays import Region

PAGE = 60
"""Members at a time."""


@dataclass(frozen=True)
class Listed:
    """A team in a list. `is_own`: the reader is in it, in whatever role."""

    id: int
    name: str
    leads: tuple[str, ...]
    members: int
    is_own: bool


@dataclass(frozen=True)
class TeamCard:
    """A team as its people see it, by name; `members` are one page of them all, `home_channel` a Slack id.

    `working_days` (0 for Monday) and `region`: the team's own, None where they are the workspace's.
    """

    id: int
    name: str
    leads: Sequence[str]
    members: Sequence[str]
    observers: Sequence[str]
    checkins: Sequence[str]
    home_channel: str | None
    zone: str
    total: int
    page: int
    may_change: bool
    working_days: frozenset[int] | None = None
    region: Region | None = None


@dataclass(frozen=True)
class Editable:
    """A team as whoever may change it finds it: members' names by primary key, the others by Slack id.

    `working_days` are those that hold; `region` is the team's own, `companys` the workspace's.
    """

    id: int
    version: int
    name: str
    members: Mapping[int, str]
    leads: Sequence[str]
    observers: Sequence[str]
    home_channel: str | None
    zone: str
    working_days: frozenset[int]
    region: Region | None
    companys: Region | None


@dataclass(frozen=True)
class TeamChange:
    """What a team should become. `added`, `leads`, `observers`: Slack ids; `taken_out`: members by primary key.

    `version` is the one that whoever asks for it looked at; `zone` is what they typed. `working_days` (0 for Monday)
    and `region` hold for members who set none for themselves; no region is the workspace's.
    """

    team_id: int
    version: int
    name: str
    added: tuple[str, ...]
    taken_out: frozenset[int]
    leads: tuple[str, ...]
    observers: tuple[str, ...]
    home_channel: str | None
    zone: str
    working_days: frozenset[int]
    region: Region | None
