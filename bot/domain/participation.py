"""Where somebody stands in a round, as leads and digests count it: away apart from unanswered, and nobody blamed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.domain.checkins import PromptState, Reason


class Standing(StrEnum):
    """What one person's part in a round comes to."""

    ANSWERED = "answered"
    OPEN = "open"  # asked, and there is time
    NO_ANSWER = "no_answer"
    NOT_THIS_TIME = "not_this_time"
    COMING = "coming"  # their local time is still to come
    AWAY = "away"
    NOT_ASKED = "not_asked"  # paused, left, Cairn was down: nobody's doing, or nobody's business


ASKED = frozenset({Standing.ANSWERED, Standing.OPEN, Standing.NO_ANSWER})
"""Who counts in "6 of 9 answered"."""

_BY_STATE = {
    PromptState.DUE: Standing.COMING,
    PromptState.SENT: Standing.OPEN,
    PromptState.ANSWERED: Standing.ANSWERED,
    PromptState.LATE: Standing.ANSWERED,
    PromptState.MISSED: Standing.NO_ANSWER,
}
_BY_REASON = {Reason.DAY_OFF: Standing.AWAY, Reason.NOT_THIS_TIME: Standing.NOT_THIS_TIME}


def standing(state: str, reason: str | None) -> Standing:
    """Where somebody stands whose prompt is in this state, for this reason."""
    if state != PromptState.SKIPPED:
        return _BY_STATE[PromptState(state)]
    return Standing.NOT_ASKED if reason is None else _BY_REASON.get(Reason(reason), Standing.NOT_ASKED)


@dataclass(frozen=True)
class RoundStatus:
    """A round for whoever leads those in it: how many by standing, and their names in order.

    Where names are hidden, none are here, and it takes `k` answers for them to be counted: nobody is to be told by
    elimination who answered. `closes_at`: None once it is closed.
    """

    checkin: str
    team: str
    nominal: date
    closes_at: datetime | None
    counts: dict[Standing, int] = field(default_factory=dict)
    names: dict[Standing, list[str]] = field(default_factory=dict)
    k: int = 0

    @property
    def is_sealed(self) -> bool:
        """Whether so few answered that nobody is told how many."""
        return self.answered < self.k

    @property
    def answered(self) -> int:
        """How many answered."""
        return self.counts.get(Standing.ANSWERED, 0)

    @property
    def asked(self) -> int:
        """How many were asked."""
        return sum(self.counts.get(each, 0) for each in ASKED)


@dataclass(frozen=True)
class OwnStatus:
    """Where somebody stands themselves; `due_at` and `closes_at` in UTC."""

    checkin: str
    team: str
    nominal: date
    standing: Standing
    due_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class Status:
    """What `/checkin status` tells one person: the rounds of those whom they lead, and their own parts."""

    led: tuple[RoundStatus, ...]
    own: tuple[OwnStatus, ...]
