"""Keeps files in a folder of this machine.

Bytes arrive under a temporary name in `.incoming` and are renamed when they are complete and on the disk,
so a crash leaves nothing but temporary names, which `sweep` removes. Everything that waits for the disk
does so in a thread.
"""

import asyncio
import errno
import hashlib
import os
import shutil
import time
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import aiofiles

from rushes.storage.base import CHUNK, InvalidKey, MissingFile, StorageAway, Stored
from rushes.storage.incoming import Incoming, disk_errors, publish
from rushes.storage.keys import check_key
from rushes.storage.scratch import sweep_scratch
from rushes.storage.signing import Signer

_SCRATCH = ".incoming"  # no key may start with a dot


class LocalStorage:
    """A `Storage` in the folder `root`, which is created; `secret` signs addresses under `base_url`, and a
    web server in front serves `root` to itself under `proxy_location`.

    Folders below `root` must be real ones: a symbolic link there leads to InvalidKey, never outside.
    """

    def __init__(
        self,
        root: Path,
        secret: bytes,
        base_url: str = "",
        *,
        proxy_location: str | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._root = root.absolute()
        self._proxy_location = proxy_location
        self._signer = Signer(secret, base_url, now=now)
        self._now = now
        self.scratch()
        self._real_root = os.path.realpath(self._root)

    async def put(self, key: str, source: AsyncIterable[bytes] | Path) -> Stored:
        """See `Storage.put`. A Path on another disk is copied, then deleted."""
        target = self._path(key)
        if isinstance(source, Path):
            return await asyncio.to_thread(self._put_file, key, source, target)
        incoming = await asyncio.to_thread(self._incoming)
        try:
            async for chunk in source:
                await asyncio.to_thread(incoming.write, chunk)
            await asyncio.to_thread(self._check_inside, target)
            await asyncio.to_thread(incoming.publish, target)
        finally:
            await asyncio.to_thread(incoming.discard)
        return Stored(key, incoming.size, incoming.sha256)

    def _put_file(self, key: str, source: Path, target: Path) -> Stored:
        self._check_inside(target)
        if not source.is_symlink():  # moving a link would store the link
            with suppress(_OtherDisk):
                return _move(key, source, target)
        incoming = self._incoming()
        try:
            with open(source, "rb") as file:
                while chunk := file.read(CHUNK):
                    incoming.write(chunk)
            incoming.publish(target)
        finally:
            incoming.discard()
        source.unlink()
        return Stored(key, incoming.size, incoming.sha256)

    async def open(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """See `Storage.open`. A file that is deleted meanwhile is read to its end all the same."""
        if start < 0 or (end is not None and end < 0):
            raise ValueError("a range of bytes starts and ends at 0 or later")
        path = await self._existing(key)
        try:
            async with aiofiles.open(path, "rb") as file:
                await file.seek(start)
                left = None if end is None else end - start
                while left is None or left > 0:
                    chunk = await file.read(CHUNK if left is None else min(CHUNK, left))
                    if not chunk:
                        break
                    if left is not None:
                        left -= len(chunk)
                    yield chunk
        except FileNotFoundError:  # deleted since the line above
            raise MissingFile(key) from None

    async def size(self, key: str) -> int:
        """See `Storage.size`."""
        path = await self._existing(key)
        try:
            return (await asyncio.to_thread(path.stat)).st_size
        except FileNotFoundError:
            raise MissingFile(key) from None

    async def exists(self, key: str) -> bool:
        """See `Storage.exists`."""
        try:
            await self._existing(key)
        except MissingFile:
            return False
        return True

    async def delete(self, key: str) -> None:
        """See `Storage.delete`. Folders that are empty thereafter go as well."""
        await asyncio.to_thread(self._delete, self._path(key))

    def _delete(self, path: Path) -> None:
        self._check_inside(path)
        if path.is_dir():
            return
        with suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()
        for folder in path.parents:
            if folder == self._root:
                break
            try:
                folder.rmdir()
            except FileNotFoundError:
                continue
            except OSError:  # not empty
                break

    async def signed_url(self, key: str, seconds: int) -> str:
        """`{base_url}/api/files/{key}?expires=&signature=`, to be checked with `verify`."""
        return self._signer.url(check_key(key), seconds)

    async def for_proxy(self, key: str) -> str | None:
        """See `Storage.for_proxy`."""
        if self._proxy_location is None:
            return None
        await self.size(key)
        return f"{self._proxy_location.rstrip('/')}/{quote(key)}"

    def verify(self, key: str, expires: int | str, signature: str) -> bool:
        """Whether this store signed that address and it has not expired; never raises."""
        return self._signer.verify(key, expires, signature)

    @asynccontextmanager
    async def local_copy(self, key: str) -> AsyncIterator[Path]:
        """See `Storage.local_copy`: the stored file itself, so do not write to it."""
        yield await self._existing(key)

    def scratch(self) -> Path:
        """See `Storage.scratch`."""
        folder = self._root / _SCRATCH
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    async def free_bytes(self) -> int | None:
        """Bytes free on the disk."""
        return (await asyncio.to_thread(shutil.disk_usage, self._root)).free

    async def check(self) -> None:
        """See `Storage.check`: whether the folder is there and may be written to."""
        if not await asyncio.to_thread(os.access, self._root, os.W_OK | os.X_OK):
            raise StorageAway("The folder of stored files is gone or may not be written to.")

    async def sweep(self, older_than: float) -> int:
        """See `Storage.sweep`. Folders that callers made in `scratch` are searched, and go when empty."""
        before = self._now() - older_than
        return await asyncio.to_thread(sweep_scratch, self.scratch(), before=before)

    def _incoming(self) -> Incoming:
        return Incoming(self.scratch())

    def _path(self, key: str) -> Path:
        return self._root / check_key(key)

    async def _existing(self, key: str) -> Path:
        path = self._path(key)
        if not await asyncio.to_thread(self._is_inside_file, path):
            raise MissingFile(key)
        return path

    def _is_inside_file(self, path: Path) -> bool:
        self._check_inside(path)
        return path.is_file()

    def _check_inside(self, path: Path) -> None:
        real = os.path.realpath(path)
        if real != os.path.join(self._real_root, path.relative_to(self._root)):
            raise InvalidKey("A storage key leads through a symbolic link.")


class _OtherDisk(Exception):
    """A file cannot be renamed into the store."""


def _move(key: str, source: Path, target: Path) -> Stored:
    if source.stat().st_dev != _nearest_folder(target).stat().st_dev:
        raise _OtherDisk  # before reading it all for nothing
    with open(source, "rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        size = file.tell()
        with disk_errors():
            os.fsync(file.fileno())
    try:
        publish(source, target)
    except OSError as error:
        if error.errno == errno.EXDEV:  # one disk mounted twice
            raise _OtherDisk from error
        raise
    return Stored(key, size, digest.hexdigest())


def _nearest_folder(path: Path) -> Path:
    return next(folder for folder in path.parents if folder.exists())
