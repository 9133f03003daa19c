"""Looks at clips before anything is encoded, so that what is wrong is said at once.

The packets of a clip are read but only its first frame is decoded: some milliseconds a clip.
"""

from __future__ import annotations

import asyncio
import math
from array import array
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from rushes.media.cut.order import CutFailed
from rushes.media.ffmpeg import FORMATS, PROTOCOLS
from rushes.media.images import UnreadableImage, sniff, upright_size

_SHORT = 0.25  # seconds that a clip may end before its header says


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """A clip: `width` and `height` in pixels as shown (rotation and pixel shape applied), `times` at which
    its frames come and its `duration`, in seconds from its first frame (a `still` picture has neither end
    nor times), whether it `has_sound`, and the `matrix` of its colours as ffmpeg calls it.

    Its first frame comes at `origin` on the container's clock, `lead` seconds after the container's begin.
    Those two are not asked of ffmpeg: its versions disagree whether a begin counts what encoders of sound
    put before it, a frame's length and hence enough to be late by one.

    Clips with the same `likeness` can follow each other without being encoded again; None: this one cannot.
    Its packets come in the order in which they are decoded, the first of them `delay` seconds before it is
    shown; `places` are those of their frames when shown.
    """

    width: int
    height: int
    still: bool = False
    times: array[float] = field(default_factory=lambda: array("d"))
    duration: float = math.inf
    has_sound: bool = False
    origin: float = 0.0
    lead: float = 0.0
    matrix: str = "bt709"
    likeness: Hashable | None = None
    delay: float = 0.0
    places: array[int] = field(default_factory=lambda: array("l"))


class _Packet(NamedTuple):
    """What matters of a packet, in ticks; a hidden one is decoded and not shown (by an edit list)."""

    pts: int
    dts: int | None
    duration: int
    is_key: bool
    is_hidden: bool


async def inspect_clip(clip: Path, scene: int) -> ClipFacts:
    """Raises CutFailed."""
    return await asyncio.to_thread(_inspect_clip, clip, scene)


def _inspect_clip(clip: Path, scene: int) -> ClipFacts:
    try:
        with open(clip, "rb") as file:
            head = file.read(64)
        if sniff(head):
            width, height = upright_size(clip)
            return ClipFacts(width, height, still=True)
        return _inspect_video(clip)
    except FileNotFoundError:
        raise CutFailed("missing_clip", f"The clip of scene {scene} is missing.", scene=scene) from None
    except (av.FFmpegError, UnreadableImage, StopIteration, ValueError) as error:
        message = f"The clip of scene {scene} cannot be read: {error or 'it has no pictures'}"
        raise CutFailed("unreadable_clip", message, scene=scene) from None


def opened(path: Path) -> InputContainer:
    """A file nobody has vouched for. Raises av.FFmpegError."""
    guard = {"format_whitelist": FORMATS, "protocol_whitelist": PROTOCOLS}
    container: InputContainer = av.open(f"file:{path}", container_options=guard)
    return container


def _inspect_video(clip: Path) -> ClipFacts:
    with opened(clip) as container:
        first: VideoFrame = next(container.decode(_video_of(container)))
    with opened(clip) as container:
        video = _video_of(container)
        # Without their data, which is the whole file.
        packets = [
            _Packet(packet.pts, packet.dts, packet.duration or 0, packet.is_keyframe, packet.is_discard)
            for packet in container.demux(video)
            if packet.pts is not None
        ]
        base, shown = float(video.time_base or 0), sorted(packets)
        seen = [packet.pts for packet in shown if not packet.is_hidden]
        if not seen:
            raise ValueError("it has no frames")
        origin = seen[0] * base
        times = array("d", (pts * base - origin for pts in seen))
        duration, promised = times[-1] + shown[-1].duration * base, (video.duration or 0) * base
        if duration < promised - max(_SHORT, promised * 0.03):
            raise ValueError("it is cut short")
        place_of = {packet.pts: place for place, packet in enumerate(shown)}
        return ClipFacts(
            *_shown_size(video, first),
            times=times,
            duration=duration,
            has_sound=bool(container.streams.audio),
            origin=origin,
            lead=origin - (container.start_time or 0) / av.time_base,
            matrix=_matrix(first),
            likeness=_likeness(container, video, first, packets),
            delay=(packets[0].pts - (packets[0].dts or 0)) * base,
            places=array("l", (place_of[packet.pts] for packet in packets)),
        )


def _video_of(container: InputContainer) -> VideoStream:
    cover = av.stream.Disposition.attached_pic
    return next(stream for stream in container.streams.video if not stream.disposition & cover)


def _shown_size(video: VideoStream, first: VideoFrame) -> tuple[int, int]:
    width, height = video.width, video.height
    shape = video.sample_aspect_ratio
    if shape and shape > 0:
        width = max(1, round(width * shape))
    return (height, width) if first.rotation % 180 else (width, height)


def _matrix(first: VideoFrame) -> str:
    """`auto` where the clip says it; the others are taken as browsers take them, by their size."""
    if first.colorspace not in (0, 2):  # RGB and unspecified: ITU-T H.273, 8.3
        return "auto"
    return "bt709" if first.height >= 720 else "smpte170m"


def _likeness(
    container: InputContainer, video: VideoStream, first: VideoFrame, packets: list[_Packet]
) -> Hashable | None:
    """The sets of parameters (SPS and PPS, in `extradata`) say size, profile, level, colours and more; one
    that does not match them decodes to garbage, so they have to be the same to the bit."""
    extradata = video.codec_context.extradata or b""
    shape = video.sample_aspect_ratio
    can_follow = (
        "mp4" in container.format.name
        and video.codec.canonical_name == "h264"
        and video.pix_fmt == "yuv420p"
        and extradata[:1] == b"\1"  # avcC: ISO/IEC 14496-15, 5.3.3
        and not first.rotation
        and not first.interlaced_frame
        and (not shape or shape == 1)
        and packets[0].is_key
        and packets[0].pts == min(packets).pts
        and not any(packet.is_hidden or packet.dts is None for packet in packets)
    )
    if not can_follow:
        return None
    delay = (packets[0].pts - (packets[0].dts or 0)) * (video.time_base or 0)
    return video.index, len(container.streams), video.width, video.height, delay, extradata
