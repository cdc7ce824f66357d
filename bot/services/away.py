"""Away: people say for themselves on which days they aren't asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.away import AwayRequest, Flaw, flaw, merged, touches
from bot.domain.calendars import Away, Off
from bot.domain.checkins import PromptState, Reason
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.checkins import PromptNotice, prompt_key
from bot.notices.home import HomeNotice
from bot.services import checkins as checkin_service
from bot.services import unsent
from storage import away, outbox
from storage.away import Absence
from storage.checkins import CheckIn
from storage.outbox_rows import DROPPED
from storage.people import Person
from storage.rounds import Prompt, Round

FLAWS = {
    Flaw.SWAPPED: mark("That ends before it begins. Nothing was saved."),
    Flaw.PAST: mark("Those days are past. Say a last day that is still to come; nothing was saved."),
    Flaw.TOO_LONG: mark("That is longer than a year. Say a year at most, and more when it is over; nothing was saved."),
}
NOT_THERE = mark("Those days were removed already. Nothing was changed.")


@dataclass(frozen=True)
class Leave:
    """A time away, by primary key."""

    id: int
    days: Away


@dataclass(frozen=True)
class Leaves:
    """When somebody is away, from `today` on."""

    today: date
    coming: Sequence[Leave]


def show(session: Session, actor: Person, now: datetime) -> Leaves:
    """When somebody is away, now or later."""
    today = actor.voice.local(now).date()
    rows = away.of_person(session, actor.key)
    return Leaves(today, [Leave(each.key, each.days) for each in rows if each.last >= today])


def go(session: Session, actor: Person, request: AwayRequest, now: datetime) -> Away:
    """Away on these days: nothing is asked then, and what is open now is let go.

    Days that touch become one time away, which it gives.
    """
    today = actor.voice.local(now).date()
    wanted = Away(request.first or today, request.last)
    found = flaw(wanted, today)
    if found is not None:
        raise UserError(FLAWS[found], field="last")
    touched = [each for each in away.of_person(session, actor.key) if touches(each.days, wanted)]
    whole = merged(wanted, (each.days for each in touched))
    session.execute(delete(Absence).where(col(Absence.id).in_([each.key for each in touched])))
    session.add(Absence(person_id=actor.key, first=whole.first, last=whole.last, created_at=now))
    session.flush()
    if today in whole:
        _let_go(session, actor, now)
    _replan(session, actor, now)
    return whole


def remove(session: Session, actor: Person, absence_id: int, now: datetime) -> Leaves:
    """Not away after all: what was let go for it and is still open is asked again."""
    gone = delete(Absence).where(col(Absence.id) == absence_id, col(Absence.person_id) == actor.key)
    if session.execute(gone.returning(col(Absence.id))).first() is None:
        raise UserError(NOT_THERE)
    _take_up(session, actor, now)
    _replan(session, actor, now)
    return show(session, actor, now)


def _replan(session: Session, actor: Person, now: datetime) -> None:
    checkin_service.replan_for(session, actor, now)
    outbox.publish(session, HomeNotice(actor.key), person_id=actor.key)


def _let_go(session: Session, actor: Person, now: datetime) -> None:
    """What is open for somebody who goes now: skipped, and nobody counts it as missed."""
    opened = session.scalars(
        select(Prompt).where(
            col(Prompt.person_id) == actor.key,
            col(Prompt.state).in_((PromptState.SENT, PromptState.DUE)),
            (col(Prompt.state) == PromptState.SENT) | col(Prompt.released_at).is_not(None),
            col(Prompt.closes_at) > now,
        )
    ).all()
    for prompt in opened:
        prompt.state, prompt.reason, prompt.off = PromptState.SKIPPED, Reason.DAY_OFF, Off.AWAY
    session.flush()
    _say_so(session, opened)


def _take_up(session: Session, actor: Person, now: datetime) -> None:
    """What was let go for an absence that isn't one: open again where it still is open."""
    let_go = (
        select(Prompt, Round, CheckIn)
        .join(Round, col(Round.id) == col(Prompt.round_id))
        .join(CheckIn, col(CheckIn.id) == col(Round.checkin_id))
        .where(
            col(Prompt.person_id) == actor.key,
            col(Prompt.state) == PromptState.SKIPPED,
            col(Prompt.off) == Off.AWAY,
            col(Round.closed_at).is_(None),
            col(CheckIn.deleted_at).is_(None),
        )
    )
    reopened = []
    for prompt, round_, checkin in session.execute(let_go).all():
        if prompt.released_at is None:
            unsent.plan(session, (prompt, round_, checkin), actor, now)
        elif prompt.closes_at > now:
            prompt.state = PromptState.DUE if prompt.sent_at is None else PromptState.SENT
            prompt.reason = prompt.off = None
            reopened.append(prompt)
    session.flush()
    outbox.owe_again(session, [prompt_key(prompt.key) for prompt in reopened if prompt.sent_at is None], DROPPED)
    _say_so(session, reopened)


def _say_so(session: Session, prompts: Sequence[Prompt]) -> None:
    outbox.update_many(session, {prompt_key(prompt.key): PromptNotice(prompt.key) for prompt in prompts})
