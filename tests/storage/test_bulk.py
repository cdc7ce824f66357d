"""Many rows in one statement: all of them as they were given, and an answer to who won."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel, col

from storage import outbox
from storage.bulk import insert_new
from storage.database import Database
from storage.outbox import NewPost
from storage.outbox_rows import DROPPED, POST, WAITING, Outbox, Priority
from tests.storage.owing import HOUR, NOW, T1, T2, Note, move_in, person

KEY = ("workspace_id", "key")


@pytest.fixture(autouse=True)
def _people(database: Database) -> None:
    move_in(database)


def row(key: str, person_id: int, **values: Any) -> dict[str, Any]:
    common = {"workspace_id": T1, "key": key, "action": POST, "kind": "note", "ids": {}, "person_id": person_id}
    return {**common, "state": WAITING, "nonce": key, "not_before": None, "created_at": NOW, **values}


def test_rows_are_kept_as_they_were_given(database: Database) -> None:
    said = {"number": 1, "text": 'Zoë\'s "100 %" :now \\ ☃', "list": [1, None]}
    later = NOW.astimezone(ZoneInfo("Asia/Tokyo")) + timedelta(microseconds=17)
    with database.session(T1) as session:
        ana, table = person(session), SQLModel.metadata.tables["outbox"]
        assert insert_new(session, table, [row("a", ana, ids=said), row("b", ana, not_before=later)], unless=KEY) == 2
    with database.session(T1) as session:
        first, second = session.scalars(select(Outbox).order_by(col(Outbox.key)))
        assert (first.ids, first.not_before, first.created_at) == (said, None, NOW)
        assert (second.ids, second.not_before) == ({}, later)
        assert (first.attempts, first.priority) == (0, Priority.NORMAL)  # the columns' own defaults


def test_who_was_first_stays(database: Database) -> None:
    with database.session(T1) as session:
        ana, table = person(session), SQLModel.metadata.tables["outbox"]
        assert insert_new(session, table, [row("a", ana), row("b", ana)], unless=KEY) == 2
        again = [row("b", ana, nonce="other"), row("c", ana), row("c", ana)]
        assert insert_new(session, table, again, unless=KEY) == 1
        assert insert_new(session, table, [], unless=KEY) == 0
    with database.session(T1) as session:
        kept = session.scalars(select(col(Outbox.nonce)).order_by(col(Outbox.key)))
        assert list(kept) == ["a", "b", "c"]


def test_what_was_owed_for_later_goes_now_and_what_was_not_is_owed(database: Database) -> None:
    with database.session(T1) as session:
        ana = person(session)
        later = [NewPost(Note(number), f"n{number}", ana, not_before=NOW + HOUR) for number in (1, 2)]
        outbox.post_many(session, [*later, NewPost(Note(9), "n9", ana, not_before=NOW + HOUR)])
        outbox.delete(session, of="n2")
    with database.session(T1) as session:
        outbox.post_or_hasten(session, [NewPost(Note(number), f"n{number}", ana) for number in (1, 2, 3)])
    with database.session(T1) as session:
        found = {each.key: (each.state, each.not_before) for each in session.scalars(select(Outbox))}
        assert found == {
            "n1": (WAITING, None),
            "n2": (DROPPED, NOW + HOUR),
            "n3": (WAITING, None),
            "n9": (WAITING, NOW + HOUR),
        }


def test_states_are_those_of_the_posts_there_are_in_this_workspace(database: Database) -> None:
    for workspace in (T1, T2):
        with database.session(workspace) as session:
            outbox.post(session, Note(1), key="n1", to=person(session))
    with database.session(T1) as session:
        outbox.delete(session, of="n1")
        assert outbox.states(session, ["n1", "n2"]) == {"n1": DROPPED}
    with database.session(T2) as session:
        assert outbox.states(session, ["n1", *(f"x{n}" for n in range(600))]) == {"n1": WAITING}
