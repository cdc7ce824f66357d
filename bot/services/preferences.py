"""Somebody's preference card: how and when they like praise and criticism."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain import preferences as rules
from bot.domain.calendars import WorkCalendar
from bot.domain.preferences import Card, Preferences
from bot.errors import UserError
from bot.i18n import mark
from storage import people, preferences
from storage.calendars import calendar_of_person, calendars_of_people
from storage.people import Person

NO_DAY = mark("Choose at least one of your working days, or all of them. Nothing was saved.")


@dataclass(frozen=True)
class OwnPreferences:
    """A card as it stands, and when its person works."""

    preferences: Preferences
    calendar: WorkCalendar


def show(session: Session, actor: Person, _now: datetime) -> OwnPreferences:
    """Somebody's own card."""
    return OwnPreferences(preferences.of_person(session, actor.key), calendar_of_person(session, actor))


def save(session: Session, actor: Person, wanted: Preferences, now: datetime) -> None:
    """Take somebody's card over; where it says what their days say anyway, it follows those."""
    calendar = calendar_of_person(session, actor)
    if wanted.weekdays is not None and not wanted.weekdays & calendar.weekdays:
        raise UserError(NO_DAY, field="weekdays")
    wanted = replace(
        wanted,
        weekdays=None if wanted.weekdays == calendar.weekdays else wanted.weekdays,
        hours=None if wanted.hours == calendar.hours else wanted.hours,
    )
    preferences.save(session, actor.key, wanted, now)


def cards(session: Session, person_ids: Sequence[int], now: datetime) -> list[Card]:
    """The cards of those whom somebody writes to, by name; who left is left out."""
    receivers = [person for person in people.by_ids(session, person_ids) if person.status != "left"]
    said = preferences.of_people(session, [person.key for person in receivers])
    calendars = calendars_of_people(session, receivers)
    found = []
    for person in receivers:
        window = rules.window(said[person.key], calendars[person.key])
        found.append(Card(person.name, said[person.key], window, rules.next_moment(window, now)))
    return found
