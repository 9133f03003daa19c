"""Files that are put come back whole, in any part, and never half: in a folder and in a bucket alike."""

import asyncio
import hashlib
import itertools
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.storage.conftest import Shown, contents, stream

from rushes.storage import CHUNK, InvalidKey, MissingFile, Storage

KEY = "u_1/v_1/video-clips/video.mp4"
SIZE = 2 * CHUNK + 3


async def test_what_is_put_comes_back(store: Storage, shown: Shown) -> None:
    stored = await store.put(KEY, stream(b"ab", b"", b"c" * 100_000))
    data = b"ab" + b"c" * 100_000
    assert (stored.key, stored.size, stored.sha256) == (KEY, len(data), hashlib.sha256(data).hexdigest())
    assert await contents(store, KEY) == data
    assert await store.size(KEY) == len(data)
    assert await store.exists(KEY)
    assert shown() == [KEY]


async def test_an_empty_file_is_a_file(store: Storage) -> None:
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
async def test_any_range_is_that_slice(store: Storage, start: int, end: int | None) -> None:
    data = os.urandom(SIZE)
    await store.put(KEY, stream(data))
    chunks = [chunk async for chunk in store.open(KEY, start=start, end=end)]
    assert b"".join(chunks) == data[start:end]
    assert all(0 < len(chunk) <= CHUNK for chunk in chunks)


async def test_a_negative_range_is_a_mistake(store: Storage) -> None:
    await store.put(KEY, stream(b"abc"))
    with pytest.raises(ValueError, match="range"):
        await contents(store, KEY, start=-1)


async def test_what_is_missing_says_so(store: Storage) -> None:
    with pytest.raises(MissingFile):
        await contents(store, KEY)
    with pytest.raises(MissingFile):
        await store.size(KEY)
    with pytest.raises(MissingFile):
        async with store.local_copy(KEY):
            raise AssertionError("there is nothing to copy")
    assert not await store.exists(KEY)
    await store.delete(KEY)


async def test_putting_again_replaces(store: Storage) -> None:
    await store.put(KEY, stream(b"old and long"))
    await store.put(KEY, stream(b"new"))
    assert await contents(store, KEY) == b"new"


async def test_a_file_that_is_not_there_cannot_be_put(store: Storage, tmp_path: Path, shown: Shown) -> None:
    with pytest.raises(FileNotFoundError):
        await store.put(KEY, tmp_path / "nothing")
    assert shown() == []


async def test_readers_see_the_old_file_or_the_new_one(store: Storage) -> None:
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


async def test_a_file_made_in_scratch_is_handed_over(store: Storage, shown: Shown) -> None:
    made = store.scratch() / "render.mp4"
    made.write_bytes(b"frames")
    stored = await store.put(KEY, made)
    assert (stored.size, stored.sha256) == (6, hashlib.sha256(b"frames").hexdigest())
    assert not made.exists()
    async with store.local_copy(KEY) as path:
        assert path.read_bytes() == b"frames"
    assert shown() == [KEY]


async def test_deleting_takes_one_file_and_no_other(store: Storage, shown: Shown) -> None:
    other = "u_1/v_2/video-clips/video.mp4"
    await store.put(KEY, stream(b"1"))
    await store.put(other, stream(b"2"))
    await store.delete(KEY)
    assert not await store.exists(KEY)
    assert await contents(store, other) == b"2"
    assert shown() == [other]


async def test_a_source_that_breaks_leaves_the_old_file(store: Storage, shown: Shown) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * CHUNK
        raise ConnectionError("the provider hung up")

    await store.put(KEY, stream(b"old"))
    with pytest.raises(ConnectionError):
        await store.put(KEY, breaking())
    assert await contents(store, KEY) == b"old"
    assert shown() == [KEY]


async def test_a_cancelled_put_leaves_nothing(store: Storage, shown: Shown) -> None:
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        for count in itertools.count():
            yield b"x" * CHUNK
            if count == 20:
                begun.set()
            await asyncio.sleep(0)

    putting = asyncio.create_task(store.put(KEY, endless()))
    await asyncio.wait_for(begun.wait(), 30)
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    assert shown() == []
    assert not await store.exists(KEY)


async def test_a_key_that_leads_elsewhere_is_refused(store: Storage) -> None:
    for key in ("../up", "/root", "a//b", "a/.hidden"):
        with pytest.raises(InvalidKey):
            await store.put(key, stream(b"x"))
        with pytest.raises(InvalidKey):
            await store.size(key)


async def test_it_says_that_it_can_be_used(store: Storage) -> None:
    await store.check()
