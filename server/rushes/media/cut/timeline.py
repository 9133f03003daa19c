"""Lays scenes out on the film's frames, and divides the film into the pieces that are encoded by themselves.

Everything is counted in whole frames of the film, from the sums of the scenes' seconds: rounding each scene
for itself would let sound and picture drift apart over two hundred of them.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from rushes.media.cut.order import CutOrder, CutScene

SLOWEST = 1.1  # times as long, at most
_NEAR = 0.001  # seconds: timestamps are rounded to their container's ticks


@dataclass(frozen=True, slots=True)
class Part:
    """`count` frames of a scene (an index), from its frame `first`; negative ones are before its begin."""

    scene: int
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the film from its frame `start`, of one scene; `entering` is what of the scene after it
    the transition at its end already shows."""

    start: int
    shows: Part
    entering: Part | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Where the scenes are. Scene n lasts from frame `edges[n]` to `edges[n + 1]`; `halves[n]` is half of
    the transition at `edges[n]`, in frames, 0 for none."""

    fps: Fraction
    edges: tuple[int, ...]
    halves: tuple[int, ...]

    @property
    def frames(self) -> int:
        return self.edges[-1]

    @property
    def duration(self) -> float:
        """Seconds."""
        return float(self.frames / self.fps)

    def frames_of(self, scene: int) -> int:
        return self.edges[scene + 1] - self.edges[scene]

    def seconds_at(self, frame: int) -> float:
        return float(frame / self.fps)


@dataclass(frozen=True, slots=True)
class Use:
    """How a scene uses its clip: from second `start` for `length` seconds (inf for a still picture), taking
    `pace` times as long as it would."""

    start: float
    length: float
    pace: float


def timeline_of(order: CutOrder) -> Timeline:
    edges, passed = [0], Fraction(0)
    for scene in order.scenes:
        passed += Fraction(scene.seconds)
        edges.append(max(edges[-1] + 1, math.floor(passed * order.fps + Fraction(1, 2))))
    return Timeline(order.fps, tuple(edges), _halves(order, edges))


def _halves(order: CutOrder, edges: Sequence[int]) -> tuple[int, ...]:
    """Half a scene at most, so that the transitions at its two ends do not meet."""
    wanted = 0 if order.transition == "none" else round(order.transition_seconds * order.fps / 2)
    inner = [
        min(wanted, (edges[n] - edges[n - 1]) // 2, (edges[n + 1] - edges[n]) // 2)
        for n in range(1, len(order.scenes))
    ]
    return (0, *inner, 0)


def pieces_of(timeline: Timeline) -> list[Piece]:
    """One a scene, from the end of its first transition to the end of its second: of the next clip only the
    begin is then decoded twice, where the end of the last one would have to be decoded up to."""
    pieces = []
    for n in range(len(timeline.edges) - 1):
        before, after = timeline.halves[n], timeline.halves[n + 1]
        shows = Part(n, before, timeline.frames_of(n) - before + after)
        entering = Part(n + 1, -after, 2 * after) if after else None
        pieces.append(Piece(timeline.edges[n] + before, shows, entering))
    return pieces


def use_of(scene: CutScene, duration: float, *, frame: float) -> Use | None:
    """How `scene` uses a clip of `duration` seconds; None where nothing of it is left to show.

    What is shorter than the scene by less than half a `frame` (seconds) of the film is not shorter.
    """
    start = scene.start or 0.0
    length = min(scene.end if scene.end is not None else duration, duration) - start
    if length <= _NEAR:
        return None
    short = length < scene.seconds - frame / 2
    pace = min(SLOWEST, scene.seconds / length) if scene.fit == "slow" and short else 1.0
    return Use(start, length, pace)


def shown_at(times: Sequence[float], use: Use, seconds: float) -> int:
    """Which of a clip's frames, that come at `times`, is on at `seconds` into the scene."""
    wanted = use.start + min(max(0.0, seconds) / use.pace, use.length)
    last = bisect_right(times, use.start + use.length - _NEAR) - 1
    return max(0, min(last, bisect_right(times, wanted + _NEAR) - 1))
