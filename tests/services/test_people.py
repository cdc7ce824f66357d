"""People, as Slack tells of them: who is here, who has left, and who runs Cairn."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.services import people
from bot.services.people import SlackUser
from storage import people as stored
from storage import workspaces
from storage.database import Database
from storage.workspaces import Workspace

TEAM = "TACME"
NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


def user(slack_id: str, status: str = "active") -> SlackUser:
    return SlackUser(slack_id, slack_id.title(), "Europe/Berlin", "en-GB", status)


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    database = Database(database_url)
    with database.session(TEAM) as session:
        workspaces.register(session, Workspace(id=TEAM, created_at=NINE))
        yield session
    database.close()


def admins(session: Session) -> set[str]:
    session.expire_all()
    return {each.slack_id for each in stored.by_slack_ids(session, ["UANA", "UDANA"]) if each.is_admin}


def test_the_list_of_zones_is_not_read_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[bool] = []

    def read() -> set[str]:
        reads.append(True)
        return zoneinfo.available_timezones()

    monkeypatch.setattr(people, "available_timezones", read)
    told = [people.from_slack({"id": f"U{n}", "name": "x", "tz": "Asia/Tokyo"}, TEAM) for n in range(5)]

    assert len(reads) <= 1
    assert {each.zone for each in told if each} == {"Asia/Tokyo"}


def test_a_zone_that_nobody_knows_is_utc() -> None:
    told = people.from_slack({"id": "U1", "name": "x", "tz": "Mars/Olympus"}, TEAM)
    assert told is not None
    assert told.zone == "UTC"


def test_somebody_whose_name_shows_nothing_is_called_by_another() -> None:
    user = {"id": "U1", "name": "x", "profile": {"display_name": "\u202e ", "real_name": " Ana\nLima"}}
    told = people.from_slack(user, TEAM)
    assert told is not None
    assert told.name == "Ana Lima"


def test_whoever_joins_during_a_sync_has_not_left(session: Session) -> None:
    people.remember(session, [user("UBO"), user("UCY")], NINE)
    began, joined = NINE + timedelta(hours=1), NINE + timedelta(hours=1, minutes=1)
    people.remember(session, [user("UCY")], joined)
    people.remember(session, [user("UEVA")], joined)

    assert people.left_all_but(session, {"UCY"}, began, joined + timedelta(minutes=1)) == 1

    left = {each.slack_id: each.status for each in stored.by_slack_ids(session, ["UBO", "UCY", "UEVA"])}
    assert left == {"UBO": "left", "UCY": "active", "UEVA": "active"}


def test_those_whom_the_operator_named_run_cairn_as_soon_as_it_meets_them(session: Session) -> None:
    people.remember(session, [user("UANA"), user("UDANA")], NINE, {"UDANA"})

    assert admins(session) == {"UDANA"}


def test_whom_the_operator_names_no_more_runs_cairn_no_more(session: Session) -> None:
    people.remember(session, [user("UANA"), user("UDANA")], NINE, {"UDANA"})

    people.appoint(session, {"UANA"})
    assert admins(session) == {"UANA"}

    people.appoint(session, set())
    assert admins(session) == set()
