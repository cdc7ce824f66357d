"""Everybody's working days and hours, from the settings that apply to them, for the scheduling rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.domain.calendars import Hours, WorkCalendar
from bot.domain.schedules import Schedule
from storage import checkins, workspaces
from storage.checkins import CheckIn
from storage.database import shared
from storage.people import Person
from storage.teams import Team
from storage.workspaces import WorkspaceSettings


def working_moment(session: Session, person: Person, now: datetime) -> datetime | None:
    """When news that can wait may ring somebody's phone: now in their working hours, else when the next begin.

    None where they don't work for a week, and it may as well come now.
    """
    return calendar_of_person(session, person).first_working_moment(now, now + timedelta(days=7))


def calendar_of_person(session: Session, person: Person) -> WorkCalendar:
    """When somebody works, whoever asks."""
    settings = workspaces.settings(session)
    hours = Hours(settings.hours_from, settings.hours_to)
    return WorkCalendar(ZoneInfo(person.zone), weekdays_of(settings), hours=hours)


class Located(Protocol):
    """A person, or as much of one as their calendar depends on."""

    @property
    def zone(self) -> str: ...


class Calendars:
    """One check-in's schedule, and the calendars of its people; equal ones are made once."""

    def __init__(self, session: Session, checkin: CheckIn) -> None:
        settings = workspaces.settings(session)
        self._weekdays = weekdays_of(settings)
        self._hours = Hours(settings.hours_from, settings.hours_to)
        self._made: dict[str, WorkCalendar] = {}
        self.schedule = schedule_of(session, checkin)

    def of(self, person: Located) -> WorkCalendar:
        """When `person` works, in their own zone."""
        if person.zone not in self._made:
            self._made[person.zone] = WorkCalendar(ZoneInfo(person.zone), self._weekdays, hours=self._hours)
        return self._made[person.zone]


def calendars_of(session: Session, checkin: CheckIn) -> Calendars:
    """The calendars of a check-in's people; in a look, one for all of them."""
    return shared(session, ("calendars", checkin.key), lambda: Calendars(session, checkin))


def schedule_of(session: Session, checkin: CheckIn) -> Schedule:
    """When a check-in asks; with several teams on one clock, that of the first by name."""
    asking = checkins.teams(session, checkin.key) if checkin.zone_kind == "team" else []
    return Schedule(checkin.recurs, checkin.at, zone_of(asking))


def zone_of(asking: Sequence[Team]) -> ZoneInfo | None:
    """The clock of several teams, by name: that of the first; None where there is none."""
    return ZoneInfo(asking[0].zone) if asking else None


def weekdays_of(settings: WorkspaceSettings) -> frozenset[int]:
    """The workspace's working days, 0 for Monday."""
    return frozenset(int(digit) - 1 for digit in settings.working_days)
