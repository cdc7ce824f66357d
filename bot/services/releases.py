"""Prompts that fall due: handed to the outbox, put off to a working hour, or skipped with the reason why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.checkins import PromptState, Reason
from bot.domain.schedules import due, send_time
from bot.notices.checkins import PromptNotice, Welcome, prompt_key, welcome_key
from bot.services.rounds import CHUNK
from bot.services.turns import is_next, take_turn
from storage import checkins, outbox, workspaces
from storage.calendars import Calendars
from storage.checkins import CheckIn
from storage.people import Person
from storage.rounds import Prompt, Round

UNRELEASED = (col(Prompt.state) == PromptState.DUE, col(Prompt.released_at).is_(None))


def release_due(session: Session, now: datetime) -> bool:
    """Release the next chunk of one round's prompts that have fallen due."""
    first = (
        select(Round)
        .join(Prompt, col(Prompt.round_id) == col(Round.id))
        .where(*UNRELEASED, col(Prompt.due_at) <= now, is_next(Round, now))
        .order_by(col(Prompt.due_at))
        .limit(1)
        .with_for_update(of=Prompt, skip_locked=True)
    )
    round_ = session.scalars(first).first()
    if round_ is None:
        return False
    take_turn(session, round_, lambda: _Release(session, round_, now).run(), now)
    return True


@dataclass
class _Chunk:
    """What is decided about a chunk: who is asked when, who isn't and why."""

    released: list[tuple[Prompt, datetime]]
    skipped: dict[Reason, list[int]]


class _Release:
    """One chunk of one round's due prompts, with what deciding about them needs loaded once."""

    def __init__(self, session: Session, round_: Round, now: datetime) -> None:
        self.session, self.now, self.round = session, now, round_
        self.checkin = session.get_one(CheckIn, self.round.checkin_id)
        self.calendars = Calendars(session, self.checkin)
        self.paused = checkins.paused_people(session, self.checkin.key)
        self.cairn_paused = workspaces.current(session).paused_at is not None

    def run(self) -> None:
        """Decide about the chunk and write it all down."""
        pairs = self._due()
        members = checkins.asked_in(self.session, self.checkin.key, [person.key for _, person in pairs])
        chunk = _Chunk([], {})
        for prompt, person in pairs:
            self._decide(prompt, person, chunk, is_member=person.key in members)
        self._skip(chunk)
        self._release(chunk.released)

    def _due(self) -> Sequence[tuple[Prompt, Person]]:
        query = (
            select(Prompt, Person)
            .join(Person, col(Person.id) == col(Prompt.person_id))
            .where(*UNRELEASED, col(Prompt.round_id) == self.round.key, col(Prompt.due_at) <= self.now)
            .order_by(col(Prompt.due_at), col(Prompt.id))
            .limit(CHUNK)
            .with_for_update(of=Prompt, skip_locked=True)
        )
        return list(self.session.execute(query))

    def _decide(self, prompt: Prompt, person: Person, chunk: _Chunk, *, is_member: bool) -> None:
        reason = self._reason_not_to(person, is_member=is_member)
        if reason is not None:
            chunk.skipped.setdefault(reason, []).append(prompt.key)
            return
        calendar = self.calendars.of(person)
        moment = due(self.calendars.schedule, self.round.nominal, calendar)
        if moment is not None and moment > self.now:
            # They moved west after the round was opened: never before their local time.
            self._move(prompt, moment)
            return
        at = send_time(prompt.due_at, prompt.closes_at, self.now, calendar)
        if at is None:
            chunk.skipped.setdefault(Reason.DOWNTIME, []).append(prompt.key)
        else:
            chunk.released.append((prompt, at))

    def _reason_not_to(self, person: Person, *, is_member: bool) -> Reason | None:
        reasons = (
            (person.status == "left", Reason.LEFT_COMPANY),
            (self.checkin.deleted_at is not None, Reason.CHECKIN_DELETED),
            (not is_member, Reason.LEFT_TEAM),
            (self.cairn_paused, Reason.CAIRN_PAUSED),
            (person.paused_at is not None or person.key in self.paused, Reason.PAUSED_BY_PERSON),
        )
        return next((reason for applies, reason in reasons if applies), None)

    def _move(self, prompt: Prompt, moment: datetime) -> None:
        prompt.due_at = moment
        prompt.closes_at = moment + timedelta(minutes=self.checkin.window_minutes)
        self.round.closes_at = max(self.round.closes_at, prompt.closes_at)
        self.session.flush()

    def _skip(self, chunk: _Chunk) -> None:
        for reason, ids in chunk.skipped.items():
            self.session.execute(
                update(Prompt).where(col(Prompt.id).in_(ids)).values(state=PromptState.SKIPPED, reason=reason)
            )

    def _release(self, released: Sequence[tuple[Prompt, datetime]]) -> None:
        if not released:
            return
        self.session.execute(
            update(Prompt)
            .where(col(Prompt.id).in_([prompt.key for prompt, _ in released]))
            .values(released_at=self.now)
        )
        welcomes = [
            outbox.NewPost(Welcome(self.checkin.key), welcome_key(self.checkin.key, prompt.person_id), prompt.person_id)
            for prompt, _ in released
        ]
        prompts = [
            outbox.NewPost(
                PromptNotice(prompt.key),
                prompt_key(prompt.key),
                prompt.person_id,
                not_before=at if at > self.now else None,
                expires_at=prompt.closes_at,
            )
            for prompt, at in released
        ]
        # A welcome that somebody has had already is a no-op; who joined since then, or moved east, gets theirs first.
        outbox.post_many(self.session, welcomes)
        outbox.hasten(self.session, [welcome.key for welcome in welcomes])
        outbox.post_many(self.session, prompts)
