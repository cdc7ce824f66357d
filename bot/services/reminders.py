"""Reminders, Snooze, and the end of somebody's own window: for whoever was asked and hasn't answered.

Reminders come in their working hours. When their window ends their prompt says so, which rings nobody's phone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from bot.domain.checkins import PromptState
from bot.domain.reminders import lower, next_reminder, snoozed_until
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.checkins import PromptNotice, prompt_key
from bot.notices.reminders import Reminder, reminder_key
from bot.notices.waiting import part_of
from bot.services.answers import CLOSED
from bot.services.rounds import CHUNK, HABITS, say_so
from bot.services.turns import NOW, is_next, take_next
from storage import outbox
from storage.base import is_written
from storage.bulk import among
from storage.calendars import Calendars
from storage.checkins import CheckIn
from storage.people import Person
from storage.rounds import Prompt, Round
from storage.types import UTCDateTime

TOO_LATE = mark("This check-in closes at {until}, before an hour of yours is over. Answer it now, or not this time.")

IS_SENT = is_written(col(Prompt.state), PromptState.SENT.value)
_NEXT = (
    select(Round)
    .join(Prompt, col(Prompt.round_id) == col(Round.id))
    .where(IS_SENT, col(Prompt.remind_at) <= NOW, is_next(Round))
    .order_by(col(Prompt.remind_at))
    .limit(1)
    .with_for_update(of=Prompt, skip_locked=True)
)
_TABLES = SQLModel.metadata.tables
_prompt, _person = _TABLES["prompt"], _TABLES["person"]
_CHUNK = (
    select(_prompt.c.id, _prompt.c.person_id, _prompt.c.due_at, _prompt.c.closes_at, _prompt.c.reminded)
    .where(
        is_written(_prompt.c.state, PromptState.SENT.value),
        _prompt.c.round_id == bindparam("round_id"),
        _prompt.c.remind_at <= NOW,
    )
    .order_by(_prompt.c.remind_at)
    .limit(CHUNK)
    .with_for_update(skip_locked=True)
    .subquery()
)
_DUE = select(*_CHUNK.c, *HABITS, _person.c.reminders).join(_person, _person.c.id == _CHUNK.c.person_id)
_SET = update(_prompt).where(among(_prompt.c.id, "ids")).values(remind_at=bindparam("next", type_=UTCDateTime))
_COUNT = _SET.values(reminded=_prompt.c.reminded + 1)


def remind_due(session: Session, now: datetime) -> bool:
    """Remind the next chunk of those of one round who haven't answered, or tell them that their window has ended."""
    return take_next(session, _NEXT, lambda round_: _remind(session, round_, now), now)


def _remind(session: Session, round_: Round, now: datetime) -> None:
    found = session.execute(_DUE, {"round_id": round_.key, "now": now}).all()
    _end(session, [row.id for row in found if row.closes_at <= now])
    _remind_in_time(session, round_, [row for row in found if row.closes_at > now], now)


def _end(session: Session, prompt_ids: list[int]) -> None:
    if prompt_ids:
        session.execute(_SET, {"ids": prompt_ids, "next": None})
        say_so(session, prompt_ids)


def _remind_in_time(session: Session, round_: Round, found: list[Any], now: datetime) -> None:
    checkin = session.get_one(CheckIn, round_.checkin_id)
    calendars = Calendars(session, checkin)
    calendars.look_up([row.person_id for row in found])
    reminded: dict[datetime, list[Any]] = {}
    put_off: dict[datetime, list[Any]] = {}
    for row in found:
        calendar = calendars.when_works(row.person_id, row)
        at = calendar.first_working_moment(now, row.closes_at)
        if at == now:
            profile = lower(checkin.reminders, row.reminders)
            following = next_reminder(row.due_at, row.closes_at, calendar, profile, now)
            reminded.setdefault(following or row.closes_at, []).append(row)
        else:
            put_off.setdefault(at or row.closes_at, []).append(row)
    _store(session, put_off, _SET)
    _store(session, reminded, _COUNT)
    outbox.post_many(session, [_notice(row) for rows in reminded.values() for row in rows])


def _store(session: Session, rows: dict[datetime, list[Any]], statement: Any) -> None:
    for moment, those in rows.items():
        session.execute(statement, {"ids": [row.id for row in those], "next": moment})


def _notice(row: Any) -> outbox.NewPost:
    key = reminder_key(row.id, row.reminded + 1)
    return outbox.NewPost(Reminder(row.id), key, row.person_id, expires_at=row.closes_at)


def snooze(session: Session, actor: Person, prompt_id: int, now: datetime) -> bool:
    """Ask again in an hour, in working hours; pressing twice is once. Raises UserError where that is too late."""
    part = part_of(session, actor, prompt_id, now)
    prompt = part.prompt
    if prompt.state != PromptState.SENT or (prompt.snoozed_until is not None and prompt.snoozed_until > now):
        return False
    if now >= prompt.closes_at:
        raise UserError(CLOSED)
    until = snoozed_until(now, prompt.closes_at, Calendars(session, part.checkin).of(actor))
    if until is None:
        raise UserError(TOO_LATE, until=prompt.closes_at)
    prompt.snoozed_until = prompt.remind_at = until
    session.flush()
    outbox.update(session, PromptNotice(prompt_id), of=prompt_key(prompt_id))
    return True
