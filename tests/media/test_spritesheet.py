"""A sheet covers its video from end to end, and is small enough to load on hover."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rushes.media.probe import probe
from rushes.media.spritesheet import SpriteSheet, spritesheet

Clip = Callable[[str], Path]


def frame(path: Path, sheet: SpriteSheet, index: int) -> Image.Image:
    """The frame as a page cuts it out."""
    left = index % sheet.columns * sheet.frame_width
    top = index // sheet.columns * sheet.frame_height
    with Image.open(path) as image:
        return image.convert("RGB").crop((left, top, left + sheet.frame_width, top + sheet.frame_height))


@pytest.mark.parametrize(
    ("name", "count", "size"),
    [
        ("landscape.mp4", 8, (240, 135)),
        ("portrait.mp4", 4, (135, 240)),
        ("odd.mp4", 6, (239, 135)),
        ("one-frame.mp4", 1, (240, 135)),
        ("minute.mp4", 100, (160, 90)),
        ("film.webm", 8, (240, 135)),
        ("wide-pixels.mp4", 4, (240, 135)),
        ("long-sound.mp4", None, (240, 135)),
        ("varied-rate.mp4", None, (240, 135)),
    ],
)
async def test_frames_cover_the_video(
    ffmpeg: str, clip: Clip, tmp_path: Path, name: str, count: int | None, size: tuple[int, int]
) -> None:
    into = tmp_path / "sheet.jpg"
    facts = await probe(clip(name))
    assert facts.duration is not None
    sheet = await spritesheet(clip(name), into, ffmpeg=ffmpeg, facts=facts)
    assert count is None or sheet.count == count
    assert (sheet.frame_width, sheet.frame_height) == size
    assert sheet.columns * (sheet.rows - 1) < sheet.count <= sheet.columns * sheet.rows
    assert sheet.count * sheet.interval == pytest.approx(facts.duration, rel=0.01)
    assert into.stat().st_size <= 600_000
    with Image.open(into) as image:
        image.load()
        assert image.size == (sheet.columns * sheet.frame_width, sheet.rows * sheet.frame_height)
    assert list(tmp_path.iterdir()) == [into]


async def test_frames_are_in_order(ffmpeg: str, clip: Clip, tmp_path: Path) -> None:
    sheet = await spritesheet(clip("two-colours.mp4"), tmp_path / "sheet.jpg", ffmpeg=ffmpeg)
    means = [
        np.asarray(frame(tmp_path / "sheet.jpg", sheet, index)).mean(axis=(0, 1))
        for index in range(sheet.count)
    ]
    assert [int(np.argmax(mean)) for mean in means] == [0] * 4 + [2] * 4


async def test_a_rotated_video_stands_upright(ffmpeg: str, rotated: Path, tmp_path: Path) -> None:
    sheet = await spritesheet(rotated, tmp_path / "sheet.jpg", ffmpeg=ffmpeg)
    assert (sheet.frame_width, sheet.frame_height) == (135, 240)


async def test_pure_noise_still_fits(ffmpeg: str, clip: Clip, tmp_path: Path) -> None:
    sheet = await spritesheet(clip("noise.mp4"), tmp_path / "sheet.jpg", ffmpeg=ffmpeg)
    assert sheet.count == 100
    assert sheet.frame_width < 240
    assert (tmp_path / "sheet.jpg").stat().st_size <= 600_000
    with Image.open(tmp_path / "sheet.jpg") as image:
        assert image.size == (sheet.columns * sheet.frame_width, sheet.rows * sheet.frame_height)
