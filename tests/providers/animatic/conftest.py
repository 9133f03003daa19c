"""What the tests of *animatic* share: small briefs, frames in memory, and the real ffmpeg."""

from __future__ import annotations

from collections.abc import Callable

import imageio_ffmpeg
import numpy as np
import pytest
from numpy.typing import NDArray

from rushes.providers.animatic.brief import Brief, seed_of
from rushes.providers.animatic.frame import Frame
from rushes.providers.animatic.scene import draw_frame, set_up

Planes = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]


@pytest.fixture(scope="session")
def ffmpeg() -> str:
    return imageio_ffmpeg.get_ffmpeg_exe()


@pytest.fixture
def brief() -> Callable[..., Brief]:
    """`brief("a prompt", "a remix", width=…)`: 224 × 128, one second unless told otherwise."""

    def made(*prompts: str, **changes: object) -> Brief:
        settings: dict[str, object] = {"width": 224, "height": 128, "seconds": 1.0, "slate": "RX-0001"}
        return Brief(prompts=prompts, **{"seed": seed_of(prompts[0]), **settings, **changes})  # type: ignore[arg-type]

    return made


@pytest.fixture
def still() -> Callable[[Brief, float], Planes]:
    """The Y, U and V planes of the frame at a time in seconds."""

    def drawn(brief: Brief, t: float = 0.5) -> Planes:
        frame = Frame(brief.width, brief.height)
        draw_frame(set_up(brief), frame, t)
        return frame.y.copy(), frame.u.copy(), frame.v.copy()

    return drawn
