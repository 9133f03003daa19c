"""A studio without a shared database and broker owns its data alone: a second process is refused."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Another process holds the lock."""


@contextmanager
def sole_owner(path: Path) -> Iterator[None]:
    """Holds a lock that the system drops by itself when the process dies. Raises `AlreadyRunning`."""
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            owner = file.read().strip() or "unknown"
            raise AlreadyRunning(
                f"Another Rushes (process {owner}) already uses {path.parent.resolve()}. "
                "Stop it first, or give this one its own DATA_DIR."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def owner_of(path: Path) -> str | None:
    """The id of the process that holds the lock, or None. Raises `PermissionError`."""
    if not path.exists():
        return None
    with path.open("r") as file:
        owner = file.read().strip()
        if owner.isdigit() and not _is_alive(int(owner)):
            # The lock is not tried without need: whoever starts just then would be refused.
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return owner or "unknown"
    return None


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # Another user's, and alive.
        return True
    return True
