"""Says what a media file is, after convincing itself that it plays.

A provider's "completed" is believed only when the first frame decodes, the end of the file is where its
header says, and the last frames decode too: downloads break off, and error pages get saved as `.mp4`.

This runs in a thread: PyAV lets go of the interpreter while it reads and decodes, and a file takes 10 to
100 ms, less than starting a child process would.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal, NoReturn

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from rushes.media.faststart import boxes
from rushes.media.ffmpeg import FORMATS, PROTOCOLS
from rushes.media.images import UnreadableImage, check_image, sniff

Kind = Literal["video", "image", "audio"]

_MOST_PIXELS = 8192 * 4608  # of a frame; decoders hold a dozen of them
_MOST_LAST_FRAMES = 400  # decoded at the end; key frames are seldom farther apart
_END = 0.5  # seconds before the end from which decoding is tried
_SHORT = 0.25  # seconds that a whole file may end before its header says


@dataclass(frozen=True, slots=True)
class Probe:
    """What a file holds. `width` and `height` are pixels as shown (rotation and pixel shape applied),
    `duration` is in seconds, `fps` the average, `size` in bytes; None where the kind has no such thing.

    `frames_decodable` is False when this machine lacks the codec: the file may be fine all the same.
    `container` is ffmpeg's name of the format ("matroska,webm"), of a picture its own ("jpeg").
    """

    kind: Kind
    width: int | None
    height: int | None
    duration: float | None
    fps: float | None
    video_codec: str | None
    audio_codec: str | None
    pixel_format: str | None
    frames_decodable: bool
    size: int
    container: str


class Unplayable(Exception):
    """The file is not what it should be; `code` is one of empty, not_media, truncated, undecodable,
    too_many_pixels, no_video and wrong_kind, `message` a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


async def probe(path: Path, *, expect: Kind | None = "video") -> Probe:
    """Read and try `path`, which must be of the kind `expect` (None: of any).

    Raises Unplayable, FileNotFoundError.
    """
    size, head = await asyncio.to_thread(_head, path)
    if size == 0:
        raise Unplayable("empty", "The file is empty.")
    if sniff(head):
        return await _probe_image(path, expect)
    return await asyncio.to_thread(_probe, path, size, expect)


async def _probe_image(path: Path, expect: Kind | None) -> Probe:
    _must_be(expect, "image")
    try:
        facts = await check_image(path)
    except UnreadableImage as error:
        code = "truncated" if error.code == "truncated" else "undecodable"
        raise Unplayable(code, error.message) from error
    return Probe(
        kind="image",
        width=facts.width,
        height=facts.height,
        duration=None,
        fps=None,
        video_codec=facts.format.lower(),
        audio_codec=None,
        pixel_format=None,
        frames_decodable=True,
        size=facts.size,
        container=facts.format.lower(),
    )


def _head(path: Path) -> tuple[int, bytes]:
    with open(path, "rb") as file:
        return path.stat().st_size, file.read(64)


def _probe(path: Path, size: int, expect: Kind | None) -> Probe:
    guard = {"format_whitelist": FORMATS, "protocol_whitelist": PROTOCOLS}
    _check_boxes(path, size)
    try:
        container = av.open(f"file:{path}", container_options=guard)
    except av.FFmpegError as error:
        raise Unplayable("not_media", "The file is neither a video nor a sound that can be read.") from error
    with container:
        video = next((stream for stream in container.streams.video if not _is_cover(stream)), None)
        audio = next(iter(container.streams.audio), None)
        if video is None and audio is None:
            raise Unplayable("no_video", "The file has neither pictures nor sound.")
        _must_be(expect, "video" if video else "audio")
        first, decodable = _check_ends(container, video)
        duration = container.duration / av.time_base if container.duration else _end(container)
        width, height = _shown_size(video, first) if video else (None, None)
        rate = (video.average_rate or video.guessed_rate) if video else None
        return Probe(
            kind="video" if video else "audio",
            width=width,
            height=height,
            duration=duration,
            fps=float(rate) if rate else None,
            video_codec=video.codec.canonical_name if video else None,
            audio_codec=audio.codec.canonical_name if audio else None,
            pixel_format=video.pix_fmt if video else None,
            frames_decodable=decodable,
            size=size,
            container=container.format.name,
        )


def _must_be(expect: Kind | None, kind: Kind) -> None:
    if expect is None or expect == kind:
        return
    if expect == "video" and kind == "audio":
        raise Unplayable("no_video", "The file holds sound but no pictures.")
    raise Unplayable("wrong_kind", f"The file is of the kind {kind}, not {expect}.")


def _check_boxes(path: Path, size: int) -> None:
    """Catch an MP4 that was cut short by its own table: exact, where timing is a matter of tolerance."""
    found = list(boxes(path))
    if not found or found[0].name != "ftyp":
        return
    names = {box.name for box in found}
    cut = any(box.name in ("moov", "mdat", "moof") and box.start + box.size > size for box in found)
    if cut or "moov" not in names or not names & {"mdat", "moof"}:
        _truncated()


def _check_ends(container: InputContainer, video: VideoStream | None) -> tuple[VideoFrame | None, bool]:
    """Decode the first frame and the last ones, and find the end where the header has it.

    Returns the first frame, and whether there was a decoder.
    """
    try:
        first = _first_frame(container, video) if video else None
    except av.DecoderNotFoundError:
        return None, False
    except av.FFmpegError as error:
        raise Unplayable("undecodable", "The first frame cannot be decoded.") from error
    if video and first is None:
        _truncated()
    if container.duration:
        promised = container.duration / av.time_base
        try:
            _seek_near_end(container, promised)
            reached = _end(container)
            _seek_near_end(container, promised)
            last = _last_frames(container, video)
        except av.FFmpegError as error:
            raise Unplayable("undecodable", "The end of the file cannot be decoded.") from error
        frame = 1.5 / float(video.average_rate) if video and video.average_rate else 0.0
        if reached < promised - max(_SHORT, promised * 0.03, frame) or last == 0:
            _truncated()
        _seek_near_end(container, 0.0)
    return first, True


def _first_frame(container: InputContainer, video: VideoStream) -> VideoFrame | None:
    if video.width * video.height > _MOST_PIXELS:
        raise Unplayable("too_many_pixels", f"A frame of {video.width} by {video.height} is too large.")
    video.thread_type = "AUTO"
    return next(iter(container.decode(video)), None)


def _last_frames(container: InputContainer, video: VideoStream | None) -> int:
    frames: Iterator[object] = container.decode(video) if video else container.decode(audio=0)
    return sum(1 for _ in islice(frames, _MOST_LAST_FRAMES))


def _seek_near_end(container: InputContainer, promised: float) -> None:
    start = container.start_time or 0
    container.seek(start + int(max(0.0, promised - _END) * av.time_base), backward=True)


def _end(container: InputContainer) -> float:
    """Seconds at which the last packet of any stream ends, from where the container stands."""
    end = 0.0
    for packet in container.demux():
        if packet.pts is not None:
            end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return end - float(container.start_time or 0) / float(av.time_base)


def _shown_size(video: VideoStream, first: VideoFrame | None) -> tuple[int, int]:
    width, height = video.width, video.height
    shape = video.sample_aspect_ratio
    if shape and shape > 0:
        width = max(1, round(width * shape))
    if first is not None and first.rotation % 180:
        return height, width
    return width, height


def _is_cover(stream: VideoStream) -> bool:
    """Whether these are not moving pictures but the cover of a piece of music."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _truncated() -> NoReturn:
    raise Unplayable("truncated", "The file is cut short: its end is missing.")
