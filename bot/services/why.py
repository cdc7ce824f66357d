"""`/cairn why`: prompt by prompt, why somebody was or wasn't asked. Theirs alone; leads don't see others'."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.domain.calendars import Off, WorkCalendar
from bot.domain.checkins import PromptState, Reason
from bot.domain.schedules import PREVIEW, goes_without_saying
from bot.domain.simulation import Span
from bot.domain.why import PAGE, SOON, Asked, Coming, Halted, Why
from bot.services import simulation
from storage import checkins, people, rounds, teams, why
from storage.calendars import calendar_of_person
from storage.checkins import CheckIn
from storage.people import Person
from storage.teams import LEAD, MEMBER


def asked(session: Session, actor: Person, page: int, now: datetime) -> Why:
    """A page of what became of somebody's prompts; what comes next is on the first."""
    calendar = calendar_of_person(session, actor)
    rows = why.past(session, actor.key, now, skip=page * PAGE, most=PAGE + 1)
    asking = _asking(session, actor) if page == 0 else []
    return Why(
        asked=[_asked(session, row, calendar, now) for row in rows[:PAGE]],
        coming=_coming(session, actor, asking, now),
        halted=[Halted(each.name, _leads(session, each)) for each in asking if each.paused_at is not None],
        calendar=calendar,
        admins=[person.name for person in people.admins(session)],
        is_in_team=bool(asking or teams.of_person(session, actor.key, MEMBER)),
        page=page,
        older=page + 1 if len(rows) > PAGE else None,
    )


def _asked(session: Session, row: why.Row, calendar: WorkCalendar, now: datetime) -> Asked:
    prompt, round_, checkin = row
    off = Off(prompt.off) if prompt.off else None
    # It is missed once nobody is asked any more, which can be a day later than for this one.
    is_over = prompt.state == PromptState.SENT and now >= prompt.closes_at
    return Asked(
        checkin=checkin.name,
        nominal=round_.nominal,
        state=PromptState.MISSED if is_over else PromptState(prompt.state),
        reason=Reason(prompt.reason) if prompt.reason else None,
        off=off,
        due_at=prompt.due_at,
        closes_at=prompt.closes_at,
        sent_at=prompt.sent_at,
        answered_at=prompt.answered_at,
        leads=tuple(teams.names(session, prompt.team_ids, LEAD)),
        away_until=next((each.last for each in calendar.away if round_.nominal in each), None),
        is_closed=checkin.deleted_at is not None or rounds.newest_id(session, checkin.key) != round_.key,
    )


def _asking(session: Session, actor: Person) -> list[CheckIn]:
    return sorted(checkins.asking(session, [actor.key]), key=lambda checkin: checkin.name.casefold())


def _coming(session: Session, actor: Person, asking: list[CheckIn], now: datetime) -> list[Coming]:
    span = Span(now, now, now + timedelta(days=PREVIEW))
    found = [
        Coming(each.checkin.name, each.expected)
        for checkin in asking
        for each in simulation.of_checkin(session, checkin, [actor], span)
        if not goes_without_saying(checkin.recurs, each.expected.off)
    ]
    return sorted(found, key=lambda each: each.expected.at)[:SOON]


def _leads(session: Session, checkin: CheckIn) -> tuple[str, ...]:
    """Who can resume a check-in: its teams' leads, and of what asks the whole company the admins."""
    asking = checkins.teams(session, checkin.key)
    if any(team.is_company for team in asking):
        return tuple(person.name for person in people.admins(session))
    return tuple(teams.names(session, [team.key for team in asking], LEAD))
