"""A film as data: which part of which file is seen and heard when.

Times are seconds. A scene is on the screen for its `length`, its transitions included: two scenes overlap for
the length of the transition between them, as in ffmpeg's `xfade`. The film lasts as long as its scenes
together, less its transitions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from rushes.media.zipping import Reader

# trim: what is longer than the scene is cut off. hold: the last frame stands until the scene ends.
# slow: the part between `start` and `end` is stretched over the scene.
Fit = Literal["trim", "hold", "slow"]
TransitionKind = Literal["fade", "dissolve", "wipe"]

_ENDING = re.compile("[a-z0-9]{1,8}")
_CLOSE_ENOUGH = 1e-6  # seconds; sums of floats


@dataclass(frozen=True, slots=True)
class Media:
    """A file of the film: how to read it, its `size` in bytes, its `duration`, the `ending` of its name
    without a dot. `fps`, `width` and `height` are those of the picture, `channels` is 0 without sound."""

    open: Reader
    size: int
    duration: float
    ending: str
    channels: int = 0
    fps: Fraction | None = None
    width: int | None = None
    height: int | None = None

    def __post_init__(self) -> None:
        if not _ENDING.fullmatch(self.ending):
            raise ValueError(f"not the ending of a file's name: {self.ending!r}")


@dataclass(frozen=True, slots=True)
class Transition:
    """How a scene goes over into the next: `fade` goes through black."""

    kind: TransitionKind
    seconds: float


@dataclass(frozen=True, slots=True)
class Clip:
    """What a scene shows: `media` from `start` to `end`, for `length` on the timeline; nothing where `media`
    is None, so that an unfinished film can be looked at too.

    `note` becomes a marker (narration, prompt). `sound` is the clip's own sound as a file; without, the
    picture's file is taken for it. It is heard with `gain` (1 as it is), and not at all at 0. `takes` are
    the scene's other takes: they come along, and are not on the timeline.
    """

    number: int
    name: str
    media: Media | None
    length: float
    start: float = 0.0
    end: float | None = None
    fit: Fit = "trim"
    note: str = ""
    transition: Transition | None = None
    sound: Media | None = None
    gain: float = 1.0
    takes: tuple[Media, ...] = ()

    @property
    def until(self) -> float:
        """Where the used part of the media ends."""
        ending = self.media.duration if self.media else self.start + self.length
        return ending if self.end is None else min(self.end, ending)


@dataclass(frozen=True, slots=True)
class Narration:
    """A scene's voice: `media` from its beginning for `duration`, heard from `at` on."""

    number: int
    media: Media
    at: float
    duration: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Music:
    """`media` from `start` on, heard from the film's beginning for `duration`, from `start` again and again
    where it is shorter than that."""

    media: Media
    duration: float
    start: float = 0.0
    gain: float = 1.0


@dataclass(frozen=True, slots=True)
class Timeline:
    """The film. `fps` is exact: 23.976 is Fraction(24000, 1001). `captions` is the text of an SRT file.

    Raises ValueError for what cannot be laid on a timeline: that is a mistake of the caller's.
    """

    title: str
    fps: Fraction
    width: int
    height: int
    clips: tuple[Clip, ...]
    narrations: tuple[Narration, ...] = ()
    music: Music | None = None
    captions: str = ""
    # When each scene begins, in seconds, and when the film ends.
    begins: tuple[float, ...] = field(init=False)
    duration: float = field(init=False)

    def __post_init__(self) -> None:
        for numbered in (self.clips, self.narrations):
            numbers = [each.number for each in numbered]
            if len(set(numbers)) != len(numbers) or min(numbers, default=1) < 0:
                raise ValueError("scenes are numbered from 0 or 1 on, each differently")
        if self.fps <= 0 or not self.clips:
            raise ValueError("a film has scenes and a frame rate")
        begins, at = [], 0.0
        for clip in self.clips:
            if clip.length <= 0 or clip.start < 0 or (clip.media and clip.until <= clip.start):
                raise ValueError(f"scene {clip.number} shows nothing")
            begins.append(at)
            at += clip.length - overlap(clip)
        if overlap(self.clips[-1]):
            raise ValueError("the last scene has none to go over into")
        for clip, following in pairwise(self.clips):
            inner = overlap(clip) + overlap(following)
            if overlap(clip) < 0 or inner > following.length + _CLOSE_ENOUGH or overlap(clip) > clip.length:
                raise ValueError(f"the transitions of scene {following.number} are longer than it is")
        object.__setattr__(self, "begins", tuple(begins))
        object.__setattr__(self, "duration", at)

    def frame(self, seconds: float) -> int:
        """The frame that is nearest to that time."""
        return round(seconds * self.fps.numerator / self.fps.denominator)


def overlap(clip: Clip) -> float:
    """Seconds during which the scene and the next are both seen."""
    return clip.transition.seconds if clip.transition else 0.0
