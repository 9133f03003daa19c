"""Writes one file safely: a temporary name, the bytes on the disk, then an atomic rename.

Everything here blocks and belongs in a thread.
"""

import errno
import hashlib
import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rushes.storage.base import InvalidKey, StorageFull

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_ATTEMPTS = 20


class Incoming:
    """A file on its way into the store, under a temporary name in `folder`.

    Its methods take turns: a cancelled task leaves its thread running, and `discard` must not close the
    file under a write. Raises StorageFull.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / uuid.uuid4().hex
        self.size = 0
        self._hash = hashlib.sha256()
        self._lock = threading.Lock()
        with disk_errors():
            self._file = open(self.path, "xb", buffering=0)  # noqa: SIM115 (closed by publish or discard)

    @property
    def sha256(self) -> str:
        """Of what has been written so far, in hexadecimal."""
        return self._hash.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Append the whole chunk; does nothing once the file was discarded."""
        with self._lock, disk_errors():
            rest = memoryview(chunk)
            while rest and not self._file.closed:
                rest = rest[self._file.write(rest) :]
            self._hash.update(chunk)
            self.size += len(chunk)

    def publish(self, target: Path) -> None:
        """Make the bytes durable and give them their name; does nothing once the file was discarded."""
        with self._lock:
            if self._file.closed:
                return
            with disk_errors():
                os.fsync(self._file.fileno())
                self._file.close()
            publish(self.path, target)

    def discard(self) -> None:
        """Close and remove what was not published; harmless at any time."""
        with self._lock:
            self._file.close()
            self.path.unlink(missing_ok=True)


def publish(source: Path, target: Path) -> None:
    """Rename the finished, synced `source` to `target` and make the new name durable.

    Raises StorageFull, and InvalidKey when a file stands where a folder must be or the reverse.
    """
    made: set[Path] = set()
    with disk_errors():
        for attempt in range(_ATTEMPTS):
            made.update(folder for folder in target.parents if not folder.exists())
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(source, target)
                break
            except OSError as error:
                if _is_at_odds(target):
                    raise InvalidKey(
                        "The storage key is at odds with a file that is stored already."
                    ) from None
                if not _pruned_meanwhile(error, source) or attempt == _ATTEMPTS - 1:
                    raise
        for folder in {target.parent, *(folder.parent for folder in made)}:
            _sync_folder(folder)


def _is_at_odds(target: Path) -> bool:
    return target.is_dir() or any(folder.exists() and not folder.is_dir() for folder in target.parents)


def _pruned_meanwhile(error: OSError, source: Path) -> bool:
    """Whether a delete took the empty folder away: before the rename, or between `mkdir` finding it there
    (FileExistsError) and looking whether it is a folder."""
    return isinstance(error, FileNotFoundError | FileExistsError) and source.exists()


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turns the system's ways of saying "full" into StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull from error
        raise


def _sync_folder(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:  # the file was deleted already, and its folder with it
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
