"""Prompts that fall due: handed to the outbox, put off to a working hour, or skipped with the reason why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache, partial
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from bot.domain.calendars import Off, WorkCalendar, window_end
from bot.domain.checkins import PromptState, Reason
from bot.domain.reminders import lower, next_reminder
from bot.domain.schedules import due, send_time
from bot.notices.checkins import PromptNotice, Welcome, prompt_key, welcome_key
from bot.services import privacy
from bot.services.rounds import CHUNK, HABITS
from bot.services.turns import NOW, is_next, take_next
from storage import checkins, outbox, workspaces
from storage.base import is_written
from storage.bulk import among
from storage.calendars import Calendars
from storage.checkins import CheckIn
from storage.rounds import Prompt, Round
from storage.types import UTCDateTime

UNRELEASED = (is_written(col(Prompt.state), PromptState.DUE.value), col(Prompt.released_at).is_(None))

_NEXT = (
    select(Round)
    .join(Prompt, col(Prompt.round_id) == col(Round.id))
    .where(*UNRELEASED, col(Prompt.due_at) <= NOW, is_next(Round))
    .order_by(col(Prompt.due_at))
    .limit(1)
    .with_for_update(of=Prompt, skip_locked=True)
)


def release_due(session: Session, now: datetime) -> bool:
    """Release the next chunk of one round's prompts that have fallen due."""
    return take_next(session, _NEXT, lambda round_: _Release(session, round_, now).run(), now)


class _Due(NamedTuple):
    """A prompt that has fallen due, and what of its person decides about it."""

    id: int
    person_id: int
    due_at: datetime
    closes_at: datetime
    off: str | None
    zone: str
    working_days: str | None
    hours_from: time | None
    hours_to: time | None
    country: str | None
    subdivision: str | None
    reminders: str | None
    status: str
    paused_at: datetime | None


# Tables, not classes: a round's prompts are of its workspace, and columns cost a fifth of objects.
_TABLES = SQLModel.metadata.tables
_prompt, _person = _TABLES["prompt"], _TABLES["person"]
# By nothing but the moment, which an index has in order: all that is due needn't be sorted for each chunk of it.
_CHUNK = (
    select(_prompt.c.id, _prompt.c.person_id, _prompt.c.due_at, _prompt.c.closes_at, _prompt.c.off)
    .where(
        is_written(_prompt.c.state, PromptState.DUE.value),
        _prompt.c.released_at.is_(None),
        _prompt.c.round_id == bindparam("round_id"),
        _prompt.c.due_at <= NOW,
    )
    .order_by(_prompt.c.due_at)
    .limit(CHUNK)
    .with_for_update(skip_locked=True)
    .subquery()
)
_DUE = (
    select(*_CHUNK.c, *HABITS, _person.c.reminders, _person.c.status, _person.c.paused_at)
    .join(_person, _person.c.id == _CHUNK.c.person_id)
    .order_by(_CHUNK.c.due_at, _CHUNK.c.id)
)
_THESE = update(_prompt).where(among(_prompt.c.id, "ids"))
_SKIP = _THESE.values(state=PromptState.SKIPPED, reason=bindparam("because"))
_SKIP_OFF = _SKIP.values(off=bindparam("why_off"))
_RELEASE = _THESE.values(released_at=NOW, remind_at=bindparam("remind_at", type_=UTCDateTime))
_MOVE = _THESE.values(due_at=bindparam("to"), closes_at=bindparam("until"))


class _Asked(NamedTuple):
    """A prompt that goes out: when, and when its person is reminded first; at the end of their window where never."""

    prompt: _Due
    at: datetime
    remind_at: datetime


@dataclass
class _Chunk:
    """What is decided about a chunk: who is asked when, who isn't and why, and whose time is still to come."""

    released: list[_Asked]
    skipped: dict[tuple[Reason, Off | None], list[int]]
    moved: dict[tuple[datetime, datetime], list[int]]


class _Release:
    """One chunk of one round's due prompts, with what deciding about them needs loaded once."""

    def __init__(self, session: Session, round_: Round, now: datetime) -> None:
        self.session, self.now, self.round = session, now, round_
        self.checkin = session.get_one(CheckIn, self.round.checkin_id)
        self.calendars = Calendars(session, self.checkin)
        self.paused = checkins.paused_people(session, self.checkin.key)
        self.settings = workspaces.settings(session)
        self.cairn_paused = workspaces.current(session).paused_at is not None
        # Most people of a company share a calendar: worked out once a chunk.
        self.moment_for = cache(partial(due, self.calendars.schedule, round_.nominal))
        self.send_time = cache(send_time)
        self.next_reminder = cache(next_reminder)

    def run(self) -> None:
        """Decide about the chunk and write it all down."""
        found = self._due()
        people = [prompt.person_id for prompt in found]
        members = checkins.asked_in(self.session, self.checkin.key, people)
        self.calendars.look_up(people)
        chunk = _Chunk([], {}, {})
        for prompt in found:
            self._decide(prompt, chunk, members.get(prompt.person_id, []))
        self._skip(chunk.skipped)
        self._move(chunk.moved)
        self._release(chunk.released)

    def _due(self) -> list[_Due]:
        rows = self.session.execute(_DUE, {"round_id": self.round.key, "now": self.now})
        return [_Due._make(row) for row in rows]

    def _decide(self, prompt: _Due, chunk: _Chunk, team_ids: list[int]) -> None:
        reason = self._reason_not_to(prompt, team_ids)
        if reason is not None:
            chunk.skipped.setdefault((reason, None), []).append(prompt.id)
            return
        calendar = self.calendars.when_works(prompt.person_id, prompt)
        moment = self.moment_for(calendar)
        if moment is not None and moment > self.now and not self.round.n:
            # They moved west after the round was opened: never before their local time.
            until = window_end(moment, self.checkin.window, self.calendars.schedule.zone_for(calendar))
            chunk.moved.setdefault((moment, until), []).append(prompt.id)
            return
        at = self.send_time(prompt.due_at, prompt.closes_at, self.now, calendar)
        if at is None:
            chunk.skipped.setdefault(self._reason_too_late(prompt, calendar), []).append(prompt.id)
        else:
            profile = lower(self.checkin.reminders, prompt.reminders)
            remind_at = self.next_reminder(at, prompt.closes_at, calendar, profile, at)
            chunk.released.append(_Asked(prompt, at, remind_at or prompt.closes_at))

    def _reason_not_to(self, prompt: _Due, team_ids: list[int]) -> Reason | None:
        reasons = (
            (prompt.status == "left", Reason.LEFT_COMPANY),
            (self.checkin.deleted_at is not None, Reason.CHECKIN_DELETED),
            (not team_ids, Reason.LEFT_TEAM),
            (self.cairn_paused, Reason.CAIRN_PAUSED),
            (prompt.paused_at is not None or prompt.person_id in self.paused, Reason.PAUSED_BY_PERSON),
            (workspaces.is_waiting(self.settings, team_ids), Reason.NOT_IN_PILOT),
        )
        return next((reason for applies, reason in reasons if applies), None)

    def _reason_too_late(self, prompt: _Due, calendar: WorkCalendar) -> tuple[Reason, Off | None]:
        """Why somebody can't be asked any more: that day is off, and so are those before that are left; or downtime."""
        off = Off(prompt.off) if prompt.off else calendar.off(calendar.date_at(self.now))
        return (Reason.DOWNTIME, None) if off in (None, Off.WEEKDAY) else (Reason.DAY_OFF, off)

    def _move(self, moved: dict[tuple[datetime, datetime], list[int]]) -> None:
        for (moment, closes_at), ids in moved.items():
            self.session.execute(_MOVE, {"ids": ids, "to": moment, "until": closes_at})
            self.round.closes_at = max(self.round.closes_at, closes_at)

    def _skip(self, skipped: dict[tuple[Reason, Off | None], list[int]]) -> None:
        for (reason, off), ids in skipped.items():
            if off is None:
                self.session.execute(_SKIP, {"ids": ids, "because": reason})
            else:
                self.session.execute(_SKIP_OFF, {"ids": ids, "because": reason, "why_off": off})

    def _release(self, released: Sequence[_Asked]) -> None:
        if not released:
            return
        reminded: dict[datetime, list[int]] = {}
        for each in released:
            reminded.setdefault(each.remind_at, []).append(each.prompt.id)
        for remind_at, ids in reminded.items():
            self.session.execute(_RELEASE, {"ids": ids, "now": self.now, "remind_at": remind_at})
        asked = [each.prompt.person_id for each in released]
        privacy.before_prompts(self.session, self.checkin, asked, self.now)
        # Who joined since the first welcomes, or moved east, gets theirs before the prompt.
        outbox.post_or_hasten(self.session, [self._welcome(each.prompt) for each in released])
        outbox.post_many(self.session, [self._prompt(each.prompt, each.at) for each in released])

    def _welcome(self, prompt: _Due) -> outbox.NewPost:
        key = welcome_key(self.checkin.key, prompt.person_id)
        return outbox.NewPost(Welcome(self.checkin.key), key, prompt.person_id)

    def _prompt(self, prompt: _Due, at: datetime) -> outbox.NewPost:
        return outbox.NewPost(
            PromptNotice(prompt.id),
            prompt_key(prompt.id),
            prompt.person_id,
            not_before=at if at > self.now else None,
            expires_at=prompt.closes_at,
        )
