"""People as Cairn knows them from Slack."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, bindparam, func, select, text
from sqlalchemy.orm import Session
from sqlmodel import Field, col

from bot.i18n import DEFAULT_LOCALE, Voice
from storage.base import Keyed
from storage.bulk import among
from storage.database import share
from storage.types import UTCDateTime

_WITHOUT_DM = text("dm_channel IS NULL")


class Person(Keyed, table=True):
    """A Slack user. `zone`: an IANA name; `dm_channel`: kept for ever once opened.

    Their own working days (one digit each, 1 for Monday), hours, country (an ISO 3166 code, `subdivision` as `BY`) and
    how often they are reminded at most; None where the workspace's, or the check-in's, are theirs too.
    `is_admin`: runs Cairn in this workspace. `status`: active, guest (takes part only where the workspace says so)
    or left.
    """

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("workspace_id", "slack_id"),
        CheckConstraint("status IN ('active', 'guest', 'left')", name="status"),
        CheckConstraint("manager_id IS NULL OR manager_id <> id", name="not_own_manager"),
        CheckConstraint("working_days <> ''", name="has_working_days"),
        CheckConstraint("(hours_from IS NULL) = (hours_to IS NULL)", name="both_hours"),
        CheckConstraint("hours_from < hours_to", name="hours_in_order"),
        CheckConstraint("subdivision IS NULL OR country IS NOT NULL", name="subdivision_of_country"),
        CheckConstraint("reminders IN ('light', 'standard', 'active')", name="reminders"),
        Index("ix_person_without_dm", "workspace_id", sqlite_where=_WITHOUT_DM, postgresql_where=_WITHOUT_DM),
    )

    slack_id: str = Field(max_length=32)
    name: str
    zone: str = "UTC"
    locale: str = DEFAULT_LOCALE
    status: str = "active"
    is_admin: bool = False
    manager_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    country: str | None = Field(default=None, max_length=2)
    subdivision: str | None = Field(default=None, max_length=32)
    working_days: str | None = Field(default=None, max_length=7)
    hours_from: time | None = None
    hours_to: time | None = None
    reminders: str | None = Field(default=None, max_length=8)
    dm_channel: str | None = Field(default=None, max_length=32)
    welcomed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    paused_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    synced_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def voice(self) -> Voice:
        """How to speak to them."""
        return Voice(self.locale, self.zone)


# What every request asks is made once: making a query takes longer than most databases take to answer it.
_BY_SLACK_ID = select(Person).where(col(Person.slack_id) == bindparam("slack_id"))
_BY_IDS = select(Person).where(among(col(Person.id), "ids"))


def get(session: Session, person_id: int | None) -> Person | None:
    """Somebody who is still here."""
    person = session.get(Person, person_id) if person_id is not None else None
    return None if person is None or person.status == "left" else person


def look_up(session: Session, person_ids: Iterable[int]) -> None:
    """People, for `get` to give in the rest of a look."""
    found = session.scalars(_BY_IDS, {"ids": list(person_ids)})
    share(session, {("person", person.key): person for person in found})  # the session itself would let go of them


def channel_voice(session: Session) -> Voice:
    """How to speak in a channel: as most of its readers do, so far as Cairn knows: in the workspace's language.

    Times in channels name a date only, so that everybody's zone will do.
    """
    common = (
        select(col(Person.locale))
        .where(col(Person.status) == "active")
        .group_by(col(Person.locale))
        .order_by(func.count().desc(), col(Person.locale))
        .limit(1)
    )
    return Voice(session.scalars(common).first() or DEFAULT_LOCALE)


def by_slack_id(session: Session, slack_id: str) -> Person | None:
    """The person with this Slack id, whatever their status."""
    return session.scalars(_BY_SLACK_ID, {"slack_id": slack_id}).one_or_none()


def by_slack_ids(session: Session, slack_ids: Iterable[str]) -> list[Person]:
    """Those of these Slack ids whom Cairn knows, by name."""
    found = session.scalars(select(Person).where(col(Person.slack_id).in_(list(slack_ids))))
    return sorted(found, key=lambda person: person.name.casefold())


def by_ids(session: Session, ids: Iterable[int]) -> list[Person]:
    """People by primary key, by name."""
    found = session.scalars(select(Person).where(col(Person.id).in_(list(ids))))
    return sorted(found, key=lambda person: person.name.casefold())


def has_reports(session: Session, person_id: int) -> bool:
    """Whether anybody still here reports to this person."""
    report = select(col(Person.id)).where(col(Person.manager_id) == person_id, col(Person.status) != "left").limit(1)
    return session.scalars(report).first() is not None


def reports(session: Session, person_id: int) -> list[Person]:
    """Those still here who report to somebody, by name."""
    found = session.scalars(select(Person).where(col(Person.manager_id) == person_id, col(Person.status) != "left"))
    return sorted(found, key=lambda person: person.name.casefold())


def admins(session: Session) -> list[Person]:
    """Who runs Cairn in this workspace and is still here, by name."""
    found = session.scalars(select(Person).where(col(Person.is_admin), col(Person.status) != "left"))
    return sorted(found, key=lambda person: person.name.casefold())
