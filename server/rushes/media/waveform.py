"""Draws the picture that stands for a sound in lists: how loud it is from its beginning to its end."""

import asyncio
import os
import uuid
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from rushes.media.ffmpeg import FfmpegFailed, read, reading

WIDTH, HEIGHT = 640, 160  # pixels
_BARS = 128
_STEP = WIDTH // _BARS
_LEAST = 4  # pixels of a bar in silence
_INK = (136, 136, 136)  # seen on a dark ground and on a light one
_RATE = 4000  # samples a second: how loud it is can be told from the lower two octaves of speech
_LONGEST = 3600  # seconds that are looked at: 29 MB of samples


async def waveform(sound: Path, into: Path, *, ffmpeg: str, timeout: float | None = 120) -> tuple[int, int]:
    """Write `into`, a PNG of grey bars on nothing, so that it can serve as a mask; its width and height.

    The loudest bar fills the height, so that quiet music is not a flat line. Raises FfmpegFailed.
    """
    args = [*reading(sound), "-map", "0:a:0", "-ac", "1", "-ar", str(_RATE), "-t", str(_LONGEST)]
    raw = await read(ffmpeg, [*args, "-f", "s16le", "pipe:1"], timeout=timeout)
    if len(raw) < 2:
        raise FfmpegFailed(0, "it decoded no sound")
    await asyncio.to_thread(_write, np.frombuffer(raw[: len(raw) // 2 * 2], np.int16), into)
    return WIDTH, HEIGHT


def _write(samples: NDArray[np.int16], into: Path) -> None:
    picture = Image.new("RGBA", (WIDTH, HEIGHT), (*_INK, 0))
    draw = ImageDraw.Draw(picture)
    for bar, level in enumerate(_levels(samples)):
        half = max(_LEAST, level * HEIGHT) / 2
        left = bar * _STEP + 1
        box = (left, HEIGHT / 2 - half, left + _STEP - 3, HEIGHT / 2 + half - 1)
        draw.rounded_rectangle(box, radius=1, fill=(*_INK, 255))
    temporary = into.with_name(f".{uuid.uuid4().hex}{into.suffix}")
    try:
        picture.save(temporary, format="PNG", optimize=True)
        os.replace(temporary, into)
    finally:
        temporary.unlink(missing_ok=True)


def _levels(samples: NDArray[np.int16]) -> list[float]:
    """How loud each of the bars is, from 0 to 1: the mean power of its share, eased as ears hear it."""
    edges = np.linspace(0, len(samples), _BARS + 1).astype(int)
    shares = [samples[start : max(start + 1, end)] for start, end in pairwise(edges)]
    power = [float(np.mean(share.astype(np.float32) ** 2)) if len(share) else 0.0 for share in shares]
    loudest = max(power)
    return [(each / loudest) ** 0.35 for each in power] if loudest > 0 else [0.0] * _BARS
