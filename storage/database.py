"""One database, SQLite or PostgreSQL: transactions on worker threads, never on the event loop.

SQLite gets one writer thread (`BEGIN IMMEDIATE`, WAL, `synchronous=FULL`) with read-only connections beside it,
because sixteen writers waiting for its lock reached 500 ms at p99 where one held 55. PostgreSQL gets four threads.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from cryptography.fernet import MultiFernet
from sqlalchemy import Engine, String, bindparam, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria

from bot.clock import Clock
from bot.errors import OutcomeUnknownError
from storage.base import Keyed, Owned
from storage.types import give_cipher

T = TypeVar("T")
MOST_KEPT = 10_000
POSTGRES_WRITERS = 4
READERS = 2
"""More of them only wait for each other: what a look costs is mostly Python, and one thread runs that at a time."""


class WorkspaceSession(Session):
    """A session for one workspace: it reads and writes that workspace's rows and no others.

    `workspace` None is for ticks, which span them all.
    """

    def __init__(
        self, bind: Engine, *, workspace: str | None, clock: Clock, kept: dict[Hashable, Any] | None = None
    ) -> None:
        super().__init__(bind, autoflush=False, expire_on_commit=False)
        self.workspace = workspace
        self.clock = clock
        self.looked_up: dict[Hashable, Any] | None = None
        self.kept = {} if kept is None else kept
        self.to_keep: dict[Hashable, Any] = {}


_executing = threading.local()
# Statements that are made once keep their filtered twin, and SQLAlchemy what it worked out about it.
_filtered: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


@event.listens_for(WorkspaceSession, "do_orm_execute")
def _only_this_workspace(state: ORMExecuteState) -> None:
    workspace = state.session.workspace  # type: ignore[attr-defined]
    if workspace is None or state.is_column_load or state.is_relationship_load or not state.is_orm_statement:
        return
    _executing.workspace = workspace
    statement = _filtered.get(state.statement)
    if statement is None:
        statement = _filtered[state.statement] = state.statement.options(_of_the_executing_workspace())
    state.statement = statement


@cache
def _of_the_executing_workspace() -> Any:
    """A filter that is the same for all workspaces: which one it is, is asked when a statement is executed."""
    ours = bindparam("of_workspace", callable_=lambda: _executing.workspace, type_=String)
    # SQLAlchemy tries the lambda on the class it is given, and SQLModel's base has no column to try it on: so it is
    # made for any table, then widened to all of them.
    option: Any = with_loader_criteria(
        Keyed.__subclasses__()[0],
        lambda cls: cls.workspace_id == ours,
        include_aliases=True,
        propagate_to_loaders=False,
        track_closure_variables=False,
    )
    option.root_entity, option.entity = Owned, None
    return option


@event.listens_for(WorkspaceSession, "before_flush")
def _owned_by_this_workspace(session: WorkspaceSession, _context: UOWTransaction, _instances: object) -> None:
    if session.workspace is None:
        return
    for row in session.new:
        if isinstance(row, Owned):
            row.workspace_id = row.workspace_id or session.workspace
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, Owned) and row.workspace_id != session.workspace:
            raise RuntimeError("a row of another workspace reached this session")


@event.listens_for(WorkspaceSession, "after_commit")
def _keep(session: WorkspaceSession) -> None:
    if session.in_nested_transaction():
        return  # SQLAlchemy says so of savepoints too, and all around them may still be rolled back
    if len(session.kept) > MOST_KEPT:
        session.kept.clear()
    session.kept.update(session.to_keep)


@event.listens_for(WorkspaceSession, "after_soft_rollback")
def _keep_nothing(session: WorkspaceSession, _transaction: object) -> None:
    session.to_keep.clear()


def workspace_of(session: Session) -> str:
    """The workspace a session is bound to; a tick's session, which spans them, has none to give."""
    workspace = getattr(session, "workspace", None)
    if workspace is None:
        raise RuntimeError("this needs a session of one workspace")
    return str(workspace)


@contextmanager
def of_workspace(session: Session, workspace: str) -> Iterator[None]:
    """Let a tick's session, which spans the workspaces, work on one of them for a while."""
    spanning = session.workspace  # type: ignore[attr-defined]
    session.workspace = workspace  # type: ignore[attr-defined]
    try:
        yield
        session.flush()
    finally:
        session.workspace = spanning  # type: ignore[attr-defined]


def shared(session: Session, key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives: made once in a session that only looks, and anew each time in one that may change it."""
    looked_up: dict[Hashable, T] | None = session.looked_up  # type: ignore[attr-defined]
    if looked_up is None:
        return make()
    if key not in looked_up:
        looked_up[key] = make()
    return looked_up[key]


def share(session: Session, found: Mapping[Any, Any]) -> None:
    """Let `shared` know what was looked up already, many at once; nothing in a session that may change it."""
    if session.looked_up is not None:  # type: ignore[attr-defined]
        session.looked_up.update(found)  # type: ignore[attr-defined]


def kept(session: Session, key: Hashable, find: Callable[[], T | None]) -> T | None:
    """What `find` gives, for what never changes once it is committed: asked once in the life of the process."""
    of_workspace: Hashable = (workspace_of(session), key)
    known: T | None = session.kept.get(of_workspace)  # type: ignore[attr-defined]
    if known is not None:
        return known
    found = find()
    if found is not None:
        session.to_keep[of_workspace] = found  # type: ignore[attr-defined]
    return found


def machine_time(session: Session) -> datetime:
    """Machine time as this process knows it, where some seconds between processes don't matter."""
    clock: Clock = session.clock  # type: ignore[attr-defined]
    return clock.machine()


def machine_now(session: Session) -> datetime:
    """Machine time for leases: the database's own across processes, the machine's on SQLite."""
    clock: Clock = session.clock  # type: ignore[attr-defined]
    if session.get_bind().dialect.name == "sqlite":
        return clock.machine()
    moment: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return moment + clock.skew


class Database:
    """Transactions for the event loop (`write`, `read`) and for the command line (`session`).

    `url` as in DATABASE_URL; `cipher` seals people's words; `clock` gives machine time to leases.
    """

    def __init__(self, url: str, *, cipher: MultiFernet | None = None, clock: Clock | None = None) -> None:
        self.url = normalized_url(url)
        self.clock = clock or Clock()
        self.is_sqlite = self.url.startswith("sqlite")
        self.writer_count = 1 if self.is_sqlite else POSTGRES_WRITERS
        make = _sqlite_engine if self.is_sqlite else _postgres_engine
        self.engine, self.reading_engine = make(self.url), make(self.url, read_only=True)
        self._kept: dict[Hashable, Any] = {}
        for engine in (self.engine, self.reading_engine):
            give_cipher(engine.dialect, cipher)
        self._writers = ThreadPoolExecutor(self.writer_count, "cairn-write")
        self._readers = ThreadPoolExecutor(READERS, "cairn-read")

    async def write(self, work: Callable[[Session], T], *, workspace: str | None = None) -> T:
        """Run `work` in one transaction on a writer thread; returns after the commit.

        `work` is run again where its connection broke or it lost a race before the commit. Raises OutcomeUnknownError
        where the connection broke at the commit.
        """
        return await asyncio.get_running_loop().run_in_executor(self._writers, self._transact, work, workspace)

    async def read(self, work: Callable[[Session], T], *, workspace: str | None = None) -> T:
        """Run `work` on a read-only connection beside the writers."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._look, work, workspace)

    @contextmanager
    def session(self, workspace: str | None = None) -> Iterator[Session]:
        """One transaction on this thread, for the command line and for tests."""
        with self._session(self.engine, workspace) as session, session.begin():
            yield session

    def _session(self, engine: Engine, workspace: str | None) -> WorkspaceSession:
        return WorkspaceSession(engine, workspace=workspace, clock=self.clock, kept=self._kept)

    def _transact(self, work: Callable[[Session], T], workspace: str | None) -> T:
        try:
            return self._transact_once(work, workspace)
        except _BrokenBeforeCommitError as broken:
            if not broken.may_retry:
                raise broken.cause from None
        try:
            return self._transact_once(work, workspace)
        except _BrokenBeforeCommitError as broken:
            raise broken.cause from None

    def _transact_once(self, work: Callable[[Session], T], workspace: str | None) -> T:
        with self._session(self.engine, workspace) as session:
            try:
                result = work(session)
                session.flush()
            except DBAPIError as error:
                raise _BrokenBeforeCommitError(error) from error
            try:
                session.commit()
            except DBAPIError as error:
                # It may have been committed all the same, so nothing is tried twice and nobody says that it wasn't.
                raise OutcomeUnknownError from error
            return result

    def _look(self, work: Callable[[Session], T], workspace: str | None) -> T:
        try:
            return self._look_once(work, workspace)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        return self._look_once(work, workspace)

    def _look_once(self, work: Callable[[Session], T], workspace: str | None) -> T:
        with self._session(self.reading_engine, workspace) as session:
            session.looked_up = {}
            return work(session)

    def close(self) -> None:
        """Finish what runs and let every connection go."""
        self._writers.shutdown()
        self._readers.shutdown()
        self.engine.dispose()
        self.reading_engine.dispose()


# PostgreSQL: a deadlock, and a row that somebody else inserted first; the loser goes again, and finds it there.
_LOST_A_RACE = ("40P01", "23505")


class _BrokenBeforeCommitError(Exception):
    """The transaction never reached its commit, so it may be run again where that helps."""

    def __init__(self, cause: DBAPIError) -> None:
        super().__init__()
        self.cause = cause
        self.may_retry = cause.connection_invalidated or getattr(cause.orig, "sqlstate", "") in _LOST_A_RACE


def normalized_url(url: str) -> str:
    """DATABASE_URL as SQLAlchemy wants it: `postgres://` and `postgresql://` mean psycopg 3."""
    parsed = make_url(url)
    if parsed.drivername in {"postgres", "postgresql"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def _postgres_engine(url: str, *, read_only: bool = False) -> Engine:
    # Each statement of PostgreSQL's READ COMMITTED sees what is committed by then, with or without a transaction
    # around them; so what only looks spares itself the two round trips that begin one and end it.
    options: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"} if read_only else {}
    return create_engine(
        url,
        pool_size=READERS if read_only else POSTGRES_WRITERS,
        max_overflow=2,
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "options": _POSTGRES_OPTIONS + (_POSTGRES_READS if read_only else "")},
        **options,
    )


def _sqlite_engine(url: str, *, read_only: bool = False) -> Engine:
    engine = create_engine(
        url,
        pool_size=READERS if read_only else 2,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # pysqlite would begin by itself, too late and too weakly
        for pragma in _READER_PRAGMAS if read_only else _WRITER_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


# A statement that hangs gives its thread back: who waited for it was told long ago that nobody knows.
_POSTGRES_OPTIONS = "-c timezone=UTC -c statement_timeout=30s -c lock_timeout=10s"
_POSTGRES_READS = " -c default_transaction_read_only=on"

_WRITER_PRAGMAS = (
    "busy_timeout=5000",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
)
_READER_PRAGMAS = ("busy_timeout=5000", "query_only=ON")
