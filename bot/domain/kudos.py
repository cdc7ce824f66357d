"""Kudos: thanks to one or more people, with the company's values, and what may become of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.domain.calendars import DAY, Hours, WorkCalendar, local_moment

MAX_WORDS = 3_000
"""Slack: characters of a text input."""
MAX_RECEIVERS = 50
MAX_VALUES = 20
MAX_VALUE = 40
MOST_A_DAY = 1_000
CHANGEABLE = timedelta(hours=24)
UNTHANKED = timedelta(days=30)
HORIZON = timedelta(days=400)
"""How far ahead a working day is looked for."""
PAGE = 10
"""Kudos on a page of `/kudos mine`."""

_TAG = re.compile(r"(?<!\S)#(\w[^\s#]*)")
_LAST_TAG = re.compile(r"(?:^|\s+)#(\w[^\s#]*)\s*$")
_EMOJI = re.compile(r"[\w+'-]+")


@dataclass(frozen=True)
class Typed:
    """What was typed after `/kudos`: Slack ids of people and of user groups, and the words, as their author saw them.

    `mentioned`: Slack ids that stand in the words as @id, since Slack sent no name with them.
    """

    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    words: str = ""
    mentioned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """The message that kudos are about: where it stands, and its words, which stay in their channel."""

    channel: str
    ts: str
    link: str
    quote: str = ""


@dataclass(frozen=True)
class KudosRequest:
    """Kudos to be given. `people`: Slack ids of those named; `from_groups`: of the members of user groups.

    `values`: chosen in a form, None where they are to be found in the words, as #craft. `channel`: where a card is to
    stand, `is_typed_there` where nobody chose it: then it is posted only where Cairn can.
    """

    people: tuple[str, ...]
    words: str
    values: tuple[str, ...] | None = None
    from_groups: tuple[str, ...] = ()
    channel: str | None = None
    is_typed_there: bool = False
    mentioned: tuple[str, ...] = ()
    source: Source | None = None


class NoCard(StrEnum):
    """Why no card stands in a channel."""

    NOT_A_CHANNEL = "not_a_channel"
    CANNOT_POST = "cannot_post"
    ALL_IN_PRIVATE = "all_in_private"


@dataclass(frozen=True)
class Given:
    """What became of kudos: whom they reach, by name, and those of them who like thanks in private."""

    kudos_id: int
    names: tuple[str, ...]
    in_private: tuple[str, ...] = ()
    channel: str | None = None
    no_card: NoCard | None = None


@dataclass(frozen=True)
class Shown:
    """Kudos as one reader may see them: `to_you` where they are thanked, `names` the others who are.

    `joined`: who said +1. `channel`: where a card stands. `emoji`: what was reacted with, where nothing was written.
    """

    kudos_id: int
    giver: str
    names: tuple[str, ...]
    words: str
    values: tuple[str, ...]
    at: datetime
    to_you: bool = False
    joined: tuple[str, ...] = ()
    channel: str | None = None
    source: Source | None = None
    is_edited: bool = False
    emoji: str | None = None
    may_change: bool = False


@dataclass(frozen=True)
class Tagged:
    """Words with the values found in them; `unknown` is the first tag that is none, as typed."""

    words: str
    values: tuple[str, ...] = ()
    unknown: str | None = None


def value_key(name: str) -> str:
    """A value as a tag: without regard to case, spaces and hyphens."""
    return "".join(each for each in name.casefold() if each.isalnum())


def tagged(words: str, values: Sequence[str]) -> Tagged:
    """The values that are named in words as #craft; those at the end are taken out of the words.

    A tag that is no value is only words where the company has none, and so is #123.
    """
    known = {value_key(value): value for value in values}
    found: dict[str, None] = {}
    unknown = None
    for tag in _TAG.findall(words):
        value = known.get(value_key(tag))
        if value is not None:
            found[value] = None
        elif known and not tag[0].isdigit():
            unknown = unknown or tag.rstrip(".,;:!?")
    rest = words.strip()
    while (last := _LAST_TAG.search(rest)) is not None and value_key(last[1]) in known:
        rest = rest[: last.start()].rstrip()
    return Tagged(rest, tuple(value for value in values if value in found), unknown)


def named(words: str, names: Mapping[str, str]) -> str:
    """Words in which @ids are the names of those people, by Slack id."""
    for slack_id, name in names.items():
        words = words.replace(f"@{slack_id}", f"@{name}")
    return words


def read_values(typed: str) -> tuple[str, ...]:
    """The company's values, one a line, each once; None of them empty."""
    found: dict[str, str] = {}
    for line in typed.splitlines():
        name = " ".join(line.strip().lstrip("#").split())
        if value_key(name):
            found.setdefault(value_key(name), name)
    return tuple(found.values())


def read_emoji(typed: str) -> str | None:
    """The short name of an emoji, without its colons; None where nothing was typed. Raises ValueError otherwise."""
    name = typed.strip().strip(":").strip()
    if not name:
        return None
    if not _EMOJI.fullmatch(name) or len(name) > 100:
        raise ValueError("not the short name of an emoji")
    return name.casefold()


def is_changeable(at: datetime, now: datetime) -> bool:
    """Whether kudos given `at` may still be changed and taken back."""
    return now < at + CHANGEABLE


def without(people: Iterable[str], those: Iterable[str]) -> list[str]:
    """People in their order, each once, but for those."""
    left_out = set(those)
    return [each for each in dict.fromkeys(people) if each not in left_out]


@dataclass(frozen=True)
class Reaction:
    """A reaction to a message, or its removal. Ids and times are Slack's; `author`: whose message, "" for nobody's."""

    emoji: str
    channel: str
    ts: str
    author: str
    event_ts: str
    is_added: bool


def message_link(domain: str, channel: str, ts: str) -> str:
    """A message's address (Slack: "Copy link"); `domain` is the workspace's."""
    return f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}"


def last_hour(calendar: WorkCalendar, after: datetime) -> datetime:
    """When the last hour of a working day begins next, in UTC; `after` itself where none does within HORIZON."""
    begins = max(calendar.hours.start, _an_hour_before(calendar.hours.end))
    ending = replace(calendar, hours=Hours(begins, calendar.hours.end))
    moment = ending.first_working_moment(after, after + HORIZON) or after
    if moment != local_moment(calendar.date_at(moment), begins, calendar.zone):
        moment = ending.first_working_moment(_next_midnight(calendar, after), after + HORIZON) or after
    return moment


def last_hour_of_a_later_day(calendar: WorkCalendar, moment: datetime) -> datetime:
    """The same, of a day after that of `moment`."""
    return last_hour(calendar, _next_midnight(calendar, moment))


def _next_midnight(calendar: WorkCalendar, moment: datetime) -> datetime:
    return local_moment(calendar.date_at(moment) + DAY, time(), calendar.zone)


def _an_hour_before(at: time) -> time:
    return time() if at.hour == 0 else at.replace(hour=at.hour - 1)


@dataclass(frozen=True)
class KudosPage:
    """A page of somebody's kudos, newest first: those they `got`, else those they gave. Pages count from 0."""

    got: bool
    number: int
    items: tuple[Shown, ...]
    has_more: bool


@dataclass(frozen=True)
class Unthanked:
    """Who of a team had no thanks for UNTHANKED, by name."""

    team: str
    names: tuple[str, ...]
    members: int
