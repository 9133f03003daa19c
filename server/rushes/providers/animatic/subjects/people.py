"""People and what is built like them: one jointed figure in different clothes."""
# fmt: off

import math
from dataclasses import dataclass

from rushes.providers.animatic.colour import RGB, darker, hexed, lighter
from rushes.providers.animatic.pen import Pen
from rushes.providers.animatic.subjects.look import Look

_SKIN = hexed("#e8b48e")
_NAVY = hexed("#35405c")
_HAIR = hexed("#3c2a26")
_DARK = hexed("#231f2b")


@dataclass(frozen=True, slots=True)
class Dress:
    """What a figure wears."""

    trousers: RGB = _NAVY
    hair: RGB = _HAIR
    hat: str = ""
    pack: bool = False
    skirt: bool = False
    head: float = 0.085


def _figure(dress: Dress):  # type: ignore[no-untyped-def]
    def draw(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
        figure(pen, phase, tone, seated, dress)

    return draw


def figure(pen: Pen, phase: float, tone: RGB, seated: bool, d: Dress) -> None:
    """A person one unit tall, walking, or seated with bent knees on the origin and the hands forward."""
    dark = darker(tone, 0.2)
    turn = phase * 2 * math.pi
    if seated:
        p = pen.at(0, 0.48)
        pen.limb([(0.0, -0.02), (0.24, 0.0), (0.22, 0.26)], 0.13, 0.085, darker(d.trousers, 0.25))
        pen.oval(0.26, 0.29, 0.075, 0.035, _DARK)
        bob = 0.0
    else:
        p = pen
        bob = -0.014 * math.cos(2 * turn)
        for shift, tone_ in ((math.pi, darker(d.trousers, 0.28)), (0.0, d.trousers)):
            swing = math.sin(turn + shift)
            lift = max(0.0, math.cos(turn + shift)) * 0.06
            foot = (swing * 0.16, -0.03 - lift)
            knee = (swing * 0.07 + 0.03 + lift * 0.5, -0.25)
            p.limb([(0.0, -0.48 + bob), knee, foot], 0.12, 0.075, tone_)
            p.oval(foot[0] + 0.03, foot[1] + 0.005, 0.07, 0.032, _DARK)
    q = p.at(0, bob)
    far = math.sin(turn)
    if seated:
        q.limb([(0.02, -0.76), (0.14, -0.64), (0.28, -0.68)], 0.075, 0.055, dark)
    else:
        q.limb([(0.01, -0.76), (0.02 + far * 0.08, -0.62), (0.04 + far * 0.16, -0.48)], 0.075, 0.055, dark)
    if d.pack:
        q.blob([(-0.08, -0.8), (-0.2, -0.78), (-0.22, -0.56), (-0.08, -0.5)], hexed("#b5573b"))
    if d.skirt:
        q.poly([(-0.07, -0.62), (0.08, -0.62), (0.19, -0.3), (-0.19, -0.3)], tone)
    q.blob([(-0.1, -0.8), (0.0, -0.84), (0.1, -0.8), (0.1, -0.62), (0.085, -0.46), (-0.085, -0.46),
        (-0.1, -0.62)], tone)
    q.blob([(-0.1, -0.78), (-0.05, -0.8), (-0.04, -0.5), (-0.085, -0.46)], dark)
    if seated:
        q.limb([(0.0, -0.76), (0.12, -0.62), (0.3, -0.66)], 0.08, 0.06, lighter(tone, 0.06))
        q.disc(0.31, -0.66, 0.033, _SKIN)
        q.limb([(0.0, -0.48), (0.26, -0.48), (0.28, -0.22)], 0.14, 0.09, d.trousers)
        q.oval(0.32, -0.19, 0.08, 0.036, _DARK)
    else:
        q.limb([(0.0, -0.76), (-0.03 - far * 0.08, -0.62), (0.0 - far * 0.18, -0.47)], 0.08, 0.058,
            lighter(tone, 0.06))
        q.disc(-far * 0.19, -0.45, 0.033, _SKIN)
    _head(q.at(0.02, -0.93), d, tone)


def _head(pen: Pen, d: Dress, tone: RGB) -> None:
    r = d.head
    pen.limb([(-0.01, 0.1), (0.0, 0.0)], 0.06, 0.06, darker(_SKIN, 0.15))
    pen.disc(0, 0, r, _SKIN)
    pen.disc(r * 1.0, r * 0.2, r * 0.16, _SKIN)
    if d.hat == "long":
        pen.blob([(r * 0.5, -r * 0.9), (-r * 0.6, -r * 1.1), (-r * 1.25, 0.0), (-r * 1.3, r * 1.9),
            (-r * 0.4, r * 1.6), (-r * 0.3, 0.0), (r * 0.7, -r * 0.4)], d.hair)
        return
    pen.blob([(r * 0.75, -r * 0.55), (r * 0.1, -r * 1.15), (-r * 0.9, -r * 0.75), (-r * 1.05, r * 0.3),
        (-r * 0.5, r * 0.4), (-r * 0.3, -r * 0.35)], d.hair)
    if d.hat == "brim":
        pen.oval(0, -r * 0.5, r * 1.9, r * 0.26, darker(tone, 0.45))
        pen.blob([(-r * 0.95, -r * 0.5), (-r * 0.8, -r * 1.5), (r * 0.7, -r * 1.5), (r * 0.95, -r * 0.5)],
            darker(tone, 0.35))
    elif d.hat == "cap":
        pen.blob([(-r * 1.05, -r * 0.3), (-r * 0.6, -r * 1.2), (r * 0.5, -r * 1.15), (r * 1.0, -r * 0.4)],
            hexed("#d8483a"))
        pen.line([(r * 0.5, -r * 0.42), (r * 1.55, -r * 0.36)], r * 0.2, hexed("#a8302a"))


def _couple(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    figure(pen.at(-0.17, 0), phase, tone, seated, Dress())
    figure(pen.at(0.17, 0, 0.93), phase + 0.5, hexed("#e9b44c"), seated,
        Dress(hat="long", skirt=True, hair=hexed("#6e3b23"), trousers=_SKIN))


def _dancer(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    turn = phase * 2 * math.pi
    p = pen.at(0, -0.03 - 0.03 * math.sin(turn), 1.0, turn=3 * math.sin(turn))
    wide = 0.18 + 0.05 * math.cos(turn)
    p.limb([(0, -0.48), (0.02, -0.25), (0.0, 0.02)], 0.09, 0.045, _SKIN)
    p.limb([(0, -0.48), (-0.24, -0.44), (-0.46, -0.52 - 0.04 * math.sin(turn))], 0.09, 0.045,
        darker(_SKIN, 0.14))
    p.blob([(-0.1, -0.58), (0.1, -0.58), (wide + 0.08, -0.42), (0.1, -0.38), (-0.1, -0.36),
        (-wide - 0.1, -0.43)], tone)
    p.blob([(-0.2, -0.5), (wide, -0.47), (wide + 0.08, -0.42), (0.1, -0.38), (-0.1, -0.36),
        (-wide - 0.1, -0.43)], lighter(tone, 0.3))
    p.blob([(-0.075, -0.8), (0.075, -0.8), (0.06, -0.56), (-0.06, -0.56)], tone)
    p.limb([(-0.05, -0.79), (-0.22, -0.88), (-0.16, -1.12)], 0.06, 0.036, darker(_SKIN, 0.1))
    p.limb([(0.05, -0.79), (0.26, -0.84), (0.4, -0.98 + 0.04 * math.sin(turn))], 0.06, 0.036, _SKIN)
    p.disc(0.01, -0.94, 0.075, _SKIN)
    p.blob([(0.07, -0.98), (0.0, -1.04), (-0.08, -0.98), (-0.07, -0.9)], _HAIR)
    p.disc(-0.06, -1.03, 0.035, _HAIR)


def _astronaut(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    turn = phase * 2 * math.pi
    dark, line = darker(tone, 0.16), hexed("#d8573a")
    sway = 0.04 * math.sin(turn)
    p = pen.at(0, 0.48) if seated else pen
    p.box(-0.24, -0.84, -0.02, -0.46, darker(tone, 0.32), round_=0.05)
    if seated:
        for k in (0.0, 0.04):
            p.limb([(0, -0.47), (0.26, -0.47), (0.28, -0.2)], 0.17, 0.12, tone if k else dark)
        p.limb([(0.0, -0.74), (0.15, -0.62), (0.3, -0.64)], 0.12, 0.09, tone)
    else:
        p.limb([(0.03, -0.46), (0.09 + sway, -0.26), (0.08 + sway * 2, -0.05)], 0.16, 0.12, dark)
        p.limb([(-0.04, -0.46), (-0.06 - sway, -0.26), (-0.08 - sway, -0.05)], 0.16, 0.13, tone)
        for x in (0.11 + sway * 2, -0.05 - sway):
            p.oval(x, -0.04, 0.1, 0.045, hexed("#59606c"))
        p.limb([(0.06, -0.74), (0.2, -0.66 - sway), (0.26, -0.78 - 3 * sway)], 0.12, 0.09, dark)
    p.blob([(-0.14, -0.8), (0.0, -0.83), (0.15, -0.78), (0.16, -0.58), (0.1, -0.42), (-0.1, -0.42),
        (-0.15, -0.58)], tone)
    p.box(0.0, -0.68, 0.12, -0.58, hexed("#59606c"), round_=0.015)
    p.disc(0.03, -0.63, 0.018, hexed("#5fd0a0"), glow=True)
    p.disc(0.08, -0.63, 0.018, hexed("#f0a030"), glow=True)
    p.line([(-0.13, -0.5), (0.12, -0.5)], 0.03, line)
    if not seated:
        p.limb([(-0.1, -0.74), (-0.2, -0.62), (-0.2 + sway, -0.48)], 0.12, 0.095, tone)
        p.disc(-0.2 + sway, -0.45, 0.055, line)
    p.disc(0.02, -0.96, 0.165, tone)
    p.disc(-0.02, -0.95, 0.155, lighter(tone, 0.1))
    p.oval(0.06, -0.96, 0.115, 0.105, hexed("#1f2f4d"))
    p.oval(0.08, -0.97, 0.09, 0.08, hexed("#f2a94a"), glow=True)
    p.oval(0.05, -1.01, 0.04, 0.022, hexed("#fff0cf"), turn=-30, glow=True)


def _robot(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    turn = phase * 2 * math.pi
    dark, metal = darker(tone, 0.2), hexed("#59616d")
    p = pen.at(0, 0.36) if seated else pen
    if seated:
        p.limb([(0.0, -0.36), (0.2, -0.36), (0.22, -0.12)], 0.1, 0.09, metal)
        p.box(0.14, -0.12, 0.36, -0.04, dark, round_=0.03)
    else:
        for shift, x in ((math.pi, 0.07), (0.0, -0.08)):
            swing = 0.08 * math.sin(turn + shift)
            lift = max(0.0, math.cos(turn + shift)) * 0.05
            p.line([(x, -0.36), (x + swing, -0.1 - lift)], 0.07, metal if shift else lighter(metal, 0.14))
            p.box(x + swing - 0.09, -0.11 - lift, x + swing + 0.12, -0.01 - lift, dark if shift else tone,
                round_=0.03)
    arm = 0.1 * math.sin(turn)
    p.limb([(0.16, -0.64), (0.3, -0.54), (0.32 + arm * 0.4, -0.42 - abs(arm))], 0.06, 0.06, metal)
    p.box(-0.23, -0.76, 0.23, -0.34, tone, round_=0.07)
    p.box(-0.23, -0.5, 0.23, -0.34, dark, round_=0.07)
    p.box(-0.1, -0.68, 0.14, -0.52, darker(tone, 0.5), round_=0.03)
    for k, c in enumerate(("#ff7a59", "#ffd166", "#6fe0b0")):
        p.disc(-0.04 + k * 0.065, -0.6, 0.02, hexed(c), glow=True)
    p.limb([(-0.2, -0.66), (-0.33, -0.54), (-0.31 - arm * 0.3, -0.38)], 0.07, 0.065, lighter(metal, 0.14))
    p.disc(-0.31 - arm * 0.3, -0.35, 0.055, tone)
    p.disc(0.33 + arm * 0.4, -0.4 - abs(arm), 0.05, dark)
    p.box(-0.05, -0.82, 0.05, -0.74, metal)
    p.box(-0.2, -1.12, 0.22, -0.8, lighter(tone, 0.08), round_=0.09)
    p.box(-0.12, -1.05, 0.2, -0.88, hexed("#1d2433"), round_=0.07)
    blink = 0.008 if 0.45 < phase < 0.52 else 0.042
    for x in (-0.03, 0.11):
        p.oval(x, -0.965, 0.034, blink, hexed("#7ff0ff"), glow=True)
    p.line([(0.0, -1.12), (0.0, -1.23)], 0.02, metal)
    p.disc(0.0, -1.25, 0.035, hexed("#ff6f59"), glow=True)


LOOKS: dict[str, Look] = {"person": Look(_figure(Dress(pack=True, hat="brim")), hexed("#c94f3d"), 0.3,
    (-0.4, -1.2, 0.45, 0.1), "walks", 12, 12.0), "child": Look(_figure(Dress(head=0.12, hat="cap",
    trousers=hexed("#3c5a87"))), hexed("#f0b83c"), 0.22, (-0.4, -1.25, 0.45, 0.1), "walks", 12, 14.0),
    "couple": Look(_couple, hexed("#3f6fa8"), 0.3, (-0.6, -1.2, 0.6, 0.1), "walks", 12, 11.0),
    "dancer": Look(_dancer, hexed("#e0608a"), 0.32, (-0.6, -1.35, 0.6, 0.15), "stands", 12, 10.0),
    "astronaut": Look(_astronaut, hexed("#eef0f2"), 0.32, (-0.45, -1.3, 0.5, 0.1), "walks", 12, 8.0),
    "robot": Look(_robot, hexed("#5fa8b8"), 0.29, (-0.55, -1.4, 0.6, 0.1), "walks", 12, 10.0)}
