"""What is special about files in a folder of this machine."""

import asyncio
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from tests.storage.conftest import contents, files_under, stream

from rushes.storage import InvalidKey, LocalStorage, MissingFile

KEY = "u_1/v_1/video-clips/video.mp4"


async def test_a_folder_is_no_file(local_store: LocalStorage) -> None:
    await local_store.put(KEY, stream(b"abc"))
    folder = KEY.rpartition("/")[0]
    assert not await local_store.exists(folder)
    with pytest.raises(MissingFile):
        await local_store.size(folder)
    await local_store.delete(folder)
    assert await contents(local_store, KEY) == b"abc"
    with pytest.raises(MissingFile):
        await local_store.size(KEY + "/below")
    await local_store.delete(KEY + "/below")
    for key in (folder, KEY + "/below"):
        with pytest.raises(InvalidKey):
            await local_store.put(key, stream(b"x"))
    assert await contents(local_store, KEY) == b"abc"


async def test_deleting_takes_empty_folders_along_and_no_others(
    local_store: LocalStorage, root: Path
) -> None:
    other = "u_1/v_2/video-clips/video.mp4"
    await local_store.put(KEY, stream(b"1"))
    await local_store.put(other, stream(b"2"))
    await local_store.delete(KEY)
    assert not (root / "u_1" / "v_1").exists()
    assert await contents(local_store, other) == b"2"
    await local_store.delete(other)
    assert not (root / "u_1").exists()
    assert root.exists()


async def test_a_file_made_in_scratch_is_moved_not_copied(local_store: LocalStorage) -> None:
    made = local_store.scratch() / "render.mp4"
    made.write_bytes(b"frames")
    inode = made.stat().st_ino
    stored = await local_store.put(KEY, made)
    assert (stored.size, stored.sha256) == (6, hashlib.sha256(b"frames").hexdigest())
    assert not made.exists()
    async with local_store.local_copy(KEY) as path:
        assert path.stat().st_ino == inode
        assert path.read_bytes() == b"frames"


async def test_a_link_is_stored_as_what_it_leads_to(local_store: LocalStorage, tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"frames")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    await local_store.put(KEY, tmp_path / "link")
    async with local_store.local_copy(KEY) as path:
        assert not path.is_symlink()
        assert path.read_bytes() == b"frames"
    assert (tmp_path / "real").exists()
    assert not (tmp_path / "link").is_symlink()


@pytest.mark.skipif(not os.path.isdir("/dev/shm"), reason="needs a second disk, which Linux has in memory")
async def test_a_file_on_another_disk_is_copied_then_removed(local_store: LocalStorage, root: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as elsewhere:
        made = Path(elsewhere, "render.mp4")
        made.write_bytes(b"frames")
        assert made.stat().st_dev != root.stat().st_dev
        stored = await local_store.put(KEY, made)
        assert not made.exists()
    assert stored.sha256 == hashlib.sha256(b"frames").hexdigest()
    assert await contents(local_store, KEY) == b"frames"
    assert files_under(root) == [KEY]


async def test_puts_and_deletes_side_by_side(local_store: LocalStorage, root: Path) -> None:
    """Deleting prunes the very folders that others are putting into."""

    async def churn(name: str) -> None:
        key = f"u_1/v_1/video-clips/{name}"
        for _ in range(15):
            await local_store.put(key, stream(name.encode()))
            assert await contents(local_store, key) == name.encode()
            await local_store.delete(key)
            assert not await local_store.exists(key)

    await asyncio.gather(*(churn(f"clip-{number}") for number in range(8)))
    assert files_under(root) == []
    assert not (root / "u_1").exists()


@pytest.mark.parametrize("answer", [FileExistsError, FileNotFoundError])
async def test_a_put_goes_on_when_a_delete_prunes_its_folder_in_the_very_moment(
    local_store: LocalStorage, monkeypatch: pytest.MonkeyPatch, answer: type[OSError]
) -> None:
    """The folder was there when `mkdir` asked (or its parent was), and gone when it looked again."""
    mkdir, losses = os.mkdir, iter([answer()] * 3)

    def losing(*args: Any, **kwargs: Any) -> None:
        for loss in losses:
            raise loss
        mkdir(*args, **kwargs)

    monkeypatch.setattr(os, "mkdir", losing)
    await local_store.put(KEY, stream(b"abc"))
    assert await contents(local_store, KEY) == b"abc"


async def test_there_is_room_on_this_disk(local_store: LocalStorage) -> None:
    free = await local_store.free_bytes()
    assert free is not None
    assert free > 0
