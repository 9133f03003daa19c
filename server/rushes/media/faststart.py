"""Tells whether a browser can start an MP4 before it has all of it, and makes it so.

An MP4 is a row of boxes: `moov` is the table of contents, `mdat` the pictures and sound. With `moov` first,
playing starts with the first kilobytes. (ISO/IEC 14496-12, 4.2: 32-bit size, name, and a 64-bit size when the
first is 1; a size of 0 means "to the end".)
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rushes.media.ffmpeg import reading, run

_MOST_BOXES = 10_000  # a fragmented film has some hundreds; a hostile file could have millions of empty ones


@dataclass(frozen=True, slots=True)
class Box:
    """A box at the top level: where it starts and how long it says it is, in bytes."""

    name: str
    start: int
    size: int


async def is_faststart(path: Path) -> bool:
    """Whether `moov` comes before `mdat`. False for what is no MP4. Raises FileNotFoundError."""
    return await asyncio.to_thread(_is_faststart, path)


async def make_faststart(source: Path, into: Path, *, ffmpeg: str, timeout: float | None = 120) -> None:
    """Copy the MP4 `source` to `into` with `moov` first; picture and sound stay bit for bit what they were.

    Raises FfmpegFailed.
    """
    await run(
        ffmpeg,
        [*reading(source), "-map", "0", "-c", "copy", "-movflags", "+faststart", "-f", "mp4", f"file:{into}"],
        timeout=timeout,
    )


def boxes(path: Path) -> Iterator[Box]:
    """The boxes of the top level, read from their headers alone; ends where the file stops making sense.

    The last one may claim more bytes than there are: then the file was cut short.
    """
    length = path.stat().st_size
    with open(path, "rb") as file:
        start = 0
        for _ in range(_MOST_BOXES):
            file.seek(start)
            head = file.read(16)
            if len(head) < 8:
                return
            size = int.from_bytes(head[:4], "big")
            if size == 1 and len(head) == 16:
                size = int.from_bytes(head[8:], "big")
            elif size == 0:
                size = length - start
            if size < 8 or not head[4:8].isascii():
                return
            yield Box(head[4:8].decode("ascii"), start, size)
            start += size


def _is_faststart(path: Path) -> bool:
    for box in boxes(path):
        if box.name in ("moov", "mdat"):
            return box.name == "moov"
    return False
