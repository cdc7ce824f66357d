"""Who may read an item: the one rule that everything shown to people goes through.

`storage.audience` says the same as SQL; a property test holds the two equal. By itself a list only narrows:
whoever leaves the team or the company drops off it, and nobody inherits.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A list of people, whoever reads a channel, or every full member of the workspace."""

    PEOPLE = "people"
    CHANNEL = "channel"
    EVERYONE = "everyone"


@dataclass(frozen=True)
class Listed:
    """A person on a list, and the team through which they are on it (None: by name)."""

    person_id: int
    team_id: int | None = None


@dataclass(frozen=True)
class Item:
    """What is to be read: who wrote it, and its audience. `channel` is a Slack id where `kind` is CHANNEL."""

    author_id: int
    kind: Kind
    listed: frozenset[Listed] = frozenset()
    channel: str | None = None


@dataclass(frozen=True)
class Reader:
    """Who wants to read: `status` as in people, the teams they are in now, the private channels they are in."""

    person_id: int
    status: str = "active"
    teams: frozenset[int] = frozenset()
    channels: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Place:
    """A channel that something is to be posted in. `members` matter where it is private.

    `has_strangers`: there are more members, whom nobody knows.
    """

    channel: str
    is_private: bool
    is_shared: bool = False
    members: tuple[Reader, ...] = ()
    has_strangers: bool = False


def may_read(item: Item, reader: Reader, public_channels: frozenset[str] = frozenset()) -> bool:
    """Whether `reader` may read `item`; guests read what they are listed for and the channels they are in."""
    if reader.status == "left":
        return False
    if reader.person_id == item.author_id:
        return True
    match item.kind:
        case Kind.PEOPLE:
            return any(_still_listed(entry, reader) for entry in item.listed)
        case Kind.CHANNEL:
            open_to_all = item.channel in public_channels and reader.status == "active"
            return open_to_all or item.channel in reader.channels
        case Kind.EVERYONE:
            return reader.status == "active"


def may_show_in(item: Item, place: Place, public_channels: frozenset[str] = frozenset()) -> bool:
    """Whether `item` may be posted in a channel: only where every reader of the channel may read it.

    A public channel is read by the whole workspace, so no list ever fits it; a channel shared with another company
    has readers whom nobody could name to the author, so nothing goes there.
    """
    if place.is_shared:
        return False
    if item.kind is Kind.CHANNEL and item.channel == place.channel:
        return True
    if not place.is_private:
        return item.kind is Kind.EVERYONE
    members = [member for member in place.members if member.status != "left"]
    if place.has_strangers or not members:
        return False  # nobody is known to be in there yet, which isn't the same as nobody
    return all(may_read(item, member, public_channels) for member in members)


def _still_listed(entry: Listed, reader: Reader) -> bool:
    return entry.person_id == reader.person_id and (entry.team_id is None or entry.team_id in reader.teams)
