"""Places without ground: space and the open sky; and the ground of another world."""
# fmt: off

import math
import random

from rushes.providers.animatic.backdrop import Backdrop
from rushes.providers.animatic.colour import RGB, darker, hexed, lighter, mix, ramp
from rushes.providers.animatic.pen import Pen, Point
from rushes.providers.animatic.shows import add_shows, weathered_sky
from rushes.providers.animatic.stage import Stage
from rushes.providers.animatic.terrain import Height, clouds, hills, plants, spread

_WORLDS = (("#d98a5f", "#b8603f"), ("#5f9ad0", "#3f6fb0"), ("#c97fb0", "#94508a"), ("#6fc0a0", "#3f8a7a"),
    ("#e0b866", "#b8863f"))


def _starry(stage: Stage) -> Backdrop:
    light = stage.light
    rnd = stage.random("nebula")
    sky = Backdrop(stage.width, stage.height, lambda share: light.graded(ramp(light.sky, share)))
    u = stage.unit
    for tone in ("#6a3fb0", "#c0458f", "#2f7fb0", "#6a3fb0"):
        x, y = rnd.random() * stage.width, rnd.random() * stage.height
        sky.glow(x, y, rnd.uniform(0.4, 0.8) * u, light.graded(hexed(tone)), rnd.uniform(0.18, 0.34))
    area = stage.width * stage.height / (u * u)
    sky.stars(stage.random("stars"), int(240 * min(4.0, area)), 1.3, light.graded((255.0, 250.0, 238.0)), 1.0)
    return sky


def space(stage: Stage) -> None:
    u, w, h = stage.unit, stage.width, stage.height
    sky = _starry(stage)
    stage.add(sky.finished())
    add_shows(stage)
    rnd = stage.random("planet")
    light, dark = (hexed(c) for c in rnd.choice(_WORLDS))
    side = rnd.choice((-1, 1))
    big = rnd.uniform(0.26, 0.36) * u

    def planet(pen: Pen) -> None:
        _planet(pen, big, light, dark, ringed=rnd.random() < 0.75)

    px, py = stage.middle(0.06) + side * 0.28 * w, 0.34 * h
    stage.sprite([planet], (-big * 2.2, -big * 1.3, big * 2.2, big * 1.3), lambda t: (px, py), parallax=0.06)
    small = big * 0.3
    l2, d2 = (hexed(c) for c in _WORLDS[(rnd.randrange(4) + 1) % 5])

    def moon(pen: Pen) -> None:
        _planet(pen, small, mix(l2, hexed("#c9c6cc"), 0.5), mix(d2, hexed("#8a8894"), 0.5), ringed=False)

    mx, my = stage.middle(0.14) - side * 0.3 * w, 0.22 * h
    stage.sprite([moon], (-small * 1.2, -small * 1.2, small * 1.2, small * 1.2),
        lambda t: (mx + 0.004 * u * t, my), parallax=0.14)
    _rocks(stage, "rocks1", 0.62 * h, 0.26 * h, 0.03 * u, 0.5 * u, 0.3, 0.5)


def _planet(pen: Pen, r: float, light: RGB, dark: RGB, ringed: bool) -> None:
    ring = mix(light, hexed("#f6e7c8"), 0.6)

    def half_ring(upper: bool) -> None:
        outer: list[Point] = []
        inner: list[Point] = []
        for i in range(33):
            a = math.pi * (i / 32) + (math.pi if upper else 0)
            for points, k in ((outer, 1.95), (inner, 1.45)):
                x, y = r * k * math.cos(a), r * k * 0.24 * math.sin(a)
                points.append((x * 0.95 + y * 0.3, y * 0.95 - x * 0.3))
        pen.poly(outer + inner[::-1], ring if not upper else darker(ring, 0.25))

    if ringed:
        half_ring(True)
    pen.disc(0, 0, r, light)
    for y, t in ((-0.5, 0.12), (-0.08, 0.2), (0.42, 0.14)):
        rows = [y + t * i / 6 for i in range(7)]
        right = [(r * math.sqrt(1 - v * v), r * v) for v in rows]
        pen.poly(right + [(-px, py) for px, py in reversed(right)], mix(light, dark, 0.55))
    # The night side: a crescent over half the ball.
    edge = [(r * math.cos(a), r * math.sin(a)) for a in [math.pi * (i / 24 - 0.28) for i in range(25)]]
    inner = [(r * 0.62 * math.cos(a) - 0.16 * r,
        r * 0.98 * math.sin(a) - 0.05 * r) for a in [math.pi * (i / 24 - 0.28) for i in range(25)]]
    pen.shade(edge + inner[::-1], darker(dark, 0.7), 0.5, glow=True)
    if ringed:
        half_ring(False)


def _rocks(stage: Stage, name: str, y: float, spread_y: float, size: float, gap: float, parallax: float,
    depth: float) -> None:
    def drawing(pen: Pen, length: int) -> None:
        rnd = stage.random(name)
        for x in spread(rnd, length, gap, 0.45):
            s = size * rnd.uniform(0.4, 1.2)
            p = pen.at(x, y + rnd.uniform(-1, 1) * spread_y, s, turn=rnd.uniform(0, 360))
            tone = hexed(rnd.choice(("#6d6a80", "#7d6f78", "#5f6580")))
            p.poly([(-0.9, 0.1), (-0.5, -0.7), (0.2, -0.8), (0.9, -0.2), (0.7, 0.6), (-0.2, 0.8)], tone)
            p.poly([(0.2, -0.8), (0.9, -0.2), (0.7, 0.6), (-0.2, 0.8), (0.15, 0.0)], darker(tone, 0.3))
            p.disc(-0.3, -0.15, 0.17, darker(tone, 0.22))

    stage.strip(y - spread_y - size * 1.3, y + spread_y + size * 1.3, parallax, drawing, depth=depth,
        drift=-0.008 * stage.unit)


def space_before(stage: Stage) -> None:
    _rocks(stage, "rocks2", stage.height * 0.9, stage.height * 0.05, 0.07 * stage.unit, 1.2 * stage.unit,
        1.3, 0.1)


def sky(stage: Stage) -> None:
    """Above a sea of clouds."""
    u, h = stage.unit, stage.height
    weathered_sky(stage, h * 0.86)
    clouds(stage, "wisps", y=0.22 * h, spread_y=0.1 * h, size=0.12 * u, gap=0.6 * u, depth=0.4,
        drift=0.008 * u)
    for i, (y, size, parallax, depth, speed) in enumerate(((0.74, 0.15, 0.1, 0.85, 0.01),
        (0.81, 0.2, 0.26, 0.6, 0.016), (0.89, 0.27, 0.55, 0.32, 0.026))):
        _cloud_bank(stage, f"bank{i}", h * y, size * u, parallax, depth, speed * u)


def _cloud_bank(stage: Stage, name: str, y: float, size: float, parallax: float, depth: float,
    drift: float) -> None:
    stops = stage.light.sky
    high, low = ramp(stops, 0.97), ramp(stops, 0.45)
    body = mix(mix(high, (255.0, 255.0, 255.0), 0.5 * (1 - stage.light.dark)), low,
        0.12 + 0.5 * (1 - depth) * (0.4 + 0.4 * stage.light.dark))
    shade = mix(body, low, 0.35)

    def drawing(pen: Pen, length: int) -> None:
        rnd = stage.random(name)
        heads = [(x, y + rnd.uniform(-0.15, 0.2) * size, size * rnd.uniform(0.3, 0.62)) for x in spread(rnd,
            length, size * 0.42, 0.4)]
        for x, cy, r in heads:
            pen.disc(x + r * 0.12, cy + r * 0.1, r, shade, glow=True)
        for x, cy, r in heads:
            pen.disc(x - r * 0.08, cy, r * 0.9, body, glow=True)
        pen.box(-8, y + size * 0.2, length + 8, y + size * 0.9, body, glow=True)

    stage.strip(y - size * 0.85, y + size * 0.85, parallax, drawing, depth=depth, drift=-drift)


def sky_before(stage: Stage) -> None:
    _cloud_bank(stage, "bank near", stage.height * 1.0, 0.36 * stage.unit, 1.3, 0.02, 0.05 * stage.unit)


def moon(stage: Stage) -> None:
    u, h = stage.unit, stage.horizon
    backdrop = _starry(stage)
    rnd = stage.random("world")
    big = 0.15 * u
    stage.add(backdrop.finished())
    light, dark = (hexed(c) for c in rnd.choice((_WORLDS[1], _WORLDS[3], _WORLDS[0])))

    def planet(pen: Pen) -> None:
        _planet(pen, big, light, dark, ringed=False)

    px = stage.middle(0.05) + rnd.choice((-0.28, 0.28)) * stage.width
    stage.sprite([planet], (-big * 1.2, -big * 1.2, big * 1.2, big * 1.2), lambda t: (px, h - 0.4 * u),
        parallax=0.05)
    soil = hexed("#b8705a")

    def craters(pen: Pen, r: random.Random, ridge: Height, length: int) -> None:
        for x in spread(r, length, 0.3 * u, 0.45):
            y, wide = ridge(x) + r.uniform(0.03, 0.08) * u, r.uniform(0.03, 0.08) * u
            pen.oval(x, y, wide, wide * 0.2, darker(soil, 0.24))
            pen.oval(x, y + wide * 0.06, wide * 0.94, wide * 0.15, darker(soil, 0.36))
            pen.oval(x, y + wide * 0.15, wide * 0.98, wide * 0.1, lighter(soil, 0.12))

    def spire(pen: Pen, r: random.Random) -> None:
        lean = r.uniform(-0.15, 0.15)
        pen.poly([(-0.3, 0.1), (lean - 0.06, -1.0), (lean + 0.08, -0.94), (0.34, 0.1)], soil)
        pen.poly([(lean + 0.02, -0.97), (lean + 0.08, -0.94), (0.34, 0.1), (0.08, 0.1)], darker(soil, 0.25))

    hills(stage, "moon1", y=h + 0.0 * u, amplitude=0.05 * u, wavelength=0.5 * u, parallax=0.08, depth=0.7,
        colour=soil, on_top=plants(0.35 * u, (0.05 * u, 0.2 * u), spire), above=0.2 * u)
    hills(stage, "moon2", y=h + 0.05 * u, amplitude=0.035 * u, wavelength=0.7 * u, parallax=0.26,
        depth=0.42, colour=soil, on_top=plants(0.8 * u, (0.08 * u, 0.2 * u), spire), above=0.2 * u)
    hills(stage, "moon3", y=h + 0.1 * u, amplitude=0.02 * u, wavelength=0.9 * u, parallax=0.54, depth=0.2,
        colour=soil, bottom=h + 0.24 * u, over=craters)
    hills(stage, "moon4", y=stage.ground - 0.02 * u, amplitude=0.008 * u, wavelength=1.2 * u, parallax=1.0,
        depth=0.02, colour=soil, bottom=stage.ground + 0.14 * u, over=craters)


def moon_before(stage: Stage) -> None:
    u = stage.unit
    tone = hexed("#7a4444")

    def stone(pen: Pen, r: random.Random) -> None:
        pen.poly([(-0.7, 0.1), (-0.4, -0.5), (0.2, -0.6), (0.7, 0.1)], darker(tone, 0.1))
        pen.poly([(0.2, -0.6), (0.7, 0.1), (0.1, 0.1)], darker(tone, 0.4))

    hills(stage, "front", y=stage.height - 0.035 * u, amplitude=0.012 * u, wavelength=0.6 * u, parallax=1.4,
        depth=0.0, colour=tone, on_top=plants(0.4 * u, (0.05 * u, 0.1 * u), stone), above=0.08 * u)
