"""Databases that go away: a wire to PostgreSQL that can be cut or held, and a hand on SQLite's lock."""

from __future__ import annotations

import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.engine import URL, make_url

PORT = 5432


class Wire:
    """Stands between Cairn and PostgreSQL, on a Unix socket in `folder`."""

    def __init__(self, url: str, folder: Path) -> None:
        self._server = make_url(url)
        self._folder = folder
        self._flows = threading.Event()
        self._flows.set()
        self._is_cut = False
        self._sockets: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / f".s.PGSQL.{PORT}"))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """The same database, by way of this wire."""
        through = self._server.set(host=None, port=None, query={"host": str(self._folder), "port": str(PORT)})
        return through.render_as_string(hide_password=False)

    def cut(self) -> None:
        """Every connection breaks, and new ones break at once."""
        self._is_cut = True
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """New connections come through again, and what was held flows on."""
        self._is_cut = False
        self._flows.set()

    def hold(self) -> None:
        """Nothing comes through, and nobody is told."""
        self._flows.clear()

    def close(self) -> None:
        """The end."""
        self.mend()
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                ours, _ = self._listener.accept()
                if self._is_cut:
                    ours.close()
                    continue
                theirs = _connect(self._server)
                self._sockets += [ours, theirs]
                threading.Thread(target=self._pump, args=(ours, theirs), daemon=True).start()
                threading.Thread(target=self._pump, args=(theirs, ours), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._flows.wait()
                target.sendall(data)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
                each.close()


def _connect(server: URL) -> socket.socket:
    where, port = server.query.get("host", server.host or ""), server.port or PORT
    if str(where).startswith("/"):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(f"{where}/.s.PGSQL.{port}")
        return connection
    return socket.create_connection((str(where), port))


@contextmanager
def somebody_else_writes(url: str) -> Iterator[None]:
    """Another program holds the write lock of an SQLite database."""
    other = sqlite3.connect(str(make_url(url).database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()
