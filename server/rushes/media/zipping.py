"""Streams a zip while it is being made: nothing is written to a disk, and no more than a chunk is held.

    made = zip_of([Member("clip.mp4", size, lambda: storage.open(key)), text("notes.txt", "…")])
    made.size                          # bytes, exact: a Content-Length
    async with aclosing(made.chunks) as chunks: ...

Media are stored as they are (they are compressed already), so the size is known before the first byte. The
checksum of a member is not, and follows it in a data descriptor; sizes beyond 32 bits take ZIP64 (PKWARE
APPNOTE 6.3.10, 4.3.9 and 4.5.3). Python's own `zipfile` writes all that to whatever cannot seek. It is fed
from the loop, with no thread and no queue: the one who takes the chunks sets the pace, and a checksum of a
chunk takes less time than handing it to a thread.
"""

from __future__ import annotations

import time
import zipfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

# Opens a file anew at each call; gives it in chunks, from a generator, so that it can be closed.
Reader = Callable[[], AsyncIterator[bytes]]

# Bytes of each structure: local header, data descriptor, entry of the directory, end of it.
_LOCAL, _DESCRIPTOR, _ENTRY, _END = 30, 16, 46, 22
# What ZIP64 adds to them: an extra field with two sizes, descriptors of 8-byte sizes, and an end of its own.
_LOCAL_64, _DESCRIPTOR_64, _END_64 = 20, 8, 76
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can tell


@dataclass(frozen=True, slots=True)
class Member:
    """A file for an archive: its `name` there, its `size` in bytes, and `open`, which reads it."""

    name: str
    size: int
    open: Reader


@dataclass(frozen=True, slots=True)
class Zip:
    """A zip that is made while it is read: `size` in bytes, and its `chunks`, once. Close them when done."""

    size: int
    chunks: AsyncGenerator[bytes]


class SourceChanged(Exception):
    """A file has another size than it was said to have: what was sent of the archive is of no use."""

    def __init__(self, name: str, size: int) -> None:
        super().__init__(f"{name} is no longer {size} bytes long")
        self.name = name


def text(name: str, content: str) -> Member:
    """A member of UTF-8 text."""
    return data(name, content.encode("utf-8", "replace"))


def data(name: str, content: bytes) -> Member:
    """A member of bytes that are there already."""

    async def read() -> AsyncIterator[bytes]:
        yield content

    return Member(name, len(content), read)


def zip_of(members: Sequence[Member], *, made_at: float | None = None) -> Zip:
    """The members as a zip, in their order; `made_at` (Unix seconds) dates them, in UTC.

    Raises ValueError for two of one name. Reading it raises SourceChanged, and whatever reading a member
    raises.
    """
    if len({member.name for member in members}) < len(members):
        raise ValueError("the files of an archive have names of their own")
    return Zip(zip_size((member.name, member.size) for member in members), zipped(members, made_at=made_at))


async def zipped(members: Iterable[Member], *, made_at: float | None = None) -> AsyncGenerator[bytes]:
    """The bytes of the zip. A member is asked for when its turn has come, and closed before the next one."""
    sink = _Sink()
    date = _EPOCH if made_at is None else max(_EPOCH, time.gmtime(made_at)[:6])
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        for member in members:
            info = zipfile.ZipInfo(member.name, date)
            info.external_attr = 0o100644 << 16  # a plain file, or Unix unpacks it without any rights
            info.file_size = member.size  # decides on ZIP64
            left = member.size
            with archive.open(info, "w") as file:
                async with aclosing(member.open()) as chunks:  # type: ignore[type-var]  # generators
                    async for chunk in chunks:
                        left -= len(chunk)
                        if left < 0:
                            break
                        file.write(chunk)
                        for piece in sink.taken():
                            yield piece
                if left != 0:
                    raise SourceChanged(member.name, member.size)
    for piece in sink.taken():
        yield piece


def zip_size(files: Iterable[tuple[str, int]]) -> int:
    """Bytes of the zip that `zipped` makes of files with these names and sizes."""
    count = at = directory = 0
    for name, size in files:
        length = len(name.encode())
        # As `zipfile` decides: with some room in the file itself, without any in the directory.
        is_long = size * 1.05 > zipfile.ZIP64_LIMIT
        extra = (16 if size > zipfile.ZIP64_LIMIT else 0) + (8 if at > zipfile.ZIP64_LIMIT else 0)
        directory += _ENTRY + length + (extra + 4 if extra else 0)
        at += _LOCAL + length + size + _DESCRIPTOR + (_LOCAL_64 + _DESCRIPTOR_64 if is_long else 0)
        count += 1
    is_long = count > zipfile.ZIP_FILECOUNT_LIMIT or max(at, directory) > zipfile.ZIP64_LIMIT
    return at + directory + _END + (_END_64 if is_long else 0)


class _Sink:
    """Where `zipfile` writes. It cannot tell nor seek, so that sizes come after the bytes."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(piece)
        return len(piece)

    def flush(self) -> None:
        pass

    def taken(self) -> list[bytes]:
        pieces, self._pieces = self._pieces, []
        return pieces
