"""The backdrop: a dithered sky (or sea, or wall) with its sun, moon and stars, made once and copied under
every frame."""

import random
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from rushes.providers.animatic.camera import Pose
from rushes.providers.animatic.colour import RGB, lighter, mix, ramp, to_yuv
from rushes.providers.animatic.frame import Frame
from rushes.providers.animatic.light import Light
from rushes.providers.animatic.stage import Stage

F32 = NDArray[np.float32]

# Ordered 8 × 8 dither (Bayer): keeps a slow gradient from showing steps, and stays still, so it costs the
# encoder once.
_BAYER = np.array([[0]])
for _ in range(3):
    _BAYER = np.block([[4 * _BAYER, 4 * _BAYER + 2], [4 * _BAYER + 3, 4 * _BAYER + 1]])
_DITHER = ((_BAYER + 0.5) / 64.0).astype(np.float32)


class Backdrop:
    """Y, U and V planes under construction as floats; becomes an element of the stage by `finished`."""

    def __init__(self, width: int, height: int, colour_at: Callable[[float], RGB]) -> None:
        """`colour_at` gives the colour at a share of the height."""
        self.width, self.height = width, height
        rows = np.array([to_yuv(colour_at((r + 0.5) / height)) for r in range(height)], np.float32)
        self._planes = [
            np.repeat(rows[:, 0:1], width, axis=1),
            np.repeat(rows[::2, 1:2], width // 2, axis=1),
            np.repeat(rows[::2, 2:3], width // 2, axis=1),
        ]

    def disc(self, x: float, y: float, radius: float, colour: RGB, alpha: float = 1.0) -> None:
        """A smooth-edged disc."""
        self._blend(
            x, y, radius + 1, colour, lambda d: np.clip(radius - d + 0.5, 0.0, 1.0) * np.float32(alpha)
        )

    def glow(self, x: float, y: float, radius: float, colour: RGB, alpha: float) -> None:
        """A soft light that is gone at `radius`."""
        self._blend(
            x,
            y,
            radius,
            colour,
            lambda d: np.clip(1.0 - d / np.float32(radius), 0.0, 1.0) ** 2 * np.float32(alpha),
        )

    def ring(self, x: float, y: float, radius: float, width: float, colour: RGB, alpha: float) -> None:
        """A soft ring."""
        half = np.float32(width / 2)
        self._blend(
            x, y, radius + width, colour,
            lambda d: np.clip(1.0 - np.abs(d - np.float32(radius)) / half, 0.0, 1.0) * np.float32(alpha),
        )  # fmt: skip

    def beam(self, x: float, wide: float, lean: float, long: float, colour: RGB, alpha: float) -> None:
        """A shaft of light from above, `wide` at the top, that spreads, leans and fades over `long` rows."""
        for plane, value, step in zip(self._planes, to_yuv(colour), (1, 2, 2), strict=True):
            rows, columns = plane.shape
            down = np.clip(
                (np.arange(rows, dtype=np.float32)[:, None] + 0.5) * step / np.float32(long), 0.0, 1.0
            )
            across = (np.arange(columns, dtype=np.float32)[None, :] + 0.5) * step
            half = np.float32(wide) * (np.float32(0.5) + down * np.float32(1.3))
            inside = half - np.abs(across - np.float32(x) - down * np.float32(lean))
            strength = (
                np.clip(inside / np.float32(max(2.0, wide * 0.35)), 0.0, 1.0)
                * (1.0 - down)
                * np.float32(alpha)
            )
            plane += (np.float32(value) - plane) * strength.astype(np.float32)

    def crescent(self, x: float, y: float, radius: float, colour: RGB, shadow: float) -> None:
        """A moon with a bite taken out, `shadow` radii to the left."""

        def coverage(d: F32, dx: F32, dy: F32) -> F32:
            bite = np.hypot(dx + np.float32(shadow * radius), dy + np.float32(shadow * radius * 0.35))
            full = np.clip(radius - d + 0.5, 0.0, 1.0)
            shape: F32 = full * np.clip(bite - np.float32(radius * 0.92) + 0.5, 0.0, 1.0)
            return shape

        self._blend_shaped(x, y, radius + 1, colour, coverage)

    def stars(self, rnd: random.Random, count: int, down_to: float, colour: RGB, strength: float) -> None:
        """Stars down to `down_to` (share of the height), thinning out towards the bottom."""
        for _ in range(count):
            x, y = rnd.random() * self.width, rnd.random() ** 1.35 * down_to * self.height
            size = rnd.choice((0.5, 0.5, 0.6, 0.7, 0.9, 1.25)) * max(0.8, min(self.width, self.height) / 720)
            fade = (1.0 - 0.75 * y / (down_to * self.height)) * rnd.uniform(0.35, 1.0)
            self.disc(x, y, size, colour, strength * fade)

    def finished(self) -> "Still":
        """The planes rounded with dither."""
        out = []
        for plane in self._planes:
            rows, columns = plane.shape
            dither = np.tile(_DITHER, (rows // 8 + 1, columns // 8 + 1))[:rows, :columns]
            out.append((plane + dither).astype(np.uint8))
        return Still(out[0], out[1], out[2])

    def _blend(self, x: float, y: float, reach: float, colour: RGB, coverage: Callable[[F32], F32]) -> None:
        self._blend_shaped(x, y, reach, colour, lambda d, _x, _y: coverage(d))

    def _blend_shaped(
        self, x: float, y: float, reach: float, colour: RGB, coverage: Callable[[F32, F32, F32], F32]
    ) -> None:
        for plane, value, step in zip(self._planes, to_yuv(colour), (1, 2, 2), strict=True):
            rows, columns = plane.shape
            x0, x1 = max(0, int((x - reach) / step)), min(columns, int((x + reach) / step) + 2)
            y0, y1 = max(0, int((y - reach) / step)), min(rows, int((y + reach) / step) + 2)
            if x0 >= x1 or y0 >= y1:
                continue
            dx: F32 = ((np.arange(x0, x1) + 0.5) * step - x).astype(np.float32)[None, :]
            dy: F32 = ((np.arange(y0, y1) + 0.5) * step - y).astype(np.float32)[:, None]
            part = plane[y0:y1, x0:x1]
            part += (np.float32(value) - part) * coverage(np.sqrt(dx * dx + dy * dy), dx, dy)


class Still:
    """A finished backdrop: covers the frame and never moves, as things infinitely far do."""

    parallax = 0.0

    def __init__(self, y: NDArray[np.uint8], u: NDArray[np.uint8], v: NDArray[np.uint8]) -> None:
        self.y, self.u, self.v = y, u, v

    def draw(self, frame: Frame, pose: Pose, t: float) -> None:
        frame.y[...] = self.y
        frame.u[...] = self.u
        frame.v[...] = self.v

    def flatten(self, double: Frame) -> None:
        """Every pixel twice each way."""
        for target, plane in ((double.y, self.y), (double.u, self.u), (double.v, self.v)):
            target[...] = plane.repeat(2, axis=0).repeat(2, axis=1)


def open_sky(
    stage: Stage, horizon: float | None = None, also: Callable[[Backdrop, Stage], None] | None = None
) -> None:
    """The sky down to the horizon with sun or moon, glow and stars; `also` may paint more on it."""
    light, width, height = stage.light, stage.width, stage.height
    low = (horizon if horizon is not None else stage.horizon) / height

    def colour_at(share: float) -> RGB:
        return light.graded(ramp(light.sky, min(1.0, share / low)))

    sky = Backdrop(width, height, colour_at)
    _lights(sky, stage, light, low * height)
    if also:
        also(sky, stage)
    stage.add(sky.finished())


def _lights(sky: Backdrop, stage: Stage, light: Light, low: float) -> None:
    unit = stage.unit
    rnd = stage.random("stars")
    clear = stage.shot.weather in (None, "clear", "wind", "cloudy")
    if light.dark >= 0.5 and clear:
        count = int(230 * light.dark**2 * min(2.5, sky.width * low / (unit * unit)))
        sky.stars(rnd, count, low / sky.height, light.graded((255.0, 250.0, 235.0)), light.dark)
    if light.sun_size <= 0:
        return
    x, y = light.sun_at[0] * sky.width, light.sun_at[1] * low
    # In tall frames the sun keeps near the horizon's scenery instead of floating far above it.
    y = max(y, low - (1.0 - light.sun_at[1]) * 1.15 * unit)
    size = light.sun_size * unit
    colour = light.graded(light.sun)
    if light.moon:
        sky.glow(x, y, size * 7, mix(colour, light.graded(light.haze), 0.4), 0.34)
        if stage.random("moon").random() < 0.5:
            sky.disc(x, y, size, colour)
            for dx, dy, r in (
                (-0.3, -0.25, 0.24),
                (0.32, 0.18, 0.3),
                (-0.2, 0.45, 0.15),
                (0.25, -0.45, 0.12),
            ):
                sky.disc(
                    x + dx * size,
                    y + dy * size,
                    r * size,
                    mix(colour, light.graded(light.sky[0][1]), 0.14),
                    0.9,
                )
        else:
            sky.crescent(x, y, size, colour, 0.5)
        return
    low_sun = light.sun_at[1] > 0.6
    warm = light.graded(ramp(light.sky, 0.95))
    sky.glow(x, y, size * (9 if low_sun else 7), lighter(warm, 0.25), 0.62 if low_sun else 0.42)
    if low_sun:
        # Poster rings around a low sun.
        for ring, alpha in ((2.6, 0.16), (1.75, 0.22)):
            sky.disc(x, y, size * ring, lighter(warm, 0.35), alpha)
    sky.disc(x, y, size, colour)
