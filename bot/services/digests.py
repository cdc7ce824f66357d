"""Where a round's digest goes: only where its audience allows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import bindparam, func, literal, or_, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.errors import UserError
from bot.i18n import mark
from bot.notices.digests import ChannelDigest, DigestNotice, PersonDigest, leads, owners
from bot.notices.results import ResultsNotice
from bot.services import hidden, results
from bot.services.turns import is_next, take_next
from storage import access, audience, channels, checkins, outbox, teams
from storage.answers import Answer
from storage.channels import Channel
from storage.checkins import CheckIn
from storage.outbox import NewPost
from storage.outbox_rows import DROPPED, FAILED, SENT
from storage.people import Person
from storage.rounds import AHEAD, Prompt, Round
from storage.teams import LEAD
from storage.types import UTCDateTime

NOT_YOURS = mark("{names} can post this digest. Nothing was posted.")


def mark_stale(session: Session, checkin: CheckIn, round_: Round, now: datetime) -> None:
    """A round's digest doesn't say what is true: `refresh_stale` will see to it.

    Before the round closes only where the digest is there as answers arrive. With names hidden never: it says what was
    fixed as the round closed, since whatever changed in it would tell who came late or thought again.
    """
    is_shown = round_.closed_at is not None or checkin.digest_when == "arrival"
    if is_shown and round_.k == 0 and round_.n != AHEAD:
        _make_due(session, checkin, round_, now)


def close(session: Session, checkin: CheckIn, round_: Round, now: datetime) -> None:
    """A round has just been closed: its digest is due, and with names hidden what that says is fixed."""
    if round_.k:
        hidden.fix(session, checkin, round_)
    _make_due(session, checkin, round_, now)


def _make_due(session: Session, checkin: CheckIn, round_: Round, now: datetime) -> None:
    # Unconditional, since the tick may just have taken what was stale before.
    since = func.coalesce(col(Round.digest_stale_at), literal(now, UTCDateTime()))
    stale = update(Round).where(col(Round.id) == round_.key).values(digest_stale_at=since)
    session.execute(stale, execution_options={"synchronize_session": False})
    if checkin.home_channel is not None:
        channels.want(session, checkin.home_channel, now)


_IS_WANTED = (
    select(col(Channel.id))
    .where(
        col(Channel.slack_id) == col(CheckIn.home_channel),
        col(Channel.workspace_id) == col(CheckIn.workspace_id),
        col(Channel.wanted_at).is_not(None),
    )
    .correlate(CheckIn)
    .exists()
)
_STALE = (
    select(Round, CheckIn)
    .join(CheckIn, col(CheckIn.id) == col(Round.checkin_id))
    .where(col(Round.digest_stale_at).is_not(None), is_next(Round), ~_IS_WANTED)
    .order_by(col(Round.digest_stale_at))
    .limit(1)
    .with_for_update(of=Round, skip_locked=True)
)


def refresh_stale(session: Session, now: datetime) -> bool:
    """Bring the digest of one closed round up to date, in all of its copies. A tick's step.

    Its home channel is looked up before: who reads there decides where the digest may go.
    """
    return take_next(session, _STALE, lambda round_, checkin: _refresh(session, checkin, round_, now), now)


def _refresh(session: Session, checkin: CheckIn, round_: Round, now: datetime) -> None:
    since = round_.digest_stale_at or now
    round_.digest_stale_at = None
    session.flush()
    readers_now = readers(session, checkin, round_)
    sent_to = _say_again(session, checkin, round_, readers_now)
    if not round_.k:
        _log_changes(session, round_, sent_to, since, now)
    if checkin.deleted_at is None and _has_something_to_say(session, round_):
        send(session, checkin, round_, readers_now)
    if checkin.deleted_at is None and round_.closed_at is not None and not _is_told(session, checkin, round_):
        results.tell(session, checkin, round_)


def _is_told(session: Session, checkin: CheckIn, round_: Round) -> bool:
    """Whether results were told when the round closed: who leads since looks them up."""
    return outbox.posted(session, ResultsNotice(round_.key, checkin.created_by).key) is not None


_ASKED = select(col(Prompt.person_id)).where(col(Prompt.round_id) == bindparam("round_id"))


def _say_again(session: Session, checkin: CheckIn, round_: Round, readers_now: Sequence[int]) -> list[int]:
    """Every page of every copy says what is true now; gives whose copies are in Slack. Pages may come back, too."""
    people = sorted({*session.scalars(_ASKED, {"round_id": round_.key}), *readers_now})
    in_channel = ChannelDigest(round_.key, 0, checkin.home_channel or "")
    everywhere: list[DigestNotice] = [in_channel, *(PersonDigest(round_.key, 0, person) for person in people)]
    there = outbox.states(session, [copy.key for copy in everywhere])
    copies = [copy for copy in everywhere if copy.key in there]
    states = outbox.update_many(session, {copy.key: copy for copy in copies})
    outbox.hasten(session, [in_channel.key])  # it may have waited for its channel to be looked up
    # What had no place in the channel went to its readers, and doesn't come back.
    gone = [copy.key for copy in copies if copy is not in_channel and copy.key not in states]
    outbox.owe_again(session, gone, DROPPED)
    sent_to = [person for person in people if states.get(PersonDigest(round_.key, 0, person).key) == SENT]
    while copies := [copy.at(copy.page + 1) for copy in copies if states.get(copy.key) == SENT]:
        states = outbox.update_many(session, {copy.key: copy for copy in copies})
        missing = [copy.key for copy in copies if copy.key not in states]
        outbox.owe_again(session, missing, DROPPED, FAILED)
    return sent_to


def _log_changes(session: Session, round_: Round, readers: Sequence[int], since: datetime, now: datetime) -> None:
    """Who has a copy by DM is shown what was answered or edited since."""
    may_read = audience.readable_by_each(col(Prompt.person_id), col(Prompt.audience_id))
    query = (
        select(col(Person.id), col(Prompt.person_id), col(Prompt.id))
        .select_from(Prompt)
        .join(Person, may_read)
        .where(
            col(Prompt.round_id) == round_.key,
            or_(col(Prompt.answered_at) >= since, col(Prompt.edited_at) >= since),
            col(Person.id).in_(readers),
        )
        .order_by(col(Person.id), col(Prompt.id))
    )
    for reader, rows in groupby(session.execute(query), key=itemgetter(0)):
        items = [(author, prompt) for _, author, prompt in rows if prompt is not None]
        access.log(session, reader, items, what="checkin", place="digest", at=now)


def send(session: Session, checkin: CheckIn, round_: Round, readers_now: Sequence[int]) -> None:
    """Owe a digest in the home channel where every reader of it may read, else to its readers by DM; to leads always.

    A check-in has one home channel, whatever those of its teams are: over several teams, each read in their own, it
    goes by DM, to everybody their team's part. A team that wants its part in its channel has a check-in of its own.

    Posting again under the same key is a no-op, so that a late answer makes a digest for a round that had none.
    """
    channel = _home_channel(session, checkin, round_)
    notice = ChannelDigest(round_.key, 0, channel or "")
    before = outbox.posted(session, notice.key)
    by_dm = readers_now
    if channel is not None and (before is None or before.state != DROPPED):
        owner = next((person.key for person in owners(session, checkin)), None)
        outbox.post(session, notice, key=notice.key, to=channel, owner=owner)
        # Who replies and keeps does it in a copy of their own, once it is whole.
        by_dm = [person.key for person in leads(session, checkin)] if round_.closed_at is not None else []
    copies = [PersonDigest(round_.key, 0, person) for person in by_dm]
    outbox.post_many(session, [NewPost(copy, copy.key, copy.person_id) for copy in copies])


def post_again(session: Session, actor: Person, round_id: int, now: datetime) -> bool:
    """Post a digest in the home channel that Slack had refused, now that somebody has seen to it."""
    round_ = session.get(Round, round_id)
    checkin = round_ and checkins.get(session, round_.checkin_id)
    if round_ is None or not isinstance(checkin, CheckIn) or checkin.home_channel is None:
        return False
    may = {person.key: person for person in (*owners(session, checkin), *leads(session, checkin))}
    if actor.key not in may:
        raise UserError(NOT_YOURS, names=[person.name for person in may.values()])
    _make_due(session, checkin, round_, now)
    return outbox.retry(session, of=ChannelDigest(round_.key, 0, checkin.home_channel).key)


def readers(session: Session, checkin: CheckIn, round_: Round) -> list[int]:
    """Who gets the digest by DM: the leads, or everybody in the check-in's teams; primary keys.

    And whoever is on the list of an answer: who stopped leading since, or whose team was deleted or taken out.
    """
    roles = (LEAD,) if checkin.readers == "leads" else ()
    in_teams = [team.key for team in checkins.read_in(session, checkin.key)]
    now_reading = {person_id for person_id, _ in teams.keys(session, in_teams, *roles)}
    return sorted(now_reading | audience.listed_in_round(session, round_.key))


def _has_something_to_say(session: Session, round_: Round) -> bool:
    """Whether somebody answered; with names hidden whether anybody was asked, since none and few look the same."""
    if round_.k:
        return hidden.was_anybody_asked(session, round_)
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
