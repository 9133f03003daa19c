"""Tidying: files that nobody owns, and temporary names that a crash left behind."""

from __future__ import annotations

from datetime import timedelta

from rushes import loose_files
from rushes.background import Task
from rushes.studio import Studio


async def sweep_loose_files(studio: Studio) -> None:
    """Deletes the files whose time has come."""
    while await loose_files.sweep(studio):
        pass


async def sweep_temporary_files(studio: Studio) -> None:
    """Deletes unfinished files that nobody has written to for a day."""
    await sweep_loose_files(studio)
    await studio.storage.sweep(older_than=86_400)


TASKS = [
    Task("sweep_loose_files", sweep_loose_files),
    Task("sweep_temporary_files", sweep_temporary_files, every=timedelta(minutes=15), automatic=True),
]
