"""From a brief to the elements of a scene, and from a scene to its frames."""

import random
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from rushes.providers.animatic.brief import Brief
from rushes.providers.animatic.cast import place_cast
from rushes.providers.animatic.frame import Frame
from rushes.providers.animatic.light import light_of
from rushes.providers.animatic.particles import add_particles
from rushes.providers.animatic.places import PLACES
from rushes.providers.animatic.places.water import waterline
from rushes.providers.animatic.reading import read, said
from rushes.providers.animatic.slate import Slate
from rushes.providers.animatic.stage import Stage
from rushes.providers.animatic.terrain import veil

_AT_ONCE = 2
"""Frames that are drawn side by side. numpy and Pillow do most of their work without the interpreter's lock,
so that a second one draws while the first waits for the encoder or does what holds the lock."""


def draw_frames(brief: Brief, out: Callable[[memoryview], None]) -> None:
    """Hands each frame, as yuv420p and in order, to `out`; the memory is used again for a later one."""
    stage = set_up(brief)
    drawn: deque[Future[Frame]] = deque()
    free = [Frame(brief.width, brief.height) for _ in range(_AT_ONCE + 1)]

    def draw(number: int, frame: Frame) -> Frame:
        draw_frame(stage, frame, number / brief.fps)
        return frame

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for number in range(brief.frames):
            drawn.append(pool.submit(draw, number, free.pop()))
            if not free:
                _hand_out(drawn, free, out)
        while drawn:
            _hand_out(drawn, free, out)


def _hand_out(drawn: deque[Future[Frame]], free: list[Frame], out: Callable[[memoryview], None]) -> None:
    frame = drawn.popleft().result()
    out(frame.buffer.data)
    free.append(frame)


def set_up(brief: Brief) -> Stage:
    """The stage with everything on it."""
    if brief.image is not None:
        return _over_picture(brief, brief.image)
    shot = read(brief.prompts, brief.seed)
    side = random.Random(f"{brief.seed}:sun").random()
    stage = Stage(brief.width, brief.height, brief.seconds, str(brief.seed), shot, light_of(shot, side=side))
    place = PLACES[shot.place or "countryside"]
    place.behind(stage)
    foggy = shot.weather == "fog" and place.floor != "void"
    if foggy:
        veil(stage, stage.ground + 0.03 * stage.unit, 0.5 * stage.unit, 0.62)
    place_cast(stage, place.floor, waterline(stage))
    if place.before:
        place.before(stage)
    if foggy:
        veil(stage, stage.height, 0.42 * stage.unit, 0.4)
    add_particles(stage)
    if brief.slate:
        stage.add(Slate(brief))
    return stage.finished()


def _over_picture(brief: Brief, image: Path) -> Stage:
    """The stage with a picture for its scenery: what the prompts say of camera, weather and palette applies
    to it."""
    from rushes.providers.animatic.picture import Picture  # its filters are not needed for a drawn scene

    shot = said(brief.prompts)
    shot = replace(shot, camera=shot.camera or "push_in", place=None, subjects=())
    stage = Stage(brief.width, brief.height, brief.seconds, str(brief.seed), shot, light_of(shot, side=0.5))
    stage.add(Picture(stage, image))
    add_particles(stage)
    if brief.slate:
        stage.add(Slate(brief))
    return stage.finished()


def draw_frame(stage: Stage, frame: Frame, t: float) -> None:
    """Draws the frame at `t` seconds."""
    pose = stage.camera.at(t)
    for element in stage.elements:
        element.draw(frame, pose, t)
