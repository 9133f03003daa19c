"""Cels: finished drawings in the form that is fastest to lay on a frame, at sub-pixel positions.

A cel is asked for its planes at a sub-pixel phase and reduces its sheet to them once.  Rows that are opaque
all the way are copied; the others are blended in 16-bit integers (`dst·(255−a) + premultiplied·256 + 255 >>
8`, which leaves a pixel under alpha 0 exactly as it was), and only where a column has something in it.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rushes.providers.animatic.pen import FINE_X, FINE_Y, Sheet

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

    The sheet is large, so it is let go of after each use and made again by `redraw` should another phase be
    wanted.
    """

    def __init__(self, sheet: Sheet, redraw: Callable[[], Sheet]) -> None:
        self.left, self.top, self.width, self.height = sheet.left, sheet.top, sheet.width, sheet.height
        self._sheet: Sheet | None = sheet
        self._redraw = redraw
        self._luma: dict[tuple[int, int], Planes] = {}
        self._chroma: dict[tuple[int, int], Planes] = {}
        self._making = threading.Lock()

    def prepare(self, across: int, down: int, *, anywhere: bool = False) -> None:
        """Makes the planes for positions that snap to `across` and `down` sub-pixels.

        With `anywhere` also those for odd pixels, which a layer that never moves that way does not need.
        """
        mesh = self._mesh(across, down)
        for ky in range(0, FINE_Y, down):
            for kx in range(0, FINE_X, across):
                phase = mesh[ky // down :: FINE_Y // down, kx // across :: FINE_X // across]
                y = phase[: self.height, : self.width, 0]
                self._luma[kx, ky] = _planes((y,), phase[: self.height, : self.width, 3])
                for by in (0, 1) if anywhere or down < FINE_Y else (0,):
                    for bx in (0, 1) if anywhere or across < FINE_X else (0,):
                        place = (snapped(kx + bx * FINE_X, FINE_X), snapped(ky + by * FINE_Y, FINE_Y))
                        if place not in self._chroma:
                            part = phase[by : by + self.height, bx : bx + self.width]
                            self._chroma[place] = _halved(np.ascontiguousarray(part))
        self._sheet = None

    def luma(self, kx: int, ky: int) -> Planes:
        """The Y planes when the drawing is read from `kx`, `ky` sub-pixels in."""
        with self._making:
            if (kx, ky) not in self._luma:
                self._make(kx, ky)
            return self._luma[kx, ky]

    def chroma(self, kx: int, ky: int) -> Planes:
        """The U and V planes, read from `kx`, `ky` (luma) sub-pixels in, both `snapped`."""
        with self._making:
            if (kx, ky) not in self._chroma:
                self._make(kx % FINE_X, ky % FINE_Y)
            return self._chroma[kx, ky]

    def doubled(self) -> "Doubled":
        """The drawing at twice the frame's resolution, for layers whose scale changes."""
        mesh = self._mesh(FINE_X // 2, FINE_Y // 2)[: self.height * 2, : self.width * 2]
        self._sheet = None
        return Doubled(self, Image.fromarray(np.ascontiguousarray(mesh), "CMYK"))

    def _make(self, kx: int, ky: int) -> None:
        """One phase that was not prepared, with all its chroma."""
        sheet = self._sheet = self._sheet or self._redraw()
        box = (kx, ky, kx + (self.width + 1) * FINE_X, ky + (self.height + 1) * FINE_Y)
        phase = np.asarray(sheet.image.reduce((FINE_X, FINE_Y), box=box))
        self._luma[kx, ky] = _planes(
            (phase[: self.height, : self.width, 0],), phase[: self.height, : self.width, 3]
        )
        for by in (0, 1):
            for bx in (0, 1):
                part = phase[by : by + self.height, bx : bx + self.width]
                place = (snapped(kx + bx * FINE_X, FINE_X), snapped(ky + by * FINE_Y, FINE_Y))
                self._chroma.setdefault(place, _halved(np.ascontiguousarray(part)))

    def _mesh(self, across: int, down: int) -> U8:
        """The sheet seen through a window of one frame pixel at every `across`, `down` sub-pixels: (rows,
        columns, 4)."""
        sheet = self._sheet = self._sheet or self._redraw()
        mesh: U8 = np.asarray(sheet.image.reduce((across, down))) if across * down > 1 else sheet.pixels
        for axis, step, whole in ((1, across, FINE_X), (0, down, FINE_Y)):
            reach = 1
            while reach * step < whole:
                mesh = _averaged(mesh, reach, axis)
                reach *= 2
        return mesh


def snapped(offset: int, fine: int) -> int:
    """The chroma phase used for an offset in sub-pixels: whole luma pixels only, which nobody can tell from
    finer ones."""
    return offset // fine * fine


def _averaged(mesh: U8, apart: int, axis: int) -> U8:
    """The mean of each element and the one `apart` further on."""
    a, b = (mesh[:, :-apart], mesh[:, apart:]) if axis else (mesh[:-apart], mesh[apart:])
    # The mean of two bytes without a wider type, which is several times as fast.
    out: U8 = (a & b) + ((a ^ b) >> 1)
    return out


def _halved(part: U8) -> "Planes":
    small = np.asarray(Image.fromarray(part, "CMYK").reduce(2))
    return _planes((small[..., 1], small[..., 2]), small[..., 3])


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
    flat.reshape(-1)[edge] = np.minimum(
        255, (flat.reshape(-1)[edge].astype(np.uint32) * 255 + weight // 2) // weight
    )
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


def _planes(colours: tuple[U8, ...], a: U8) -> Planes:
    alpha = np.ascontiguousarray(a)
    solid = _solid_from(alpha)
    return Planes(
        alpha.shape[1],
        alpha.shape[0],
        solid,
        tuple(np.ascontiguousarray(c[solid:]) for c in colours),
        tuple(_weighted(c[:solid]) for c in colours),
        255 - alpha[:solid],
        _runs(alpha[:solid], _GAP),
    )


def _weighted(colour: U8) -> U16:
    out: U16 = np.ascontiguousarray(colour).astype(np.uint16)
    out <<= np.uint16(8)
    out |= np.uint16(255)
    return out
