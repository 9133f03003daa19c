"""What happens in the sky: aurora, fireworks, shooting stars, a rainbow."""
# fmt: off

import math

import numpy as np
from numpy.typing import NDArray

from rushes.providers.animatic.backdrop import Backdrop, open_sky
from rushes.providers.animatic.camera import Pose
from rushes.providers.animatic.colour import hexed, ink, to_yuv
from rushes.providers.animatic.frame import Frame
from rushes.providers.animatic.pen import FINE_X, FINE_Y, Pen
from rushes.providers.animatic.stage import Stage

_BURSTS = ("#ff6a5a", "#ffd35a", "#7fe0ff", "#c79bff", "#8dffb0", "#ff9ad0")


def weathered_sky(stage: Stage, horizon: float | None = None) -> None:
    """The open sky and all that shows in it."""
    open_sky(stage, horizon, rainbow if "rainbow" in stage.shot.drifts else None)
    add_shows(stage)


def add_shows(stage: Stage) -> None:
    """Whatever of it the prompt mentions, between the sky and everything else."""
    if "aurora" in stage.shot.drifts:
        _aurora(stage, "aurora1", "#5dffb0", "#3fd0c8", 0.62, 0.018)
        _aurora(stage, "aurora2", "#8f7bff", "#5dffb0", 0.42, -0.013)
    if "meteors" in stage.shot.drifts:
        _meteors(stage)
    if "fireworks" in stage.shot.drifts:
        stage.add(Fireworks(stage))


def rainbow(sky: Backdrop, stage: Stage) -> None:
    """Seven soft rings over the horizon."""
    u = stage.unit
    x, y = stage.width * (0.3 if stage.light.sun_at[0] > 0.5 else 0.7), stage.horizon + 0.1 * u
    for k, colour in enumerate(("#e0554a", "#f09a45", "#f3d95a", "#6fc06a", "#5a9be0", "#5a62c0", "#8a5ac0")):
        sky.ring(x, y, (0.62 - 0.018 * k) * u, 0.02 * u, stage.light.graded(hexed(colour)), 0.42)


def _aurora(stage: Stage, name: str, low: str, high: str, strength: float, drift: float) -> None:
    """A curtain of light: a wavy lower edge from which rays fade upwards."""
    u = stage.unit
    top, bottom = 0.02 * stage.horizon, 0.8 * stage.horizon
    foot, tip = (ink(stage.light.graded(hexed(c))) for c in (low, high))

    def drawing(pen: Pen, length: int) -> None:
        pixels = pen.sheet.pixels
        if pixels[..., 3].any():
            return  # the copies that a repeating strip is drawn in: this one covers it all at once
        rnd = stage.random(name)
        rows, columns = pixels.shape[:2]
        x = np.arange(columns, dtype=np.float32) / FINE_X * np.float32(2 * math.pi / length)
        edge = np.full(columns, 0.62 * (bottom - top), np.float32)
        rays = np.full(columns, 0.62, np.float32)
        for _ in range(4):
            k = np.float32(max(1, round(length / u * rnd.uniform(0.5, 2.2))))
            edge += np.float32(rnd.uniform(0.03, 0.1) * u) * np.sin(x * k + np.float32(rnd.uniform(0, 6.3)))
        for _ in range(5):
            k = np.float32(max(1, round(length / u * rnd.uniform(5, 26))))
            rays += np.float32(0.12) * np.sin(x * k + np.float32(rnd.uniform(0, 6.3)))
        y = (np.arange(rows, dtype=np.float32) / np.float32(FINE_Y))[:, None]
        above = (edge[None, :] - y) / np.float32(0.5 * u)
        soft = np.clip(1.0 + above * np.float32(9.0), 0.0, 1.0)
        alpha = (np.clip(1.0 - above, 0.0, 1.0) ** 2 * soft * np.clip(rays, 0.0, 1.0)[None,
            :] * np.float32(strength))
        alpha *= np.clip(y / np.float32(0.12 * u), 0.0, 1.0)
        mix_ = np.clip(above, 0.0, 1.0)
        for band in range(3):
            tone = np.float32(foot[band]) + np.float32(tip[band] - foot[band]) * mix_
            pixels[..., band] = (tone * alpha + np.float32(0.5)).astype(np.uint8)
        pixels[..., 3] = (alpha * np.float32(255) + np.float32(0.5)).astype(np.uint8)

    stage.strip(top, bottom, 0.0, drawing, drift=drift * u)


def _meteors(stage: Stage) -> None:
    u = stage.unit
    rnd = stage.random("meteors")
    tone = stage.light.graded((255.0, 250.0, 232.0))

    def streak(pen: Pen) -> None:
        for k in range(8):
            share = k / 8
            pen.shade([(-0.2 * u * (1 - share), -0.09 * u * (1 - share)), (0.0, -0.0025 * u),
                (0.0035 * u, 0.0), (0.0, 0.0025 * u)], tone, 0.3, glow=True)
        pen.disc(0, 0, 0.004 * u, tone, glow=True)

    for number in range(max(2, round(stage.seconds / 1.3))):
        start = 0.3 + number * 1.3 + rnd.uniform(-0.25, 0.5)
        x, y = rnd.uniform(-0.1, 0.8) * stage.width, rnd.uniform(0.04, 0.3) * stage.horizon

        def where(t: float, start: float = start, x: float = x, y: float = y) -> tuple[float, float]:
            age = t - start
            # Out of sight before and after its flight.
            return (x + age * 0.75 * u, y + age * 0.34 * u) if 0 <= age < 0.9 else (-u, -u)

        stage.sprite([streak], (-0.22 * u, -0.11 * u, 0.02 * u, 0.02 * u), where, parallax=0.0)


class Fireworks:
    """Shells that burst into rings of sparks, fall and fade; scattered into the planes like other
    particles."""

    def __init__(self, stage: Stage) -> None:
        rnd = stage.random("fireworks")
        self._unit = stage.unit
        self._bursts: list[tuple[float, float, float, NDArray[np.float64], tuple[float, float, float]]] = []
        for number in range(max(3, round(stage.seconds / 0.55))):
            start = number * 0.55 + rnd.uniform(-0.2, 0.3) - 0.5
            x, y = rnd.uniform(0.1, 0.9) * stage.width, rnd.uniform(0.12, 0.5) * stage.horizon
            speed = rnd.uniform(0.16, 0.26)
            spray = np.array([(math.cos(a) * r, math.sin(a) * r) for a,
                r in ((rnd.uniform(0, 6.2832), speed * rnd.choice((1.0, 0.95, 0.62,
                0.35))) for _ in range(110))])
            colour = to_yuv(stage.light.graded(hexed(rnd.choice(_BURSTS))))
            self._bursts.append((start, x, y, spray, colour))

    def draw(self, frame: Frame, pose: Pose, t: float) -> None:
        """Sparks and their short trails."""
        u = self._unit
        for start, x, y, spray, colour in self._bursts:
            age = t - start
            if not 0 <= age < 1.7:
                continue
            for lag, share in ((0.0, 1.0), (0.04, 0.6), (0.08, 0.35), (0.12, 0.2)):
                past = max(0.0, age - lag)
                reach = (1.0 - math.exp(-2.6 * past)) * u
                px = np.floor(x + spray[:, 0] * reach).astype(np.int64)
                py = np.floor(y + spray[:, 1] * reach + 0.05 * u * past * past).astype(np.int64)
                fade = share * max(0.0, 1.0 - age / 1.7) ** 0.7
                size = max(1, round(u / 250 * (1.0 if lag else 1.4)))
                for plane, value, step in ((frame.y, colour[0], 1), (frame.u, colour[1], 2),
                    (frame.v, colour[2], 2)):
                    _dots(plane, px // step, py // step, max(1, size // step), value, fade)


def _dots(plane: NDArray[np.uint8], px: NDArray[np.int64], py: NDArray[np.int64], size: int, value: float,
    alpha: float) -> None:
    rows, columns = plane.shape
    flat, weight, tone = plane.reshape(-1), round(alpha * 256), round(value)
    for dy in range(size):
        for dx in range(size):
            seen = (px + dx >= 0) & (px + dx < columns) & (py + dy >= 0) & (py + dy < rows)
            where = (py[seen] + dy) * columns + px[seen] + dx
            under = flat[where].astype(np.int32)
            flat[where] = (under + (((tone - under) * weight) >> 8)).astype(np.uint8)
