"""Puts the film onto whole frames, once for all formats.

    for item in scenes(timeline): ...       # Piece, Join, Gap, in the order of the track

Instants are rounded, never lengths, so no error adds up: each cut is within half a frame of where it is, and
so is the end of the film. All frames count at the film's rate, also those within media of another: Premiere
and Resolve read them so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rushes.media.timeline.model import Clip, Media, Music, Timeline, Transition, overlap

# A clip that ends so many frames too early is said to last: what a provider calls 5 seconds is 4.97.
_ALMOST = 1


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file on a track: from frame `at` of the film for `length` frames, from frame `first` of the
    file on, at `speed` (1 as it is, 0 stands still)."""

    clip: Clip
    at: int
    length: int
    first: int
    speed: float = 1.0

    @property
    def end(self) -> int:
        return self.at + self.length

    @property
    def is_held(self) -> bool:
        return self.speed == 0


@dataclass(frozen=True, slots=True)
class Join:
    """A transition over the cut at frame `cut`: it begins `before` frames earlier and ends `after` later."""

    transition: Transition
    cut: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing, from frame `at` for `length` frames."""

    at: int
    length: int


@dataclass(frozen=True, slots=True)
class _Shown:
    """A scene on the frames `begin` to `end`; from `stands` on its last frame stands still."""

    clip: Clip
    begin: int
    end: int
    stands: int
    speed: float


def scenes(timeline: Timeline) -> Iterator[Piece | Join | Gap]:
    """The pictures of the film without a hole from frame 0 on; a join stands between its two pieces."""
    shown = [_shown(timeline, position) for position in range(len(timeline.clips))]
    joins = [_join(one, other) for one, other in pairwise(shown)]
    cuts = [0, *(join.cut for join in joins), shown[-1].end]
    for position, scene in enumerate(shown):
        yield from _pieces(timeline, scene, cuts[position], cuts[position + 1])
        if position < len(joins) and joins[position].before + joins[position].after:
            yield joins[position]


def total(timeline: Timeline) -> int:
    """Frames of the film."""
    return timeline.frame(timeline.duration)


def frames_of(timeline: Timeline, media: Media) -> int:
    """Frames that there are in a file: the last may be shorter than a frame."""
    return max(1, math.ceil(media.duration * float(timeline.fps) - 0.01))


def rounds(timeline: Timeline, music: Music) -> Iterator[tuple[int, int, int]]:
    """Where the music lies, round by round: frame of the film, frames, first frame in the file."""
    first = timeline.frame(music.start)
    each = timeline.frame(music.media.duration) - first
    end = min(timeline.frame(music.duration), total(timeline))
    if each < 1:  # shorter than a frame
        return
    for at in range(0, end, each):
        yield at, min(each, end - at), first


def _shown(timeline: Timeline, position: int) -> _Shown:
    clip = timeline.clips[position]
    at = timeline.begins[position]
    begin, end = timeline.frame(at), timeline.frame(at + clip.length)
    used = clip.until - clip.start
    if clip.fit == "slow":
        return _Shown(clip, begin, end, end, used / clip.length)
    plays = math.floor(used * float(timeline.fps) + 0.01)
    return _Shown(clip, begin, end, end if plays >= end - begin - _ALMOST else begin + max(1, plays), 1.0)


def _join(one: _Shown, other: _Shown) -> Join:
    """The cut between two scenes and what goes over it, which is nothing (0 frames) where there is no
    transition, no picture on one side, or too little of it for the transition."""
    transition = one.clip.transition or Transition("dissolve", 0.0)
    first, last = (other.begin, one.end) if overlap(one.clip) else (other.begin, other.begin)
    middle = first + (last - first) // 2
    is_whole = one.clip.media and other.clip.media and last - first >= 2 and other.stands >= last
    if not is_whole:
        return Join(transition, middle, 0, 0)
    # A frame that stands is a piece of its own. Where it would begin within the transition, the picture is
    # cut before: what programs show past the end of a file is its last frame too.
    cut = first if first <= one.stands <= middle else middle
    return Join(transition, cut, cut - first, last - cut)


def _pieces(timeline: Timeline, scene: _Shown, start: int, end: int) -> Iterator[Piece | Gap]:
    if end <= start:
        return
    if scene.clip.media is None:
        yield Gap(start, end - start)
        return
    first = timeline.frame(scene.clip.start)
    stands = min(max(scene.stands, start), end)
    if stands > start:
        inside = round((start - scene.begin) * scene.speed)
        yield Piece(scene.clip, start, stands - start, first + inside, scene.speed)
    if end > stands:
        held = first + scene.stands - scene.begin - 1
        yield Piece(scene.clip, stands, end - stands, held, 0.0)
