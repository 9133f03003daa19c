"""Cels: finished drawings in the form that is fastest to lay on a frame, at quarter-pixel positions.

A cel is asked for its planes at a sub-pixel phase and reduces its sheet to them once.  Rows that are opaque all the way are
copied; the others are blended in 16-bit integers (`dst·(255−a) + premultiplied·256 + 255 >> 8`, which leaves a pixel under
alpha 0 exactly as it was).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rushes.providers.animatic.pen import FINE, Sheet

U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Planes:
    """One plane group (luma, or both chroma planes) at one phase; rows from `solid` on are opaque."""

    solid: int
    colours: tuple[U8, ...]
    weighted: tuple[U16, ...]
    """Premultiplied colour × 256 + 255, rows above `solid` only."""
    through: U8
    """255 − alpha, rows above `solid` only."""

    @property
    def shape(self) -> tuple[int, int]:
        return self.colours[0].shape[0], self.colours[0].shape[1]


class Cel:
    """A drawing at (`left`, `top`) of the stage, `width` × `height` frame pixels (both even)."""

    def __init__(self, sheet: Sheet) -> None:
        self.left, self.top, self.width, self.height = sheet.left, sheet.top, sheet.width, sheet.height
        self._sheet: Image.Image | None = sheet.image
        self._luma: dict[tuple[int, int], Planes] = {}
        self._chroma: dict[tuple[int, int], Planes] = {}
        self._reduced: dict[tuple[int, int], Image.Image] = {}

    def prepare(self, xs: tuple[int, ...], ys: tuple[int, ...]) -> None:
        """Makes all the planes for the given quarter-pixel phases now and lets go of the sheet."""
        for ky in ys:
            for kx in xs:
                self.luma(kx, ky)
                for by in (0, FINE) if len(ys) > 1 else (0,):
                    self.chroma(kx, ky + by)
                    self.chroma(kx + FINE, ky + by)
        self._sheet = None
        self._reduced.clear()

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
        quarters = [[self._at(kx, ky).crop((0, 0, self.width, self.height)) for kx in (0, 2)] for ky in (0, 2)]
        full = np.empty((self.height * 2, self.width * 2, 4), np.uint8)
        for j in (0, 1):
            for i in (0, 1):
                full[j::2, i::2] = np.asarray(quarters[j][i])
        self._reduced.clear()
        return Doubled(self, full)

    def _at(self, kx: int, ky: int) -> Image.Image:
        """The sheet reduced to one pixel more than the frame each way."""
        made = self._reduced.get((kx, ky))
        if made is None:
            if self._sheet is None:
                raise ValueError(f"phase {kx}, {ky} was not prepared")
            box = (kx, ky, kx + (self.width + 1) * FINE, ky + (self.height + 1) * FINE)
            if len(self._reduced) > 1:
                self._reduced.clear()
            made = self._reduced[(kx, ky)] = self._sheet.reduce(FINE, box=box)
        return made


class Doubled:
    """A cel at double resolution as Pillow planes: `parts` are (top row, rows, opaque) with unpremultiplied colours."""

    def __init__(self, cel: Cel, full: U8) -> None:
        self.left, self.top, self.width, self.height = cel.left, cel.top, cel.width, cel.height
        y, _, _, a = Image.fromarray(full, "CMYK").split()
        _, u, v, thin = Image.fromarray(full, "CMYK").reduce(2).split()
        alpha, thin_alpha = np.asarray(a), np.asarray(thin)
        self.solid = (_solid_from(alpha) + 7) // 8 * 8
        """The first doubled row from which all are opaque, rounded so that chroma agrees."""
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


def _planes(colours: tuple[Image.Image, ...], alpha: Image.Image) -> Planes:
    a = np.asarray(alpha)
    solid = _solid_from(a)
    arrays = tuple(np.asarray(c) for c in colours)
    return Planes(
        solid,
        arrays,
        tuple((c[:solid].astype(np.uint16) << 8) | 255 for c in arrays),
        255 - a[:solid],
    )
