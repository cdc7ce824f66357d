"""Days that somebody says they are away: what can be said, and what becomes of days that touch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.calendars import DAY, Away

LONGEST = timedelta(days=366)
"""Days a time away can last: nobody is looked for further ahead (`schedules.HORIZON`)."""


@dataclass(frozen=True)
class AwayRequest:
    """From which day until which somebody is away, both included; `first` None is today."""

    last: date
    first: date | None = None


class Flaw(StrEnum):
    """Why nobody can be away like that."""

    SWAPPED = "swapped"
    PAST = "past"
    TOO_LONG = "too_long"


def flaw(wanted: Away, today: date) -> Flaw | None:
    """What is wrong with days that somebody asks for on `today`; None where they can have them."""
    if wanted.last < today:
        return Flaw.PAST
    if not wanted.is_possible:
        return Flaw.SWAPPED
    return Flaw.TOO_LONG if wanted.last - max(wanted.first, today) >= LONGEST else None


def touches(one: Away, other: Away) -> bool:
    """Whether two times away share a day, or one begins on the day after the other."""
    return one.first <= other.last + DAY and other.first <= one.last + DAY


def merged(wanted: Away, others: Iterable[Away]) -> Away:
    """One time away in place of all of these, which touch."""
    all_of_them = [wanted, *others]
    return Away(min(each.first for each in all_of_them), max(each.last for each in all_of_them))
