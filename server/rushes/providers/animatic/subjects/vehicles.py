"""Vehicles on wheels and rails, on water, in the air and beyond it."""
# fmt: off

import math

from rushes.providers.animatic.colour import RGB, darker, hexed, lighter
from rushes.providers.animatic.pen import Pen
from rushes.providers.animatic.subjects.look import Look

_DARK, _TYRE = hexed("#22222c"), hexed("#26262e")
_RIM = hexed("#b9bec6")
_GLASS = hexed("#a9d3e2")
_CHROME, _LAMP, _WHITE = hexed("#d5dade"), hexed("#fff0b8"), hexed("#f4f1e8")


def _wheel(pen: Pen, x: float, r: float, phase: float, spokes: int = 5, rim: RGB = _RIM) -> None:
    y = -r
    pen.disc(x, y, r, _TYRE)
    pen.disc(x, y, r * 0.62, rim)
    pen.disc(x, y, r * 0.5, darker(rim, 0.35))
    for k in range(spokes):
        a = (phase + k) * 2 * math.pi / spokes
        pen.line([(x, y), (x + r * 0.52 * math.cos(a), y + r * 0.52 * math.sin(a))], r * 0.13, rim)
    pen.disc(x, y, r * 0.15, rim)


def _beam(pen: Pen, x: float, y: float, long: float) -> None:
    if pen.light.dark >= 0.4:
        pen.shade([(x, y - 0.02), (x + long, y - 0.14), (x + long, y + 0.3), (x, y + 0.05)], _LAMP, 0.2,
            glow=True)
        pen.halo(x, y, 0.16, _LAMP, 0.7)


def _car(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    dark = darker(tone, 0.2)
    _beam(pen, 1.06, -0.4, 0.8)
    p = pen.at(0, 0.008 * math.sin(phase * 4 * math.pi))
    p.blob([(-0.66, -0.56), (-0.46, -0.84), (-0.05, -0.92), (0.3, -0.84), (0.56, -0.58)], tone, smooth=6)
    p.blob([(-0.56, -0.57), (-0.4, -0.79), (-0.1, -0.85), (-0.07, -0.57)], _GLASS)
    p.blob([(0.0, -0.57), (0.0, -0.85), (0.25, -0.78), (0.44, -0.58)], _GLASS)
    p.poly([(-0.36, -0.57), (-0.22, -0.83), (-0.12, -0.84), (-0.26, -0.57)], lighter(_GLASS, 0.4))
    p.blob([(-1.06, -0.5), (-0.9, -0.6), (-0.3, -0.62), (0.6, -0.6), (0.98, -0.5), (1.08, -0.36),
        (1.04, -0.18), (-1.02, -0.18), (-1.1, -0.34)], tone, smooth=6)
    p.poly([(-1.08, -0.34), (1.08, -0.34), (1.04, -0.17), (-1.02, -0.17)], dark)
    p.line([(-1.0, -0.35), (1.04, -0.35)], 0.02, _CHROME)
    p.line([(-0.05, -0.57), (-0.05, -0.22)], 0.012, darker(tone, 0.4))
    p.line([(-0.22, -0.48), (-0.12, -0.48)], 0.025, _CHROME)
    p.oval(1.0, -0.42, 0.05, 0.065, _LAMP, glow=True)
    p.box(-1.09, -0.47, -1.02, -0.38, hexed("#ff5a48"), round_=0.02, glow=True)
    p.box(0.9, -0.24, 1.12, -0.16, _CHROME, round_=0.03)
    p.box(-1.12, -0.24, -0.92, -0.16, _CHROME, round_=0.03)
    for x in (-0.62, 0.64):
        pen.disc(x, -0.21, 0.25, darker(tone, 0.6))
        _wheel(pen, x, 0.21, phase)


def _truck(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    p = pen.at(0, 0.008 * math.sin(phase * 4 * math.pi))
    _beam(pen, 1.06, -0.42, 0.8)
    p.box(-1.1, -1.16, 0.42, -0.26, lighter(tone, 0.72), round_=0.06)
    p.box(-1.1, -0.58, 0.42, -0.44, tone)
    p.blob([(0.44, -0.3), (0.44, -0.96), (0.72, -0.98), (0.9, -0.62), (1.06, -0.54), (1.1, -0.28)], tone,
        smooth=5)
    p.poly([(0.54, -0.62), (0.54, -0.88), (0.7, -0.88), (0.83, -0.62)], _GLASS)
    p.box(-1.1, -0.32, 1.08, -0.2, darker(tone, 0.5), round_=0.03)
    p.oval(1.05, -0.42, 0.04, 0.06, _LAMP, glow=True)
    for x in (-0.78, -0.3, 0.7):
        _wheel(pen, x, 0.21, phase)


def _bus(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    p = pen.at(0, 0.008 * math.sin(phase * 4 * math.pi))
    _beam(pen, 1.16, -0.42, 0.8)
    p.box(-1.2, -1.12, 1.18, -0.2, tone, round_=0.12)
    p.box(-1.2, -0.42, 1.18, -0.2, darker(tone, 0.2), round_=0.06)
    p.box(-1.18, -0.48, 1.17, -0.43, _WHITE)
    glass = pen.light.lamps if pen.light.dark >= 0.4 else _GLASS
    for k in range(6):
        p.box(-1.08 + k * 0.33, -0.98, -0.82 + k * 0.33, -0.6, glass, round_=0.03, glow=pen.light.dark >= 0.4)
    p.box(0.94, -0.98, 1.16, -0.52, lighter(glass, 0.2), round_=0.04, glow=pen.light.dark >= 0.4)
    p.oval(1.14, -0.36, 0.03, 0.05, _LAMP, glow=True)
    for x in (-0.72, 0.72):
        _wheel(pen, x, 0.21, phase)


def _motorcycle(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    _beam(pen, 0.66, -0.66, 0.9)
    dark = darker(tone, 0.22)
    _wheel(pen, -0.56, 0.3, phase, 6)
    _wheel(pen, 0.62, 0.3, phase, 6)
    p = pen.at(0, 0.006 * math.sin(phase * 4 * math.pi))
    p.line([(-0.56, -0.3), (0.0, -0.34)], 0.09, hexed("#5a606b"))
    p.line([(0.62, -0.3), (0.4, -0.82)], 0.07, _CHROME)
    p.blob([(-0.2, -0.2), (-0.22, -0.42), (0.0, -0.5), (0.26, -0.46), (0.3, -0.24), (0.1, -0.14)],
        hexed("#4a505b"))
    for k in range(3):
        p.line([(-0.08, -0.24 - k * 0.07), (0.2, -0.24 - k * 0.07)], 0.025, _RIM)
    p.line([(0.0, -0.18), (-0.4, -0.17), (-0.84, -0.24)], 0.08, _CHROME)
    p.blob([(-0.12, -0.54), (-0.02, -0.74), (0.26, -0.76), (0.42, -0.64), (0.3, -0.48), (0.05, -0.46)], tone)
    p.blob([(0.0, -0.68), (0.2, -0.72), (0.34, -0.66), (0.2, -0.64)], lighter(tone, 0.35))
    p.blob([(-0.72, -0.62), (-0.5, -0.6), (-0.1, -0.62), (-0.06, -0.52), (-0.3, -0.46), (-0.62, -0.5)], _DARK)
    p.blob([(-0.86, -0.56), (-0.66, -0.66), (-0.42, -0.56), (-0.34, -0.42), (-0.56, -0.52), (-0.8, -0.46)],
        dark)
    p.blob([(0.36, -0.48), (0.56, -0.66), (0.84, -0.58), (0.92, -0.44), (0.66, -0.56), (0.48, -0.46)], dark)
    p.line([(0.42, -0.82), (0.3, -0.92), (0.2, -0.9)], 0.045, _DARK)
    p.disc(0.52, -0.68, 0.095, _CHROME)
    p.oval(0.57, -0.68, 0.05, 0.08, _LAMP, glow=True)
    p.disc(-0.86, -0.5, 0.035, hexed("#ff5a48"), glow=True)


def _bicycle(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    for x in (-0.5, 0.52):
        y, r = -0.34, 0.33
        a0 = phase * 2 * math.pi / 8
        outer = [(x + r * math.cos(i * math.pi / 16), y + r * math.sin(i * math.pi / 16)) for i in range(33)]
        for k in range(8):
            a = a0 + k * math.pi / 4
            pen.line([(x, y), (x + r * math.cos(a), y + r * math.sin(a))], 0.012, _RIM)
        pen.line(outer, 0.045, _TYRE)
        pen.disc(x, y, 0.035, _RIM)
    crank = (-0.02, -0.34)
    pen.line([(-0.5, -0.34), crank, (0.4, -0.78), (-0.14, -0.78), crank], 0.05, tone)
    pen.line([(-0.5, -0.34), (-0.14, -0.78)], 0.042, tone)
    pen.line([(-0.14, -0.78), (-0.18, -0.9)], 0.04, darker(tone, 0.3))
    pen.line([(0.52, -0.34), (0.37, -0.92)], 0.05, tone)
    pen.line([(0.37, -0.92), (0.5, -0.96), (0.54, -0.86)], 0.04, _DARK, bend=True)
    pen.blob([(-0.34, -0.94), (-0.1, -0.94), (-0.04, -0.9), (-0.18, -0.87), (-0.32, -0.88)], _DARK)
    a = phase * 2 * math.pi
    pen.disc(*crank, 0.075, hexed("#5a606b"))
    for s in (0.0, math.pi):
        end = (crank[0] + 0.15 * math.cos(a + s), crank[1] + 0.15 * math.sin(a + s))
        pen.line([crank, end], 0.028, _CHROME)
        pen.line([(end[0] - 0.05, end[1]), (end[0] + 0.05, end[1])], 0.032, _DARK)


def _train(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    dark, gold = darker(tone, 0.25), hexed("#e2b13c")
    night = pen.light.dark >= 0.4
    glass = pen.light.lamps if night else _GLASS
    pen.box(-4.6, -0.04, 1.9, 0.05, hexed("#5b4a42"))
    for k in range(2):
        x = -2.55 - k * 1.62
        shell = (tone, darker(tone, 0.1))[k % 2]
        pen.box(x - 0.72, -0.98, x + 0.72, -0.2, shell, round_=0.05)
        pen.box(x - 0.76, -1.04, x + 0.76, -0.94, dark, round_=0.04)
        pen.box(x - 0.72, -0.44, x + 0.72, -0.38, gold)
        for w in range(4):
            pen.box(x - 0.6 + w * 0.32, -0.84, x - 0.38 + w * 0.32, -0.54, glass, round_=0.03, glow=night)
        for axle in (-0.46, 0.46):
            _wheel(pen, x + axle, 0.15, phase, 4)
        pen.line([(x + 0.72, -0.26), (x + 0.92, -0.26)], 0.05, _DARK)
    _beam(pen, 1.5, -0.72, 1.0)
    pen.box(-1.62, -1.22, -0.7, -0.2, tone, round_=0.04)
    pen.box(-1.74, -1.3, -0.6, -1.18, dark, round_=0.05)
    for x in (-1.5, -1.1):
        pen.box(x, -1.06, x + 0.3, -0.7, glass, round_=0.03, glow=night)
    pen.box(-0.72, -0.94, 1.24, -0.36, dark, round_=0.1)
    pen.box(-0.72, -0.94, 1.24, -0.78, lighter(dark, 0.12), round_=0.08)
    for x in (-0.4, 0.2, 0.8):
        pen.box(x, -0.95, x + 0.06, -0.35, gold)
    pen.disc(1.24, -0.65, 0.3, hexed("#3a3d47"))
    pen.disc(1.26, -0.65, 0.22, hexed("#50545f"))
    pen.poly([(0.72, -0.94), (0.76, -1.3), (0.66, -1.44), (1.12, -1.44), (1.02, -1.3), (1.06, -0.94)],
        hexed("#3a3d47"))
    pen.blob([(-0.1, -0.94), (-0.1, -1.12), (0.04, -1.18), (0.18, -1.12), (0.18, -0.94)], gold)
    pen.box(-1.62, -0.36, 1.36, -0.22, hexed("#8e2f2f"))
    pen.poly([(1.3, -0.36), (1.72, -0.06), (1.24, -0.06)], hexed("#8e2f2f"))
    pen.disc(1.42, -0.72, 0.08, _LAMP, glow=True)
    for x in (-0.3, 0.24, 0.78):
        _wheel(pen, x, 0.24, phase, 8, hexed("#b5564a"))
    _wheel(pen, -1.2, 0.19, phase, 6)
    _wheel(pen, 1.14, 0.14, phase, 6)
    a = phase * 2 * math.pi / 8
    rod = (0.12 * math.cos(a * 8), 0.12 * math.sin(a * 8))
    pen.line([(-0.3 + rod[0], -0.24 + rod[1]), (0.78 + rod[0], -0.24 + rod[1])], 0.045, _CHROME)
    for k in range(6):
        s = (phase + k) / 6
        pen.disc(0.88 - s * 2.6, -1.6 - s * 0.42, 0.12 + s * 0.24, lighter(hexed("#b9b6bd"), 0.55 - 0.35 * s))


def _boat(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    p = pen.at(0, 0.0, 1.0, turn=2.6 * math.sin(phase * 2 * math.pi))
    sail = hexed("#fbf3e2")
    belly = 0.04 * math.sin(phase * 2 * math.pi + 1)
    p.line([(0.02, -0.1), (0.02, -1.5)], 0.04, hexed("#6b4a35"))
    p.blob([(0.07, -1.44), (0.3 + belly, -1.0), (0.62 + belly, -0.34), (0.07, -0.32), (0.07, -0.9)], sail,
        smooth=5)
    p.blob([(0.07, -1.44), (0.16 + belly, -1.0), (0.26 + belly, -0.33), (0.07, -0.32), (0.07, -0.9)],
        darker(sail, 0.1), smooth=5)
    p.blob([(-0.03, -1.3), (-0.3 + belly, -0.8), (-0.56 + belly, -0.36), (-0.03, -0.32), (-0.03, -0.8)],
        lighter(tone, 0.12), smooth=5)
    p.poly([(0.02, -1.5), (0.2, -1.45 + belly), (0.02, -1.4)], hexed("#d8483a"))
    p.blob([(-0.74, -0.22), (-0.3, -0.18), (0.4, -0.18), (0.86, -0.3), (0.66, 0.08), (0.2, 0.14),
        (-0.5, 0.12)], tone, smooth=6)
    p.poly([(-0.72, -0.1), (0.76, -0.12), (0.66, 0.08), (0.2, 0.14), (-0.5, 0.12), (-0.64, 0.04)],
        darker(tone, 0.3))
    p.line([(-0.72, -0.21), (-0.3, -0.18), (0.4, -0.18), (0.84, -0.28)], 0.035, _WHITE)


def _ship(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    p = pen.at(0, 0.0, 1.0, turn=0.8 * math.sin(phase * 2 * math.pi))
    night = pen.light.dark >= 0.4
    glass = pen.light.lamps if night else hexed("#5f88a0")
    for x, c in ((-0.5, "#c8473a"), (0.0, "#c8473a")):
        p.poly([(x - 0.14, -0.8), (x - 0.08, -1.2), (x + 0.16, -1.2), (x + 0.14, -0.8)], hexed(c))
        p.box(x - 0.085, -1.2, x + 0.16, -1.12, _DARK)
    for k, (aft, fore) in enumerate(((-1.1, 0.95), (-0.95, 0.72), (-0.75, 0.5))):
        top = -0.5 - k * 0.16
        p.box(aft, top, fore, top + 0.17, _WHITE, round_=0.02)
        for w in range(int((fore - aft) / 0.14) - 1):
            p.disc(aft + 0.12 + w * 0.14, top + 0.085, 0.032, glass, glow=night)
    p.poly([(-1.3, -0.34), (1.3, -0.36), (1.62, -0.46), (1.3, 0.12), (-1.16, 0.12)], tone)
    p.poly([(-1.24, -0.08), (1.4, -0.08), (1.3, 0.12), (-1.16, 0.12)], hexed("#a8382f"))
    p.line([(-1.26, -0.24), (1.5, -0.28)], 0.03, _WHITE)
    p.line([(0.8, -0.5), (0.8, -1.1)], 0.025, _WHITE)
    for k in range(4):
        s = (phase + k) / 4
        p.disc(0.05 - s * 1.0, -1.32 - s * 0.3, 0.07 + s * 0.13, lighter(hexed("#9a98a0"), 0.5 - 0.4 * s))


def _galleon(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    p = pen.at(0, 0.0, 1.0, turn=2.0 * math.sin(phase * 2 * math.pi))
    sail, wave = hexed("#efe3c8"), 0.04 * math.sin(phase * 2 * math.pi + 1)
    for x, tall in ((-0.62, 1.2), (0.02, 1.5), (0.62, 1.15)):
        p.line([(x, -0.2), (x, -tall - 0.12)], 0.045, hexed("#5b3f2c"))
        for k, (low, half) in enumerate(((0.42, 0.36), (0.74, 0.28))):
            y = -tall * low - 0.1
            height = tall * 0.3
            p.blob([(x - half, y), (x + half * 0.9, y), (x + half + 0.1 + wave, y - height * 0.5),
                (x + half * 0.8, y - height), (x - half * 0.8, y - height),
                (x - half + 0.06 + wave, y - height * 0.5)], darker(sail, 0.08 * k), smooth=4)
        p.poly([(x, -tall - 0.12), (x - 0.2, -tall - 0.07 + wave), (x, -tall)],
            _DARK if x == 0.02 else hexed("#a8302a"))
    p.line([(0.95, -0.36), (1.4, -0.62)], 0.04, hexed("#5b3f2c"))
    p.poly([(0.64, -1.1), (1.36, -0.6), (0.72, -0.42)], darker(sail, 0.12))
    p.blob([(-1.14, -0.62), (-0.7, -0.56), (-0.62, -0.3), (0.7, -0.28), (1.1, -0.44), (0.92, 0.06),
        (0.4, 0.16), (-0.8, 0.14), (-1.06, -0.1)], tone, smooth=4)
    p.blob([(-1.08, -0.16), (-0.6, -0.06), (0.6, -0.04), (1.0, -0.16), (0.86, 0.08), (0.4, 0.16),
        (-0.8, 0.14)], darker(tone, 0.3), smooth=4)
    p.line([(-1.1, -0.46), (-0.66, -0.4), (-0.6, -0.22), (0.7, -0.2), (1.06, -0.32)], 0.03, hexed("#d8a84a"))
    for k in range(6):
        p.box(-0.5 + k * 0.2, -0.15, -0.42 + k * 0.2, -0.08, _DARK)
    for k in range(2):
        glow = pen.light.dark >= 0.4
        p.box(-1.02 + k * 0.16, -0.4, -0.92 + k * 0.16, -0.3, pen.light.lamps if glow else hexed("#8fb0c0"),
            glow=glow)


def _submarine(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    dark = darker(tone, 0.22)
    p = pen.at(0, -0.4)
    spin = 0.2 * abs(math.cos(phase * 2 * math.pi))
    p.oval(-1.1, 0.0, 0.045, 0.06 + spin, _CHROME)
    p.poly([(-0.8, -0.1), (-1.06, -0.4), (-0.92, -0.4), (-0.6, -0.2)], dark)
    p.poly([(-0.8, 0.1), (-1.06, 0.38), (-0.92, 0.38), (-0.6, 0.2)], dark)
    p.blob([(-0.2, -0.3), (-0.16, -0.58), (0.26, -0.58), (0.34, -0.3)], dark, smooth=4)
    p.line([(0.1, -0.56), (0.1, -0.82), (0.22, -0.82)], 0.05, dark)
    p.blob([(-1.06, 0.0), (-0.7, -0.26), (0.1, -0.36), (0.8, -0.26), (1.06, 0.0), (0.8, 0.26), (0.1, 0.34),
        (-0.7, 0.24)], tone)
    p.blob([(-1.0, 0.04), (0.1, 0.12), (1.04, 0.04), (0.8, 0.26), (0.1, 0.34), (-0.7, 0.24)], dark)
    for x in (-0.36, 0.08, 0.52):
        p.disc(x, -0.06, 0.13, _CHROME)
        p.disc(x, -0.06, 0.095, hexed("#bdf0f5"), glow=True)
    p.shade([(1.02, -0.02), (2.0, -0.3), (2.0, 0.4)], _LAMP, 0.22, glow=True)


def _plane(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    dark, trim = darker(tone, 0.2), hexed("#d8483a")
    pen.poly([(-0.1, -0.42), (-0.42, -0.8), (-0.24, -0.8), (0.26, -0.42)], dark)
    pen.poly([(-1.0, -0.44), (-1.2, -0.92), (-0.98, -0.92), (-0.68, -0.46)], trim)
    pen.blob([(-1.1, -0.44), (-0.6, -0.54), (0.5, -0.56), (0.96, -0.46), (1.1, -0.34), (0.9, -0.22),
        (0.2, -0.16), (-0.6, -0.24)], tone)
    pen.poly([(-1.08, -0.38), (1.09, -0.34), (0.9, -0.22), (0.2, -0.16), (-0.6, -0.24)], dark)
    pen.blob([(0.66, -0.5), (0.88, -0.46), (0.98, -0.39), (0.72, -0.39)], _GLASS)
    for k in range(7):
        pen.disc(-0.55 + k * 0.16, -0.43, 0.035, _GLASS)
    pen.poly([(0.2, -0.3), (-0.3, 0.16), (-0.5, 0.16), (-0.22, -0.3)], lighter(tone, 0.12))
    pen.box(-0.26, -0.08, 0.06, 0.03, trim, round_=0.05)
    pen.poly([(-0.9, -0.4), (-1.22, -0.3), (-1.08, -0.26), (-0.7, -0.34)], lighter(tone, 0.1))


def _helicopter(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    dark = darker(tone, 0.22)
    pen.poly([(-0.2, -0.66), (-1.26, -0.74), (-1.3, -0.66), (-0.2, -0.44)], dark)
    pen.poly([(-1.2, -0.66), (-1.4, -1.0), (-1.24, -1.0), (-1.06, -0.68)], tone)
    a = phase * 2 * math.pi
    pen.line([(-1.26 - 0.2 * math.cos(a * 3), -0.8 - 0.2 * math.sin(a * 3)),
        (-1.26 + 0.2 * math.cos(a * 3), -0.8 + 0.2 * math.sin(a * 3))], 0.03, _RIM)
    pen.blob([(-0.44, -0.4), (-0.3, -0.76), (0.14, -0.86), (0.5, -0.68), (0.66, -0.4), (0.42, -0.2),
        (-0.2, -0.2)], tone)
    pen.blob([(0.12, -0.8), (0.48, -0.66), (0.63, -0.42), (0.14, -0.42)], _GLASS)
    pen.poly([(-0.44, -0.36), (0.65, -0.36), (0.42, -0.2), (-0.2, -0.2)], dark)
    pen.line([(-0.4, -0.02), (0.54, -0.02), (0.64, -0.08)], 0.035, _DARK)
    for x in (-0.2, 0.3):
        pen.line([(x, -0.22), (x, -0.03)], 0.03, _DARK)
    pen.line([(0.04, -0.84), (0.04, -0.98)], 0.06, _DARK)
    reach = 0.5 + 0.65 * abs(math.cos(a))
    pen.line([(0.04 - reach, -0.99), (0.04 + reach, -0.99)], 0.035, hexed("#555b66"))
    pen.shade([(-1.1, -1.01), (1.2, -1.01), (1.2, -0.97), (-1.1, -0.97)], hexed("#555b66"), 0.3)


def _rocket(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    flick = 0.1 * math.sin(phase * 2 * math.pi) + 0.04 * math.sin(phase * 6 * math.pi)
    pen.halo(0, 0.25, 0.6, hexed("#ffb357"), 0.6)
    pen.blob([(-0.15, -0.02), (-0.17, 0.24), (0.0, 0.74 + flick), (0.17, 0.24), (0.15, -0.02)],
        hexed("#ff8a3c"), glow=True)
    pen.blob([(-0.08, -0.02), (-0.09, 0.18), (0.0, 0.44 + flick), (0.09, 0.18), (0.08, -0.02)],
        hexed("#fff0b8"), glow=True)
    trim = hexed("#d8483a")
    pen.blob([(-0.2, -0.48), (-0.44, -0.16), (-0.42, 0.08), (-0.16, -0.08)], darker(trim, 0.1), smooth=5)
    pen.blob([(0.2, -0.48), (0.44, -0.16), (0.42, 0.08), (0.16, -0.08)], darker(trim, 0.3), smooth=5)
    pen.blob([(0.0, -1.5), (0.2, -1.18), (0.26, -0.7), (0.2, -0.1), (0.0, 0.0), (-0.2, -0.1), (-0.26, -0.7),
        (-0.2, -1.18)], tone)
    pen.blob([(0.0, -1.5), (0.2, -1.18), (0.26, -0.7), (0.2, -0.1), (0.06, -0.02), (0.1, -0.7),
        (0.08, -1.2)], darker(tone, 0.18))
    pen.blob([(0.0, -1.54), (0.11, -1.34), (0.19, -1.17), (0.0, -1.12), (-0.19, -1.17), (-0.11, -1.34)], trim)
    pen.disc(0, -0.84, 0.13, hexed("#8b929c"))
    pen.disc(0, -0.84, 0.095, hexed("#74c6e0"), glow=True)
    pen.disc(-0.03, -0.87, 0.03, _WHITE, glow=True)
    pen.box(-0.16, -0.08, 0.16, 0.03, hexed("#4a505b"), round_=0.03)
    pen.line([(0, -0.42), (0, 0.02)], 0.06, darker(trim, 0.1))


def _ufo(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    pen.shade([(-0.3, -0.2), (0.3, -0.2), (0.85, 1.35), (-0.85, 1.35)], hexed("#c8ffb0"), 0.16, glow=True)
    pen.shade([(-0.18, -0.2), (0.18, -0.2), (0.5, 1.35), (-0.5, 1.35)], hexed("#e6ffd2"), 0.2, glow=True)
    pen.blob([(-0.36, -0.42), (-0.3, -0.7), (0.0, -0.84), (0.3, -0.7), (0.36, -0.42)], hexed("#a5e6da"))
    pen.blob([(-0.22, -0.5), (-0.18, -0.68), (-0.04, -0.77), (-0.1, -0.5)], _WHITE)
    pen.oval(0, -0.34, 0.92, 0.2, tone)
    pen.oval(0, -0.28, 0.86, 0.14, darker(tone, 0.28))
    pen.oval(0, -0.38, 0.62, 0.09, lighter(tone, 0.25))
    for k in range(7):
        on = (k + int(phase * 8)) % 3 == 0
        x = -0.69 + k * 0.23
        pen.disc(x, -0.29 + 0.06 * (1 - (x / 0.75) ** 2), 0.045, hexed("#fff3a0" if on else "#e6733c"),
            glow=True)


def _balloon(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    for x in (-0.13, 0.13):
        pen.line([(x * 2.2, -0.55), (x, -0.16)], 0.014, hexed("#5b4636"))
    pen.box(-0.15, -0.17, 0.15, 0.06, hexed("#8a5a3b"), round_=0.03)
    pen.box(-0.16, -0.19, 0.16, -0.13, hexed("#6b4330"), round_=0.02)
    stripes = (tone, hexed("#f6e7c8"), tone, hexed("#f6e7c8"), tone)
    edge = (-0.66, -0.4, -0.14, 0.14, 0.4, 0.66)
    foot = (-0.17, -0.1, -0.035, 0.035, 0.1, 0.17)
    for k in range(5):
        a, b = edge[k], edge[k + 1]
        left = [(0.0, -1.72), (a * 0.5, -1.66), (a * 0.86, -1.42), (a, -1.12), (a * 0.86, -0.86),
            (a * 0.5, -0.62)]
        right = [(b * 0.5, -0.62), (b * 0.86, -0.86), (b, -1.12), (b * 0.86, -1.42), (b * 0.5, -1.66),
            (0.0, -1.72)]
        left.append((foot[k], -0.48))
        right.insert(0, (foot[k + 1], -0.48))
        pen.poly(left + right, darker(stripes[k], 0.07 * k))
    pen.box(-0.17, -0.52, 0.17, -0.47, hexed("#6b4330"), round_=0.02)
    if pen.light.dark >= 0.4:
        pen.halo(0, -0.7, 0.7, hexed("#ffcf7a"), 0.5)
    pen.poly([(-0.03, -0.3), (0.0, -0.42 - 0.03 * math.sin(phase * 2 * math.pi)), (0.03, -0.3)],
        hexed("#ffb347"), glow=True)


def _satellite(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    p = pen.at(0, -0.5, 1.0, turn=-18 + 4 * math.sin(phase * 2 * math.pi))
    for side in (-1, 1):
        p.line([(0, 0), (side * 0.4, 0)], 0.04, _RIM)
        for k in range(3):
            x = side * (0.36 + k * 0.26)
            p.box(min(x, x + side * 0.24), -0.2, max(x, x + side * 0.24), 0.2, hexed("#33589c"))
            p.line([(x + side * 0.12, -0.2), (x + side * 0.12, 0.2)], 0.012, hexed("#7fa6dc"))
            p.line([(min(x, x + side * 0.24), 0), (max(x, x + side * 0.24), 0)], 0.012, hexed("#7fa6dc"))
    p.box(-0.2, -0.3, 0.2, 0.3, tone, round_=0.04)
    p.box(0.04, -0.3, 0.2, 0.3, darker(tone, 0.2), round_=0.04)
    p.box(-0.2, -0.06, 0.2, 0.04, hexed("#e2b13c"))
    p.line([(0, 0.3), (0, 0.44)], 0.04, _RIM)
    p.blob([(-0.26, 0.42), (0.0, 0.58), (0.26, 0.42), (0.0, 0.48)], _WHITE)
    p.disc(0, -0.38, 0.03, hexed("#ff5a48"), glow=phase < 0.5)


LOOKS: dict[str, Look] = {"car": Look(_car, hexed("#d4473a"), 0.27, (-1.2, -1.05, 2.0, 0.1), "drives", 6,
    12.0, (0.1, -0.62, 0.42), True), "truck": Look(_truck, hexed("#3f7fa6"), 0.27, (-1.2, -1.25, 2.0, 0.1),
    "drives", 6, 12.0, (0.6, -0.6, 0.4), True), "bus": Look(_bus, hexed("#f0b432"), 0.28,
    (-1.3, -1.2, 2.1, 0.1), "drives", 6, 12.0, (0.0, -1.1, 0.5)),
    "motorcycle": Look(_motorcycle, hexed("#c8402f"), 0.3, (-1.05, -1.1, 1.7, 0.1), "drives", 6, 12.0,
    (-0.26, -0.58, 0.74)), "bicycle": Look(_bicycle, hexed("#d8573a"), 0.27, (-0.95, -1.1, 0.95, 0.1),
    "drives", 8, 14.0, (-0.2, -0.92, 0.86)), "train": Look(_train, hexed("#2f6b58"), 0.25,
    (-4.7, -2.5, 2.8, 0.15), "drives", 8, 12.0, (-0.1, -1.2, 0.5)),
    "boat": Look(_boat, hexed("#b8503a"), 0.3, (-0.95, -1.65, 1.05, 0.25), "floats", 8, 5.0,
    (-0.3, -0.2, 0.6), True), "ship": Look(_ship, hexed("#2d3a52"), 0.27, (-1.5, -1.9, 1.8, 0.25), "floats",
    8, 5.0, (1.0, -0.4, 0.45)), "galleon": Look(_galleon, hexed("#7a4a2e"), 0.3, (-1.35, -1.85, 1.6, 0.3),
    "floats", 8, 5.0, (-0.8, -0.6, 0.4)), "submarine": Look(_submarine, hexed("#f0b832"), 0.27,
    (-1.25, -1.35, 2.05, 0.1), "swims", 6, 10.0, (0.05, -0.98, 0.4)),
    "plane": Look(_plane, hexed("#f0efe8"), 0.24, (-1.35, -1.05, 1.25, 0.3), "flies", 1, 1.0,
    (0.1, -0.54, 0.4)), "helicopter": Look(_helicopter, hexed("#3f7f86"), 0.24, (-1.6, -1.2, 1.35, 0.1),
    "flies", 6, 20.0, (0.1, -0.8, 0.4)), "rocket": Look(_rocket, hexed("#eeeae0"), 0.24,
    (-0.75, -1.7, 0.75, 1.0), "hovers", 6, 14.0, (0.0, -1.5, 0.4)),
    "ufo": Look(_ufo, hexed("#9aa3b2"), 0.26, (-1.05, -1.0, 1.05, 1.45), "hovers", 8, 8.0,
    (0.0, -0.66, 0.4)), "balloon": Look(_balloon, hexed("#d8573a"), 0.24, (-0.8, -1.85, 0.8, 0.15),
    "hovers", 4, 6.0, (0.0, -0.16, 0.42), True), "satellite": Look(_satellite, hexed("#d5d8dc"), 0.28,
    (-1.3, -1.3, 1.3, 0.4), "hovers", 12, 5.0)}
