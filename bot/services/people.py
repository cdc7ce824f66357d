"""People, as Slack tells of them: synced page by page, and by events in between."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import not_, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.words import as_name
from bot.services import checkins as checkin_service
from bot.services import company, goal_agreement
from storage import people
from storage.people import Person

SLACKBOT = "USLACKBOT"


@dataclass(frozen=True)
class SlackUser:
    """What Cairn keeps of a Slack user; `locale` is None where Slack left it out, as it may in events."""

    slack_id: str
    name: str
    zone: str
    locale: str | None
    status: str


def from_slack(user: Mapping[str, Any], workspace: str) -> SlackUser | None:
    """A user object of Slack's; None for bots, for the invited, and for people of another company.

    The zone is `tz`; `tz_offset` would be wrong for half of the year.
    """
    if user.get("is_bot") or user["id"] == SLACKBOT or user.get("is_invited_user"):
        return None
    if user.get("is_stranger") or user.get("team_id", workspace) != workspace:
        return None
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    zone = user.get("tz") or "UTC"
    return SlackUser(
        slack_id=user["id"],
        name=next(filter(None, (as_name(name or "") for name in names)), user["id"]),
        zone=zone if zone in _zones() else "UTC",
        locale=user.get("locale") or None,
        status=_status(user),
    )


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())  # which reads a folder of hundreds of files


def _status(user: Mapping[str, Any]) -> str:
    if user.get("deleted"):
        return "left"
    return "guest" if user.get("is_restricted") or user.get("is_ultra_restricted") else "active"


def remember(
    session: Session, users: Sequence[SlackUser], now: datetime, admins: Collection[str] = frozenset()
) -> list[int]:
    """Bring these people up to date, making those who are new; gives their primary keys.

    Those of them whom the operator named, by Slack id, run Cairn here from then on. Somebody who left before Cairn
    met them isn't made.
    """
    known = {person.slack_id: person for person in people.by_slack_ids(session, (user.slack_id for user in users))}
    touched = []
    for user in users:
        person = _remember_one(session, known.get(user.slack_id), user, now)
        if person is not None:
            person.is_admin = person.is_admin or user.slack_id in admins
            touched.append(person)
    session.flush()
    company.keep_in_step(session, now, [person.key for person in touched])
    return [person.key for person in touched]


def _remember_one(session: Session, person: Person | None, user: SlackUser, now: datetime) -> Person | None:
    if user.status == "left":
        # Their zone and language stay as they were: Slack leaves them out for deactivated accounts.
        if person is not None and person.status != "left":
            _leave(session, [person], now)
        return person
    is_new = person is None
    person = person or Person(slack_id=user.slack_id, name=user.name, synced_at=now)
    session.add(person)
    changes_plans = not is_new and (person.zone != user.zone or person.status == "left")
    person.name, person.zone, person.locale = user.name, user.zone, user.locale or person.locale
    person.status, person.synced_at, person.left_at = user.status, now, None
    session.flush()
    if changes_plans:
        checkin_service.replan_for(session, person, now)
    return person


def left_all_but(session: Session, present: Iterable[str], since: datetime, now: datetime) -> int:
    """After a whole sync, begun at `since`: whoever Slack no longer names has left; gives how many.

    Not so whom Cairn heard of meanwhile: they may have joined behind the page where they would have been.
    """
    here = set(present)
    gone = [
        person
        for person in session.scalars(select(Person).where(col(Person.status) != "left", col(Person.synced_at) < since))
        if person.slack_id not in here
    ]
    _leave(session, gone, now)
    return len(gone)


def _leave(session: Session, gone: Sequence[Person], now: datetime) -> None:
    for person in gone:
        person.status, person.left_at = "left", now
    session.flush()
    checkin_service.people_left(session, gone, now)
    goal_agreement.managers_left(session, [person.key for person in gone], now)


def appoint(session: Session, admins: Collection[str]) -> None:
    """Let those whom the operator named run Cairn here, and nobody else; Slack ids."""
    named = col(Person.slack_id).in_(list(admins))
    session.execute(update(Person).where(named).values(is_admin=True))
    session.execute(update(Person).where(col(Person.is_admin), not_(named)).values(is_admin=False))
