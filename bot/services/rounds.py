"""Rounds: opened when they fall due, their prompts written and released, closed when the last window ends.

Each function here is one tick's step: it does a chunk of work in one transaction and says whether there was any.
Any number of processes may tick; a conditional UPDATE or a locked row decides who does what.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, insert, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.checkins import PromptState, Reason
from bot.domain.schedules import due, next_round
from bot.notices.checkins import PromptNotice, prompt_key
from bot.services import digests
from bot.services.turns import is_next, take_turn
from storage import checkins, outbox, rounds, workspaces
from storage.calendars import Calendars
from storage.checkins import CheckIn
from storage.outbox import Priority
from storage.people import Person
from storage.rounds import Prompt, Round

CHUNK = 200
"""People a transaction: a round for 10,000 in one kept another commit waiting for 3.5 s, in chunks 92 ms."""


def open_due(session: Session, now: datetime) -> bool:
    """Open the round of one check-in that has fallen due."""
    query = (
        select(CheckIn)
        .where(col(CheckIn.next_due_at) <= now, is_next(CheckIn, now))
        .order_by(col(CheckIn.next_due_at))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    checkin = session.scalars(query).first()
    if checkin is None:
        return False
    take_turn(session, checkin, lambda: _open(session, checkin, now), now)
    return True


def _open(session: Session, checkin: CheckIn, now: datetime) -> None:
    nominal, moment = checkin.next_nominal, checkin.next_due_at
    if nominal is None or moment is None:
        raise RuntimeError("a check-in is due without a date")
    session.add(
        Round(
            checkin_id=checkin.key,
            nominal=nominal,
            questions=[
                {"id": each.id, "kind": each.kind, "wording": each.wording, "required": each.required}
                for each in checkins.questions(session, checkin.key)
            ],
            opened_at=now,
            closes_at=moment + timedelta(minutes=checkin.window_minutes),
        )
    )
    calendars = Calendars(session, checkin)
    people = checkins.asked_people(session, checkin.key)
    upcoming = next_round(calendars.schedule, map(calendars.of, people), nominal)
    checkin.last_nominal = nominal
    checkin.next_nominal = upcoming and upcoming.nominal
    checkin.next_due_at = upcoming and upcoming.moment
    session.flush()


def plan_prompts(session: Session, now: datetime) -> bool:
    """Write the next chunk of prompts of one round that is being opened."""
    query = (
        select(Round, CheckIn)
        .join(CheckIn, col(CheckIn.id) == col(Round.checkin_id))
        .where(col(Round.planned_at).is_(None), is_next(Round, now))
        .order_by(col(Round.id))
        .limit(1)
        .with_for_update(of=Round, skip_locked=True)
    )
    found = session.execute(query).first()
    if found is None:
        return False
    round_, checkin = found
    take_turn(session, round_, lambda: _plan_chunk(session, round_, checkin), now)
    return True


def _plan_chunk(session: Session, round_: Round, checkin: CheckIn) -> None:
    people = list(session.scalars(_unplanned(session, round_, checkin)))
    if not people:
        round_.planned_at = round_.opened_at
        session.flush()
        return
    calendars = Calendars(session, checkin)
    team_ids = checkins.asked_in(session, checkin.key, [person.key for person in people])
    rows = [_prompt_row(round_, checkin, person, calendars, team_ids) for person in people]
    session.execute(insert(Prompt), rows)
    # A person who isn't asked has no window to keep the round open for.
    asked = [row["closes_at"] for row in rows if row["state"] == PromptState.DUE]
    round_.closes_at = max([round_.closes_at, *asked])
    session.flush()


def _unplanned(session: Session, round_: Round, checkin: CheckIn) -> Select[Person]:
    statuses = ["active", "guest"] if workspaces.settings(session).guests_take_part else ["active"]
    planned = select(col(Prompt.person_id)).where(col(Prompt.round_id) == round_.key)
    return (
        checkins.asked_query(checkin.key)
        .where(col(Person.status).in_(statuses), col(Person.id).not_in(planned))
        .limit(CHUNK)
    )


def _prompt_row(
    round_: Round, checkin: CheckIn, person: Person, calendars: Calendars, team_ids: dict[int, list[int]]
) -> dict[str, Any]:
    moment = due(calendars.schedule, round_.nominal, calendars.of(person))
    due_at = moment or round_.opened_at
    return {
        "workspace_id": round_.workspace_id,
        "round_id": round_.key,
        "person_id": person.key,
        "state": PromptState.DUE if moment else PromptState.SKIPPED,
        "reason": None if moment else Reason.DAY_OFF,
        "due_at": due_at,
        "closes_at": due_at + timedelta(minutes=checkin.window_minutes),
        "team_ids": team_ids.get(person.key, []),
        "revision": 0,
    }


def close_due(session: Session, now: datetime) -> bool:
    """Close one round whose last window has ended, once its next missed prompts say so; then its digest is due."""
    query = (
        select(Round)
        .where(
            col(Round.closed_at).is_(None),
            col(Round.planned_at).is_not(None),
            col(Round.closes_at) <= now,
            is_next(Round, now),
        )
        .order_by(col(Round.closes_at))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    round_ = session.scalars(query).first()
    if round_ is None:
        return False
    take_turn(session, round_, lambda: _close(session, round_, now), now)
    return True


def _close(session: Session, round_: Round, now: datetime) -> None:
    missed = rounds.miss(session, round_.key, CHUNK)
    if missed:
        # Their DMs say what is true now; the round closes when all of them will.
        told = {prompt_key(each): PromptNotice(each) for each in missed}
        outbox.update_many(session, told, priority=Priority.BULK)
        return
    round_.closed_at = now
    session.flush()
    of_round = col(Prompt.round_id) == round_.key
    session.execute(
        update(Prompt)
        .where(of_round, col(Prompt.state) == PromptState.DUE)
        .values(state=PromptState.SKIPPED, reason=Reason.UNDELIVERABLE)
    )
    checkin = checkins.get(session, round_.checkin_id)
    if checkin is not None and checkin.deleted_at is None:
        digests.mark_stale(session, checkin, round_, now)
