"""Lanes in the database: one holder at a time, and what is due for whom."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.clock import MovableClock
from storage import claims, lanes, outbox, workspaces
from storage.database import Database, machine_now
from storage.outbox_rows import POST, PUBLISH
from storage.people import Person
from tests.storage.owing import HOUR, NOW, T1, T2, Note, claim, move_in, person, post


@pytest.fixture(autouse=True)
def _people(database: Database) -> None:
    move_in(database)


def take(database: Database, holder: str, workspace: str = T1) -> bool:
    with database.session(workspace) as session:
        return lanes.take(session, holder, machine_now(session)) is not None


def test_one_process_holds_a_lane_and_keeps_it_by_renewing(database: Database, clock: MovableClock) -> None:
    assert take(database, "one")
    assert not take(database, "two")
    assert take(database, "two", T2)
    clock.let_pass(20)
    assert take(database, "one")
    clock.let_pass(20)
    assert not take(database, "two")
    clock.let_pass(11)
    assert take(database, "two")
    assert not take(database, "one")


def test_a_released_lane_is_free_at_once(database: Database) -> None:
    assert take(database, "one")
    with database.session(T1) as session:
        lanes.release(session, "two")
    assert not take(database, "two")
    with database.session(T1) as session:
        lanes.release(session, "one")
    assert take(database, "two")


def due(database: Database, holder: str = "one", now: datetime = NOW) -> dict[str, set[str]]:
    with database.session() as session:
        return {each.workspace_id: set(each.what) for each in lanes.due(session, holder, now, machine_now(session))}


def test_what_is_due_is_found_across_workspaces(database: Database, clock: MovableClock) -> None:
    assert due(database) == {}
    with database.session(T1) as session:
        post(session, 1, not_before=NOW + HOUR)
        outbox.update(session, Note(2), of="n1")
        outbox.publish(session, Note(3), person_id=person(session))
    with database.session(T2) as session:
        bo = session.get_one(Person, person(session, "UBO"))
        bo.dm_channel = None
        session.flush()
        post(session, 1, to=bo.key)

    assert due(database) == {T1: {PUBLISH}, T2: {lanes.OPEN}}
    assert due(database, now=NOW + HOUR) == {T1: {PUBLISH, POST}, T2: {lanes.OPEN}}


def test_nothing_is_due_where_it_is_paused_stopped_or_somebody_elses(database: Database, clock: MovableClock) -> None:
    for workspace in (T1, T2):
        with database.session(workspace) as session:
            post(session, 1)
    take(database, "two")
    assert due(database) == {T2: {POST}}
    assert due(database, "two") == {T1: {POST}, T2: {POST}}

    with database.session(T2) as session:
        workspaces.current(session).paused_at = NOW
    with database.session(T1) as session:
        lanes.learn(session, lanes.LaneNews(stop="invalid_auth"), machine_now(session))
    assert due(database, "two") == {}
    clock.let_pass(31)
    assert due(database, "two") == {T1: {lanes.PROBE}}


def test_what_a_lane_learns_stays_with_its_workspace(database: Database) -> None:
    for workspace in (T1, T2):
        take(database, "one", workspace)
    with database.session(T1) as session:
        lanes.learn(session, lanes.LaneNews(3, stop="no_answer"), machine_now(session))
    with database.session(T1) as session:
        assert lanes.take(session, "one", machine_now(session)) == lanes.LaneState(
            is_stopped=True, is_paused=False, may_probe=False, reason="no_answer", unknowns=3
        )
    with database.session(T2) as session:
        assert lanes.take(session, "one", machine_now(session)) == lanes.LaneState(
            is_stopped=False, is_paused=False, may_probe=False, reason=None, unknowns=0
        )


def test_leases_and_looks_make_a_lane_due(database: Database, clock: MovableClock) -> None:
    with database.session(T1) as session:
        post(session, 1)
        claim(session)
    assert due(database) == {}
    clock.let_pass(31)
    assert due(database) == {T1: {lanes.LOOK}}
    with database.session(T1) as session:
        claims.recover(session, machine_now(session))
    assert due(database) == {}
    clock.let_pass(61)
    assert due(database) == {T1: {lanes.LOOK}}
