"""Makes the sheet of small frames that a list shows while the pointer moves across a video."""

import asyncio
import math
import os
import uuid
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from rushes.media.frames import Frames, Shape, evenly_spaced, shape_of
from rushes.media.probe import Probe, probe

_MOST_FRAMES = 100
_EVERY = 0.25  # seconds a frame, until there would be too many
_COLUMNS = 10
_AREA = 240 * 135  # pixels of a frame, in whatever shape the video has
_MOST_BYTES = 600_000
_QUALITIES = (78, 66, 54, 42)
_SHRINK = 0.8


@dataclass(frozen=True, slots=True)
class SpriteSheet:
    """Where the frames are: `count` of them in rows from the left, `columns` by `rows`, each `frame_width` by
    `frame_height` pixels; frame n shows the video from n times `interval` seconds."""

    columns: int
    rows: int
    count: int
    frame_width: int
    frame_height: int
    interval: float


async def spritesheet(
    video: Path, into: Path, *, ffmpeg: str, facts: Probe | None = None, timeout: float | None = 300
) -> SpriteSheet:
    """Write one JPEG of at most 600 kB and 100 frames to `into`. `facts` saves probing again.

    Raises Unplayable, FfmpegFailed.
    """
    shape = shape_of(facts or await probe(video))
    count = max(1, min(_MOST_FRAMES, math.ceil(shape.duration / _EVERY - 0.01)))
    width, height = _frame_size(shape)
    frames = await evenly_spaced(
        video, shape, count=count, width=width, height=height, ffmpeg=ffmpeg, timeout=timeout
    )
    width, height = await asyncio.to_thread(_write, frames, into)
    columns, rows = _grid(len(frames))
    interval = round(shape.duration / len(frames), 6)
    return SpriteSheet(columns, rows, len(frames), width, height, interval)


def _frame_size(shape: Shape) -> tuple[int, int]:
    ratio = shape.width / shape.height
    width = max(1, min(shape.width, round(math.sqrt(_AREA * ratio))))
    return width, max(1, round(width / ratio))


def _grid(count: int) -> tuple[int, int]:
    columns = min(_COLUMNS, count)
    return columns, math.ceil(count / columns)


def _write(frames: Frames, into: Path) -> tuple[int, int]:
    """Compress, harder and then smaller until it fits; returns the size of a frame."""
    pictures = [Image.fromarray(frame) for frame in frames]
    while True:
        sheet = _tile(pictures)
        for quality in _QUALITIES:
            buffer = BytesIO()
            sheet.save(buffer, format="JPEG", quality=quality, optimize=True)
            if buffer.tell() <= _MOST_BYTES:
                temporary = into.with_name(f".{uuid.uuid4().hex}{into.suffix}")
                try:
                    temporary.write_bytes(buffer.getbuffer())
                    os.replace(temporary, into)
                finally:
                    temporary.unlink(missing_ok=True)
                return pictures[0].size
        width, height = pictures[0].size
        smaller = (max(1, int(width * _SHRINK)), max(1, int(height * _SHRINK)))
        pictures = [picture.resize(smaller, Image.Resampling.LANCZOS) for picture in pictures]


def _tile(pictures: list[Image.Image]) -> Image.Image:
    width, height = pictures[0].size
    columns, rows = _grid(len(pictures))
    sheet = Image.new("RGB", (columns * width, rows * height))
    for index, picture in enumerate(pictures):
        sheet.paste(picture, (index % columns * width, index // columns * height))
    return sheet
