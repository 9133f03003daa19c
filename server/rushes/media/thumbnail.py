"""Makes the still that stands for a video in lists: a telling frame, not the black one many start with."""

import asyncio
import os
import uuid
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rushes.media.ffmpeg import FfmpegFailed
from rushes.media.frames import Frames, Shape, evenly_spaced, frame_at, shape_of
from rushes.media.probe import Probe, probe

_CANDIDATES = 9
_SEARCHED = 20.0  # seconds from the start; a minute of 1080p takes two seconds to decode
_QUALITY = 82
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)  # ITU-R BT.709


async def thumbnail(
    video: Path,
    into: Path,
    *,
    ffmpeg: str,
    at: float | None = None,
    width: int = 640,
    facts: Probe | None = None,
    timeout: float | None = 120,
) -> tuple[int, int]:
    """Write the still to `into`, a JPEG or, when it is named so, a WebP; returns its width and height.

    `width` pixels wide, never wider than the video, in its exact shape. `at` picks the frame shown at that
    second (the last one when the video is shorter); otherwise the most telling of nine is taken. `facts`
    saves probing again. Raises Unplayable, FfmpegFailed.
    """
    shape = shape_of(facts or await probe(video))
    size = _fit(shape, width)
    frames = await _frames(video, shape, at, size, ffmpeg, timeout)
    await asyncio.to_thread(_write, frames, at is None, into)
    return size


async def _frames(
    video: Path, shape: Shape, at: float | None, size: tuple[int, int], ffmpeg: str, timeout: float | None
) -> Frames:
    width, height = size
    if at is not None and at < shape.duration:
        try:
            return await frame_at(
                video, max(0.0, at), width=width, height=height, ffmpeg=ffmpeg, timeout=timeout
            )
        except FfmpegFailed:  # the sound goes on after the last frame
            pass
    if at is None:  # ffmpeg stops decoding where the last candidate is found
        shape = replace(shape, duration=min(shape.duration, _SEARCHED))
    frames = await evenly_spaced(
        video, shape, count=_CANDIDATES, width=width, height=height, ffmpeg=ffmpeg, timeout=timeout
    )
    return frames if at is None else frames[-1:]


def _fit(shape: Shape, width: int) -> tuple[int, int]:
    width = min(width, shape.width)
    return width, max(1, round(width * shape.height / shape.width))


def _write(frames: Frames, choose: bool, into: Path) -> None:
    best = int(np.argmax(_scores(frames))) if choose else 0
    temporary = into.with_name(f".{uuid.uuid4().hex}{into.suffix}")
    try:
        still = Image.fromarray(frames[best])
        if into.suffix.lower() == ".webp":
            still.save(temporary, format="WEBP", quality=_QUALITY)
        else:
            still.save(temporary, format="JPEG", quality=_QUALITY, optimize=True, progressive=True)
        os.replace(temporary, into)
    finally:
        temporary.unlink(missing_ok=True)


def _scores(frames: Frames) -> NDArray[np.float64]:
    """How telling each frame is: contrast and detail count for it, near-black, near-white and, slightly,
    a place late in the video against it. Most videos have their subject in view by the first third."""
    scores = np.empty(len(frames))
    for index, frame in enumerate(frames):
        luma = frame[::2, ::2].astype(np.float32) @ _LUMA
        contrast = float(luma.std())
        detail = float(np.abs(np.diff(luma, axis=1)).mean()) if luma.shape[1] > 1 else 0.0
        mean = float(luma.mean())
        exposure = min(1.0, mean / 40.0) * min(1.0, (255.0 - mean) / 25.0)
        late = abs((index + 0.5) / len(frames) - 0.3)
        scores[index] = (contrast + 2.0 * detail + 1.0) * (0.05 + exposure) * (1.0 - 0.25 * late)
    return scores
