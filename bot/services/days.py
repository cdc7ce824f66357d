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
from storage.calendars import calendar_of_person, calendar_without_own, digits
from storage.people import Person
from storage.teams import Team
from storage.workspaces import WorkspaceSettings


@dataclass(frozen=True)
class OwnDays:
    """When somebody works as things stand; `region` is their own, `otherwise` that of their team or company."""

    calendar: WorkCalendar
    region: Region | None
    otherwise: Region | None
    reminders: str | None


def show(session: Session, actor: Person, _now: datetime) -> OwnDays:
    """Somebody's own days, for themselves."""
    return OwnDays(
        calendar_of_person(session, actor),
        region_of(actor),
        calendar_without_own(session, actor).region,
        actor.reminders,
    )


def save(session: Session, actor: Person, request: DaysRequest, now: datetime) -> None:
    """Take somebody's days over; where they are their team's or everybody's, they stay so. What is to come follows."""
    check(request.working_days, request.hours_from, request.hours_to)
    otherwise, hours = calendar_without_own(session, actor), Hours(request.hours_from, request.hours_to)
    actor.working_days = None if request.working_days == otherwise.weekdays else digits(request.working_days)
    actor.hours_from, actor.hours_to = (None, None) if hours == otherwise.hours else (hours.start, hours.end)
    actor.country, actor.subdivision = request.region or (None, None)
    actor.reminders = request.reminders
    session.flush()
    checkin_service.replan_for(session, actor, now)


def check(working_days: frozenset[int], hours_from: time, hours_to: time) -> None:
    """Raises UserError, at its field, where nobody can work like that."""
    check_working_days(working_days)
    try:
        Hours(hours_from, hours_to)
    except ValueError:
        raise UserError(mark("Working hours end after they begin, on the same day."), field="hours_to") from None


def check_working_days(working_days: frozenset[int]) -> None:
    """Raises UserError, at its field, where there are none."""
    if not working_days:
        raise UserError(mark("Choose at least one working day."), field="working_days")


def region_of(whose: Person | Team | WorkspaceSettings) -> Region | None:
    """Whose public holidays are days off, as a person, a team or the workspace set it for themselves."""
    return None if whose.country is None else Region(whose.country, whose.subdivision)
