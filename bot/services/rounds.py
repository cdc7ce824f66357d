"""Rounds: opened when they fall due, their prompts written and released, closed when the last window ends.

Each function here is one tick's step: it does a chunk of work in one transaction and says whether there was any.
Any number of processes may tick; a conditional UPDATE or a locked row decides who does what.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import groupby
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from bot.domain.calendars import Away, Off, WorkCalendar, window_end
from bot.domain.checkins import PromptState, Reason, freeze
from bot.domain.schedules import Occurrence, Schedule, at_once, next_round, occurrence
from bot.notices.checkins import PromptNotice, prompt_key
from bot.notices.registry import Notice
from bot.notices.reminders import ReminderOver, reminder_key
from bot.services import digests, early, results, summaries
from bot.services.turns import NOW, is_next, take_next
from storage import bulk, checkins, hidden, outbox, rounds, workspaces
from storage.bulk import among
from storage.calendars import Calendars
from storage.checkins import CheckIn
from storage.outbox_rows import Priority
from storage.rounds import Prompt, Round
from storage.teams import MEMBER

CHUNK = 200
"""People a transaction: a round for 10,000 in one kept another commit waiting for 3.5 s, in chunks 92 ms."""


# Tables, not classes, where a check-in or a round says whose workspace it is: with the session's workspace as one
# more condition PostgreSQL expects one person, and goes through all members for each of a thousand. For the same
# reason nothing here is joined that an IN answers.
_TABLES = SQLModel.metadata.tables
_person, _prompt = _TABLES["person"].c, _TABLES["prompt"].c
_membership, _asking = _TABLES["membership"].c, _TABLES["checkin_team"].c
_absence = _TABLES["absence"].c
HABITS = (
    *(_person.zone, _person.working_days, _person.hours_from, _person.hours_to),
    *(_person.country, _person.subdivision),
)
"""What of a person their calendar depends on."""

_TEAM_IDS = select(_asking.team_id).where(_asking.checkin_id == bindparam("checkin_id"))
_ROUND_ID: Any = bindparam("round_id")
_AFTER: Any = bindparam("after", 0)
_MEMBERS = (
    select(_membership.person_id)
    .where(
        among(_membership.team_id, "team_ids"),
        _membership.role == MEMBER,
        _membership.person_id > _AFTER,
    )
    .distinct()
    .subquery()
)
_PEOPLE = select(_person.id, *HABITS).join(_MEMBERS, _MEMBERS.c.person_id == _person.id)
_IS_AWAY = exists().where(_absence.person_id == _person.id)
_PRESENT = _PEOPLE.where(_person.status != "left")
_KINDS_OF_PEOPLE = _PEOPLE.with_only_columns(*HABITS).where(_person.status != "left", ~_IS_AWAY).distinct()
_AWAY = (
    _PEOPLE.add_columns(_absence.first, _absence.last)
    .join(_TABLES["absence"], _absence.person_id == _person.id)
    .where(_person.status != "left")
    .order_by(_person.id, _absence.first)
)
_LAST_PLANNED = select(func.max(_prompt.person_id)).where(_prompt.round_id == _ROUND_ID)
_PLANNED = select(_prompt.person_id).where(_prompt.round_id == _ROUND_ID, _prompt.person_id > _AFTER)
_UNPLANNED = (
    _PEOPLE.where(
        _person.status.in_(bindparam("statuses", expanding=True)),
        _MEMBERS.c.person_id.not_in(_PLANNED),
    )
    .order_by(_MEMBERS.c.person_id)
    .limit(CHUNK)
)

_DUE = (
    select(CheckIn)
    .where(col(CheckIn.next_due_at) <= NOW, is_next(CheckIn))
    .order_by(col(CheckIn.next_due_at))
    .limit(1)
    .with_for_update(skip_locked=True)
)


def open_due(session: Session, now: datetime) -> bool:
    """Open the round of one check-in that has fallen due."""
    return take_next(session, _DUE, lambda checkin: _open(session, checkin, now), now)


def _open(session: Session, checkin: CheckIn, now: datetime) -> None:
    nominal, moment = checkin.next_nominal, checkin.next_due_at
    if nominal is None or moment is None:
        raise RuntimeError("a check-in is due without a date")
    calendars = Calendars(session, checkin)
    session.add(
        Round(
            checkin_id=checkin.key,
            nominal=nominal,
            k=hidden.k_of(session, checkin),
            questions=[freeze(each.asked) for each in checkins.questions(session, checkin.key)],
            opened_at=now,
            closes_at=window_end(moment, checkin.window, calendars.schedule.zone or ZoneInfo("UTC")),
        )
    )
    upcoming = next_round(calendars.schedule, _calendars_of_members(session, checkin, calendars), nominal)
    checkin.last_nominal = nominal
    checkin.next_nominal = upcoming and upcoming.nominal
    checkin.next_due_at = upcoming and upcoming.moment
    session.flush()


def _calendars_of_members(session: Session, checkin: CheckIn, calendars: Calendars) -> set[WorkCalendar]:
    """The different calendars there are among those whom a check-in asks."""
    asked = {"team_ids": _team_ids(session, checkin.key)}
    if calendars.differ_by_team:
        people = session.execute(_PRESENT, asked).all()
        calendars.look_up([person.id for person in people])
        return set(map(calendars.of, people))
    kinds = {calendars.while_away(each) for each in session.execute(_KINDS_OF_PEOPLE, asked)}
    absent = groupby(session.execute(_AWAY, asked), key=attrgetter("id"))
    for rows in (list(of_one) for _, of_one in absent):
        kinds.add(calendars.while_away(rows[0], tuple(Away(each.first, each.last) for each in rows)))
    return kinds


_TO_PLAN = (
    select(Round, CheckIn)
    .join(CheckIn, col(CheckIn.id) == col(Round.checkin_id))
    .where(col(Round.planned_at).is_(None), is_next(Round))
    .order_by(col(Round.id))
    .limit(1)
    .with_for_update(of=Round, skip_locked=True)
)


def plan_prompts(session: Session, now: datetime) -> bool:
    """Write the next chunk of prompts of one round that is being opened."""
    return take_next(session, _TO_PLAN, lambda round_, checkin: _plan_chunk(session, round_, checkin), now)


def _plan_chunk(session: Session, round_: Round, checkin: CheckIn) -> None:
    people = _unplanned(session, round_)
    if not people:
        round_.planned_at = round_.opened_at
        session.flush()
        return
    say_so(session, rounds.left_before(session, round_, [person.id for person in people]))
    calendars = Calendars(session, checkin)
    calendars.look_up([person.id for person in people])
    team_ids = checkins.asked_in(session, checkin.key, [person.id for person in people])
    part_of = cache(partial(_part, calendars.schedule, round_, checkin.window))
    rows = [
        _prompt_row(round_, person.id, part_of(calendars.of(person)), team_ids.get(person.id, [])) for person in people
    ]
    early.take_over(session, checkin, round_, rows)
    bulk.insert_new(session, _TABLES["prompt"], rows, unless=("round_id", "person_id"))
    # A person who isn't asked has no window to keep the round open for.
    asked = [row["closes_at"] for row in rows if row["state"] == PromptState.DUE]
    round_.closes_at = max([round_.closes_at, *asked])
    session.flush()


def _part(
    schedule: Schedule, round_: Round, window: timedelta, calendar: WorkCalendar
) -> tuple[Occurrence, datetime, datetime]:
    """What becomes of a round for somebody, and from when to when they can answer in time."""
    if round_.n:
        found = at_once(round_.nominal, round_.opened_at, calendar)
    else:
        found = occurrence(schedule, round_.nominal, calendar)
    opens = found.moment or round_.opened_at
    return found, opens, window_end(opens, window, schedule.zone_for(calendar))


def _unplanned(session: Session, round_: Round) -> Sequence[Any]:
    """The next people without a prompt; after the last of them, those who joined meanwhile."""
    guests = ["guest"] if workspaces.settings(session).guests_take_part else []
    asked = {"team_ids": _team_ids(session, round_.checkin_id), "statuses": ["active", *guests]}
    last = session.execute(_LAST_PLANNED, {"round_id": round_.key}).scalar_one() or 0
    for after in sorted({last, 0}, reverse=True):
        found = session.execute(_UNPLANNED, {**asked, "round_id": round_.key, "after": after}).all()
        if found:
            return found
    return []


def _team_ids(session: Session, checkin_id: int) -> list[int]:
    return list(session.scalars(_TEAM_IDS, {"checkin_id": checkin_id}))


def _prompt_row(
    round_: Round, person_id: int, part: tuple[Occurrence, datetime, datetime], team_ids: list[int]
) -> dict[str, Any]:
    found, due_at, closes_at = part
    return {
        "workspace_id": round_.workspace_id,
        "round_id": round_.key,
        "person_id": person_id,
        "state": PromptState.DUE if found.moment else PromptState.SKIPPED,
        "reason": None if found.moment else Reason.DAY_OFF,
        "off": found.off[0].why if found.off else None,
        "due_at": due_at,
        "closes_at": closes_at,
        "team_ids": team_ids,
        "revision": 0,
        "reminded": 0,
    }


_TO_CLOSE = (
    select(Round)
    .where(
        col(Round.closed_at).is_(None),
        col(Round.planned_at).is_not(None),
        col(Round.closes_at) <= NOW,
        is_next(Round),
    )
    .order_by(col(Round.closes_at))
    .limit(1)
    .with_for_update(skip_locked=True)
)


def close_due(session: Session, now: datetime) -> bool:
    """Close one round whose last window has ended, once its next missed prompts say so; then its digest is due."""
    return take_next(session, _TO_CLOSE, lambda round_: _close(session, round_, now), now)


def _close(session: Session, round_: Round, now: datetime) -> None:
    absent = _let_go_the_absent(session, round_)
    missed = [] if absent else rounds.miss(session, round_.key, CHUNK)
    if absent or missed:
        # The round closes when all of them will say what is true now; most do since their own window ended.
        say_so(session, [*absent, *(each for each, says_it in missed if not says_it)])
        return
    round_.closed_at = now
    session.flush()
    of_round = col(Prompt.round_id) == round_.key
    session.execute(
        update(Prompt)
        .where(of_round, col(Prompt.state) == PromptState.DUE)
        .values(state=PromptState.SKIPPED, reason=Reason.UNDELIVERABLE)
    )
    checkin = checkins.get(session, round_.checkin_id)
    if checkin is not None and checkin.deleted_at is None:
        digests.close(session, checkin, round_, now)
        results.close(session, checkin, round_, now)
        summaries.close(session, checkin, round_)


_ABSENT = (
    select(_prompt.id, _prompt.due_at, _prompt.closes_at, _person.zone, _absence.first, _absence.last)
    .join(_TABLES["person"], _person.id == _prompt.person_id)
    .join(_TABLES["absence"], _absence.person_id == _prompt.person_id)
    .where(_prompt.round_id == _ROUND_ID, _prompt.state == PromptState.SENT)
    .order_by(_prompt.id)
)
_WAS_AWAY = (
    update(_TABLES["prompt"])
    .where(among(_prompt.id, "ids"), _prompt.state == PromptState.SENT)
    .values(state=PromptState.SKIPPED, reason=Reason.DAY_OFF, off=Off.AWAY)
)


def _let_go_the_absent(session: Session, round_: Round) -> list[int]:
    """Whoever was away for a part of their window, and hasn't answered, hasn't missed it: gives their prompts."""
    found = session.execute(_ABSENT, {"round_id": round_.key}).all()
    absent = sorted({row.id for row in found if _is_away_in(row.due_at, row.closes_at, row)})[:CHUNK]
    if absent:
        session.execute(_WAS_AWAY, {"ids": absent})
    return absent


def _is_away_in(begin: datetime, end: datetime, row: Any) -> bool:
    zone = ZoneInfo(row.zone)
    first, last = begin.astimezone(zone).date(), (end - timedelta(microseconds=1)).astimezone(zone).date()
    return bool(row.first <= last and row.last >= first)


_REMINDED = select(_prompt.id, _prompt.reminded).where(among(_prompt.id, "ids"), _prompt.reminded > 0)


def say_so(session: Session, prompt_ids: Sequence[int]) -> None:
    """The DMs of these prompts, and their last reminders, say what is true now, when there is time for it."""
    told: dict[str, Notice] = {prompt_key(each): PromptNotice(each) for each in prompt_ids}
    for row in session.execute(_REMINDED, {"ids": prompt_ids}):
        told[reminder_key(row.id, row.reminded)] = ReminderOver(row.id)
    outbox.update_many(session, told, priority=Priority.BULK)
