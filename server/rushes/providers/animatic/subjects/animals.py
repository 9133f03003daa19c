"""Animals on four legs and their kin: one skeleton, many proportions."""
# fmt: off

import math
from dataclasses import dataclass

from rushes.providers.animatic.colour import RGB, darker, hexed, lighter
from rushes.providers.animatic.pen import Pen
from rushes.providers.animatic.subjects.look import Look

_DARK = hexed("#231f2b")
_WHITE = hexed("#f6f1e6")


@dataclass(frozen=True, slots=True)
class Build:
    """The proportions of a four-legged animal, in units of its height at the shoulder."""

    long: float = 1.0
    deep: float = 0.4
    leg: float = 0.09
    neck: tuple[float, float] = (0.28, 0.22)
    """Reach of the neck forward and up."""
    neck_wide: float = 0.24
    head: float = 0.17
    muzzle: float = 0.16
    ears: str = "pointed"
    tail: str = "long"
    belly: RGB | None = None
    hoofs: bool = False
    extra: str = ""


def _beast(build: Build):  # type: ignore[no-untyped-def]
    def draw(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
        if seated:
            _sitting(pen, phase, tone, build)
        else:
            _walking(pen, phase, tone, build)

    return draw


def _walking(pen: Pen, phase: float, tone: RGB, b: Build) -> None:
    dark, far = darker(tone, 0.18), darker(tone, 0.34)
    half = b.long / 2
    bob = 0.018 * math.sin(phase * 4 * math.pi)
    top, under = -1.0 + bob, -1.0 + b.deep + bob
    hip, shoulder = -half + b.leg * 1.2, half - b.leg * 1.2
    _tail(pen, (-half, top + b.deep * 0.28), phase, tone, b)
    for x, shift in ((hip + b.leg * 0.9, 0.5), (shoulder - b.leg * 0.9, 0.25)):
        _leg(pen, x, under - b.deep * 0.3, phase + shift, far, b)
    nx, ny = half - 0.04 + b.neck[0], top + b.deep * 0.25 - b.neck[1]
    if b.extra == "mane":
        pen.disc(nx - b.head * 0.1, ny + b.head * 0.2, b.head * 1.75, hexed("#8c4a26"))
    pen.limb([(half - b.neck_wide * 0.75, top + b.deep * 0.45),
        (half + b.neck[0] * 0.35, (top + ny) / 2 + b.deep * 0.12), (nx, ny)], b.neck_wide * 1.5,
        b.neck_wide * 0.8, tone)
    hump = 0.12 if b.extra in ("hump", "bear") else 0.0
    pen.blob([(-half - 0.01, top + b.deep * 0.42), (-half + 0.13, top + 0.02),
        (0.0, top + 0.03 - hump * 0.3), (half - 0.12, top - hump), (half + 0.05, top + b.deep * 0.42),
        (half - 0.08, under + 0.02), (0.0, under - 0.03), (-half + 0.12, under)], tone)
    if b.belly:
        pen.blob([(-half + 0.18, under - 0.05), (0.0, under - 0.13), (half - 0.1, under - 0.1),
            (half - 0.1, under - 0.01), (0, under - 0.035), (-half + 0.2, under - 0.02)], b.belly)
    else:
        pen.blob([(-half + 0.06, under - b.deep * 0.3), (0.0, under - b.deep * 0.2),
            (half - 0.02, under - b.deep * 0.32), (half - 0.1, under), (0, under - 0.03),
            (-half + 0.14, under)], dark)
    if b.extra == "patches":
        pen.blob([(-0.3, top + 0.04), (-0.08, top + 0.03), (-0.05, top + 0.2), (-0.2, top + 0.26),
            (-0.33, top + 0.17)], _DARK)
        pen.blob([(0.14, top + 0.12), (0.3, top + 0.06), (0.36, top + 0.24), (0.2, top + 0.34)], _DARK)
    if b.extra == "spots":
        for k in range(12):
            pen.disc(-half + 0.12 + (k % 6) * 0.15, top + 0.09 + (k // 6) * 0.15 + 0.04 * (k % 2), 0.042,
                hexed("#a05c2c"))
        for k in range(6):
            pen.disc(half + b.neck[0] * (0.1 + k * 0.13), top + 0.06 - b.neck[1] * (0.14 + k * 0.13), 0.036,
                hexed("#a05c2c"))
    if b.extra == "cat":
        for k in range(4):
            x = -half + 0.2 + k * 0.17
            pen.limb([(x, top + 0.03), (x + 0.02, top + b.deep * 0.42)], 0.05, 0.015, darker(tone, 0.3))
    for x, shift in ((hip, 0.0), (shoulder, 0.75)):
        _leg(pen, x, under - b.deep * 0.35, phase + shift, tone, b)
    _head(pen.at(nx, ny, 1.0), tone, b, phase)


def _leg(pen: Pen, x: float, top: float, phase: float, tone: RGB, b: Build) -> None:
    swing = math.sin(phase * 2 * math.pi)
    lift = max(0.0, math.cos(phase * 2 * math.pi)) * 0.1
    foot_x, foot_y = x + swing * 0.16, -b.leg * 0.3 - lift
    knee_x, knee_y = x + swing * 0.06 + 0.03, (top + foot_y) / 2
    pen.limb([(x, top), (knee_x, knee_y), (foot_x, foot_y)], b.leg * 1.9, b.leg * 0.85, tone)
    pen.oval(foot_x + b.leg * 0.25, foot_y + b.leg * 0.02, b.leg * 0.66, b.leg * 0.38,
        _DARK if b.hoofs else tone)


def _tail(pen: Pen, root: tuple[float, float], phase: float, tone: RGB, b: Build) -> None:
    x, y = root
    wag = 0.09 * math.sin(phase * 2 * math.pi)
    if b.tail == "long":
        pen.limb([(x + 0.04, y), (x - 0.2, y - 0.06), (x - 0.32, y - 0.26 + wag),
            (x - 0.24 - wag, y - 0.44)], 0.1, 0.065, tone)
    elif b.tail == "bushy":
        pen.blob([(x + 0.05, y - 0.02), (x - 0.18, y - 0.12 + wag), (x - 0.44, y - 0.06 + wag),
            (x - 0.6, y + 0.06 + wag), (x - 0.4, y + 0.12 + wag), (x - 0.12, y + 0.1)], tone)
        pen.blob([(x - 0.44, y - 0.05 + wag), (x - 0.61, y + 0.06 + wag), (x - 0.44, y + 0.11 + wag)],
            b.belly or lighter(tone, 0.6))
    elif b.tail == "hair":
        pen.blob([(x + 0.06, y - 0.06), (x - 0.1, y - 0.04), (x - 0.22 - wag, y + 0.22),
            (x - 0.16 - wag * 1.6, y + 0.46), (x - 0.06, y + 0.2)], darker(tone, 0.45))
    elif b.tail == "up":
        pen.limb([(x + 0.05, y), (x - 0.12, y - 0.14), (x - 0.1 + wag * 1.4, y - 0.34)], 0.1, 0.05, tone)
    elif b.tail == "tuft":
        pen.limb([(x + 0.05, y), (x - 0.14, y + 0.1), (x - 0.16 + wag, y + 0.36)], 0.05, 0.03,
            darker(tone, 0.1))
        pen.oval(x - 0.16 + wag, y + 0.4, 0.045, 0.08, darker(tone, 0.5))
    elif b.tail == "puff":
        pen.disc(x - 0.02, y + 0.04, 0.1, lighter(tone, 0.5))


def _head(pen: Pen, tone: RGB, b: Build, phase: float) -> None:
    r, dark = b.head, darker(tone, 0.22)
    inner = lighter(tone, 0.25)
    nod = pen.at(0, 0, 1.0, turn=3 * math.sin(phase * 2 * math.pi))
    if b.extra == "antlers":
        for lean in (0.0, 0.07):
            horn = hexed("#c9ab84") if lean else hexed("#a58762")
            nod.limb([(-0.02 + lean, -r * 0.7), (-0.14 + lean, -r * 0.7 - 0.22),
                (0.0 + lean * 2, -r * 0.7 - 0.46)], 0.04, 0.022, horn)
            nod.limb([(-0.12 + lean, -r * 0.7 - 0.2), (-0.26 + lean, -r * 0.7 - 0.36)], 0.03, 0.016, horn)
            nod.limb([(-0.1 + lean, -r * 0.7 - 0.28), (0.06 + lean, -r * 0.7 - 0.34)], 0.028, 0.016, horn)
    if b.ears == "floppy":
        nod.blob([(-r * 0.75, -r * 0.75), (-r * 1.05, r * 0.1), (-r * 0.8, r * 0.85), (-r * 0.35, r * 0.3),
            (-r * 0.25, -r * 0.6)], dark)
    elif b.ears == "tall":
        for lean, colour in ((0.1, dark), (0.0, tone)):
            nod.blob([(-r * 0.5 + lean, -r * 0.5), (-r * 1.0 + lean, -r * 2.4),
                (-r * 0.55 + lean, -r * 2.8), (-r * 0.1 + lean, -r * 0.7)], colour)
    elif b.ears == "big":
        flap = 0.08 * math.sin(phase * 2 * math.pi)
        nod.blob([(-r * 0.2, -r * 0.8), (-r * 1.5 - flap, -r * 1.0), (-r * 1.8 - flap, r * 0.4),
            (-r * 1.0, r * 1.2), (-r * 0.2, r * 0.6)], dark)
    elif b.ears == "round":
        nod.disc(-r * 0.62, -r * 0.8, r * 0.4, dark)
        nod.disc(r * 0.2, -r * 0.92, r * 0.38, tone)
    elif b.ears == "side":
        nod.blob([(-r * 0.5, -r * 0.6), (-r * 1.5, -r * 0.9), (-r * 1.3, -r * 0.4), (-r * 0.5, -r * 0.2)],
            dark)
    nod.oval(0, 0, r * 1.08, r, tone)
    if b.extra == "trunk":
        curl = 0.06 * math.sin(phase * 2 * math.pi)
        nod.limb([(r * 0.5, 0.0), (r * 1.3, r * 0.7), (r * 1.35 + curl, r * 2.1),
            (r * 1.9 + curl * 2, r * 2.7)], r * 0.95, r * 0.34, tone)
        nod.limb([(r * 0.75, r * 0.65), (r * 1.5, r * 1.2), (r * 2.0, r * 0.95)], r * 0.22, r * 0.06, _WHITE)
        nod.blob([(-r * 0.3, -r * 0.7), (-r * 1.4, -r * 1.1), (-r * 1.75, r * 0.3), (-r * 1.0, r * 1.1),
            (-r * 0.2, r * 0.5)], darker(tone, 0.12))
    else:
        m = b.muzzle
        nod.limb([(r * 0.35, r * 0.22), (r * 0.7 + m * 0.5, r * 0.38), (r * 0.75 + m, r * 0.45)], r * 1.2,
            r * (0.75 if b.hoofs else 0.5), tone)
        if b.belly:
            nod.blob([(r * 0.1, r * 0.55), (r * 0.7 + m, r * 0.32), (r * 0.85 + m, r * 0.6),
                (r * 0.6, r * 0.95), (0, r * 0.95)], b.belly)
        if b.hoofs:
            nod.disc(r * 0.78 + m, r * 0.48, r * 0.36, dark if b.extra != "patches" else hexed("#e8a9a0"))
        else:
            if b.extra != "cat":
                nod.disc(r * 0.88 + m, r * 0.3, r * 0.17, _DARK)
    if b.ears == "pointed":
        nod.poly([(-r * 0.98, -r * 0.1), (-r * 0.82, -r * 1.62), (-r * 0.05, -r * 0.82)], dark)
        nod.poly([(-r * 0.5, -r * 0.7), (-r * 0.05, -r * 1.7), (r * 0.55, -r * 0.7)], tone)
        nod.poly([(-r * 0.25, -r * 0.8), (-r * 0.02, -r * 1.4), (r * 0.3, -r * 0.78)], inner)
    if b.extra == "horn" or b.extra == "patches":
        nod.limb([(-r * 0.2, -r * 0.8), (r * 0.05, -r * 1.25), (r * 0.35, -r * 1.45)], r * 0.3, r * 0.08,
            _WHITE)
    if b.tail == "hair":
        nod.blob([(-r * 0.2, -r * 1.35), (-r * 0.95, -r * 0.6), (-r * 1.9, r * 0.9), (-r * 2.6, r * 2.4),
            (-r * 1.7, r * 2.2), (-r * 0.75, r * 0.4), (r * 0.1, -r * 0.8)], darker(tone, 0.45))
        nod.poly([(-r * 0.45, -r * 0.75), (-r * 0.15, -r * 1.5), (r * 0.15, -r * 0.7)], tone)
    if b.extra == "cat":
        _cat_face(nod, r, tone)
        return
    nod.disc(r * 0.32, -r * 0.12, r * 0.13, _DARK)
    nod.disc(r * 0.36, -r * 0.17, r * 0.045, _WHITE)


def _cat_face(pen: Pen, r: float, tone: RGB) -> None:
    """What makes it a cat: a green eye with a slit, a small pink nose, whiskers, stripes between the ears."""
    for k in range(3):
        pen.limb([(-r * (0.02 + 0.24 * k), -r * 0.98), (-r * (0.0 + 0.26 * k), -r * 0.62)], r * 0.13,
            r * 0.05, darker(tone, 0.3))
    pen.oval(r * 0.36, -r * 0.1, r * 0.2, r * 0.22, hexed("#c9e265"))
    pen.oval(r * 0.42, -r * 0.1, r * 0.07, r * 0.19, _DARK)
    pen.poly([(r * 0.92, r * 0.16), (r * 1.12, r * 0.2), (r * 1.0, r * 0.36)], hexed("#e88f8f"))
    pen.line([(r * 0.99, r * 0.34), (r * 0.86, r * 0.54), (r * 0.6, r * 0.55)], r * 0.05,
        darker(tone, 0.45), bend=True)
    for dy in (0.3, 0.46, 0.6):
        pen.line([(r * 0.72, r * dy), (r * 0.1, r * (dy * 1.5 - 0.3))], r * 0.035, _WHITE)


def _sitting(pen: Pen, phase: float, tone: RGB, b: Build) -> None:
    """Upright on its haunches, as on a sill or in a saddle; the head looks ahead."""
    dark = darker(tone, 0.18)
    wag = math.sin(phase * 2 * math.pi)
    if b.tail in ("long", "up"):
        pen.limb([(-0.2, -0.08), (-0.46, -0.1), (-0.58, -0.3 + 0.04 * wag), (-0.5 - 0.05 * wag, -0.52)],
            0.11, 0.075, dark)
    elif b.tail == "bushy":
        pen.blob([(-0.15, -0.02), (-0.48, -0.06), (-0.66, -0.3 + 0.03 * wag), (-0.56, -0.46 + 0.04 * wag),
            (-0.44, -0.26), (-0.2, -0.18)], dark)
    pen.blob([(-0.3, 0.0), (-0.36, -0.2), (-0.24, -0.5), (-0.06, -0.74), (0.12, -0.78), (0.2, -0.56),
        (0.2, -0.2), (0.22, 0.0)], tone)
    pen.blob([(-0.34, 0.0), (-0.34, -0.18), (-0.18, -0.32), (0.0, -0.22), (0.06, -0.02)], dark)
    if b.extra == "cat":
        for k in range(3):
            x, y = -0.3 + k * 0.075, -0.28 - k * 0.16
            pen.limb([(x, y), (x + 0.15, y - 0.02)], 0.05, 0.015, darker(tone, 0.3))
    if b.belly:
        pen.blob([(0.08, -0.66), (0.21, -0.6), (0.2, -0.3), (0.1, -0.36)], b.belly)
    pen.limb([(0.1, -0.42), (0.2, -0.2), (0.2, -0.03)], 0.13, 0.085, tone)
    pen.oval(0.23, -0.03, 0.08, 0.04, lighter(tone, 0.12))
    pen.oval(0.02, -0.03, 0.11, 0.045, lighter(tone, 0.06))
    _head(pen.at(0.1, -0.9, 1.25 * 0.17 / max(0.15, b.head)), tone, b, phase * 0.5)


def _rabbitlike(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    hop = 0.0 if seated else abs(math.sin(phase * math.pi)) * 0.22
    p = pen.at(0, -hop)
    dark = darker(tone, 0.18)
    p.disc(-0.42, -0.2, 0.12, _WHITE)
    p.blob([(-0.42, -0.05), (-0.44, -0.36), (-0.2, -0.58), (0.1, -0.5), (0.26, -0.3), (0.22, -0.05)], tone)
    p.blob([(-0.4, 0.0), (-0.36, -0.28), (-0.14, -0.32), (-0.02, -0.1), (0.02, 0.0)], dark)
    p.oval(-0.06, -0.02, 0.2, 0.05, lighter(tone, 0.1))
    p.limb([(0.16, -0.3), (0.22, -0.04)], 0.12, 0.08, tone)
    _head(p.at(0.26, -0.62, 1.1), tone, Build(head=0.19, muzzle=0.03, ears="tall",
        belly=lighter(tone, 0.5)), phase)


def _sheep(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    for x, s in ((-0.28, 0.0), (-0.12, 0.5), (0.2, 0.25), (0.34, 0.75)):
        swing = 0.0 if seated else 0.06 * math.sin((phase + s) * 2 * math.pi)
        pen.line([(x, -0.4), (x + swing, -0.03)], 0.085, _DARK)
    for x, y, r in ((-0.38, -0.62, 0.2), (-0.2, -0.78, 0.22), (0.05, -0.84, 0.22), (0.28, -0.76, 0.2),
        (0.4, -0.58, 0.18), (0.22, -0.46, 0.2), (-0.05, -0.44, 0.22), (-0.28, -0.46, 0.19)):
        pen.disc(x, y + 0.03, r, darker(tone, 0.12))
        pen.disc(x, y, r * 0.94, tone)
    pen.oval(0.0, -0.64, 0.36, 0.22, tone)
    nod = 0.03 * math.sin(phase * 2 * math.pi)
    pen.oval(0.54, -0.74 + nod, 0.12, 0.17, _DARK, turn=-35)
    pen.oval(0.42, -0.84 + nod, 0.1, 0.045, _DARK, turn=20)
    pen.disc(0.46, -0.9 + nod, 0.1, tone)
    pen.disc(0.56, -0.78 + nod, 0.022, _WHITE)


def _penguin(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    sway = pen.at(0, 0, 1.0, turn=5 * math.sin(phase * 2 * math.pi))
    for x in (-0.1, 0.12):
        sway.oval(x + 0.04, -0.03, 0.12, 0.04, hexed("#f0a030"))
    sway.blob([(-0.26, -0.1), (-0.3, -0.45), (-0.18, -0.82), (0.0, -1.0), (0.18, -0.84), (0.26, -0.45),
        (0.22, -0.08), (0, -0.03)], tone)
    sway.blob([(-0.06, -0.08), (-0.08, -0.5), (0.05, -0.76), (0.2, -0.68), (0.24, -0.4), (0.2, -0.1)], _WHITE)
    sway.poly([(0.15, -0.9), (0.36, -0.84), (0.16, -0.8)], hexed("#f0a030"))
    sway.disc(0.09, -0.87, 0.025, _WHITE)
    sway.limb([(-0.16, -0.68), (-0.28, -0.45), (-0.3 - 0.05 * math.sin(phase * 2 * math.pi), -0.25)], 0.13,
        0.06, darker(tone, 0.3))


def _dinosaur(pen: Pen, phase: float, tone: RGB, seated: bool) -> None:
    dark, far = darker(tone, 0.18), darker(tone, 0.34)
    b = Build(leg=0.1)
    step = 0.0 if seated else phase
    _leg(pen, 0.08, -0.5, step + 0.5, far, b)
    pen.limb([(-0.1, -0.66), (-0.5, -0.56), (-0.8, -0.34), (-1.1,
        -0.3 + 0.05 * math.sin(phase * 2 * math.pi))], 0.42, 0.03, tone)
    pen.blob([(-0.36, -0.62), (-0.15, -0.88), (0.14, -0.94), (0.3, -0.78), (0.24, -0.48), (-0.02, -0.36),
        (-0.26, -0.42)], tone)
    pen.limb([(0.1, -0.78), (0.26, -1.0), (0.36, -1.12)], 0.34, 0.22, tone)
    pen.blob([(0.2, -1.22), (0.42, -1.32), (0.74, -1.2), (0.78, -1.08), (0.5, -1.04), (0.26, -1.0)], tone)
    pen.blob([(0.3, -1.0), (0.5, -1.02), (0.72, -1.0), (0.66, -0.93), (0.42, -0.9)], dark)
    for k in range(5):
        pen.poly([(0.44 + k * 0.065, -1.05), (0.47 + k * 0.065, -0.99), (0.5 + k * 0.065, -1.05)], _WHITE)
    pen.disc(0.44, -1.2, 0.034, hexed("#f5cf3f"))
    pen.disc(0.45, -1.2, 0.017, _DARK)
    pen.limb([(0.22, -0.7), (0.36, -0.62), (0.4, -0.7)], 0.09, 0.04, dark)
    for k in range(7):
        x, y = -0.62 + k * 0.13, -0.58 - k * 0.07
        pen.poly([(x, y), (x + 0.05, y - 0.12), (x + 0.12, y - 0.04)], dark)
    pen.blob([(0.0, -0.4), (0.2, -0.52), (0.27, -0.74), (0.2, -0.5), (0.06, -0.38)], lighter(tone, 0.3))
    _leg(pen, -0.06, -0.52, step, tone, Build(leg=0.12))


def _b(look: Build, colour: str, size: float, box: tuple[float, float, float, float],
    seat: tuple[float, float, float] | None = None, rate: float = 9.0) -> Look:
    return Look(_beast(look), hexed(colour), size, box, "walks", 8, rate, seat)


LOOKS: dict[str, Look] = {"cat": _b(Build(long=1.0, deep=0.44, leg=0.1, neck=(0.12, 0.14), neck_wide=0.2,
    head=0.22, muzzle=0.0, belly=hexed("#fbeeda"), extra="cat"), "#e2904a", 0.17, (-1.0, -1.5, 1.1, 0.1)),
    "dog": _b(Build(long=1.08, deep=0.48, leg=0.11, neck=(0.16, 0.24), neck_wide=0.24, head=0.2,
    muzzle=0.15, ears="floppy", tail="up", belly=hexed("#f7e6cf")), "#c78a4e", 0.19,
    (-1.0, -1.6, 1.2, 0.1)), "fox": _b(Build(long=1.14, deep=0.44, leg=0.085, neck=(0.16, 0.16),
    neck_wide=0.2, head=0.19, muzzle=0.2, tail="bushy", belly=hexed("#fbf0e0")), "#d9642c", 0.17,
    (-1.3, -1.6, 1.3, 0.1)), "wolf": _b(Build(long=1.15, deep=0.48, leg=0.1, neck=(0.2, 0.2), neck_wide=0.3,
    head=0.19, muzzle=0.2, tail="bushy", belly=hexed("#d9dadd")), "#6d7480", 0.21, (-1.4, -1.6, 1.4, 0.1)),
    "horse": _b(Build(long=1.14, deep=0.46, leg=0.095, neck=(0.3, 0.42), neck_wide=0.27, head=0.15,
    muzzle=0.2, ears="none", tail="hair", hoofs=True), "#8b5230", 0.27, (-1.0, -1.8, 1.4, 0.1),
    (-0.05, -0.98, 0.78)), "deer": _b(Build(long=1.0, deep=0.36, leg=0.065, neck=(0.2, 0.4), neck_wide=0.18,
    head=0.13, muzzle=0.14, ears="side", tail="puff", hoofs=True, extra="antlers", belly=hexed("#eedbbd")),
    "#a9703f", 0.26, (-0.9, -2.1, 1.2, 0.1), (-0.05, -0.98, 0.7)),
    "cow": _b(Build(long=1.3, deep=0.54, leg=0.09, neck=(0.2, 0.1), neck_wide=0.32, head=0.18, muzzle=0.17,
    ears="side", tail="tuft", hoofs=True, extra="patches"), "#f1ece2", 0.23, (-1.2, -1.5, 1.4, 0.1),
    (0, -0.98, 0.7)), "elephant": _b(Build(long=1.2, deep=0.62, leg=0.15, neck=(0.16, 0.1), neck_wide=0.4,
    head=0.26, muzzle=0.1, ears="big", tail="tuft", extra="trunk"), "#8b929c", 0.34, (-1.1, -1.6, 1.5, 0.1),
    (-0.1, -1.0, 0.55)), "giraffe": _b(Build(long=0.8, deep=0.36, leg=0.07, neck=(0.36, 1.0), neck_wide=0.2,
    head=0.12, muzzle=0.14, ears="side", tail="tuft", hoofs=True, extra="spots"), "#e9b860", 0.27,
    (-0.9, -2.5, 1.2, 0.1)), "bear": _b(Build(long=1.2, deep=0.58, leg=0.14, neck=(0.14, 0.02),
    neck_wide=0.42, head=0.22, muzzle=0.12, ears="round", tail="puff", extra="bear"), "#6b4630", 0.25,
    (-1.0, -1.6, 1.3, 0.1), (-0.1, -1.0, 0.6)), "lion": _b(Build(long=1.2, deep=0.44, leg=0.1,
    neck=(0.16, 0.16), neck_wide=0.28, head=0.21, muzzle=0.1, ears="round", tail="tuft", extra="mane",
    belly=hexed("#f3d9a8")), "#d99f4b", 0.23, (-1.2, -1.7, 1.3, 0.1)),
    "rabbit": Look(_rabbitlike, hexed("#b79a7f"), 0.15, (-0.7, -1.6, 0.8, 0.1), "walks", 8, 10.0),
    "sheep": Look(_sheep, hexed("#f2ede2"), 0.17, (-0.75, -1.2, 0.8, 0.1), "walks", 8, 7.0),
    "penguin": Look(_penguin, hexed("#2b2f42"), 0.2, (-0.5, -1.15, 0.5, 0.1), "walks", 8, 8.0),
    "dinosaur": Look(_dinosaur, hexed("#6d9a52"), 0.33, (-1.3, -1.5, 1.0, 0.1), "walks", 8, 8.0,
    (-0.06, -0.86, 0.5))}
