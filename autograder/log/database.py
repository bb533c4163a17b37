"""Opening the run log's database and its transactions: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from autograder.errors import UsageError
from autograder.log.errors import LogError
from autograder.log.filesystem import is_network

__all__ = ["connect", "reading", "writing"]

BUSY_SECONDS = 30
ADVISORY_LOCK = 0x6C6C6D63  # any constant of ours: writers of one PostgreSQL log take turns


def connect(path: Path, url: str | None) -> Engine:
    """Return an engine for `url`, or for the SQLite file `path`.

    SQLite writes ahead (or with a rollback journal where another host may share the file),
    makes each commit durable and waits 30 s for a lock.

    Raises
    ------
    UsageError
        If `url` is no database URL or its driver is not installed.
    """
    try:
        address = (
            sqlalchemy.make_url(url) if url else sqlalchemy.URL.create("sqlite", database=str(path))
        )
        engine = sqlalchemy.create_engine(address)
    except (ArgumentError, NoSuchModuleError) as error:
        raise UsageError(
            f"The run log's address {url!r} is no database URL: {error}. "
            "Write sqlite:////absolute/path/log.db or postgresql://user@host/database."
        ) from error
    except ModuleNotFoundError as error:
        raise UsageError(
            f"The run log's address {url!r} needs the driver {error.name!r}. "
            f"Install it with: pip install {error.name}"
        ) from error
    if engine.dialect.name == "sqlite":
        file = address.database
        shared = is_network(Path(file).parent) if file else False
        _configure_sqlite(engine, "DELETE" if shared else "WAL")
    return engine


def _configure_sqlite(engine: Engine, journal: str) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver's own implicit BEGIN is deferred and comes late; ours is explicit, below.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        _set_journal(connection, journal)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("write", False):
            # Only ahead of writing is a commit whole on the disk without being forced there.
            durable = options.get("durable", True) or journal != "WAL"
            connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("BEGIN")


def _set_journal(connection: sqlite3.Connection, journal: str) -> None:
    """Set the journal mode; SQLite does not wait for this lock by itself, so try for 30 s."""
    limit = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            (found,) = connection.execute("PRAGMA journal_mode").fetchone()
            if found.upper() != journal:
                connection.execute(f"PRAGMA journal_mode = {journal}")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > limit:
                raise
            time.sleep(0.02)


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that sees one state of the log and blocks no writer."""
    with _explained(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextlib.contextmanager
def writing(engine: Engine, *, durable: bool = True) -> Iterator[Connection]:
    """Open a transaction that is alone in writing from its first moment on.

    Parameters
    ----------
    engine : Engine
    durable : bool
        Whether it must be on the disk when the ``with`` block ends. Otherwise a power failure may
        take it back, whole, unless something durable came after it; the end of a process may not.
    """
    with (
        _explained(engine),
        engine.connect().execution_options(write=True, durable=durable) as connection,
        connection.begin(),
    ):
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": ADVISORY_LOCK})
        yield connection


@contextlib.contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        where = engine.url.render_as_string(hide_password=True)
        raise LogError(
            f"The run log {where} cannot be used: {error.orig}. Nothing was recorded half; "
            "check the disk's free space, the file's permissions and that the server runs, "
            "then run the command again."
        ) from error
