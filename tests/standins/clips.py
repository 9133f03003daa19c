"""Real, playable, small files: MP4s, stills and sprite sheets, made once for each size and duration."""

from __future__ import annotations

import io
import re
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

import imageio_ffmpeg
from PIL import Image

PAGE = b"<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>"


@lru_cache(maxsize=32)
def make_clip(size: str, seconds: str) -> bytes:
    """An H.264 MP4 with its index at the end, so that half of it is of no use."""
    return _draw(
        size, float(seconds), ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"], "mp4"
    )


@lru_cache(maxsize=32)
def make_still(size: str, *, columns: int = 1) -> bytes:
    """A JPEG: one frame, or `columns` of them side by side."""
    return _draw(size, float(columns), ["-r", "1", "-vf", f"tile={columns}x1", "-frames:v", "1"], "jpg")


@lru_cache(maxsize=1)
def make_picture() -> bytes:
    """A PNG."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(buffer, "PNG")
    return buffer.getvalue()


def _draw(size: str, seconds: float, options: list[str], ending: str) -> bytes:
    if not re.fullmatch(r"\d{2,4}x\d{2,4}", size):
        raise ValueError(f"no size: {size!r}")
    source = f"testsrc2=size={size}:rate=12:duration={seconds}"
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"clip.{ending}"
        command = [
            imageio_ffmpeg.get_ffmpeg_exe(),
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            source,
            *options,
            str(target),
        ]
        subprocess.run(command, check=True, timeout=120, stdin=subprocess.DEVNULL)
        return target.read_bytes()
