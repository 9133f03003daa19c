"""Small things in the air: rain, snow, stars that twinkle, dust, fireflies, petals, leaves, bubbles,
embers, lanterns.

They are scattered straight into the frame's planes, a few thousand pixels a frame, so that they cost far
less than a layer.
"""
# fmt: off

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rushes.providers.animatic.camera import Pose
from rushes.providers.animatic.cel import U8
from rushes.providers.animatic.colour import RGB, hexed, to_yuv
from rushes.providers.animatic.frame import Frame
from rushes.providers.animatic.stage import Stage

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of particle looks and moves; lengths are shares of the stage's unit, times in seconds."""

    count: int
    """For a frame of 16:9; others get as many to the area."""
    colours: tuple[RGB, ...]
    size: tuple[float, float]
    """Radius, smallest and largest."""
    fall: tuple[float, float]
    """Downwards speed in units a second; negative rises."""
    wind: float = 0.0
    sway: float = 0.0
    alpha: float = 0.85
    twinkle: float = 0.0
    """How deeply its light goes up and down, 0 to 1."""
    flat: bool = False
    """A tumbling flake, wider than high, instead of a disc."""
    ring: bool = False
    soft: bool = False
    """Fades from the middle, as lights do."""
    top: float = 0.0
    bottom: float = 1.0
    """The part of the height it keeps to."""
    parallax: float = 0.8


KINDS: dict[str, Kind] = {"snow": Kind(230, (hexed("#ffffff"),), (0.0022, 0.0068), (0.08, 0.24), 0.03, 0.02,
    0.9), "dust": Kind(70, (hexed("#ffe9bd"),), (0.0018, 0.0045), (-0.012, 0.012), 0.03, 0.02, 0.55, 0.6,
    soft=True), "sand": Kind(190, (hexed("#f2cf94"),), (0.0015, 0.0035), (-0.01, 0.03), 0.9, 0.01, 0.5),
    "fireflies": Kind(46, (hexed("#f6f59a"), hexed("#ffd977")), (0.011, 0.022), (-0.014, 0.012), 0.012,
    0.045, 0.95, 1.0, soft=True, top=0.35), "petals": Kind(70,
    (hexed("#f9c4d2"), hexed("#f2a0b8"), hexed("#ffe3ea")), (0.006, 0.011), (0.06, 0.13), 0.07, 0.04, 0.95,
    flat=True), "leaves": Kind(44, (hexed("#d0622c"), hexed("#e09a35"), hexed("#b5432d")), (0.009, 0.015),
    (0.08, 0.16), 0.08, 0.05, 0.97, flat=True), "embers": Kind(80,
    (hexed("#ff9a3c"), hexed("#ffd35a"), hexed("#ff6a35")), (0.003, 0.008), (-0.26, -0.1), 0.04, 0.03, 0.95,
    0.5, soft=True), "bubbles": Kind(52, (hexed("#d9fbff"),), (0.004, 0.013), (-0.17, -0.06), 0.0, 0.014,
    0.62, ring=True), "lanterns": Kind(16, (hexed("#ffb14e"), hexed("#ff9340")), (0.022, 0.042),
    (-0.05, -0.02), 0.014, 0.01, 0.95, 0.2, soft=True, bottom=0.7),
    "stars": Kind(34, (hexed("#fffbe8"),), (0.0032, 0.006), (0.0, 0.0), 0.0, 0.0, 0.85, 1.0, soft=True,
    bottom=0.5, parallax=0.0), "wind": Kind(30, (hexed("#f3f1df"),), (0.005, 0.008), (0.0, 0.05), 0.42,
    0.05, 0.8, flat=True), "drops": Kind(90, (hexed("#dff3ff"),), (0.0016, 0.003), (-0.03, 0.03), 0.0, 0.01,
    0.7, 1.0, soft=True, top=0.86)}


class Particles:
    """One kind of particle over the whole frame; positions are a pure function of time."""

    def __init__(self, kind: Kind, name: str, stage: Stage) -> None:
        rnd = stage.random(f"particles {name}")
        unit, self._stage, self._kind = stage.unit, stage, kind
        area = stage.width * stage.height / (unit * unit * 16 / 9)
        count = max(6, min(600, round(kind.count * max(0.4, area) * (kind.bottom - kind.top))))
        self._span_x = stage.width + 0.12 * unit
        self._top, self._span_y = (kind.top * stage.height - 0.05 * unit,
            (kind.bottom - kind.top) * stage.height + 0.1 * unit)
        near = np.array([rnd.random() ** 1.4 for _ in range(count)])
        self._radius = (kind.size[0] + (kind.size[1] - kind.size[0]) * near) * unit
        self._radius = np.maximum(self._radius, 0.75)
        self._x = np.array([rnd.random() for _ in range(count)]) * self._span_x
        self._y = np.array([rnd.random() for _ in range(count)]) * self._span_y
        self._fall = (kind.fall[0] + (kind.fall[1] - kind.fall[0]) * near) * unit
        self._wind = kind.wind * unit * (0.5 + near)
        self._phase = np.array([rnd.random() for _ in range(count)]) * 2 * math.pi
        self._pace = np.array([rnd.uniform(0.6, 1.6) for _ in range(count)])
        self._near = near
        self._yuv = np.array([to_yuv(stage.light.graded(rnd.choice(kind.colours))) for _ in range(count)])
        reach = math.ceil(float(self._radius.max())) + 1
        steps = np.arange(-reach, reach + 1)
        grid_y, grid_x = np.meshgrid(steps, steps, indexing="ij")
        inside = grid_x**2 + grid_y**2 <= (reach + 0.5) ** 2
        self._dx, self._dy = grid_x[inside], grid_y[inside]
        half = math.ceil(reach / 2) + 1
        steps = np.arange(-half, half + 1)
        grid_y, grid_x = np.meshgrid(steps, steps, indexing="ij")
        inside = grid_x**2 + grid_y**2 <= (half + 0.5) ** 2
        self._cx, self._cy = grid_x[inside], grid_y[inside]
        # Nobody sees the colour of a speck, and chroma costs as much again.
        self._tinted = kind.size[1] > 0.006 and bool(np.ptp(self._yuv[:, 1:],
            axis=0).max() > 6 or np.abs(self._yuv[:, 1:] - 128).max() > 14)

    def draw(self, frame: Frame, pose: Pose, t: float) -> None:
        """Scatters the particles into the luma, and into chroma when they are coloured."""
        kind, unit = self._kind, self._stage.unit
        sway = kind.sway * unit * np.sin(self._pace * t * 1.7 + self._phase)
        x = (self._x + self._wind * t + sway - kind.parallax * (
            0.4 + self._near) * pose.x) % self._span_x - 0.06 * unit
        y = (self._y + self._fall * t + 0.4 * sway - kind.parallax * pose.y) % self._span_y + self._top
        strength = np.full(len(x), kind.alpha)
        if kind.twinkle:
            wave = 0.5 + 0.5 * np.sin(t * 2.3 * self._pace + self._phase * 3)
            strength = strength * (1.0 - kind.twinkle + kind.twinkle * wave * wave)
        turn = np.cos(t * 3.1 * self._pace + self._phase)
        self._scatter(frame.y, x, y, 1, strength, turn, self._dx, self._dy, self._yuv[:, 0])
        if self._tinted:
            self._scatter(frame.u, x, y, 2, strength, turn, self._cx, self._cy, self._yuv[:, 1])
            self._scatter(frame.v, x, y, 2, strength, turn, self._cx, self._cy, self._yuv[:, 2])

    def _scatter(self, plane: U8, x: F64, y: F64, step: int, strength: F64, turn: F64, dx: I64, dy: I64,
        value: F64) -> None:
        rows, columns = plane.shape
        px, py = x / step, y / step
        ix, iy = np.floor(px), np.floor(py)
        ex = dx[None, :] - (px - ix)[:, None] + 0.5
        ey = dy[None, :] - (py - iy)[:, None] + 0.5
        radius = (self._radius / step)[:, None]
        if self._kind.flat:
            # A flake tumbles: its height follows its turn, its axis leans with it.
            ey = (ey + 0.5 * ex * turn[:, None]) / np.maximum(0.3, np.abs(turn))[:, None]
        distance = np.sqrt(ex * ex + ey * ey)
        if self._kind.soft:
            alpha = np.clip(1.0 - distance / (radius + 0.4), 0.0, 1.0) ** 1.6
        elif self._kind.ring:
            body = np.clip(radius - distance + 0.5, 0.0, 1.0)
            alpha = body * np.where(distance > radius * 0.72, 0.9, 0.22)
        else:
            alpha = np.clip(radius - distance + 0.5, 0.0, 1.0)
        weight = np.rint(alpha * strength[:, None] * 256).astype(np.int32)
        gx = ix[:, None].astype(np.int64) + dx[None, :]
        gy = iy[:, None].astype(np.int64) + dy[None, :]
        seen = (weight > 0) & (gx >= 0) & (gx < columns) & (gy >= 0) & (gy < rows)
        where = (gy * columns + gx)[seen]
        flat = plane.reshape(-1)
        tone = np.broadcast_to(np.rint(value).astype(np.int32)[:, None], weight.shape)[seen]
        under = flat[where].astype(np.int32)
        flat[where] = (under + (((tone - under) * weight[seen]) >> 8)).astype(np.uint8)


class Rain:
    """Slanted streaks in three depths; all brightness, no colour, so only the luma is touched."""

    def __init__(self, stage: Stage, heavy: bool) -> None:
        rnd = stage.random("rain")
        unit = stage.unit
        area = stage.width * stage.height / (unit * unit * 16 / 9)
        count = round((330 if heavy else 210) * max(0.4, area))
        near = np.array([rnd.random() for _ in range(count)])
        self._slant = 0.26 if heavy else 0.13
        self._length = np.rint((0.025 + 0.05 * near) * unit).astype(np.int64)
        self._speed = (0.9 + 1.3 * near) * unit
        self._span_x, self._span_y = stage.width + 0.5 * unit, stage.height + 0.2 * unit
        self._x = np.array([rnd.random() for _ in range(count)]) * self._span_x
        self._y = np.array([rnd.random() for _ in range(count)]) * self._span_y
        self._near, self._unit = near, unit
        # Every pixel of every streak: which streak, how far along it.
        self._of = np.repeat(np.arange(count), self._length)
        self._along = np.concatenate([np.arange(n) for n in self._length])
        share = self._along / np.maximum(1, self._length[self._of])
        self._weight = np.rint(256 * (0.12 + 0.26 * near[self._of]) * share).astype(np.int32)
        self._wide = max(1, round(unit / 620))
        light = stage.light.graded((225.0, 235.0, 245.0))
        self._tone = round(to_yuv(light)[0])

    def draw(self, frame: Frame, pose: Pose, t: float) -> None:
        """Brightens the pixels of each streak."""
        y = (self._y + self._speed * t) % self._span_y - 0.1 * self._unit
        x = (self._x - self._slant * self._speed * t - (
            0.4 + 0.6 * self._near) * pose.x) % self._span_x - 0.1 * self._unit
        rows, columns = frame.y.shape
        gy = np.floor(y).astype(np.int64)[self._of] + self._along
        gx = np.floor(x[self._of] - self._slant * self._along).astype(np.int64)
        flat = frame.y.reshape(-1)
        for extra in range(self._wide):
            seen = (gx + extra >= 0) & (gx + extra < columns) & (gy >= 0) & (gy < rows)
            where = (gy * columns + gx + extra)[seen]
            under = flat[where].astype(np.int32)
            flat[where] = (under + (((self._tone - under) * self._weight[seen]) >> 8)).astype(np.uint8)


class Lightning:
    """Now and then the whole frame brightens for a few frames."""

    def __init__(self, stage: Stage) -> None:
        rnd = stage.random("lightning")
        self._times = [0.9 + i * 2.7 + rnd.uniform(-0.4, 0.9) for i in range(max(1,
            round(stage.seconds / 2.7)))]
        self._table = [np.clip(np.arange(256) + (235 - np.arange(256)) * k, 0,
            235).astype(np.uint8) for k in (0.0, 0.12, 0.24, 0.38)]

    def draw(self, frame: Frame, pose: Pose, t: float) -> None:
        """A double flash that decays."""
        level = max((_flash(t - start) for start in self._times), default=0.0)
        step = round(level * 3)
        if step:
            np.take(self._table[step], frame.y, out=frame.y)


def _flash(age: float) -> float:
    if not 0 <= age < 0.5:
        return 0.0
    return max(0.0, 1.0 - age / 0.12) if age < 0.16 else max(0.0, 0.8 - (age - 0.16) / 0.3)


def add_particles(stage: Stage) -> None:
    """What the weather, the season and the place put into the air."""
    shot = stage.shot
    names = [d for d in shot.drifts if d in KINDS]
    indoors = shot.place in ("room", "space", "moon")
    if shot.weather == "snow" and not indoors and shot.place != "underwater":
        names.append("snow")
    if shot.place == "underwater":
        names = [n for n in names if n != "snow"] + ([] if "bubbles" in names else ["bubbles"])
    if shot.place == "room" and not names:
        names.append("dust")
    if shot.place == "desert" and (shot.weather == "wind" or "dust" in names):
        names = [n for n in names if n != "dust"] + ["sand"]
    elif shot.weather == "wind" and not names and not indoors:
        names.append("wind")
    if shot.place in ("forest", "countryside") and not names and shot.weather in ("clear", "cloudy"):
        names.append("fireflies" if shot.time in ("night", "dusk") else "dust")
    for name in dict.fromkeys(names):
        stage.add(Particles(KINDS[name], name, stage))
    if shot.weather in ("rain", "storm") and not indoors and shot.place != "underwater":
        stage.add(Rain(stage, shot.weather == "storm"))
    if shot.weather == "storm" and not indoors:
        stage.add(Lightning(stage))
