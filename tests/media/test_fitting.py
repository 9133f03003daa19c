"""Pictures are brought to what a model takes, whole: scaled and padded, never cropped."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from rushes.media.fitting import CannotFit, Fitted, canvas_for, fit_image
from rushes.providers.model import ImageRule

WIDE = (1280, 720)


def drawn(path: Path, size: tuple[int, int], *, mode: str = "RGB") -> Path:
    """Red, with green corners by which a crop is found out."""
    image = Image.new(mode, size, "red")
    draw = ImageDraw.Draw(image)
    for x in (0, size[0] - 20):
        for y in (0, size[1] - 20):
            draw.rectangle((x, y, x + 19, y + 19), fill="lime")
    image.save(path)
    return path


def noise(path: Path, size: tuple[int, int]) -> Path:
    Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3)).save(path)
    return path


async def fitted(source: Path, rule: ImageRule, shape: tuple[int, int] | None = None) -> Fitted | None:
    kind = {".png": "image/png", ".jpg": "image/jpeg"}[source.suffix]
    stem = source.with_name("fitted")
    return await fit_image(source, kind, stem, rule=rule, shape=shape, turn=asyncio.Semaphore(1))


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (1281, 720), (1000, 562)])
async def test_what_fits_stays_as_it_is(tmp_path: Path, size: tuple[int, int]) -> None:
    assert await fitted(drawn(tmp_path / "a.png", size), ImageRule(), WIDE) is None


@pytest.mark.parametrize(
    ("size", "box"),
    [((600, 600), (280, 0, 1000, 720)), ((400, 800), (460, 0, 820, 720)), ((2000, 500), (0, 200, 1280, 520))],
)
async def test_a_frame_gets_the_shape_of_its_video_and_loses_nothing(
    tmp_path: Path, size: tuple[int, int], box: tuple[int, int, int, int]
) -> None:
    made = await fitted(drawn(tmp_path / "a.png", size), ImageRule(), WIDE)
    assert made is not None
    assert made.content_type == "image/jpeg"
    with Image.open(made.path) as image:
        assert image.size == WIDE
        inside = image.crop(box)
        for x in (3, inside.width - 4):
            for y in (3, inside.height - 4):
                red, green, blue = inside.getpixel((x, y))  # type: ignore[misc]
                assert green > 150 > red, (x, y)
                assert blue < 100
        left, top = box[0], box[1]
        outside = image.getpixel((max(0, left - 8), max(0, top - 8)))
    # The backdrop is the picture's own colour, darker.
    assert 40 < outside[0] < 200  # type: ignore[index,operator]


async def test_a_likeness_keeps_its_own_shape(tmp_path: Path) -> None:
    rule = ImageRule(max_side=512)
    made = await fitted(drawn(tmp_path / "a.png", (2000, 1000)), rule)
    assert made is not None
    with Image.open(made.path) as image:
        assert image.size == (512, 256)
    assert await fitted(drawn(tmp_path / "b.png", (500, 200)), rule) is None


async def test_transparency_stays_where_the_model_takes_it(tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    Image.new("RGBA", (800, 400), (255, 0, 0, 0)).save(source)
    kept = await fitted(source, ImageRule(max_side=400))
    flat = await fitted(source, ImageRule(max_side=400, types=("image/jpeg",)))
    assert kept is not None
    assert flat is not None
    with Image.open(kept.path) as image:
        assert (kept.content_type, image.mode) == ("image/png", "RGBA")
    with Image.open(flat.path) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("types", [("image/jpeg", "image/png"), ("image/webp",), ("image/png",)])
async def test_it_comes_under_the_limit_in_a_type_that_is_taken(
    tmp_path: Path, types: tuple[str, ...]
) -> None:
    source = noise(tmp_path / "a.png", (900, 900))
    made = await fitted(source, ImageRule(max_bytes=400_000, types=types))
    assert made is not None
    assert made.content_type in types
    assert made.path.stat().st_size <= 400_000
    with Image.open(made.path) as image:
        assert image.width == image.height
        assert Image.MIME[image.format or ""] == made.content_type


async def test_what_cannot_be_made_small_enough_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotFit):
        await fitted(noise(tmp_path / "a.png", (900, 900)), ImageRule(max_bytes=9000))
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


@pytest.mark.parametrize(
    ("size", "rule", "shape"),
    [
        ((3000, 1000), ImageRule(aspect=(0.5, 2.0)), None),
        ((300, 1999), ImageRule(aspect=(0.5, 2.0), max_side=800), None),
        ((100, 90), ImageRule(min_side=300, max_side=4000), None),
        ((4000, 70), ImageRule(min_side=300, max_side=2000), None),
        ((64, 64), ImageRule(aspect=(0.4, 2.5), min_side=300), (1680, 640)),
        ((64, 999), ImageRule(aspect=(0.5, 2.0), min_side=300, max_side=600), (2560, 1000)),
    ],
)
def test_the_canvas_keeps_every_rule(
    size: tuple[int, int], rule: ImageRule, shape: tuple[int, int] | None
) -> None:
    width, height = canvas_for(size, rule, shape)
    low, high = rule.aspect or (0, 100)
    assert low <= width / height <= high
    assert min(width, height) >= (rule.min_side or 1)
    assert max(width, height) <= (rule.max_side or 10_000)
