"""The outbox in the database: keys, claims, tokens, leases."""

from __future__ import annotations

from contextlib import ExitStack, suppress

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col

from bot.clock import MovableClock
from storage import claims, outbox, settling
from storage.claims import Claimed
from storage.database import Database, machine_now
from storage.outbox import NewPost
from storage.outbox_rows import ACTIONS, UPDATE, Outbox, Priority
from storage.people import Person
from storage.settling import Settlement
from tests.storage.owing import HOUR, NOW, T1, T2, Note, claim, move_in, person, post, settle


@pytest.fixture(autouse=True)
def _people(database: Database) -> None:
    move_in(database)


def states(session: Session) -> dict[str, str]:
    return {f"{row.action} {row.ids.get('number')}": row.state for row in session.scalars(select(Outbox))}


def number_of(row: Claimed) -> int:
    return int(row.ids["number"])


def test_a_key_is_one_post_of_one_workspace(database: Database) -> None:
    with database.session(T1) as session:
        assert post(session, 1)
        assert not post(session, 1)
    with database.session(T2) as session:
        assert post(session, 1)


def test_many_posts_are_written_once(database: Database) -> None:
    with database.session(T1) as session:
        ana = person(session)
        posts = [NewPost(Note(number), f"n{number % 1200}", ana) for number in range(2000)]
        assert outbox.post_many(session, posts) == 1200
        assert outbox.post_many(session, posts) == 0
        assert outbox.post_many(session, []) == 0
    with database.session(T1) as session:
        rows = session.scalars(select(Outbox)).all()
        assert len(rows) == 1200
        assert len({row.nonce for row in rows}) == 1200
        assert {row.workspace_id for row in rows} == {T1}


def test_a_post_goes_with_its_transaction(database: Database) -> None:
    with suppress(LookupError), database.session(T1) as session:
        post(session, 1)
        raise LookupError
    with database.session(T1) as session:
        assert outbox.posted(session, "n1") is None


def test_a_session_sees_its_own_workspaces_outbox(database: Database) -> None:
    with database.session(T1) as session:
        post(session, 1)
    with database.session(T2) as session:
        assert outbox.posted(session, "n1") is None
        assert not outbox.update(session, Note(2), of="n1")
        outbox.delete(session, of="n1")
        assert claim(session) == []
    with database.session(T1) as session:
        assert states(session) == {"post 1": "waiting"}


def test_a_post_needs_one_target(database: Database) -> None:
    with pytest.raises(IntegrityError), database.session(T1) as session:
        outbox.post_many(session, [NewPost(Note(1), "n1", None)])  # type: ignore[arg-type]


def test_claims_come_in_order_and_once(database: Database) -> None:
    with database.session(T1) as session:
        for number, priority in ((1, Priority.BULK), (2, Priority.NORMAL), (3, Priority.URGENT), (4, Priority.NORMAL)):
            post(session, number, priority=priority)
    with database.session(T1) as session:
        assert [number_of(row) for row in claim(session, limit=3)] == [3, 2, 4]
    with database.session(T1) as session:
        assert [number_of(row) for row in claim(session)] == [1]
        assert claim(session) == []


def test_what_is_not_due_is_not_claimed(database: Database) -> None:
    with database.session(T1) as session:
        post(session, 1, not_before=NOW + HOUR)
        post(session, 2, not_before=NOW)
        post(session, 3, not_before=NOW + 2 * HOUR)
    with database.session(T1) as session:
        assert outbox.next_due(session, NOW) == NOW + HOUR
        assert outbox.next_due(session, NOW + HOUR) == NOW + 2 * HOUR
        assert outbox.next_due(session, NOW + 2 * HOUR) is None
        assert [number_of(row) for row in claim(session)] == [2]


def test_who_is_posted_to_comes_with_the_claim(database: Database) -> None:
    with database.session(T1) as session:
        post(session, 1)
        post(session, 2, to="CGENERAL")
    with database.session(T1) as session:
        to_ana, to_channel = claim(session)
    assert (to_ana.slack_id, to_ana.target, to_ana.status, to_ana.zone) == ("UANA", "DUANA", "active", "UTC")
    assert (to_ana.can_be_found, to_channel.can_be_found) == (True, False)
    assert (to_channel.target, to_channel.slack_id) == ("CGENERAL", None)


def test_two_processes_claim_different_rows(database: Database) -> None:
    with database.session(T1) as session:
        for number in range(6):
            post(session, number)
    with ExitStack() as open_at_once:
        first = claim(open_at_once.enter_context(database.session(T1)), limit=3)
        if database.is_sqlite:
            open_at_once.close()  # it lets one writer in at a time
        second = claim(open_at_once.enter_context(database.session(T1)), limit=3)
    assert ([number_of(row) for row in first], [number_of(row) for row in second]) == ([0, 1, 2], [3, 4, 5])
    with database.session(T1) as session:
        assert len(settle(session, *(Settlement(row, "sent") for row in (*first, *second)))) == 6


def test_settling_needs_the_token(database: Database, clock: MovableClock) -> None:
    with database.session(T1) as session:
        post(session, 1)
        post(session, 2)
    with database.session(T1) as session:
        stale, kept = claim(session)
    clock.let_pass(31)
    with database.session(T1) as session:
        settle(session, Settlement(kept, "sent", "DUANA", "2.0"))
        assert claims.recover(session, machine_now(session)) == []
        assert settle(session, Settlement(stale, "sent", "DUANA", "1.0")) == []
        assert settle(session, Settlement(kept, "failed")) == []
    with database.session(T1) as session:
        assert states(session) == {"post 1": "unknown", "post 2": "sent"}
        assert outbox.posted(session, "n1") == outbox.Posted(None, None, "unknown")
        assert outbox.posted(session, "n2") == outbox.Posted("DUANA", "2.0", "sent")


def test_settled_rows_keep_ids_and_place_and_no_claim(database: Database) -> None:
    with database.session(T1) as session:
        post(session, 1)
    with database.session(T1) as session:
        (row,) = claim(session)
        settle(session, Settlement(row, "sent", "DUANA", "1.0", attempted=True))
    with database.session(T1) as session:
        kept = session.scalars(select(Outbox)).one()
        assert (kept.kind, kept.ids, kept.posted_channel, kept.ts) == ("note", {"number": 1}, "DUANA", "1.0")
        assert (kept.claim_token, kept.lease_until, kept.attempts) == (None, None, 1)


def test_a_lease_that_ran_out_leaves_posts_unknown_and_the_rest_to_do_again(
    database: Database, clock: MovableClock
) -> None:
    with database.session(T1) as session:
        post(session, 1)
        (sent,) = claim(session)
        settle(session, Settlement(sent, "sent", "DUANA", "1.0"))
        post(session, 2)
        post(session, 3, to="CGENERAL")
        outbox.update(session, Note(4), of="n1")
        outbox.publish(session, Note(5), person_id=person(session))
    with database.session(T1) as session:
        for action in ACTIONS:
            claim(session, action)
        lease_until = session.scalars(select(col(Outbox.lease_until)).where(col(Outbox.key) == "n2")).one()
    clock.let_pass(20)
    with database.session(T1) as session:
        assert claims.recover(session, machine_now(session)) == []
        assert set(states(session).values()) == {"sent", "claimed"}
    clock.let_pass(11)
    with database.session(T1) as session:
        (asked,) = claims.recover(session, machine_now(session))
        assert session.get_one(Outbox, asked).key == "n3"
        assert states(session) == {
            "post 1": "sent",
            "post 2": "unknown",
            "post 3": "asked",
            "update 4": "waiting",
            "publish 5": "waiting",
        }
        unknown = session.scalars(select(Outbox).where(col(Outbox.key) == "n2")).one()
        assert (unknown.failed_at, unknown.attempts) == (lease_until, 1)


def test_an_unknown_post_is_looked_for_after_its_grace(database: Database, clock: MovableClock) -> None:
    with database.session(T1) as session:
        post(session, 1)
        (row,) = claim(session)
        settle(session, Settlement(row, "unknown", attempted=True))
    with database.session(T1) as session:
        assert claims.claim_look(session, machine_now(session)) is None
    clock.let_pass(61)
    with database.session(T1) as session:
        first = claims.claim_look(session, machine_now(session))
        second = claims.claim_look(session, machine_now(session))
        assert first is not None
        assert second is not None
        assert settle(session, Settlement(first, "waiting")) == []
        assert len(settle(session, Settlement(second, "unknown", retry_in=10.0))) == 1
        assert claims.claim_look(session, machine_now(session)) is None
    clock.let_pass(11)
    with database.session(T1) as session:
        found = claims.claim_look(session, machine_now(session))
        assert found is not None
        assert found.claimed_at is not None


def test_a_row_given_back_forgets_its_claim_but_not_an_unknown_one(database: Database, clock: MovableClock) -> None:
    with database.session(T1) as session:
        post(session, 1)
        (row,) = claim(session)
        settle(session, Settlement(row, "waiting"))
        assert session.scalars(select(col(Outbox.claimed_at))).one() is None
        (row,) = claim(session)
        first_claim = session.scalars(select(col(Outbox.claimed_at))).one()
        settle(session, Settlement(row, "unknown", attempted=True))
    clock.let_pass(61)
    with database.session(T1) as session:
        looked = claims.claim_look(session, machine_now(session))
        assert looked is not None
        settle(session, Settlement(looked, "waiting"))
        claim(session)
        assert session.scalars(select(col(Outbox.claimed_at))).one() == first_claim


def test_updates_collapse_to_the_latest_even_while_one_is_under_way(database: Database) -> None:
    with database.session(T1) as session:
        post(session, 1)
        (row,) = claim(session)
        settle(session, Settlement(row, "sent", "DUANA", "1.0"))
        for number in (2, 3):
            assert outbox.update(session, Note(number), of="n1")
        (under_way,) = claim(session, UPDATE)
        assert (number_of(under_way), under_way.post) == (3, outbox.Posted("DUANA", "1.0", "sent"))
        for number in (4, 5):
            assert outbox.update(session, Note(number), of="n1")
        assert claim(session, UPDATE) == []  # one message, one call at a time
    with database.session(T1) as session:
        (dropped,) = settle(session, Settlement(under_way, "waiting", retry_in=2.0))
        assert dropped.state == "dropped"
        assert [number_of(row) for row in claim(session, UPDATE)] == [5]


def test_a_failed_post_can_be_tried_once_more(database: Database) -> None:
    with database.session(T1) as session:
        post(session, 1)
        assert not outbox.retry(session, of="n1")
        (row,) = claim(session)
        settle(session, Settlement(row, "failed", error="not_in_channel"))
        assert outbox.retry(session, of="n1")
        assert len(claim(session)) == 1


def test_no_dm_no_claim_but_a_person_to_open(database: Database) -> None:
    with database.session(T1) as session:
        bo = session.get_one(Person, person(session, "UBO"))
        bo.dm_channel = None
        session.flush()
        post(session, 1, to=bo.key)
        post(session, 2, to=bo.key, expires_at=NOW)
        post(session, 3)
    with database.session(T1) as session:
        assert claims.people_to_open(session, 5, NOW, machine_now(session)) == [(bo.key, "UBO")]
        assert [number_of(row) for row in claim(session)] == [2, 3]
        (ended,) = settling.fail_posts_to(session, bo.key, "user_disabled")
        assert (ended.ids, ended.state, ended.error) == ({"number": 1}, "failed", "user_disabled")
