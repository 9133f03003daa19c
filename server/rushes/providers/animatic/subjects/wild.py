"""What flies and what swims."""
# fmt: off

import math

from rushes.providers.animatic.colour import RGB, darker, hexed, lighter
from rushes.providers.animatic.pen import Pen
from rushes.providers.animatic.subjects.look import Look

_DARK = hexed("#22222c")
_WHITE = hexed("#f6f1e6")
_BEAK = hexed("#f0a030")


def _bird(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    flap = math.sin(phase * 2 * math.pi)
    p = pen.at(0, -0.5 + 0.05 * flap)
    dark = darker(tone, 0.25)
    p.blob([(0.02, -0.02), (-0.16, -0.3 * flap - 0.04), (-0.3, -0.72 * flap), (-0.06, -0.42 * flap),
        (0.16, 0.0)], dark)
    p.blob([(-0.4, 0.04), (-0.66, -0.06), (-0.62, 0.1), (-0.38, 0.12)], dark)
    p.blob([(-0.45, 0.06), (-0.1, -0.1), (0.25, -0.12), (0.42, -0.08), (0.34, 0.06), (0.0, 0.14)], tone)
    p.blob([(-0.2, 0.1), (0.1, 0.04), (0.32, 0.04), (0.1, 0.13)], lighter(tone, 0.4))
    p.disc(0.37, -0.1, 0.1, tone)
    p.poly([(0.44, -0.14), (0.6, -0.07), (0.44, -0.05)], _BEAK)
    p.disc(0.4, -0.13, 0.02, _DARK)
    p.blob([(0.12, -0.04), (-0.02, -0.34 * flap - 0.02), (-0.24, -0.9 * flap), (-0.3, -0.5 * flap),
        (-0.22, 0.02)], lighter(tone, 0.1))


def _owl(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    pen.line([(-0.8, 0.02), (0.8, -0.04)], 0.1, hexed("#5b4636"))
    p = pen
    p.blob([(-0.34, -0.05), (-0.4, -0.5), (-0.3, -0.9), (0.3, -0.9), (0.4, -0.5), (0.34, -0.05), (0, 0.04)],
        tone)
    for s in (-1, 1):
        p.poly([(s * 0.14, -0.9), (s * 0.36, -1.1), (s * 0.36, -0.8)], tone)
        p.blob([(s * 0.26, -0.62), (s * 0.42, -0.5), (s * 0.38, -0.1), (s * 0.24, -0.2)], darker(tone, 0.25))
    p.blob([(-0.2, -0.1), (-0.22, -0.45), (0, -0.55), (0.22, -0.45), (0.2, -0.1), (0, -0.02)],
        lighter(tone, 0.4))
    for k in range(6):
        x, y = -0.1 + (k % 3) * 0.1, -0.38 + (k // 3) * 0.13
        p.poly([(x - 0.04, y), (x, y + 0.06), (x + 0.04, y)], darker(tone, 0.1))
    shut = 0.62 < phase < 0.7
    for s in (-1, 1):
        p.disc(s * 0.16, -0.72, 0.16, lighter(tone, 0.55))
        if shut:
            p.line([(s * 0.16 - 0.08, -0.72), (s * 0.16 + 0.08, -0.72)], 0.03, _DARK)
        else:
            p.disc(s * 0.16, -0.72, 0.105, hexed("#f5b83f"), glow=True)
            p.disc(s * 0.16 + 0.02 * math.sin(phase * 2 * math.pi), -0.72, 0.06, _DARK)
    p.poly([(-0.05, -0.66), (0.05, -0.66), (0, -0.54)], _BEAK)
    for s in (-1, 1):
        p.line([(s * 0.12, -0.02), (s * 0.12, 0.05)], 0.07, _BEAK)


def _duck(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    p = pen.at(0, 0.02 * math.sin(phase * 2 * math.pi))
    p.blob([(-0.66, -0.3), (-0.5, -0.16), (-0.1, -0.42), (0.3, -0.36), (0.46, -0.12), (0.3, 0.06),
        (-0.36, 0.06)], tone)
    p.blob([(-0.52, -0.16), (-0.1, -0.36), (0.14, -0.24), (-0.1, -0.06), (-0.34, -0.06)], darker(tone, 0.2))
    p.limb([(0.3, -0.24), (0.36, -0.46), (0.36, -0.6)], 0.26, 0.17, tone)
    p.disc(0.38, -0.66, 0.16, tone)
    p.blob([(0.5, -0.72), (0.74, -0.62), (0.52, -0.57)], _BEAK)
    p.disc(0.43, -0.7, 0.028, _DARK)


def _butterfly(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    open_ = 0.3 + 0.7 * abs(math.cos(phase * math.pi))
    p = pen.at(0, -0.5, 1.0, turn=14)
    for s in (-1, 1):
        w = s * open_
        p.blob([(0, -0.05), (0.28 * w, -0.52), (0.62 * w, -0.56), (0.64 * w, -0.2), (0.3 * w, 0.02)],
            tone if s > 0 else darker(tone, 0.14))
        p.blob([(0, 0.02), (0.34 * w, 0.04), (0.5 * w, 0.28), (0.34 * w, 0.5), (0.1 * w, 0.3)],
            lighter(tone, 0.25) if s > 0 else tone)
        p.disc(0.48 * w, -0.38, 0.08, _WHITE)
        p.disc(0.32 * w, 0.28, 0.06, _DARK)
    p.limb([(0, -0.3), (0, 0.36)], 0.1, 0.05, _DARK)
    for s in (-1, 1):
        p.line([(0, -0.3), (s * 0.1, -0.46), (s * 0.2, -0.56)], 0.018, _DARK, bend=True)


def _fish(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    wag = 0.16 * math.sin(phase * 2 * math.pi)
    p = pen.at(0, -0.4)
    p.blob([(-0.5, 0.0), (-0.84, -0.3 + wag), (-0.74, 0.0 + wag), (-0.86, 0.28 + wag)], darker(tone, 0.16))
    p.blob([(-0.2, -0.26), (0.0, -0.52), (0.3, -0.3)], darker(tone, 0.16))
    p.blob([(-0.56, 0.0), (-0.26, -0.28), (0.2, -0.34), (0.54, -0.12), (0.62, 0.02), (0.5, 0.16),
        (0.15, 0.3), (-0.28, 0.22)], tone)
    p.blob([(-0.4, 0.1), (0.1, 0.12), (0.56, 0.1), (0.42, 0.2), (0.12, 0.3), (-0.24, 0.22)],
        lighter(tone, 0.4))
    for x in (-0.12, 0.2):
        p.blob([(x - 0.05, -0.3), (x + 0.08, -0.32), (x + 0.06, 0.0), (x + 0.07, 0.24), (x - 0.06, 0.24),
            (x - 0.02, 0.0)], _WHITE)
    p.blob([(0.1, 0.06), (-0.1, 0.2 + wag * 0.4), (0.06, 0.24)], darker(tone, 0.22))
    p.disc(0.42, -0.08, 0.075, _WHITE)
    p.disc(0.44, -0.08, 0.045, _DARK)


def _shark(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    wag = 0.14 * math.sin(phase * 2 * math.pi)
    p = pen.at(0, -0.4)
    p.blob([(-0.9, 0.0), (-1.26, -0.42 + wag), (-1.12, -0.02 + wag), (-1.2, 0.26 + wag)], darker(tone, 0.1),
        smooth=4)
    p.poly([(-0.12, -0.26), (-0.06, -0.62), (0.3, -0.26)], darker(tone, 0.12))
    p.blob([(-1.0, 0.0), (-0.5, -0.2), (0.2, -0.32), (0.8, -0.16), (1.08, 0.0), (0.8, 0.14), (0.2, 0.24),
        (-0.5, 0.12)], tone)
    p.blob([(-0.7, 0.06), (0.2, 0.08), (1.02, 0.03), (0.78, 0.15), (0.2, 0.24), (-0.5, 0.12)], _WHITE)
    p.poly([(0.28, 0.12), (0.0, 0.52), (0.5, 0.16)], darker(tone, 0.22))
    for k in range(3):
        p.line([(0.46 + k * 0.07, -0.06), (0.44 + k * 0.07, 0.07)], 0.016, darker(tone, 0.4))
    p.disc(0.8, -0.06, 0.035, _DARK)


def _whale(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    wag = 0.1 * math.sin(phase * 2 * math.pi)
    p = pen.at(0, -0.5)
    p.blob([(-1.0, -0.1 + wag), (-1.42, -0.42 + wag * 2), (-1.24, -0.12 + wag * 1.6),
        (-1.46, 0.1 + wag * 2), (-0.98, 0.06 + wag)], darker(tone, 0.1))
    p.blob([(-1.12, -0.04 + wag), (-0.6, -0.16), (0.0, -0.42), (0.66, -0.44), (1.06, -0.2), (1.1, 0.06),
        (0.8, 0.3), (0.1, 0.36), (-0.5, 0.16)], tone)
    p.blob([(-0.3, 0.22), (0.3, 0.12), (1.1, 0.06), (0.8, 0.3), (0.1, 0.36)], lighter(tone, 0.6))
    for k in range(4):
        p.line([(0.1 + k * 0.03, 0.33 - k * 0.055), (0.96, 0.22 - k * 0.04)], 0.014, darker(tone, 0.05))
    p.blob([(0.3, 0.16), (0.02, 0.62 + wag), (0.2, 0.62 + wag), (0.52, 0.2)], darker(tone, 0.24), smooth=5)
    p.disc(0.76, -0.02, 0.04, _DARK)
    p.disc(0.77, -0.03, 0.014, _WHITE)
    p.poly([(-0.38, -0.24), (-0.42, -0.4), (-0.14, -0.32)], darker(tone, 0.14))


def _jellyfish(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    turn = phase * 2 * math.pi
    pulse = 0.06 * math.sin(turn)
    p = pen.at(0, -0.9)
    p.halo(0, -0.1, 0.8, lighter(tone, 0.4), 0.35)
    for k in range(6):
        x = -0.3 + k * 0.12
        s = 0.07 * math.sin(turn + k * 1.1)
        p.limb([(x, 0.0), (x + s, 0.26), (x - s, 0.5), (x + s * 1.5, 0.8 + 0.1 * (k % 2))], 0.055, 0.015,
            lighter(tone, 0.18 + 0.06 * (k % 2)), glow=True)
    p.blob([(-0.44 - pulse, 0.02), (-0.4 - pulse, -0.28), (0.0, -0.5 + pulse), (0.4 + pulse, -0.28),
        (0.44 + pulse, 0.02), (0.22, -0.03), (0, 0.03), (-0.22, -0.03)], tone, glow=True)
    p.blob([(-0.3, -0.1), (-0.26, -0.3), (0.0, -0.42 + pulse), (0.05, -0.2), (-0.1, -0.1)],
        lighter(tone, 0.35), glow=True)


def _octopus(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    turn = phase * 2 * math.pi
    p = pen.at(0, -0.7)
    for k in range(8):
        side = -1 if k < 4 else 1
        reach = 0.2 + 0.14 * (k % 4)
        s = 0.08 * math.sin(turn + k)
        p.limb([(side * reach * 0.35, 0.0), (side * (reach * 0.9 + 0.06), 0.3 + s),
            (side * (reach * 1.25), 0.5 - s), (side * (reach * 1.6 + 0.1), 0.42 + s)], 0.15, 0.04,
            darker(tone, 0.08 * (k % 3)))
    p.blob([(-0.3, 0.1), (-0.4, -0.34), (-0.2, -0.66), (0.2, -0.66), (0.4, -0.34), (0.3, 0.1)], tone)
    p.blob([(-0.26, -0.3), (-0.2, -0.54), (0.0, -0.6), (-0.08, -0.36)], lighter(tone, 0.25))
    for s in (-0.14, 0.16):
        p.disc(s, -0.1, 0.095, _WHITE)
        p.disc(s + 0.02, -0.09, 0.05, _DARK)


def _turtle(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    row = 16 * math.sin(phase * 2 * math.pi)
    p = pen.at(0, -0.4)
    skin = lighter(tone, 0.28)
    p.at(-0.4, 0.06, 1.0, turn=-row).blob([(0.05, 0.0), (-0.3, 0.08), (-0.42, 0.24), (-0.1, 0.14)],
        darker(skin, 0.1))
    p.disc(0.72, -0.08, 0.15, skin)
    p.limb([(0.4, 0.0), (0.66, -0.06)], 0.16, 0.14, skin)
    p.at(0.3, 0.06, 1.0, turn=row).blob([(0.12, -0.04), (-0.06, 0.4), (-0.26, 0.62), (-0.22, 0.3),
        (-0.12, 0.0)], darker(skin, 0.14))
    p.blob([(-0.58, 0.12), (-0.5, -0.16), (-0.1, -0.4), (0.3, -0.3), (0.52, 0.0), (0.48, 0.14)], tone)
    for x, y, r in ((-0.26, -0.1, 0.12), (0.02, -0.18, 0.13), (0.27, -0.08, 0.11)):
        p.oval(x, y, r, r * 0.85, darker(tone, 0.25))
    p.blob([(-0.58, 0.1), (0.0, 0.06), (0.5, 0.1), (0.3, 0.2), (-0.4, 0.2)], lighter(skin, 0.2))
    p.disc(0.78, -0.11, 0.028, _DARK)


def _dragon(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    flap = math.sin(phase * 2 * math.pi)
    p = pen.at(0, -0.7 + 0.06 * flap)
    dark = darker(tone, 0.25)
    wing = hexed("#e8a04c")

    def winged(shift: float, colour: RGB) -> None:
        y = -0.3 - 0.55 * flap
        tips = [(-0.1 + shift, -0.1), (0.05 + shift, y * 0.55 - 0.35), (-0.3 + shift, y - 0.35),
            (-0.36 + shift, y * 0.6 - 0.1), (-0.62 + shift, y * 0.75 - 0.05),
            (-0.58 + shift, y * 0.4 + 0.02), (-0.72 + shift, y * 0.35 + 0.16), (-0.42 + shift, 0.08)]
        p.poly(tips, colour)
        p.line([(0.0 + shift, -0.08), (0.05 + shift, y * 0.55 - 0.35), (-0.3 + shift, y - 0.35)], 0.05, dark)

    winged(0.3, darker(wing, 0.25))
    p.limb([(-0.3, 0.04), (-0.75, 0.16), (-1.1, 0.02 + 0.1 * flap), (-1.4, -0.14 + 0.16 * flap)], 0.26,
        0.03, tone)
    p.poly([(-1.38, -0.14 + 0.16 * flap), (-1.62, -0.3 + 0.16 * flap), (-1.54, -0.02 + 0.16 * flap)], dark)
    p.blob([(-0.46, 0.02), (-0.1, -0.18), (0.32, -0.14), (0.42, 0.06), (0.1, 0.24), (-0.3, 0.2)], tone)
    p.blob([(-0.3, 0.16), (0.1, 0.1), (0.4, 0.06), (0.1, 0.24), (-0.2, 0.22)], lighter(wing, 0.2))
    p.limb([(0.28, -0.02), (0.56, -0.14), (0.66, -0.36), (0.84, -0.46)], 0.26, 0.15, tone)
    p.blob([(0.76, -0.58), (0.98, -0.58), (1.24, -0.44), (1.22, -0.36), (0.94, -0.34), (0.78, -0.38)], tone)
    for x in (0.8, 0.9):
        p.poly([(x, -0.56), (x - 0.2, -0.78), (x + 0.06, -0.6)], hexed("#f0e2c4"))
    p.disc(0.98, -0.5, 0.035, hexed("#fff3a0"), glow=True)
    for k in range(6):
        x = -0.5 + k * 0.14
        p.poly([(x, -0.08 - 0.02 * k), (x + 0.05, -0.22 - 0.02 * k), (x + 0.12, -0.1 - 0.02 * k)], dark)
    for x in (-0.16, 0.2):
        p.limb([(x, 0.14), (x - 0.08, 0.32), (x + 0.04, 0.4)], 0.12, 0.06, dark)
    winged(0.12, wing)


LOOKS: dict[str, Look] = {"bird": Look(_bird, hexed("#e9eef2"), 0.14, (-0.8, -1.6, 0.8, 0.6), "flies", 10,
    14.0), "owl": Look(_owl, hexed("#8a6648"), 0.24, (-0.95, -1.25, 0.95, 0.2), "stands", 16, 6.0),
    "duck": Look(_duck, hexed("#f3efe2"), 0.17, (-0.8, -0.95, 0.9, 0.2), "floats", 8, 6.0),
    "butterfly": Look(_butterfly, hexed("#e8842c"), 0.14, (-0.9, -1.3, 0.9, 0.3), "flies", 8, 16.0),
    "fish": Look(_fish, hexed("#f2802c"), 0.2, (-1.0, -1.0, 0.8, 0.1), "swims", 8, 10.0),
    "shark": Look(_shark, hexed("#64798c"), 0.3, (-1.4, -1.1, 1.2, 0.25), "swims", 8, 8.0),
    "whale": Look(_whale, hexed("#3f6f97"), 0.36, (-1.65, -1.15, 1.25, 0.35), "swims", 8, 6.0,
    (0.1, -0.92, 0.36)), "jellyfish": Look(_jellyfish, hexed("#c9a0e8"), 0.24, (-0.9, -1.8, 0.9, 0.2),
    "swims", 8, 6.0), "octopus": Look(_octopus, hexed("#d05f6e"), 0.27, (-1.0, -1.5, 1.0, 0.1), "swims",
    12, 8.0), "turtle": Look(_turtle, hexed("#4f8a5c"), 0.26, (-1.0, -1.0, 1.0, 0.4), "swims", 8, 6.0,
    (-0.05, -0.76, 0.4)), "dragon": Look(_dragon, hexed("#4f8a52"), 0.3, (-1.8, -2.1, 1.4, 0.4), "flies",
    10, 10.0, (0.1, -0.86, 0.4))}
