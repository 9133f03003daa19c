"""The few reads that are asked all the time, by the shortest safe path.

    PAGE = Quick(select(videos.c.id).where(videos.c.space_id == bindparam("space_id")))
    rows = await studio.database.quick.rows(PAGE, space_id=actor.space_id)

A statement is compiled once. SQLite answers it in the event loop itself, on a read-only connection, because
an indexed page takes a tenth of a millisecond there and the hop to a thread and back several times that;
what takes longer than a few milliseconds is broken off and asked again in a thread. PostgreSQL answers on
asyncpg's own connections. Whatever goes wrong on the short path is asked again on the usual one, which knows
what each failure means.

JSON columns must be selected as text (`cast(column, Text)`), so that all paths give the same.
"""

from __future__ import annotations

import sqlite3
import time
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL

Rows = list[tuple[Any, ...]]

# No socket waits longer than this for somebody else's query: seconds of work, and seconds in all, which are
# more where a disk is slow or the processor is somebody else's for a while.
_WORK_AT_MOST = 0.005
_AT_MOST = 0.025
# SQLite asks the clock after so many of its instructions: about 0.1 ms of them.
_STEPS = 2000


class Quick:
    """A statement with named parameters, compiled once for each kind of database."""

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement

    @cached_property
    def for_sqlite(self) -> tuple[str, dict[str, Any]]:
        """SQL whose parameters are named (`:space_id`), and the values that the statement itself brings."""
        compiled = self.statement.compile(dialect=sqlite.dialect(paramstyle="named"))
        return str(compiled), _own(compiled)

    @cached_property
    def for_postgresql(self) -> tuple[str, tuple[str, ...], dict[str, Any]]:
        """SQL whose parameters are numbered (`$1`), their names in that order, and its own values."""
        dialect: Any = postgresql.asyncpg.dialect
        compiled = self.statement.compile(dialect=dialect())
        return str(compiled), tuple(compiled.positiontup or ()), _own(compiled)


def _own(compiled: Any) -> dict[str, Any]:
    return {name: value for name, value in compiled.params.items() if value is not None}


class TakesTooLong(Exception):
    """The short path is not for this query, or not now."""


class ShortPath(Protocol):
    """Raises `TakesTooLong` where the usual path is to be taken instead."""

    async def rows(self, quick: Quick, values: dict[str, Any]) -> Rows: ...

    async def close(self) -> None: ...


class InLoop:
    """SQLite, in the event loop."""

    def __init__(self, path: Path) -> None:
        self._address = f"{path.resolve().as_uri()}?mode=ro"
        self._connection: sqlite3.Connection | None = None
        self._work_until = self._until = 0.0

    async def rows(self, quick: Quick, values: dict[str, Any]) -> Rows:
        try:
            connection = self._connection or self._open()
            sql, own = quick.for_sqlite
            self._work_until, self._until = time.thread_time() + _WORK_AT_MOST, time.monotonic() + _AT_MOST
            return connection.execute(sql, {**own, **values}).fetchall()
        except sqlite3.OperationalError as error:
            raise TakesTooLong from error

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._address, uri=True, timeout=0, isolation_level=None)
        connection.execute("PRAGMA query_only=ON")
        connection.execute("PRAGMA cache_size=-16000")
        connection.execute("PRAGMA mmap_size=268435456")
        connection.set_progress_handler(self._is_late, _STEPS)
        self._connection = connection
        return connection

    def _is_late(self) -> bool:
        return time.thread_time() > self._work_until or time.monotonic() > self._until


class OnAsyncpg:
    """PostgreSQL, on connections that are never in a transaction and so need no cleaning between reads."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._pool: Any = None

    async def rows(self, quick: Quick, values: dict[str, Any]) -> Rows:
        import asyncpg  # type: ignore[import-untyped]

        sql, names, own = quick.for_postgresql
        values = {**own, **values}
        try:
            pool = self._pool or await self._open()
            async with pool.acquire() as connection:
                found: Rows = await connection.fetch(sql, *(values[name] for name in names))
                return found
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            raise TakesTooLong from error

    async def close(self) -> None:
        if self._pool is not None:
            self._pool.terminate()
            self._pool = None

    async def _open(self) -> Any:
        import asyncpg

        dialect: Any = postgresql.asyncpg.dialect
        _, wanted = dialect().create_connect_args(self._url)
        # What the address may say to SQLAlchemy's own layer is nothing to asyncpg.
        for name in ("prepared_statement_cache_size", "prepared_statement_name_func", "async_fallback"):
            wanted.pop(name, None)
        pool = asyncpg.create_pool(min_size=0, max_size=10, reset=_leave_as_it_is, **wanted)
        # Two requests may come here at once; the first pool stays.
        self._pool = self._pool or pool
        return await self._pool


async def _leave_as_it_is(_connection: Any) -> None:
    """Nothing was set, listened to or locked."""
