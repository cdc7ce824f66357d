"""Importing reporting lines: every mistake with its line, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.services.csv_tables import ImportRefusedError
from bot.services.people_import import Imported, Row, import_rows, read
from storage.database import Database
from storage.people import Person, by_slack_id
from storage.schema import metadata
from storage.workspaces import Workspace, register

NOW = datetime(2026, 11, 23, 8, 59, tzinfo=UTC)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = Database(f"sqlite:///{tmp_path / 'cairn.db'}")
    metadata.create_all(database.engine)
    with database.session() as spanning:
        register(spanning, Workspace(id="TACME", created_at=NOW))
    with database.session("TACME") as bound:
        for slack_id in ("UANA", "UBO", "UCY", "UDANA"):
            bound.add(Person(slack_id=slack_id, name=slack_id[1:].title(), synced_at=NOW))
        bound.add(Person(slack_id="UOLAF", name="Olaf", status="left", synced_at=NOW))
        bound.flush()
        yield bound
    database.close()


def mistakes(content: bytes) -> list[str]:
    with pytest.raises(ImportRefusedError) as refused:
        read(content)
    return str(refused.value).splitlines()


def refused(session: Session, content: str) -> list[str]:
    with pytest.raises(ImportRefusedError) as found:
        import_rows(session, read(content.encode()), NOW)
    assert not any(person.manager_id or person.country for person in session.query(Person))
    return str(found.value).splitlines()


def manager_of(session: Session, slack_id: str) -> str | None:
    person = by_slack_id(session, slack_id)
    assert person is not None
    above = session.get(Person, person.manager_id) if person.manager_id else None
    return above.slack_id if above else None


@pytest.mark.parametrize(
    "content",
    [
        b"slack_id,manager,country\nUANA,UDANA,DE\nUBO,,\n",
        b"\xef\xbb\xbfslack_id;manager;country\r\nUANA;UDANA;DE\r\nUBO;;\r\n",
        b"slack_id\tmanager\tcountry\rUANA\tUDANA\tDE\rUBO\t\t",
        b'"Slack_ID" , "Manager","COUNTRY"\n   UANA, "UDANA",DE\n\n,,\nUBO,"",""\n',
    ],
)
def test_every_spreadsheets_csv_is_understood(content: bytes) -> None:
    rows = read(content)

    assert [(row.slack_id, row.manager, row.country) for row in rows] == [("UANA", "UDANA", "DE"), ("UBO", "", "")]


def test_columns_may_be_left_out_and_in_any_order() -> None:
    assert read(b"country,slack_id\nDE,UANA\n") == [Row(2, "UANA", None, "DE")]


@pytest.mark.parametrize("header", [b"", b"\n", b"id,manager,country", b"slack_id,slack_id", b"slack_id,email"])
def test_a_header_that_is_none_is_told(header: bytes) -> None:
    assert mistakes(header + b"\nUANA,UBO,DE\n") == [
        "Line 1: the header must be slack_id,manager,country; manager and country may be left out."
    ]


def test_text_that_is_not_utf8_is_told_with_its_line() -> None:
    assert mistakes(b"slack_id,manager,country\nUANA,UDANA,DE\nUB\xd6,,\n") == [
        'Line 3: this isn\'t UTF-8. Save the file as "CSV UTF-8".'
    ]


def test_every_line_that_does_not_fit_is_told() -> None:
    assert mistakes(b'slack_id,manager,country\nUANA\nUBO,UDANA,DE,x\n"UCY,UDANA,DE\nUDANA,,\n') == [
        "Line 2: it has 1 cells, and the header has 3.",
        "Line 3: it has 4 cells, and the header has 3.",
        "Line 4: a quotation mark is left open or stands inside a cell.",
    ]


def test_managers_and_countries_are_set(session: Session) -> None:
    imported = import_rows(session, read(b"slack_id,manager,country\nUANA,UDANA,de\nUBO,UDANA,\nUDANA,,\n"), NOW)

    assert imported == Imported(people=3, changed=2)
    assert [manager_of(session, who) for who in ("UANA", "UBO", "UDANA")] == ["UDANA", "UDANA", None]
    ana = by_slack_id(session, "UANA")
    assert ana is not None
    assert ana.country == "DE"


def test_an_empty_cell_takes_away_and_a_missing_column_leaves(session: Session) -> None:
    import_rows(session, read(b"slack_id,manager,country\nUANA,UDANA,DE\n"), NOW)

    import_rows(session, read(b"slack_id,manager\nUANA,\n"), NOW)

    ana = by_slack_id(session, "UANA")
    assert ana is not None
    assert (ana.manager_id, ana.country) == (None, "DE")


def test_a_dry_run_counts_and_changes_nothing(session: Session) -> None:
    imported = import_rows(session, read(b"slack_id,manager,country\nUANA,UDANA,DE\n"), NOW, dry_run=True)

    assert imported == Imported(people=1, changed=1)
    assert manager_of(session, "UANA") is None


def test_the_same_file_twice_changes_nothing_the_second_time(session: Session) -> None:
    rows = read(b"slack_id,manager,country\nUANA,UDANA,DE\n")
    import_rows(session, rows, NOW)

    assert import_rows(session, rows, NOW).changed == 0


def test_every_wrong_line_is_told_and_nothing_is_taken(session: Session) -> None:
    content = (
        "slack_id,manager,country\n"
        "UANA,UDANA,DE\n"
        "UNOBODY,UDANA,DE\n"
        "UBO,UOLAF,UK\n"
        "ana@example.org,,\n"
        "UCY,UCY,EU\n"
        "UANA,,\n"
    )
    assert refused(session, content) == [
        "Line 3: Cairn knows nobody with the slack_id UNOBODY, or they have left.",
        "Line 4: Cairn knows nobody with the manager UOLAF, or they have left.",
        "Line 4: country must be two letters of ISO 3166, such as DE or GB.",
        "Line 5: slack_id must be a Slack member ID, which starts with U or W.",
        "Line 6: nobody reports to themselves.",
        "Line 6: country must be two letters of ISO 3166, such as DE or GB.",
        "Line 7: UANA is in line 2 already.",
    ]


def test_a_circle_is_refused_at_each_of_its_lines(session: Session) -> None:
    assert refused(session, "slack_id,manager\nUANA,UBO\nUBO,UCY\nUCY,UANA\nUDANA,UANA\n") == [
        "Line 2: they would report to themselves: UANA → UBO → UCY → UANA.",
        "Line 3: they would report to themselves: UBO → UCY → UANA → UBO.",
        "Line 4: they would report to themselves: UCY → UANA → UBO → UCY.",
    ]


def test_a_circle_through_what_is_stored_is_refused(session: Session) -> None:
    import_rows(session, read(b"slack_id,manager\nUANA,UBO\n"), NOW)

    with pytest.raises(ImportRefusedError, match="Line 2: they would report to themselves: UBO → UANA → UBO"):
        import_rows(session, read(b"slack_id,manager\nUBO,UANA\n"), NOW)


def test_a_swap_within_one_file_is_no_circle(session: Session) -> None:
    import_rows(session, read(b"slack_id,manager\nUANA,UBO\nUBO,\n"), NOW)

    import_rows(session, read(b"slack_id,manager\nUBO,UANA\nUANA,\n"), NOW)

    assert (manager_of(session, "UBO"), manager_of(session, "UANA")) == ("UANA", None)
