"""What Cairn knows of channels: looked up when one is chosen, kept right by events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from storage import channels, people, workspaces
from storage.channels import Channel


@dataclass(frozen=True)
class ChannelFacts:
    """A channel as Slack tells of it."""

    slack_id: str
    name: str
    is_private: bool
    is_shared: bool
    is_archived: bool
    bot_in: bool


def from_slack(channel: Mapping[str, Any]) -> ChannelFacts:
    """A channel object of Slack's."""
    return ChannelFacts(
        slack_id=channel["id"],
        name=channel.get("name") or "",
        is_private=bool(channel.get("is_private")),
        is_shared=bool(channel.get("is_ext_shared") or channel.get("is_pending_ext_shared")),
        is_archived=bool(channel.get("is_archived")),
        bot_in=bool(channel.get("is_member")),
    )


def remember(
    session: Session,
    facts: ChannelFacts,
    members: Iterable[str] | None,
    now: datetime,
    others: Sequence[str] | None = None,
) -> Channel:
    """Bring a channel up to date; `members` are Slack ids, None where they weren't looked up.

    `others` are those members who don't read, where that was looked up too. With somebody in it who is neither known
    nor one of these, it has strangers.
    """
    channel = channels.by_slack_id(session, facts.slack_id) or Channel(slack_id=facts.slack_id, synced_at=now)
    channel.name, channel.is_private, channel.is_shared = facts.name, facts.is_private, facts.is_shared
    channel.is_archived, channel.bot_in, channel.synced_at = facts.is_archived, facts.bot_in, now
    session.add(channel)
    session.flush()
    if others is not None:
        channel.others = sorted(others)
    if members is not None:
        here = list(members)
        known = people.by_slack_ids(session, here)
        channels.set_members(session, facts.slack_id, (person.key for person in known))
        unknown_now, _ = unknown(session, facts.slack_id, here)
        channel.has_strangers = bool(unknown_now)
        if unknown_now and others is None:
            channel.wanted_at = now
        session.flush()
    return channel


def unknown(session: Session, channel_id: str, members: Sequence[str]) -> tuple[list[str], list[str]]:
    """Those of a channel's members whom Cairn doesn't know, and those of whom it knows that they don't read."""
    channel = channels.by_slack_id(session, channel_id)
    others = [member for member in channel.others if member in members] if channel else []
    known = {person.slack_id for person in people.by_slack_ids(session, members)}
    settled = {*known, *others, workspaces.current(session).bot_user_id}
    return [member for member in members if member not in settled], others


def invited(session: Session, channel_id: str, now: datetime) -> None:
    """Cairn is in a channel (again): nobody knows who came and went while it wasn't."""
    changed(session, channel_id, bot_in=True)
    channels.set_members(session, channel_id, ())
    channels.want(session, channel_id, now)


def wanted(session: Session) -> list[tuple[str, datetime]]:
    """Slack ids of the channels that have to be looked up before anything is posted in them, and since when."""
    return channels.wanted(session)


def looked_up(session: Session, channel_id: str, since: datetime) -> None:
    """A channel that was wanted `since` was looked up."""
    channels.looked_up(session, channel_id, since)


def joined(session: Session, channel_id: str, slack_id: str, now: datetime) -> bool:
    """Somebody joined a channel; says whether Cairn keeps that channel. A stranger has to be looked up."""
    person = people.by_slack_id(session, slack_id)
    channel = channels.by_slack_id(session, channel_id)
    if channel is None:
        return False
    if person is not None:
        channels.add_member(session, channel_id, person.key)
    else:
        channel.has_strangers, channel.wanted_at = True, now
        session.flush()
    return True


def left(session: Session, channel_id: str, slack_id: str) -> None:
    """Somebody left a channel."""
    person = people.by_slack_id(session, slack_id)
    if person is not None:
        channels.remove_member(session, channel_id, person.key)


def changed(session: Session, channel_id: str, **facts: bool | str) -> None:
    """Something about a channel that Cairn keeps is different: `name`, `is_archived`, `is_shared`, `bot_in`."""
    channel = channels.by_slack_id(session, channel_id)
    if channel is not None:
        for name, value in facts.items():
            setattr(channel, name, value)
        session.flush()


def watched(session: Session) -> list[str]:
    """Slack ids of the channels that Cairn keeps, to be looked up again now and then."""
    return channels.all_ids(session)
