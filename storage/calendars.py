"""Everybody's working days and hours, from the settings that apply to them, for the scheduling rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.domain.calendars import Away, Habits, Hours, WorkCalendar, calendar_of
from bot.domain.public_holidays import Region
from bot.domain.schedules import Schedule
from storage import away, checkins, teams, workspaces
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
    """When somebody works, whoever asks: as they say, else their teams, else the workspace."""
    return _calendar(person, _without_own(session, person), away.days(session, person.key))


def calendar_without_own(session: Session, person: Person) -> WorkCalendar:
    """When somebody would work who said nothing of their own days: as their teams say, else the workspace."""
    return calendar_of(_zone(person.zone), _without_own(session, person))


def _without_own(session: Session, person: Person) -> list[Habits]:
    of_teams = _habits_of_teams(session, [person.key])
    return [*of_teams.get(person.key, ()), _habits(workspaces.settings(session))]


def calendars_of_people(
    session: Session, people: Sequence[Person], asking: Collection[int] | None = None
) -> dict[int, WorkCalendar]:
    """When each of some people works, by primary key: whom the teams `asking` would ask, or whoever asks."""
    keys = [person.key for person in people]
    companys, absent = _habits(workspaces.settings(session)), away.days_of(session, keys)
    of_teams = _habits_of_teams(session, keys, asking)
    return {
        key: _calendar(person, [*of_teams.get(key, ()), companys], absent.get(key, ()))
        for key, person in zip(keys, people, strict=True)
    }


class Calendars:
    """One check-in's schedule, and the calendars of its people; equal ones are made once.

    What somebody doesn't say for themselves, the teams say for which they are asked, in the order of a prompt's
    `team_ids`: of two that say different things it is the first, whoever else is in it.
    """

    def __init__(self, session: Session, checkin: CheckIn) -> None:
        self._session = session
        self._companys = _habits(workspaces.settings(session))
        self._made: dict[object, WorkCalendar] = {}
        self._away: dict[int, tuple[Away, ...]] = {}
        self._of_teams: dict[int, tuple[Habits, ...]] = {}
        self._with_days = {team.key for team in checkins.read_in(session, checkin.key) if team.has_days}
        asking = checkins.teams(session, checkin.key) if checkin.zone_kind == "team" else []
        self.schedule = Schedule(checkin.recurs, checkin.at, zone_of(asking))

    @property
    def differ_by_team(self) -> bool:
        """Whether it may depend on their team when somebody works."""
        return bool(self._with_days)

    def look_up(self, person_ids: Sequence[int], absent: Mapping[int, tuple[Away, ...]] | None = None) -> None:
        """When these people are away, and their teams' days, at once: for others it is asked for one by one.

        `absent`: when all of them are, where that is known already.
        """
        found = away.days_of(self._session, person_ids) if absent is None else absent
        self._away.update({person_id: found.get(person_id, ()) for person_id in person_ids})
        self._look_up_teams(person_ids)

    def _look_up_teams(self, person_ids: Sequence[int]) -> None:
        if self._with_days:
            found = _habits_of_teams(self._session, person_ids, self._with_days)
            self._of_teams.update({person_id: found.get(person_id, ()) for person_id in person_ids})

    def of(self, person: Located) -> WorkCalendar:
        """When `person` works, in their own zone."""
        return self.when_works(person.id or 0, person)

    def when_works(self, person_id: int, habits: Habitual) -> WorkCalendar:
        """When somebody works, by primary key, of whom as much is known as `habits`."""
        absent = self._away.get(person_id)
        if absent is None:
            absent = away.days(self._session, person_id)
        if self._with_days and person_id not in self._of_teams:
            self._look_up_teams([person_id])
        return self.while_away(habits, absent, self._of_teams.get(person_id, ()))

    def while_away(
        self, habits: Habitual, absent: tuple[Away, ...] = (), of_teams: tuple[Habits, ...] = ()
    ) -> WorkCalendar:
        """When somebody works who has these habits, is away then, and whose teams have theirs."""
        own = (habits.zone, habits.working_days, habits.hours_from, habits.hours_to)
        kind = (*own, habits.country, habits.subdivision, absent, of_teams)
        made = self._made.get(kind)
        if made is None:
            made = self._made[kind] = _calendar(habits, [*of_teams, self._companys], absent)
        return made


def calendars_of(session: Session, checkin: CheckIn) -> Calendars:
    """The calendars of a check-in's people; in a look, one for all of them."""
    return shared(session, ("calendars", checkin.key), lambda: Calendars(session, checkin))


def zone_of(asking: Sequence[Team]) -> ZoneInfo | None:
    """The clock of a check-in for several teams: that of the first by name; None where there is none."""
    return ZoneInfo(asking[0].zone) if asking else None


def weekdays(digits: str) -> frozenset[int]:
    """Working days as they are stored, 0 for Monday."""
    return frozenset(int(digit) - 1 for digit in digits)


def digits(weekdays: Iterable[int]) -> str:
    """Working days as they are stored, from 0 for Monday."""
    return "".join(str(day + 1) for day in sorted(weekdays))


def _calendar(person: Habitual, others: Sequence[Habits], absent: tuple[Away, ...]) -> WorkCalendar:
    return calendar_of(_zone(person.zone), [_habits(person), *others], absent)


def _habits(of: Habitual | WorkspaceSettings) -> Habits:
    hours = None if of.hours_from is None or of.hours_to is None else Hours(of.hours_from, of.hours_to)
    return replace(_days(of), hours=hours)


def _days(of: Habitual | WorkspaceSettings | Team) -> Habits:
    """Working days and country: a team has no hours."""
    return Habits(
        None if of.working_days is None else weekdays(of.working_days),
        None if of.country is None else Region(of.country, of.subdivision),
    )


def _habits_of_teams(
    session: Session, person_ids: Sequence[int], asking: Collection[int] | None = None
) -> dict[int, tuple[Habits, ...]]:
    """What the teams say whose members these people are, all of them or those that ask, by person."""
    return {
        person_id: tuple(_days(team) for team in found if asking is None or team.key in asking)
        for person_id, found in teams.with_days(session, person_ids).items()
    }


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    # The standard library keeps the last eight, and reads a file for any other.
    return ZoneInfo(name)
