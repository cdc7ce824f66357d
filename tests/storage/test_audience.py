"""The rule of who may read, and the SQL that says it again, agree on every world that hypothesis can think of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.domain.audience import Item, Kind, Listed, Place, Reader, may_read, may_show_in
from storage import audience
from storage.answers import Answer  # noqa: F401 - its table has to be known
from storage.channels import Channel, ChannelMember
from storage.checkins import CheckIn
from storage.database import Database
from storage.people import Person
from storage.rounds import Prompt, Round
from storage.teams import Membership, Team
from storage.workspaces import Workspace

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PEOPLE, TEAMS, CHANNELS = range(4), range(2), range(3)


@dataclass(frozen=True)
class World:
    """A company in small: everything by index."""

    statuses: tuple[str, ...]
    members: frozenset[tuple[int, int]]
    private: tuple[bool, ...]
    shared: tuple[bool, ...]
    strangers: tuple[bool, ...]
    in_channel: frozenset[tuple[int, int]]
    author: int
    kind: Kind
    listed: frozenset[tuple[int, int | None]]
    channel: int


def pairs(left: range, right: range) -> st.SearchStrategy[frozenset[tuple[int, int]]]:
    return st.frozensets(st.tuples(st.sampled_from(left), st.sampled_from(right)))


worlds = st.builds(
    World,
    statuses=st.tuples(*[st.sampled_from(["active", "guest", "left"]) for _ in PEOPLE]),
    members=pairs(TEAMS, PEOPLE),
    private=st.tuples(*[st.booleans() for _ in CHANNELS]),
    shared=st.tuples(*[st.booleans() for _ in CHANNELS]),
    strangers=st.tuples(*[st.booleans() for _ in CHANNELS]),
    in_channel=pairs(CHANNELS, PEOPLE),
    author=st.sampled_from(PEOPLE),
    kind=st.sampled_from(Kind),
    listed=st.frozensets(st.tuples(st.sampled_from(PEOPLE), st.one_of(st.none(), st.sampled_from(TEAMS)))),
    channel=st.sampled_from(CHANNELS),
)


class Rows:
    """A world in the database, and as the rule takes it."""

    def __init__(self, session: Session, world: World) -> None:
        self.session, self.world = session, world
        session.add(Workspace(id="T1", name="Acme", created_at=NOW))
        self.people = [
            Person(slack_id=f"U{index}", name=f"P{index}", status=status, synced_at=NOW)
            for index, status in enumerate(world.statuses)
        ]
        session.add_all(self.people)
        session.flush()
        self.teams = [
            Team(name=f"T{index}", name_key=f"t{index}", zone="UTC", created_by=self.people[0].key, created_at=NOW)
            for index in TEAMS
        ]
        self.channels = [
            Channel(
                slack_id=f"C{index}",
                is_private=world.private[index],
                is_shared=world.shared[index],
                has_strangers=world.strangers[index],
                synced_at=NOW,
            )
            for index in CHANNELS
        ]
        session.add_all([*self.teams, *self.channels])
        session.flush()
        session.add_all(
            Membership(team_id=self.teams[team].key, person_id=self.people[person].key, role="member", joined_at=NOW)
            for team, person in world.members
        )
        session.add_all(
            ChannelMember(channel=f"C{channel}", person_id=self.people[person].key)
            for channel, person in world.in_channel
            if world.private[channel]
        )
        session.flush()
        self.prompt = self._prompt()

    def _prompt(self) -> Prompt:
        author = self.people[self.world.author].key
        checkin = CheckIn(
            name="Weekly",
            rhythm={"kind": "working_days"},
            at=NOW.time(),
            window_minutes=60,
            readers="team",
            created_by=author,
            created_at=NOW,
        )
        self.session.add(checkin)
        self.session.flush()
        round_ = Round(checkin_id=checkin.key, nominal=NOW.date(), questions=[], opened_at=NOW, closes_at=NOW)
        self.session.add(round_)
        self.session.flush()
        prompt = Prompt(
            round_id=round_.key,
            person_id=author,
            due_at=NOW,
            closes_at=NOW,
            team_ids=[],
            audience_id=self._audience(),
        )
        self.session.add(prompt)
        self.session.flush()
        return prompt

    def _audience(self) -> int:
        match self.world.kind:
            case Kind.CHANNEL:
                return audience.of_channel(self.session, f"C{self.world.channel}")
            case Kind.EVERYONE:
                return audience.of_everyone(self.session)
        return audience.of_people(self.session, self.item().listed)

    def item(self) -> Item:
        return Item(
            author_id=self.people[self.world.author].key,
            kind=self.world.kind,
            listed=frozenset(
                Listed(self.people[person].key, None if team is None else self.teams[team].key)
                for person, team in self.world.listed
            ),
            channel=f"C{self.world.channel}" if self.world.kind is Kind.CHANNEL else None,
        )

    def reader(self, index: int) -> Reader:
        return Reader(
            person_id=self.people[index].key,
            status=self.world.statuses[index],
            teams=frozenset(self.teams[team].key for team, person in self.world.members if person == index),
            channels=frozenset(
                f"C{channel}"
                for channel, person in self.world.in_channel
                if person == index and self.world.private[channel]
            ),
        )

    def public(self) -> frozenset[str]:
        return frozenset(f"C{index}" for index in CHANNELS if not self.world.private[index])


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds)
def test_sql_and_rule_agree_on_who_may_read(database: Database, world: World) -> None:
    with database.session("T1") as session:
        rows = Rows(session, world)
        audience.of_everyone(session)  # of another item
        audience.of_people(session, [Listed(person.key) for person in rows.people])
        for index, person in enumerate(rows.people):
            may = may_read(rows.item(), rows.reader(index), rows.public())
            for rule in (audience.readable, audience.readable_of_many):
                condition = rule(col(Prompt.person_id), col(Prompt.audience_id), person)
                found = session.scalars(select(col(Prompt.id)).where(condition)).first() is not None
                assert found == may, rule
        session.rollback()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds)
def test_sql_and_rule_agree_on_what_may_be_posted_where(database: Database, world: World) -> None:
    with database.session("T1") as session:
        rows = Rows(session, world)
        for index, channel in enumerate(rows.channels):
            members = tuple(
                rows.reader(person)
                for place, person in sorted(world.in_channel)
                if place == index and channel.is_private
            )
            place = Place(channel.slack_id, channel.is_private, channel.is_shared, members, channel.has_strangers)
            condition = audience.showable_in(col(Prompt.person_id), col(Prompt.audience_id), channel)
            found = session.scalars(select(col(Prompt.id)).where(condition)).first() is not None
            assert found == may_show_in(rows.item(), place, rows.public())
        session.rollback()
