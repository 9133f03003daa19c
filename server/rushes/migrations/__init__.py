"""Brings the database to this version at start; a database from a later version is refused."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from rushes.database import Database

# Any number that nothing else in the database takes a lock on.
_ADVISORY_LOCK = 0x72757368


class DatabaseTooNew(Exception):
    """The database carries a migration that this version does not know."""


async def migrate(database: Database) -> None:
    """Applies what is missing, in one transaction. Several processes may call this at once: on PostgreSQL
    one migrates under an advisory lock while the others wait. Raises `DatabaseTooNew`."""
    async with database.writing() as connection:
        if not database.is_sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        await connection.run_sync(_upgrade)


async def versions(database: Database) -> tuple[str | None, str, bool]:
    """The version that the database is at (None for an empty one), the newest that there is, and whether the
    first is known here. Changes nothing. Raises `Unavailable`, `NotADatabase`."""
    async with database.reading() as connection:
        current = await connection.run_sync(
            lambda sync: MigrationContext.configure(sync).get_current_revision()
        )
    script = ScriptDirectory.from_config(_config())
    known = {revision.revision for revision in script.walk_revisions()}
    return current, str(script.get_current_head()), current in known


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    script = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    head = script.get_current_head()
    if current == head:
        return
    if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
        raise DatabaseTooNew(
            f"The database is at version {current}, which is newer than this Rushes ({head}). "
            "Install the newer Rushes, or restore a backup from before the upgrade."
        )
    command.upgrade(config, "head")
