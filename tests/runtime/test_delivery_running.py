"""Whom delivery reaches, and how it runs: DMs, leavers, pauses, stopping, mistakes of notices."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from bot.runtime import lane, metrics
from storage import lanes, outbox, settling
from storage.outbox_rows import POST
from storage.settling import Settlement
from tests.runtime.office import TEAM, Note, Office, Script, until

# People and their DMs


async def test_a_dm_is_opened_once_and_kept(empty_office: Office) -> None:
    office = empty_office
    office.post(1)
    office.post(2)
    await office.delivery().drain()
    office.post(3)
    await office.delivery().drain()

    assert office.texts() == ["note 1", "note 2", "note 3"]
    assert len(office.calls("conversations.open")) == 1
    assert office.person("UANA").dm_channel == office.row(1).posted_channel


async def test_where_no_dm_can_be_opened_what_waits_for_it_fails(empty_office: Office) -> None:
    office = empty_office
    office.playground.faults.add("conversations.open", "error:user_disabled", user_or_channel="UANA")
    office.post(1)
    office.post(2)
    office.post(3, "UBO")

    await office.delivery().drain()

    assert [office.state(number) for number in (1, 2, 3)] == ["failed", "failed", "sent"]
    assert office.row(1).error == "user_disabled"
    assert (Script.states(1), Script.states(2)) == (["failed"], ["failed"])


@pytest.mark.parametrize("fault", ["lost", "http:500", "ratelimited:4", "error:service_unavailable"])
async def test_a_dm_that_did_not_open_is_tried_again(empty_office: Office, fault: str) -> None:
    office = empty_office
    office.playground.faults.add("conversations.open", fault)
    office.post(1)
    delivery = office.delivery()

    await delivery.drain()
    assert office.texts() == []
    office.let_pass(6)
    await delivery.drain()

    assert office.texts() == ["note 1"]


async def test_dms_are_opened_ahead(empty_office: Office) -> None:
    office = empty_office
    office.person_leaves("UBO")
    office.playground.faults.add("conversations.open", "error:cannot_dm_bot", user_or_channel="UCY")

    await office.delivery().open_missing_dms(TEAM)

    opened = {user for user in office.ids if office.person(user).dm_channel}
    assert opened == set(office.ids) - {"UBO", "UCY"}


async def test_who_has_left_gets_nothing(office: Office) -> None:
    office.post(1)
    office.publish(2)
    office.person_leaves("UANA")

    await office.delivery().drain()

    assert office.playground.slack.calls == []
    assert (office.state(1), Script.states(1)) == ("dropped", ["dropped"])


async def test_who_left_before_their_dm_was_opened_gets_nothing_either(empty_office: Office) -> None:
    empty_office.post(1)
    empty_office.person_leaves("UANA")

    await empty_office.delivery().drain()

    assert empty_office.state(1) == "dropped"


# Running


async def test_a_pause_stops_all_sending_until_it_ends(office: Office) -> None:
    office.pause(on=True)
    office.post(1)
    delivery = office.delivery()
    await delivery.drain()
    assert office.playground.slack.calls == []

    office.pause(on=False)
    await delivery.drain()
    assert office.texts() == ["note 1"]


async def test_a_pause_stops_what_is_claimed_already(office: Office) -> None:
    under_way = office.playground.faults.add("chat.postMessage", "hang")
    office.post(1)
    office.post(2)  # the same DM, so it waits its turn
    delivery = office.delivery()
    draining = asyncio.create_task(delivery.drain())
    await under_way.reached.wait()

    office.pause(on=True)
    delivery.wake()
    await until(lambda: office.state(2) == "waiting")
    under_way.release()
    await draining

    assert (office.texts(), office.state(2)) == (["note 1"], "waiting")


async def test_it_runs_by_itself_when_it_is_woken(office: Office) -> None:
    delivery = office.delivery()
    running = asyncio.create_task(delivery.run())
    office.post(1)
    delivery.wake()
    await until(lambda: office.texts() == ["note 1"])
    office.post(2)
    delivery.wake()
    await until(lambda: office.texts() == ["note 1", "note 2"])

    await delivery.stop(5)
    await running

    assert delivery.is_idle
    assert office.lane().holder is None


async def test_stopping_lets_what_is_under_way_settle_and_gives_the_rest_back(office: Office) -> None:
    under_way = office.playground.faults.add("chat.postMessage", "hang")
    office.post(1)
    office.post(2)  # the same DM, so it waits its turn
    delivery = office.delivery()
    running = asyncio.create_task(delivery.run())
    await under_way.reached.wait()

    stopping = asyncio.create_task(delivery.stop(5))
    await until(lambda: office.state(2) == "waiting")
    under_way.release()
    await stopping
    await running

    assert office.texts() == ["note 1"]
    assert (office.state(1), office.state(2), office.row(2).attempts) == ("sent", "waiting", 0)
    await office.delivery().drain()
    assert office.texts() == ["note 1", "note 2"]


async def test_a_notice_that_cannot_take_its_outcome_settles_all_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(note: Note, session: Session, *_: object) -> None:
        outbox.post(session, Note(note.number + 10), key=f"n{note.number + 10}", to=office.ids["UBO"])
        outbox.post(session, Note(0), key="nobody", to=99_999)

    monkeypatch.setattr(Note, "settled", fails)
    office.post(1)
    office.post(2)

    await office.delivery().drain()

    assert (office.state(1), office.state(2)) == ("sent", "sent")
    assert len(office.rows("post")) == 2  # what it wrote before it failed is undone
    assert [line["event"] for line in office.logs if "told" in line["event"]] == ["delivery.notice_not_told"] * 2


async def test_deliveries_are_counted_by_kind_and_outcome(office: Office) -> None:
    def counted(outcome: str) -> float:
        labels = {"kind": "test.note", "outcome": outcome}
        return metrics.registry.get_sample_value("cairn_deliveries_total", labels) or 0.0

    sent, dropped = counted("sent"), counted("dropped")
    Script.unwanted.add(2)
    office.post(1)
    office.post(2)

    await office.delivery().drain()

    assert (counted("sent") - sent, counted("dropped") - dropped) == (1, 1)


async def test_a_lane_where_there_is_nothing_to_do_after_all_is_left_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process was quicker: it isn't looked at again and again."""
    looks = []

    def always_due(*_: object) -> list[lanes.Due]:
        looks.append(1)
        return [lanes.Due(TEAM, frozenset({POST}))]

    monkeypatch.setattr(lanes, "due", always_due)

    await office.delivery().drain()

    assert len(looks) == 2


async def test_a_database_that_fails_for_a_moment_loses_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = settling.settle
    failures = iter([OperationalError("", None, Exception()), IntegrityError("", None, Exception())])

    def fails_twice(*args: Any) -> list[Settlement]:
        if args[1] and (failure := next(failures, None)) is not None:
            raise failure
        return works(*args)

    monkeypatch.setattr(settling, "settle", fails_twice)
    monkeypatch.setattr(lane, "DATABASE_AGAIN", 0.01)
    office.post(1)

    await office.delivery().drain()

    assert (office.texts(), office.state(1), Script.states(1)) == (["note 1"], "sent", ["sent"])
    assert len(office.calls("chat.postMessage")) == 1


async def test_what_cannot_be_settled_at_all_is_looked_for_later(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = settling.settle

    def fails(*args: Any) -> list[Settlement]:
        if args[1]:
            office.let_pass(20)
            raise IntegrityError("", None, Exception())
        return works(*args)

    monkeypatch.setattr(settling, "settle", fails)
    monkeypatch.setattr(lane, "DATABASE_AGAIN", 0.01)
    office.post(1)
    delivery = office.delivery()
    await delivery.drain()
    monkeypatch.setattr(settling, "settle", works)

    for _ in range(3):
        office.let_pass(61)
        await delivery.drain()

    assert (office.texts(), office.state(1), Script.states(1)) == (["note 1"], "sent", ["sent"])
