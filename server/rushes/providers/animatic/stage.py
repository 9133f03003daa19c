"""The stage: the space in which a place sets up its layers and its cast, and the elements that a frame is
made of.

Stage coordinates are frame pixels as the camera sees them at rest.  Each element has a parallax: 0 is
infinitely far, 1 the plane of the subject, more is nearer than that.
"""

import math
import random
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, runtime_checkable

from rushes.providers.animatic.camera import Camera, Pose
from rushes.providers.animatic.cel import Cel, Doubled
from rushes.providers.animatic.colour import RGB, YUV
from rushes.providers.animatic.frame import Frame
from rushes.providers.animatic.light import Light
from rushes.providers.animatic.pen import FINE_X, FINE_Y, Pen, Sheet
from rushes.providers.animatic.shot import Shot

Drawing = Callable[[Pen, int], None]
"""Draws one strip: gets a pen in stage coordinates and the strip's length, over which it must repeat
itself."""

Where = Callable[[float], tuple[float, float]]
"""The position at a time in seconds."""


_NEAR = 0.4
"""From this parallax on a layer moves by itself while the camera zooms."""
_PLATE = 0.16
"""The parallax of everything farther."""


class Element(Protocol):
    """Anything that draws itself on a frame."""

    def draw(self, frame: Frame, pose: Pose, t: float) -> None:
        """Draws what the camera in `pose` sees of it `t` seconds into the shot."""


@runtime_checkable
class Flat(Protocol):
    """An element that can be painted once on a plate of twice the frame's size."""

    parallax: float

    def draw(self, frame: Frame, pose: Pose, t: float) -> None:
        """As for every element."""

    def flatten(self, double: Frame) -> None:
        """Paints itself as the camera at rest sees it, twice as large."""


class Stage:
    """Where a place and its cast are set up, back to front."""

    def __init__(self, width: int, height: int, seconds: float, seed: str, shot: Shot, light: Light) -> None:
        self.width, self.height, self.seconds = width, height, seconds
        self.shot, self.light, self.seed = shot, light, seed
        self.unit = float(min(height, width * 1.1 if height > width else width))
        """The stage's measure: about its shorter side, in pixels."""
        self.camera = Camera(shot.camera or "static", seconds, width, height, self.unit)
        self.elements: list[Element] = []
        self._pool = ThreadPoolExecutor(2)
        self._pending: deque[Future[None]] = deque()
        self.ground = height - 0.17 * self.unit - max(0.0, height - 1.5 * self.unit) * 0.16
        """Where the subject's feet stand."""
        self.horizon = self.ground - 0.17 * self.unit
        self.focus = (0.5 * width, self.ground - 0.16 * self.unit)
        """What the camera moves towards."""

    def random(self, name: str) -> random.Random:
        """Draws of their own for each name, so that one more draw here changes nothing there."""
        return random.Random(f"{self.seed}:{name}")

    def middle(self, parallax: float) -> float:
        """The x that is in the middle of the frame halfway through the shot."""
        return self.width / 2 + parallax * self.camera.reach / 2

    def add(self, element: Element) -> None:
        """Puts an element in front of all before."""
        self.elements.append(element)

    def strip(
        self, top: float, bottom: float, parallax: float, drawing: Drawing, *,
        depth: float = 0.0, drift: float = 0.0, sway: float = 0.0, skirt: RGB | None = None,
    ) -> None:  # fmt: skip
        """A layer from edge to edge.  `drift` is in pixels a second; `sway` rocks it by so many pixels.

        With `skirt` everything below the drawing has that colour, which costs next to nothing.
        """
        reach = parallax * self.camera.reach + abs(drift) * self.seconds
        longest = round(self.width * 1.25 + 0.6 * self.unit)
        needed = round(self.width + reach + 2 * sway) + 8
        length = (min(needed, longest) + 15) // 16 * 16
        first = math.floor(top / 8) * 8
        # Only a strip that comes round again needs what overhangs one end to reappear at the other.
        copies = (0, -1, 1) if drift or sway or needed > longest else (0,)

        def drawn() -> Sheet:
            sheet = Sheet(0, first, length, (math.ceil(bottom) - first + 1) // 2 * 2)
            pen = sheet.pen(self.light, depth)
            for copy in copies:
                drawing(pen.at(copy * length, 0.0), length)
            return sheet

        sheet = drawn()
        below: YUV | None = sheet.pen(self.light, depth).ink(skirt)[:3] if skirt else None
        cel = Cel(sheet, drawn)
        del sheet
        # While the camera zooms nothing drifts: what is far is flattened into one plate and cannot.
        scaled = self.camera.zooms
        layer: Zoomed | Strip
        layer = (
            Zoomed(cel, parallax, below, self) if scaled else Strip(cel, parallax, drift, sway, below, self)
        )
        self.add(layer)
        # Reducing sheets happens without the interpreter's lock, beside the drawing of the next; two wait at
        # most.
        if len(self._pending) >= 2:
            self._pending.popleft().result()
        self._pending.append(self._pool.submit(layer.prepare))

    def finished(self) -> "Stage":
        """Waits until every layer is ready to be shown."""
        while self._pending:
            self._pending.popleft().result()
        self._pool.shutdown()
        if self.camera.zooms:
            self._flatten()
        return self

    def _flatten(self) -> None:
        """Paints what is far, which a zoom hardly tells apart, on one plate: scaling it costs a third of
        scaling the layers."""
        far: list[Flat] = []
        for element in self.elements:
            if not isinstance(element, Flat) or element.parallax >= _NEAR:
                break
            far.append(element)
        if len(far) > 1:
            double = Frame(self.width * 2, self.height * 2)
            for layer in far:
                layer.flatten(double)
            self.elements[: len(far)] = [Plate(double, self)]

    def sprite(
        self, drawings: Sequence[Callable[[Pen], None]], box: tuple[float, float, float, float],
        where: Where, *,
        parallax: float = 1.0, rate: float = 8.0, depth: float = 0.0, start: float = 0.0,
        light: Light | None = None,
    ) -> None:  # fmt: skip
        """A small drawing that moves: `box` is its extent around its origin in pixels, `where` the origin's
        path.

        Several drawings are shown in turn, `rate` a second.
        """
        left, top = math.floor(box[0]) - 2, math.floor(box[1]) - 2
        width = (math.ceil(box[2]) - left + 5) // 2 * 2
        height = (math.ceil(box[3]) - top + 5) // 2 * 2

        def sheet_of(drawing: Callable[[Pen], None]) -> Callable[[], Sheet]:
            def drawn() -> Sheet:
                sheet = Sheet(left, top, width, height)
                drawing(sheet.pen(light or self.light, depth))
                return sheet.trimmed()

            return drawn

        self.add(Actor([sheet_of(d) for d in drawings], parallax, where, rate, start, self))

    def screen(self, x: float, y: float, parallax: float, pose: Pose) -> tuple[float, float, float]:
        """Where a stage point is on the screen, and the scale there."""
        scale = 1.0 + (pose.zoom - 1.0) * parallax
        fx, fy = self.focus
        return fx + (x - parallax * pose.x - fx) * scale, fy + (y - parallax * pose.y - fy) * scale, scale


class Strip:
    """A layer from edge to edge that repeats itself, at its own size."""

    def __init__(
        self, cel: Cel, parallax: float, drift: float, sway: float, below: YUV | None, stage: Stage
    ) -> None:
        self._below = below
        self._cel, self._parallax, self._drift, self._sway = cel, parallax, drift, sway
        camera = stage.camera
        self._across = 1 if drift or sway or (camera.reach and parallax) else FINE_X
        # What climbs slowly needs every quarter pixel to glide; what runs a pixel a frame glides on halves.
        climb = parallax * camera.climb / camera.seconds
        self._down = FINE_Y if not climb else 2 if camera.reach or climb > 20 else 1

    def prepare(self) -> None:
        """Makes the planes for every position it can be in."""
        self._cel.prepare(self._across, self._down)

    def draw(self, frame: Frame, pose: Pose, t: float) -> None:
        x = -self._parallax * pose.x + self._drift * t
        if self._sway:
            x += self._sway * math.sin(t * 0.9 + self._cel.top)
        y = self._cel.top - self._parallax * pose.y
        if self._below:
            frame.fill(y + self._cel.height - 2, self._below)
        frame.lay(self._cel, x, y, period=self._cel.width, across=self._across, down=self._down)


class Zoomed:
    """A layer whose scale follows the camera."""

    def __init__(self, cel: Cel, parallax: float, below: YUV | None, stage: Stage) -> None:
        self._cel, self.parallax, self._below, self._stage = cel, parallax, below, stage
        self._doubled: Doubled | None = None

    def prepare(self) -> None:
        """Makes the planes at double resolution."""
        self._doubled = self._cel.doubled()

    def draw(self, frame: Frame, pose: Pose, t: float) -> None:
        if self._doubled is None:
            self.prepare()
        assert self._doubled is not None
        x, y, scale = self._stage.screen(self._cel.left, self._cel.top, self.parallax, pose)
        if self._below:
            frame.fill(y + (self._cel.height - 2) * scale, self._below)
        frame.lay_scaled(self._doubled, x, y, scale)

    def flatten(self, double: Frame) -> None:
        """Its double resolution is the plate's own."""
        if self._doubled is None:
            self.prepare()
        assert self._doubled is not None
        if self._below:
            double.fill((self._cel.top + self._cel.height - 2) * 2.0, self._below)
        double.lay_scaled(self._doubled, self._cel.left * 2.0, self._cel.top * 2.0, 2.0)


class Plate:
    """Everything far, painted once, scaled as one."""

    def __init__(self, double: Frame, stage: Stage) -> None:
        self._double, self._stage = double, stage

    def draw(self, frame: Frame, pose: Pose, t: float) -> None:
        x, y, scale = self._stage.screen(0.0, 0.0, _PLATE, pose)
        frame.cover(self._double, x, y, scale)


class Actor:
    """One or more drawings shown in turn along a path; each is drawn when it is first shown."""

    def __init__(
        self,
        drawings: list[Callable[[], Sheet]],
        parallax: float,
        where: Where,
        rate: float,
        start: float,
        stage: Stage,
    ) -> None:
        self._drawings, self._parallax, self._where = drawings, parallax, where
        self._rate, self._start, self._stage = rate, start, stage
        self._cels: dict[int, Cel] = {}
        self._doubled: dict[int, Doubled] = {}
        # Frames are drawn side by side; each drawing is made once.
        self._making = threading.Lock()
        positions = [where(stage.seconds * k / 16) for k in range(17)]
        stands = max(y for _, y in positions) - min(y for _, y in positions) < 0.3 and not stage.camera.climb
        # Drawings that change often hide coarser steps, and fewer phases have to be made.
        self._down = FINE_Y if stands else 1 if len(drawings) <= 2 else 2

    def draw(self, frame: Frame, pose: Pose, t: float) -> None:
        number = int((t + self._start) * self._rate) % len(self._drawings)
        x, y = self._where(t)
        if self._stage.camera.zooms:
            doubled = self._twice(number)
            sx, sy, scale = self._stage.screen(x + doubled.left, y + doubled.top, self._parallax, pose)
            frame.lay_scaled(doubled, sx, sy, scale)
            return
        cel = self._ready(number)
        x += cel.left - self._parallax * pose.x
        y += cel.top - self._parallax * pose.y
        frame.lay(cel, x, y, down=self._down)

    def _twice(self, number: int) -> Doubled:
        with self._making:
            if number not in self._doubled:
                self._doubled[number] = self._cel(number).doubled()
            return self._doubled[number]

    def _ready(self, number: int) -> Cel:
        with self._making:
            if number not in self._cels:
                cel = self._cels[number] = self._cel(number)
                cel.prepare(1, self._down, anywhere=True)
            return self._cels[number]

    def _cel(self, number: int) -> Cel:
        return Cel(self._drawings[number](), self._drawings[number])
