"""The size that a model can make which is nearest to the one that is wanted: first in shape, then in area."""

from __future__ import annotations

import math

from rushes.providers.makers.protocol import ImageModel

# What OpenAI says of gpt-image-2 and later: at least so many pixels, and no side three times the other.
_FEWEST_PIXELS = 655_360
_STEEPEST = 3.0


def nearest_size(model: ImageModel, width: int, height: int) -> str:
    """As `1536x864`. A model of which nothing is known is asked for just what is wanted."""
    rule = model.size_rule
    if rule is None:
        return _listed(model.sizes, width, height) if model.sizes else f"{width}x{height}"
    shape = min(_STEEPEST, max(1 / _STEEPEST, width / height))
    area = max(_FEWEST_PIXELS, width * height)
    best: tuple[float, int, int] | None = None
    # Among those of about the area, the one whose shape is nearest: 1920x1080 is no multiple of 16.
    for wide in range(rule.min, rule.max + 1, rule.step):
        tall = round(wide / shape / rule.step) * rule.step
        if not rule.min <= tall <= rule.max or wide * tall < _FEWEST_PIXELS:
            continue
        cost = abs(math.log(wide / tall / shape)) * 20 + abs(math.log(wide * tall / area))
        if best is None or cost < best[0]:
            best = (cost, wide, tall)
    return f"{best[1]}x{best[2]}" if best else _listed(model.sizes, width, height)


def _listed(sizes: tuple[str, ...], width: int, height: int) -> str:
    def far(size: str) -> tuple[float, float]:
        wide, _, tall = size.partition("x")
        ratio = math.log(int(wide) / int(tall) / (width / height))
        return round(abs(ratio), 3), abs(math.log(int(wide) * int(tall) / (width * height)))

    return min(sizes, key=far)
