"""Colour sums: mixing and grading in RGB, and the one conversion to the YUV in which every pixel is drawn.

Drawing happens in YUV from the start, so that no frame is ever converted: a pen's ink is a (Y, U, V) triple.
"""

import colorsys
from collections.abc import Sequence

RGB = tuple[float, float, float]
YUV = tuple[int, int, int]


def hexed(text: str) -> RGB:
    """`#rrggbb` as RGB, each 0 to 255."""
    return (float(int(text[1:3], 16)), float(int(text[3:5], 16)), float(int(text[5:7], 16)))


def mix(a: RGB, b: RGB, k: float) -> RGB:
    """`a` at k = 0, `b` at k = 1."""
    return (a[0] + (b[0] - a[0]) * k, a[1] + (b[1] - a[1]) * k, a[2] + (b[2] - a[2]) * k)


def times(a: RGB, b: RGB) -> RGB:
    """`a` under a light of colour `b`, where 1.0 is white light."""
    return (min(255.0, a[0] * b[0]), min(255.0, a[1] * b[1]), min(255.0, a[2] * b[2]))


def lighter(c: RGB, k: float) -> RGB:
    """`c` moved towards white by k (0 to 1)."""
    return mix(c, (255.0, 255.0, 255.0), k)


def darker(c: RGB, k: float) -> RGB:
    """`c` moved towards a bluish black by k (0 to 1): pure black makes flat shadows look dirty."""
    return mix(c, (12.0, 10.0, 26.0), k)


def luma(c: RGB) -> float:
    """Perceived brightness, 0 to 1 (BT.709 weights)."""
    return (0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]) / 255.0


def saturated(c: RGB, k: float) -> RGB:
    """`c` with its saturation multiplied by k."""
    grey = luma(c) * 255.0
    return _clipped((grey + (c[0] - grey) * k, grey + (c[1] - grey) * k, grey + (c[2] - grey) * k))


def turned(c: RGB, degrees: float) -> RGB:
    """`c` with its hue turned."""
    hue, light, strength = colorsys.rgb_to_hls(c[0] / 255.0, c[1] / 255.0, c[2] / 255.0)
    r, g, b = colorsys.hls_to_rgb((hue + degrees / 360.0) % 1.0, light, strength)
    return (r * 255.0, g * 255.0, b * 255.0)


def ramp(stops: Sequence[tuple[float, RGB]], at: float) -> RGB:
    """The colour at `at` along stops sorted by position."""
    before = stops[0]
    for stop in stops:
        if at <= stop[0]:
            span = stop[0] - before[0]
            return mix(before[1], stop[1], (at - before[0]) / span) if span > 0 else stop[1]
        before = stop
    return stops[-1][1]


def to_yuv(c: RGB) -> tuple[float, float, float]:
    """BT.709, limited range, unrounded: Y 16 to 235, U and V 16 to 240.  Matches the tags that the encoder
    writes."""
    r, g, b = _clipped(c)
    y = (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255.0
    return (
        16.0 + 219.0 * y,
        128.0 + 224.0 * (b / 255.0 - y) / 1.8556,
        128.0 + 224.0 * (r / 255.0 - y) / 1.5748,
    )


def ink(c: RGB) -> YUV:
    """`to_yuv`, rounded."""
    y, u, v = to_yuv(c)
    return (int(y + 0.5), int(u + 0.5), int(v + 0.5))


def _clipped(c: RGB) -> RGB:
    return (min(255.0, max(0.0, c[0])), min(255.0, max(0.0, c[1])), min(255.0, max(0.0, c[2])))
