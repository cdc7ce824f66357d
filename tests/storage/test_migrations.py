"""Migrations build exactly what the code expects, on both databases, also when two begin at once."""

from __future__ import annotations

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from storage import migrate
from storage.database import normalized_url
from storage.migrate import State
from storage.schema import metadata


def engine(url: str) -> Engine:
    return create_engine(normalized_url(url), poolclass=NullPool)


def empty(url: str) -> str:
    """The same kind of database with nothing in it."""
    if url.startswith("sqlite"):
        Path(str(make_url(url).database)).unlink()
    else:
        with engine(url).begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    return url


def checks(url: str) -> set[tuple[str, str]]:
    inspector = inspect(engine(url))
    return {
        (table, f"{check['name']}: {check['sqltext']}")
        for table in inspector.get_table_names()
        for check in inspector.get_check_constraints(table)
    }


def indexes(url: str) -> set[str]:
    """Every index as the database itself says it, partial ones with their condition."""
    query = (
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        if url.startswith("sqlite")
        else "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    )
    with engine(url).begin() as connection:
        return {re.sub(r"\s+", " ", sql) for sql in connection.execute(text(query)).scalars()}


@pytest.fixture
def empty_url(database_url: str) -> str:
    return empty(database_url)


def test_code_and_migrations_agree(database_url: str) -> None:
    assert migrate.differences(database_url) == []


def test_checks_and_indexes_agree_too(database_url: str) -> None:
    """Alembic doesn't compare checks, nor all of what a partial index says."""
    by_migrations = (checks(database_url), indexes(database_url))

    metadata.create_all(engine(empty(database_url)))

    assert by_migrations == (checks(database_url), indexes(database_url))
    assert len(by_migrations[0]) > 5
    assert any("WHERE" in index for index in by_migrations[1])


def test_a_new_database_is_brought_to_the_newest_revision(empty_url: str) -> None:
    assert (migrate.state(empty_url), migrate.current(empty_url)) == (State.EMPTY, None)

    migrate.upgrade(empty_url)

    assert migrate.is_current(empty_url)
    assert migrate.current(empty_url) == migrate.head()


def test_migrating_twice_is_nothing(database_url: str) -> None:
    migrate.upgrade(database_url)

    assert migrate.state(database_url) is State.CURRENT


def test_two_that_migrate_at_once_do_it_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(migrate.upgrade, [empty_url] * 4))

    assert migrate.is_current(empty_url)


def set_revision(url: str, revision: str) -> None:
    with engine(url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_a_database_of_a_newer_cairn_is_told_from_an_older_one(database_url: str) -> None:
    set_revision(database_url, "9999")

    assert migrate.state(database_url) is State.AHEAD


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_a_failing_revision_leaves_nothing_behind(empty_url: str, scratch: Path) -> None:
    (scratch / "versions" / "9999_breaks.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\n"
        f"revision, down_revision = '9999', '{migrate.head()}'\n"
        "def upgrade():\n"
        "    op.create_table('half', sa.Column('id', sa.Integer()))\n"
        "    raise RuntimeError('breaks')\n"
    )

    with pytest.raises(RuntimeError, match="breaks"), migrate._transaction(empty_url) as connection:
        command.upgrade(migrate._config(connection, scratch), "head")

    assert inspect(engine(empty_url)).get_table_names() == []


def test_every_revision_can_be_taken_back(database_url: str) -> None:
    with migrate._transaction(database_url) as connection:
        command.downgrade(migrate._config(connection), "base")

    assert inspect(engine(database_url)).get_table_names() == ["alembic_version"]
    migrate.upgrade(database_url)
    assert migrate.differences(database_url) == []


def test_there_is_one_newest_revision_and_files_are_in_order() -> None:
    names = sorted(path.name for path in (migrate.MIGRATIONS / "versions").glob("[0-9]*.py"))

    assert [name[:4] for name in names] == [f"{n:04d}" for n in range(1, len(names) + 1)]
    assert migrate.head() == names[-1][:4]


def test_the_next_revision_is_written_with_plain_types(scratch: Path) -> None:
    for path in (scratch / "versions").glob("[0-9]*.py"):
        path.unlink()

    written = migrate.make_revision("all of it", scratch).read_text()

    assert '"""All of it."""' in written
    assert "sa.DateTime(timezone=True)" in written
    assert "sa.Text()" in written
    assert not re.search(r"sqlmodel|storage\.", written)
