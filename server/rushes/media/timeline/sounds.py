"""Puts what is heard onto whole frames: one voice after another, clips' own sound under their pictures."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from rushes.media.timeline.model import Media, Narration, Timeline
from rushes.media.timeline.placing import Piece, frames_of, scenes, total


@dataclass(frozen=True, slots=True)
class Spoken:
    """A scene's voice from frame `at` of the film for `length` frames."""

    number: int
    media: Media
    text: str
    at: int
    length: int


@dataclass(frozen=True, slots=True)
class Sounds:
    """What is heard, in the order of the film: no two of one kind at once."""

    narrations: tuple[Spoken, ...]
    clips: tuple[Piece, ...]


def sounds(timeline: Timeline) -> Sounds:
    """A voice that would talk into the next one, or past the film's end, ends there. Clips' sound is cut
    where their pictures are; nothing is heard while a frame stands still."""
    pieces = (item for item in scenes(timeline) if isinstance(item, Piece) and not item.is_held)
    return Sounds(_spoken(timeline), tuple(piece for piece in pieces if _is_heard(piece)))


def _is_heard(piece: Piece) -> bool:
    clip = piece.clip
    has_sound = clip.sound is not None or (clip.media is not None and clip.media.channels > 0)
    return has_sound and clip.gain > 0


def _spoken(timeline: Timeline) -> tuple[Spoken, ...]:
    ordered: list[Narration | None] = [*sorted(timeline.narrations, key=lambda voice: voice.at), None]
    found = []
    for voice, following in pairwise(ordered):
        assert voice is not None
        at, end = timeline.frame(voice.at), timeline.frame(voice.at + voice.duration)
        limit = min(total(timeline), timeline.frame(following.at) if following else total(timeline))
        end = min(end, limit, at + frames_of(timeline, voice.media))
        if at >= 0 and end > at:
            found.append(Spoken(voice.number, voice.media, voice.text, at, end - at))
    return tuple(found)
