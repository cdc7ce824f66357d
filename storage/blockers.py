"""Blockers: who raised them, whose they are to see to, and when each is reminded.

A blocker has no words of its own: they are those of the answer in which it was said, so that an edit changes them, and
whoever takes the answer back takes them from everywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    UniqueConstraint,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from bot.domain.audience import Kind
from bot.domain.blockers import TAKE_BACK, Ended, HomeChannel, LedBlocker, OwnBlocker, SealedBlocker, StillOpen
from storage import channels, workspaces
from storage.answers import Answer
from storage.audience import Audience, readable, readable_by_each
from storage.base import Keyed, Owned
from storage.bulk import among
from storage.channels import Channel
from storage.checkins import CheckIn, Question
from storage.database import share, shared
from storage.people import Person
from storage.teams import LEAD, Membership
from storage.types import UTCDateTime

_IS_OPEN = text("closed_at IS NULL")
_IS_TO_COME = text("due_at IS NOT NULL")


class Blocker(Keyed, table=True):
    """Something in somebody's way, said in answer to a question of a check-in.

    `audience_id` is that of the answer, until its author lets somebody else read. `ended`: why it is closed.
    `posted_in`: the channel (Slack id) in which its author had it posted; `posts` counts how often they had.
    """

    __tablename__ = "blocker"
    __table_args__ = (
        UniqueConstraint("prompt_id", "question_id"),
        CheckConstraint("ended IN ('closed', 'emptied', 'left_team', 'left_company')", name="ended"),
        CheckConstraint("(closed_at IS NULL) = (ended IS NULL)", name="closed_for_a_reason"),
        Index("ix_blocker_open", "reporter_id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
        Index("ix_blocker_reporter_id", "reporter_id", "closed_at"),
    )

    reporter_id: int = Field(foreign_key="person.id")
    checkin_id: int = Field(foreign_key="checkin.id")
    prompt_id: int = Field(foreign_key="prompt.id")
    question_id: int = Field(foreign_key="question.id")
    audience_id: int | None = Field(default=None, foreign_key="audience.id")
    opened_at: datetime = Field(sa_type=UTCDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ended: str | None = Field(default=None, max_length=16)
    posted_in: str | None = Field(default=None, max_length=32)
    posts: int = 0
    stuck_until: datetime | None = Field(default=None, sa_type=UTCDateTime)


class BlockerTeam(Owned, table=True):
    """A team whose leads see to a blocker: one that its author was asked for."""

    __tablename__ = "blocker_team"
    __table_args__ = (UniqueConstraint("blocker_id", "team_id"),)

    id: int | None = Field(default=None, primary_key=True)
    blocker_id: int = Field(foreign_key="blocker.id")
    team_id: int = Field(foreign_key="team.id", index=True)


class BlockerWatch(Keyed, table=True):
    """Somebody who knows of a blocker: whoever raised it, and each lead who was told.

    `due_at`: when they are reminded next, None where they aren't; `nudged_on`: the day of their last reminder.
    """

    __tablename__ = "blocker_watch"
    __table_args__ = (
        UniqueConstraint("blocker_id", "person_id"),
        Index("ix_blocker_watch_due_at", "due_at", sqlite_where=_IS_TO_COME, postgresql_where=_IS_TO_COME),
    )

    blocker_id: int = Field(foreign_key="blocker.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    due_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    nudged_on: date | None = None
    stuck_until: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Said(NamedTuple):
    """A blocker with the answer in which it was said: its words and when they were last changed, where it is there."""

    blocker: Blocker
    words: str | None
    changed_at: datetime | None


ITS_ANSWER = and_(col(Answer.prompt_id) == col(Blocker.prompt_id), col(Answer.question_id) == col(Blocker.question_id))
_SAID = select(Blocker, col(Answer.words), col(Answer.at)).outerjoin(Answer, ITS_ANSWER)
_OF_PROMPT = _SAID.where(col(Blocker.prompt_id) == bindparam("prompt_id"))
_OPEN_OF = _SAID.where(
    col(Blocker.reporter_id) == bindparam("person_id"),
    col(Blocker.checkin_id) == bindparam("checkin_id"),
    col(Blocker.closed_at).is_(None),
)


def of_prompt(session: Session, prompt_id: int) -> dict[int, Said]:
    """What one prompt's answers raised, by question."""
    found = (Said(*row) for row in session.execute(_OF_PROMPT, {"prompt_id": prompt_id}))
    return {said.blocker.question_id: said for said in found}


def open_words(session: Session, person_id: int, checkin_id: int) -> list[str]:
    """What somebody has raised in a check-in's rounds, and not closed."""
    found = session.execute(_OPEN_OF, {"person_id": person_id, "checkin_id": checkin_id})
    return [said.words for said in map(Said._make, found) if said.words is not None]


_OPEN_OF_MANY = (
    select(
        col(Blocker.reporter_id), col(Blocker.checkin_id), col(Blocker.id), col(Blocker.opened_at), col(Answer.words)
    )
    .join(Answer, ITS_ANSWER)
    .where(among(col(Blocker.reporter_id), "person_ids"), col(Blocker.closed_at).is_(None))
    .order_by(col(Blocker.opened_at), col(Blocker.id))
)


def look_up_open(session: Session, person_ids: Collection[int]) -> None:
    """What these people have raised and not closed, for `still_open` to give in the rest of a look."""
    found: dict[int, list[Any]] = {person_id: [] for person_id in person_ids}
    for row in session.execute(_OPEN_OF_MANY, {"person_ids": list(person_ids)}):
        found[row.reporter_id].append(row)
    share(session, {("blocked", person_id): rows for person_id, rows in found.items()})


def still_open(session: Session, person_id: int, checkin_id: int) -> StillOpen | None:
    """What somebody raised in a check-in's rounds and hasn't closed: the oldest of it."""
    rows = shared(
        session, ("blocked", person_id), lambda: list(session.execute(_OPEN_OF_MANY, {"person_ids": [person_id]}))
    )
    found = (StillOpen(row.id, row.opened_at, row.words or "") for row in rows if row.checkin_id == checkin_id)
    return next(found, None)


def held(session: Session, blocker_id: int) -> Blocker | None:
    """A blocker, locked until this transaction has ended."""
    return session.scalars(select(Blocker).where(col(Blocker.id) == blocker_id).with_for_update()).one_or_none()


def _leads_it(person_id: int) -> ColumnElement[bool]:
    """The condition under which somebody leads a team that sees to a blocker: by way of their few teams."""
    led = (
        select(col(BlockerTeam.blocker_id))
        .join(Membership, col(Membership.team_id) == col(BlockerTeam.team_id))
        .where(col(Membership.person_id) == person_id, col(Membership.role) == LEAD)
    )
    return col(Blocker.id).in_(led)


def _may_read(lead: Person) -> ColumnElement[bool]:
    """Who leads one of its teams and is in its audience."""
    return and_(
        col(Blocker.reporter_id) != lead.key,
        _leads_it(lead.key),
        readable(col(Blocker.reporter_id), col(Blocker.audience_id), lead),
    )


def open_led_by(session: Session, lead: Person) -> list[LedBlocker | SealedBlocker]:
    """What is open in the teams that somebody leads, but for what they raised themselves; oldest first."""
    query = (
        select(col(Blocker.id), col(Blocker.opened_at), col(CheckIn.name))
        .join(CheckIn, col(CheckIn.id) == col(Blocker.checkin_id))
        .where(col(Blocker.closed_at).is_(None), col(Blocker.reporter_id) != lead.key, _leads_it(lead.key))
        .order_by(col(Blocker.opened_at), col(Blocker.id))
    )
    found = list(session.execute(query))
    read = {each.id: each for each in led_by(session, lead, [key for key, _, _ in found if key is not None])}
    return [read.get(key or 0) or SealedBlocker(opened_at, checkin) for key, opened_at, checkin in found]


_TOLD = (
    select(Blocker, col(CheckIn.name), col(Person.name), col(Question.wording), col(Answer.words))
    .join(CheckIn, col(CheckIn.id) == col(Blocker.checkin_id))
    .join(Question, col(Question.id) == col(Blocker.question_id))
    .join(Person, col(Person.id) == col(Blocker.reporter_id))
    .outerjoin(Answer, ITS_ANSWER)
    .order_by(col(Blocker.opened_at), col(Blocker.id))
)


def led_by(session: Session, lead: Person, blocker_ids: Collection[int]) -> list[LedBlocker]:
    """Those of these blockers, open or not, that a lead may read, oldest first."""
    if not blocker_ids:
        return []
    query = _TOLD.where(col(Blocker.id).in_(blocker_ids), _may_read(lead))
    return [_led(*row) for row in session.execute(query)]


def posted(session: Session, blocker_id: int, nth: int) -> LedBlocker | None:
    """A blocker as everybody sees it in the channel where its author had it posted for the `nth` time."""
    stands = (col(Blocker.posted_in).is_not(None), col(Blocker.posts) == nth)
    query = _TOLD.where(col(Blocker.id) == blocker_id, *stands)
    found = session.execute(query).one_or_none()
    return None if found is None else _led(*found)


def _led(blocker: Blocker, checkin: str, name: str, wording: str, words: str | None) -> LedBlocker:
    return LedBlocker(
        id=blocker.key,
        opened_at=blocker.opened_at,
        checkin=checkin,
        reporter_id=blocker.reporter_id,
        name=name,
        wording=wording,
        words=words,
        ended=Ended(blocker.ended) if blocker.ended else None,
        closed_at=blocker.closed_at,
    )


_ITS_CHANNEL = and_(
    col(Channel.slack_id) == func.coalesce(col(Blocker.posted_in), col(CheckIn.home_channel)),
    col(Channel.workspace_id) == col(Blocker.workspace_id),
)


def _home(session: Session, blocker: Blocker, channel: Channel | None) -> HomeChannel | None:
    """Where a blocker stands, or may: never where another company reads along."""
    if channel is None or not (blocker.posted_in or channels.takes_posts(channel)):
        return None
    company = "" if channel.is_private else workspaces.current(session).name
    return HomeChannel(channel.name, company, blocker.posted_in is not None)


def own(session: Session, person_id: int, now: datetime, *, prompt_id: int | None = None) -> list[OwnBlocker]:
    """What somebody raised, of one prompt where one is named, that is open or that they can still open again."""
    lately = and_(col(Blocker.ended) == Ended.CLOSED, col(Blocker.closed_at) > now - TAKE_BACK)
    query = (
        select(Blocker, col(CheckIn.name), col(Answer.words), Channel)
        .join(CheckIn, col(CheckIn.id) == col(Blocker.checkin_id))
        .join(Answer, ITS_ANSWER)
        .outerjoin(Channel, _ITS_CHANNEL)
        .where(col(Blocker.reporter_id) == person_id, or_(col(Blocker.closed_at).is_(None), lately))
        .order_by(col(Blocker.opened_at), col(Blocker.id))
    )
    if prompt_id is not None:
        query = query.where(col(Blocker.prompt_id) == prompt_id)
    found = [
        OwnBlocker(
            blocker.key,
            blocker.opened_at,
            checkin,
            words or "",
            Ended(blocker.ended) if blocker.ended else None,
            home=_home(session, blocker, channel),
        )
        for blocker, checkin, words, channel in session.execute(query)
    ]
    return _with_leads(session, found) if found else []


def _with_leads(session: Session, found: Sequence[OwnBlocker]) -> list[OwnBlocker]:
    """The same, with who knows, and with whom they could be shared."""
    may_read = readable_by_each(col(Blocker.reporter_id), col(Blocker.audience_id))
    is_list = exists().where(col(Audience.id) == col(Blocker.audience_id), col(Audience.kind) == Kind.PEOPLE)
    query = (
        _of_leads(
            select(col(Blocker.id), col(Person.id), col(Person.name), may_read, is_list.correlate_except(Audience))
        )
        .where(col(Blocker.id).in_([each.id for each in found]), col(Person.status) != "left")
        .order_by(col(Person.name), col(Person.id))
    )
    told: dict[int, list[str]] = {each.id: [] for each in found}
    unshared: dict[int, list[tuple[int, str]]] = {each.id: [] for each in found}
    for blocker_id, person_id, name, reads, can_grow in session.execute(query):
        if reads:
            told[blocker_id].append(name)
        elif can_grow:
            unshared[blocker_id].append((person_id, name))
    return [replace(each, told=tuple(told[each.id]), unshared=tuple(unshared[each.id])) for each in found]


def _of_leads(query: Any) -> Any:
    """Blockers with the people who lead their teams, each once, but for who raised one."""
    return (
        query.select_from(Blocker)
        .join(BlockerTeam, col(BlockerTeam.blocker_id) == col(Blocker.id))
        .join(Membership, and_(col(Membership.team_id) == col(BlockerTeam.team_id), col(Membership.role) == LEAD))
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(col(Person.id) != col(Blocker.reporter_id))
        .distinct()
    )


def home_channel(session: Session, blocker: Blocker) -> Channel | None:
    """The home channel of a blocker's check-in, where Cairn can post and nobody from another company reads along."""
    home = select(col(CheckIn.home_channel)).where(col(CheckIn.id) == blocker.checkin_id).scalar_subquery()
    found = session.scalars(select(Channel).where(col(Channel.slack_id) == home)).one_or_none()
    return found if found is not None and channels.takes_posts(found) else None


def leads_to_tell(session: Session, blocker: Blocker) -> list[Person]:
    """The leads of its teams who may read a blocker, but for whoever raised it."""
    query = (
        _of_leads(select(Person))
        .where(col(Blocker.id) == blocker.key, readable_by_each(col(Blocker.reporter_id), col(Blocker.audience_id)))
        .order_by(col(Person.id))
    )
    return list(session.scalars(query))


def leading_teams(session: Session, blocker_id: int, person_id: int) -> list[int]:
    """Those of a blocker's teams that somebody leads."""
    query = (
        select(col(Membership.team_id))
        .join(BlockerTeam, col(BlockerTeam.team_id) == col(Membership.team_id))
        .where(
            col(BlockerTeam.blocker_id) == blocker_id,
            col(Membership.person_id) == person_id,
            col(Membership.role) == LEAD,
        )
        .order_by(col(Membership.team_id))
    )
    return list(session.scalars(query))


def add(session: Session, blocker: Blocker, team_ids: Iterable[int]) -> Blocker:
    """Remember a new blocker, and whose leads see to it."""
    session.add(blocker)
    session.flush()
    session.add_all(BlockerTeam(blocker_id=blocker.key, team_id=team_id) for team_id in team_ids)
    session.flush()
    return blocker


def watches(session: Session, blocker_id: int) -> list[BlockerWatch]:
    """Who knows of a blocker."""
    query = select(BlockerWatch).where(col(BlockerWatch.blocker_id) == blocker_id).order_by(col(BlockerWatch.id))
    return list(session.scalars(query))


def nudged(session: Session, person_id: int, day: date) -> list[int]:
    """The blockers that somebody was last reminded of on this day."""
    query = select(col(BlockerWatch.blocker_id)).where(
        col(BlockerWatch.person_id) == person_id, col(BlockerWatch.nudged_on) == day
    )
    return list(session.scalars(query))


def to_nudge(session: Session, person_id: int) -> list[tuple[BlockerWatch, int]]:
    """All that somebody is to be reminded of sooner or later, with who raised it; what another process has is left."""
    query = (
        select(BlockerWatch, col(Blocker.reporter_id))
        .join(Blocker, col(Blocker.id) == col(BlockerWatch.blocker_id))
        .where(col(BlockerWatch.person_id) == person_id, col(BlockerWatch.due_at).is_not(None))
        .order_by(col(BlockerWatch.id))
        .with_for_update(of=BlockerWatch, skip_locked=True)
    )
    return [(watch, reporter) for watch, reporter in session.execute(query)]


def stop_nudges(session: Session, blocker_id: int) -> None:
    """Nobody is reminded of a blocker any more."""
    stop = update(BlockerWatch).where(col(BlockerWatch.blocker_id) == blocker_id).values(due_at=None)
    session.execute(stop)
