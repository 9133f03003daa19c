"""Writes a film as OpenTimelineIO: the .otio document, and what an .otioz has inside.

    otio(timeline)                            # JSON; media by URLs relative to the document
    otio(timeline, address=below(folder))     # or by file URLs

See https://opentimelineio.readthedocs.io. What it cannot say (the kind of a transition, gain) is in the
metadata under `rushes`. A retimed clip's source range is as long as the clip on the timeline, as OTIO has it:
effects change what is seen, never how long.
"""

from __future__ import annotations

import opentimelineio as api
from opentimelineio.opentime import RationalTime, TimeRange

from rushes.media.timeline.model import Media, Timeline
from rushes.media.timeline.naming import FOLDERS, Address, Layout, relative, sayable
from rushes.media.timeline.placing import Gap, Join, Piece, frames_of, rounds, scenes
from rushes.media.timeline.sounds import sounds

_KINDS = {"dissolve": api.schema.TransitionTypes.SMPTE_Dissolve}
_OTHER_KIND = api.schema.TransitionTypes.Custom


def otio(timeline: Timeline, *, address: Address = relative, layout: Layout = FOLDERS) -> str:
    """The film as an .otio document: a track of pictures, and tracks of narration, clips' sound and music
    where there are any."""
    film = api.schema.Timeline(name=sayable(timeline.title))
    film.global_start_time = _Writer(timeline, address, layout).time(0)
    film.metadata["rushes"] = {"width": timeline.width, "height": timeline.height}
    writer = _Writer(timeline, address, layout)
    film.tracks.append(writer.pictures())
    for track in (writer.narrations(), writer.clip_sounds(), writer.music()):
        if len(track):
            film.tracks.append(track)
    return str(api.adapters.write_to_string(film, "otio_json"))


class _Writer:
    def __init__(self, timeline: Timeline, address: Address, layout: Layout) -> None:
        self._timeline = timeline
        self._address = address
        self._layout = layout
        self._rate = float(timeline.fps)

    def time(self, frames: int) -> RationalTime:
        return RationalTime(frames, self._rate)

    def pictures(self) -> api.schema.Track:
        track = api.schema.Track("Scenes", kind=api.schema.TrackKind.Video)
        marked: set[int] = set()
        for item in scenes(self._timeline):
            if isinstance(item, Gap):
                track.append(self._gap(item.length))
            elif isinstance(item, Join):
                track.append(self._transition(item))
            else:
                track.append(self._picture(item, is_first=item.clip.number not in marked))
                marked.add(item.clip.number)
        return track

    def _picture(self, piece: Piece, *, is_first: bool) -> api.schema.Clip:
        clip = piece.clip
        assert clip.media is not None
        made = self._clip(
            clip.name,
            clip.media,
            self._layout.clip_of(self._timeline, clip.number, clip.media),
            piece.first,
            piece.length,
        )
        made.metadata["rushes"] = {"scene": clip.number, "fit": clip.fit}
        self._retime(made, piece)
        if clip.note and is_first:
            made.markers.append(
                api.schema.Marker(
                    name=sayable(clip.note),
                    marked_range=TimeRange(self.time(piece.first), self.time(1)),
                    color=api.schema.MarkerColor.GREEN,
                )
            )
        return made

    def _retime(self, made: api.schema.Clip, piece: Piece) -> None:
        if piece.is_held:
            made.effects.append(api.schema.FreezeFrame())
        elif piece.speed != 1:
            made.effects.append(api.schema.LinearTimeWarp("Slow", time_scalar=piece.speed))

    def _transition(self, join: Join) -> api.schema.Transition:
        kind = join.transition.kind
        return api.schema.Transition(
            name=kind,
            transition_type=_KINDS.get(kind, _OTHER_KIND),
            in_offset=self.time(join.before),
            out_offset=self.time(join.after),
            metadata={"rushes": {"kind": kind}},
        )

    def narrations(self) -> api.schema.Track:
        track = api.schema.Track("Narration", kind=api.schema.TrackKind.Audio)
        for sound in sounds(self._timeline).narrations:
            name = self._layout.narration_of(self._timeline, sound.number, sound.media)
            self._heard(track, f"Narration {sound.number}", sound.media, name, sound.at, sound.length)
        return track

    def clip_sounds(self) -> api.schema.Track:
        track = api.schema.Track("Clip sound", kind=api.schema.TrackKind.Audio)
        for piece in sounds(self._timeline).clips:
            clip = piece.clip
            media = clip.sound or clip.media
            assert media is not None
            of = self._layout.sound_of if clip.sound else self._layout.clip_of
            name = of(self._timeline, clip.number, media)
            made = self._heard(track, clip.name, media, name, piece.at, piece.length, piece.first)
            made.metadata["rushes"] = {"scene": clip.number, "gain": clip.gain}
            self._retime(made, piece)
        return track

    def music(self) -> api.schema.Track:
        track = api.schema.Track("Music", kind=api.schema.TrackKind.Audio)
        if music := self._timeline.music:
            name = self._layout.music_of(self._timeline, music.media)
            for at, length, first in rounds(self._timeline, music):
                made = self._heard(track, "Music", music.media, name, at, length, first)
                made.metadata["rushes"] = {"gain": music.gain}
        return track

    def _heard(
        self,
        track: api.schema.Track,
        called: str,
        media: Media,
        name: str,
        at: int,
        length: int,
        first: int = 0,
    ) -> api.schema.Clip:
        """The clip, appended so that it is heard from frame `at` on."""
        if (missing := at - round(track.duration().value if len(track) else 0)) > 0:
            track.append(self._gap(missing))
        made = self._clip(called, media, name, first, length)
        track.append(made)
        return made

    def _clip(self, called: str, media: Media, name: str, first: int, length: int) -> api.schema.Clip:
        reference = api.schema.ExternalReference(
            target_url=self._address(name),
            available_range=TimeRange(self.time(0), self.time(frames_of(self._timeline, media))),
        )
        reference.name = name.rpartition("/")[2]
        return api.schema.Clip(
            name=sayable(called),
            media_reference=reference,
            source_range=TimeRange(self.time(first), self.time(length)),
        )

    def _gap(self, length: int) -> api.schema.Gap:
        return api.schema.Gap(source_range=TimeRange(self.time(0), self.time(length)))
