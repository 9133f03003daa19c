"""Zips that are made while they are read: whole, of the promised size, and gone without a trace when left."""

from __future__ import annotations

import asyncio
import io
import threading
import tracemalloc
import zipfile
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from rushes.media.zipping import Member, SourceChanged, data, text, zip_of, zip_size


async def read(members: list[Member], **more: float) -> bytes:
    archive = zip_of(members, **more)
    chunks = b"".join([chunk async for chunk in archive.chunks])
    assert len(chunks) == archive.size
    return chunks


async def test_it_is_a_zip_of_what_was_given() -> None:
    members = [
        text("a.txt", "Grüße 🎬"),
        data("empty", b""),
        data("ordner/ü 灯台.bin", bytes(range(256)) * 99),
    ]
    with zipfile.ZipFile(io.BytesIO(await read(members))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a.txt", "empty", "ordner/ü 灯台.bin"]
        assert archive.read("a.txt").decode() == "Grüße 🎬"
        assert archive.read("ordner/ü 灯台.bin") == bytes(range(256)) * 99
        for info in archive.infolist():
            assert info.compress_type == zipfile.ZIP_STORED and info.flag_bits & 0x08
            assert info.compress_size == info.file_size


def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="of their own"):
        zip_of([text("a", ""), text("a", "b")])


async def test_an_empty_one_is_one() -> None:
    assert zipfile.ZipFile(io.BytesIO(await read([]))).namelist() == []


@pytest.mark.parametrize("limit", [150, 1_000, 5_000])
async def test_what_is_too_long_for_32_bits_takes_zip64(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    members = [data(f"file-{number}", b"x" * size) for number, size in enumerate((100, 900, 1_100, 4_000, 3))]
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", limit)
    made = await read(members)
    monkeypatch.undo()
    assert b"PK\x06\x06" in made and b"PK\x06\x07" in made
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        assert [info.file_size for info in archive.infolist()] == [100, 900, 1_100, 4_000, 3]


async def test_so_do_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 3)
    made = await read([data(str(number), b"") for number in range(5)])
    assert b"PK\x06\x06" in made
    assert len(zipfile.ZipFile(io.BytesIO(made)).namelist()) == 5


async def test_a_film_of_six_gigabytes_begins_as_one() -> None:
    pulled = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal pulled
        while True:
            pulled += 1
            yield bytes(1024 * 1024)

    size = 6 * 1024**3
    archive = zip_of([Member("film.mp4", size, endless)])
    assert archive.size == zip_size([("film.mp4", size)]) > size
    async with aclosing(archive.chunks) as chunks:
        header = await anext(chunks)
    # Version 4.5, sizes of 0xffffffff, and an extra field of ZIP64.
    assert header[:4] == b"PK\x03\x04" and header[4] == 45 and header[18:26] == b"\xff" * 8
    assert header[30 + 8 : 30 + 10] == b"\x01\x00"
    assert pulled == 1


@pytest.mark.parametrize("size", [0, 99, 101])
async def test_a_file_of_another_size_breaks_off(size: int) -> None:
    other = Member("clip.mp4", size, data("", b"x" * 100).open)
    with pytest.raises(SourceChanged, match="no longer"):
        await read([other])


async def test_no_more_than_a_chunk_is_held() -> None:
    async def film() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield bytes(1024 * 1024)

    archive = zip_of([Member(str(number), 64 * 1024 * 1024, film) for number in range(2)])
    tracemalloc.start()
    try:
        async for _ in archive.chunks:
            pass
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    finally:
        tracemalloc.stop()


async def test_the_reader_sets_the_pace_and_leaving_ends_all() -> None:
    pulled, closed = 0, []

    async def film() -> AsyncIterator[bytes]:
        nonlocal pulled
        try:
            while True:
                pulled += 1
                yield bytes(1000)
        finally:
            closed.append(True)

    opened = []

    def never() -> AsyncIterator[bytes]:
        opened.append(True)
        return film()

    before = threading.active_count()
    archive = zip_of([Member("first", 100_000, film), Member("second", 100_000, never)])
    async with aclosing(archive.chunks) as chunks:
        for _ in range(6):
            await anext(chunks)
            await asyncio.sleep(0)
    assert pulled <= 6 and closed == [True] and not opened
    assert threading.active_count() == before


async def test_a_cancelled_download_closes_what_it_was_reading() -> None:
    waiting, closed = asyncio.Event(), asyncio.Event()

    async def stuck() -> AsyncIterator[bytes]:
        try:
            yield b"x"
            waiting.set()
            await asyncio.Event().wait()
        finally:
            closed.set()

    async def download() -> None:
        async with aclosing(zip_of([Member("film", 10, stuck)]).chunks) as chunks:
            async for _ in chunks:
                pass

    task = asyncio.create_task(download())
    await asyncio.wait_for(waiting.wait(), 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert closed.is_set()


async def test_an_error_of_the_storage_comes_through() -> None:
    async def gone() -> AsyncIterator[bytes]:
        yield b"x"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await read([Member("film", 10, gone)])
