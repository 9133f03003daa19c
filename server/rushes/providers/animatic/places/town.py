"""Built places: the city's skyline, a street, a room."""
# fmt: off

import random

from rushes.providers.animatic.backdrop import Backdrop
from rushes.providers.animatic.colour import RGB, darker, hexed, lighter, mix, ramp
from rushes.providers.animatic.pen import Pen
from rushes.providers.animatic.places.land import foliage, is_white, sky_and_clouds
from rushes.providers.animatic.stage import Stage
from rushes.providers.animatic.terrain import round_tree, spread, veil

_SNOW = hexed("#eef2f8")


def _skyline(stage: Stage, name: str, y: float, low: float, tall: float, wide: float, parallax: float,
    depth: float, colour: RGB, windows: float) -> None:
    """A row of towers standing on `y`, from `low` to `tall` pixels high."""
    u = stage.unit
    left_lit = stage.light.sun_at[0] < 0.5

    def drawing(pen: Pen, length: int) -> None:
        rnd = stage.random(name)
        x = 0.0
        while x < length:
            half = wide * rnd.uniform(0.32, 0.62)
            height = low + (tall - low) * rnd.random() ** 1.6
            tone = mix(colour, rnd.choice((hexed("#5a6f8c"), hexed("#7d6678"), hexed("#4f7080"))),
                rnd.uniform(0, 0.5))
            _tower(pen.at(x + half, y), rnd, half, height, tone, left_lit, windows, u)
            x += half * 2 * rnd.uniform(0.86, 1.12)
        pen.box(-8, y - low * 0.4, length + 8, y + 16, darker(colour, 0.1))

    stage.strip(y - tall * 1.28, y + 4, parallax, drawing, depth=depth, skirt=darker(colour, 0.1))


def _tower(pen: Pen, rnd: random.Random, half: float, height: float, tone: RGB, left_lit: bool,
    windows: float, u: float) -> None:
    dark = darker(tone, 0.2)
    shape = rnd.choice(("flat", "flat", "step", "slant", "spire", "dome"))
    if shape == "step":
        pen.box(-half * 0.6, -height * 1.12, half * 0.6, -height * 0.9, tone)
        pen.box(-half * 0.28, -height * 1.2, half * 0.28, -height * 1.1, tone)
    elif shape == "slant":
        pen.poly([(-half, -height + 1), (-half, -height * 1.1), (half, -height + 1)], tone)
    elif shape == "spire":
        pen.poly([(-half * 0.5, -height + 1), (0, -height * 1.24), (half * 0.5, -height + 1)], tone)
    elif shape == "dome":
        pen.blob([(-half * 0.8, -height + 1), (-half * 0.6, -height - half * 0.5),
            (0, -height - half * 0.8), (half * 0.6, -height - half * 0.5), (half * 0.8, -height + 1)], tone)
    else:
        pen.line([(half * 0.3, -height), (half * 0.3, -height - 0.05 * u)], 0.004 * u, dark)
    pen.box(-half, -height, half, 2, tone)
    side = (half * 0.42, half) if left_lit else (-half, -half * 0.42)
    pen.box(side[0], -height, side[1], 2, dark)
    if windows <= 0:
        return
    cell = max(0.016 * u, half * 0.24)
    columns, rows = max(2, int(half * 1.7 / cell)), int(height / (cell * 1.35))
    night = pen.light.dark
    for r in range(rows):
        for c in range(columns):
            x = -half * 0.85 + c * (half * 1.7 / columns)
            y = -height + cell * 0.9 + r * cell * 1.35
            lit = rnd.random() < windows * (0.25 + 0.4 * night)
            if lit and night >= 0.25:
                glass = mix(pen.light.lamps, hexed(rnd.choice(("#fff1cc", "#ffc46b", "#ffdf9a"))), 0.5)
                pen.box(x, y, x + half * 1.7 / columns * 0.56, y + cell * 0.7,
                    mix(glass, pen.light.haze, pen.depth * 0.5), glow=True)
            elif rnd.random() < 0.75:
                pen.box(x, y, x + half * 1.7 / columns * 0.56, y + cell * 0.7,
                    darker(tone, 0.3) if night >= 0.25 else lighter(tone, 0.22))


def city(stage: Stage) -> None:
    u, h = stage.unit, stage.horizon
    sky_and_clouds(stage)
    tall = min(0.5 * u, stage.horizon * 0.8)
    _skyline(stage, "towers1", h + 0.03 * u, 0.16 * u, tall * 0.9, 0.1 * u, 0.07, 0.8, hexed("#5f7391"), 0.0)
    veil(stage, h + 0.03 * u, 0.2 * u, 0.5)
    _skyline(stage, "towers2", h + 0.06 * u, 0.12 * u, tall, 0.12 * u, 0.2, 0.52, hexed("#4c6180"), 0.7)
    veil(stage, h + 0.06 * u, 0.16 * u, 0.34)
    _skyline(stage, "towers3", h + 0.1 * u, 0.08 * u, tall * 0.66, 0.17 * u, 0.42, 0.24, hexed("#3d4f6c"),
        1.0)
    _road(stage)


def _road(stage: Stage) -> None:
    u = stage.unit
    walk, asphalt = hexed("#9a98a2"), hexed("#4b4f5c")
    if is_white(stage):
        walk, asphalt = mix(walk, _SNOW, 0.7), mix(asphalt, _SNOW, 0.25)
    top = stage.ground - 0.1 * u

    def pavement(pen: Pen, length: int) -> None:
        rnd = stage.random("pavement")
        for x in spread(rnd, length, 0.42 * u, 0.05):
            if rnd.random() < 0.5:
                round_tree(pen.at(x + 0.2 * u, top + 0.01 * u, rnd.uniform(0.13, 0.17) * u),
                    foliage(stage, hexed("#5b8a52"), rnd), hexed("#5b4636"))
            _lamp(pen.at(x, top + 0.012 * u, 0.27 * u))
        pen.box(-8, top, length + 8, top + 0.034 * u, walk)
        pen.box(-8, top + 0.034 * u, length + 8, top + 0.044 * u, darker(walk, 0.3))
        pen.box(-8, top + 0.044 * u, length + 8, top + 0.08 * u, asphalt)

    def lanes(pen: Pen, length: int) -> None:
        pen.box(-8, top + 0.05 * u, length + 8, stage.height + 40, asphalt)
        count = max(1, round(length / (0.24 * u)))
        for k in range(count):
            x = (k + 0.25) * length / count
            pen.box(x, stage.ground + 0.036 * u, x + 0.12 * u, stage.ground + 0.047 * u, hexed("#e9e4d4"))
        if stage.shot.weather in ("rain", "storm"):
            rnd = stage.random("puddles")
            for x in spread(rnd, length, 0.3 * u, 0.5):
                y = stage.ground + rnd.uniform(0.0, 0.1) * u
                tone = mix(asphalt, ramp(stage.light.sky, 0.95), 0.6)
                pen.oval(x, y, rnd.uniform(0.05, 0.11) * u, 0.009 * u, tone)

    stage.strip(top - 0.3 * u, top + 0.08 * u, 0.84, pavement, depth=0.06)
    low = min(float(stage.height), stage.ground + 0.14 * u)
    stage.strip(stage.ground - 0.05 * u, low, 1.0, lanes, depth=0.02, skirt=asphalt)


def _lamp(pen: Pen) -> None:
    post = hexed("#3a3f4c")
    pen.line([(0, 0), (0, -0.9)], 0.022, post)
    pen.box(-0.03, -0.1, 0.03, 0.0, post)
    pen.line([(0, -0.9), (0.05, -0.98), (0.17, -0.98)], 0.02, post, bend=True)
    pen.box(0.11, -0.985, 0.25, -0.955, post, round_=0.01)
    if pen.light.dark >= 0.25:
        pen.shade([(0.13, -0.95), (0.23, -0.95), (0.42, 0.0), (-0.06, 0.0)], pen.light.lamps, 0.13, glow=True)
        pen.halo(0.18, -0.95, 0.22, pen.light.lamps, 0.8)
        pen.box(0.13, -0.958, 0.23, -0.943, hexed("#fff6d8"), glow=True)


def city_before(stage: Stage) -> None:
    u = stage.unit
    kerb = mix(hexed("#6d6c78"), _SNOW, 0.6 if is_white(stage) else 0.0)

    def drawing(pen: Pen, length: int) -> None:
        y = stage.height - 0.028 * u
        pen.box(-8, y, length + 8, stage.height + 30, kerb)
        pen.box(-8, y, length + 8, y + 0.007 * u, lighter(kerb, 0.2))

    stage.strip(stage.height - 0.035 * u, stage.height, 1.3, drawing, skirt=kerb)


def street(stage: Stage) -> None:
    u, h = stage.unit, stage.horizon
    sky_and_clouds(stage)
    _skyline(stage, "roofs", h + 0.02 * u, 0.3 * u, 0.52 * u, 0.16 * u, 0.2, 0.62, hexed("#6d6f88"), 0.4)
    veil(stage, h + 0.02 * u, 0.25 * u, 0.35)
    _houses(stage)
    _road(stage)


def _houses(stage: Stage) -> None:
    """A row of gabled fronts with shops on the ground floor."""
    u = stage.unit
    foot = stage.ground - 0.092 * u

    def drawing(pen: Pen, length: int) -> None:
        rnd = stage.random("houses")
        count = max(2, round(length / (0.36 * u)))
        wide = length / count
        last = -1
        for k in range(count):
            pick = rnd.randrange(7)
            pick = (pick + 1) % 7 if pick == last else pick
            last = pick
            tone = hexed(("#d98e73", "#e3c08a", "#a9b8a0", "#c9797a", "#8fa7b8", "#e8d6b8", "#b08a9a")[pick])
            _front(pen.at(k * wide, foot), rnd, wide, u, tone, stage)
        pen.box(-8, foot - 2, length + 8, foot + 12, hexed("#7a7884"))

    stage.strip(foot - 0.66 * u, foot + 4, 0.62, drawing, depth=0.16)


def _front(pen: Pen, rnd: random.Random, wide: float, u: float, tone: RGB, stage: Stage) -> None:
    night = pen.light.dark >= 0.25
    height = rnd.uniform(0.4, 0.52) * u
    roof = hexed(rnd.choice(("#7d4a42", "#5a5f72", "#8a5a48")))
    if is_white(stage):
        roof = mix(roof, _SNOW, 0.8)
    if rnd.random() < 0.5:
        pen.poly([(-2, -height), (wide * 0.5, -height - 0.13 * u), (wide + 2, -height)], roof)
        pen.box(wide * 0.68, -height - 0.13 * u, wide * 0.78, -height - 0.02 * u, darker(tone, 0.3))
    else:
        pen.poly([(0.0, -height), (wide * 0.1, -height - 0.07 * u), (wide * 0.9, -height - 0.07 * u),
            (wide, -height)], roof)
    pen.box(0, -height, wide, 2, tone)
    pen.box(wide * 0.95, -height, wide, 2, darker(tone, 0.18))
    pen.box(0, -height, wide, -height + 0.012 * u, lighter(tone, 0.3))
    floors, columns = 2, 3
    shop = 0.17 * u
    for f in range(floors):
        for c in range(columns):
            x = wide * (0.14 + 0.27 * c)
            y = -height + 0.045 * u + f * (height - shop - 0.05 * u) / floors
            w, t = wide * 0.17, (height - shop) / floors * 0.6
            lit = night and rnd.random() < 0.55
            pen.box(x - 0.006 * u, y - 0.006 * u, x + w + 0.006 * u, y + t + 0.006 * u, lighter(tone, 0.4))
            pen.box(x, y, x + w, y + t, pen.light.lamps if lit else hexed("#5f7c90"), glow=lit)
            pen.line([(x + w / 2, y), (x + w / 2, y + t)], 0.003 * u, lighter(tone, 0.4))
            if not lit:
                pen.poly([(x, y + t), (x, y + t * 0.5), (x + w, y), (x + w, y + t * 0.3)], hexed("#8fb0c0"))
            if rnd.random() < 0.3:
                pen.box(x - 0.004 * u, y + t, x + w + 0.004 * u, y + t + 0.014 * u, hexed("#7a4a38"))
                for k in range(4):
                    pen.disc(x + w * (0.12 + 0.25 * k), y + t - 0.004 * u, 0.009 * u,
                        hexed(rnd.choice(("#5b8a52", "#e4574f", "#f1b73c"))))
    trim = hexed(rnd.choice(("#3f5f5a", "#6b3a3a", "#34486b", "#5b4a6b")))
    pen.box(wide * 0.06, -shop, wide * 0.92, 0, trim)
    pen.box(wide * 0.1, -shop * 0.66, wide * 0.6, -shop * 0.14,
        pen.light.lamps if night else hexed("#a8c8d0"), glow=night)
    pen.box(wide * 0.68, -shop * 0.68, wide * 0.87, 0, darker(trim, 0.3))
    pen.box(wide * 0.71, -shop * 0.62, wide * 0.84, -shop * 0.24,
        pen.light.lamps if night else hexed("#a8c8d0"), glow=night)
    stripe = hexed(rnd.choice(("#d8483a", "#3f8f86", "#e0a035", "#5b6fb0")))
    n = 7
    for k in range(n):
        x0, x1 = wide * (0.04 + 0.9 * k / n), wide * (0.04 + 0.9 * (k + 1) / n)
        pen.poly([(x0, -shop), (x1, -shop), (x1, -shop * 0.72), ((x0 + x1) / 2, -shop * 0.66),
            (x0, -shop * 0.72)], stripe if k % 2 else hexed("#f4ede0"))


def room(stage: Stage) -> None:
    u, w, h, light = stage.unit, stage.width, stage.height, stage.light
    floor = stage.ground - 0.1 * u
    wall_tone = hexed(stage.random("wall").choice(("#c9d2c4", "#d9b79a", "#a9bfc6", "#d6c3a5", "#bfa9b8")))
    base = light.lit(wall_tone, 0.0)
    base = mix(base, light.graded((255.0, 226.0, 178.0)), 0.1 + 0.05 * light.dark)
    wall = Backdrop(w, h, lambda share: mix(lighter(base, 0.03), darker(base, 0.14), share))
    stage.add(wall.finished())
    night = light.dark >= 0.4

    def window(pen: Pen) -> None:
        x0, y0, x1, y1 = -0.3 * u, -0.56 * u, 0.3 * u, -0.02 * u
        pen.box(x0 - 0.03 * u, y0 - 0.03 * u, x1 + 0.03 * u, y1 + 0.03 * u, hexed("#f2ead9"))
        rows = 36
        for i in range(rows):
            y = y0 + (y1 - y0) * i / rows
            pen.box(x0, y, x1, y + (y1 - y0) / rows + 1, ramp(light.sky, 0.15 + 0.85 * i / rows), glow=True)
        if light.sun_size > 0:
            pen.halo(0.08 * u, y0 + 0.18 * u, 0.2 * u, light.sun, 0.5)
            pen.disc(0.08 * u, y0 + 0.18 * u, light.sun_size * 0.62 * u, light.sun, glow=True)
        rnd = stage.random("view")
        for k in range(9):
            bx = x0 + (x1 - x0) * k / 9
            pen.deeper(0.6).box(bx, y1 - rnd.uniform(0.06, 0.19) * u, bx + (x1 - x0) / 9 + 1, y1,
                hexed("#55697f"))
        for x in (x0, -0.006 * u, x1 - 0.012 * u):
            pen.box(x, y0, x + 0.012 * u, y1, hexed("#f2ead9"))
        pen.box(x0, (y0 * 0.55 + y1 * 0.45), x1, (y0 * 0.55 + y1 * 0.45) + 0.01 * u, hexed("#f2ead9"))
        pen.box(x0 - 0.06 * u, y1 + 0.02 * u, x1 + 0.06 * u, y1 + 0.05 * u, hexed("#fbf5e8"))
        drape = hexed(stage.random("drape").choice(("#b8574a", "#4f7a78", "#6d5f92", "#c98a4b")))
        for side in (-1, 1):
            inner, outer = side * 0.24 * u, side * 0.42 * u
            pen.blob([(outer, y0 - 0.06 * u), (inner, y0 - 0.06 * u), (inner * 1.05, y0 + 0.2 * u),
                (outer * 0.86, y1 - 0.12 * u), (outer * 0.83, y1 + 0.15 * u),
                (outer * 1.06, y1 + 0.15 * u)], drape, smooth=5)
            pen.blob([(outer, y0 - 0.06 * u), (outer * 0.9, y0 - 0.06 * u), (outer * 0.93, y1 - 0.1 * u),
                (outer * 0.96, y1 + 0.15 * u), (outer * 1.06, y1 + 0.15 * u)], darker(drape, 0.2), smooth=5)
        pen.line([(-0.48 * u, y0 - 0.065 * u), (0.48 * u, y0 - 0.065 * u)], 0.014 * u, hexed("#7a5238"))

    wx = stage.middle(0.5) + (stage.random("window").choice((-1, 1))) * 0.36 * min(w, 1.4 * u)
    wy = floor - 0.12 * u
    stage.sprite([window], (-0.5 * u, -0.65 * u, 0.5 * u, 0.18 * u), lambda t: (wx, wy), parallax=0.5)
    _furniture(stage, floor, -1 if wx > stage.middle(0.5) else 1)
    boards = hexed("#9a6b48")

    def planks(pen: Pen, length: int) -> None:
        pen.box(-8, floor, length + 8, h + 40, boards)
        pen.box(-8, floor - 0.03 * u, length + 8, floor, hexed("#f2ead9"))
        for k, share in enumerate((0.12, 0.3, 0.56, 0.9)):
            y = floor + (h - floor) * share
            pen.box(-8, y, length + 8, y + 0.004 * u, darker(boards, 0.18))
            rnd = random.Random(f"{stage.seed}{k}")
            for x in spread(rnd, length, 0.5 * u, 0.4):
                pen.box(x, y, x + 0.004 * u, y + (h - floor) * 0.2, darker(boards, 0.18))
        rug = hexed("#b8574a")
        cx = stage.middle(0.9)
        pen.oval(cx, stage.ground + 0.02 * u, 0.56 * u, 0.075 * u, rug)
        pen.oval(cx, stage.ground + 0.02 * u, 0.48 * u, 0.06 * u, lighter(rug, 0.25))
        pen.oval(cx, stage.ground + 0.02 * u, 0.42 * u, 0.05 * u, rug)

    stage.strip(floor - 0.04 * u, min(float(h), stage.ground + 0.13 * u), 0.9, planks, skirt=boards)
    if night:
        lamp_x = stage.middle(0.6) + (0.5 * u if wx < stage.middle(0.5) else -0.5 * u)

        def glow(pen: Pen) -> None:
            pen.halo(0, 0, 0.55 * u, light.lamps, 0.5)

        stage.sprite([glow], (-0.56 * u, -0.56 * u, 0.56 * u, 0.56 * u),
            lambda t: (lamp_x, floor - 0.42 * u), parallax=0.6)


def _furniture(stage: Stage, floor: float, side: int) -> None:
    """A shelf with books and plants, a floor lamp and an armchair on the side away from the window."""
    u = stage.unit
    night = stage.light.dark >= 0.4

    def drawn(pen: Pen) -> None:
        rnd = stage.random("shelf")
        wood = hexed("#7a5238")
        for row in range(2):
            y = -0.3 * u - row * 0.2 * u
            pen.box(-0.26 * u, y, 0.26 * u, y + 0.016 * u, wood)
            x = -0.24 * u
            while x < 0.2 * u:
                if rnd.random() < 0.16:
                    pen.box(x, y - 0.05 * u, x + 0.05 * u, y, hexed("#d98e5a"), round_=0.008 * u)
                    for lean in (-0.05, -0.02, 0.02, 0.05):
                        pen.limb([(x + 0.025 * u, y - 0.045 * u), (x + 0.025 * u + lean * u, y - 0.1 * u)],
                            0.016 * u, 0.006 * u, hexed("#5b8a58"))
                    x += 0.075 * u
                    continue
                wide, tall = rnd.uniform(0.014, 0.026) * u, rnd.uniform(0.08, 0.125) * u
                pen.box(x, y - tall, x + wide, y, hexed(rnd.choice(("#b8574a", "#3f6f86", "#e0b355",
                    "#5b7f62", "#d9c8a8", "#7d5f86"))))
                x += wide + 0.002 * u

    def chair(pen: Pen) -> None:
        cloth = hexed(stage.random("cloth").choice(("#3f7a78", "#b86a4a", "#5f6fa0")))
        pen.box(-0.2 * u, -0.36 * u, 0.2 * u, -0.06 * u, cloth, round_=0.06 * u)
        pen.box(-0.2 * u, -0.18 * u, 0.2 * u, -0.05 * u, lighter(cloth, 0.12), round_=0.03 * u)
        for s in (-1, 1):
            pen.box(min(s * 0.16, s * 0.25) * u, -0.23 * u, max(s * 0.16, s * 0.25) * u, -0.04 * u,
                darker(cloth, 0.16), round_=0.035 * u)
            pen.line([(s * 0.19 * u, -0.04 * u), (s * 0.2 * u, 0.0)], 0.016 * u, hexed("#5b3a28"))
        lx = side * 0.38 * u
        pen.line([(lx, 0), (lx, -0.5 * u)], 0.01 * u, hexed("#3a3a44"))
        pen.oval(lx, 0, 0.06 * u, 0.01 * u, hexed("#3a3a44"))
        if night:
            pen.halo(lx, -0.44 * u, 0.3 * u, stage.light.lamps, 0.75)
        pen.poly([(lx - 0.05 * u, -0.56 * u), (lx + 0.05 * u, -0.56 * u), (lx + 0.09 * u, -0.42 * u),
            (lx - 0.09 * u, -0.42 * u)], stage.light.lamps if night else hexed("#efe2c4"), glow=night)

    x = stage.middle(0.6) + side * 0.42 * min(stage.width, 1.3 * u)
    stage.sprite([drawn], (-0.28 * u, -0.66 * u, 0.28 * u, 0.02 * u),
        lambda t: (x - side * 0.04 * u, floor - 0.1 * u), parallax=0.5)
    stage.sprite([chair], (-0.7 * u, -0.76 * u, 0.7 * u, 0.02 * u), lambda t: (x, floor + 0.03 * u),
        parallax=0.7)
