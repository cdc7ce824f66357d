"""Where a round's digest goes: only where its audience allows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.errors import UserError
from bot.i18n import mark
from bot.notices.digests import ChannelDigest, DigestNotice, PersonDigest, leads, owners
from storage import audience, channels, checkins, outbox, teams
from storage.answers import Answer
from storage.checkins import CheckIn
from storage.people import Person
from storage.rounds import Prompt, Round
from storage.teams import LEAD

NOT_YOURS = mark("{names} can post this digest. Nothing was posted.")


def send(session: Session, checkin: CheckIn, round_: Round) -> None:
    """Post a closed round's digest in the home channel where every reader of it may read, else to its readers by DM.

    Posting again under the same key is a no-op, so a late answer calls this for a round that had none before.
    """
    if not _has_answers(session, round_):
        return
    channel = _home_channel(session, checkin, round_)
    if channel is not None:
        notice = ChannelDigest(round_.key, 0, channel)
        owner = next((person.key for person in owners(session, checkin)), None)
        outbox.post(session, notice, key=notice.key, to=channel, owner=owner)
        return
    for person in readers(session, checkin):
        digest = PersonDigest(round_.key, 0, person.key)
        outbox.post(session, digest, key=digest.key, to=person.key)


def refresh(session: Session, checkin: CheckIn, round_: Round, changed: Prompt, now: datetime) -> None:
    """After `changed` was answered late or edited: every copy of the digest in Slack says what is true now."""
    if round_.closed_at is None:
        return
    send(session, checkin, round_)
    copies: list[DigestNotice] = [ChannelDigest(round_.key, 0, checkin.home_channel or "")]
    copies += [PersonDigest(round_.key, 0, person.key) for person in readers(session, checkin)]
    for copy in copies:
        copy.say_again(session, changed, now)


def post_again(session: Session, actor: Person, round_id: int, _now: datetime) -> bool:
    """Post a digest in the home channel that Slack had refused, now that somebody has seen to it."""
    round_ = session.get(Round, round_id)
    checkin = round_ and checkins.get(session, round_.checkin_id)
    if round_ is None or not isinstance(checkin, CheckIn) or checkin.home_channel is None:
        return False
    may = {person.key: person for person in (*owners(session, checkin), *leads(session, checkin))}
    if actor.key not in may:
        raise UserError(NOT_YOURS, names=[person.name for person in may.values()])
    return outbox.retry(session, of=ChannelDigest(round_.key, 0, checkin.home_channel).key)


def readers(session: Session, checkin: CheckIn) -> list[Person]:
    """Who gets the digest by DM: the leads, or everybody in the check-in's teams."""
    roles = (LEAD,) if checkin.readers == "leads" else ()
    found = {
        person.key: person
        for team in checkins.teams(session, checkin.key)
        for person in teams.people(session, team.key, *roles)
    }
    return list(found.values())


def _has_answers(session: Session, round_: Round) -> bool:
    query = (
        select(col(Answer.id))
        .join(Prompt, col(Prompt.id) == col(Answer.prompt_id))
        .where(col(Prompt.round_id) == round_.key)
        .limit(1)
    )
    return session.scalars(query).first() is not None


def _home_channel(session: Session, checkin: CheckIn, round_: Round) -> str | None:
    if checkin.home_channel is None:
        return None
    channel = channels.by_slack_id(session, checkin.home_channel)
    if channel is None:
        return None
    fits = audience.showable_in(col(Prompt.person_id), col(Prompt.audience_id), channel)
    hidden = (
        select(col(Prompt.id))
        .where(col(Prompt.round_id) == round_.key, col(Prompt.audience_id).is_not(None), ~fits)
        .limit(1)
    )
    return channel.slack_id if session.scalars(hidden).first() is None else None
