"""Files that are put come back whole, in any part, and never half."""

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from rushes.storage import CHUNK, InvalidKey, LocalStorage, MissingFile

KEY = "u_1/v_1/video-clips/video.mp4"
SIZE = 2 * CHUNK + 3


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def contents(store: LocalStorage, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([chunk async for chunk in store.open(key, start=start, end=end)])


def files_under(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir())


async def test_what_is_put_comes_back(store: LocalStorage, root: Path) -> None:
    stored = await store.put(KEY, stream(b"ab", b"", b"c" * 100_000))
    data = b"ab" + b"c" * 100_000
    assert (stored.key, stored.size, stored.sha256) == (KEY, len(data), hashlib.sha256(data).hexdigest())
    assert await contents(store, KEY) == data
    assert await store.size(KEY) == len(data)
    assert await store.exists(KEY)
    assert files_under(root) == [KEY]


async def test_an_empty_file_is_a_file(store: LocalStorage) -> None:
    assert (await store.put(KEY, stream())).size == 0
    assert await contents(store, KEY) == b""
    assert await store.exists(KEY)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (0, None),
        (0, 0),
        (0, 1),
        (1, None),
        (0, CHUNK),
        (0, CHUNK + 1),
        (CHUNK - 1, CHUNK + 1),
        (CHUNK, 2 * CHUNK),
        (SIZE - 1, SIZE),
        (SIZE - 1, None),
        (SIZE, None),
        (SIZE, SIZE + 5),
        (SIZE + 10, None),
        (5, 3),
        (0, SIZE + 999),
    ],
)
async def test_any_range_is_that_slice(store: LocalStorage, start: int, end: int | None) -> None:
    data = os.urandom(SIZE)
    await store.put(KEY, stream(data))
    chunks = [chunk async for chunk in store.open(KEY, start=start, end=end)]
    assert b"".join(chunks) == data[start:end]
    assert all(0 < len(chunk) <= CHUNK for chunk in chunks)


async def test_a_negative_range_is_a_mistake(store: LocalStorage) -> None:
    await store.put(KEY, stream(b"abc"))
    with pytest.raises(ValueError, match="range"):
        await contents(store, KEY, start=-1)


async def test_what_is_missing_says_so(store: LocalStorage) -> None:
    with pytest.raises(MissingFile):
        await contents(store, KEY)
    with pytest.raises(MissingFile):
        await store.size(KEY)
    with pytest.raises(MissingFile):
        async with store.local_copy(KEY):
            raise AssertionError("there is nothing to copy")
    assert not await store.exists(KEY)
    await store.delete(KEY)


async def test_a_folder_is_no_file(store: LocalStorage) -> None:
    await store.put(KEY, stream(b"abc"))
    folder = KEY.rpartition("/")[0]
    assert not await store.exists(folder)
    with pytest.raises(MissingFile):
        await store.size(folder)
    await store.delete(folder)
    assert await contents(store, KEY) == b"abc"
    with pytest.raises(MissingFile):
        await store.size(KEY + "/below")
    await store.delete(KEY + "/below")
    for key in (folder, KEY + "/below"):
        with pytest.raises(InvalidKey):
            await store.put(key, stream(b"x"))
    assert await contents(store, KEY) == b"abc"


async def test_putting_again_replaces(store: LocalStorage) -> None:
    await store.put(KEY, stream(b"old and long"))
    await store.put(KEY, stream(b"new"))
    assert await contents(store, KEY) == b"new"


async def test_deleting_takes_empty_folders_along_and_no_others(store: LocalStorage, root: Path) -> None:
    other = "u_1/v_2/video-clips/video.mp4"
    await store.put(KEY, stream(b"1"))
    await store.put(other, stream(b"2"))
    await store.delete(KEY)
    assert not (root / "u_1" / "v_1").exists()
    assert await contents(store, other) == b"2"
    await store.delete(other)
    assert not (root / "u_1").exists()
    assert root.exists()


async def test_a_file_made_in_scratch_is_moved_not_copied(store: LocalStorage) -> None:
    made = store.scratch() / "render.mp4"
    made.write_bytes(b"frames")
    inode = made.stat().st_ino
    stored = await store.put(KEY, made)
    assert (stored.size, stored.sha256) == (6, hashlib.sha256(b"frames").hexdigest())
    assert not made.exists()
    async with store.local_copy(KEY) as path:
        assert path.stat().st_ino == inode
        assert path.read_bytes() == b"frames"


async def test_a_link_is_stored_as_what_it_leads_to(store: LocalStorage, tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"frames")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    await store.put(KEY, tmp_path / "link")
    async with store.local_copy(KEY) as path:
        assert not path.is_symlink()
        assert path.read_bytes() == b"frames"
    assert (tmp_path / "real").exists()
    assert not (tmp_path / "link").is_symlink()


@pytest.mark.skipif(not os.path.isdir("/dev/shm"), reason="needs a second disk, which Linux has in memory")
async def test_a_file_on_another_disk_is_copied_then_removed(store: LocalStorage, root: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as elsewhere:
        made = Path(elsewhere, "render.mp4")
        made.write_bytes(b"frames")
        assert made.stat().st_dev != root.stat().st_dev
        stored = await store.put(KEY, made)
        assert not made.exists()
    assert stored.sha256 == hashlib.sha256(b"frames").hexdigest()
    assert await contents(store, KEY) == b"frames"
    assert files_under(root) == [KEY]


async def test_a_file_that_is_not_there_cannot_be_put(
    store: LocalStorage, tmp_path: Path, root: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        await store.put(KEY, tmp_path / "nothing")
    assert files_under(root) == []


async def test_readers_see_the_old_file_or_the_new_one(store: LocalStorage) -> None:
    versions = [bytes([letter]) * (CHUNK + 7) for letter in b"abcdef"]
    await store.put(KEY, stream(versions[0]))
    done = asyncio.Event()

    async def write() -> None:
        for version in versions * 3:
            await store.put(KEY, stream(version[:CHUNK], version[CHUNK:]))
        done.set()

    async def read() -> int:
        reads = 0
        while not done.is_set():
            assert await contents(store, KEY) in versions
            reads += 1
        return reads

    _, *counts = await asyncio.gather(write(), read(), read())
    assert all(counts)


async def test_puts_and_deletes_side_by_side(store: LocalStorage, root: Path) -> None:
    """Deleting prunes the very folders that others are putting into."""

    async def churn(name: str) -> None:
        key = f"u_1/v_1/video-clips/{name}"
        for _ in range(15):
            await store.put(key, stream(name.encode()))
            assert await contents(store, key) == name.encode()
            await store.delete(key)
            assert not await store.exists(key)

    await asyncio.gather(*(churn(f"clip-{number}") for number in range(8)))
    assert files_under(root) == []
    assert not (root / "u_1").exists()


@pytest.mark.parametrize("answer", [FileExistsError, FileNotFoundError])
async def test_a_put_goes_on_when_a_delete_prunes_its_folder_in_the_very_moment(
    store: LocalStorage, monkeypatch: pytest.MonkeyPatch, answer: type[OSError]
) -> None:
    """The folder was there when `mkdir` asked (or its parent was), and gone when it looked again."""
    mkdir, losses = os.mkdir, iter([answer()] * 3)

    def losing(*args: Any, **kwargs: Any) -> None:
        for loss in losses:
            raise loss
        mkdir(*args, **kwargs)

    monkeypatch.setattr(os, "mkdir", losing)
    await store.put(KEY, stream(b"abc"))
    assert await contents(store, KEY) == b"abc"


async def test_there_is_room_on_this_disk(store: LocalStorage) -> None:
    free = await store.free_bytes()
    assert free is not None
    assert free > 0
