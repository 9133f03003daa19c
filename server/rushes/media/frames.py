"""Takes evenly spaced, shrunken frames out of a video in one pass of ffmpeg."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rushes.media.ffmpeg import FfmpegFailed, read, reading
from rushes.media.probe import Probe, Unplayable

Frames = NDArray[np.uint8]  # (count, height, width, 3), RGB

# Codecs whose B-frames carry a mark that nothing depends on them; leaving those out saves a third of the work
# and shifts a frame by two or three at most.
_SKIPPING = ("h264", "hevc")


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a video matters here: pixels as shown, seconds."""

    width: int
    height: int
    duration: float
    skips: bool


def shape_of(facts: Probe) -> Shape:
    """Raises Unplayable when the file is no video."""
    if facts.kind != "video" or not facts.width or not facts.height:
        raise Unplayable("no_video", "There are no pictures to take frames from.")
    return Shape(facts.width, facts.height, facts.duration or 0.0, facts.video_codec in _SKIPPING)


async def evenly_spaced(
    video: Path,
    shape: Shape,
    *,
    count: int,
    width: int,
    height: int,
    ffmpeg: str,
    timeout: float | None,
) -> Frames:
    """`count` frames, each from the middle of its share of the video, scaled to `width` by `height`.

    Fewer when the video has fewer, at least one. Raises FfmpegFailed.
    """
    rate = f"fps={count}/{max(shape.duration, 0.001):.6f}," if count > 1 and shape.duration else ""
    skip = ["-skip_frame", "noref"] if shape.skips else []
    return await _read(
        [*reading(video, *skip), "-map", "0:V:0", "-vf", f"{rate}{_scale(width, height)}"],
        count=count,
        width=width,
        height=height,
        ffmpeg=ffmpeg,
        timeout=timeout,
    )


async def frame_at(
    video: Path, seconds: float, *, width: int, height: int, ffmpeg: str, timeout: float | None
) -> Frames:
    """The frame shown at `seconds`, as an array of one. Raises FfmpegFailed, also when there is none."""
    return await _read(
        [*reading(video, "-ss", f"{seconds:.6f}"), "-map", "0:V:0", "-vf", _scale(width, height)],
        count=1,
        width=width,
        height=height,
        ffmpeg=ffmpeg,
        timeout=timeout,
    )


def _scale(width: int, height: int) -> str:
    return f"scale={width}:{height}:flags=area+accurate_rnd+full_chroma_int,format=rgb24"


async def _read(
    args: list[str], *, count: int, width: int, height: int, ffmpeg: str, timeout: float | None
) -> Frames:
    output = ["-frames:v", str(count), "-f", "rawvideo", "pipe:1"]
    raw = await read(ffmpeg, [*args, *output], timeout=timeout)
    pixels = np.frombuffer(raw, np.uint8)
    whole = len(raw) // (width * height * 3)
    if whole == 0:
        raise FfmpegFailed(0, "it decoded no frame")
    return pixels[: whole * width * height * 3].reshape(whole, height, width, 3)
