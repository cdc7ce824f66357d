"""Privacy notices: whoever is asked hears that others read it now, before they are asked the next time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.privacy import Readership, change, to_json
from bot.notices.checkins import PromptNotice, prompt_key, welcome_key
from bot.notices.privacy import ReadersChanged, readership
from storage import checkins, outbox, privacy, rounds
from storage.calendars import Calendars
from storage.checkins import CheckIn
from storage.outbox import NewPost
from storage.outbox_rows import DROPPED, UNDELIVERED, WAITING, Priority
from storage.people import Person
from storage.privacy import ReadersChange

LATEST = timedelta(days=7)
"""How long the news waits for somebody's working hours; their next prompt doesn't come before it, in any case."""


def readers_changed(session: Session, actor: Person, checkin: CheckIn, before: Readership, now: datetime) -> None:
    """Where others read a check-in than `before`: open prompts say so, and everybody who is asked is told.

    Changes on one day are one message. Answers that were given keep their audience.
    """
    after = readership(session, checkin)
    if after == before:
        return
    opened = {prompt_key(each): PromptNotice(each) for each in rounds.unanswered(session, checkin.key)}
    outbox.update_many(session, opened)
    if change(before, after, [*after.readers]).is_any:
        _tell(session, actor, checkin, _of_today(session, actor, checkin, before, now), now)


def readers_of_team(session: Session, team_id: int) -> dict[int, Readership]:
    """Who reads what is about a team, by check-in: to be compared with once other people are in it."""
    return {checkin.key: readership(session, checkin) for checkin in checkins.about_team(session, team_id)}


def team_changed(
    session: Session, actor: Person, team_id: int, before: Mapping[int, Readership], now: datetime
) -> None:
    """The same for all that is about a team, read by others than `before` since other people are in it."""
    for checkin in checkins.about_team(session, team_id):
        readers_changed(session, actor, checkin, before[checkin.key], now)


def voices_changed(session: Session, actor: Person, before: int, now: datetime) -> None:
    """Where names are hidden it takes more voices than `before`, or fewer, in all rounds to come."""
    hidden = select(CheckIn).where(col(CheckIn.names_hidden), col(CheckIn.deleted_at).is_(None))
    for checkin in session.scalars(hidden.order_by(col(CheckIn.id))).all():
        readers_changed(session, actor, checkin, replace(readership(session, checkin), k=before), now)


def _of_today(session: Session, actor: Person, checkin: CheckIn, before: Readership, now: datetime) -> ReadersChange:
    today = actor.voice.local(now).date()
    found = privacy.of_day(session, checkin.key, today)
    if found is None:
        found = ReadersChange(checkin_id=checkin.key, day=today, by_id=actor.key, at=now, before=to_json(before))
        session.add(found)
    found.by_id = actor.key
    session.flush()
    return found


def _tell(session: Session, actor: Person, checkin: CheckIn, changed: ReadersChange, now: datetime) -> None:
    asked = _who_has_heard(session, checkin)
    notices = {person.key: ReadersChanged(changed.key, person.key) for person in asked}
    outbox.update_many(session, {each.key: each for each in notices.values()})
    calendars = Calendars(session, checkin)
    calendars.look_up([*notices])
    posts = []
    for person in asked:
        # Whoever changes it knows; another's change on the same day may have been told to them before.
        if person.key != actor.key:
            at = calendars.of(person).first_working_moment(now, now + LATEST)
            notice = notices[person.key]
            posts.append(NewPost(notice, notice.key, person.key, priority=Priority.PERSONAL, not_before=at))
    outbox.post_many(session, posts)
    outbox.owe_again(session, [post.key for post in posts], DROPPED)


def _who_has_heard(session: Session, checkin: CheckIn) -> list[Person]:
    """Those asked who had their welcome, but for whoever paused it: who hears of it first hears who reads it now."""
    paused = checkins.paused_people(session, checkin.key)
    asked = [
        person
        for person in checkins.asked_people(session, checkin.key)
        if person.key not in paused and person.paused_at is None
    ]
    states = outbox.states(session, [welcome_key(checkin.key, person.key) for person in asked])
    unheard = (None, WAITING, *UNDELIVERED)
    return [person for person in asked if states.get(welcome_key(checkin.key, person.key)) not in unheard]


def before_prompts(session: Session, checkin: CheckIn, person_ids: list[int], now: datetime) -> None:
    """Whoever is asked now, and waits for the news still, gets that first."""
    for change_id in privacy.lately(session, checkin.key, now - 2 * LATEST):
        outbox.hasten(session, [ReadersChanged(change_id, person_id).key for person_id in person_ids])
