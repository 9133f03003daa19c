"""Keeps files and rows in step: a file is noted before it is written and claimed by the row that owns it.

    await loose_files.note(studio, key)              # committed before the first byte
    stored = await studio.storage.put(key, chunks)
    async with studio.transaction() as work:
        await loose_files.claim(work, key)           # with the row that names the file

A crash between the lines leaves a note, and the sweep deletes what it names. Purging works the other way:
the row lets go of its files and notes them as due at once, in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from rushes.storage import StorageError
from rushes.studio import Studio
from rushes.tables import loose_files
from rushes.transaction import Transaction

log = structlog.get_logger(__name__)

# Longer than any upload or download may take.
GRACE = 6 * 3600.0


async def note(studio: Studio, *keys: str, grace: float = GRACE) -> None:
    """Commits that files of these keys may come to exist and have no owner yet."""
    async with studio.transaction() as work:
        await _write(work, list(keys), studio.clock.now() + grace)


async def claim(work: Transaction, *keys: str) -> None:
    """These files have an owner from this commit on."""
    await work.session.execute(delete(loose_files).where(loose_files.c.file_path.in_(keys)))


async def let_go(work: Transaction, keys: Iterable[str | None], *, now: float) -> None:
    """Nobody owns these files from this commit on; they are deleted soon after."""
    await _write(work, [key for key in keys if key], now)
    work.enqueue("sweep_loose_files", key="sweep_loose_files")


async def sweep(studio: Studio) -> int:
    """Deletes the files whose time has come, then their notes; how many. Safe to run twice at once."""
    async with studio.reading() as session:
        due = select(loose_files.c.file_path).where(loose_files.c.due_at <= studio.clock.now()).limit(500)
        keys = list((await session.execute(due)).scalars())
    gone: list[str] = []
    for key in keys:
        try:
            await studio.storage.delete(key)
            gone.append(key)
        except (StorageError, OSError) as error:
            log.warning("loose_file_not_deleted", file_path=key, error=str(error))
    if gone:
        async with studio.transaction() as work:
            await claim(work, *gone)
    return len(gone)


async def _write(work: Transaction, keys: list[str], due_at: float) -> None:
    if not keys:
        return
    insert = sqlite.insert if work.session.dialect.name == "sqlite" else postgresql.insert
    statement = insert(loose_files).values([{"file_path": key, "due_at": due_at} for key in keys])
    await work.session.execute(
        statement.on_conflict_do_update(index_elements=["file_path"], set_={"due_at": due_at})
    )
