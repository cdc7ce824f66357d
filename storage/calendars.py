"""Everybody's working days and hours, from the settings that apply to them, for the scheduling rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.domain.calendars import Away, Habits, Hours, WorkCalendar, calendar_of
from bot.domain.public_holidays import Region
from bot.domain.schedules import Schedule
from storage import away, checkins, workspaces
from storage.checkins import CheckIn
from storage.database import shared
from storage.people import Person
from storage.teams import Team
from storage.workspaces import WorkspaceSettings


class Habitual(Protocol):
    """A person, or as much of one as their working days depend on."""

    @property
    def zone(self) -> str: ...
    @property
    def working_days(self) -> str | None: ...
    @property
    def hours_from(self) -> time | None: ...
    @property
    def hours_to(self) -> time | None: ...
    @property
    def country(self) -> str | None: ...
    @property
    def subdivision(self) -> str | None: ...


class Located(Habitual, Protocol):
    """A person by primary key, or as much of one as their calendar depends on."""

    @property
    def id(self) -> int | None: ...


def working_moment(session: Session, person: Person, now: datetime) -> datetime | None:
    """When news that can wait may ring somebody's phone: now in their working hours, else when the next begin.

    None where they don't work for a week, and it may as well come now.
    """
    return calendar_of_person(session, person).first_working_moment(now, now + timedelta(days=7))


def calendar_of_person(session: Session, person: Person) -> WorkCalendar:
    """When somebody works, whoever asks."""
    return _calendar(person, workspaces.settings(session), away.days(session, person.key))


def calendars_of_people(session: Session, people: Sequence[Person]) -> dict[int, WorkCalendar]:
    """When each of some people works, whoever asks, by primary key."""
    settings, absent = workspaces.settings(session), away.days_of(session, [person.key for person in people])
    return {person.key: _calendar(person, settings, absent.get(person.key, ())) for person in people}


class Calendars:
    """One check-in's schedule, and the calendars of its people; equal ones are made once."""

    def __init__(self, session: Session, checkin: CheckIn) -> None:
        self._session = session
        self._settings = workspaces.settings(session)
        self._made: dict[object, WorkCalendar] = {}
        self._away: dict[int | None, tuple[Away, ...]] = {}
        self.schedule = schedule_of(session, checkin)

    def look_up(self, person_ids: Sequence[int]) -> None:
        """When these people are away, at once: `of` asks for whom it doesn't know of one by one."""
        found = away.days_of(self._session, person_ids)
        self._away.update({person_id: found.get(person_id, ()) for person_id in person_ids})

    def of(self, person: Located) -> WorkCalendar:
        """When `person` works, in their own zone."""
        known = self._away.get(person.id)
        return self.while_away(person, away.days(self._session, person.id or 0) if known is None else known)

    def while_away(self, person: Habitual, absent: tuple[Away, ...] = ()) -> WorkCalendar:
        """When somebody works who has these habits, and is away then."""
        habits = (person.zone, person.working_days, person.hours_from, person.hours_to)
        kind = (*habits, person.country, person.subdivision, absent)
        made = self._made.get(kind)
        if made is None:
            made = self._made[kind] = _calendar(person, self._settings, absent)
        return made


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


def weekdays(digits: str) -> frozenset[int]:
    """Working days as they are stored, 0 for Monday."""
    return frozenset(int(digit) - 1 for digit in digits)


def digits(weekdays: Iterable[int]) -> str:
    """Working days as they are stored, from 0 for Monday."""
    return "".join(str(day + 1) for day in sorted(weekdays))


def _calendar(person: Habitual, settings: WorkspaceSettings, absent: tuple[Away, ...]) -> WorkCalendar:
    return calendar_of(_zone(person.zone), [_habits(person), _habits(settings)], absent)


def _habits(of: Habitual | WorkspaceSettings) -> Habits:
    return Habits(
        None if of.working_days is None else weekdays(of.working_days),
        None if of.country is None else Region(of.country, of.subdivision),
        None if of.hours_from is None or of.hours_to is None else Hours(of.hours_from, of.hours_to),
    )


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    # The standard library keeps the last eight, and reads a file for any other.
    return ZoneInfo(name)
