"""Brings a picture to what a model takes by scaling and padding: nothing of it is ever cut off.

    fitted = await fit_image(source, stem, rule=model.image, shape=(1280, 720), turn=studio.decoding)

Where a picture has another shape than it must, it lies whole on a blurred, darkened enlargement of itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from rushes.media.images import decoded, on_white, upright_size
from rushes.providers.model import ImageRule

# Shapes this much alike are one: it is what rounding to whole pixels makes of them.
_ALIKE = 1.01
# Nothing larger is of use to any model.
_LARGEST = 4096
# Sides of the backdrop while it is blurred, and how bright it is then.
_BACKDROP = 96
_DIMMED = 0.45
_QUALITIES = (95, 90, 84, 76, 68, 60)
# Then smaller and smaller, but not to what nobody would recognise.
_SHRINKING = 0.8
_SMALLEST = 256
_FORMATS = {"image/jpeg": ("JPEG", "jpg"), "image/webp": ("WEBP", "webp"), "image/png": ("PNG", "png")}

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A picture that a model takes."""

    path: Path
    content_type: str


class CannotFit(Exception):
    """No picture that the model takes could be made of it: of `max_bytes`, or of a type that it knows."""


async def fit_image(
    source: Path,
    content_type: str,
    stem: Path,
    *,
    rule: ImageRule,
    shape: Size | None,
    turn: AbstractAsyncContextManager[object],
) -> Fitted | None:
    """Writes what `rule` allows of `source` beside `stem`, with its ending; None where it fits as it is.

    `shape` is the size of the video of which it is to be a frame: it gets that shape. Without, it keeps its
    own as far as the rule lets it. Takes up to 200 MB for a moment; `turn` bounds how many are fitted at
    once. Raises CannotFit, `UnreadableImage` and OSError.
    """
    async with turn:
        return await asyncio.to_thread(_fit, source, content_type, stem, rule, shape)


def _fit(source: Path, content_type: str, stem: Path, rule: ImageRule, shape: Size | None) -> Fitted | None:
    size = upright_size(source)
    wanted = canvas_for(size, rule, shape)
    known = content_type in rule.types
    small = rule.max_bytes is None or source.stat().st_size <= rule.max_bytes
    if wanted == size and known and small:
        return None
    image = decoded(source, max_side=_LARGEST)
    if not _are_alike(image.size, wanted):
        image = _padded(image, wanted)
    for data, made in _tries(image, wanted, rule):
        if rule.max_bytes is None or len(data) <= rule.max_bytes:
            path = stem.with_name(f"{stem.name}.{_FORMATS[made][1]}")
            path.write_bytes(data)
            return Fitted(path, made)
    raise CannotFit


def canvas_for(size: Size, rule: ImageRule, shape: Size | None) -> Size:
    """The size that a picture of `size` must have; its own where that will do."""
    low, high = rule.aspect or (0.0, float("inf"))
    if rule.min_side and rule.max_side:
        # Longer and thinner ones cannot keep to both.
        low, high = max(low, rule.min_side / rule.max_side), min(high, rule.max_side / rule.min_side)
    like = shape if shape is not None and not _are_alike(size, shape) else size
    width, height = like
    aspect = width / height
    # A little inside the bounds, so that no rounding leads out of them again.
    if aspect > high:
        height = round(width / (high * 0.995))
    elif aspect < low:
        width = round(height * low * 1.005)
    scale = 1.0
    if rule.max_side and max(width, height) > rule.max_side:
        scale = rule.max_side / max(width, height)
    elif rule.min_side and min(width, height) < rule.min_side:
        scale = rule.min_side / min(width, height)
    return _scaled((width, height), scale, rule)


def _scaled(size: Size, scale: float, rule: ImageRule) -> Size:
    least, most = rule.min_side or 1, rule.max_side or 1_000_000
    width, height = (min(most, max(least, round(side * scale))) for side in size)
    return width, height


def _are_alike(one: Size, other: Size) -> bool:
    ratio = one[0] * other[1] / (one[1] * other[0])
    return 1 / _ALIKE <= ratio <= _ALIKE


def _padded(image: Image.Image, canvas: Size) -> Image.Image:
    """The whole picture in the middle of the canvas, over what it looks like from afar."""
    flat = on_white(image)
    tiny = _scaled(canvas, _BACKDROP / max(canvas), ImageRule())
    backdrop = ImageOps.fit(flat, tiny, Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(4))
    backdrop = ImageEnhance.Brightness(backdrop).enhance(_DIMMED).resize(canvas, Image.Resampling.BICUBIC)
    inside = ImageOps.contain(flat, canvas, Image.Resampling.LANCZOS)
    backdrop.paste(inside, ((canvas[0] - inside.width) // 2, (canvas[1] - inside.height) // 2))
    return backdrop


def _tries(image: Image.Image, size: Size, rule: ImageRule) -> Iterator[tuple[bytes, str]]:
    """Files of the picture with their type, the best first, each smaller than the last as a rule."""
    types = [name for name in _FORMATS if name in rule.types]
    if image.has_transparency_data and "image/png" in types:
        yield _written(image, size, "image/png", 0), "image/png"
    lossy = [name for name in types if name != "image/png"]
    least = max(rule.min_side or 0, _SMALLEST)
    while True:
        for quality in _QUALITIES if lossy else ():
            yield _written(image, size, lossy[0], quality), lossy[0]
        if not lossy and types:
            yield _written(image, size, "image/png", 0), "image/png"
        if min(size) * _SHRINKING < least:
            return
        size = _scaled(size, _SHRINKING, rule)


def _written(image: Image.Image, size: Size, content_type: str, quality: int) -> bytes:
    if content_type == "image/jpeg":
        image = on_white(image)
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    form = _FORMATS[content_type][0]
    into = BytesIO()
    if form == "PNG":
        image.save(into, form, compress_level=6)
    elif form == "WEBP":
        image.save(into, form, quality=quality, method=4)
    else:
        image.save(into, form, quality=quality, subsampling=0 if quality >= 90 else 2)
    return into.getvalue()
