"""Welcomes: everybody whom a check-in asks hears of it before their first prompt, in their working hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.calendars import WorkCalendar
from bot.domain.schedules import due
from bot.notices.checkins import Welcome, welcome_key
from bot.services.checkins import next_round_of
from bot.services.rounds import CHUNK
from bot.services.turns import is_next, take_next
from storage import checkins, outbox
from storage.calendars import Calendars
from storage.checkins import CheckIn
from storage.outbox import NewPost

WITHIN = timedelta(days=7)
"""How long a welcome waits for somebody's working hours where no round is planned; a prompt brings it along."""

_TO_WELCOME = (
    select(CheckIn)
    .where(col(CheckIn.welcoming_after).is_not(None), is_next(CheckIn))
    .order_by(col(CheckIn.id))
    .limit(1)
    .with_for_update(skip_locked=True)
)


def welcome_due(session: Session, now: datetime) -> bool:
    """Owe the next chunk of those whom one check-in asks its welcome; who had it keeps that. A tick's step."""
    return take_next(session, _TO_WELCOME, lambda checkin: _welcome(session, checkin, now), now)


def _welcome(session: Session, checkin: CheckIn, now: datetime) -> None:
    after = checkin.welcoming_after or 0
    people = [] if checkin.deleted_at is not None else checkins.asked_after(session, checkin.key, after, CHUNK)
    checkin.welcoming_after = people[-1].key if len(people) == CHUNK else None
    session.flush()
    calendars, upcoming = Calendars(session, checkin), next_round_of(checkin)
    calendars.look_up([person.key for person in people])

    @cache  # most people of a company share a calendar
    def comes_at(calendar: WorkCalendar) -> datetime:
        moment = upcoming and due(calendars.schedule, upcoming.nominal, calendar)
        # In working hours, so that nobody's phone rings at night, and before the first prompt all the same.
        latest = moment or now + WITHIN
        return calendar.first_working_moment(now, latest) or latest

    notice = Welcome(checkin.key)
    posts = [
        NewPost(notice, welcome_key(checkin.key, person.key), person.key, not_before=comes_at(calendars.of(person)))
        for person in people
    ]
    outbox.post_many(session, posts)
