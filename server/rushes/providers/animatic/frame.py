"""The frame being drawn: one yuv420p buffer, written to again and again, and the two ways of laying a cel
on it."""

import numpy as np
from PIL import Image

from rushes.providers.animatic.cel import U8, U16, Cel, Doubled, Planes, snapped
from rushes.providers.animatic.colour import YUV
from rushes.providers.animatic.pen import FINE_X, FINE_Y


class Frame:
    """`width` × `height` pixels as Y, U and V views of one contiguous `buffer` that goes to the encoder as
    it is."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        luma, chroma = width * height, width * height // 4
        self.buffer: U8 = np.empty(luma + 2 * chroma, np.uint8)
        self.y = self.buffer[:luma].reshape(height, width)
        self.u = self.buffer[luma : luma + chroma].reshape(height // 2, width // 2)
        self.v = self.buffer[luma + chroma :].reshape(height // 2, width // 2)
        self._space: U16 = np.empty(luma, np.uint16)
        self._images = (_shared(self.y), _shared(self.u), _shared(self.v))

    def lay(self, cel: Cel, x: float, y: float, *, period: int = 0, across: int = 1, down: int = 1) -> None:
        """Lays `cel` with its top left at (x, y); with `period` it repeats sideways.

        `across` and `down` say on how many sub-pixels positions snap: 1 is the finest, FINE_X and FINE_Y
        are whole pixels.
        """
        fine_x, fine_y = round(x * FINE_X / across) * across, round(y * FINE_Y / down) * down
        if period:
            step = period * FINE_X
            fine_x = fine_x % step - step
            while fine_x < self.width * FINE_X:
                self._lay_once(cel, fine_x, fine_y)
                fine_x += step
        else:
            self._lay_once(cel, fine_x, fine_y)

    def _lay_once(self, cel: Cel, x: int, y: int) -> None:
        if x >= self.width * FINE_X or y >= self.height * FINE_Y:
            return
        if x <= -cel.width * FINE_X or y <= -cel.height * FINE_Y:
            return
        left, top = -(-x // FINE_X), -(-y // FINE_Y)
        self._blend(cel.luma(left * FINE_X - x, top * FINE_Y - y), left, top, (self.y,))
        wide, tall = FINE_X * 2, FINE_Y * 2
        left, top = -(-x // wide), -(-y // tall)
        kx, ky = snapped(left * wide - x, FINE_X), snapped(top * tall - y, FINE_Y)
        self._blend(cel.chroma(kx, ky), left, top, (self.u, self.v))

    def _blend(self, planes: Planes, left: int, top: int, onto: tuple[U8, ...]) -> None:
        rows, columns = onto[0].shape
        y0, y1 = max(0, top), min(rows, top + planes.height)
        split = min(max(planes.solid + top, y0), y1)
        if split > y0:
            for start, end in planes.runs:
                x0, x1 = max(0, left + start), min(columns, left + end)
                if x0 >= x1:
                    continue
                band = (slice(y0 - top, split - top), slice(x0 - left, x1 - left))
                through = planes.through[band]
                space = self._space[: through.size].reshape(through.shape)
                for target, weighted in zip(onto, planes.weighted, strict=True):
                    part = target[y0:split, x0:x1]
                    np.multiply(part, through, out=space, dtype=np.uint16)
                    np.add(space, weighted[band], out=space)
                    np.right_shift(space, 8, out=space)
                    part[...] = space
        x0, x1 = max(0, left), min(columns, left + planes.width)
        if split < y1 and x0 < x1:
            skip = top + planes.solid
            for target, colours in zip(onto, planes.colours, strict=True):
                target[split:y1, x0:x1] = colours[split - skip : y1 - skip, x0 - left : x1 - left]

    def fill(self, top: float, yuv: YUV) -> None:
        """Fills everything from row `top` (rounded up to an even one) downwards."""
        row = max(0, _up(top / 2))
        self.y[row * 2 :] = yuv[0]
        self.u[row:] = yuv[1]
        self.v[row:] = yuv[2]

    def veil(self, top: int, weighted: tuple[U16, U16, U16], through: tuple[U8, U8]) -> None:
        """Blends rows from the even row `top` on with one colour, each row with its own weight (column
        arrays as in `Planes`)."""
        for plane, start, weight, through_it in (
            (self.y, top, weighted[0], through[0]),
            (self.u, top // 2, weighted[1], through[1]),
            (self.v, top // 2, weighted[2], through[1]),
        ):
            skipped = max(0, -start)
            part = plane[max(0, start) : max(0, start + len(weight))]
            if not part.size:
                continue
            space = self._space[: part.size].reshape(part.shape)
            rows = slice(skipped, skipped + len(part))
            np.multiply(part, through_it[rows], out=space, dtype=np.uint16)
            np.add(space, weight[rows], out=space)
            np.right_shift(space, 8, out=space)
            part[...] = space

    def lay_scaled(self, cel: Doubled, x: float, y: float, scale: float) -> None:
        """Lays `cel` with its top left at (x, y), `scale` times as large, by the nearest of its half
        pixels."""
        self._scaled(cel, x, y, scale, 1, (cel.y,), cel.alpha)
        self._scaled(cel, x / 2, y / 2, scale, 2, (cel.u, cel.v), cel.thin)

    def cover(self, double: "Frame", x: float, y: float, scale: float) -> None:
        """Fills the frame from one twice its size, whose top left lies at (x, y), not inside, `scale` times
        as large."""
        density = 2.0 / scale
        for target, source, divisor in zip(self._images, double._images, (1, 2, 2), strict=True):
            columns, rows = self.width // divisor, self.height // divisor
            width, height = source.size
            left, top = max(0.0, -x / divisor * density), max(0.0, -y / divisor * density)
            box = (
                left,
                top,
                min(float(width), left + columns * density),
                min(float(height), top + rows * density),
            )
            target.paste(source.resize((columns, rows), Image.Resampling.NEAREST, box), (0, 0))

    def _scaled(
        self, cel: Doubled, x: float, y: float, scale: float, divisor: int,
        sources: tuple[Image.Image, ...], alpha: Image.Image,
    ) -> None:  # fmt: skip
        targets = self._images[:1] if divisor == 1 else self._images[1:]
        columns, rows = self.width // divisor, self.height // divisor
        width, height = sources[0].size
        density = 2.0 / scale
        y0, y1 = max(0, _up(y)), min(rows, int(y + height / density))
        split = min(max(_up(y + cel.solid / divisor / density), y0), y1)
        pieces = [(y0, split, start / divisor, end / divisor, True) for start, end in cel.runs]
        pieces.append((split, y1, 0.0, float(width), False))
        for top, bottom, start, end, masked in pieces:
            x0, x1 = max(0, _up(x + start / density)), min(columns, int(x + end / density))
            if top >= bottom or x0 >= x1:
                continue
            box = (
                max(0.0, (x0 - x) * density), max(0.0, (top - y) * density),
                min(float(width), (x1 - x) * density), min(float(height), (bottom - y) * density),
            )  # fmt: skip
            size = (x1 - x0, bottom - top)
            mask = alpha.resize(size, Image.Resampling.NEAREST, box) if masked else None
            for target, source in zip(targets, sources, strict=True):
                target.paste(source.resize(size, Image.Resampling.NEAREST, box), (x0, top), mask)


def _up(value: float) -> int:
    return -int(-value // 1)


def _shared(plane: U8) -> Image.Image:
    """A Pillow image over the same memory, so that Pillow pastes straight into the frame."""
    height, width = plane.shape
    image = Image.frombuffer("L", (width, height), plane, "raw", "L", 0, 1)
    image.readonly = 0
    return image
