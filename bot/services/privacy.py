"""Privacy notices: whoever is asked hears that others read it now, before they are asked the next time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.privacy import Readership, change, read_by_others, to_json
from bot.notices.checkins import PromptNotice, prompt_key, welcome_key
from bot.notices.privacy import ReadersChanged, readership
from storage import checkins, outbox, people, privacy, rounds, teams
from storage.calendars import Calendars
from storage.checkins import CheckIn
from storage.outbox import NewPost
from storage.outbox_rows import DROPPED, UNDELIVERED, WAITING, Priority
from storage.people import Person
from storage.privacy import ReadersChange
from storage.teams import MEMBER

LATEST = timedelta(days=7)
"""How long the news waits for somebody's working hours; their next prompt doesn't come before it, in any case."""


def readers_changed(session: Session, actor: Person, checkin: CheckIn, before: Readership, now: datetime) -> None:
    """Where others read a check-in than `before`: open prompts say so, and whoever is read by others is told.

    Changes on one day are one message. Answers that were given keep their audience.
    """
    after = readership(session, checkin)
    concerned = _concerned(session, checkin, read_by_others(before, after))
    if not concerned:
        return
    asked_in = checkins.asked_in(session, checkin.key, [*concerned])
    news = [concerned[key] for key, team_ids in asked_in.items() if change(before, after, team_ids).is_any]
    today = actor.voice.local(now).date()
    told = privacy.of_day(session, checkin.key, today)
    if told is None and news:
        told = ReadersChange(checkin_id=checkin.key, day=today, by_id=actor.key, at=now, before=to_json(before))
        session.add(told)
    if told is not None:
        told.by_id = actor.key
        session.flush()
        notices = [ReadersChanged(told.key, key) for key in concerned]
        outbox.update_many(session, {each.key: each for each in notices})
        _tell(session, told, checkin, [person for person in news if person.key != actor.key], now)


def _concerned(session: Session, checkin: CheckIn, in_teams: Collection[int] | None) -> dict[int, Person]:
    """Those of these teams who are asked, or all of them, by primary key; their open prompts say who reads now."""
    if in_teams is None:
        found, opened = checkins.asked_people(session, checkin.key), rounds.unanswered(session, checkin.key)
    elif in_teams:
        found = people.by_ids(session, {key for key, _ in teams.keys(session, [*in_teams], MEMBER)})
        opened = rounds.unanswered(session, checkin.key, *(person.key for person in found)) if found else []
    else:
        return {}
    outbox.update_many(session, {prompt_key(each): PromptNotice(each) for each in opened})
    return {person.key: person for person in found}


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


def _tell(session: Session, told: ReadersChange, checkin: CheckIn, those: Sequence[Person], now: datetime) -> None:
    """In their working hours. It may have been taken back from some today, before they heard of it."""
    calendars, heard = Calendars(session, checkin), _who_has_heard(session, checkin, those)
    calendars.look_up([person.key for person in heard])
    posts = []
    for person in heard:
        notice = ReadersChanged(told.key, person.key)
        at = calendars.of(person).first_working_moment(now, now + LATEST)
        posts.append(NewPost(notice, notice.key, person.key, priority=Priority.PERSONAL, not_before=at))
    outbox.post_many(session, posts)
    outbox.owe_again(session, [post.key for post in posts], DROPPED)


def _who_has_heard(session: Session, checkin: CheckIn, those: Sequence[Person]) -> list[Person]:
    """Who had their welcome, but for whoever paused it: who hears of it first hears who reads it now."""
    paused = checkins.paused_people(session, checkin.key)
    states = outbox.states(session, [welcome_key(checkin.key, person.key) for person in those])
    unheard = (None, WAITING, *UNDELIVERED)
    return [
        person
        for person in those
        if person.key not in paused
        and person.paused_at is None
        and states.get(welcome_key(checkin.key, person.key)) not in unheard
    ]


def before_prompts(session: Session, checkin: CheckIn, person_ids: list[int], now: datetime) -> None:
    """Whoever is asked now, and waits for the news still, gets that first."""
    for change_id in privacy.lately(session, checkin.key, now - 2 * LATEST):
        outbox.hasten(session, [ReadersChanged(change_id, person_id).key for person_id in person_ids])
