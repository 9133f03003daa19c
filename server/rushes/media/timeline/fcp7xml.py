"""Writes a film as Final Cut Pro 7 XML (xmeml version 5), which Premiere and Resolve import.

    fcp7xml(timeline)                         # media by paths relative to the document
    fcp7xml(timeline, address=below(folder))  # or by file URLs

The format: Apple, "Final Cut Pro XML Interchange Format" (developer.apple.com/library/archive, TP30001154).
What is not to be guessed from it:

- `in` and `out` count frames at the sequence's rate, also within media of another rate, and count them after
  a change of speed: `out - in` is always the length on the timeline.
- At a transition a clip's `start` or `end` is -1, and `in` or `out` takes in the whole transition.
- A stereo track is two tracks of one channel each, marked as belonging together as Premiere marks them.
- Resolve shows black where `format` is missing in `video`.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from rushes.media.timeline.fcp7parts import Files, Links, add, add_rate, add_speed, add_timecode, put
from rushes.media.timeline.model import Clip, Media, Timeline
from rushes.media.timeline.naming import FOLDERS, Address, Layout, relative
from rushes.media.timeline.placing import Join, Piece, rounds, scenes, total
from rushes.media.timeline.sounds import sounds

# Names of effects, their categories and SMPTE wipe codes, as Final Cut Pro 7 has them.
_EFFECTS = {
    "dissolve": ("Cross Dissolve", "Dissolve", 0),
    "fade": ("Dip to Color Dissolve", "Dissolve", 0),
    "wipe": ("Edge Wipe", "Wipe", 1),
}


def fcp7xml(timeline: Timeline, *, address: Address = relative, layout: Layout = FOLDERS) -> str:
    """The film as an .xml document: a project with one sequence."""
    root = Element("xmeml", version="5")
    project = SubElement(root, "project")
    add(project, name=timeline.title)
    _Sequence(timeline, address, layout).write(SubElement(project, "children"))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n{tostring(root, encoding="unicode")}\n'


@dataclass(frozen=True, slots=True)
class _SoundTrack:
    """A track of one `channel` (1 left, 2 right), the `number`th of the sequence's audio."""

    element: Element
    channel: int
    number: int


class _Sequence:
    def __init__(self, timeline: Timeline, address: Address, layout: Layout) -> None:
        self._timeline = timeline
        self._layout = layout
        self._files = Files(timeline, address)
        self._count = 0
        self._links = Links()

    def write(self, parent: Element) -> None:
        sequence = SubElement(parent, "sequence", id="sequence-1")
        add(sequence, name=self._timeline.title, duration=total(self._timeline))
        add_rate(sequence, self._timeline.fps)
        add_timecode(sequence, self._timeline.fps)
        media = SubElement(sequence, "media")
        self._pictures_into(SubElement(media, "video"))
        self._sounds_into(SubElement(media, "audio"))
        self._links.write()

    def _pictures_into(self, video: Element) -> None:
        shape = SubElement(SubElement(video, "format"), "samplecharacteristics")
        add_rate(shape, self._timeline.fps)
        add(shape, width=self._timeline.width, height=self._timeline.height)
        add(shape, anamorphic="FALSE", pixelaspectratio="square", fielddominance="none")
        track = SubElement(video, "track")
        items = list(scenes(self._timeline))
        marked: set[int] = set()
        for place, item in enumerate(items):
            if isinstance(item, Join):
                self._transition(track, item)
            elif isinstance(item, Piece):
                before, after = (items[place - 1] if place else None), (*items, None)[place + 1]
                self._picture(
                    track,
                    item,
                    before if isinstance(before, Join) else None,
                    after if isinstance(after, Join) else None,
                    is_first=item.clip.number not in marked,
                )
                marked.add(item.clip.number)
        add(track, enabled="TRUE", locked="FALSE")

    def _picture(
        self, track: Element, piece: Piece, before: Join | None, after: Join | None, *, is_first: bool
    ) -> None:
        clip, media = piece.clip, piece.clip.media
        assert media is not None
        item = self._item(track, clip.name, media, piece.speed)
        self._links.note(piece, item, "video", 1, _place(track))
        # In frames after the change of speed.
        first = piece.first if piece.is_held else round(piece.first / piece.speed)
        start, end = first, first + piece.length
        add(item, start=-1 if before else piece.at, end=-1 if after else piece.end)
        put(item, "in", start - (before.before if before else 0))
        put(item, "out", end + (after.after if after else 0))
        if piece.is_held:
            add(item, stillframe="TRUE", stillframeoffset=piece.first)
        self._files.add(item, self._layout.clip_of(self._timeline, clip.number, media), media)
        add_speed(item, piece, "video")
        if clip.note and is_first:
            marker = SubElement(item, "marker")
            add(marker, name=f"Scene {clip.number}", comment=clip.note)
            put(marker, "in", start)
            put(marker, "out", -1)

    def _transition(self, track: Element, join: Join) -> None:
        item = SubElement(track, "transitionitem")
        add(item, start=join.cut - join.before, end=join.cut + join.after)
        add(item, alignment="center" if join.before else "start")
        add_rate(item, self._timeline.fps)
        name, category, wipe = _EFFECTS[join.transition.kind]
        effect = SubElement(item, "effect")
        add(effect, name=name, effectid=name, effectcategory=category, effecttype="transition")
        add(effect, mediatype="video", wipecode=wipe, wipeaccuracy=100, startratio=0, endratio=1)
        add(effect, reverse="FALSE")

    def _sounds_into(self, audio: Element) -> None:
        add(audio, numOutputChannels=2)
        shape = SubElement(SubElement(audio, "format"), "samplecharacteristics")
        add(shape, depth=16, samplerate=48000)
        heard = sounds(self._timeline)
        for track in self._tracks(audio, [voice.media for voice in heard.narrations]):
            for voice in heard.narrations:
                name = self._layout.narration_of(self._timeline, voice.number, voice.media)
                title = f"Narration {voice.number}"
                item = self._sound(track, title, voice.media, name, voice.at, voice.length)
                if voice.text:
                    marker = SubElement(item, "marker")
                    add(marker, name=title, comment=voice.text)
                    put(marker, "in", 0)
                    put(marker, "out", -1)
        for track in self._tracks(audio, [_sounding(piece.clip) for piece in heard.clips]):
            for piece in heard.clips:
                self._clip_sound(track, piece)
        if music := self._timeline.music:
            name = self._layout.music_of(self._timeline, music.media)
            for track in self._tracks(audio, [music.media]):
                for at, length, first in rounds(self._timeline, music):
                    self._sound(track, "Music", music.media, name, at, length, first, music.gain)

    def _tracks(self, audio: Element, media: list[Media]) -> list[_SoundTrack]:
        """One track, or two with their channel where any of the media is stereo; none for none."""
        count = min(2, max((each.channels or 1 for each in media), default=0))
        made = []
        so_far = len(audio.findall("track"))
        for channel in range(1, count + 1):
            track = SubElement(audio, "track")
            if count == 2:
                track.set("currentExplodedTrackIndex", str(channel - 1))
                track.set("totalExplodedTrackCount", "2")
                track.set("premiereTrackType", "Stereo")
            add(track, enabled="TRUE", locked="FALSE", outputchannelindex=channel)
            made.append(_SoundTrack(track, channel, so_far + channel))
        return made

    def _clip_sound(self, track: _SoundTrack, piece: Piece) -> None:
        clip, media = piece.clip, _sounding(piece.clip)
        of = self._layout.sound_of if clip.sound else self._layout.clip_of
        name = of(self._timeline, clip.number, media)
        first = round(piece.first / piece.speed)
        item = self._sound(track, clip.name, media, name, piece.at, piece.length, first, clip.gain)
        add_speed(item, piece, "audio")
        if not clip.sound:
            self._links.note(piece, item, "audio", track.number, _place(track.element))

    def _sound(
        self,
        track: _SoundTrack,
        title: str,
        media: Media,
        name: str,
        at: int,
        length: int,
        first: int = 0,
        gain: float = 1.0,
    ) -> Element:
        item = self._item(track.element, title, media)
        add(item, start=at, end=at + length)
        put(item, "in", first)
        put(item, "out", first + length)
        self._files.add(item, name, media)
        source = SubElement(item, "sourcetrack")
        add(source, mediatype="audio", trackindex=min(track.channel, media.channels or 1))
        if gain != 1:
            # Linear, not in decibels.
            effect = SubElement(SubElement(item, "filter"), "effect")
            add(effect, name="Audio Levels", effectid="audiolevels", effectcategory="audiolevels")
            add(effect, effecttype="audiolevels", mediatype="audio")
            level = SubElement(effect, "parameter")
            add(level, name="Level", parameterid="level", valuemin=0, valuemax="3.98109", value=f"{gain:.5f}")
        return item

    def _item(self, track: Element, title: str, media: Media, speed: float = 1.0) -> Element:
        self._count += 1
        duration = round(self._files.frames(media) / (speed or 1.0))
        item = SubElement(track, "clipitem", id=f"clipitem-{self._count}")
        add(item, name=title, enabled="TRUE", duration=duration)
        add_rate(item, self._timeline.fps)
        return item


def _place(track: Element) -> int:
    """Which of the track's clips the newest one is."""
    return len(track.findall("clipitem"))


def _sounding(clip: Clip) -> Media:
    media = clip.sound or clip.media
    assert media is not None
    return media
