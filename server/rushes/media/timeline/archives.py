"""The film and its files in one archive: for every editing program (`edit_zip`), or as an .otioz."""

from __future__ import annotations

from collections.abc import Sequence

from rushes.media.timeline.captions import webvtt
from rushes.media.timeline.fcp7xml import fcp7xml
from rushes.media.timeline.model import Timeline
from rushes.media.timeline.naming import FLAT, FOLDERS, media_files, sayable, take_files
from rushes.media.timeline.otio import otio
from rushes.media.zipping import Member, Zip, text, zip_of

# https://github.com/AcademySoftwareFoundation/OpenTimelineIO, docs/tutorials/otio-filebundles.md
_OTIOZ_VERSION = "1.0.0"

_README = """{title}

Unpack this archive first and keep its folders together: the timelines point to the files beside them.

Adobe Premiere Pro     File > Import, choose timeline.xml. If Premiere asks where a clip is, show it
                       the first one in media/clips: it finds the others by itself.
DaVinci Resolve        File > Import > Timeline, choose timeline.xml (or timeline.otio, from version
                       18 on), and this folder when you are asked where the clips are.
Final Cut Pro 7        File > Import > XML, choose timeline.xml.
Final Cut Pro (now)    It reads neither file by itself. Open timeline.xml in DaVinci Resolve and export
                       FCPXML, or use a converter for Final Cut Pro 7 XML.
Anything else          timeline.otio is OpenTimelineIO: https://opentimeline.io

media/clips            the chosen take of every scene, whole: what was cut off is still there
media/narration        the voice of every scene
media/music            the music
stems                  the clips' own sound
takes                  the takes that were not chosen
captions.srt, .vtt     the captions, timed to the film

The film has {width} x {height} pixels and {fps} frames a second, and lasts {duration:.2f} seconds.
A scene whose last frame stands still is two clips: the second one is a freeze frame.
"""


def edit_zip(timeline: Timeline, *, more: Sequence[Member] = (), made_at: float | None = None) -> Zip:
    """One zip to edit the film with: timelines with relative media, all files, captions, how to open it.

    `more` are further files, named as the caller likes (the finished film, say); `made_at` in Unix seconds.
    """
    members = [
        text("README.txt", readme(timeline)),
        text("timeline.xml", fcp7xml(timeline)),
        text("timeline.otio", otio(timeline)),
    ]
    if timeline.captions:
        captions = sayable(timeline.captions)
        members += [text("captions.srt", captions), text("captions.vtt", webvtt(captions))]
    members += [*media_files(timeline, FOLDERS), *take_files(timeline), *more]
    return zip_of(members, made_at=made_at)


def otioz(timeline: Timeline, *, made_at: float | None = None) -> Zip:
    """An .otioz: the OTIO document and what is on its timeline."""
    members = [
        text("version.txt", _OTIOZ_VERSION),
        text("content.otio", otio(timeline, layout=FLAT)),
        *media_files(timeline, FLAT),
    ]
    return zip_of(members, made_at=made_at)


def readme(timeline: Timeline) -> str:
    """How to open the archive, and what is in it. Lines end as Windows wants them."""
    written = _README.format(
        title=" ".join(sayable(timeline.title).split()),
        width=timeline.width,
        height=timeline.height,
        fps=f"{float(timeline.fps):.5g}",
        duration=timeline.duration,
    )
    return written.replace("\n", "\r\n")
