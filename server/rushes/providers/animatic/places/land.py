"""Places on open ground: mountains, countryside, desert, snowfield, forest."""
# fmt: off

import random

from rushes.providers.animatic.colour import RGB, darker, hexed, lighter, mix
from rushes.providers.animatic.pen import Pen
from rushes.providers.animatic.shows import weathered_sky
from rushes.providers.animatic.stage import Stage
from rushes.providers.animatic.terrain import (
    Height,
    Planting,
    clouds,
    hills,
    peaks,
    pine,
    plants,
    round_tree,
    spread,
    tufts,
    veil,
)

SNOW = hexed("#eef2f8")


def is_white(stage: Stage) -> bool:
    """Whether the ground lies under snow."""
    return stage.shot.weather == "snow" or stage.shot.place == "snowfield"


def ground(stage: Stage, colour: RGB) -> RGB:
    """A ground colour, or snow, or autumn."""
    if is_white(stage):
        return mix(SNOW, colour, 0.06)
    if "leaves" in stage.shot.drifts:
        return mix(colour, hexed("#b5773a"), 0.5)
    return colour


def foliage(stage: Stage, colour: RGB, rnd: random.Random) -> RGB:
    """A tree's colour in this season."""
    if "leaves" in stage.shot.drifts:
        return hexed(rnd.choice(("#c8522c", "#dd8a30", "#b23a2e", "#e0ac3c")))
    if "petals" in stage.shot.drifts:
        return hexed(rnd.choice(("#f2a7bf", "#f7c1cf", "#e98fae")))
    return mix(colour, SNOW, 0.5) if is_white(stage) else colour


def sky_and_clouds(stage: Stage) -> None:
    """The open sky with as many clouds as the weather has."""
    weathered_sky(stage)
    u, weather = stage.unit, stage.shot.weather
    heavy = weather in ("cloudy", "rain", "storm")
    top = stage.horizon - min(stage.horizon * 0.62, 0.62 * u)
    clouds(stage, "clouds", y=top, spread_y=0.09 * u, size=(0.2 if heavy else 0.13) * u,
        gap=(0.26 if heavy else 0.52) * u, depth=0.4, drift=(0.02 if weather == "wind" else 0.009) * u,
        puffy=heavy)


def mountains(stage: Stage) -> None:
    u, h = stage.unit, stage.horizon
    sky_and_clouds(stage)
    white = 0.5 if is_white(stage) else 0.26
    peaks(stage, "range1", y=h + 0.02 * u, height=0.42 * u, gap=0.36 * u, parallax=0.07, depth=0.8,
        colour=hexed("#5e7191"), snow=white)
    veil(stage, h + 0.02 * u, 0.16 * u, 0.55)
    peaks(stage, "range2", y=h + 0.05 * u, height=0.29 * u, gap=0.4 * u, parallax=0.16, depth=0.54,
        colour=hexed("#4d6478"), snow=white * 0.7)
    veil(stage, h + 0.05 * u, 0.13 * u, 0.5)
    tone = ground(stage, hexed("#3f6153"))
    tree = plants(0.024 * u, (0.05 * u, 0.085 * u), lambda p,
        r: pine(p, darker(hexed("#3a5f50"), 0.1), is_white(stage)))
    hills(stage, "pines1", y=h + 0.04 * u, amplitude=0.035 * u, wavelength=0.7 * u, parallax=0.3, depth=0.4,
        colour=tone, on_top=tree, above=0.09 * u)
    veil(stage, h + 0.1 * u, 0.1 * u, 0.3)
    near = plants(0.055 * u, (0.1 * u, 0.17 * u), lambda p, r: pine(p, hexed("#2f5345"), is_white(stage)))
    hills(stage, "pines2", y=h + 0.1 * u, amplitude=0.03 * u, wavelength=0.9 * u, parallax=0.52, depth=0.2,
        colour=ground(stage, hexed("#35574a")), on_top=near, above=0.18 * u)
    meadow(stage, hexed("#41664a"))


def meadow(stage: Stage, colour: RGB) -> None:
    """The ground on which the subject stands: a soft slope, lighter along its edge."""
    tone = ground(stage, colour)
    u = stage.unit
    hills(stage, "ground0", y=stage.ground - 0.052 * u, amplitude=0.012 * u, wavelength=1.1 * u,
        parallax=0.82, depth=0.1, colour=lighter(tone, 0.1))
    hills(stage, "ground", y=stage.ground - 0.016 * u, amplitude=0.006 * u, wavelength=1.4 * u,
        parallax=1.0, depth=0.02, colour=tone)


def grass_before(stage: Stage, colour: RGB, blooms: tuple[RGB, ...] = ()) -> None:
    """Dark grass along the lower edge, nearer than the subject."""
    u = stage.unit
    tone = ground(stage, colour)
    drawing = tufts(stage, "grass", y=stage.height + 0.0 * u, colour=tone, size=0.085 * u, gap=0.016 * u,
        blooms=() if is_white(stage) else blooms)
    hills(stage, "front", y=stage.height - 0.03 * u, amplitude=0.012 * u, wavelength=0.8 * u, parallax=1.35,
        depth=0.0, colour=darker(tone, 0.25))
    stage.strip(stage.height - 0.1 * u, stage.height, 1.5, drawing)


def countryside(stage: Stage) -> None:
    u, h = stage.unit, stage.horizon
    sky_and_clouds(stage)
    hills(stage, "far", y=h - 0.02 * u, amplitude=0.06 * u, wavelength=0.9 * u, parallax=0.07, depth=0.84,
        colour=ground(stage, hexed("#5f8a78")))
    veil(stage, h + 0.04 * u, 0.1 * u, 0.4)
    wood = plants(0.05 * u, (0.03 * u, 0.06 * u), lambda p, r: round_tree(p,
        foliage(stage, hexed("#4c7f4f"), r), hexed("#5b4636")))
    hills(stage, "hill1", y=h + 0.02 * u, amplitude=0.045 * u, wavelength=0.8 * u, parallax=0.18,
        depth=0.58, colour=ground(stage, hexed("#7aa357")), on_top=wood, above=0.06 * u)
    hills(stage, "hill2", y=h + 0.06 * u, amplitude=0.04 * u, wavelength=1.0 * u, parallax=0.34, depth=0.36,
        colour=ground(stage, hexed("#a6b258")), bottom=h + 0.2 * u, over=_furrows(stage))
    trees = plants(0.34 * u, (0.1 * u, 0.17 * u), lambda p, r: round_tree(p,
        foliage(stage, hexed("#47803f"), r), hexed("#5b4636")))
    hills(stage, "hill3", y=h + 0.11 * u, amplitude=0.025 * u, wavelength=1.2 * u, parallax=0.56,
        depth=0.18, colour=ground(stage, hexed("#6f9a48")), on_top=trees, above=0.17 * u)
    meadow(stage, hexed("#5d8b42"))


def _furrows(stage: Stage) -> Planting:
    """Darker crop rows that run down the slope."""
    tone = ground(stage, hexed("#8d9c49"))

    def drawn(pen: Pen, rnd: random.Random, ridge: Height, length: int) -> None:
        gap, low = 0.05 * stage.unit, float(stage.height)
        del rnd
        for i in range(int(length / gap)):
            x = i * gap
            pen.poly([(x, ridge(x) + 2), (x + gap * 0.36, ridge(x + gap * 0.36) + 2), (x + gap * 1.6, low),
                (x + gap * 0.5, low)], tone)

    return drawn


def countryside_before(stage: Stage) -> None:
    grass_before(stage, hexed("#3f6b35"), tuple(hexed(c) for c in ("#f2efe4", "#e4574f", "#f1b73c",
        "#b79be0")))


def mountains_before(stage: Stage) -> None:
    grass_before(stage, hexed("#2d4c3a"), (hexed("#e9e3f2"), hexed("#a58bd1")))


def desert(stage: Stage) -> None:
    u, h = stage.unit, stage.horizon
    sky_and_clouds(stage)
    _mesas(stage, "mesa1", h + 0.02 * u, 0.16 * u, 0.5 * u, 0.06, 0.78, hexed("#b0695a"))
    veil(stage, h + 0.02 * u, 0.1 * u, 0.45)
    _mesas(stage, "mesa2", h + 0.045 * u, 0.2 * u, 1.0 * u, 0.15, 0.5, hexed("#b25f43"))
    _dunes(stage, "dune1", h + 0.05 * u, 0.05 * u, 0.7 * u, 0.26, 0.42, hexed("#e3a869"))
    _dunes(stage, "dune2", h + 0.1 * u, 0.05 * u, 0.95 * u, 0.48, 0.22, hexed("#e0a05c"))
    tone = ground(stage, hexed("#dd9a56"))
    cacti = plants(0.75 * u, (0.1 * u, 0.16 * u), lambda p, r: _cactus(p, hexed("#5f8a55"), r))
    hills(stage, "ground0", y=stage.ground - 0.05 * u, amplitude=0.014 * u, wavelength=0.9 * u,
        parallax=0.78, depth=0.08, colour=lighter(tone, 0.1), on_top=cacti, above=0.16 * u)
    hills(stage, "ground", y=stage.ground - 0.014 * u, amplitude=0.006 * u, wavelength=1.4 * u,
        parallax=1.0, depth=0.02, colour=tone)


def desert_before(stage: Stage) -> None:
    u = stage.unit
    tone = ground(stage, hexed("#a9683f"))

    def stones(pen: Pen, rnd: random.Random) -> None:
        pen.blob([(-0.6, 0.1), (-0.45, -0.3), (0.0, -0.45), (0.45, -0.25), (0.62, 0.1)], darker(tone, 0.2))
        pen.blob([(-0.4, -0.1), (-0.3, -0.28), (0.0, -0.38), (0.1, -0.2)], lighter(tone, 0.1))
        if rnd.random() < 0.5:
            for lean in (-0.3, -0.1, 0.15, 0.34):
                pen.poly([(0.62, 0.1), (0.74, 0.1), (0.68 + lean, -0.7)], hexed("#7a7c45"))

    hills(stage, "front", y=stage.height - 0.035 * u, amplitude=0.014 * u, wavelength=0.7 * u, parallax=1.4,
        depth=0.0, colour=tone, on_top=plants(0.42 * u, (0.05 * u, 0.1 * u), stones), above=0.08 * u)


def _mesas(stage: Stage, name: str, y: float, tall: float, gap: float, parallax: float, depth: float,
    colour: RGB) -> None:
    left_lit = stage.light.sun_at[0] < 0.5

    def drawing(pen: Pen, length: int) -> None:
        rnd = stage.random(name)
        for x in spread(rnd, length, gap, 0.35):
            height, half = tall * rnd.uniform(0.5, 1.0), tall * rnd.uniform(0.35, 1.1)
            foot = half * 1.25 + height * 0.35
            shape = [(x - foot, y), (x - half * 1.12, y - height * 0.35), (x - half, y - height * 0.42),
                (x - half * 0.94, y - height), (x + half * 0.9, y - height), (x + half, y - height * 0.42),
                (x + half * 1.14, y - height * 0.33), (x + foot, y)]
            pen.poly(shape, colour)
            k = rnd.uniform(0.1, 0.4)
            dark = [(x + half * k, y - height), *shape[4:], (x + half * (k + 0.15), y),
                (x + half * (k - 0.1), y - height * 0.45)]
            light = [*shape[:4], (x - half * k, y - height), (x - half * (k - 0.1), y - height * 0.45),
                (x - half * (k + 0.1), y)]
            pen.poly(dark if left_lit else light, darker(colour, 0.2))
            pen.poly([(x - half * 0.97, y - height * 0.74), (x + half * 0.94, y - height * 0.74),
                (x + half * 0.96, y - height * 0.66), (x - half * 0.98, y - height * 0.66)],
                lighter(colour, 0.12))
        pen.box(-8, y - 2, length + 8, y + 16, colour)

    stage.strip(y - tall * 1.05, y + 4, parallax, drawing, depth=depth, skirt=colour)


def _dunes(stage: Stage, name: str, y: float, amplitude: float, wavelength: float, parallax: float,
    depth: float, colour: RGB) -> None:
    """Sand with a soft shaded side behind each crest."""
    tone = ground(stage, colour)
    lee = 1 if stage.light.sun_at[0] < 0.5 else -1

    def shaded(pen: Pen, rnd: random.Random, ridge: Height, length: int) -> None:
        del rnd
        step = stage.unit / 80
        crests = [x * step for x in range(int(length / step)) if ridge((
            x - 4) * step) > ridge(x * step) <= ridge((x + 4) * step)]
        last = -float(length)
        for x in crests:
            if x - last < 0.25 * stage.unit:
                continue
            last = x
            top = ridge(x)
            reach = 0.34 * stage.unit * lee
            edge = [(x + reach * k / 12, ridge(x + reach * k / 12) - 0.5) for k in range(13)]
            pen.blob([*edge, (x + reach * 0.8, top + amplitude * 2.6),
                (x + reach * 0.25, top + amplitude * 1.5)], darker(tone, 0.15))

    hills(stage, name, y=y, amplitude=amplitude, wavelength=wavelength, parallax=parallax, depth=depth,
        colour=tone, octaves=2, over=shaded, bottom=y + 0.12 * stage.unit)


def _cactus(pen: Pen, colour: RGB, rnd: random.Random) -> None:
    dark = darker(colour, 0.22)
    side = rnd.choice((-1, 1))
    pen.line([(0, 0.05), (0, -0.92)], 0.17, colour)
    pen.line([(0.045, 0.05), (0.045, -0.9)], 0.075, dark)
    pen.line([(0.0, -0.38), (0.26 * side, -0.4), (0.27 * side, -0.68)], 0.11, colour)
    if rnd.random() < 0.7:
        pen.line([(0.0, -0.26), (-0.23 * side, -0.28), (-0.24 * side, -0.5)], 0.1, dark)


def snowfield(stage: Stage) -> None:
    u, h = stage.unit, stage.horizon
    sky_and_clouds(stage)
    peaks(stage, "ice1", y=h + 0.02 * u, height=0.3 * u, gap=0.3 * u, parallax=0.07, depth=0.72,
        colour=hexed("#8ea6c6"), snow=0.55)
    veil(stage, h + 0.03 * u, 0.14 * u, 0.6)
    hills(stage, "drift1", y=h + 0.03 * u, amplitude=0.035 * u, wavelength=0.8 * u, parallax=0.2, depth=0.5,
        colour=hexed("#c9d6e6"))
    firs = plants(0.09 * u, (0.06 * u, 0.14 * u), lambda p, r: pine(p, hexed("#4b6b72"), True))
    hills(stage, "drift2", y=h + 0.08 * u, amplitude=0.03 * u, wavelength=1.0 * u, parallax=0.42,
        depth=0.24, colour=hexed("#dbe5ef"), on_top=firs, above=0.15 * u)
    meadow(stage, SNOW)


def snowfield_before(stage: Stage) -> None:
    u = stage.unit
    hills(stage, "front", y=stage.height - 0.045 * u, amplitude=0.02 * u, wavelength=0.6 * u, parallax=1.4,
        depth=0.0, colour=hexed("#c3d0e2"))


def forest(stage: Stage) -> None:
    u, h = stage.unit, stage.horizon
    weathered_sky(stage, h + 0.1 * u)
    leafy = "leaves" in stage.shot.drifts or "petals" in stage.shot.drifts
    rows = ((0.6, 0.07, 0.86, "#5b8a72", 0.04), (0.72, 0.16, 0.62, "#47785f", 0.06),
        (0.86, 0.3, 0.4, "#37654e", 0.085))
    for number, (tall, parallax, depth, colour, gap) in enumerate(rows):
        _stand(stage, f"stand{number}", h + 0.02 * u * number, tall * 0.5 * u, parallax, depth,
            hexed(colour), gap * u, leafy)
        veil(stage, h + 0.03 * u + 0.03 * u * number, 0.2 * u, 0.42 - 0.1 * number)
    _trunks(stage, "trunks", stage.ground - 0.07 * u, 0.62, 0.2, hexed("#2c4a3c"), 0.3 * u, 0.05 * u)
    meadow(stage, hexed("#3a5c3c"))


def _stand(stage: Stage, name: str, y: float, tall: float, parallax: float, depth: float, colour: RGB,
    gap: float, leafy: bool) -> None:
    def tree(pen: Pen, rnd: random.Random) -> None:
        if leafy and rnd.random() < 0.75:
            round_tree(pen, foliage(stage, colour, rnd), darker(colour, 0.3))
        else:
            pine(pen.at(0, 0, 1.0), mix(colour, darker(colour, 0.2), rnd.random()), is_white(stage))

    hills(stage, name, y=y, amplitude=0.02 * stage.unit, wavelength=0.6 * stage.unit, parallax=parallax,
        depth=depth, colour=ground(stage, colour), on_top=plants(gap, (tall * 0.5, tall), tree), above=tall)


def _trunks(stage: Stage, name: str, y: float, parallax: float, depth: float, colour: RGB, gap: float,
    wide: float) -> None:
    """Tall trunks that leave the frame at the top."""

    def drawing(pen: Pen, length: int) -> None:
        rnd = stage.random(name)
        for x in spread(rnd, length, gap, 0.42):
            half = wide * rnd.uniform(0.3, 0.6)
            if parallax > 1 and abs(x - stage.middle(parallax)) < (
                0.3 if stage.camera.reach else 0.62) * stage.unit:
                continue  # nothing stands right before the subject
            lean = rnd.uniform(-0.3, 0.3) * wide
            foot = y + rnd.uniform(0, 0.4) * wide
            pen.poly([(x - half * 1.9, foot + 4), (x - half, foot - wide * 1.2),
                (x - half * 0.8 + lean, -10), (x + half * 0.8 + lean, -10), (x + half, foot - wide * 1.2),
                (x + half * 1.9, foot + 4)], colour)
            pen.poly([(x + half * 0.2, foot), (x + half * 0.15 + lean, -10), (x + half * 0.8 + lean, -10),
                (x + half, foot - wide * 1.2), (x + half * 1.9, foot + 4)], darker(colour, 0.25))
            for _ in range(2):
                by = y - rnd.uniform(0.25, 0.9) * (y + 10)
                side = rnd.choice((-1, 1))
                pen.limb([(x + lean * 0.5, by), (x + side * wide * 1.2, by - wide * 0.7),
                    (x + side * wide * 2.0, by - wide * 1.6)], half * 0.7, half * 0.15, colour)

    low = min(y + wide * 1.5, stage.height + parallax * stage.camera.lowest + 4)
    stage.strip(0, low, parallax, drawing, depth=depth)


def forest_before(stage: Stage) -> None:
    u = stage.unit
    _trunks(stage, "near trunks", stage.height + 0.05 * u, 1.7, 0.0, hexed("#16281f"), 1.25 * u, 0.13 * u)
    grass_before(stage, hexed("#24412c"), (hexed("#e9e3f2"),))
