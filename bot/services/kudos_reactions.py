"""Kudos by a reaction with the workspace's emoji: given with it, gone with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.kudos import Reaction, last_hour, last_hour_of_a_later_day, message_link
from bot.notices.kudos import KudosEnough, KudosReactions
from bot.services.kudos import NotMetError, has_given_enough
from storage import audience, kudos, outbox, people, workspaces
from storage.calendars import calendar_of_person
from storage.kudos import Kudos, KudosReceiver
from storage.outbox_rows import SENT, WAITING
from storage.people import Person


def concerns(session: Session, reaction: Reaction) -> bool:
    """Whether a reaction has anything to do with kudos: what was given by another emoji is taken back with that one."""
    if reaction.emoji == workspaces.settings(session).kudos_emoji:
        return True
    return not reaction.is_added and kudos.is_given_by(session, reaction.channel, reaction.ts, reaction.emoji)


def react(session: Session, actor: Person, reaction: Reaction, domain: str, is_met: bool, now: datetime) -> bool:
    """Give kudos to a message's author, or take them back; says whether anything changed.

    Events come in any order, so that an older one changes nothing. Nobody waits for a sentence: what gives no kudos is
    only a reaction. Raises NotMetError for an author whom Cairn doesn't know, unless `is_met`.
    """
    author = people.by_slack_id(session, reaction.author)
    if author is None and reaction.author and not is_met:
        raise NotMetError([reaction.author], None)
    if author is None or author.status == "left" or author.key == actor.key:
        return False
    given = kudos.reaction(session, actor.key, reaction.channel, reaction.ts)
    if given is not None and reaction.event_ts <= given.reacted_ts:
        return False
    was_given = given is not None and given.taken_back_at is None
    if reaction.is_added and not was_given and _is_one_too_many(session, actor, now):
        return False
    if given is None:
        given = _new(session, actor, author, _source(reaction, domain), now)
    given.reacted_ts, given.taken_back_at = reaction.event_ts, None if reaction.is_added else now
    session.flush()
    if reaction.is_added and not was_given:
        _tell(session, given, author, now)
    elif not reaction.is_added:
        _tell_less(session, given, author)
    return True


def _new(session: Session, actor: Person, author: Person, source: Mapping[str, Any], now: datetime) -> Kudos:
    """A removal that is heard of first leaves a trace that was taken back."""
    in_channel = audience.of_channel(session, source["source_channel"])
    given = Kudos(giver_id=actor.key, kind=kudos.REACTION, audience_id=in_channel, at=now, **source)
    session.add(given)
    session.flush()
    session.add(KudosReceiver(kudos_id=given.key, person_id=author.key, at=now))
    return given


def _source(reaction: Reaction, domain: str) -> dict[str, Any]:
    return {
        "source_channel": reaction.channel,
        "source_ts": reaction.ts,
        "source_link": message_link(domain, reaction.channel, reaction.ts),
        "emoji": reaction.emoji,
    }


def _is_one_too_many(session: Session, actor: Person, now: datetime) -> bool:
    a_day = workspaces.settings(session).kudos_a_day
    if a_day is None or not has_given_enough(session, actor, a_day, now):
        return False
    key = f"kudos:enough:{actor.key}:{actor.voice.local(now).date().isoformat()}"
    outbox.post(session, KudosEnough(actor.key, a_day), key=key, to=actor.key)
    return True


def _tell(session: Session, given: Kudos, author: Person, now: datetime) -> None:
    """One DM a day, as the author's working day ends: what comes later is in the next one."""
    calendar = calendar_of_person(session, author)
    moment = last_hour(calendar, now)
    notice = KudosReactions(author.key, calendar.date_at(moment).isoformat())
    if outbox.states(session, [notice.key]).get(notice.key, WAITING) != WAITING:
        moment = last_hour_of_a_later_day(calendar, moment)
        notice = KudosReactions(author.key, calendar.date_at(moment).isoformat())
    receiver = kudos.receiver_of(session, given.key)
    receiver.told_on, receiver.at, given.at = calendar.date_at(moment), now, now
    session.flush()
    outbox.post(session, notice, key=notice.key, to=author.key, not_before=moment)


def _tell_less(session: Session, given: Kudos, author: Person) -> None:
    """A DM that was sent says what is left; where nothing is, it goes. One that waits is made anew anyway."""
    day = kudos.receiver_of(session, given.key).told_on
    if day is None:
        return
    notice = KudosReactions(author.key, day.isoformat())
    posted = outbox.posted(session, notice.key)
    if posted is None or posted.state != SENT:
        return
    if kudos.reacted(session, author.key, day):
        outbox.update(session, notice, of=notice.key)
    else:
        outbox.delete(session, of=notice.key)
