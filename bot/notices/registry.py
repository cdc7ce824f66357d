"""What a notice is, and the one place that turns a kind and ids into words for a reader.

A notice class is a frozen dataclass of ids: `kind` names it in the outbox, its fields are what is stored. It is
rendered when it is sent, so that what was taken back, erased or is no longer allowed is never said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self, TypeVar

from sqlalchemy.orm import Session

from bot.charts import Chart
from bot.i18n import Voice


class Exempt(StrEnum):
    """Why a kind of notice doesn't count against its reader's attention budget (design.md 2.6)."""

    PROMPT = "prompt"  # a check-in asks, or says what it is before it asks for the first time
    BLOCKER = "blocker"  # to a lead, when it is raised
    WORDS = "words"  # what people wrote to this reader: replies, answers they are to read, feedback
    PRIVACY = "privacy"  # who reads what
    ACT = "act"  # the outcome of what this reader has done themselves
    TRAY = "tray"  # what is over the budget, all in one


@dataclass(frozen=True)
class Reader:
    """Who a notice is rendered for: a person (by primary key) or everybody who reads a channel (Slack id)."""

    voice: Voice
    person_id: int | None = None
    channel: str | None = None


@dataclass(frozen=True)
class Message:
    """A Slack message: `text` carries the whole meaning, since screen readers and lock screens read only that.

    `charts` are drawn below its blocks as it is updated, never as it is posted: the words are there first. Whoever owes
    the post owes such an update with it.
    """

    text: str
    blocks: list[dict[str, Any]]
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True)
class Home:
    """An App Home, as `views.publish` takes it."""

    view: dict[str, Any]


Payload = Message | Home


class PostponeError(Exception):
    """Not now: the row goes back to wait until `until`, calendar time in UTC."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


@dataclass(frozen=True)
class Outcome:
    """How a row ended: `sent`, `failed` (Slack refused for good), `dropped` (nothing left to say) or `expired`.

    `error` is Slack's own code where it failed; `channel` and `ts` say where it stands.
    """

    state: str
    error: str | None = None
    channel: str | None = None
    ts: str | None = None


@dataclass(frozen=True)
class Notice:
    """Base of all notices."""

    kind: ClassVar[str]
    exempt: ClassVar[Exempt | None] = None

    @property
    def ids(self) -> dict[str, Any]:
        """What the outbox stores: ids alone, never words."""
        return dict(vars(self))  # asdict would copy each of them deeply, in a fan-out a fifth of the time

    @classmethod
    def look_up(cls, session: Session, notices: Sequence[Self]) -> None:
        """Look up at once what rendering these will ask for, for a kind that comes by the thousand."""

    def render(self, session: Session, reader: Reader, now: datetime) -> Payload | None:
        """The words for this reader, or None when there is nothing (any more) that they may read."""
        raise NotImplementedError

    def settled(self, session: Session, outcome: Outcome, now: datetime) -> None:
        """Told in the transaction that settles the row; most notices have nothing to remember."""

    @classmethod
    def settled_many(cls, session: Session, ended: Sequence[tuple[Self, Outcome]], now: datetime) -> None:
        """`settled` for several at once: a kind that comes by the thousand may say it in fewer statements."""
        for notice, outcome in ended:
            notice.settled(session, outcome, now)


N = TypeVar("N", bound=type[Notice])
_kinds: dict[str, type[Notice]] = {}


def register(kind: str, exempt: Exempt | None = None) -> Callable[[N], N]:
    """Class decorator: this notice is stored under `kind`.

    Where it comes by DM it counts against its reader's attention budget, unless it is `exempt`.
    """

    def remember(cls: N) -> N:
        if kind in _kinds:
            raise RuntimeError(f"two notices are called {kind}")
        cls.kind, cls.exempt = kind, exempt
        _kinds[kind] = cls
        return cls

    return remember


def of(kind: str, ids: dict[str, Any]) -> Notice:
    """The notice that an outbox row keeps."""
    return _kinds[kind](**ids)


def counts(kind: str) -> bool:
    """Whether a DM of this kind counts against its reader's attention budget; one of another release doesn't."""
    known = _kinds.get(kind)
    return known is not None and known.exempt is None


def exemptions() -> dict[str, Exempt | None]:
    """Every kind that is known here, and why it is exempt, if it is."""
    return {kind: each.exempt for kind, each in _kinds.items()}
