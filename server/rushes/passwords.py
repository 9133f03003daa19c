"""Hashing passwords by bcrypt, off the event loop and a few at a time.

    passwords = Passwords(rounds=12)
    hashed = await passwords.hash("correct horse")
    await passwords.matches("correct horse", hashed)    # True
    await passwords.matches("correct horse", None)      # False, and no sooner

One hash takes a core for a quarter of a second on purpose. In a pool of its own, of two threads, a rush of
sign-ins waits in line instead of starving the files and queries that use the loop's own threads.
"""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor

import bcrypt

# bcrypt reads 72 bytes and ignores the rest: two long passwords that differ late would be the same one.
MAX_BYTES = 72
# A hash of 2^16 rounds takes seconds; a greater one in a users file would occupy the pool for hours.
_MAX_ROUNDS = 16
_HASH = re.compile(r"\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}")


class Passwords:
    """`rounds` is the base-2 logarithm of bcrypt's work, 4 to 16."""

    def __init__(self, *, rounds: int) -> None:
        self._rounds = rounds
        # Its threads end when this object is let go.
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")
        # Checked where there is nobody of that name, so that the answer takes as long.
        self._nobody = f"$2b${rounds:02d}$" + "." * 53

    async def hash(self, password: str) -> str:
        """A salted `$2b$` hash. `password` has at most 72 bytes (see `flaw`)."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, _hash, password, self._rounds)

    async def matches(self, password: str, hashed: str | None) -> bool:
        """Whether `hashed` (`$2a$`, `$2b$` or `$2y$`) is of `password`. Takes its time for None as well."""
        same = await asyncio.get_running_loop().run_in_executor(
            self._pool, _matches, password, hashed or self._nobody
        )
        return same and hashed is not None

    def is_outdated(self, hashed: str) -> bool:
        """Whether `hashed` took less work than the present cost. Checking it is quicker, too, which would
        tell that its name exists."""
        found = _HASH.fullmatch(hashed)
        return found is not None and int(found[1]) < self._rounds


def flaw(password: str) -> str | None:
    """Why no password can look like this, or None. Says nothing about its strength."""
    if "\0" in password:
        return "must not contain a NUL character"
    try:
        size = len(password.encode())
    except UnicodeEncodeError:
        return "contains characters that are not valid Unicode"
    if size > MAX_BYTES:
        return (
            f"must have at most {MAX_BYTES} bytes, because bcrypt ignores what comes after; this has {size}"
        )
    return None


def is_hash(text: str) -> bool:
    """Whether `text` is a bcrypt hash that `Passwords.matches` can check in reasonable time."""
    found = _HASH.fullmatch(text)
    return found is not None and 4 <= int(found[1]) <= _MAX_ROUNDS


def _hash(password: str, rounds: int) -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds)).decode()


def _matches(password: str, hashed: str) -> bool:
    return bcrypt.checkpw(password.encode(), hashed.encode())
