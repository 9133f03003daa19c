"""Drawing: a sheet finer than the frame, and a pen that draws shapes on it in its own coordinates.

A sheet holds premultiplied Y, U, V and alpha in Pillow's four-band `CMYK` mode, which is filled and reduced
band by band without Pillow giving any band a meaning.  Shapes are opaque; `shade` lays a translucent one
over what is there.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from rushes.providers.animatic.colour import RGB, ink
from rushes.providers.animatic.light import Light

FINE_X, FINE_Y = 2, 4
"""Sheet pixels to a frame pixel across and down, which are also the sub-pixel positions.

Eight samples smooth an edge; landscapes are made of edges that are nearly level, so the finer steps are
downwards.
"""

Point = tuple[float, float]


class Sheet:
    """A transparent drawing area of `width` × `height` frame pixels whose top left lies at (`left`, `top`)
    on the stage."""

    def __init__(self, left: int, top: int, width: int, height: int) -> None:
        # Two frame pixels more to the right and below, because sub-pixel positions and halved chroma read
        # beyond the edge.
        self._of(
            left, top, width, height, np.zeros(((height + 2) * FINE_Y, (width + 2) * FINE_X, 4), np.uint8)
        )

    def _of(self, left: int, top: int, width: int, height: int, pixels: NDArray[np.uint8]) -> None:
        self.left, self.top, self.width, self.height = left, top, width, height
        self.pixels = pixels
        # Pillow draws straight into the array: no copy in either direction.
        self.image = Image.frombuffer("CMYK", (pixels.shape[1], pixels.shape[0]), pixels, "raw", "CMYK", 0, 1)
        self.image.readonly = 0
        self.draw = ImageDraw.Draw(self.image)

    def trimmed(self) -> "Sheet":
        """The part that was drawn on, as a sheet of its own (at least two pixels wide and high)."""
        rows = np.flatnonzero(self.pixels[..., 3].any(axis=1))
        columns = np.flatnonzero(self.pixels[..., 3].any(axis=0))
        if not len(rows):
            return Sheet(self.left, self.top, 2, 2)
        x0 = max(0, int(columns[0]) // FINE_X - 1) // 2 * 2
        y0 = max(0, int(rows[0]) // FINE_Y - 1) // 2 * 2
        x1 = min(self.width, (int(columns[-1]) // FINE_X + 3) // 2 * 2)
        y1 = min(self.height, (int(rows[-1]) // FINE_Y + 3) // 2 * 2)
        part = self.pixels[y0 * FINE_Y : (y1 + 2) * FINE_Y, x0 * FINE_X : (x1 + 2) * FINE_X]
        small = Sheet.__new__(Sheet)
        small._of(self.left + x0, self.top + y0, x1 - x0, y1 - y0, np.ascontiguousarray(part))
        return small

    def pen(self, light: Light, depth: float = 0.0) -> "Pen":
        """A pen in stage coordinates (frame pixels) whose colours are lit as things at `depth` are (0 near,
        1 far)."""
        return Pen(self, light, depth, FINE_X, 0.0, 0.0, FINE_Y, -self.left * FINE_X, -self.top * FINE_Y)


class Pen:
    """Draws in coordinates x, y (y down) that an affine map (a c e / b d f) takes to the sheet's fine
    pixels."""

    def __init__(
        self, sheet: Sheet, light: Light, depth: float,
        a: float, b: float, c: float, d: float, e: float, f: float,
    ) -> None:  # fmt: skip
        self.sheet, self.light, self.depth = sheet, light, depth
        self._m = (a, b, c, d, e, f)
        self._scale = math.sqrt(abs(a * d - b * c) / (FINE_X * FINE_Y))

    def at(self, x: float, y: float, scale: float = 1.0, *, turn: float = 0.0, flip: bool = False) -> "Pen":
        """A pen whose origin is this one's (x, y), `scale` times as large, turned clockwise by `turn`
        degrees."""
        a, b, c, d, e, f = self._m
        e, f = a * x + c * y + e, b * x + d * y + f
        cos, sin = math.cos(math.radians(turn)) * scale, math.sin(math.radians(turn)) * scale
        a, b, c, d = a * cos + c * sin, b * cos + d * sin, c * cos - a * sin, d * cos - b * sin
        if flip:
            a, b = -a, -b
        return Pen(self.sheet, self.light, self.depth, a, b, c, d, e, f)

    def deeper(self, depth: float) -> "Pen":
        """The same pen with its colours lit as at another depth."""
        return Pen(self.sheet, self.light, depth, *self._m)

    def ink(self, colour: RGB, glow: bool = False) -> tuple[int, int, int, int]:
        """The opaque ink for a colour, lit by the scene unless it glows by itself."""
        return (*ink(self.light.graded(colour) if glow else self.light.lit(colour, self.depth)), 255)

    def poly(self, points: Iterable[Point], colour: RGB, *, glow: bool = False) -> None:
        """A filled polygon."""
        self.sheet.draw.polygon(self._mapped(points), fill=self.ink(colour, glow))

    def blob(self, points: Sequence[Point], colour: RGB, *, glow: bool = False, smooth: int = 8) -> None:
        """A filled closed curve through the points (Catmull-Rom)."""
        self.sheet.draw.polygon(
            self._mapped(curve(points, closed=True, smooth=smooth)), fill=self.ink(colour, glow)
        )

    def line(
        self, points: Sequence[Point], width: float, colour: RGB, *, glow: bool = False, bend: bool = False
    ) -> None:
        """A stroke with round ends; with `bend` a smooth curve through the points."""
        path = curve(points, closed=False) if bend else points
        # Never thinner than the frame can show; fine lines would flicker as they move.
        half = max(width, 0.7 / self._scale) / 2.0
        for (x0, y0), (x1, y1) in pairwise(path):
            length = math.hypot(x1 - x0, y1 - y0)
            if length > 0:
                nx, ny = -(y1 - y0) / length * half, (x1 - x0) / length * half
                corners = [(x0 + nx, y0 + ny), (x1 + nx, y1 + ny), (x1 - nx, y1 - ny), (x0 - nx, y0 - ny)]
                self.poly(corners, colour, glow=glow)
        if half * self._scale > 0.6:
            for x, y in path:
                self.disc(x, y, half, colour, glow=glow)

    def limb(
        self, points: Sequence[Point], start: float, end: float, colour: RGB, *, glow: bool = False
    ) -> None:
        """A curved stroke that tapers from width `start` to width `end`, with round ends."""
        path = curve(points, closed=False, smooth=6)
        left: list[Point] = []
        right: list[Point] = []
        for i, (x, y) in enumerate(path):
            x0, y0 = path[max(0, i - 1)]
            x1, y1 = path[min(len(path) - 1, i + 1)]
            length = math.hypot(x1 - x0, y1 - y0) or 1.0
            half = (start + (end - start) * i / (len(path) - 1)) / 2.0
            nx, ny = -(y1 - y0) / length * half, (x1 - x0) / length * half
            left.append((x + nx, y + ny))
            right.append((x - nx, y - ny))
        self.poly(left + right[::-1], colour, glow=glow)
        self.disc(path[0][0], path[0][1], start / 2.0, colour, glow=glow)
        self.disc(path[-1][0], path[-1][1], end / 2.0, colour, glow=glow)

    def disc(self, x: float, y: float, radius: float, colour: RGB, *, glow: bool = False) -> None:
        """A filled circle."""
        cx, cy = self._mapped([(x, y)])[0]
        rx, ry = radius * self._scale * FINE_X, radius * self._scale * FINE_Y
        self.sheet.draw.ellipse((cx - rx, cy - ry, cx + rx, cy + ry), fill=self.ink(colour, glow))

    def oval(
        self, x: float, y: float, rx: float, ry: float, colour: RGB, *, turn: float = 0.0, glow: bool = False
    ) -> None:
        """A filled ellipse, turned clockwise."""
        self.poly(ellipse(x, y, rx, ry, turn), colour, glow=glow)

    def box(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        colour: RGB,
        *,
        round_: float = 0.0,
        glow: bool = False,
    ) -> None:
        """A filled rectangle, its corners rounded by radius `round_`."""
        if round_ <= 0:
            self.poly([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour, glow=glow)
            return
        r = min(round_, (x1 - x0) / 2, (y1 - y0) / 2)
        points: list[Point] = []
        for cx, cy, start in (
            (x1 - r, y0 + r, -90),
            (x1 - r, y1 - r, 0),
            (x0 + r, y1 - r, 90),
            (x0 + r, y0 + r, 180),
        ):
            for step in range(7):
                angle = math.radians(start + step * 15)
                points.append((cx + r * math.cos(angle), cy + r * math.sin(angle)))
        self.poly(points, colour, glow=glow)

    def shade(self, points: Iterable[Point], colour: RGB, alpha: float, *, glow: bool = False) -> None:
        """A translucent polygon laid over what is there (and over nothing, where nothing is)."""
        mapped = self._mapped(points)
        x0, y0 = math.floor(min(x for x, _ in mapped)), math.floor(min(y for _, y in mapped))
        x1, y1 = math.ceil(max(x for x, _ in mapped)) + 1, math.ceil(max(y for _, y in mapped)) + 1
        x0, y0 = max(0, x0), max(0, y0)
        x1, y1 = min(self.sheet.image.width, x1), min(self.sheet.image.height, y1)
        if x1 <= x0 or y1 <= y0:
            return
        mask = Image.new("L", (x1 - x0, y1 - y0), 0)
        ImageDraw.Draw(mask).polygon([(x - x0, y - y0) for x, y in mapped], fill=round(alpha * 255))
        self.sheet.image.paste(self.ink(colour, glow), (x0, y0, x1, y1), mask)

    def halo(self, x: float, y: float, radius: float, colour: RGB, alpha: float) -> None:
        """A soft glow that fades out at `radius`."""
        cx, cy = self._mapped([(x, y)])[0]
        rx, ry = radius * self._scale * FINE_X, radius * self._scale * FINE_Y
        size = (max(2, round(rx * 2)), max(2, round(ry * 2)))
        mask = Image.radial_gradient("L").resize(size, Image.Resampling.BILINEAR)
        # The ready-made gradient is 0 in the middle and 180 at the rim; squared, it falls off like light.
        mask = mask.point([round(alpha * 255 * max(0.0, 1.0 - i / 180.0) ** 2) for i in range(256)])
        self.sheet.image.paste(self.ink(colour, True), (round(cx - rx), round(cy - ry)), mask)

    def _mapped(self, points: Iterable[Point]) -> list[Point]:
        a, b, c, d, e, f = self._m
        return [(a * x + c * y + e, b * x + d * y + f) for x, y in points]


def ellipse(x: float, y: float, rx: float, ry: float, turn: float = 0.0, steps: int = 32) -> list[Point]:
    """Points around an ellipse."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    points: list[Point] = []
    for i in range(steps):
        px, py = rx * math.cos(2 * math.pi * i / steps), ry * math.sin(2 * math.pi * i / steps)
        points.append((x + px * cos - py * sin, y + px * sin + py * cos))
    return points


def curve(points: Sequence[Point], *, closed: bool, smooth: int = 8) -> list[Point]:
    """The Catmull-Rom curve through the points, `smooth` steps to a span."""
    n = len(points)
    if n < 3:
        return list(points)
    out: list[Point] = []
    for i in range(n if closed else n - 1):
        if closed:
            p0, p1, p2, p3 = points[i - 1], points[i], points[(i + 1) % n], points[(i + 2) % n]
        else:
            p0, p1, p2, p3 = points[max(0, i - 1)], points[i], points[i + 1], points[min(n - 1, i + 2)]
        for step in range(smooth):
            t = step / smooth
            t2, t3 = t * t, t * t * t
            out.append(
                (
                    0.5 * (2 * p1[0] + (p2[0] - p0[0]) * t + (2 * p0[0] - 5 * p1[0] + 4 * p2[0] - p3[0]) * t2
                           + (3 * p1[0] - p0[0] - 3 * p2[0] + p3[0]) * t3),
                    0.5 * (2 * p1[1] + (p2[1] - p0[1]) * t + (2 * p0[1] - 5 * p1[1] + 4 * p2[1] - p3[1]) * t2
                           + (3 * p1[1] - p0[1] - 3 * p2[1] + p3[1]) * t3),
                )
            )  # fmt: skip
    if not closed:
        out.append(points[-1])
    return out
