"""What every store of files can do, and what can go wrong with one.

A store maps keys (`storage/keys.py`) to immutable runs of bytes. Callers hold a `Storage` and never ask
which kind it is: a folder of this machine (`storage/local.py`), or a bucket (`storage/s3.py`).
"""

from collections.abc import AsyncIterable, AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

CHUNK = 1024 * 1024  # bytes read or written at a time


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is safely in the store: its `size` in bytes and `sha256` in hexadecimal."""

    key: str
    size: int
    sha256: str


class StorageError(Exception):
    """The base: `code` never changes, `message` is a sentence for people. It knows nothing of HTTP."""

    code = "storage_failed"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidKey(StorageError):
    """The key is malformed, or would lead outside the store."""

    code = "invalid_key"


class MissingFile(StorageError):
    """Nothing is stored under the key."""

    code = "missing_file"

    def __init__(self, key: str) -> None:
        super().__init__("The file is no longer there.")
        self.key = key


class StorageFull(StorageError):
    """The disk, the quota or the file size limit allows no more bytes."""

    code = "disk_full"

    def __init__(self, message: str = "There is no room left to store files.") -> None:
        super().__init__(message)


class StorageAway(StorageError):
    """The store cannot be reached, or refuses its work for now or for good. Trying later may do."""

    code = "storage_unavailable"

    def __init__(self, message: str = "The file storage cannot be reached just now. Try again soon.") -> None:
        super().__init__(message)


class NotOurs(Exception):
    """The store can never be used like this. The message is a sentence's rest, after the bucket's name."""


class Storage(Protocol):
    """A store of files. Every method that takes a key raises InvalidKey for a malformed one, and all but
    `scratch` raise StorageAway where the store is another machine."""

    async def put(self, key: str, source: AsyncIterable[bytes] | Path) -> Stored:
        """Store `source` under `key`, replacing what was there; readers see the old file or the whole new
        one, never a part. When this returns the bytes survive a power cut.

        A Path is handed over: it is moved where that is possible, and gone from its place afterwards.
        Raises StorageFull, and whatever reading `source` raises; either way nothing is left under `key`
        that was not there before.
        """
        ...

    def open(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`, in chunks of at most 1 MiB.

        Bounds beyond the file are cut to it. Raises MissingFile at the first chunk, so ask `size` first
        where an answer's head must be right.
        """
        ...

    async def size(self, key: str) -> int:
        """Bytes stored under `key`. Raises MissingFile."""
        ...

    async def delete(self, key: str) -> None:
        """Remove the file; it is fine if there is none. Whoever is reading it may finish or see an error."""
        ...

    async def exists(self, key: str) -> bool:
        """Whether a file is stored under `key`."""
        ...

    async def signed_url(self, key: str, seconds: int) -> str:
        """An address that lets anybody holding it read the file for `seconds` from now."""
        ...

    async def for_proxy(self, key: str) -> str | None:
        """Where a web server in front finds the file by itself (an address inside of it), or None where none
        is known to. Raises MissingFile."""
        ...

    def local_copy(self, key: str) -> AbstractAsyncContextManager[Path]:
        """A path that ffmpeg and the like can read for the length of the block; never write to it.

        The file itself in a local store, a temporary download elsewhere. Raises MissingFile.
        """
        ...

    def scratch(self) -> Path:
        """An existing folder for unfinished files, from which `put` of a Path is a mere rename. Names in
        it are the caller's to make unique; what is left behind is deleted by `sweep`."""
        ...

    async def free_bytes(self) -> int | None:
        """Bytes that still fit, or None where nobody can tell."""
        ...

    async def check(self) -> None:
        """Raises what keeps the store from being used, if anything does."""
        ...

    async def sweep(self, older_than: float) -> int:
        """Delete unfinished files that nobody has written to for `older_than` seconds; how many it were."""
        ...
