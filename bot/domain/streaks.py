"""How often somebody has answered lately, for their own eyes: kind, or silent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.domain.checkins import PromptState

LATEST = 8
FEW = 3
"""With fewer there is nothing to tell yet."""

COUNTED = (PromptState.ANSWERED, PromptState.LATE, PromptState.MISSED)
"""Days off, pauses and "not this time" count for nothing: skipping is normal."""


class Streak(NamedTuple):
    """`answered` of the last `asked`."""

    answered: int
    asked: int


def streak(latest: Sequence[str]) -> Streak | None:
    """What to tell of somebody's latest prompts, by their states; None where it wouldn't be kind, or says nothing."""
    counted = [state for state in latest if state in COUNTED][:LATEST]
    answered = sum(state != PromptState.MISSED for state in counted)
    if len(counted) < FEW or answered * 2 <= len(counted):
        return None
    return Streak(answered, len(counted))
