"""The small elements that Final Cut Pro 7 XML is made of: rates, files, speeds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from rushes.media.timeline.model import Media, Timeline
from rushes.media.timeline.naming import Address, sayable
from rushes.media.timeline.placing import Piece, frames_of


def put(parent: Element, tag: str, value: str | int) -> None:
    """A child that holds a value."""
    SubElement(parent, tag).text = sayable(str(value))


def add(parent: Element, **children: str | int) -> None:
    """Children that hold values, in their order."""
    for tag, value in children.items():
        put(parent, tag, value)


def add_rate(parent: Element, fps: Fraction) -> None:
    """24000/1001 is a timebase of 24 that is NTSC: 1000/1001 of it (appendix "Frame Rates")."""
    timebase = math.ceil(fps)
    is_ntsc = fps.denominator != 1 and abs(fps - Fraction(timebase * 1000, 1001)) < Fraction(1, 1000)
    add(SubElement(parent, "rate"), timebase=timebase if is_ntsc else round(fps), ntsc=_said(is_ntsc))


def add_timecode(parent: Element, fps: Fraction) -> None:
    """All begins at 0; without drop frames, which is right at every rate there."""
    timecode = SubElement(parent, "timecode")
    add_rate(timecode, fps)
    add(timecode, string="00:00:00:00", frame=0, displayformat="NDF")


def add_speed(item: Element, piece: Piece, mediatype: str) -> None:
    """The "Time Remap" effect, where the piece is not played as it is; nothing is blended."""
    if piece.speed == 1:
        return
    effect = SubElement(SubElement(item, "filter"), "effect")
    add(effect, name="Time Remap", effectid="timeremap", effectcategory="motion", effecttype="motion")
    add(effect, mediatype=mediatype)
    _parameter(effect, "speed", f"{piece.speed * 100:.6g}", "-10000", "10000")
    _parameter(effect, "reverse", "FALSE")
    _parameter(effect, "frameblending", "FALSE")
    _parameter(effect, "variablespeed", "0", "0", "1")
    if piece.is_held:
        # At speed 0 only the graph says which frame it is.
        graph = _parameter(effect, "graphdict", None, "0", str(piece.first))
        ends = (0, piece.first, piece.first + piece.length, piece.first + piece.length)
        for when, what in zip(ends, ("start", "in", "out", "end"), strict=True):
            frame = SubElement(graph, "keyframe")
            add(frame, when=when, value=piece.first, speedvirtualkf="TRUE")
            put(frame, f"speedkf{what}", "TRUE")
        add(SubElement(graph, "interpolation"), name="FCPCurve")


class Files:
    """The files of a document: described where they come up first, then only named."""

    def __init__(self, timeline: Timeline, address: Address) -> None:
        self._timeline = timeline
        self._address = address
        self._ids: dict[str, str] = {}

    def frames(self, media: Media) -> int:
        return frames_of(self._timeline, media)

    def add(self, item: Element, name: str, media: Media) -> None:
        """The file, as `name` in the archive."""
        if name in self._ids:
            SubElement(item, "file", id=self._ids[name])
            return
        self._ids[name] = f"file-{len(self._ids) + 1}"
        file = SubElement(item, "file", id=self._ids[name])
        # Premiere does not find `file:///` on Windows, but everything that Final Cut wrote.
        url = self._address(name).replace("file:///", "file://localhost/", 1)
        add(file, name=name.rpartition("/")[2], pathurl=url)
        fps = media.fps or self._timeline.fps
        add_rate(file, fps)
        put(file, "duration", max(1, math.ceil(media.duration * float(fps) - 0.01)))
        add_timecode(file, fps)
        described = SubElement(file, "media")
        if media.width and media.height:
            shape = SubElement(SubElement(described, "video"), "samplecharacteristics")
            add_rate(shape, fps)
            add(shape, width=media.width, height=media.height, pixelaspectratio="square")
        elif media.fps:
            SubElement(described, "video")
        if media.channels:
            audio = SubElement(described, "audio")
            add(SubElement(audio, "samplecharacteristics"), depth=16, samplerate=48000)
            put(audio, "channelcount", media.channels)


@dataclass(frozen=True, slots=True)
class _Linked:
    item: Element
    mediatype: str
    track: int
    place: int


class Links:
    """Items of one file that move together: each of them names all of them."""

    def __init__(self) -> None:
        self._groups: dict[tuple[int, int], list[_Linked]] = {}

    def note(self, piece: Piece, item: Element, mediatype: str, track: int, place: int) -> None:
        """The item is of the piece; it is the `place`th in the `track`th of its kind, from 1 on."""
        group = self._groups.setdefault((piece.clip.number, piece.at), [])
        group.append(_Linked(item, mediatype, track, place))

    def write(self) -> None:
        """Once all are noted."""
        for group in self._groups.values():
            for linked in group if len(group) > 1 else ():
                for each in group:
                    link = SubElement(linked.item, "link")
                    add(link, linkclipref=each.item.get("id", ""), mediatype=each.mediatype)
                    add(link, trackindex=each.track, clipindex=each.place)


def _parameter(effect: Element, name: str, value: str | None, low: str = "", high: str = "") -> Element:
    parameter = SubElement(effect, "parameter")
    add(parameter, name=name, parameterid=name)
    if value is not None:
        put(parameter, "value", value)
    if high:
        add(parameter, valuemin=low, valuemax=high)
    return parameter


def _said(value: bool) -> str:
    return "TRUE" if value else "FALSE"
