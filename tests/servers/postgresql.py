"""PostgreSQL in a folder of its own, as fast as one may be that nobody minds losing.

It never runs as root: there it becomes the user `postgres` of Debian's package.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.servers.process import ServerProcess, as_user, free_port

from rushes.database import Database
from rushes.migrations import migrate
from rushes.tables import metadata

_USER = "postgres"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "deadlock_timeout": "200ms",
}


class PostgreSQL:
    """A running server."""

    def __init__(self, programs: Path, process: ServerProcess) -> None:
        self._programs = programs
        self._process = process
        self._numbers = itertools.count(1)
        self._ready: str | None = None

    def url(self, database: str) -> str:
        return f"postgresql://{_USER}@127.0.0.1:{self._process.port}/{database}"

    def empty_database(self) -> str:
        """The URL of a new database in which no table is."""
        return self.url(self._create())

    def ready_database(self) -> str:
        """The URL of the one database with all tables and no row: emptying it is many times quicker than
        making another."""
        if self._ready is None:
            self._ready = self._create()
            asyncio.run(_migrate(self.url(self._ready).replace("://", "+asyncpg://")))
        else:
            tables = ", ".join(metadata.tables)
            # Somebody who still holds a row is a fault of the test before.
            self.run(self._ready, f"SET lock_timeout = '10s'; TRUNCATE {tables}")
        return self.url(self._ready)

    def run(self, database: str, statements: str) -> None:
        self._run("psql", "--quiet", "--dbname", database, "--command", statements)

    def restart(self) -> None:
        """Ends every connection and comes back."""
        self._process.restart(signal.SIGINT)

    def crash(self) -> None:
        """Drops everything at once, and has to recover when it comes back."""
        self._process.restart(signal.SIGQUIT)

    def stop(self) -> None:
        self._process.stop(signal.SIGINT)

    def start(self) -> None:
        self._process.start()

    def pause(self) -> None:
        self._process.pause()

    def wake_up(self) -> None:
        self._process.wake_up()

    def _create(self) -> str:
        name = f"studio_{next(self._numbers)}"
        self._run("createdb", name)
        return name

    def _run(self, program: str, *arguments: str) -> None:
        where = ("--host", "127.0.0.1", "--port", str(self._process.port), "--username", _USER)
        subprocess.run([self._programs / program, *where, *arguments], check=True, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A server for as long as the block lasts."""
    programs = _find_programs()
    folder = Path(tempfile.mkdtemp(prefix="rushes-postgresql-"))
    port = free_port()
    try:
        if os.getuid() == 0:
            shutil.chown(folder, _USER)
        initdb = [programs / "initdb", "--pgdata", folder / "data", "--username", _USER, "--auth", "trust"]
        options = ["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
        command = [*as_user(_USER), *map(str, initdb), *options]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        given = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        process = ServerProcess(
            [str(programs / "postgres"), "-D", str(folder / "data"), "-p", str(port), *given],
            port=port,
            folder=folder,
            answers=lambda: _is_ready(programs, port),
            user=_USER,
        )
        process.start()
        try:
            yield PostgreSQL(programs, process)
        finally:
            process.stop(signal.SIGINT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _find_programs() -> Path:
    """Debian keeps the server's programs off the PATH, a folder a version."""
    found = shutil.which("postgres")
    if found is not None:
        return Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(versions, key=lambda path: int(path.parts[-3]), default=None)
    assert newest is not None, "PostgreSQL is not installed: make test-tools"
    return newest.parent


def _is_ready(programs: Path, port: int) -> bool:
    ask = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port), "-U", _USER]
    return subprocess.run(ask, check=False).returncode == 0


async def _migrate(url: str) -> None:
    database = Database(url)
    try:
        await migrate(database)
    finally:
        await database.close()
