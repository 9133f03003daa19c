"""Decides whether a film's pictures can be taken from its clips as they are.

Encoded frames depend on each other, in an order that is not the one in which they are shown. The first so
many of them can stand alone whenever they are also the first so many that are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from rushes.media.cut.inspecting import ClipFacts
from rushes.media.cut.order import CutOrder, CutScene
from rushes.media.cut.timeline import Timeline, use_of

# Frames that a clip may lack at its end: its last one then stays on for longer, which takes no encoding.
# Sounds are often a little longer than their pictures, and the clip's length is that of the longer one.
_MOST_HELD = 2


@dataclass(frozen=True, slots=True)
class Span:
    """The first `frames` of the clip of a scene (an index), as it was encoded."""

    scene: int
    frames: int


def spans_of(
    order: CutOrder, timeline: Timeline, facts: Sequence[ClipFacts], size: tuple[int, int]
) -> list[Span] | None:
    """What to copy for each scene; None where something needs to be encoded. `size` is that of the clips'
    pictures as they have to be."""
    likeness = facts[0].likeness
    drawn = order.burn is not None or order.label is not None or any(timeline.halves)
    if drawn or likeness is None or any(fact.likeness != likeness for fact in facts):
        return None
    if (facts[0].width, facts[0].height) != size:
        return None
    spans = []
    for n, (scene, fact) in enumerate(zip(order.scenes, facts, strict=True)):
        most_held = _MOST_HELD if n + 1 < len(facts) else 1  # nothing comes after the last to end it
        frames = _first_frames(scene, fact, timeline.fps, timeline.frames_of(n))
        if frames is None or timeline.frames_of(n) - frames > most_held:
            return None
        spans.append(Span(n, frames))
    return spans


def _first_frames(scene: CutScene, fact: ClipFacts, fps: Fraction, wanted: int) -> int | None:
    """How many of the clip's first frames, `wanted` at most, make the scene; None where they cannot."""
    use = use_of(scene, fact.duration, frame=float(1 / fps))
    if scene.start or use is None or use.pace != 1.0:
        return None
    frames = min(wanted, round(use.length * fps), len(fact.times))
    if not all(abs(fact.times[n] * fps - n) < 0.25 for n in range(frames)):  # another or a varying rate
        return None
    return frames if max(fact.places[:frames], default=0) == frames - 1 else None
