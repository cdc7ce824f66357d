"""Kudos: what was given by whom, whom they thank, and who joined them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, and_, bindparam, func, insert, select, text
from sqlalchemy.orm import Session
from sqlmodel import Field, SQLModel, col

from storage import channels
from storage.base import Keyed, Owned, is_written
from storage.bulk import among, insert_new
from storage.channels import Channel
from storage.database import workspace_of
from storage.people import Person
from storage.preferences import PreferenceRow
from storage.types import NamesJSON, UTCDateTime, Words
from storage.workspaces import WorkspaceSettings

THANKS, REACTION = "thanks", "reaction"
_IS_REACTION = text("kind = 'reaction'")


class Kudos(Keyed, table=True):
    """Thanks that somebody gave, in words or by a reaction.

    `channel`: where the card stands that was posted for the `posts`th time, None for nowhere. `company_values`: as the
    company called them then. `source_…`: the message that they are about, whose words (`quote`) stay in its channel.
    `emoji`: what was reacted with; `reacted_ts`: Slack's time of the latest reaction taken in, or of its removal: the
    newer wins.
    """

    __tablename__ = "kudos"
    __table_args__ = (
        CheckConstraint("kind IN ('thanks', 'reaction')", name="kind"),
        CheckConstraint("kind = 'thanks' OR source_ts IS NOT NULL", name="reaction_to_something"),
        CheckConstraint("(kind = 'reaction') = (emoji IS NOT NULL)", name="reaction_by_something"),
        CheckConstraint("kind = 'reaction' OR words IS NOT NULL OR taken_back_at IS NOT NULL", name="says_something"),
        CheckConstraint("(source_channel IS NULL) = (source_ts IS NULL)", name="whole_source"),
        CheckConstraint("channel IS NULL OR posts > 0", name="posted_somewhere"),
        Index("ix_kudos_giver", "giver_id", "at"),
        Index(
            "uq_kudos_reaction",
            *("workspace_id", "source_channel", "source_ts", "giver_id"),
            unique=True,
            sqlite_where=_IS_REACTION,
            postgresql_where=_IS_REACTION,
        ),
    )

    giver_id: int = Field(foreign_key="person.id")
    kind: str = Field(default=THANKS, max_length=8)
    words: str | None = Field(default=None, sa_type=Words)
    company_values: list[str] | None = Field(default=None, sa_type=NamesJSON)
    channel: str | None = Field(default=None, max_length=32)
    posts: int = 0
    audience_id: int = Field(foreign_key="audience.id")
    quote: str | None = Field(default=None, sa_type=Words)
    source_channel: str | None = Field(default=None, max_length=32)
    source_ts: str | None = Field(default=None, max_length=32)
    source_link: str | None = Field(default=None, max_length=255)
    emoji: str | None = Field(default=None, max_length=100)
    reacted_ts: str = Field(default="", max_length=32)
    at: datetime = Field(sa_type=UTCDateTime)
    edited_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    taken_back_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class KudosReceiver(Owned, table=True):
    """Somebody who is thanked; `in_private` where they like that by DM alone: no card names them. `at`: the kudos'.

    `told_on`: on which of their days one DM tells of all reactions.
    """

    __tablename__ = "kudos_receiver"
    __table_args__ = (
        UniqueConstraint("kudos_id", "person_id"),
        Index("ix_kudos_receiver_person", "person_id", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kudos_id: int = Field(foreign_key="kudos.id")
    person_id: int = Field(foreign_key="person.id")
    in_private: bool = False
    told_on: date | None = None
    at: datetime = Field(sa_type=UTCDateTime)


class KudosJoiner(Owned, table=True):
    """Somebody who joined thanks by +1."""

    __tablename__ = "kudos_joiner"
    __table_args__ = (UniqueConstraint("kudos_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    kudos_id: int = Field(foreign_key="kudos.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    at: datetime = Field(sa_type=UTCDateTime)


@dataclass(frozen=True)
class Receiver:
    """Somebody whom kudos may thank. `in_private`: they like thanks by DM alone."""

    id: int
    slack_id: str
    name: str
    status: str
    in_private: bool


@dataclass(frozen=True)
class Ground:
    """What decides about kudos: the workspace's settings, the channel, the people by Slack id.

    `may_post`: whether a card can stand in the channel, None where Cairn doesn't know that channel.
    """

    values: tuple[str, ...]
    a_day: int | None
    may_post: bool | None
    people: Mapping[str, Receiver]


# By table where each kudos does it, and each statement made once.
_kudos, _receivers, _joiners = (SQLModel.metadata.tables[name] for name in ("kudos", "kudos_receiver", "kudos_joiner"))
_GROUND = (
    select(
        *(col(WorkspaceSettings.kudos_values), col(WorkspaceSettings.kudos_a_day)),
        *(col(Person.id), col(Person.slack_id), col(Person.name), col(Person.status)),
        col(PreferenceRow.praise_in_private),
        *(col(Channel.bot_in), col(Channel.is_archived), col(Channel.is_shared)),
    )
    .select_from(WorkspaceSettings)
    .outerjoin(
        Person,
        and_(col(Person.workspace_id) == col(WorkspaceSettings.workspace_id), among(col(Person.slack_id), "slack_ids")),
    )
    .outerjoin(PreferenceRow, col(PreferenceRow.person_id) == col(Person.id))
    .outerjoin(
        Channel,
        and_(
            col(Channel.workspace_id) == col(WorkspaceSettings.workspace_id),
            col(Channel.slack_id) == bindparam("channel"),
        ),
    )
)
_ADD = insert(_kudos).returning(_kudos.c.id)
_ADD_RECEIVERS = insert(_receivers).returning(_receivers.c.id)  # with RETURNING they all go in one statement


def ground(session: Session, slack_ids: Collection[str], channel: str | None) -> Ground:
    """What decides about kudos for these people in this channel."""
    found = session.execute(_GROUND, {"slack_ids": list(slack_ids), "channel": channel or ""}).all()
    known = [
        Receiver(row.id, row.slack_id, row.name, row.status, bool(row.praise_in_private))
        for row in found
        if row.id is not None
    ]
    if not found:
        return Ground((), None, None, {})
    first = found[0]
    may_post = None if first.bot_in is None else channels.takes_posts(first)
    people = {each.slack_id: each for each in known}
    return Ground(tuple(first.kudos_values or ()), first.kudos_a_day, may_post, people)


def add(session: Session, columns: Mapping[str, Any], receivers: Sequence[Receiver]) -> int:
    """Keep new kudos and whom they thank; gives their primary key."""
    workspace = workspace_of(session)
    kudos_id: int = session.execute(_ADD, {"workspace_id": workspace, **columns}).scalar_one()
    add_receivers(session, kudos_id, receivers, columns["at"])
    return kudos_id


def add_receivers(session: Session, kudos_id: int, receivers: Sequence[Receiver], at: datetime) -> None:
    """Keep whom kudos thank."""
    shared = {"workspace_id": workspace_of(session), "kudos_id": kudos_id, "at": at}
    rows = [{**shared, "person_id": each.id, "in_private": each.in_private} for each in receivers]
    session.execute(_ADD_RECEIVERS, rows)


def get(session: Session, kudos_id: int) -> Kudos | None:
    """Kudos by their primary key."""
    return session.scalars(select(Kudos).where(col(Kudos.id) == kudos_id)).one_or_none()


def held(session: Session, kudos_id: int) -> Kudos | None:
    """Kudos that nobody else changes before this transaction ends."""
    return session.scalars(select(Kudos).where(col(Kudos.id) == kudos_id).with_for_update()).one_or_none()


def receivers(session: Session, kudos_id: int) -> list[tuple[Person, bool]]:
    """Whom kudos thank, as they were named, and whether they like it in private."""
    query = (
        select(Person, col(KudosReceiver.in_private))
        .join(KudosReceiver, col(KudosReceiver.person_id) == col(Person.id))
        .where(col(KudosReceiver.kudos_id) == kudos_id)
        .order_by(col(KudosReceiver.id))
    )
    return [(person, in_private) for person, in_private in session.execute(query)]


def joined(session: Session, kudos_id: int) -> list[Person]:
    """Who joined kudos and is still here, first come first."""
    query = (
        select(Person)
        .join(KudosJoiner, col(KudosJoiner.person_id) == col(Person.id))
        .where(col(KudosJoiner.kudos_id) == kudos_id, col(Person.status) != "left")
        .order_by(col(KudosJoiner.id))
    )
    return list(session.scalars(query))


def join(session: Session, kudos_id: int, person_id: int, now: datetime) -> bool:
    """Let somebody join kudos; False where they had."""
    row = {"workspace_id": workspace_of(session), "kudos_id": kudos_id, "person_id": person_id, "at": now}
    return insert_new(session, _joiners, [row], unless=("kudos_id", "person_id")) == 1


def unjoin(session: Session, kudos_id: int, person_id: int) -> bool:
    """Let somebody's +1 go; False where there was none."""
    of_both = (col(KudosJoiner.kudos_id) == kudos_id, col(KudosJoiner.person_id) == person_id)
    found = session.scalars(select(KudosJoiner).where(*of_both)).one_or_none()
    if found is None:
        return False
    session.delete(found)
    session.flush()
    return True


def given_since(session: Session, giver_id: int, since: datetime) -> int:
    """How many kudos somebody gave since then and didn't take back. Whoever asks first gives before the next asks."""
    session.execute(select(col(Person.id)).where(col(Person.id) == giver_id).with_for_update(key_share=True)).all()
    theirs = (col(Kudos.giver_id) == giver_id, col(Kudos.at) >= since, col(Kudos.taken_back_at).is_(None))
    return session.execute(select(func.count()).select_from(Kudos).where(*theirs)).scalar_one()


def got(session: Session, person_id: int, limit: int, offset: int = 0) -> list[Kudos]:
    """What somebody was thanked for, newest first."""
    query = (
        select(Kudos)
        .join(KudosReceiver, col(KudosReceiver.kudos_id) == col(Kudos.id))
        .where(col(KudosReceiver.person_id) == person_id, col(Kudos.taken_back_at).is_(None))
        .order_by(col(KudosReceiver.at).desc(), col(KudosReceiver.id).desc())
    )
    return list(session.scalars(query.limit(limit).offset(offset)))


def gave(session: Session, person_id: int, limit: int, offset: int = 0) -> list[Kudos]:
    """What somebody thanked others for, newest first."""
    query = (
        select(Kudos)
        .where(col(Kudos.giver_id) == person_id, col(Kudos.taken_back_at).is_(None))
        .order_by(col(Kudos.at).desc(), col(Kudos.id).desc())
    )
    return list(session.scalars(query.limit(limit).offset(offset)))


def thanked_since(session: Session, person_ids: Collection[int], since: datetime) -> set[int]:
    """Who of these people was thanked since then."""
    query = (
        select(col(KudosReceiver.person_id))
        .join(Kudos, col(Kudos.id) == col(KudosReceiver.kudos_id))
        .where(
            among(col(KudosReceiver.person_id), "person_ids"),
            col(KudosReceiver.at) >= since,
            col(Kudos.taken_back_at).is_(None),
        )
        .distinct()
    )
    return set(session.scalars(query, {"person_ids": list(person_ids)}))


def reaction(session: Session, giver_id: int, channel: str, ts: str) -> Kudos | None:
    """The kudos that somebody's reaction to a message gave, taken back or not; nobody else changes them meanwhile."""
    query = select(Kudos).where(
        col(Kudos.giver_id) == giver_id,
        col(Kudos.source_channel) == channel,
        col(Kudos.source_ts) == ts,
        is_written(col(Kudos.kind), REACTION),
    )
    return session.scalars(query.with_for_update()).one_or_none()


def reacted(session: Session, person_id: int, day: date) -> list[tuple[Kudos, Person]]:
    """The reactions that one day's DM tells somebody of, with who reacted, in their order."""
    query = (
        select(Kudos, Person)
        .join(KudosReceiver, col(KudosReceiver.kudos_id) == col(Kudos.id))
        .join(Person, col(Person.id) == col(Kudos.giver_id))
        .where(
            col(KudosReceiver.person_id) == person_id,
            col(KudosReceiver.told_on) == day,
            col(Kudos.taken_back_at).is_(None),
        )
        .order_by(col(KudosReceiver.at), col(KudosReceiver.id))
    )
    return [(given, giver) for given, giver in session.execute(query)]


def receiver_of(session: Session, kudos_id: int) -> KudosReceiver:
    """Whom a reaction thanks."""
    return session.scalars(select(KudosReceiver).where(col(KudosReceiver.kudos_id) == kudos_id)).one()


def is_given_by(session: Session, channel: str, ts: str, emoji: str) -> bool:
    """Whether anybody's reaction to a message with this emoji gave kudos."""
    about = (col(Kudos.source_channel) == channel, col(Kudos.source_ts) == ts)
    theirs = (*about, col(Kudos.emoji) == emoji, is_written(col(Kudos.kind), REACTION))
    return session.scalars(select(col(Kudos.id)).where(*theirs).limit(1)).first() is not None
