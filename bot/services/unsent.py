"""Prompts that are planned and not sent yet, planned anew when their person's days change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.calendars import Off, window_end
from bot.domain.checkins import PromptState, Reason
from bot.domain.schedules import occurrence, send_time
from storage.calendars import Calendars
from storage.checkins import CheckIn
from storage.people import Person
from storage.rounds import Prompt, Round

_UNSENT = (
    select(Prompt, Round, CheckIn)
    .join(Round, col(Round.id) == col(Prompt.round_id))
    .join(CheckIn, col(CheckIn.id) == col(Round.checkin_id))
    .where(col(Prompt.released_at).is_(None))
)


def replan(session: Session, person: Person, now: datetime) -> None:
    """Somebody's zone or days changed: their prompts to come fall due anew, or not at all."""
    replan_all(session, [person], now)


def replan_all(session: Session, people: Sequence[Person], now: datetime) -> None:
    """The same for many."""
    by_key = {person.key: person for person in people}
    coming = _UNSENT.where(
        col(Prompt.person_id).in_(by_key), col(Prompt.state) == PromptState.DUE, col(Prompt.due_at) > now
    )
    for prompt, round_, checkin in session.execute(coming).all():
        plan(session, (prompt, round_, checkin), by_key[prompt.person_id], now)
    session.flush()


def plan(session: Session, part: tuple[Prompt, Round, CheckIn], person: Person, now: datetime) -> None:
    """Work out anew when a prompt that isn't sent yet falls due, and whether it does."""
    prompt, round_, checkin = part
    calendars = Calendars(session, checkin)
    calendar = calendars.of(person)
    if round_.n:
        _skip_where_off(prompt, calendar.off(calendar.date_at(prompt.due_at)))
        return
    found = occurrence(calendars.schedule, round_.nominal, calendar)
    off = found.off[0].why if found.off else None
    until = found.moment and window_end(found.moment, checkin.window, calendars.schedule.zone_for(calendar))
    # Where the day before, to which it moved, is past, nothing is left but hours of a day off.
    if found.moment is None or until is None or (off and send_time(found.moment, until, now, calendar) is None):
        _skip_where_off(prompt, off)
        return
    prompt.state, prompt.reason, prompt.off = PromptState.DUE, None, off
    prompt.due_at, prompt.closes_at = found.moment, until
    round_.closes_at = max(round_.closes_at, until)


def _skip_where_off(prompt: Prompt, off: Off | None) -> None:
    if off is not None:
        prompt.state, prompt.reason, prompt.off = PromptState.SKIPPED, Reason.DAY_OFF, off
