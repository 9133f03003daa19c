"""From a brief to the elements of a scene, and from a scene to its frames."""

import random
from collections.abc import Callable

from rushes.providers.animatic.brief import Brief
from rushes.providers.animatic.frame import Frame
from rushes.providers.animatic.light import light_of
from rushes.providers.animatic.places import PLACES
from rushes.providers.animatic.reading import read
from rushes.providers.animatic.stage import Stage


def draw_frames(brief: Brief, out: Callable[[memoryview], object]) -> None:
    """Hands each frame, as yuv420p, to `out`; the memory is reused for the next one."""
    stage = set_up(brief)
    frame = Frame(brief.width, brief.height)
    view = memoryview(frame.buffer)
    for number in range(brief.frames):
        draw_frame(stage, frame, number / brief.fps)
        out(view)


def set_up(brief: Brief) -> Stage:
    """The stage with everything on it."""
    shot = read(brief.prompts, brief.seed)
    side = random.Random(f"{brief.seed}:sun").random()
    stage = Stage(brief.width, brief.height, brief.seconds, str(brief.seed), shot, light_of(shot, side=side))
    place = PLACES[shot.place or "countryside"]
    place.behind(stage)
    if place.before:
        place.before(stage)
    return stage


def draw_frame(stage: Stage, frame: Frame, t: float) -> None:
    """Draws the frame at `t` seconds."""
    pose = stage.camera.at(t)
    for element in stage.elements:
        element.draw(frame, pose, t)
