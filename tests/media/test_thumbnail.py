"""A still shows the video at its best, or at the second that was asked for."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rushes.media.probe import Unplayable, probe
from rushes.media.thumbnail import thumbnail

Clip = Callable[[str], Path]


def colour(path: Path) -> list[float]:
    """The mean red, green and blue."""
    with Image.open(path) as image:
        return [float(value) for value in np.asarray(image.convert("RGB")).mean(axis=(0, 1))]


@pytest.mark.parametrize(
    ("name", "width", "size"),
    [
        ("landscape.mp4", 160, (160, 90)),
        ("landscape.mp4", 640, (320, 180)),
        ("portrait.mp4", 90, (90, 160)),
        ("odd.mp4", 161, (161, 91)),
        ("wide-pixels.mp4", 640, (320, 180)),
        ("one-frame.mp4", 160, (160, 90)),
        ("varied-rate.mp4", 160, (160, 90)),
        ("film.webm", 160, (160, 90)),
        ("all-black.mp4", 160, (160, 90)),
    ],
)
async def test_it_has_the_shape_of_the_video(
    ffmpeg: str, clip: Clip, tmp_path: Path, name: str, width: int, size: tuple[int, int]
) -> None:
    into = tmp_path / "still.jpg"
    assert await thumbnail(clip(name), into, ffmpeg=ffmpeg, width=width) == size
    with Image.open(into) as image:
        image.load()
        assert (image.format, image.size) == ("JPEG", size)
    assert list(tmp_path.iterdir()) == [into]


async def test_a_rotated_video_stands_upright(ffmpeg: str, rotated: Path, tmp_path: Path) -> None:
    assert await thumbnail(rotated, tmp_path / "still.jpg", ffmpeg=ffmpeg, width=90) == (90, 160)


async def test_it_is_not_the_black_that_a_video_opens_with(ffmpeg: str, clip: Clip, tmp_path: Path) -> None:
    await thumbnail(clip("black-first.mp4"), tmp_path / "still.jpg", ffmpeg=ffmpeg)
    assert sum(colour(tmp_path / "still.jpg")) > 150


@pytest.mark.parametrize(("at", "channel"), [(0.0, 0), (0.5, 0), (1.5, 2), (1.99, 2), (99.0, 2), (-1.0, 0)])
async def test_the_moment_can_be_chosen(
    ffmpeg: str, clip: Clip, tmp_path: Path, at: float, channel: int
) -> None:
    await thumbnail(clip("two-colours.mp4"), tmp_path / "still.jpg", ffmpeg=ffmpeg, at=at)
    assert int(np.argmax(colour(tmp_path / "still.jpg"))) == channel


async def test_a_moment_of_sound_alone_shows_the_last_frame(ffmpeg: str, clip: Clip, tmp_path: Path) -> None:
    await thumbnail(clip("long-sound.mp4"), tmp_path / "still.jpg", ffmpeg=ffmpeg, at=2.5)
    assert colour(tmp_path / "still.jpg")[0] > 200


async def test_the_name_decides_the_format(ffmpeg: str, clip: Clip, tmp_path: Path) -> None:
    await thumbnail(clip("landscape.mp4"), tmp_path / "still.webp", ffmpeg=ffmpeg)
    with Image.open(tmp_path / "still.webp") as image:
        assert image.format == "WEBP"


async def test_sound_has_no_still(ffmpeg: str, clip: Clip, tmp_path: Path) -> None:
    with pytest.raises(Unplayable):
        await thumbnail(clip("sound.m4a"), tmp_path / "still.jpg", ffmpeg=ffmpeg)
    sound = await probe(clip("sound.m4a"), expect="audio")
    with pytest.raises(Unplayable):
        await thumbnail(clip("sound.m4a"), tmp_path / "still.jpg", ffmpeg=ffmpeg, facts=sound)
    assert list(tmp_path.iterdir()) == []


async def test_many_at_once_into_one_name(ffmpeg: str, clip: Clip, tmp_path: Path) -> None:
    into = tmp_path / "still.jpg"
    await asyncio.gather(*(thumbnail(clip("odd.mp4"), into, ffmpeg=ffmpeg) for _ in range(4)))
    with Image.open(into) as image:
        image.load()
    assert list(tmp_path.iterdir()) == [into]
