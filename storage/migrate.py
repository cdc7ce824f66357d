"""Brings a database to the shape that the tables have in code, by Alembic; there is no alembic.ini.

After a change to a table, `python -m storage.migrate "say what changes"` writes the next revision into
`storage/migrations/versions`. Read what it wrote: renames look like a drop and an add, and checks aren't compared.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from storage.database import normalized_url

MIGRATIONS = Path(__file__).parent / "migrations"

# Any number that no other program's advisory lock has.
_LOCK = 0x0CA1_4217


class State(Enum):
    """How a database stands to the code: never migrated, behind it, current, or from a newer Cairn."""

    EMPTY = "empty"
    BEHIND = "behind"
    CURRENT = "current"
    AHEAD = "ahead"


def upgrade(url: str) -> None:
    """Bring the database to the newest revision, in one transaction; who comes second waits and finds it done."""
    with _transaction(url) as connection:
        command.upgrade(_config(connection), "head")


def current(url: str) -> str | None:
    """The revision that the database is at; None where it was never migrated."""
    with _transaction(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The newest revision in code."""
    return _script().get_current_head()


def state(url: str) -> State:
    """Whether the database has the shape that the code expects. Raises OperationalError where it is away."""
    script, revision = _script(), current(url)
    if revision is None:
        return State.EMPTY
    if revision == script.get_current_head():
        return State.CURRENT
    return State.BEHIND if revision in {known.revision for known in script.walk_revisions()} else State.AHEAD


def is_current(url: str) -> bool:
    """Whether the database is at the newest revision."""
    return state(url) is State.CURRENT


def differences(url: str) -> list[Any]:
    """What a new revision would have to change, as Alembic's operations; empty where code and database agree."""
    from storage.schema import metadata  # noqa: PLC0415 (who only migrates needs no tables)

    with _transaction(url) as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def make_revision(message: str, folder: Path = MIGRATIONS) -> Path:
    """Write the next revision from what the tables have and the newest revision hasn't; returns its file."""
    number = len(list((folder / "versions").glob("[0-9]*.py"))) + 1
    with tempfile.TemporaryDirectory() as scratch, _transaction(f"sqlite:///{scratch}/cairn.db") as connection:
        config = _config(connection, folder)
        command.upgrade(config, "head")
        made = command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")
    if made is None or isinstance(made, list):
        raise RuntimeError("one revision was expected")
    return Path(made.path)


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))


def _config(connection: Connection, folder: Path = MIGRATIONS) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_section_option("post_write_hooks", "hooks", "ruff")
    config.set_section_option("post_write_hooks", "ruff.type", "module")
    config.set_section_option("post_write_hooks", "ruff.module", "ruff")
    config.set_section_option("post_write_hooks", "ruff.options", "format --quiet REVISION_SCRIPT_FILENAME")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _transaction(url: str) -> Iterator[Connection]:
    engine = _engine(normalized_url(url))
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    if url.startswith("postgresql"):
        return create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args={"connect_timeout": 5})
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    # sqlite3 begins by itself only before an INSERT or the like, and each DDL statement would stand alone. Foreign
    # keys stay off, as batch mode needs it.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit('usage: python -m storage.migrate "say what changes"')
    sys.stdout.write(f"{make_revision(sys.argv[1])}\n")
