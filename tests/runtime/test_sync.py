"""The sync of people and channels: at Slack's rate, through passing troubles, each step for itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.clock import MovableClock
from bot.notices.home import HomeNotice
from bot.playground import AppConfig, Playground, acme
from bot.runtime.manifest import manifest, registered
from bot.runtime.pacing import Pace
from bot.runtime.slack import Clients
from bot.runtime.sync import LONGEST_WAIT, SOON, Sync
from handlers.desk import Desk
from storage import outbox, people, workspaces
from storage.channels import Channel
from storage.database import Database
from storage.people import Person
from storage.workspaces import Workspace
from tests.house import ANA, CAST, DANA, DESIGN, GENERAL, PLATFORM, build_cairn

TEAM = "TACME"
NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
BROKEN = "error:invalid_auth"


@dataclass
class Records:
    """A workspace's sync, on a machine on which waiting takes no time."""

    playground: Playground
    database: Database
    clock: MovableClock
    desk: Desk
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.let_pass(seconds)

    def sync(self, pace: Pace | None = None) -> Sync:
        return Sync(self.desk, pace or Pace.unlimited(), self.sleep)

    def know(self, *channels: str) -> None:
        """Cairn keeps these channels, and of each an older name."""
        with self.database.session(TEAM) as session:
            session.add_all(Channel(slack_id=each, name="old", bot_in=True, synced_at=NINE) for each in channels)

    def names(self) -> dict[str, str]:
        with self.database.session(TEAM) as session:
            return {each.slack_id: each.name for each in session.scalars(select(Channel))}

    def statuses(self) -> dict[str, str]:
        with self.database.session(TEAM) as session:
            return {each.slack_id: each.status for each in session.scalars(select(Person))}

    def is_admin(self, slack_id: str) -> bool:
        with self.database.session(TEAM) as session:
            person = people.by_slack_id(session, slack_id)
            return person is not None and person.is_admin


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    slack = Playground(acme(AppConfig.from_manifest(manifest(registered(), renames={}))))
    await slack.start()
    slack.api.page_size = 3
    yield slack
    slack.faults.clear()
    await slack.stop()


@pytest.fixture
async def records(database_url: str, playground: Playground) -> AsyncIterator[Records]:
    clock = MovableClock(NINE)
    database = Database(database_url, clock=clock)
    with database.session() as session:
        workspaces.register(session, Workspace(id=TEAM, created_at=NINE))
    clients = Clients(database, base_url=playground.api_url, token=playground.bot_token)
    yield Records(playground, database, clock, Desk(database, clients, clock, lambda: None, frozenset({DANA})))
    await clients.close()
    database.close()


async def test_slack_that_asks_for_patience_gets_it(records: Records) -> None:
    records.playground.faults.add("users.list", "ratelimited:17")

    await records.sync().run(TEAM)

    assert set(CAST) <= set(records.statuses())
    assert sum(records.slept) == pytest.approx(17, abs=0.5)


async def test_nobody_waits_as_long_as_a_mad_answer_says(records: Records) -> None:
    records.playground.faults.add("users.list", "ratelimited:1000000")

    await records.sync().run(TEAM)

    assert set(CAST) <= set(records.statuses())
    assert sum(records.slept) <= LONGEST_WAIT


@pytest.mark.parametrize("trouble", ["http:503", "reset", "error:internal_error"])
async def test_a_passing_trouble_does_not_end_a_sync(records: Records, trouble: str) -> None:
    records.playground.faults.add("users.list", trouble, times=2)

    await records.sync().run(TEAM)

    assert set(CAST) <= set(records.statuses())


async def test_pages_are_asked_for_at_twenty_a_minute(records: Records) -> None:
    records.playground.api.page_size = 1
    await records.sync(Pace()).run(TEAM)

    pages = sum(call.method == "users.list" for call in records.playground.api.calls)
    assert pages > len(CAST)
    assert sum(records.slept) == pytest.approx(3 * (pages - 1), abs=1)


async def test_channels_are_looked_up_though_people_cannot_be(records: Records) -> None:
    records.know(PLATFORM, GENERAL)
    records.playground.faults.add("users.list", BROKEN, times=-1)

    await records.sync().run(TEAM)

    assert records.names() == {PLATFORM: "platform", GENERAL: "general"}


@pytest.mark.parametrize("trouble", ["http:500", "error:internal_error", BROKEN])
async def test_a_channel_that_fails_does_not_keep_the_others_from_their_turn(records: Records, trouble: str) -> None:
    records.know(DESIGN, GENERAL, PLATFORM)
    records.playground.faults.add("conversations.info", trouble, times=-1, user_or_channel=GENERAL)

    await records.sync().run(TEAM)

    assert records.names() == {DESIGN: "design", GENERAL: "old", PLATFORM: "platform"}


async def test_what_failed_is_tried_again_soon_and_the_rest_in_an_hour(records: Records) -> None:
    records.know(PLATFORM)
    records.playground.faults.add("users.list", BROKEN)
    sync = records.sync()
    await sync.run(TEAM)
    assert not sync.is_due()
    looked_up = sum(call.method == "conversations.info" for call in records.playground.api.calls)

    records.clock.let_pass(SOON + 1)
    assert sync.is_due()
    await sync.run(TEAM)

    assert set(CAST) <= set(records.statuses())
    assert sum(call.method == "conversations.info" for call in records.playground.api.calls) == looked_up
    records.clock.let_pass(SOON + 1)
    assert not sync.is_due()


async def test_whoever_slack_no_longer_names_has_left(records: Records) -> None:
    await records.sync().run(TEAM)
    del records.playground.slack.world.people[ANA]
    records.clock.move_to(NINE.replace(hour=10))

    await records.sync().run(TEAM)

    left = [slack_id for slack_id, status in records.statuses().items() if status == "left"]
    assert left == [ANA]


async def test_a_first_start_without_a_sync_still_has_its_admin(records: Records) -> None:
    records.playground.faults.add("users.list", BROKEN, times=-1)
    await records.sync().run(TEAM)

    await records.desk.meet(TEAM, [ANA, DANA])

    assert records.is_admin(DANA)
    assert not records.is_admin(ANA)


async def test_nothing_is_posted_before_people_are_synced(playground: Playground, database_url: str) -> None:
    clock = MovableClock(NINE)
    cairn = build_cairn(playground, database_url, clock, "socket")
    with cairn.database.session() as session:
        workspaces.register(session, Workspace(id=TEAM, created_at=NINE))
    with cairn.database.session(TEAM) as session:
        ana = Person(slack_id=ANA, name="Ana", synced_at=NINE)
        session.add(ana)
        session.flush()
        outbox.publish(session, HomeNotice(ana.key), person_id=ana.key)
    hanging = playground.faults.add("users.list", "hang")

    await cairn.start()
    await hanging.reached.wait()
    for _ in range(1000):  # time enough for a delivery that doesn't wait
        await cairn.database.read(lambda session: session.get(Workspace, TEAM))
    before = [call.method for call in playground.api.calls]
    hanging.release()
    await cairn.settle()
    await cairn.stop()

    assert "views.publish" not in before
    assert "views.publish" in [call.method for call in playground.api.calls]
