"""A film's timeline as data, and its exports: OTIO, Final Cut Pro 7 XML, archives with the media in them."""

from rushes.media.timeline.archives import edit_zip, otioz
from rushes.media.timeline.captions import webvtt
from rushes.media.timeline.fcp7xml import fcp7xml
from rushes.media.timeline.model import Clip, Fit, Media, Music, Narration, Timeline, Transition
from rushes.media.timeline.naming import below, relative
from rushes.media.timeline.otio import otio

__all__ = [
    "Clip",
    "Fit",
    "Media",
    "Music",
    "Narration",
    "Timeline",
    "Transition",
    "below",
    "edit_zip",
    "fcp7xml",
    "otio",
    "otioz",
    "relative",
    "webvtt",
]
