"""Who may read: audiences as rows that items share, and the rule of `bot.domain.audience` said again as SQL."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    SQLColumnExpression,
    UniqueConstraint,
    and_,
    exists,
    false,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased
from sqlmodel import Field, col

from bot.domain.audience import Kind, Listed
from storage.base import Owned
from storage.channels import Channel, ChannelMember
from storage.people import Person
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
    digest: str = Field(max_length=64)


class AudiencePerson(Owned, table=True):
    """Somebody on an audience's list; `team_id` says through which team they are on it, None for by name."""

    __tablename__ = "audience_person"
    __table_args__ = (UniqueConstraint("audience_id", "person_id", "team_id"),)

    id: int | None = Field(default=None, primary_key=True)
    audience_id: int = Field(foreign_key="audience.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    team_id: int | None = Field(default=None, foreign_key="team.id")


def of_people(session: Session, listed: Iterable[Listed]) -> Audience:
    """The audience of exactly these people, made where there is none yet."""
    entries = sorted(set(listed), key=lambda entry: (entry.person_id, entry.team_id or 0))
    name = ";".join(f"{entry.person_id}:{entry.team_id or ''}" for entry in entries)
    found = _by_digest(session, f"people:{name}")
    if found is not None:
        return found
    made = _make(session, Audience(kind=Kind.PEOPLE, digest=_digest(f"people:{name}")))
    session.add_all(
        AudiencePerson(audience_id=made.id or 0, person_id=entry.person_id, team_id=entry.team_id) for entry in entries
    )
    session.flush()
    return made


def of_channel(session: Session, channel: str) -> Audience:
    """The audience of whoever can read a channel, resolved when read."""
    name = f"channel:{channel}"
    return _by_digest(session, name) or _make(
        session, Audience(kind=Kind.CHANNEL, channel=channel, digest=_digest(name))
    )


def of_everyone(session: Session) -> Audience:
    """The audience of every full member of the workspace, resolved when read."""
    return _by_digest(session, "everyone") or _make(session, Audience(kind=Kind.EVERYONE, digest=_digest("everyone")))


def listed(session: Session, audience_id: int) -> list[Listed]:
    """Who is on an audience's list, whether or not they may still read."""
    rows = session.execute(
        select(col(AudiencePerson.person_id), col(AudiencePerson.team_id))
        .where(col(AudiencePerson.audience_id) == audience_id)
        .order_by(col(AudiencePerson.id))
    )
    return [Listed(person_id, team_id) for person_id, team_id in rows]


def readable(author_id: Id, audience_id: Id, reader: Person) -> ColumnElement[bool]:
    """The condition under which `reader` may read an item by `author_id` with `audience_id`.

    Says the same as `bot.domain.audience.may_read`; a property test holds them equal.
    """
    if reader.status == "left":
        return false()
    on_list = exists().where(
        col(AudiencePerson.audience_id) == audience_id,
        col(AudiencePerson.person_id) == reader.key,
        or_(col(AudiencePerson.team_id).is_(None), _still_in_team(reader)),
    )
    everyone = exists().where(col(Audience.id) == audience_id, col(Audience.kind) == Kind.EVERYONE)
    clauses: list[ColumnElement[bool]] = [author_id == reader.key, on_list, _in_channel(audience_id, reader)]
    if reader.status == "active":
        clauses.append(everyone)
    return or_(*clauses)


def showable_in(author_id: Id, audience_id: Id, channel: Channel) -> ColumnElement[bool]:
    """The condition under which an item may be posted in `channel`; says the same as `may_show_in`."""
    for_this_channel = exists().where(col(Audience.id) == audience_id, col(Audience.channel) == channel.slack_id)
    if channel.is_shared:
        return for_this_channel
    everyone = exists().where(col(Audience.id) == audience_id, col(Audience.kind) == Kind.EVERYONE)
    if not channel.is_private:
        return or_(for_this_channel, everyone)
    return or_(for_this_channel, and_(_has_members(channel), not_(_somebody_may_not(author_id, audience_id, channel))))


def _has_members(channel: Channel) -> ColumnElement[bool]:
    return exists().where(
        col(ChannelMember.channel) == channel.slack_id, col(ChannelMember.workspace_id) == channel.workspace_id
    )


def _somebody_may_not(author_id: Id, audience_id: Id, channel: Channel) -> ColumnElement[bool]:
    """Whether anyone in a private channel may not read the item: its readers, one by one, as SQL."""
    in_team = exists().where(
        col(Membership.team_id) == col(AudiencePerson.team_id), col(Membership.person_id) == col(Person.id)
    )
    on_list = exists().where(
        col(AudiencePerson.audience_id) == audience_id,
        col(AudiencePerson.person_id) == col(Person.id),
        or_(col(AudiencePerson.team_id).is_(None), in_team),
    )
    other_channel = aliased(ChannelMember)
    in_its_channel = exists().where(
        col(Audience.id) == audience_id,
        col(Audience.channel) == col(Channel.slack_id),
        col(Audience.workspace_id) == col(Channel.workspace_id),
        or_(
            and_(col(Channel.is_private).is_(False), col(Person.status) == "active"),
            exists().where(
                col(other_channel.channel) == col(Channel.slack_id), col(other_channel.person_id) == col(Person.id)
            ),
        ),
    )
    for_everyone = exists().where(
        col(Audience.id) == audience_id, col(Audience.kind) == Kind.EVERYONE, col(Person.status) == "active"
    )
    may = and_(col(Person.status) != "left", or_(author_id == col(Person.id), on_list, in_its_channel, for_everyone))
    return exists().where(
        col(ChannelMember.channel) == channel.slack_id,
        col(ChannelMember.workspace_id) == channel.workspace_id,
        col(ChannelMember.person_id) == col(Person.id),
        not_(may),
    )


def _still_in_team(reader: Person) -> ColumnElement[bool]:
    return exists().where(
        col(Membership.team_id) == col(AudiencePerson.team_id), col(Membership.person_id) == reader.key
    )


def _in_channel(audience_id: Id, reader: Person) -> ColumnElement[bool]:
    member = exists().where(
        col(ChannelMember.channel) == col(Channel.slack_id), col(ChannelMember.person_id) == reader.key
    )
    open_to_reader = col(Channel.is_private).is_(False) if reader.status == "active" else false()
    return exists().where(
        col(Audience.id) == audience_id,
        col(Audience.channel) == col(Channel.slack_id),
        col(Audience.workspace_id) == col(Channel.workspace_id),
        or_(open_to_reader, member),
    )


def _by_digest(session: Session, name: str) -> Audience | None:
    return session.scalars(select(Audience).where(col(Audience.digest) == _digest(name))).one_or_none()


def _make(session: Session, audience: Audience) -> Audience:
    session.add(audience)
    session.flush()
    return audience


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
