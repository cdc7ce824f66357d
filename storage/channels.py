"""Channels that Cairn has to do with, and who is in them: as much as deciding who reads them needs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from sqlalchemy import JSON, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from storage.base import Owned
from storage.types import UTCDateTime


class Channel(Owned, table=True):
    """A Slack channel. `is_shared`: another company is in it. `bot_in`: Cairn can post there.

    `wanted_at`: since when it has to be looked up in Slack before anything of its audience is posted there.
    `has_strangers`: somebody is in it whom Cairn doesn't know. `others`: Slack ids of members who don't read, bots
    and deactivated accounts.
    """

    __tablename__ = "channel"
    __table_args__ = (UniqueConstraint("workspace_id", "slack_id"),)

    id: int | None = Field(default=None, primary_key=True)
    slack_id: str = Field(max_length=32)
    name: str = ""
    is_private: bool = True
    is_shared: bool = False
    is_archived: bool = False
    bot_in: bool = False
    synced_at: datetime = Field(sa_type=UTCDateTime)
    wanted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    has_strangers: bool = False
    others: list[str] = Field(default_factory=list, sa_type=JSON)


class ChannelMember(Owned, table=True):
    """Somebody in a channel; kept for private channels, since everybody reads the public ones."""

    __tablename__ = "channel_member"
    __table_args__ = (UniqueConstraint("workspace_id", "channel", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    channel: str = Field(max_length=32)
    person_id: int = Field(foreign_key="person.id", index=True)


def by_slack_id(session: Session, slack_id: str) -> Channel | None:
    """The channel with this Slack id."""
    return session.scalars(select(Channel).where(col(Channel.slack_id) == slack_id)).one_or_none()


class Facts(Protocol):
    """As much of a channel as says whether Cairn can post there."""

    bot_in: bool
    is_archived: bool
    is_shared: bool


def takes_posts(channel: Facts) -> bool:
    """Whether Cairn can post in a channel in which nobody from another company reads along."""
    return channel.bot_in and not channel.is_archived and not channel.is_shared


def member_ids(session: Session, channel: str) -> set[int]:
    """Primary keys of the people in a private channel."""
    return set(session.scalars(select(col(ChannelMember.person_id)).where(col(ChannelMember.channel) == channel)))


def set_members(session: Session, channel: str, people: Iterable[int]) -> None:
    """Let a channel have exactly these members."""
    session.execute(delete(ChannelMember).where(col(ChannelMember.channel) == channel))
    session.add_all(ChannelMember(channel=channel, person_id=person) for person in sorted(set(people)))
    session.flush()


def add_member(session: Session, channel: str, person_id: int) -> None:
    """Somebody joined."""
    if person_id not in member_ids(session, channel):
        session.add(ChannelMember(channel=channel, person_id=person_id))
        session.flush()


def remove_member(session: Session, channel: str, person_id: int) -> None:
    """Somebody left."""
    session.execute(
        delete(ChannelMember).where(col(ChannelMember.channel) == channel, col(ChannelMember.person_id) == person_id)
    )


def want(session: Session, slack_id: str, now: datetime) -> None:
    """Let a channel be looked up before anything of its audience is posted there."""
    session.execute(update(Channel).where(col(Channel.slack_id) == slack_id).values(wanted_at=now))


def want_all(session: Session, now: datetime) -> None:
    """Let every channel be looked up: nobody knows what happened in them while Cairn wasn't there."""
    session.execute(update(Channel).values(wanted_at=now))


def wanted(session: Session) -> list[tuple[str, datetime]]:
    """Slack ids of the channels that have to be looked up, and since when."""
    query = select(col(Channel.slack_id), col(Channel.wanted_at)).where(col(Channel.wanted_at).is_not(None))
    found = session.execute(query.order_by(col(Channel.id)))
    return [(slack_id, since) for slack_id, since in found if since is not None]


def looked_up(session: Session, slack_id: str, since: datetime) -> None:
    """A channel that was wanted `since` is known; where it was wanted again meanwhile, it still is."""
    session.execute(
        update(Channel).where(col(Channel.slack_id) == slack_id, col(Channel.wanted_at) == since).values(wanted_at=None)
    )


def all_ids(session: Session) -> list[str]:
    """Slack ids of all channels that Cairn keeps."""
    return list(session.scalars(select(col(Channel.slack_id)).order_by(col(Channel.slack_id))))
