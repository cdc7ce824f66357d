"""A check-in's form, as services fill it and views draw it, and what comes back from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.checkins import Question
from bot.domain.readers import ReadBy

Typed = str | int | None
"""One input's value: words, a step of a scale, or None where it was emptied."""


@dataclass(frozen=True)
class Form:
    """One person's form for one round; `values` by question id, `closes_at` in UTC.

    `is_over`: it takes no more answers, and is there to read. `generation` is another one where the form is to
    forget what was typed into it.
    """

    prompt_id: int
    checkin: str
    nominal: date
    questions: tuple[Question, ...]
    values: Mapping[int, Typed]
    closes_at: datetime
    read_by: ReadBy
    is_late: bool = False
    is_edit: bool = False
    is_draft: bool = False
    is_over: bool = False
    generation: int = 0


@dataclass(frozen=True)
class Submission:
    """What was typed into a form. `view_id` is Slack's id of that form, `action_ts` its time of a keystroke."""

    prompt_id: int
    values: Mapping[int, Typed]
    view_id: str
    action_ts: str = ""


@dataclass(frozen=True)
class Waiting:
    """A check-in that somebody can answer or edit now."""

    prompt_id: int
    checkin: str
    nominal: date
    closes_at: datetime
    is_late: bool = False
    is_answered: bool = False
    is_skipped: bool = False
    is_over: bool = False
