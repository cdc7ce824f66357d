"""When somebody works, as they say for themselves: parsed, not yet checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from bot.domain.public_holidays import Region


@dataclass(frozen=True)
class DaysRequest:
    """Somebody's own working days (0 for Monday), hours, country, and how often they are reminded at most.

    `reminders`: light is never, standard once, active as often as there are; None is as each check-in says.
    """

    working_days: frozenset[int]
    hours_from: time
    hours_to: time
    region: Region | None
    reminders: str | None
