"""Commands that don't reach Slack: what they say, and with which code they end."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.runtime import cli
from bot.runtime.settings import Settings
from storage import migrate, people, readings
from storage.database import Database
from storage.people import Person
from storage.types import make_cipher
from storage.workspaces import Workspace, register
from tests.measured import WORKSPACE, measured

NOW = datetime(2026, 11, 23, 8, 59, tzinfo=UTC)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'cairn.db'}"
    migrate.upgrade(url)
    return url


@pytest.fixture
def cairn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return Commands(monkeypatch, capsys)


class Commands:
    """Runs a command here and gives its exit code and what it said."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch = monkeypatch
        self.capsys = capsys

    def __call__(self, *arguments: str, settings: Mapping[str, str] | None = None) -> tuple[int, str]:
        for name, value in (settings or {}).items():
            self.monkeypatch.setenv(name, value)
        self.monkeypatch.setattr(sys, "argv", ["cairn", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = self.capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err


def test_the_manifest_is_json_with_the_operators_names(cairn: Commands) -> None:
    code, said = cairn("manifest", settings={"CAIRN_COMMANDS": "checkin:standup"})

    made = json.loads(said)
    assert code == 0
    assert "/standup" in [command["command"] for command in made["features"]["slash_commands"]]
    assert made["settings"]["socket_mode_enabled"]


@pytest.mark.parametrize("url", ["https://cairn.example.org", "https://cairn.example.org/slack/events"])
def test_the_manifest_for_http_says_where(cairn: Commands, url: str) -> None:
    made = json.loads(cairn("manifest", "--url", url)[1])

    assert made["settings"]["interactivity"]["request_url"] == "https://cairn.example.org/slack/events"
    assert not made["settings"]["socket_mode_enabled"]


def test_the_manifest_for_http_has_to_be_told_where(cairn: Commands) -> None:
    assert cairn("manifest", "--url", "http://cairn.example.org")[0] == 2
    code, said = cairn("manifest", settings={"SLACK_SIGNING_SECRET": "shh"})

    assert code == 2
    assert "--url https://" in said


def test_migrate_says_where_the_database_stands(cairn: Commands, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"

    code, said = cairn("migrate", settings={"DATABASE_URL": url})

    assert (code, said) == (0, f"The database is up to date, at revision {migrate.head()}.\n")
    assert migrate.is_current(url)


def test_commands_on_a_database_without_tables_say_what_to_do(cairn: Commands, tmp_path: Path) -> None:
    code, said = cairn("pause", settings={"DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}"})

    assert code == 2
    assert "`python -m bot migrate`" in said


def test_commands_without_a_database_say_so(cairn: Commands) -> None:
    code, said = cairn("resume", settings={"DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/cairn"})

    assert code == 1
    assert said == "The database refused (OperationalError). `python -m bot doctor` says more.\n"


def fill(url: str, *workspaces: str) -> None:
    database = Database(url)
    with database.session() as session:
        for workspace in workspaces:
            register(session, Workspace(id=workspace, created_at=NOW))
    for workspace in workspaces:
        with database.session(workspace) as session:
            for slack_id in ("UANA", "UDANA"):
                session.add(Person(slack_id=slack_id, name=slack_id, synced_at=NOW))
    database.close()


def paused(url: str) -> list[str]:
    database = Database(url)
    with database.session() as session:
        found = [workspace.id for workspace in session.query(Workspace) if workspace.paused_at]
    database.close()
    return sorted(found)


def test_pause_and_resume_are_for_all_workspaces_or_one(cairn: Commands, database_url: str) -> None:
    fill(database_url, "TACME", "TOTHER")
    settings = {"DATABASE_URL": database_url}

    assert cairn("pause", settings=settings) == (0, "Paused: TACME, TOTHER.\n")
    assert paused(database_url) == ["TACME", "TOTHER"]
    assert cairn("pause", settings=settings) == (0, "Nothing was running.\n")
    assert cairn("resume", "--workspace", "TACME", settings=settings) == (0, "Going on: TACME.\n")
    assert paused(database_url) == ["TOTHER"]
    assert cairn("resume", "--workspace", "TNONE", settings=settings) == (
        2,
        "--workspace must be one of TACME, TOTHER.\n",
    )


def manager_of_ana(url: str, workspace: str = "TACME") -> str | None:
    database = Database(url)
    with database.session(workspace) as session:
        ana = people.by_slack_id(session, "UANA")
        assert ana is not None
        manager = people.get(session, ana.manager_id)
        found = manager.slack_id if manager else None
    database.close()
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text("slack_id,manager,country\nUANA,UDANA,DE\n")
    return path


def test_people_are_imported(cairn: Commands, database_url: str, file: Path) -> None:
    fill(database_url, "TACME")
    settings = {"DATABASE_URL": database_url}

    assert cairn("people", "import", str(file), "--dry-run", settings=settings) == (
        0,
        "1 people in the file; 1 would change.\n",
    )
    assert manager_of_ana(database_url) is None
    assert cairn("people", "import", str(file), settings=settings) == (0, "1 people in the file; 1 changed.\n")
    assert manager_of_ana(database_url) == "UDANA"


def test_a_file_with_mistakes_changes_nothing(cairn: Commands, sqlite_url: str, file: Path) -> None:
    fill(sqlite_url, "TACME")
    file.write_text("slack_id,manager,country\nUANA,UDANA,DE\nUDANA,UNOBODY,\nUX,,\n")

    code, said = cairn("people", "import", str(file), settings={"DATABASE_URL": sqlite_url})

    assert code == 1
    assert said.splitlines() == [
        "Line 3: Cairn knows nobody with the manager UNOBODY, or they have left.",
        "Line 4: slack_id must be a Slack member ID, which starts with U or W.",
        "Nothing was changed.",
    ]
    assert manager_of_ana(sqlite_url) is None


def test_a_file_that_is_not_there_is_a_sentence(cairn: Commands, sqlite_url: str, tmp_path: Path) -> None:
    code, said = cairn("people", "import", str(tmp_path / "none.csv"), settings={"DATABASE_URL": sqlite_url})

    assert (code, said) == (1, f"{tmp_path / 'none.csv'} can't be read (No such file or directory).\n")


def test_several_workspaces_have_to_be_chosen_from(cairn: Commands, sqlite_url: str, file: Path) -> None:
    fill(sqlite_url, "TACME", "TOTHER")
    settings = {"DATABASE_URL": sqlite_url}

    code, said = cairn("people", "import", str(file), settings=settings)
    assert code == 2
    assert "choose one with --workspace, TACME, TOTHER" in said

    assert cairn("people", "import", str(file), "--workspace", "TOTHER", settings=settings)[0] == 0
    assert manager_of_ana(sqlite_url, "TOTHER") == "UDANA"
    assert manager_of_ana(sqlite_url, "TACME") is None


def test_before_the_first_start_nobody_is_known(cairn: Commands, sqlite_url: str, file: Path) -> None:
    code, said = cairn("people", "import", str(file), settings={"DATABASE_URL": sqlite_url})

    assert code == 2
    assert "start it once with `python -m bot run`" in said


def test_simulate_says_that_nobody_is_asked(cairn: Commands, sqlite_url: str) -> None:
    fill(sqlite_url, "TACME")
    settings = {"DATABASE_URL": sqlite_url}

    assert cairn("simulate", "--days", "3", settings=settings)[1].startswith("Nobody is asked anything until 20")
    assert cairn("simulate", "--json", settings=settings) == (0, "[]\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--from", "tomorrow"], "--from must be a date like 2026-12-24.\n"),
        (["--from", "2001-01-01"], "--from must be today or later: what was asked already is told by `/cairn why`.\n"),
        (["--team", "Platform"], "--team must be one of none yet.\n"),
    ],
)
def test_simulate_says_what_cant_be(cairn: Commands, sqlite_url: str, arguments: list[str], sentence: str) -> None:
    fill(sqlite_url, "TACME")

    assert cairn("simulate", *arguments, settings={"DATABASE_URL": sqlite_url}) == (2, sentence)


def readings_file(tmp_path: Path, *rows: str) -> str:
    """A file of readings; gives its name."""
    file = tmp_path / "readings.csv"
    file.write_text("\n".join(("measure,value,at", *rows)))
    return str(file)


def test_readings_are_imported_from_a_file_or_only_looked_at(cairn: Commands, sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    with database.session(WORKSPACE) as session:
        measure = measured(session).measures["number"]
    file = readings_file(tmp_path, *(f"{measure},{n}.5,2026-10-01" for n in range(2_500)))
    settings = {"DATABASE_URL": sqlite_url}

    assert cairn("readings", "import", file, "--dry-run", settings=settings) == (
        0,
        "2,500 readings would be kept, of 1 goal.\n",
    )
    with database.session(WORKSPACE) as session:
        assert readings.newest(session, measure) is None
    assert cairn("readings", "import", file, settings=settings) == (0, "2,500 readings kept, of 1 goal.\n")
    with database.session(WORKSPACE) as session:
        assert len(readings.series(session, [measure])[measure]) == 2_500
    database.close()


def test_a_file_with_mistakes_is_refused_line_by_line(cairn: Commands, sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    with database.session(WORKSPACE) as session:
        measure = measured(session).measures["number"]
    database.close()
    file = readings_file(tmp_path, f"{measure},1,2026-10-01", "999,1,2026-10-01", f"{measure},1,2999-01-01")

    code, said = cairn("readings", "import", file, settings={"DATABASE_URL": sqlite_url})

    assert code == 1
    assert said.splitlines() == [
        "Line 3: there is no measure 999, or its goal is closed.",
        "Line 4: at lies in the future.",
        "Nothing was changed.",
    ]


def test_a_file_without_a_column_or_too_large_or_not_there_is_refused(
    cairn: Commands, sqlite_url: str, tmp_path: Path
) -> None:
    headless, huge = tmp_path / "headless.csv", tmp_path / "huge.csv"
    headless.write_text("measure;at\r\n1;2026-10-01")
    with huge.open("wb") as sparse:
        sparse.truncate(5 * 1024**3)

    def said(file: str) -> tuple[int, str]:
        return cairn("readings", "import", file, settings={"DATABASE_URL": sqlite_url})

    assert said(str(headless)) == (
        1,
        "Line 1: the header must be measure,value,at; at may be left out.\nNothing was changed.\n",
    )
    assert said(str(huge)) == (2, f"{huge} is larger than 20 MB: import it in parts. Nothing was changed.\n")
    assert said("/dev/zero")[0] == 2
    assert said("nowhere.csv") == (2, "nowhere.csv can't be read (No such file or directory).\n")


def test_all_words_go_under_the_first_key(cairn: Commands, sqlite_url: str) -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    database = Database(sqlite_url, cipher=make_cipher(old))
    with database.session("TACME") as session:
        register(session, Workspace(id="TACME", name="Acme", bot_token="xoxb-1", created_at=NOW))
    database.close()

    for said in ("1 texts were sealed with the first key.", "0 texts were sealed with the first key."):
        code, out = cairn("rekey", settings={"DATABASE_URL": sqlite_url, "CAIRN_SECRET_KEY": f"{new},{old}"})
        assert (code, said in out) == (0, True)
    code, out = cairn("rekey", settings={"DATABASE_URL": sqlite_url, "CAIRN_SECRET_KEY": old})
    assert (code, "1 texts open with none of these keys" in out) == (1, True)
    code, out = cairn("rekey", settings={"DATABASE_URL": sqlite_url, "CAIRN_SECRET_KEY": ""})
    assert (code, "CAIRN_SECRET_KEY is empty" in out) == (2, True)
