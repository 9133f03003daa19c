"""Files and rows in step: what nobody owns is deleted when its time comes, and nothing else is."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select
from tests.videos.making import MovableClock, files_of

from rushes import loose_files
from rushes.parts import register_tasks
from rushes.studio import Studio
from rushes.tables import loose_files as notes
from rushes.uploads.tasks import sweep_loose_files, sweep_temporary_files


@pytest.fixture
def clock(studio: Studio) -> MovableClock:
    studio.clock = MovableClock()
    return studio.clock


async def store(studio: Studio, name: str) -> str:
    key = f"user_1/request_1/video-clips/{name}"
    await studio.storage.put(key, _data())
    return key


async def _data() -> AsyncIterator[bytes]:
    yield b"data"


async def noted(studio: Studio) -> list[str]:
    async with studio.reading() as session:
        return sorted((await session.execute(select(notes.c.file_path))).scalars())


async def test_a_file_that_was_never_claimed_goes_when_its_time_has_come(
    studio: Studio, clock: MovableClock
) -> None:
    """As after a crash between writing a file and the row that names it."""
    await loose_files.note(studio, "user_1/request_1/video-clips/a.mp4")
    key = await store(studio, "a.mp4")
    await sweep_loose_files(studio)
    assert len(files_of(studio)) == 1
    clock.ahead = loose_files.GRACE + 1
    await sweep_loose_files(studio)
    assert (files_of(studio), await noted(studio)) == ([], [])
    assert not await studio.storage.exists(key)


async def test_a_note_without_a_file_goes_as_well(studio: Studio, clock: MovableClock) -> None:
    """As after a crash before the first byte."""
    await loose_files.note(studio, "user_1/request_1/video-clips/a.mp4")
    clock.ahead = loose_files.GRACE + 1
    await sweep_loose_files(studio)
    assert await noted(studio) == []


async def test_what_is_claimed_stays(studio: Studio, clock: MovableClock) -> None:
    key = await store(studio, "a.mp4")
    await loose_files.note(studio, key)
    async with studio.transaction() as work:
        await loose_files.claim(work, key)
    clock.ahead = loose_files.GRACE + 1
    await sweep_loose_files(studio)
    assert await studio.storage.exists(key)


async def test_what_is_let_go_is_deleted_soon_unless_it_was_rolled_back(
    studio: Studio, clock: MovableClock
) -> None:
    kept, gone = await store(studio, "kept.mp4"), await store(studio, "gone.mp4")
    register_tasks(studio)

    async def let_go_and_fail() -> None:
        async with studio.transaction() as work:
            await loose_files.let_go(work, [kept], now=studio.clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await let_go_and_fail()
    async with studio.transaction() as work:
        await loose_files.let_go(work, [gone, None], now=studio.clock.now())
    await sweep_loose_files(studio)
    assert await studio.storage.exists(kept)
    assert not await studio.storage.exists(gone)


async def test_noting_again_takes_the_later_word(studio: Studio, clock: MovableClock) -> None:
    key = await store(studio, "a.mp4")
    await loose_files.note(studio, key, grace=-1)
    await loose_files.note(studio, key)
    await sweep_loose_files(studio)
    assert await studio.storage.exists(key)
    assert await noted(studio) == [key]


async def test_two_sweeps_at_once_do_no_harm(studio: Studio, clock: MovableClock) -> None:
    for number in range(20):
        await loose_files.note(studio, await store(studio, f"{number}.mp4"), grace=-1)
    kept = await store(studio, "kept.mp4")
    await asyncio.gather(*(sweep_loose_files(studio) for _ in range(3)))
    assert files_of(studio) == [kept]
    assert await noted(studio) == []


async def test_one_that_cannot_be_deleted_holds_up_no_other(studio: Studio, clock: MovableClock) -> None:
    stuck, other = "user_1/link/video-clips/a.mp4", await store(studio, "b.mp4")
    root = studio.settings.videos_dir
    (root / "elsewhere").mkdir()
    (root / "user_1" / "link").symlink_to(root / "elsewhere")
    for key in (stuck, other):
        await loose_files.note(studio, key, grace=-1)
    await sweep_loose_files(studio)
    assert not await studio.storage.exists(other)
    # It stays on the list, and goes once that is possible.
    assert await noted(studio) == [stuck]
    (root / "user_1" / "link").unlink()
    await sweep_loose_files(studio)
    assert await noted(studio) == []


async def test_unfinished_files_go_after_a_day(studio: Studio) -> None:
    scratch = studio.storage.scratch()
    old, fresh = scratch / "render-old.mp4", scratch / "render-fresh.mp4"
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    await sweep_temporary_files(studio)
    assert not old.exists()
    assert fresh.exists()
