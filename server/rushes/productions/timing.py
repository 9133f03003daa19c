"""How long each scene is on the timeline: as long as its narration needs, and what was asked for.

    lengths([Given(seconds=5, spoken=6.2), …], wanted=60.0)      # seconds by scene, in frames of FPS

Pure. Whole frames, so that no rounding adds up over a film.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

FPS = 24

# What is heard of a scene before its narration begins and after it ends, in seconds.
LEAD = 0.25
TAIL = 0.45

SHORTEST = 1.0
LONGEST = 60.0

# A film of a wanted length ends this much before it, and never after: platforms cut off what is longer.
_HEADROOM = 0.25


@dataclass(frozen=True, slots=True)
class Given:
    """What a scene's length comes from: the seconds that were asked for, and those that its words take (0 for
    a silent one)."""

    seconds: float
    spoken: float


def lengths(scenes: Sequence[Given], *, wanted: float | None = None) -> list[float]:
    """Seconds of each scene. With a `wanted` length of the film the time that no words need is shared out so
    that the film comes to it; words that need more make it longer all the same, which `excess` tells."""
    needs = [least(scene) for scene in scenes]
    if wanted is None or not scenes:
        return _in_frames([max(scene.seconds, need) for scene, need in zip(scenes, needs, strict=True)])
    room = wanted - _HEADROOM - sum(needs)
    if room <= 0:
        return _in_frames(needs)
    # Scenes that were to be longer get more of what is left.
    wishes = [max(0.1, scene.seconds - need) for scene, need in zip(scenes, needs, strict=True)]
    share = room / sum(wishes)
    return _in_frames([need + wish * share for need, wish in zip(needs, wishes, strict=True)])


def least(scene: Given) -> float:
    """Seconds that the scene lasts at least: its words, and a breath before and after them."""
    return max(SHORTEST, LEAD + scene.spoken + TAIL) if scene.spoken else SHORTEST


def excess(scenes: Sequence[Given], *, wanted: float | None) -> float:
    """Seconds by which the narrations are too long for the wanted film; 0 when they fit."""
    if wanted is None:
        return 0.0
    return max(0.0, sum(least(scene) for scene in scenes) - wanted)


def _in_frames(seconds: Sequence[float]) -> list[float]:
    """Each in whole frames, at least one. The cuts are rounded and not the lengths: no error adds up."""
    cuts = [round(at * FPS) for at in accumulate(seconds, initial=0.0)]
    return [max(1, after - before) / FPS for before, after in pairwise(cuts)]
