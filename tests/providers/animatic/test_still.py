"""The embedded still: a picture of what a prompt describes, in true colours and the same each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageStat

from rushes.providers.animatic.brief import Brief
from rushes.providers.animatic.frame import Frame
from rushes.providers.animatic.scene import draw_frame, set_up
from rushes.providers.animatic.still import AnimaticStill
from rushes.providers.animatic.still_child import _rgb, draw
from rushes.providers.makers.protocol import ImageOrder
from rushes.providers.protocol import Reference, Refused


def order(prompt: str, **changes: object) -> ImageOrder:
    given = {"key": "k", "model": "still", "prompt": prompt, "width": 320, "height": 180, **changes}
    return ImageOrder(**given)  # type: ignore[arg-type]


async def test_the_same_order_gives_the_same_picture(tmp_path: Path) -> None:
    maker = AnimaticStill()
    for name in ("one", "two"):
        await maker.make(order("a red fox in the snow"), tmp_path / name)
    other = await maker.make(order("a red fox in the snow", seed=5), tmp_path / "three")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert other.path.read_bytes() != (tmp_path / "one").read_bytes()
    assert other.use.cost == 0.0


def test_night_is_darker_than_day_and_neither_is_empty() -> None:
    def drawn(prompt: str) -> Image.Image:
        return draw(Brief((prompt,), 320, 180, 4.0, seed=1, slate=""))

    day, night = drawn("a fox in a meadow at noon"), drawn("a fox in a meadow at night")
    brightness = [sum(ImageStat.Stat(each).mean) for each in (day, night)]
    assert brightness[0] > brightness[1] * 1.3
    assert all(len(each.getcolors(320 * 180) or []) > 200 for each in (day, night))


def test_colours_come_out_as_they_went_in() -> None:
    frame = Frame(16, 16)
    for red, green, blue in ((255, 255, 255), (0, 0, 0), (216, 56, 58), (20, 90, 200), (128, 128, 128)):
        luma = (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255
        frame.y[:] = round(16 + 219 * luma)
        frame.u[:] = round(128 + 224 * (blue / 255 - luma) / 1.8556)
        frame.v[:] = round(128 + 224 * (red / 255 - luma) / 1.5748)
        assert np.abs(_rgb(frame)[8, 8].astype(int) - (red, green, blue)).max() <= 3


def test_a_still_has_no_slate_and_a_video_has() -> None:
    def corner(slate: str) -> np.ndarray:
        frame = Frame(320, 180)
        draw_frame(set_up(Brief(("a fox",), 320, 180, 4.0, seed=1, slate=slate)), frame, 1.2)
        return frame.y[150:, :120].copy()

    assert (corner("RX-0001") != corner("")).any()


async def test_a_picture_to_go_by_is_seen_whole(tmp_path: Path) -> None:
    Image.new("RGB", (320, 180), (200, 40, 40)).save(tmp_path / "red.png")
    reference = Reference("first_frame", tmp_path / "red.png", "image/png")
    still = await AnimaticStill().make(order("", references=(reference,)), tmp_path / "still")
    with Image.open(still.path) as picture:
        red, green, blue = ImageStat.Stat(picture).mean
    assert red > 150
    assert green < 90
    assert blue < 90


@pytest.mark.parametrize("size", [(64, 64), (321, 180), (1280, 4000)])
async def test_a_size_that_cannot_be_drawn_is_named(size: tuple[int, int], tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        await AnimaticStill().make(order("a fox", width=size[0], height=size[1]), tmp_path / "still")
    assert refused.value.code == "unsupported_size"
    assert list(tmp_path.iterdir()) == []
