"""The questions of a check-in, between what somebody asks for and what is stored."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.domain import questions as rules
from bot.domain.setup import ConditionRequest, QuestionRequest
from bot.errors import UserError
from bot.i18n import Voice, mark
from storage import checkins
from storage.checkins import Question

FLAW = mark("Question {n}: {sentence}")


def flaws_of(voice: Voice, requests: Sequence[QuestionRequest]) -> list[UserError]:
    """The first flaw of the questions, beside the menu that adds them: each input has room for one sentence."""
    for flaw in rules.flaws(requests):
        if flaw.position is None:
            return [UserError(flaw.msgid, field="questions", **flaw.params)]
        sentence = voice.say(flaw.msgid, **flaw.params)
        return [UserError(FLAW, field="questions", n=flaw.position + 1, sentence=sentence)]
    return []


def add(session: Session, checkin_id: int, requests: Sequence[QuestionRequest]) -> list[Question]:
    """Store the questions of a new check-in, in this order."""
    rows = [Question(checkin_id=checkin_id, position=n, kind=each.kind, wording="") for n, each in enumerate(requests)]
    for row, request in zip(rows, requests, strict=True):
        fill_in(row, request)
    session.add_all(rows)
    session.flush()
    tie(rows, requests)
    session.flush()
    return rows


def fill_in(row: Question, request: QuestionRequest) -> None:
    """Let a row ask what is asked for, but for its condition, which needs the keys of others."""
    row.kind = request.kind
    row.wording = request.wording.strip()
    row.required = request.required
    row.options = [option.strip() for option in request.options] or None
    row.unit = request.unit and request.unit.strip()
    row.is_plan = request.is_plan


def tie(rows: Sequence[Question], requests: Sequence[QuestionRequest]) -> None:
    """Let stored rows depend on each other as the requests at the same positions do."""
    for row, request in zip(rows, requests, strict=True):
        condition = request.condition
        row.after_id = rows[condition.position].key if condition else None
        row.after_values = list(condition.values) if condition else None


def requests_of(session: Session, checkin_id: int) -> list[QuestionRequest]:
    """The questions as they stand now, as a form begins with them; one that depended on a deleted question doesn't."""
    rows = checkins.questions(session, checkin_id)
    positions = {row.key: position for position, row in enumerate(rows)}
    return [_request(row, None if row.after_id is None else positions.get(row.after_id)) for row in rows]


def _request(row: Question, source: int | None) -> QuestionRequest:
    asked = row.asked
    return QuestionRequest(
        asked.kind,
        asked.wording,
        asked.required,
        options=asked.options,
        unit=asked.unit,
        condition=None if source is None else ConditionRequest(source, tuple(row.after_values or ())),
        is_plan=asked.is_plan,
    )
