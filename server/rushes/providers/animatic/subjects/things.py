"""Buildings, plants and objects: what stands still and has one small thing that moves."""
# fmt: off

import math

from rushes.providers.animatic.colour import RGB, darker, hexed, lighter
from rushes.providers.animatic.pen import Pen
from rushes.providers.animatic.subjects.look import Look

_DARK = hexed("#22222c")
_WHITE = hexed("#f4efe2")
_WOOD = hexed("#7a5238")
_GLASS = hexed("#8fbfd0")


def _window(pen: Pen, x0: float, y0: float, x1: float, y1: float, round_: float = 0.0) -> None:
    night = pen.light.dark >= 0.4
    pen.box(x0, y0, x1, y1, pen.light.lamps if night else _GLASS, round_=round_, glow=night)


def _smoke(pen: Pen, x: float, y: float, phase: float, size: float) -> None:
    for k in range(4):
        s = (phase + k) / 4
        pen.disc(x + size * (0.5 * s + 0.25 * math.sin(s * 7)), y - size * 3.2 * s, size * (0.22 + 0.5 * s),
            lighter(hexed("#c9c6cc"), 0.3 * (1 - s)))


def _house(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    wall, roof = hexed("#f0e3c9"), tone
    _smoke(pen, 0.34, -1.24, phase, 0.16)
    pen.box(0.26, -1.2, 0.42, -0.7, hexed("#9a5a48"))
    pen.box(-0.66, -0.62, 0.66, 0.0, wall)
    pen.box(0.2, -0.62, 0.66, 0.0, darker(wall, 0.12))
    pen.poly([(-0.8, -0.58), (-0.5, -1.06), (0.5, -1.06), (0.8, -0.58)], roof)
    pen.poly([(0.2, -0.58), (0.2, -1.06), (0.5, -1.06), (0.8, -0.58)], darker(roof, 0.16))
    pen.poly([(-0.44, -0.58), (-0.1, -1.0), (0.24, -0.58)], wall)
    pen.line([(-0.5, -0.55), (-0.1, -1.04), (0.3, -0.55)], 0.06, darker(roof, 0.1))
    pen.box(-0.2, -0.4, 0.0, 0.0, _WOOD, round_=0.02)
    pen.disc(-0.03, -0.19, 0.014, hexed("#e2b13c"))
    for x in (-0.52, 0.3):
        _window(pen, x, -0.42, x + 0.22, -0.18)
        pen.line([(x + 0.11, -0.42), (x + 0.11, -0.18)], 0.016, _WHITE)
        pen.line([(x, -0.3), (x + 0.22, -0.3)], 0.016, _WHITE)
    pen.disc(-0.1, -0.72, 0.07, pen.light.lamps if pen.light.dark >= 0.4 else _GLASS,
        glow=pen.light.dark >= 0.4)
    for x in (-0.6, -0.45, 0.5, 0.64):
        pen.disc(x, -0.04, 0.1, hexed("#5b8a4a"))


def _castle(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    dark = darker(tone, 0.16)

    def tower(x: float, half: float, top: float, roof: bool) -> None:
        pen.box(x - half, top, x + half, 0.0, tone)
        pen.box(x + half * 0.15, top, x + half, 0.0, dark)
        if roof:
            pen.poly([(x - half * 1.35, top), (x, top - half * 3.0), (x + half * 1.35, top)],
                hexed("#3f5f92"))
            pen.poly([(x + half * 0.15, top), (x, top - half * 3.0), (x + half * 1.35, top)],
                darker(hexed("#3f5f92"), 0.22))
            wave = 0.03 * math.sin(phase * 2 * math.pi + x * 3)
            tip = top - half * 3.0
            pen.line([(x, tip), (x, tip - 0.14)], 0.016, _DARK)
            pen.poly([(x, tip - 0.14), (x + 0.15, tip - 0.11 + wave), (x, tip - 0.06)], hexed("#d8483a"))
        else:
            for k in range(4):
                w = half * 0.4
                pen.box(x - half + k * w * 1.4 - 0.004, top - 0.06, x - half + k * w * 1.4 + w * 0.75,
                    top + 0.01, tone)
        _window(pen, x - 0.03, top + 0.16, x + 0.03, top + 0.28, 0.03)

    tower(0.0, 0.17, -1.02, True)
    tower(-0.4, 0.11, -0.8, True)
    tower(0.4, 0.11, -0.86, True)
    pen.box(-0.75, -0.42, 0.75, 0.0, lighter(tone, 0.05))
    for k in range(11):
        pen.box(-0.75 + k * 0.141, -0.48, -0.68 + k * 0.141, -0.4, lighter(tone, 0.05))
    tower(-0.78, 0.14, -0.62, False)
    tower(0.78, 0.14, -0.62, False)
    pen.box(-0.13, -0.24, 0.13, 0.0, _DARK)
    pen.disc(0.0, -0.24, 0.13, _DARK)


def _lighthouse(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    sweep = math.cos(phase * 2 * math.pi)
    strength = 0.3 if pen.light.dark >= 0.4 else 0.14
    lamp = hexed("#fff3b8")
    pen.shade([(0, -1.5), (2.4 * sweep, -1.5 - 0.3), (2.4 * sweep, -1.5 + 0.3)], lamp, strength, glow=True)
    pen.blob([(-0.75, 0.1), (-0.6, -0.12), (-0.2, -0.2), (0.25, -0.18), (0.6, -0.08), (0.8, 0.1)],
        hexed("#5c5563"))
    pen.blob([(-0.1, 0.1), (0.1, -0.16), (0.6, -0.08), (0.8, 0.1)], hexed("#484250"))
    pen.poly([(-0.24, -0.12), (-0.15, -1.34), (0.15, -1.34), (0.24, -0.12)], _WHITE)
    for top, bottom in ((-1.14, -0.9), (-0.66, -0.4)):
        pen.poly([(-0.15 - (1.34 + top) * 0.074, top), (0.15 + (1.34 + top) * 0.074, top),
            (0.15 + (1.34 + bottom) * 0.074, bottom), (-0.15 - (1.34 + bottom) * 0.074, bottom)], tone)
    pen.poly([(0.07, -1.34), (0.15, -1.34), (0.24, -0.12), (0.1, -0.12)], darker(_WHITE, 0.16))
    pen.poly([(0.086, -1.14), (0.165, -1.14), (0.183, -0.9), (0.092, -0.9)], darker(tone, 0.2))
    pen.poly([(0.096, -0.66), (0.2, -0.66), (0.22, -0.4), (0.1, -0.4)], darker(tone, 0.2))
    pen.box(-0.2, -1.38, 0.2, -1.32, _DARK)
    pen.box(-0.11, -1.6, 0.11, -1.36, lamp, glow=True)
    pen.line([(-0.04, -1.6), (-0.04, -1.36)], 0.012, _DARK)
    pen.line([(0.05, -1.6), (0.05, -1.36)], 0.012, _DARK)
    pen.poly([(-0.17, -1.58), (0, -1.78), (0.17, -1.58)], tone)
    pen.halo(0, -1.49, 0.42, lamp, 0.75)
    pen.box(-0.06, -0.32, 0.06, -0.12, _WOOD, round_=0.04)
    _window(pen, -0.03, -0.84, 0.03, -0.74)


def _windmill(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    pen.poly([(-0.36, 0.0), (-0.2, -0.96), (0.2, -0.96), (0.36, 0.0)], tone)
    pen.poly([(0.06, 0.0), (0.06, -0.96), (0.2, -0.96), (0.36, 0.0)], darker(tone, 0.16))
    pen.blob([(-0.26, -0.92), (-0.2, -1.12), (0.0, -1.24), (0.2, -1.12), (0.26, -0.92)], hexed("#8a4a3a"))
    pen.box(-0.09, -0.26, 0.09, 0.0, _WOOD, round_=0.06)
    _window(pen, -0.06, -0.62, 0.06, -0.48, 0.04)
    for k in range(4):
        arm = pen.at(0.0, -1.0, 1.0, turn=phase * 90 + k * 90)
        arm.line([(0, 0), (0, -0.82)], 0.03, _WOOD)
        arm.poly([(0.015, -0.16), (0.17, -0.16), (0.17, -0.8), (0.015, -0.8)], hexed("#f7efdc"))
        for j in range(4):
            arm.line([(0.015, -0.26 - j * 0.15), (0.17, -0.26 - j * 0.15)], 0.012, _WOOD)
    pen.disc(0, -1.0, 0.05, _DARK)


def _tower(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    """A pagoda: roofs with upswept eaves."""
    y, half = 0.0, 0.46
    for k in range(4):
        tall = 0.3 - 0.03 * k
        pen.box(-half * 0.62, y - tall, half * 0.62, y, hexed("#e9d8b8"))
        pen.box(half * 0.1, y - tall, half * 0.62, y, darker(hexed("#e9d8b8"), 0.14))
        for w in (-0.36, 0.0, 0.36):
            _window(pen, half * w - 0.05, y - tall * 0.72, half * w + 0.05, y - tall * 0.2)
        roof = y - tall
        pen.blob([(-half * 1.3, roof + 0.0), (-half * 0.8, roof - 0.05), (-half * 0.5, roof - 0.17),
            (half * 0.5, roof - 0.17), (half * 0.8, roof - 0.05), (half * 1.3, roof + 0.0),
            (half * 0.9, roof + 0.06), (-half * 0.9, roof + 0.06)], tone, smooth=4)
        y, half = roof - 0.12, half * 0.82
    pen.line([(0, y + 0.02), (0, y - 0.3)], 0.04, hexed("#e2b13c"))


def _bridge(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    for x in (-1.1, 1.1):
        pen.box(x - 0.09, -1.5, x - 0.03, 0.25, darker(tone, 0.15))
        pen.box(x + 0.03, -1.5, x + 0.09, 0.25, tone)
        for y in (-1.4, -1.05, -0.7):
            pen.box(x - 0.09, y, x + 0.09, y + 0.07, tone)
    for k in range(53):
        x = -2.6 + k * 0.1
        a = (abs(x) - 1.1) / 1.5 if abs(x) > 1.1 else 1 - abs(x) / 1.1
        top = -1.46 + 1.02 * min(1.0, a) ** 1.5 if abs(x) > 1.1 else -0.5 - 0.96 * (1 - a) ** 2
        pen.line([(x, top), (x, -0.36)], 0.012, tone)
    arc = [(-1.1 + i * 0.11, -0.5 - 0.96 * (abs(-1.1 + i * 0.11) / 1.1) ** 2) for i in range(21)]
    pen.line(arc, 0.04, tone)
    for s in (-1, 1):
        side = [(s * (1.1 + i * 0.15), -1.46 + 1.02 * (i / 10) ** 1.5) for i in range(11)]
        pen.line(side, 0.04, tone)
    pen.box(-2.7, -0.4, 2.7, -0.3, darker(tone, 0.25))


def _tent(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    night = pen.light.dark >= 0.2
    fire = 0.1 * math.sin(phase * 2 * math.pi)
    if night:
        pen.halo(0.98, -0.2, 0.9 + fire, hexed("#ffb357"), 0.55)
    pen.poly([(-0.85, 0.0), (-0.1, -0.82), (0.55, 0.0)], tone)
    pen.poly([(-0.1, -0.82), (0.55, 0.0), (0.18, 0.0)], darker(tone, 0.2))
    pen.poly([(-0.1, -0.82), (0.18, 0.0), (-0.32, 0.0)], hexed("#ffd98a") if night else darker(tone, 0.5),
        glow=night)
    pen.poly([(-0.1, -0.82), (-0.06, -0.4), (-0.32, 0.0), (-0.42, 0.0)], lighter(tone, 0.16))
    pen.line([(-0.1, -0.82), (-0.14, -0.9)], 0.03, _WOOD)
    for turn in (62, -62):
        pen.at(0.98, -0.03, 1.0, turn=turn).line([(0, -0.16), (0, 0.16)], 0.07, _WOOD)
    pen.blob([(0.84, -0.04), (0.82, -0.2), (0.92, -0.32 - fire), (0.98, -0.5 - fire), (1.06, -0.3 + fire),
        (1.14, -0.2), (1.12, -0.04)], hexed("#ff7a2c"), glow=True)
    pen.blob([(0.91, -0.04), (0.9, -0.16), (0.98, -0.32 - fire * 0.6), (1.06, -0.15), (1.05, -0.04)],
        hexed("#ffd257"), glow=True)


def _tree(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    sway = 0.012 * math.sin(phase * 2 * math.pi)
    pen.blob([(-0.17, 0.02), (-0.08, -0.14), (-0.06, -0.6), (0.06, -0.6), (0.09, -0.14), (0.2, 0.02)],
        _WOOD, smooth=5)
    pen.limb([(0.0, -0.45), (0.16, -0.66), (0.3 + sway, -0.78)], 0.08, 0.03, _WOOD)
    pen.limb([(0.0, -0.5), (-0.16, -0.68), (-0.3 + sway, -0.8)], 0.08, 0.03, darker(_WOOD, 0.2))
    leaves = ((-0.42, -0.78, 0.25), (0.4, -0.8, 0.26), (0.0, -0.74, 0.28), (-0.26, -1.04, 0.29),
        (0.26, -1.06, 0.29), (0.0, -1.26, 0.28))
    for x, y, r in leaves:
        pen.disc(x + sway, y + 0.04, r, darker(tone, 0.2))
    for x, y, r in leaves:
        pen.disc(x - 0.04 + sway * 2, y - 0.02, r * 0.82, tone)
    for x, y, r in ((-0.34, -1.12, 0.12), (0.1, -1.3, 0.13), (-0.5, -0.84, 0.09), (0.2, -0.94, 0.1)):
        pen.disc(x + sway * 2, y, r, lighter(tone, 0.16))


def _flower(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    sway = 0.05 * math.sin(phase * 2 * math.pi)
    green = hexed("#4f8f4c")
    pen.line([(0, 0.05), (-0.04, -0.4), (sway, -0.92)], 0.05, green, bend=True)
    pen.blob([(-0.02, -0.2), (0.2, -0.44), (0.38, -0.42), (0.22, -0.22)], green)
    pen.blob([(-0.02, -0.34), (-0.24, -0.56), (-0.4, -0.5), (-0.22, -0.34)], darker(green, 0.15))
    head = pen.at(sway, -1.0, 1.0, turn=sway * 160)
    for k in range(12):
        a = k * math.pi / 6
        head.oval(0.24 * math.cos(a), 0.24 * math.sin(a), 0.16, 0.075,
            darker(tone, 0.14) if k % 2 else tone, turn=math.degrees(a))
    head.disc(0, 0, 0.15, hexed("#7a4a26"))
    head.disc(-0.02, -0.02, 0.11, hexed("#94602f"))


def _coffee(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    for k in range(3):
        x = -0.2 + k * 0.17
        s = 0.06 * math.sin(phase * 2 * math.pi + k * 2)
        pen.limb([(x, -0.78), (x + s, -0.96), (x - s, -1.12), (x + s, -1.32)], 0.05, 0.012, _WHITE)
    pen.oval(0.0, -0.03, 0.66, 0.07, darker(_WHITE, 0.14))
    pen.oval(0.0, -0.05, 0.6, 0.055, _WHITE)
    ring = [(0.36 + 0.2 * math.cos(a / 8), -0.4 + 0.19 * math.sin(a / 8)) for a in range(-12, 14)]
    pen.line(ring, 0.075, tone)
    pen.blob([(-0.42, -0.68), (-0.4, -0.3), (-0.22, -0.08), (0.22, -0.08), (0.4, -0.3), (0.42, -0.68)],
        tone, smooth=4)
    pen.blob([(0.14, -0.68), (0.12, -0.3), (0.06, -0.08), (0.22, -0.08), (0.4, -0.3), (0.42, -0.68)],
        darker(tone, 0.18), smooth=4)
    pen.oval(0.0, -0.68, 0.42, 0.085, lighter(tone, 0.3))
    pen.oval(0.0, -0.67, 0.36, 0.062, hexed("#5a3823"))
    pen.oval(0.0, -0.67, 0.16, 0.026, hexed("#d9b58c"))


def _guitar(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    p = pen.at(0, -0.04, 1.0, turn=12 + 1.5 * math.sin(phase * 2 * math.pi))
    p.blob([(0, -0.02), (-0.32, -0.1), (-0.36, -0.34), (-0.2, -0.5), (-0.25, -0.7), (0, -0.82),
        (0.25, -0.7), (0.2, -0.5), (0.36, -0.34), (0.32, -0.1)], tone)
    p.blob([(0.04, -0.03), (0.32, -0.1), (0.36, -0.34), (0.2, -0.5), (0.25, -0.7), (0.06, -0.8),
        (0.1, -0.4)], darker(tone, 0.12))
    p.disc(0, -0.46, 0.115, _DARK)
    p.box(-0.05, -1.46, 0.05, -0.42, hexed("#5b3a28"))
    p.box(-0.085, -1.66, 0.085, -1.44, darker(tone, 0.4), round_=0.03)
    p.box(-0.11, -0.24, 0.11, -0.19, _DARK)
    for k in range(4):
        p.line([(-0.03 + k * 0.02, -1.46), (-0.03 + k * 0.02, -0.22)], 0.006, _WHITE)


def _kite(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    sway = math.sin(phase * 2 * math.pi)
    p = pen.at(0, -1.2, 1.0, turn=18 + 6 * sway)
    p.line([(0, 0.3), (-0.5, 0.9), (-0.9, 1.6)], 0.014, _WHITE, bend=True)
    p.poly([(0, -0.6), (0.42, -0.05), (0, 0.6), (-0.42, -0.05)], tone)
    p.poly([(0, -0.6), (0.42, -0.05), (0, -0.05)], hexed("#f5cf3f"))
    p.poly([(0, 0.6), (-0.42, -0.05), (0, -0.05)], hexed("#34a3bd"))
    tail = [(0, 0.6), (0.14 + 0.1 * sway, 0.84), (-0.06 - 0.1 * sway, 1.06), (0.12 + 0.14 * sway, 1.34)]
    p.line(tail, 0.025, _WHITE, bend=True)
    for x, y in tail[1:]:
        p.poly([(x - 0.1, y - 0.06), (x + 0.1, y + 0.06), (x + 0.1, y - 0.06), (x - 0.1, y + 0.06)], tone)


def _umbrella(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    p = pen.at(0, 0, 1.0, turn=8 + 2 * math.sin(phase * 2 * math.pi))
    p.line([(0, 0.05), (0, -1.1)], 0.045, hexed("#ded3bd"))
    edge = -0.72
    panels = [-0.8, -0.48, -0.16, 0.16, 0.48, 0.8]
    for k in range(5):
        a, b = panels[k], panels[k + 1]
        left = [(0, -1.22), (a * 0.55, -1.14), (a * 0.88, -0.94), (a, edge)]
        right = [(b, edge), (b * 0.88, -0.94), (b * 0.55, -1.14), (0, -1.22)]
        p.poly([*left, ((a + b) / 2, edge - 0.06), *right], _WHITE if k % 2 else darker(tone, 0.05 * k))
    p.disc(0, -1.23, 0.03, _WHITE)


def _snowman(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    for x0, y0, s in ((-0.26, -0.62, -1), (0.26, -0.62, 1)):
        pen.line([(x0, y0), (x0 + s * 0.36, y0 - 0.2 - 0.03 * math.sin(phase * 2 * math.pi))], 0.03, _WOOD)
    for y, r in ((-0.3, 0.34), (-0.74, 0.25), (-1.06, 0.18)):
        pen.disc(0.02, y, r, darker(tone, 0.1))
        pen.disc(-0.03, y - 0.02, r * 0.92, tone)
    pen.box(-0.2, -1.27, 0.22, -1.2, _DARK, round_=0.02)
    pen.box(-0.12, -1.5, 0.14, -1.22, _DARK, round_=0.02)
    pen.box(-0.12, -1.3, 0.14, -1.25, hexed("#d8483a"))
    pen.poly([(0.04, -1.08), (0.32, -1.02), (0.04, -1.0)], hexed("#f0802c"))
    for x in (-0.04, 0.08):
        pen.disc(x, -1.12, 0.022, _DARK)
    pen.line([(-0.18, -0.9), (0.2, -0.9)], 0.09, hexed("#d8483a"))
    pen.line([(0.13, -0.9), (0.2, -0.64)], 0.085, hexed("#b83a30"))
    for y in (-0.78, -0.66):
        pen.disc(0.0, y, 0.024, _DARK)


LOOKS: dict[str, Look] = {"house": Look(_house, hexed("#b8503f"), 0.28, (-0.9, -1.9, 0.95, 0.1), "stands",
    12, 6.0), "castle": Look(_castle, hexed("#b7a890"), 0.36, (-1.05, -1.75, 1.05, 0.1), "stands", 8, 6.0),
    "lighthouse": Look(_lighthouse, hexed("#d0473a"), 0.3, (-2.5, -2.0, 2.5, 0.2), "stands", 24, 6.0),
    "windmill": Look(_windmill, hexed("#efe6d2"), 0.3, (-1.0, -1.95, 1.0, 0.1), "stands", 16, 12.0),
    "tower": Look(_tower, hexed("#a8382f"), 0.34, (-0.75, -1.75, 0.75, 0.1), "stands"),
    "bridge": Look(_bridge, hexed("#c8472f"), 0.27, (-2.8, -1.6, 2.8, 0.3), "stands"),
    "tent": Look(_tent, hexed("#d8793a"), 0.24, (-1.0, -1.2, 2.0, 0.8), "stands", 8, 9.0),
    "tree": Look(_tree, hexed("#5b9450"), 0.36, (-0.85, -1.7, 0.85, 0.1), "stands", 8, 5.0),
    "flower": Look(_flower, hexed("#f0b832"), 0.26, (-0.6, -1.5, 0.6, 0.1), "stands", 12, 7.0),
    "coffee": Look(_coffee, hexed("#d8654a"), 0.22, (-0.75, -1.45, 0.75, 0.1), "stands", 16, 7.0),
    "guitar": Look(_guitar, hexed("#c8843f"), 0.25, (-0.6, -1.8, 0.7, 0.1), "stands", 8, 5.0),
    "kite": Look(_kite, hexed("#e0503f"), 0.24, (-1.2, -2.0, 0.9, 0.6), "hovers", 12, 8.0),
    "umbrella": Look(_umbrella, hexed("#e0503f"), 0.27, (-0.95, -1.4, 0.95, 0.15), "stands", 8, 5.0),
    "snowman": Look(_snowman, hexed("#f4f7fb"), 0.25, (-0.75, -1.6, 0.75, 0.1), "stands", 8, 5.0)}
