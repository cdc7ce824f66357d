"""What somebody got, gave and still owes, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.feedback import Kind, Name

PAGE = 8


class Box(StrEnum):
    """Which of the three lists."""

    GOT = "got"
    GIVEN = "given"
    OWED = "owed"


class Standing(StrEnum):
    """How far something given is."""

    WAITS = "waits"
    ARRIVED = "arrived"
    BACK = "back"  # taken back, or it reached nobody


@dataclass(frozen=True)
class Line:
    """One piece of feedback in a list: `name` is the other one's; `day` when it arrived, or was written."""

    ref: str
    name: Name
    kind: Kind
    day: date
    is_confidential: bool = False
    is_unread: bool = False
    standing: Standing = Standing.ARRIVED


@dataclass(frozen=True)
class Draft:
    """What somebody has begun to write to somebody, by primary key."""

    receiver_id: int
    name: str


@dataclass(frozen=True)
class Request:
    """What somebody is asked for."""

    ask_id: int
    asker: str
    topic: str
    closes_at: datetime


@dataclass(frozen=True)
class Inbox:
    """One page of one of the lists; `unread` and `owed` count all there is."""

    box: Box
    page: int
    lines: Sequence[Line]
    drafts: Sequence[Draft]
    requests: Sequence[Request]
    has_more: bool
    unread: int
    owed: int


@dataclass(frozen=True)
class Words:
    """One message of a thread, as one of the two reads it."""

    is_own: bool
    words: str
    is_edited: bool = False
    is_on_its_way: bool = False
