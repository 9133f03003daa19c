"""Ground shapes that several places share: ridges, hills, clouds, trees, veils of mist.

A drawing repeats itself over the strip's length, so ridges are sums of whole waves and loose things come
from a draw that is the same for every copy.
"""
# fmt: off

import math
import random
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rushes.providers.animatic.camera import Pose
from rushes.providers.animatic.cel import U16
from rushes.providers.animatic.colour import RGB, darker, hexed, lighter, mix, to_yuv
from rushes.providers.animatic.frame import Frame
from rushes.providers.animatic.pen import Pen, Point
from rushes.providers.animatic.stage import Drawing, Stage

Height = Callable[[float], float]
Planting = Callable[[Pen, random.Random, Height, int], None]


def rolling(rnd: random.Random, length: float, wavelength: float, rough: float = 0.5,
    octaves: int = 3) -> Height:
    """A smooth height from about −1 to 1 that repeats after `length`."""
    parts: list[tuple[float, float, float]] = []
    size, wave = 1.0, wavelength
    for _ in range(octaves):
        turns = max(1, round(length / wave))
        for k in (turns, turns + 1):
            parts.append((size * rnd.uniform(0.5, 1.0), 2 * math.pi * k / length,
                rnd.uniform(0, 2 * math.pi)))
        size, wave = size * rough, wave * 0.47
    total = sum(p[0] for p in parts) * 0.72
    return lambda x: sum(a * math.sin(w * x + p) for a, w, p in parts) / total


def spread(rnd: random.Random, length: float, gap: float, jitter: float = 0.4) -> list[float]:
    """Positions about `gap` apart over `length`."""
    count = max(1, round(length / gap))
    return [(i + 0.5 + rnd.uniform(-jitter, jitter)) * length / count for i in range(count)]


def outline(height: Height, length: int, y: float, amplitude: float, step: float) -> list[Point]:
    """The ridge line from 0 to `length`."""
    count = max(2, math.ceil(length / step))
    return [(i * length / count, y - amplitude * height(i * length / count)) for i in range(count + 1)]


def hills(stage: Stage, name: str, *, y: float, amplitude: float, wavelength: float, parallax: float,
    depth: float, colour: RGB, bottom: float | None = None, octaves: int = 3,
    on_top: Planting | None = None, over: Planting | None = None, above: float = 0.0,
    rough: float = 0.45) -> None:
    """One smooth hill layer; `on_top` may plant things behind the ridge, up to `above` pixels over it;
    `over` draws on it."""
    low = bottom if bottom is not None else y + amplitude * 1.3 + 2

    def drawing(pen: Pen, length: int) -> None:
        rnd = stage.random(name)
        wave = rolling(rnd, length, wavelength, rough, octaves)
        line = outline(wave, length, y, amplitude, max(2.0, stage.unit / 160))
        if on_top:
            on_top(pen, rnd, lambda x: y - amplitude * wave(x), length)
        pen.poly([*line, (length + 8, line[-1][1]), (length + 8, low + 8), (-8, low + 8), (-8, line[0][1])],
            colour)
        if over:
            over(pen, rnd, lambda x: y - amplitude * wave(x), length)

    stage.strip(y - amplitude * 1.3 - above, low, parallax, drawing, depth=depth, skirt=colour)


def peaks(stage: Stage, name: str, *, y: float, height: float, gap: float, parallax: float, depth: float,
    colour: RGB, snow: float = 0.0) -> None:
    """A range of mountains standing on `y`, each with a lit and a shaded side; `snow` is the share of it
    that is white."""
    left_lit = stage.light.sun_at[0] < 0.5

    def drawing(pen: Pen, length: int) -> None:
        rnd = stage.random(name)
        spots = [(x, height * rnd.uniform(0.55, 1.0) ** 1.2) for x in spread(rnd, length, gap, 0.3)]
        pen.box(-8, y - height * 0.08, length + 8, y + 16, colour)
        for x, tall in sorted(spots, key=lambda s: s[1]):
            _mountain(pen, random.Random(f"{name}{round(x)}{stage.seed}"), x, y, tall, colour, snow, left_lit)

    stage.strip(y - height * 1.05, y + 4, parallax, drawing, depth=depth, skirt=colour)


def _mountain(pen: Pen, rnd: random.Random, x: float, y: float, tall: float, colour: RGB, snow: float,
    left_lit: bool) -> None:
    """Ridge lines jagged by a few broken steps; the shaded side hangs from the peak along a zigzag spur."""
    wide = tall * rnd.uniform(0.95, 1.25)
    left = _slope(rnd, x, -wide, tall)
    right = _slope(rnd, x, wide, tall)
    base = y + 2
    shape = [(px, y - h) for px, h in reversed(left)] + [(px, y - h) for px, h in right[1:]]
    lit, shaded = lighter(colour, 0.09), darker(colour, 0.2)
    pen.poly([*shape, (shape[-1][0], base), (shape[0][0], base)], lit if left_lit else shaded)
    spur = [(x, tall)]
    h, px, way = tall, x, 1.0
    while h > 0:
        h -= tall * rnd.uniform(0.1, 0.2)
        px += way * tall * rnd.uniform(0.03, 0.14)
        way = -way * 0.9 if rnd.random() < 0.75 else way
        spur.append((px + tall * 0.06, max(h, 0.0)))
    side = [(px, y - h) for px, h in right[1:]]
    pen.poly([*[(px, y - h) for px, h in spur], (spur[-1][0], base), (side[-1][0], base), *reversed(side)],
        shaded if left_lit else lit)
    if snow > 0:
        _snowcap(pen, rnd, x, y, tall, snow, left, right, spur, left_lit)


def _slope(rnd: random.Random, x: float, wide: float, tall: float) -> list[Point]:
    """(x, height) from the peak down to the foot on one side."""
    steps = 7
    points = [(x, tall)]
    for i in range(1, steps):
        k = i / steps
        points.append((x + wide * k * rnd.uniform(0.93, 1.05),
            tall * (1 - k) ** 1.08 * rnd.uniform(0.9, 1.05)))
    points.append((x + wide, 0.0))
    return points


def _snowcap(pen: Pen, rnd: random.Random, x: float, y: float, tall: float, snow: float, left: list[Point],
    right: list[Point], spur: list[Point], left_lit: bool) -> None:
    line = tall * (1 - snow)
    white, blue = hexed("#fbfaf6"), hexed("#b9c8e0")

    def cut(points: list[Point]) -> tuple[list[Point], Point]:
        kept: list[Point] = []
        for a, b in pairwise(points):
            kept.append(a)
            if b[1] <= line < a[1]:
                k = (a[1] - line) / (a[1] - b[1])
                return kept, (a[0] + (b[0] - a[0]) * k, line)
        return kept, points[-1]

    l_side, l_end = cut(left)
    r_side, r_end = cut(right)
    s_side, s_end = cut(spur)

    def teeth(a: Point, b: Point) -> list[Point]:
        count = 5
        out: list[Point] = []
        for i in range(count + 1):
            k = i / count
            drop = 0.0 if i in (0, count) else tall * (0.1 if i % 2 else -0.05) * rnd.uniform(0.6, 1.2)
            out.append((a[0] + (b[0] - a[0]) * k, line - drop))
        return out

    def flip(points: list[Point]) -> list[Point]:
        return [(px, y - h) for px, h in points]

    bright, dim = (white, blue) if left_lit else (blue, white)
    pen.poly(flip([*l_side, *teeth(l_end, s_end), *reversed(s_side)]), bright)
    pen.poly(flip([*s_side, *teeth(s_end, r_end), *reversed(r_side)]), dim)


def clouds(stage: Stage, name: str, *, y: float, spread_y: float, size: float, gap: float, depth: float,
    drift: float, puffy: bool = False) -> None:
    """A strip of flat-bottomed clouds that drifts `drift` pixels a second."""
    cover = stage.light.sky
    body = mix(cover[-1][1], (255.0, 255.0, 255.0), 0.55 if stage.light.dark < 0.4 else 0.12)
    if stage.shot.weather in ("rain", "storm"):
        body = mix(cover[0][1], cover[-1][1], 0.42)
    elif stage.light.sun_at[1] > 0.6 and stage.light.dark < 0.6 and not stage.light.moon:
        body = mix(cover[-1][1], cover[len(cover) // 2][1], 0.45)
    elif stage.light.dark >= 0.6:
        body = mix(cover[len(cover) // 2][1], cover[-1][1], 0.45)
    shaded = mix(body, cover[len(cover) // 2][1], 0.38)

    def drawing(pen: Pen, length: int) -> None:
        rnd = stage.random(name)
        for x in spread(rnd, length, gap, 0.42):
            scale = size * rnd.uniform(0.5, 1.15)
            cloud(pen.at(x, y + rnd.uniform(-1, 1) * spread_y, scale), rnd, body, shaded, puffy)

    stage.strip(y - spread_y - size * 0.75, y + spread_y + size * 0.3, 0.04, drawing, depth=depth,
        drift=drift)


def cloud(pen: Pen, rnd: random.Random, body: RGB, shaded: RGB, puffy: bool) -> None:
    """A cloud about two units wide with its flat base at the origin."""
    if puffy:
        heads = [(rnd.uniform(-0.75, 0.75), rnd.uniform(0.16, 0.34)) for _ in range(6)] + [(-0.1, 0.44),
            (0.3, 0.36)]
        for x, r in heads:
            pen.disc(x + 0.05, -r * 0.62, r, shaded, glow=True)
        for x, r in heads:
            pen.disc(x - 0.04, -r * 0.78, r * 0.86, body, glow=True)
        pen.box(-1.0, -0.1, 1.0, 0.02, shaded, round_=0.06, glow=True)
        return
    y = 0.0
    for i in range(rnd.choice((3, 3, 4))):
        half = rnd.uniform(0.5, 1.0) * (1 - 0.2 * i)
        shift = rnd.uniform(-0.35, 0.35)
        pen.box(shift - half, y - 0.115, shift + half, y, shaded if i == 0 else body, round_=0.058, glow=True)
        y -= 0.108


def pine(pen: Pen, colour: RGB, snowy: bool = False) -> None:
    """A conifer one unit tall standing on the origin."""
    pen.box(-0.025, -0.16, 0.025, 0.0, mix(colour, hexed("#4a3328"), 0.7))
    for k, (top, foot, half) in enumerate(((-0.56, -0.1, 0.215), (-0.78, -0.36, 0.165), (-1.0, -0.6, 0.115))):
        pen.poly([(0, top), (half, foot), (half * 0.35, foot - 0.02), (0, foot + 0.02),
            (-half * 0.35, foot - 0.02), (-half, foot)], colour)
        pen.poly([(0, top), (half, foot), (half * 0.35, foot - 0.02), (0.01, foot - 0.02)],
            darker(colour, 0.22))
        if snowy:
            reach = 0.5 - 0.06 * k
            pen.poly([(0, top), (half * reach, top + (foot - top) * reach),
                (half * 0.1, top + (foot - top) * reach * 0.8),
                (-half * reach, top + (foot - top) * reach)], hexed("#f4f7fb"))


def round_tree(pen: Pen, colour: RGB, trunk: RGB) -> None:
    """A broad-leaved tree one unit tall standing on the origin."""
    pen.poly([(-0.05, 0.0), (0.05, 0.0), (0.028, -0.5), (-0.028, -0.5)], trunk)
    pen.line([(0, -0.34), (0.14, -0.52)], 0.025, trunk)
    for x, y, r in ((-0.17, -0.54, 0.2), (0.18, -0.56, 0.19), (0.0, -0.74, 0.25), (-0.1, -0.62, 0.22),
        (0.1, -0.6, 0.2)):
        pen.disc(x, y, r, darker(colour, 0.16))
    for x, y, r in ((-0.2, -0.6, 0.13), (0.08, -0.66, 0.14), (-0.06, -0.82, 0.16), (-0.1, -0.68, 0.15)):
        pen.disc(x, y, r, lighter(colour, 0.08))


def veil(stage: Stage, y: float, height: float, strength: float, colour: RGB | None = None) -> None:
    """A bank of mist that is thickest at its lower edge `y`; it hides where one layer stands on the next."""
    stage.add(Veil(y, height, strength, to_yuv(stage.light.graded(colour or stage.light.haze))))


class Veil:
    """Mist of one colour, the same across the frame and still, thinning out upwards."""

    parallax = 0.0

    def __init__(self, y: float, height: float, strength: float, colour: tuple[float, float, float]) -> None:
        rows = max(2, round(height / 2) * 2)
        self._top = round(y / 2) * 2 - rows
        share = (np.arange(rows, dtype=np.float64)[:, None] + 0.5) / rows
        alpha = strength * share * share * (3 - 2 * share)
        thin = (alpha[::2] + alpha[1::2]) / 2
        self._weighted = (_weights(alpha, colour[0]), _weights(thin, colour[1]), _weights(thin, colour[2]))
        self._through = ((255 - np.round(alpha * 255)).astype(np.uint8),
            (255 - np.round(thin * 255)).astype(np.uint8))

    def draw(self, frame: Frame, pose: Pose, t: float) -> None:
        """Blends the rows; the camera does not move it."""
        frame.veil(self._top, self._weighted, self._through)

    def flatten(self, double: Frame) -> None:
        """Every row twice."""
        y, u, v = (w.repeat(2, axis=0) for w in self._weighted)
        luma, thin = (through.repeat(2, axis=0) for through in self._through)
        double.veil(self._top * 2, (y, u, v), (luma, thin))


def _weights(alpha: NDArray[np.float64], value: float) -> U16:
    weights: U16 = np.round(alpha * value * 256).astype(np.uint16) + np.uint16(255)
    return weights


def plants(gap: float, size: tuple[float, float], draw: Callable[[Pen, random.Random], None]) -> Planting:
    """Drawings one unit tall, `gap` pixels apart and `size` pixels tall, sunk a little into the ridge they
    stand on."""

    def planted(pen: Pen, rnd: random.Random, ridge: Height, length: int) -> None:
        for x in spread(rnd, length, gap, 0.48):
            scale = rnd.uniform(*size)
            draw(pen.at(x, ridge(x) + scale * 0.06, scale), rnd)

    return planted


def tufts(stage: Stage, name: str, *, y: float, colour: RGB, size: float, gap: float,
    blooms: tuple[RGB, ...] = ()) -> Drawing:
    """Grass in the foreground along the frame's lower edge."""

    def drawing(pen: Pen, length: int) -> None:
        rnd = stage.random(name)
        for x in spread(rnd, length, gap, 0.5):
            tall = size * rnd.uniform(0.45, 1.0)
            lean = rnd.uniform(-0.35, 0.35)
            tone = (lighter(colour, rnd.uniform(0.0, 0.08)) if rnd.random() < 0.5 else darker(colour,
                rnd.uniform(0.0, 0.2)))
            wide = size * 0.07
            pen.poly([(x - wide, y + size), (x + wide, y + size),
                (x + lean * tall * 0.5 + wide * 0.4, y - tall * 0.4), (x + lean * tall, y - tall)], tone)
            if blooms and rnd.random() < 0.25:
                bloom = rnd.choice(blooms)
                cx, cy, r = x + lean * tall, y - tall, size * 0.075
                for k in range(5):
                    pen.disc(cx + r * math.cos(k * 1.2566), cy + r * math.sin(k * 1.2566), r * 0.72, bloom)
                pen.disc(cx, cy, r * 0.6, hexed("#f7d25a"))

    return drawing
