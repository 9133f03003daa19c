"""Places at and under water: sea, beach, lake, underwater."""
# fmt: off

import math
import random

from rushes.providers.animatic.backdrop import Backdrop
from rushes.providers.animatic.colour import RGB, darker, hexed, lighter, mix, ramp
from rushes.providers.animatic.pen import Pen
from rushes.providers.animatic.places.land import foliage, ground, is_white, sky_and_clouds
from rushes.providers.animatic.stage import Stage
from rushes.providers.animatic.terrain import hills, outline, peaks, pine, plants, rolling, spread, veil

_SEA = hexed("#1f6f8f")


def waterline(stage: Stage) -> float:
    """Where boats float."""
    return stage.ground - 0.035 * stage.unit


def _water_tone(stage: Stage, depth: float) -> RGB:
    """Water mirrors the sky: its own colour near, the horizon's far."""
    sky = ramp(stage.light.sky, 0.9 - 0.5 * (1 - depth))
    return mix(_SEA, sky, 0.2 + 0.4 * depth)


def _swell(stage: Stage, name: str, y: float, amplitude: float, wavelength: float, parallax: float,
    depth: float, sway: float, crest: float = 0.16) -> None:
    """One band of waves with light edges and glints, rocking sideways."""
    u = stage.unit
    tone = _water_tone(stage, depth)
    glint = mix(tone, ramp(stage.light.sky, 0.97), 0.62)

    def drawing(pen: Pen, length: int) -> None:
        rnd = stage.random(name)
        wave = rolling(rnd, length, wavelength, 0.3, 2)
        line = outline(wave, length, y, amplitude, max(2.0, u / 220))
        low = y + amplitude + 0.06 * u
        pen.poly([*line, (length + 8, line[-1][1]), (length + 8, low + 8), (-8, low + 8), (-8, line[0][1])],
            lighter(tone, crest))
        under = [(px, py + amplitude * (0.55 + 0.3 * math.sin(px / wavelength * 5))) for px, py in line]
        pen.poly([*under, (length + 8, under[-1][1]), (length + 8, low + 8), (-8, low + 8),
            (-8, under[0][1])], tone)
        for x in spread(rnd, length, wavelength * 0.45, 0.5):
            wide = wavelength * rnd.uniform(0.06, 0.2)
            gy = y + amplitude * 0.6 + rnd.uniform(0.006, 0.05) * u
            pen.box(x - wide, gy - 0.0016 * u, x + wide, gy + 0.0016 * u, glint, round_=0.0016 * u)

    stage.strip(y - amplitude * 1.4, y + amplitude + 0.06 * u, parallax, drawing, depth=depth * 0.8,
        sway=sway, skirt=tone)


def _sun_path(stage: Stage, top: float, bottom: float) -> None:
    """The sun's (or moon's) broken reflection on the water."""
    light, u = stage.light, stage.unit
    if light.sun_size <= 0:
        return
    x0 = light.sun_at[0] * stage.width
    tone = light.graded(mix(light.sun, ramp(light.sky, 0.98), 0.4 if not light.moon else 0.55))

    def drawn(shift: float):  # type: ignore[no-untyped-def]
        def drawing(pen: Pen) -> None:
            rnd = random.Random(f"{stage.seed}path")
            rows = 15
            for i in range(rows):
                k = (i + 0.5) / rows
                y = (bottom - top) * k**1.25
                half = u * (light.sun_size * 0.75 + 0.07 * k) * rnd.uniform(0.35, 1.0) * (1.0 - 0.35 * k)
                for _ in range(2):
                    cx = (rnd.uniform(-0.6,
                        0.6) * u * (0.03 + 0.1 * k) + math.sin(shift * 2 * math.pi + i * 1.7) * u * 0.006)
                    thick = u * (0.0018 + 0.0036 * k)
                    pen.box(cx - half, y - thick, cx + half, y + thick, tone, round_=thick, glow=True)

        return drawing

    reach = u * (light.sun_size + 0.2)
    stage.sprite([drawn(i / 12) for i in range(12)], (-reach, -4, reach, bottom - top + 4),
        lambda t: (x0, top), parallax=0.0, rate=7.0)


def sea(stage: Stage) -> None:
    u, h = stage.unit, stage.horizon - 0.02 * stage.unit
    rough = {"storm": 2.4, "wind": 1.6, "rain": 1.3}.get(stage.shot.weather or "", 1.0)
    sky_and_clouds(stage)
    rnd = stage.random("isles")
    if rnd.random() < 0.6:
        peaks(stage, "isles", y=h + 0.008 * u, height=0.1 * u, gap=0.9 * u, parallax=0.06, depth=0.82,
            colour=hexed("#5f7f8a"))
    _swell(stage, "far water", h, 0.0015 * u, 0.5 * u, 0.1, 0.9, 0.0)
    _sun_path(stage, h + 0.004 * u, h + 0.3 * u)
    for i, (dy, amp, wavelength, parallax, depth) in enumerate(((0.03, 0.004, 0.16, 0.22, 0.7),
        (0.065, 0.006, 0.22, 0.38, 0.5), (0.11, 0.009, 0.3, 0.62, 0.32))):
        _swell(stage, f"swell{i}", h + dy * u, amp * rough * u, wavelength * u, parallax, depth,
            (0.008 + 0.004 * i) * u * (1 if i % 2 else -1))


def sea_before(stage: Stage) -> None:
    u = stage.unit
    rough = {"storm": 2.2, "wind": 1.5, "rain": 1.2}.get(stage.shot.weather or "", 1.0)
    y = waterline(stage)
    _swell(stage, "near swell", y + 0.012 * u, 0.011 * rough * u, 0.34 * u, 1.0, 0.18, 0.014 * u)
    _swell(stage, "front swell", y + 0.1 * u, 0.016 * rough * u, 0.46 * u, 1.3, 0.04, -0.02 * u)


def beach(stage: Stage) -> None:
    u, h = stage.unit, stage.horizon - 0.05 * stage.unit
    sky_and_clouds(stage)
    hills(stage, "cape", y=h - 0.005 * u, amplitude=0.05 * u, wavelength=1.3 * u, parallax=0.06, depth=0.82,
        colour=hexed("#5b8a76"))
    _swell(stage, "far water", h, 0.0015 * u, 0.5 * u, 0.1, 0.85, 0.0)
    _sun_path(stage, h + 0.004 * u, h + 0.13 * u)
    _swell(stage, "swell1", h + 0.04 * u, 0.005 * u, 0.2 * u, 0.26, 0.55, 0.012 * u)
    _swell(stage, "swell2", h + 0.085 * u, 0.007 * u, 0.28 * u, 0.45, 0.34, -0.016 * u)
    foam = hexed("#f7f6ef")
    for i, (dy, amp) in enumerate(((0.135, 0.012), (0.146, 0.012))):
        hills(stage, "surf", y=h + dy * u, amplitude=amp * u, wavelength=0.5 * u, parallax=0.66, depth=0.08,
            colour=foam if i == 0 else mix(hexed("#b98f5f"), hexed("#e8c88f"), 0.4))
    sand = ground(stage, hexed("#ecca90"))
    hills(stage, "sand1", y=h + 0.168 * u, amplitude=0.01 * u, wavelength=0.7 * u, parallax=0.74,
        depth=0.05, colour=lighter(sand, 0.12))
    hills(stage, "sand", y=stage.ground - 0.02 * u, amplitude=0.008 * u, wavelength=1.2 * u, parallax=1.0,
        depth=0.0, colour=sand)
    _palms(stage)


def _palms(stage: Stage) -> None:
    u = stage.unit

    def drawing(pen: Pen, length: int) -> None:
        rnd = stage.random("palms")
        for x in spread(rnd, length, 1.15 * u, 0.2):
            lean = rnd.choice((-1, 1)) * rnd.uniform(0.1, 0.24)
            _palm(pen.at(x + 0.42 * u, stage.ground - 0.03 * u, u * rnd.uniform(0.42, 0.56)), rnd, lean)

    stage.strip(stage.ground - 0.72 * u, stage.ground, 0.86, drawing, depth=0.06)


def _palm(pen: Pen, rnd: random.Random, lean: float) -> None:
    trunk, leaf = hexed("#8a6244"), hexed("#3f7d52")
    top = (lean, -1.0)
    pen.limb([(0, 0.02), (lean * 0.25, -0.4), (lean * 0.65, -0.75), top], 0.07, 0.035, trunk)
    for k in range(9):
        a = math.pi * (1.08 + 0.84 * k / 8) if k != 4 else math.pi * 1.5
        reach, drop = rnd.uniform(0.3, 0.4), rnd.uniform(0.1, 0.2)
        ex, ey = top[0] + math.cos(a) * reach, top[1] + math.sin(a) * reach * 0.55 + drop
        mx, my = top[0] + math.cos(a) * reach * 0.55, top[1] + math.sin(a) * reach * 0.6 - 0.04
        tone = darker(leaf, 0.22) if k % 2 else leaf
        pen.blob([top, (mx, my - 0.05), (ex, ey), (mx, my + 0.045)], tone, smooth=5)
    for dx in (-0.03, 0.03):
        pen.disc(top[0] + dx, top[1] + 0.04, 0.03, hexed("#5b3f2c"))


def beach_before(stage: Stage) -> None:
    u = stage.unit
    sand = ground(stage, hexed("#cfa468"))

    def shells(pen: Pen, rnd: random.Random) -> None:
        if rnd.random() < 0.5:
            for k in range(5):
                pen.at(0, -0.2, 1.0, turn=k * 72).blob([(-0.13, 0), (0, -0.46), (0.13, 0)],
                    hexed("#e8765a"), smooth=4)
        else:
            pen.blob([(-0.4, 0.1), (-0.3, -0.3), (0, -0.42), (0.3, -0.3), (0.4, 0.1)], hexed("#f6e3cd"))
            for rib in (-0.18, 0.0, 0.18):
                pen.line([(rib * 0.4, 0.08), (rib * 1.4, -0.32)], 0.04, hexed("#d9b79a"))

    hills(stage, "front", y=stage.height - 0.04 * u, amplitude=0.016 * u, wavelength=0.8 * u, parallax=1.35,
        depth=0.0, colour=sand, on_top=plants(0.6 * u, (0.035 * u, 0.05 * u), shells), above=0.05 * u)


def lake(stage: Stage) -> None:
    u, h = stage.unit, stage.horizon - 0.03 * stage.unit
    sky_and_clouds(stage)
    white = 0.5 if is_white(stage) else 0.28
    peaks(stage, "range", y=h + 0.004 * u, height=0.33 * u, gap=0.42 * u, parallax=0.08, depth=0.66,
        colour=hexed("#55708a"), snow=white)
    veil(stage, h, 0.12 * u, 0.45)
    fir = plants(0.03 * u, (0.05 * u, 0.11 * u), lambda p, r: pine(p, foliage(stage, hexed("#33604f"), r),
        is_white(stage)))
    hills(stage, "shore", y=h - 0.008 * u, amplitude=0.012 * u, wavelength=0.6 * u, parallax=0.14,
        depth=0.36, colour=ground(stage, hexed("#3f6650")), on_top=fir, above=0.12 * u, bottom=h + 0.012 * u)
    _mirror(stage, h + 0.006 * u)
    _sun_path(stage, h + 0.01 * u, h + 0.3 * u)
    for i, (dy, wavelength, parallax, depth) in enumerate(((0.05, 0.3, 0.34, 0.6), (0.115, 0.4, 0.7, 0.4))):
        _swell(stage, f"ripple{i}", h + dy * u, 0.003 * u, wavelength * u, parallax, depth,
            0.006 * u * (1 if i else -1), 0.1)


def _mirror(stage: Stage, y: float) -> None:
    """The far shore upside down in still water."""
    u = stage.unit
    tone = _water_tone(stage, 0.8)

    def drawing(pen: Pen, length: int) -> None:
        rnd = stage.random("shore")
        pen.box(-8, y, length + 8, y + 0.14 * u, tone)
        wood = mix(hexed("#33604f"), tone, 0.45)
        for x in spread(rnd, length, 0.03 * u, 0.48):
            tall = rnd.uniform(0.05, 0.11) * u * 0.62
            pen.poly([(x - tall * 0.22, y), (x + tall * 0.22, y), (x, y + tall)], wood)

    stage.strip(y, y + 0.13 * u, 0.14, drawing, depth=0.5, skirt=tone)


def lake_before(stage: Stage) -> None:
    u = stage.unit
    _swell(stage, "near ripple", waterline(stage) + 0.012 * u, 0.005 * u, 0.5 * u, 1.0, 0.28, 0.008 * u, 0.1)

    def reeds(pen: Pen, length: int) -> None:
        rnd = stage.random("reeds")
        for x in spread(rnd, length, 0.5 * u, 0.4):
            for _ in range(9):
                rx = x + rnd.uniform(-0.08, 0.08) * u
                tall, lean = rnd.uniform(0.08, 0.2) * u, rnd.uniform(-0.02, 0.02) * u
                pen.poly([(rx - 0.003 * u, stage.height + 4), (rx + 0.003 * u, stage.height + 4),
                    (rx + lean, stage.height - tall)], hexed("#34523a"))
                if rnd.random() < 0.4:
                    pen.line([(rx + lean, stage.height - tall),
                        (rx + lean, stage.height - tall + 0.035 * u)], 0.009 * u, hexed("#5b4030"))

    stage.strip(stage.height - 0.24 * u, stage.height, 1.4, reeds, depth=0.0)


def underwater(stage: Stage) -> None:
    u, light = stage.unit, stage.light
    water = Backdrop(stage.width, stage.height, lambda share: light.graded(ramp(light.sky, share)))
    water.glow(stage.width * light.sun_at[0], -0.1 * u, 0.9 * u, light.graded(hexed("#d8fff2")), 0.55)
    _rays(water, stage)
    stage.add(water.finished())
    h = stage.height
    for i, (y, amp, parallax, depth) in enumerate(((0.3, 0.09, 0.1, 0.86), (0.21, 0.07, 0.28, 0.62),
        (0.13, 0.05, 0.56, 0.36))):
        reef = plants((0.16 - 0.02 * i) * u, (0.06 * u, 0.15 * u), lambda p, r: _coral(p, r))
        hills(stage, f"reef{i}", y=h - y * u, amplitude=amp * u, wavelength=0.7 * u, parallax=parallax,
            depth=depth, colour=hexed("#2f5f78"), on_top=reef, above=0.15 * u)
        veil(stage, h - y * u + 0.1 * u, 0.16 * u, 0.3, light.haze)


def _coral(pen: Pen, rnd: random.Random) -> None:
    tone = hexed(rnd.choice(("#e8736b", "#f0a35a", "#c979b8", "#6fc0a8", "#e9c46a")))
    if rnd.random() < 0.45:
        for k in range(5):
            x = -0.3 + k * 0.15
            pen.limb([(x * 0.3, 0.05), (x * 0.8, -0.4), (x * 1.3, -0.7 - 0.3 * rnd.random())], 0.13, 0.08,
                tone)
    elif rnd.random() < 0.5:
        for x, y, r in ((-0.22, -0.2, 0.26), (0.2, -0.22, 0.28), (0.0, -0.42, 0.28)):
            pen.disc(x, y, r, darker(tone, 0.12))
            pen.disc(x - 0.04, y - 0.05, r * 0.75, tone)
    else:
        for k in range(3):
            x = (k - 1) * 0.2
            pen.limb([(x, 0.05), (x + 0.1, -0.35), (x - 0.08, -0.65), (x + 0.06, -1.0)], 0.12, 0.03,
                hexed("#4f9a6a"))


def _rays(water: Backdrop, stage: Stage) -> None:
    """Shafts of light from above."""
    u, light = stage.unit, stage.light
    rnd = stage.random("rays")
    for _ in range(7):
        x = light.sun_at[0] * stage.width + rnd.uniform(-0.75, 0.75) * u
        water.beam(x, rnd.uniform(0.03, 0.1) * u, rnd.uniform(-0.3, 0.3) * u,
            rnd.uniform(0.6, 0.95) * stage.height,
            light.graded(hexed("#cffff5")), rnd.uniform(0.1, 0.24))


def underwater_before(stage: Stage) -> None:
    u = stage.unit
    kelp = hexed("#1d5a55")

    def weeds(pen: Pen, length: int) -> None:
        rnd = stage.random("kelp")
        for x in spread(rnd, length, 0.42 * u, 0.4):
            for _ in range(4):
                rx, tall = x + rnd.uniform(-0.07, 0.07) * u, rnd.uniform(0.14, 0.42) * u
                s = rnd.uniform(-0.03, 0.03) * u
                y = stage.height + 6
                pen.limb([(rx, y), (rx + s, y - tall * 0.35), (rx - s, y - tall * 0.7),
                    (rx + s * 1.4, y - tall)], 0.022 * u, 0.006 * u, kelp)

    hills(stage, "bed", y=stage.height - 0.045 * u, amplitude=0.02 * u, wavelength=0.5 * u, parallax=1.0,
        depth=0.1, colour=hexed("#2a5566"), on_top=plants(0.3 * u, (0.05 * u, 0.1 * u), _coral),
        above=0.1 * u)
    stage.strip(stage.height - 0.45 * u, stage.height, 1.3, weeds, depth=0.0, sway=0.006 * u)
