"""What the coach says beside the box while feedback is written: offline rules that offer wording and never block.

The form to write in is situation, behaviour, impact: when and where, what somebody did, what it led to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.coach import english
from bot.domain.coach.language import Language, Patterns

LANGUAGES: tuple[Language, ...] = (english.LANGUAGE,)
LEAST_WORDS = 2
"""Fewer words than these aren't feedback yet."""
READ = 3_000
"""Characters of a text that are read: as many as one box of a form holds (Slack: docs, "plain-text input")."""
KNOWN = 0.25
"""The share of a text's words that are common ones of a language, from which on it is in that language."""
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_APOSTROPHES = str.maketrans("\u2018\u2019\u02bc\u00b4`", "'''''")


class Kind(StrEnum):
    """What is written."""

    PRAISE = "praise"
    CRITICISM = "criticism"


class Rule(StrEnum):
    """What a hint is about, the most important first."""

    PERSONALITY = "personality"  # a judgement of the person, not of what they did
    ABSOLUTES = "absolutes"  # always, never
    THIRD_PERSON = "third_person"  # what others are said to think
    EXAMPLE = "example"  # nothing that happened is named
    SITUATION = "situation"  # something happened, nobody knows when or where
    IMPACT = "impact"  # what it led to is missing
    REASON = "reason"  # praise that doesn't say what for


@dataclass(frozen=True)
class Hint:
    """One thing that could be said better; `found`: the author's own words that it is about, where there are some."""

    rule: Rule
    found: str | None = None


def hints(words: str, kind: Kind) -> list[Hint]:
    """What the coach has to say, the most important first; nothing in a language that it doesn't know."""
    text = " ".join(words[:READ].translate(_APOSTROPHES).split())
    language = _language(text)
    if language is None:
        return []
    if kind is Kind.PRAISE:
        return [] if _found(language.reason, text) else [Hint(Rule.REASON)]
    judged = (
        (Rule.PERSONALITY, language.personality),
        (Rule.ABSOLUTES, language.absolutes),
        (Rule.THIRD_PERSON, language.hearsay),
    )
    said = [Hint(rule, _quote(found)) for rule, patterns in judged if (found := _found(patterns, text))]
    return said + [Hint(rule) for rule in _missing(language, text)]


def _language(text: str) -> Language | None:
    words = _WORD.findall(text.casefold())
    if len(words) < LEAST_WORDS:
        return None
    for language in LANGUAGES:
        if sum(word in language.common for word in words) >= KNOWN * len(words):
            return language
    return None


def _missing(language: Language, text: str) -> Sequence[Rule]:
    happened, setting = _found(language.happened, text), _found(language.setting, text)
    missing = []
    if not happened and not setting:
        missing.append(Rule.EXAMPLE)
    elif not setting:
        missing.append(Rule.SITUATION)
    for aside in language.aside:
        text = aside.sub(" ", text)
    if not _found(language.impact, text):
        missing.append(Rule.IMPACT)
    return missing


def _found(patterns: Patterns, text: str) -> re.Match[str] | None:
    return next((found for pattern in patterns if (found := pattern.search(text))), None)


def _quote(found: re.Match[str]) -> str:
    return str(found.groupdict().get("found") or found[0])
