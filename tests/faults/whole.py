"""What must hold after any fault: database and files agree, and what is completed plays."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import select
from tests.videos.making import MovableClock, files_of

from rushes.media.probe import probe
from rushes.settings import Settings
from rushes.studio import Studio, open_studio
from rushes.tables import assets, videos
from rushes.uploads.tasks import sweep_loose_files


def check_left_whole(settings: Settings) -> None:
    """Looks at a stopped studio's data, swept as it would be some hours later."""

    async def look() -> None:
        clock = MovableClock()
        clock.ahead = 7 * 3600
        async with open_studio(settings, clock=clock) as studio:
            await check_whole(studio)

    asyncio.run(look())


async def check_whole(studio: Studio) -> None:
    """No row names a missing file, no file lacks a row, every completed video plays."""
    await sweep_loose_files(studio)
    await studio.storage.sweep(older_than=-5)
    async with studio.reading() as session:
        rows = (await session.execute(select(videos))).all()
        pictures = list((await session.execute(select(assets.c.file_path))).scalars())
    owned = [key for row in rows for key in _files(row)] + pictures
    assert sorted(owned) == files_of(studio)
    for row in rows:
        assert (row.file_path is not None) == (row.stage in ("completed", "finishing")), row.stage
        if row.stage == "completed":
            async with studio.storage.local_copy(row.file_path) as path:
                assert (await probe(path)).frames_decodable


def _files(row: Any) -> list[str]:
    return [key for key in (row.file_path, row.thumbnail_path, row.spritesheet_path) if key]
