"""Sizes in pixels, and the ratio and resolution by which Google asks for each."""

from __future__ import annotations

from rushes.providers.protocol import Refused

_SIDES = {"360p": (640, 360), "720p": (1280, 720), "1080p": (1920, 1080), "4k": (3840, 2160)}


def sizes_of(*resolutions: str) -> tuple[str, ...]:
    """The sizes of these resolutions, wide and tall."""
    wide = [_SIDES[resolution] for resolution in resolutions]
    return tuple(f"{a}x{b}" for a, b in [*wide, *((b, a) for a, b in wide)])


def asked_as(width: int, height: int) -> tuple[str, str]:
    """Aspect ratio and resolution, such as `16:9` and `720p`. Raises Refused for any other size."""
    for resolution, sides in _SIDES.items():
        if sides == (width, height):
            return "16:9", resolution
        if sides == (height, width):
            return "9:16", resolution
    raise Refused(f"Google makes no videos of {width}x{height}.", code="unsupported_size")
