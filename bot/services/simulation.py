"""Who gets what and when: read from the tables as they stand, for `python -m bot simulate` and `/cairn why`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.calendars import DayOff, Off, WorkCalendar
from bot.domain.checkins import PromptState, Reason
from bot.domain.early import LASTS
from bot.domain.schedules import Upcoming
from bot.domain.simulation import Expected, Span, expected, sent_at
from storage import checkins, rounds, workspaces
from storage.calendars import Calendars
from storage.checkins import CheckIn
from storage.people import Person
from storage.rounds import Prompt, Round


@dataclass(frozen=True)
class Simulated:
    """One prompt to come, or one that won't."""

    checkin: CheckIn
    person: Person
    calendar: WorkCalendar
    expected: Expected


def simulate(session: Session, span: Span, team_id: int | None = None) -> list[Simulated]:
    """What everybody gets in `span`, in order of time; of the check-ins that ask one team, if there is one."""
    asking = checkins.of_team(session, team_id) if team_id is not None else _all(session)
    found = [
        each for checkin in asking for each in of_checkin(session, checkin, _people(session, checkin, team_id), span)
    ]
    return sorted(found, key=lambda each: (each.expected.at, each.checkin.key, each.person.name.casefold()))


def of_checkin(session: Session, checkin: CheckIn, asked: Sequence[Person], span: Span) -> Iterator[Simulated]:
    """What these people get of one check-in: prompts that are written already, then those of rounds to be opened."""
    calendars, window = Calendars(session, checkin), timedelta(minutes=checkin.window_minutes)
    calendars.look_up([person.key for person in asked])
    halts = _Halts(session, checkin, asked)
    answered = rounds.answered_ahead(session, checkin.key, span.now - LASTS)
    for person, each in _written(session, checkin, asked, calendars, span):
        yield Simulated(checkin, person, calendars.of(person), halts.applied(person, each))
    first = _first(checkin)
    if first is None:
        return

    @cache  # most people of a company share a calendar
    def coming(calendar: WorkCalendar) -> tuple[Expected, ...]:
        return tuple(expected(calendars.schedule, calendar, first, window, span))

    for person in asked:
        calendar = calendars.of(person)
        for each in coming(calendar):
            if each.nominal > first.nominal or person.key not in answered:
                yield Simulated(checkin, person, calendar, halts.applied(person, each))


def next_of(session: Session, checkin: CheckIn, person: Person, now: datetime) -> tuple[WorkCalendar, Expected] | None:
    """When the round that opens next will ask somebody; None where it won't, or not within a week."""
    first, calendars = _first(checkin), Calendars(session, checkin)
    if first is None or not _takes_part(session, person):
        return None
    calendar, halts = calendars.of(person), _Halts(session, checkin, [person])
    span = Span(now, now, now + LASTS)
    found = expected(calendars.schedule, calendar, first, timedelta(minutes=checkin.window_minutes), span)
    coming = next((halts.applied(person, each) for each in found if each.nominal == first.nominal), None)
    is_asked = coming is not None and coming.reason is None and coming.at > now and person.key in halts.team_ids
    return (calendar, coming) if coming is not None and is_asked else None


class _Halts:
    """What keeps a check-in from asking somebody, whatever the calendar says."""

    def __init__(self, session: Session, checkin: CheckIn, asked: Sequence[Person]) -> None:
        self.cairn_paused = workspaces.current(session).paused_at is not None
        self.paused = checkins.paused_people(session, checkin.key)
        self.settings = workspaces.settings(session)
        self.team_ids = checkins.asked_in(session, checkin.key, [person.key for person in asked])

    def applied(self, person: Person, each: Expected) -> Expected:
        """What is expected, with the reason for which it isn't sent, if there is one."""
        reason = each.reason or self._reason(person)
        return each._replace(reason=reason)

    def _reason(self, person: Person) -> Reason | None:
        if self.cairn_paused:
            return Reason.CAIRN_PAUSED
        if person.paused_at is not None or person.key in self.paused:
            return Reason.PAUSED_BY_PERSON
        if workspaces.is_waiting(self.settings, self.team_ids.get(person.key, ())):
            return Reason.NOT_IN_PILOT
        return None


def _first(checkin: CheckIn) -> Upcoming | None:
    if checkin.deleted_at is not None or checkin.next_nominal is None or checkin.next_due_at is None:
        return None
    return Upcoming(checkin.next_nominal, checkin.next_due_at)


def _written(
    session: Session, checkin: CheckIn, asked: Iterable[Person], calendars: Calendars, span: Span
) -> Iterator[tuple[Person, Expected]]:
    """Prompts of rounds that are open, and that Slack hasn't got yet."""
    by_key = {person.key: person for person in asked}
    due = (
        select(Prompt, Round)
        .join(Round, col(Round.id) == col(Prompt.round_id))
        .where(
            col(Round.checkin_id) == checkin.key,
            col(Round.closed_at).is_(None),
            col(Prompt.state) == PromptState.DUE,
            col(Prompt.person_id).in_(by_key),
        )
        .order_by(col(Prompt.id))
    )
    for prompt, round_ in session.execute(due):
        person = by_key[prompt.person_id]
        at = sent_at(prompt.due_at, prompt.closes_at, span.now, calendars.of(person))
        off = (DayOff(round_.nominal, Off(prompt.off)),) if prompt.off else ()
        found = Expected(round_.nominal, at or prompt.due_at, None if at else Reason.DOWNTIME, off)
        if found.at in span:
            yield person, found


def _all(session: Session) -> list[CheckIn]:
    return list(session.scalars(select(CheckIn).where(col(CheckIn.deleted_at).is_(None)).order_by(col(CheckIn.id))))


def _people(session: Session, checkin: CheckIn, team_id: int | None) -> list[Person]:
    found = [person for person in checkins.asked_people(session, checkin.key) if _takes_part(session, person)]
    if team_id is None:
        return found
    asked_in = checkins.asked_in(session, checkin.key, [person.key for person in found])
    return [person for person in found if team_id in asked_in.get(person.key, ())]


def _takes_part(session: Session, person: Person) -> bool:
    return person.status == "active" or (person.status == "guest" and workspaces.settings(session).guests_take_part)
