"""Words that were typed to Cairn by DM, and where in an open check-in they can go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.checkins import MAX_WORDS, Question, QuestionKind
from bot.domain.forms import Form, Typed


@dataclass(frozen=True)
class Place:
    """A question of an open check-in, as it was asked, to which words can be put."""

    prompt_id: int
    question_id: int
    wording: str
    checkin: str
    nominal: date


@dataclass(frozen=True)
class Offer:
    """What was typed, by the ts of its first message, and where it can go."""

    first_ts: str
    words: str
    places: Sequence[Place]


def questions_for(form: Form) -> list[Question]:
    """The questions to which words can be put: those that nothing was said to yet, else all that take words."""
    in_words = [question for question in form.shown if question.kind.is_words]
    return [question for question in in_words if not form.values.get(question.id)] or in_words


def put(question: Question, before: Typed, words: str) -> tuple[str, str]:
    """What an answer holds with `words` below what stood in it before, and the rest that doesn't fit."""
    is_line = question.kind is QuestionKind.SHORT_TEXT
    parts = [part for part in (before, words) if isinstance(part, str) and part.strip()]
    whole = " ".join(" ".join(parts).split()) if is_line else "\n".join(parts)
    return whole[:MAX_WORDS], whole[MAX_WORDS:]
