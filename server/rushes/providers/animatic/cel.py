"""Cels: finished drawings in the form that is fastest to lay on a frame, at quarter-pixel positions.

A cel is asked for its planes at a sub-pixel phase and reduces its sheet to them once.  Rows that are opaque all the way are
copied; the others are blended in 16-bit integers (`dst·(255−a) + premultiplied·256 + 255 >> 8`, which leaves a pixel under
alpha 0 exactly as it was), and only where a column has something in it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rushes.providers.animatic.pen import FINE, Sheet

U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]

_GAP = 24
"""Empty columns that are cheaper to blend than to skip."""


@dataclass(frozen=True, slots=True)
class Planes:
    """One plane group (luma, or both chroma planes) at one phase; rows from `solid` on are opaque."""

    width: int
    height: int
    solid: int
    colours: tuple[U8, ...]
    """Rows from `solid` on."""
    weighted: tuple[U16, ...]
    """Premultiplied colour × 256 + 255, rows above `solid`."""
    through: U8
    """255 − alpha, rows above `solid`."""
    runs: tuple[tuple[int, int], ...]
    """The columns (from, to) in which those rows have something."""


class Cel:
    """A drawing at (`left`, `top`) of the stage, `width` × `height` frame pixels (all even).

    The sheet is large, so it is let go of after each use and made again by `redraw` should another phase be wanted.
    """

    def __init__(self, sheet: Sheet, redraw: Callable[[], Sheet]) -> None:
        self.left, self.top, self.width, self.height = sheet.left, sheet.top, sheet.width, sheet.height
        self._sheet: Image.Image | None = sheet.image
        self._redraw = redraw
        self._luma: dict[tuple[int, int], Planes] = {}
        self._chroma: dict[tuple[int, int], Planes] = {}
        self._reduced: tuple[tuple[int, int], Image.Image] | None = None

    def prepare(self, xs: Sequence[int], ys: Sequence[int], coarse: int, *, anywhere: bool = False) -> None:
        """Makes the planes for the given quarter-pixel phases now and lets go of the sheet; chroma snaps to `coarse`.

        With `anywhere` also those for odd pixels, which a layer that never moves that way does not need.
        """
        for ky in ys:
            for kx in xs:
                self.luma(kx, ky)
                for by in (0, FINE) if anywhere or len(ys) > 1 else (0,):
                    for bx in (0, FINE) if anywhere or len(xs) > 1 else (0,):
                        self.chroma((kx + bx) // coarse * coarse, (ky + by) // coarse * coarse)
        self._sheet = self._reduced = None

    def luma(self, kx: int, ky: int) -> Planes:
        """The Y planes when the drawing is read from `kx`, `ky` quarter pixels in (each 0 to 3)."""
        made = self._luma.get((kx, ky))
        if made is None:
            y, _, _, a = self._at(kx, ky).crop((0, 0, self.width, self.height)).split()
            made = self._luma[(kx, ky)] = _planes((y,), a)
        return made

    def chroma(self, kx: int, ky: int) -> Planes:
        """The U and V planes, read from `kx`, `ky` quarter (luma) pixels in (each 0 to 7)."""
        made = self._chroma.get((kx, ky))
        if made is None:
            bx, by = kx // FINE, ky // FINE
            part = self._at(kx % FINE, ky % FINE).crop((bx, by, bx + self.width, by + self.height)).reduce(2)
            _, u, v, a = part.split()
            made = self._chroma[(kx, ky)] = _planes((u, v), a)
        return made

    def doubled(self) -> "Doubled":
        """The drawing at twice the frame's resolution, for layers whose scale changes."""
        full = np.empty((self.height * 2, self.width * 2, 4), np.uint8)
        for j in (0, 1):
            for i in (0, 1):
                full[j::2, i::2] = np.asarray(self._at(i * 2, j * 2).crop((0, 0, self.width, self.height)))
        self._sheet = self._reduced = None
        return Doubled(self, Image.fromarray(full, "CMYK"))

    def _at(self, kx: int, ky: int) -> Image.Image:
        """The sheet reduced to one pixel more than the frame each way; the latest is kept for its chroma."""
        if self._reduced is None or self._reduced[0] != (kx, ky):
            if self._sheet is None:
                self._sheet = self._redraw().image
            box = (kx, ky, kx + (self.width + 1) * FINE, ky + (self.height + 1) * FINE)
            self._reduced = ((kx, ky), self._sheet.reduce(FINE, box=box))
        return self._reduced[1]


class Doubled:
    """A cel at double resolution as Pillow planes whose colours are not premultiplied."""

    def __init__(self, cel: Cel, full: Image.Image) -> None:
        self.left, self.top, self.width, self.height = cel.left, cel.top, cel.width, cel.height
        y, _, _, a = full.split()
        _, u, v, thin = full.reduce(2).split()
        alpha, thin_alpha = np.asarray(a), np.asarray(thin)
        self.solid = (_solid_from(alpha) + 7) // 8 * 8
        """The first doubled row from which all are opaque, rounded so that chroma agrees."""
        self.runs = _runs(alpha[: self.solid], _GAP * 2)
        """The doubled columns in which the rows above have something."""
        self.alpha, self.thin = a, thin
        self.y = _unweighted(y, alpha)
        self.u, self.v = _unweighted(u, thin_alpha), _unweighted(v, thin_alpha)


def _unweighted(plane: Image.Image, alpha: U8) -> Image.Image:
    """The plane with premultiplication undone along the edges, where alone it shows."""
    flat = np.array(plane)
    edge = np.flatnonzero((alpha > 0) & (alpha < 255))
    weight = alpha.reshape(-1)[edge].astype(np.uint32)
    flat.reshape(-1)[edge] = np.minimum(255, (flat.reshape(-1)[edge].astype(np.uint32) * 255 + weight // 2) // weight)
    return Image.fromarray(flat)


def _solid_from(alpha: U8) -> int:
    """The first row from which every row is opaque all the way."""
    open_rows = np.flatnonzero(alpha.min(axis=1) < 255)
    return int(open_rows[-1]) + 1 if len(open_rows) else 0


def _runs(alpha: U8, gap: int) -> tuple[tuple[int, int], ...]:
    """Spans of columns that are not empty, joined across gaps of less than `gap`; their ends are even."""
    if not alpha.size:
        return ()
    used = np.flatnonzero(alpha.max(axis=0))
    if not len(used):
        return ()
    breaks = np.flatnonzero(np.diff(used) > gap)
    starts = [int(used[0]), *(int(used[i + 1]) for i in breaks)]
    ends = [*(int(used[i]) for i in breaks), int(used[-1])]
    width = alpha.shape[1]
    return tuple((s // 2 * 2, min(width, (e + 2) // 2 * 2)) for s, e in zip(starts, ends, strict=True))


def _planes(colours: tuple[Image.Image, ...], alpha: Image.Image) -> Planes:
    a = np.asarray(alpha)
    solid = _solid_from(a)
    arrays = tuple(np.asarray(c) for c in colours)
    return Planes(
        a.shape[1],
        a.shape[0],
        solid,
        tuple(c[solid:].copy() for c in arrays),
        tuple(_weighted(c[:solid]) for c in arrays),
        255 - a[:solid],
        _runs(a[:solid], _GAP),
    )


def _weighted(colour: U8) -> U16:
    out: U16 = colour.astype(np.uint16)
    out <<= 8
    out |= 255
    return out
