"""Somebody's own working days, hours, country and reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy.orm import Session

from bot.domain.calendars import Hours, WorkCalendar
from bot.domain.days import DaysRequest
from bot.domain.public_holidays import Region
from bot.errors import UserError
from bot.i18n import mark
from bot.services import checkins as checkin_service
from storage import workspaces
from storage.calendars import calendar_of_person, digits
from storage.people import Person


@dataclass(frozen=True)
class OwnDays:
    """When somebody works as things stand; `region` is their own, `companys` everybody's."""

    calendar: WorkCalendar
    region: Region | None
    companys: Region | None
    reminders: str | None


def show(session: Session, actor: Person, _now: datetime) -> OwnDays:
    """Somebody's own days, for themselves."""
    settings = workspaces.settings(session)
    return OwnDays(
        calendar_of_person(session, actor),
        _region(actor.country, actor.subdivision),
        _region(settings.country, settings.subdivision),
        actor.reminders,
    )


def save(session: Session, actor: Person, request: DaysRequest, now: datetime) -> None:
    """Take somebody's days over; where they are everybody's, they stay everybody's. What is to come follows."""
    check(request.working_days, request.hours_from, request.hours_to)
    settings = workspaces.settings(session)
    days = digits(request.working_days)
    actor.working_days = None if days == settings.working_days else days
    hours = (request.hours_from, request.hours_to)
    actor.hours_from, actor.hours_to = (None, None) if hours == (settings.hours_from, settings.hours_to) else hours
    actor.country, actor.subdivision = request.region or (None, None)
    actor.reminders = request.reminders
    session.flush()
    checkin_service.replan_for(session, actor, now)


def check(working_days: frozenset[int], hours_from: time, hours_to: time) -> None:
    """Raises UserError, at its field, where nobody can work like that."""
    if not working_days:
        raise UserError(mark("Choose at least one working day."), field="working_days")
    try:
        Hours(hours_from, hours_to)
    except ValueError:
        raise UserError(mark("Working hours end after they begin, on the same day."), field="hours_to") from None


def _region(country: str | None, subdivision: str | None) -> Region | None:
    return None if country is None else Region(country, subdivision)
