"""A camera over a picture: slow, eased, and deeper than flat, because what is low in the frame moves as if
it were nearer.

The picture is fitted whole; where its shape is not the frame's, a blurred and darkened continuation of it
fills the rest.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from rushes.providers.animatic.camera import Pose, eased
from rushes.providers.animatic.colour import ramp, to_yuv
from rushes.providers.animatic.frame import Frame
from rushes.providers.animatic.stage import Stage

_ROOM = 1.18
"""How much larger than the frame the canvas is drawn, so that the closest view is still sharp."""
_CLOSE_ENOUGH = 0.035
"""Shapes that differ less than this are filled instead of framed: nobody misses a sliver."""
_DEPTH = 0.034
"""How much nearer the lower edge is than the upper, in scale."""
_ALWAYS = 1.035
"""The least enlargement, which leaves handheld drift and depth something to move in."""

F32 = NDArray[np.float32]


class Picture:
    """The element that shows a picture file; lengths in canvas pixels are those of the frame × 1.18."""

    def __init__(self, stage: Stage, path: Path) -> None:
        self._stage = stage
        canvas = _canvas(path, round(stage.width * _ROOM), round(stage.height * _ROOM))
        y, u, v = _planes(canvas, stage)
        self._size = canvas.size
        self._sources = (Image.fromarray(y), Image.fromarray(u), Image.fromarray(v))
        bands = max(8, min(48, stage.height // 16))
        self._edges = [round(stage.height * k / bands / 2) * 2 for k in range(bands + 1)]

    def draw(self, frame: Frame, pose: Pose, t: float) -> None:
        """Fills the whole frame."""
        views = self._views(t)
        self._fill(frame, views, 1)
        self._fill(frame, views, 2)

    def _views(self, t: float) -> list[tuple[float, float, float, float]]:
        """For each band of rows, the part of the canvas it shows (left, top, right, bottom as shares)."""
        scale, x, y = self._camera(t)
        span = 1.0 / scale
        # Nearness grows downwards; its mean stays 1, so the picture as a whole keeps the camera's scale.
        growth = _DEPTH * (scale - 1.0) * 4.0
        heights = []
        for a, b in pairwise(self._edges):
            middle = (a + b) / 2 / self._stage.height
            heights.append(((b - a) / self._stage.height, 1.0 / (1.0 + growth * (middle - 0.5)), middle))
        total = sum(share * inverse for share, inverse, _ in heights)
        top = y * (1.0 - span)
        out: list[tuple[float, float, float, float]] = []
        for share, inverse, middle in heights:
            tall = span * share * inverse / total
            wide = min(1.0, span * inverse)
            shift = (x - 0.5) * _DEPTH * 0.7 * (middle - 0.5)
            left = min(1.0 - wide, max(0.0, x * (1.0 - span) + (span - wide) / 2 + shift * span))
            out.append((left, top, left + wide, min(1.0, top + tall)))
            top += tall
        return out

    def _camera(self, t: float) -> tuple[float, float, float]:
        """Scale (1 shows all of it) and where in the spare room the view lies (0 to 1, across and down)."""
        camera = self._stage.camera
        k = eased(min(1.0, t / self._stage.seconds))
        far = min(1.0, 0.55 + self._stage.seconds / 18.0)
        gain = 0.15 * far
        moves: dict[str, tuple[float, float, float]] = {
            "push_in": (_ALWAYS + gain * k, 0.5, 0.5 + 0.06 * k),
            "pull_out": (_ALWAYS + gain * (1 - k), 0.5, 0.56 - 0.06 * k),
            "drone": (_ALWAYS + gain * k, 0.42 + 0.16 * k, 0.62 - 0.12 * k),
            "pan_right": (1.0 + 0.14 * far, k, 0.5),
            "pan_left": (1.0 + 0.14 * far, 1 - k, 0.5),
            "tracking": (1.0 + 0.14 * far, k, 0.55),
            "crane_up": (1.0 + 0.14 * far, 0.5, 1 - k),
            "crane_down": (1.0 + 0.14 * far, 0.5, k),
            "static": (1.0, 0.5, 0.5),
        }
        if camera.move == "handheld":
            pose = camera.at(t)
            return 1.06, pose.x / max(1.0, camera.reach), 0.5 + pose.y / max(1.0, camera.climb)
        return moves.get(camera.move, moves["push_in"])

    def _fill(self, frame: Frame, views: list[tuple[float, float, float, float]], step: int) -> None:
        targets = (frame.y,) if step == 1 else (frame.u, frame.v)
        sources = self._sources[:1] if step == 1 else self._sources[1:]
        for number, (left, top, right, bottom) in enumerate(views):
            a, b = self._edges[number] // step, self._edges[number + 1] // step
            for target, source in zip(targets, sources, strict=True):
                w, h = source.size
                box = (left * w, top * h, min(float(w), right * w), min(float(h), bottom * h))
                target[a:b] = np.asarray(
                    source.resize((frame.width // step, b - a), Image.Resampling.BILINEAR, box)
                )


def _canvas(path: Path, width: int, height: int) -> Image.Image:
    """The picture, whole, on `width` × `height` pixels."""
    with Image.open(path) as opened:
        opened.draft("RGB", (width * 2, height * 2))
        picture = ImageOps.exif_transpose(opened)
        if picture.mode.startswith("I"):
            # 16 bits a pixel; Pillow's own conversion would clip them instead of scaling.
            picture = Image.fromarray((np.asarray(picture).astype(np.uint32) >> 8).astype(np.uint8))
        if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
            picture = picture.convert("RGBA")
            paper = Image.new("RGBA", picture.size, (24, 24, 28, 255))
            picture = Image.alpha_composite(paper, picture)
        picture = picture.convert("RGB")
    shape, wanted = picture.width / picture.height, width / height
    if abs(shape / wanted - 1.0) <= _CLOSE_ENOUGH:
        return ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)
    small = ImageOps.fit(picture, (max(2, width // 8), max(2, height // 8)), Image.Resampling.BOX)
    small = small.filter(ImageFilter.GaussianBlur(max(width, height) / 8 / 22))
    around = small.resize((width, height), Image.Resampling.BICUBIC).point(
        [round(v * 0.52) for v in range(256)] * 3
    )
    fitted = ImageOps.contain(picture, (width, height), Image.Resampling.LANCZOS)
    around.paste(fitted, ((width - fitted.width) // 2, (height - fitted.height) // 2))
    return around


def _planes(
    canvas: Image.Image, stage: Stage
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """The canvas in the light and palette that the prompt mentions, as Y, U and V with chroma halved."""
    canvas = canvas.crop((0, 0, canvas.width // 2 * 2, canvas.height // 2 * 2))
    rgb = np.asarray(canvas).astype(np.float32)
    light, shot = stage.light, stage.shot
    if shot.time is not None and shot.time not in ("day", "morning"):
        # Half of the light's strength: the picture keeps its own.
        rgb *= 0.45 + 0.55 * np.array(light.tint, np.float32)
    if light.richness != 1.0 or light.grade:
        rgb = _graded(rgb, stage)
    weights = np.array(
        [to_yuv(c) for c in ((255.0, 0.0, 0.0), (0.0, 255.0, 0.0), (0.0, 0.0, 255.0))], np.float32
    )
    black = np.array(to_yuv((0.0, 0.0, 0.0)), np.float32)
    matrix = (weights - black) / np.float32(255.0)
    # Summed by hand: a matrix product's rounding differs between processors, and frames must not.
    planes = [
        rgb[..., 0] * matrix[0, i] + rgb[..., 1] * matrix[1, i] + rgb[..., 2] * matrix[2, i] + black[i]
        for i in range(3)
    ]
    halved = [(p[::2, ::2] + p[1::2, ::2] + p[::2, 1::2] + p[1::2, 1::2]) / np.float32(4) for p in planes[1:]]
    y, u, v = ((p + np.float32(0.5)).astype(np.uint8) for p in (planes[0], *halved))
    return y, u, v


def _graded(rgb: F32, stage: Stage) -> F32:
    light = stage.light
    grey = (
        rgb[..., 0] * np.float32(0.2126) + rgb[..., 1] * np.float32(0.7152) + rgb[..., 2] * np.float32(0.0722)
    )
    rgb = np.clip(grey[..., None] + (rgb - grey[..., None]) * np.float32(light.richness), 0, 255)
    if light.grade:
        table = np.array([ramp(light.grade, i / 255.0) for i in range(256)], np.float32)
        wanted = table[np.clip(grey, 0, 255).astype(np.uint8)]
        rgb = rgb + (wanted - rgb) * np.float32(light.grip * 0.8)
    return rgb
