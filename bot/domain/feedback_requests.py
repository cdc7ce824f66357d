"""Asking for feedback: whom, about what, until when; and what becomes of answers that were promised no name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.calendars import WorkCalendar, local_moment
from bot.domain.checkins import MAX_WORDS
from bot.domain.feedback import Flaw

MOST_ASKED = 20
MOST_QUESTIONS = 3
TOGETHER = 3
"""Confidential answers come together, once so many are in; requests to fewer people are signed."""
LONGEST = timedelta(days=92)
MAX_TOPIC, MAX_QUESTION = 150, 150
REMINDERS = 2


@dataclass(frozen=True)
class RequestWanted:
    """What the form of a request holds: `asked` are Slack ids, `about_id` a report's primary key, None for oneself."""

    asked: tuple[str, ...]
    topic: str
    questions: tuple[str, ...]
    last: date
    is_confidential: bool = False
    about_id: int | None = None


@dataclass(frozen=True)
class RequestForm:
    """What that form shows at first: whom one may ask about beside oneself, by primary key and name."""

    asked: Sequence[str]
    reports: Sequence[tuple[int, str]]
    last: date


@dataclass(frozen=True)
class Asked:
    """A request as somebody who is asked sees it; `about`: whom it is about, where that isn't who asks."""

    ask_id: int
    asker: str
    topic: str
    questions: Sequence[str]
    closes_at: datetime
    is_confidential: bool
    about: str | None = None
    answers: Sequence[str] = ()
    state: str = "open"


@dataclass(frozen=True)
class AnswerCard:
    """Who reads an answer, before it is sent: `how_many` were asked."""

    asked: Asked
    words: str
    company: str
    how_many: int
    admins: int


def most_words(questions: int) -> int:
    """How long one answer may be, so that all of them together still fit into a message."""
    return MAX_WORDS if questions < 2 else MAX_WORDS // 2


def composed(questions: Sequence[str], answers: Sequence[str]) -> str:
    """Answers as the words of one message, each below its question; those left empty are left out."""
    if not questions:
        return "\n".join(answers).strip()
    said = [(question, words.strip()) for question, words in zip(questions, answers, strict=False) if words.strip()]
    return "\n\n".join(f"{question}\n{words}" for question, words in said)


def flaw_of_answers(answers: Sequence[str], most: int) -> tuple[int, Flaw] | None:
    """Which answer can't be sent, and why; nothing at all is said of the first."""
    for n, words in enumerate(answers):
        if len(words) > most:
            return n, Flaw.TOO_LONG
    return None if any(words.strip() for words in answers) else (0, Flaw.NO_WORDS)


def reminders(calendar: WorkCalendar, begin: datetime, closes_at: datetime) -> list[datetime]:
    """When somebody who hasn't answered is reminded: twice at most, in their working hours, before it is over."""
    whole = closes_at - begin
    wanted = (begin + whole / 2, begin + whole * 7 / 8)
    found = [calendar.first_working_moment(at, closes_at) for at in wanted if whole > timedelta(days=1)]
    return sorted({at for at in found if at is not None})


def next_reminder(calendar: WorkCalendar, begin: datetime, closes_at: datetime, given: int) -> datetime | None:
    """The next of them, in UTC, after so many."""
    left = reminders(calendar, begin, closes_at)[given:]
    return left[0] if left and given < REMINDERS else None


def end_of(last: date, calendar: WorkCalendar) -> datetime:
    """When a request is over whose last day this is, on the clocks of whoever asks."""
    return local_moment(last, calendar.hours.end, calendar.zone)
