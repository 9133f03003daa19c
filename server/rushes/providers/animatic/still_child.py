"""The child process that draws a still: `python -m rushes.providers.animatic.still_child INTO < brief.json`.

It writes a PNG and exits 0, or 1 with a reason on standard error, and dies with its parent.
"""

import sys

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rushes.providers.animatic.brief import Brief
from rushes.providers.animatic.frame import Frame
from rushes.providers.animatic.scene import draw_frame, set_up

_WHEN = 0.3
"""Where in the shot the still is taken: what enters has entered, and the camera has not gone far."""


def main() -> int:
    """Draws the brief on standard input."""
    try:
        draw(Brief.from_json(sys.stdin.readline())).save(sys.argv[1], "PNG", compress_level=6)
    except OSError as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1
    return 0


def draw(brief: Brief) -> Image.Image:
    """One picture of the shot; of a picture to go by the whole, as the camera begins with it."""
    frame = Frame(brief.width, brief.height)
    draw_frame(set_up(brief), frame, 0.0 if brief.image else brief.seconds * _WHEN)
    return Image.fromarray(_rgb(frame))


def _rgb(frame: Frame) -> NDArray[np.uint8]:
    """The frame, BT.709 in limited range, as 8 bits of red, green and blue. In whole numbers, which round
    alike on every processor."""
    size = (frame.width, frame.height)
    u, v = (
        np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.BILINEAR)).astype(np.int32) - 128
        for plane in (frame.u, frame.v)
    )
    y = (frame.y.astype(np.int32) - 16) * 76309  # 255 / 219, times 65536
    red = y + 117489 * v
    green = y - 13975 * u - 34925 * v
    blue = y + 138438 * u
    planes = np.stack((red, green, blue), axis=-1)
    rgb: NDArray[np.uint8] = np.clip((planes + 32768) >> 16, 0, 255).astype(np.uint8)
    return rgb


if __name__ == "__main__":
    sys.exit(main())
