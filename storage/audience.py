"""Who may read: audiences as rows that items share, and the rule of `bot.domain.audience` said again as SQL."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    SQLColumnExpression,
    UniqueConstraint,
    and_,
    bindparam,
    exists,
    false,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased
from sqlmodel import Field, SQLModel, col

from bot.domain.audience import Kind, Listed
from storage.base import Owned
from storage.bulk import among
from storage.channels import Channel, ChannelMember
from storage.database import kept
from storage.people import Person
from storage.rounds import Prompt
from storage.teams import Membership

Id = SQLColumnExpression[int] | SQLColumnExpression[int | None]


class Audience(Owned, table=True):
    """Who can read the items that point here. `digest` names the list, so that equal lists are one row."""

    __tablename__ = "audience"
    __table_args__ = (
        UniqueConstraint("workspace_id", "digest"),
        CheckConstraint("kind IN ('people', 'channel', 'everyone')", name="kind"),
        CheckConstraint("(kind = 'channel') = (channel IS NOT NULL)", name="channel_of_channels"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    channel: str | None = Field(default=None, max_length=32)
    digest: str = Field(default="", max_length=64)


class AudiencePerson(Owned, table=True):
    """Somebody on an audience's list; `team_id` says through which team they are on it, None for by name."""

    __tablename__ = "audience_person"
    __table_args__ = (UniqueConstraint("audience_id", "person_id", "team_id"),)

    id: int | None = Field(default=None, primary_key=True)
    audience_id: int = Field(foreign_key="audience.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    team_id: int | None = Field(default=None, foreign_key="team.id")


def of_people(session: Session, listed: Iterable[Listed]) -> int:
    """The audience of exactly these people, by primary key; made where there is none yet."""
    entries = sorted(set(listed), key=lambda entry: (entry.person_id, entry.team_id or 0))
    name = "people:" + ";".join(f"{entry.person_id}:{entry.team_id or ''}" for entry in entries)
    found = _find(session, name)
    if found is not None:
        return found
    made = _make(session, name, Audience(kind=Kind.PEOPLE))
    session.add_all(
        AudiencePerson(audience_id=made, person_id=entry.person_id, team_id=entry.team_id) for entry in entries
    )
    session.flush()
    return made


def of_channel(session: Session, channel: str) -> int:
    """The audience of whoever can read a channel, resolved when read."""
    name = f"channel:{channel}"
    return _find(session, name) or _make(session, name, Audience(kind=Kind.CHANNEL, channel=channel))


def of_everyone(session: Session) -> int:
    """The audience of every full member of the workspace, resolved when read."""
    return _find(session, "everyone") or _make(session, "everyone", Audience(kind=Kind.EVERYONE))


def listed(session: Session, audience_id: int) -> list[Listed]:
    """Who is on an audience's list, whether or not they may still read."""
    rows = session.execute(
        select(col(AudiencePerson.person_id), col(AudiencePerson.team_id))
        .where(col(AudiencePerson.audience_id) == audience_id)
        .order_by(col(AudiencePerson.id))
    )
    return [Listed(person_id, team_id) for person_id, team_id in rows]


def kind_of(session: Session, audience_id: int) -> Kind:
    """What an audience is."""
    return Kind(session.get_one(Audience, audience_id).kind)


def reader_ids(session: Session, audience_id: int) -> set[int]:
    """Who is still here and on an audience's list, and still in the team through which they are on it."""
    still_in_team = _exists(
        Membership,
        col(Membership.team_id) == col(AudiencePerson.team_id),
        col(Membership.person_id) == col(AudiencePerson.person_id),
    )
    query = select(col(AudiencePerson.person_id)).where(
        col(AudiencePerson.audience_id) == audience_id,
        col(Person.id) == col(AudiencePerson.person_id),
        col(Person.status) != "left",
        or_(col(AudiencePerson.team_id).is_(None), still_in_team),
    )
    return set(session.scalars(query))


# By table, in two steps: joined, or for the session's workspace once more, PostgreSQL without statistics goes through
# everybody for each prompt.
_prompt, _listed, _person = (
    SQLModel.metadata.tables[str(of.__tablename__)].c for of in (Prompt, AudiencePerson, Person)
)
_OF_ROUND = (
    select(_prompt.audience_id)
    .where(_prompt.round_id == bindparam("round_id"), _prompt.audience_id.is_not(None))
    .distinct()
)
_LISTED = (
    select(_listed.person_id)
    .where(among(_listed.audience_id, "audience_ids"), _person.id == _listed.person_id, _person.status != "left")
    .distinct()
)


def listed_in_round(session: Session, round_id: int) -> set[int]:
    """Who is still here and on the list of an answer of this round, whether or not they may still read it."""
    of_answers = list(session.scalars(_OF_ROUND, {"round_id": round_id}))
    return set(session.scalars(_LISTED, {"audience_ids": of_answers})) if of_answers else set()


def readable(author_id: Id, audience_id: Id, reader: Person) -> ColumnElement[bool]:
    """The condition under which `reader` may read an item by `author_id` with `audience_id`.

    Says the same as `bot.domain.audience.may_read`; a property test holds them equal.
    """
    return _may_read(author_id, audience_id, _Who(literal(reader.key), literal(reader.status)))


def readable_of_many(author_id: Id, audience_id: Id, reader: Person) -> ColumnElement[bool]:
    """The same as `readable`, for queries that go through thousands of items: each audience is asked about once."""
    nobody = literal(0)  # who wrote an item is asked of the item
    each = aliased(Audience)  # the condition asks about a row of that table itself
    theirs = select(col(each.id)).where(readable(nobody, col(each.id), reader))
    is_here = literal(reader.status) != "left"
    return and_(is_here, or_(author_id == literal(reader.key), audience_id.in_(theirs)))


def readable_by_each(author_id: Id, audience_id: Id) -> ColumnElement[bool]:
    """Like `readable`, where the query around it is about the readers too, as rows of Person."""
    return _may_read(author_id, audience_id, _Who(col(Person.id), col(Person.status)))


def showable_in(author_id: Id, audience_id: Id, channel: Channel) -> ColumnElement[bool]:
    """The condition under which an item may be posted in `channel`; says the same as `may_show_in`."""
    if channel.is_shared:
        return false()
    for_this_channel = _exists(
        Audience, col(Audience.id) == audience_id, col(Audience.channel) == literal(channel.slack_id)
    )
    if not channel.is_private:
        return or_(for_this_channel, _is_for_everyone(audience_id))
    if channel.has_strangers:
        return for_this_channel
    member = and_(
        col(ChannelMember.channel) == literal(channel.slack_id),
        col(ChannelMember.workspace_id) == literal(channel.workspace_id),
        col(ChannelMember.person_id) == col(Person.id),
        col(Person.status) != "left",
    )
    may = readable_by_each(author_id, audience_id)
    somebody = exists().where(member).correlate_except(ChannelMember, Person)
    somebody_may_not = exists().where(member, not_(may)).correlate_except(ChannelMember, Person)
    return or_(for_this_channel, and_(somebody, not_(somebody_may_not)))


def all_in(session: Session, audience_ids: Iterable[int], channel: Channel) -> set[int]:
    """Those of these audiences of which every reader of `channel` is part, whoever wrote what they may read."""
    return _those(session, audience_ids, lambda audience_id: showable_in(literal(0), audience_id, channel))


def all_with(session: Session, audience_ids: Iterable[int], reader: Person) -> set[int]:
    """Those of these audiences of which `reader` is part."""
    return _those(session, audience_ids, lambda audience_id: readable(literal(0), audience_id, reader))


def _those(session: Session, audience_ids: Iterable[int], may: Callable[[Id], ColumnElement[bool]]) -> set[int]:
    # An alias, since the condition looks for the audience by itself.
    one = aliased(Audience)
    query = select(col(one.id)).where(among(col(one.id), "audience_ids"), may(col(one.id)))
    asked = sorted(set(audience_ids))
    return {found for found in session.scalars(query, {"audience_ids": asked}) if found} if asked else set()


@dataclass(frozen=True)
class _Who:
    """A reader, as values or as the columns of a query around the condition."""

    person_id: SQLColumnExpression[Any]
    status: SQLColumnExpression[Any]


def _may_read(author_id: Id, audience_id: Id, who: _Who) -> ColumnElement[bool]:
    return and_(
        who.status != "left",
        or_(
            author_id == who.person_id,
            _is_listed(audience_id, who),
            _reads_its_channel(audience_id, who),
            and_(_is_for_everyone(audience_id), who.status == "active"),
        ),
    )


def _is_listed(audience_id: Id, who: _Who) -> ColumnElement[bool]:
    still_in_team = _exists(
        Membership,
        col(Membership.team_id) == col(AudiencePerson.team_id),
        col(Membership.person_id) == who.person_id,
    )
    return _exists(
        AudiencePerson,
        col(AudiencePerson.audience_id) == audience_id,
        col(AudiencePerson.person_id) == who.person_id,
        or_(col(AudiencePerson.team_id).is_(None), still_in_team),
    )


def _reads_its_channel(audience_id: Id, who: _Who) -> ColumnElement[bool]:
    # An alias, since the query around the condition may be about members of another channel.
    member = aliased(ChannelMember)
    is_member = _exists(
        member,
        col(member.channel) == col(Channel.slack_id),
        col(member.workspace_id) == col(Channel.workspace_id),
        col(member.person_id) == who.person_id,
    )
    return (
        exists()
        .where(
            col(Audience.id) == audience_id,
            col(Audience.channel) == col(Channel.slack_id),
            col(Audience.workspace_id) == col(Channel.workspace_id),
            or_(and_(col(Channel.is_private).is_(False), who.status == "active"), is_member),
        )
        .correlate_except(Audience, Channel)
    )


def _is_for_everyone(audience_id: Id) -> ColumnElement[bool]:
    return _exists(Audience, col(Audience.id) == audience_id, col(Audience.kind) == Kind.EVERYONE)


def _exists(table: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    # SQLAlchemy correlates with the nearest query alone, so each says which table is its own.
    return exists().where(*conditions).correlate_except(table)


_BY_DIGEST = select(col(Audience.id)).where(col(Audience.digest) == bindparam("digest"))


def _find(session: Session, name: str) -> int | None:
    """An audience by its name. Audiences are never changed and never deleted, so each is asked for once."""
    digest = _digest(name)
    return kept(session, digest, lambda: session.scalars(_BY_DIGEST, {"digest": digest}).one_or_none())


def _make(session: Session, name: str, audience: Audience) -> int:
    audience.digest = _digest(name)
    session.add(audience)
    session.flush()
    return audience.id or 0


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
