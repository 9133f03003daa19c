"""A put that fails or dies leaves nothing under its key, and nothing that `sweep` does not find."""

import asyncio
import errno
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from rushes.storage import LocalStorage, StorageFull
from rushes.storage.incoming import disk_errors

KEY = "u_1/v_1/video-clips/video.mp4"

WRITE_FOREVER = """
import asyncio, sys
from pathlib import Path
from rushes.storage import LocalStorage

async def endless():
    while True:
        yield b"x" * 100_000
        print("wrote", flush=True)

store = LocalStorage(Path(sys.argv[1]), b"0123456789abcdef")
asyncio.run(store.put(sys.argv[2], endless()))
"""

WRITE_PAST_THE_LIMIT = """
import asyncio, resource, sys
from pathlib import Path
from rushes.storage import LocalStorage, StorageFull

async def large():
    for _ in range(20):
        yield b"x" * 100_000

async def main():
    store = LocalStorage(Path(sys.argv[1]), b"0123456789abcdef")
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_050, 1_000_050))
    try:
        await store.put(sys.argv[2], large())
    except StorageFull as error:
        print(error.code)

asyncio.run(main())
"""


def files_under(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def test_a_killed_put_leaves_only_what_sweep_removes(
    local_store: LocalStorage, root: Path, later: Callable[[float], None], child_env: dict[str, str]
) -> None:
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITE_FOREVER, str(root), KEY, stdout=asyncio.subprocess.PIPE, env=child_env
    )
    assert writer.stdout is not None
    for _ in range(3):
        assert await asyncio.wait_for(writer.stdout.readline(), 20) == b"wrote\n"
    writer.send_signal(signal.SIGKILL)
    await writer.communicate()

    assert not await local_store.exists(KEY)
    (left,) = files_under(root)
    assert left.parent == local_store.scratch()
    assert await local_store.sweep(older_than=3600) == 0
    assert left.exists()
    later(3700)
    assert await local_store.sweep(older_than=3600) == 1
    assert files_under(root) == []
    await local_store.put(KEY, stream(b"again"))
    assert await local_store.size(KEY) == 5


async def test_sweep_goes_into_folders_and_spares_stored_files(
    local_store: LocalStorage, later: Callable[[float], None]
) -> None:
    await local_store.put(KEY, stream(b"kept"))
    folder = local_store.scratch() / "render-7"
    folder.mkdir()
    (folder / "frame.png").write_bytes(b"1")
    later(100)
    assert await local_store.sweep(older_than=50) == 1
    later(100)  # the folder changed when its file went
    assert await local_store.sweep(older_than=50) == 0
    assert not folder.exists()
    assert local_store.scratch().exists()
    assert await local_store.exists(KEY)


async def test_running_into_the_limit_is_storage_full(root: Path, child_env: dict[str, str]) -> None:
    writer = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        WRITE_PAST_THE_LIMIT,
        str(root),
        KEY,
        stdout=asyncio.subprocess.PIPE,
        env=child_env,
    )
    output, _ = await asyncio.wait_for(writer.communicate(), 20)
    assert output == b"disk_full\n"
    assert files_under(root) == []


def test_a_full_disk_is_storage_full() -> None:
    with pytest.raises(StorageFull) as caught, disk_errors(), open("/dev/full", "wb", buffering=0) as full:
        full.write(b"x")
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.ENOSPC


async def test_other_disk_troubles_keep_their_name(local_store: LocalStorage, root: Path) -> None:
    source = local_store.scratch() / "folder"
    source.mkdir()
    with pytest.raises(IsADirectoryError):
        await local_store.put(KEY, source)
    assert not os.path.lexists(root / KEY)
