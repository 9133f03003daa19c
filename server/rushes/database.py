"""One database, SQLite or PostgreSQL: a writing connection, reading connections, nothing else.

    async with database.writing() as connection: ...   # one writer at a time on SQLite
    async with database.reading() as connection: ...   # a read-only snapshot

On SQLite the writer takes a lock in the process before BEGIN IMMEDIATE: waiting there is fair and cheap,
waiting in SQLite's busy handler is neither, and a plain BEGIN loses read-then-write races.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from rushes.errors import Unavailable
from rushes.extras import need
from rushes.quick_reads import InLoop, OnAsyncpg, Quick, Rows, ShortPath, TakesTooLong


class NotADatabase(Exception):
    """What the URL leads to is no SQLite database, nor can one be made there. The message begins with the
    path."""


class Database:
    """Engines for one URL. `writing` and `reading` raise `Unavailable` when it cannot be reached, and
    `NotADatabase` (as does opening) where another file or a folder is in its place."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writer_lock = asyncio.Lock()
        if self.is_sqlite:
            if self.url.database:
                _make_room(Path(self.url.database))
            self._writer = _sqlite_engine(url, begin="BEGIN IMMEDIATE", read_only=False, connections=1)
            self._reader = _sqlite_engine(url, begin="BEGIN", read_only=True, connections=4)
            self._short_path: ShortPath = InLoop(Path(self.url.database or ""))
        else:
            need("asyncpg", extra="postgres", purpose="PostgreSQL")
            self._writer = create_async_engine(
                url, pool_size=10, max_overflow=20, pool_pre_ping=True, **_JSON
            )
            self._reader = self._writer.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._short_path = OnAsyncpg(self.url)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: commits when the block ends, rolls back when it raises."""
        if self.is_sqlite:
            async with self._writer_lock, _reachable(self._writer) as connection, connection.begin():
                yield connection
        else:
            async with _reachable(self._writer) as connection, connection.begin():
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A read-only snapshot: every statement in the block sees the same state."""
        async with _reachable(self._reader) as connection, connection.begin():
            yield connection

    async def quick(self, statement: Quick, **values: Any) -> Rows:
        """The statement's rows as they are now, each read by itself and by the shortest path."""
        try:
            return await self._short_path.rows(statement, values)
        except TakesTooLong:
            async with self.reading() as connection:
                return [tuple(row) for row in (await connection.execute(statement.statement, values)).all()]

    async def close(self) -> None:
        await self._short_path.close()
        await self._writer.dispose()
        if self.is_sqlite:
            await self._reader.dispose()


@asynccontextmanager
async def _reachable(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection; a database that is away is one clear, retryable error, not a stack of driver names."""
    connection = await _connect(engine)
    try:
        yield connection
    except DBAPIError as error:
        if _is_away(error):
            raise _unavailable(error) from error
        raise
    finally:
        await connection.close()


async def _connect(engine: AsyncEngine) -> AsyncConnection:
    try:
        return await engine.connect()
    except (OSError, TimeoutError, PoolTimeout) as error:
        raise _unavailable(error) from error
    except DBAPIError as error:
        if _is_away(error):
            raise _unavailable(error) from error
        if getattr(error.orig, "sqlite_errorcode", None) == _SQLITE_NOTADB:
            raise NotADatabase(f"{engine.url.database} is not a SQLite database.") from error
        raise
    except Exception as error:
        # What refuses the connection itself comes as the driver's own error.
        if _says_away(error):
            raise _unavailable(error) from error
        raise


# What SQLite says when it cannot be written or read just now: busy, locked, read-only, I/O error, full,
# cannot open, protocol (https://sqlite.org/rescode.html). Anything else is a fault of the program.
_SQLITE_AWAY = {5, 6, 8, 10, 13, 14, 15}
_SQLITE_NOTADB = 26
# Classes of PostgreSQL's codes: no connection, no resources left, an operator intervened (it starts up or
# shuts down) (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_POSTGRESQL_AWAY = ("08", "53", "57P")


def _make_room(path: Path) -> None:
    """Makes the folder that the file goes into. Raises `NotADatabase`."""
    if path.is_dir():
        raise NotADatabase(f"{path} is a folder, not a SQLite database.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotADatabase(f"{path} cannot be made: {error.strerror}.") from error


def _is_away(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE_AWAY
    return error.connection_invalidated or _says_away(error.orig)


def _says_away(error: BaseException | None) -> bool:
    return str(getattr(error, "sqlstate", None) or "").startswith(_POSTGRESQL_AWAY)


def _unavailable(error: Exception) -> Unavailable:
    if "disk is full" in str(error):
        return Unavailable("The disk is full, so nothing can be saved. Free some space.", code="disk_full")
    return Unavailable(
        "The database cannot be reached just now. Try again soon.", code="database_unavailable"
    )


# orjson writes bytes and rejects NaN; the drivers want text.
_JSON: dict[str, Any] = {
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": partial(json.loads),
}


def _sqlite_engine(url: str, *, begin: str, read_only: bool, connections: int) -> AsyncEngine:
    engine = create_async_engine(
        url, pool_size=connections, max_overflow=0, pool_timeout=30, connect_args={"timeout": 15}, **_JSON
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver's own transactions are off: it would begin them late and in the wrong mode.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "busy_timeout=15000",
            "temp_store=MEMORY",
            "cache_size=-16000",
            *(["query_only=ON"] if read_only else []),
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
