"""How and when people like praise and criticism: one row for each person who said so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time

from sqlalchemy import CheckConstraint, bindparam, select
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from bot.domain import preferences as rules
from bot.domain.calendars import Hours, WorkCalendar
from bot.domain.preferences import USUAL, Preferences
from storage.base import Owned
from storage.bulk import among
from storage.calendars import calendar_of_person, digits, weekdays
from storage.people import Person
from storage.types import UTCDateTime


class PreferenceRow(Owned, table=True):
    """One person's preference card.

    `weekdays` has one digit a day, 1 for Monday; hours are local to the person. Neither: whenever they work.
    """

    __tablename__ = "preference"
    __table_args__ = (
        CheckConstraint("weekdays <> ''", name="has_weekdays"),
        CheckConstraint("(hours_from IS NULL) = (hours_to IS NULL)", name="both_hours"),
        CheckConstraint("hours_from < hours_to", name="hours_in_order"),
    )

    person_id: int = Field(primary_key=True, foreign_key="person.id", sa_column_kwargs={"autoincrement": False})
    praise_in_private: bool = False
    weekdays: str | None = Field(default=None, max_length=7)
    hours_from: time | None = None
    hours_to: time | None = None
    asks_first: bool = False
    refuses_confidential: bool = False
    changed_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def preferences(self) -> Preferences:
        """What it says."""
        return Preferences(
            praise_in_private=self.praise_in_private,
            weekdays=None if self.weekdays is None else weekdays(self.weekdays),
            hours=None if self.hours_from is None or self.hours_to is None else Hours(self.hours_from, self.hours_to),
            asks_first=self.asks_first,
            refuses_confidential=self.refuses_confidential,
        )


_OF_PERSON = select(PreferenceRow).where(col(PreferenceRow.person_id) == bindparam("person_id"))
_OF_PEOPLE = select(PreferenceRow).where(among(col(PreferenceRow.person_id), "person_ids"))


def of_person(session: Session, person_id: int) -> Preferences:
    """How somebody likes it; the defaults where they said nothing."""
    found = session.scalars(_OF_PERSON, {"person_id": person_id}).one_or_none()
    return USUAL if found is None else found.preferences


def of_people(session: Session, person_ids: Sequence[int]) -> Mapping[int, Preferences]:
    """How these people like it, by primary key; all of them are in it."""
    found = session.scalars(_OF_PEOPLE, {"person_ids": list(person_ids)}) if person_ids else ()
    said = {row.person_id: row.preferences for row in found}
    return {person_id: said.get(person_id, USUAL) for person_id in person_ids}


def save(session: Session, person_id: int, wanted: Preferences, now: datetime) -> None:
    """Take somebody's card over."""
    row = session.get(PreferenceRow, person_id) or PreferenceRow(person_id=person_id, changed_at=now)
    hours = wanted.hours
    row.praise_in_private, row.asks_first = wanted.praise_in_private, wanted.asks_first
    row.refuses_confidential = wanted.refuses_confidential
    row.weekdays = None if wanted.weekdays is None else digits(wanted.weekdays)
    row.hours_from, row.hours_to = (None, None) if hours is None else (hours.start, hours.end)
    row.changed_at = now
    session.add(row)
    session.flush()


def window(session: Session, person: Person) -> WorkCalendar:
    """When criticism may reach somebody, on their own clocks and days off."""
    return rules.window(of_person(session, person.key), calendar_of_person(session, person))
