"""What the files of a film are called in an archive, and how a timeline beside them points to them.

Names are made of scene numbers alone: whatever people call their scenes, no system refuses these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import quote

from rushes.media.timeline.model import Media, Timeline
from rushes.media.zipping import Member

# From a name in the archive to the URL that a timeline gives for it.
Address = Callable[[str], str]

# What neither XML 1.0 nor UTF-8 can hold: control characters, halves of surrogate pairs, non-characters.
_UNSAYABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Patterns of names: `{scene}` is its number, as many digits for all, `{ending}` the file's."""

    clip: str
    narration: str
    music: str
    sound: str

    def clip_of(self, timeline: Timeline, number: int, media: Media) -> str:
        return _filled(self.clip, timeline, number, media)

    def narration_of(self, timeline: Timeline, number: int, media: Media) -> str:
        return _filled(self.narration, timeline, number, media)

    def sound_of(self, timeline: Timeline, number: int, media: Media) -> str:
        return _filled(self.sound, timeline, number, media)

    def music_of(self, timeline: Timeline, media: Media) -> str:
        return _filled(self.music, timeline, 0, media)


FOLDERS = Layout(
    clip="media/clips/scene-{scene}.{ending}",
    narration="media/narration/scene-{scene}.{ending}",
    music="media/music/music.{ending}",
    sound="stems/scene-{scene}.{ending}",
)
# An .otioz has them all in one folder.
FLAT = Layout(
    clip="media/scene-{scene}.{ending}",
    narration="media/scene-{scene}-narration.{ending}",
    music="media/music.{ending}",
    sound="media/scene-{scene}-sound.{ending}",
)
_TAKE = "takes/scene-{scene}-take-"


def relative(name: str) -> str:
    """The URL of a file below the folder of the timeline."""
    return quote(name)


def below(folder: PurePath) -> Address:
    """URLs of files below an absolute folder of the machine that opens the timeline."""
    base = folder.as_uri().rstrip("/")
    return lambda name: f"{base}/{quote(name)}"


def media_files(timeline: Timeline, layout: Layout) -> Iterator[Member]:
    """All that is on the timeline, as files of an archive."""
    for clip in timeline.clips:
        if clip.media:
            yield _member(layout.clip_of(timeline, clip.number, clip.media), clip.media)
        if clip.sound:
            yield _member(layout.sound_of(timeline, clip.number, clip.sound), clip.sound)
    for voice in timeline.narrations:
        yield _member(layout.narration_of(timeline, voice.number, voice.media), voice.media)
    if timeline.music:
        yield _member(layout.music_of(timeline, timeline.music.media), timeline.music.media)


def take_files(timeline: Timeline) -> Iterator[Member]:
    """The takes that are not used. The one that is counts as the first."""
    for clip in timeline.clips:
        for place, take in enumerate(clip.takes, 2 if clip.media else 1):
            yield _member(_filled(_TAKE + str(place) + ".{ending}", timeline, clip.number, take), take)


def sayable(text: str) -> str:
    """`text` without what no format can hold."""
    return _UNSAYABLE.sub("", text)


def _filled(pattern: str, timeline: Timeline, number: int, media: Media) -> str:
    digits = max(2, *(len(str(clip.number)) for clip in timeline.clips))
    return pattern.format(scene=f"{number:0{digits}}", ending=media.ending)


def _member(name: str, media: Media) -> Member:
    return Member(name, media.size, media.open)
