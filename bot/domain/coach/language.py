"""What the coach knows of one language: patterns alone, so that another language is another module of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

Patterns = tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class Language:
    """One language. Each pattern's group `found`, where it has one, is what a hint quotes.

    `common`: words by which a text is known to be in this language, in lower case. `personality`, `absolutes`,
    `hearsay`: what is to be said otherwise. `happened`, `setting`, `impact`, `reason`: what is missing where none fits:
    something that was done, where or when that was, what it led to, and what praise is for. `aside`: what was the case
    meanwhile, in which nobody looks for what it led to.
    """

    common: frozenset[str]
    personality: Patterns
    absolutes: Patterns
    hearsay: Patterns
    happened: Patterns
    setting: Patterns
    impact: Patterns
    aside: Patterns
    reason: Patterns


def patterns(*expressions: str, flags: int = re.IGNORECASE) -> Patterns:
    """Expressions, compiled; texts have single spaces between their words."""
    return tuple(re.compile(expression, flags) for expression in expressions)
