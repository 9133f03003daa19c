"""The shapes that a film can have, and how many pixels that is."""

from __future__ import annotations

from typing import Literal, get_args

AspectRatio = Literal["16:9", "9:16", "1:1", "4:5", "21:9"]
Resolution = Literal[480, 720, 1080]

ASPECT_RATIOS: tuple[AspectRatio, ...] = get_args(AspectRatio)


def size_of(aspect_ratio: str, lines: int) -> tuple[int, int]:
    """Width and height in pixels, both even; `lines` is the shorter side."""
    across, down = (int(part) for part in aspect_ratio.split(":"))
    if across >= down:
        return _even(lines * across / down), lines
    return lines, _even(lines * down / across)


def nearest_size(sizes: tuple[str, ...], aspect_ratio: str, lines: int) -> str:
    """Of the sizes that a model makes the one whose shape comes closest, then whose shorter side does: the
    cut pads what is left over and crops nothing. Raises ValueError when there are none."""
    across, down = (int(part) for part in aspect_ratio.split(":"))
    wanted = across / down

    def distance(size: str) -> tuple[float, int]:
        width, height = (int(side) for side in size.split("x"))
        shape = width / height
        # Twice as wide and half as wide are equally far.
        return round(max(shape / wanted, wanted / shape), 2), abs(min(width, height) - lines)

    return min(sizes, key=distance)


def _even(length: float) -> int:
    return round(length / 2) * 2
