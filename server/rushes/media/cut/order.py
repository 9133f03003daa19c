"""What is to be cut, what came of it, and why it could not be.

A film is as long as its scenes together, to the frame: a transition takes nothing from that. It lies across
the boundary of two scenes, half of it on either side, and what it shows of a scene outside of that scene's
own time is the clip going on, or its first or last frame held.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

Fit = Literal["trim", "hold", "slow"]
ClipAudio = Literal["keep", "duck", "mute"]
Transition = Literal["none", "fade", "dissolve", "wipe"]

DIGITAL_SOURCE_TYPE = "DigitalSourceType"
"""The key of `CutOrder.metadata` for the IPTC's word on how pictures came about."""
AI_GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"

_MOST_LABEL = 80  # characters
_MOST_SIDE = 4320


@dataclass(frozen=True, slots=True)
class CutScene:
    """One scene: `clip`, a video or a still picture, for `seconds` on the timeline.

    Of the clip, what lies from `start` to `end` (seconds in it; None: its own) may be shown. Where that is
    longer than the scene, it is trimmed; where it is shorter, its last frame is held, with `fit` "slow"
    after slowing it by at most a tenth. `clip_audio` says what becomes of its sound: kept, lowered under
    the narration, or dropped. `narration` is heard from `narration_at` seconds into the scene and has to
    end within it. Raises ValueError.
    """

    clip: Path
    seconds: float
    start: float | None = None
    end: float | None = None
    fit: Fit = "trim"
    clip_audio: ClipAudio = "duck"
    narration: Path | None = None
    narration_at: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.seconds < 86_400:
            raise ValueError("a scene lasts longer than 0 seconds and less than a day")
        if (self.start or 0) < 0 or self.narration_at < 0:
            raise ValueError("a clip and a narration begin at 0 or later")
        if self.end is not None and self.end <= (self.start or 0):
            raise ValueError("a clip ends after it starts")


@dataclass(frozen=True, slots=True)
class Music:
    """Music under the whole film, repeated and faded to its length, and lowered while somebody speaks.

    `gain_db` is how far over the narration it lies while nobody does, whatever level it was recorded at.
    """

    path: Path
    gain_db: float = -8.0
    fade_in: float = 1.0
    fade_out: float = 2.5


@dataclass(frozen=True, slots=True)
class CutOrder:
    """A film of `scenes`, `width` by `height` pixels (even numbers) at `fps` frames a second.

    `transition_seconds` is a transition's length; it is shorter where a scene is too short for it. `fade`
    goes through black. `burn` is an .ass file to be drawn into the picture with fonts from the folder
    `fonts`; `soft` an .srt file that becomes a track which can be switched on, in `soft_language`
    (ISO 639). `label` is a short visible note in a corner. `metadata` is written into the file beside
    `title`. Raises ValueError.
    """

    scenes: tuple[CutScene, ...]
    width: int
    height: int
    fps: Fraction
    transition: Transition = "none"
    transition_seconds: float = 0.5
    music: Music | None = None
    burn: Path | None = None
    fonts: Path | None = None
    soft: Path | None = None
    soft_language: str = "und"
    label: str | None = None
    title: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(side % 2 or not 2 <= side <= _MOST_SIDE for side in (self.width, self.height)):
            raise ValueError(f"the sides of a film are even and at most {_MOST_SIDE} pixels")
        if not 1 <= self.fps <= 120:
            raise ValueError("a film has 1 to 120 frames a second")
        if any(scene.seconds * self.fps < 1 for scene in self.scenes):
            raise ValueError("a scene lasts at least one frame")
        if not 0 <= self.transition_seconds <= 10:
            raise ValueError("a transition lasts 0 to 10 seconds")
        if self.label is not None and not 0 < len(self.label.strip()) <= _MOST_LABEL:
            raise ValueError(f"a label has 1 to {_MOST_LABEL} characters")
        if any(not re.fullmatch(r"[\w.:-]{1,100}", key) for key in self.metadata):
            raise ValueError("a key of metadata is made of letters, digits and . : - _")


@dataclass(frozen=True, slots=True)
class CutMade:
    """A film: its `duration` in seconds, whether its pictures were `copied` as they are instead of encoded
    again, and its `loudness` in LUFS, None for a silent one."""

    duration: float
    copied: bool
    loudness: float | None


class CutFailed(Exception):
    """The film cannot be made; `message` is a sentence for people, `scene` the number (from 1) of the scene
    at fault, if it is one's.

    `code` is one of nothing_to_cut; missing_clip, unreadable_clip, empty_range (the in point lies behind
    the clip's end); missing_narration, unreadable_narration, narration_too_long; missing_music,
    unreadable_music, music_too_short, silent_music; missing_captions, unreadable_captions; and
    encoding_failed.
    """

    def __init__(self, code: str, message: str, *, scene: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.scene = scene


def frame_size(aspect_ratio: str, resolution: str) -> tuple[int, int]:
    """Width and height in even pixels: `resolution` ("720p", "4k") is the shorter side.

    Raises ValueError.
    """
    shape = re.fullmatch(r"(\d{1,3}):(\d{1,3})", aspect_ratio)
    lines = re.fullmatch(r"(\d{3,4})p|([248])k", resolution.lower())
    if shape is None or lines is None or "0" in shape.groups():
        raise ValueError(f"there is no size for {aspect_ratio} in {resolution}")
    across, down = int(shape[1]), int(shape[2])
    short = int(lines[1]) if lines[1] else {"2": 1440, "4": 2160, "8": 4320}[lines[2]]
    long = short * max(across, down) / min(across, down)
    sides = _even(long), _even(short)
    return sides if across >= down else sides[::-1]


def _even(pixels: float) -> int:
    return max(2, round(pixels / 2) * 2)
