"""What Cairn knows of channels: looked up when one is chosen, kept right by events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from storage import channels, people
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


def remember(session: Session, facts: ChannelFacts, members: Iterable[str] | None, now: datetime) -> Channel:
    """Bring a channel up to date; `members` are Slack ids, None where they weren't looked up."""
    channel = channels.by_slack_id(session, facts.slack_id) or Channel(slack_id=facts.slack_id, synced_at=now)
    channel.name, channel.is_private, channel.is_shared = facts.name, facts.is_private, facts.is_shared
    channel.is_archived, channel.bot_in, channel.synced_at = facts.is_archived, facts.bot_in, now
    session.add(channel)
    session.flush()
    if members is not None:
        known = people.by_slack_ids(session, members)
        channels.set_members(session, facts.slack_id, (person.key for person in known))
    return channel


def joined(session: Session, channel_id: str, slack_id: str) -> bool:
    """Somebody joined a channel; says whether Cairn keeps that channel."""
    person = people.by_slack_id(session, slack_id)
    if channels.by_slack_id(session, channel_id) is None:
        return False
    if person is not None:
        channels.add_member(session, channel_id, person.key)
    return True


def left(session: Session, channel_id: str, slack_id: str) -> None:
    """Somebody left a channel."""
    person = people.by_slack_id(session, slack_id)
    if person is not None:
        channels.remove_member(session, channel_id, person.key)


def changed(session: Session, channel_id: str, **facts: bool | str) -> None:
    """Something about a channel that Cairn keeps is different: `name`, `is_archived`, `bot_in`."""
    channel = channels.by_slack_id(session, channel_id)
    if channel is not None:
        for name, value in facts.items():
            setattr(channel, name, value)
        session.flush()


def watched(session: Session) -> list[str]:
    """Slack ids of the channels that Cairn keeps, to be looked up again now and then."""
    return channels.all_ids(session)
