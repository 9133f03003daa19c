"""Finds out by decoding what a file is, and makes what is kept of it: no name and no claim is believed.

Pictures are rewritten, upright and without metadata; videos and sounds stay as they are. Each gets a picture
for lists: a small copy, a telling frame, or how loud it is.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from rushes.errors import Invalid, TooLarge, Unavailable
from rushes.http.multipart import in_words
from rushes.media.ffmpeg import FfmpegFailed
from rushes.media.images import UnreadableImage, check_image, normalise_image, sniff
from rushes.media.probe import Probe, Unplayable, probe
from rushes.media.thumbnail import thumbnail
from rushes.media.waveform import waveform
from rushes.storage import StorageFull
from rushes.storage.incoming import disk_errors
from rushes.studio import Studio
from rushes.uploads.models import Kind

log = structlog.get_logger(__name__)

PICTURE_LIMIT = 32 * 1024 * 1024
LONGEST = 3600.0  # seconds of a video or a sound
_THUMBNAIL_SIDE = 640
_THUMBNAIL_QUALITY = 82
_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "mkv": "video/x-matroska",
    "ogv": "video/ogg",
    "m4a": "audio/mp4",
    "weba": "audio/webm",
    "mka": "audio/x-matroska",
    "ogg": "audio/ogg",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "aac": "audio/aac",
}
# What people's own names for files may end in.
ENDINGS = {*_TYPES, "jpeg", "webp", "m4v", "opus", "oga"}
MEDIA_TYPES = tuple(dict.fromkeys(_TYPES.values()))
_OF_WEB = {"vp8", "vp9", "av1", "vorbis", "opus", None}


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is, and where the bytes that are to be kept lie. `ending` tells the media type too."""

    kind: Kind
    path: Path
    ending: str
    width: int | None
    height: int | None
    duration: float | None
    thumbnail: Path | None

    @property
    def content_type(self) -> str:
        return _TYPES[self.ending]


class Turns:
    """Decoding a long film and drawing its picture keeps a core busy: two at a time in a process."""

    def __init__(self) -> None:
        self.semaphore = asyncio.Semaphore(2)


@contextmanager
def scratch_names(studio: Studio) -> Iterator[Path]:
    """A name in the scratch folder to add endings to; whatever has such a name is gone in the end."""
    stem = studio.storage.scratch() / f"asset-{secrets.token_hex(8)}"
    try:
        yield stem
    finally:
        for path in stem.parent.glob(f"{stem.name}*"):
            path.unlink(missing_ok=True)


async def recognise(
    studio: Studio, source: Path, stem: Path, *, field: str, only: Kind | None = None
) -> Recognised:
    """What is in `source`; whatever is made of it gets a name that begins with `stem`.

    Raises `Invalid` naming `field` for what cannot be used or is not of the kind `only`, `TooLarge` for a
    picture above its limit, and `Unavailable` when the disk is full.
    """
    is_picture = only == "image" or sniff(await asyncio.to_thread(_head, source)) is not None
    try:
        if is_picture:
            return await _picture(studio, source, stem, field)
        async with studio.shared(Turns).semaphore:
            return await _film_or_sound(studio, source, stem, field)
    except StorageFull as error:
        raise Unavailable(error.message, code="disk_full") from error
    except UnreadableImage as error:
        raise Invalid(error.message, code="invalid_image", **{field: error.message}) from error
    except Unplayable as error:
        message = _why(error)
        raise Invalid(message, code="invalid_media", **{field: message}) from error


async def _picture(studio: Studio, source: Path, stem: Path, field: str) -> Recognised:
    if (await asyncio.to_thread(source.stat)).st_size > PICTURE_LIMIT:
        raise TooLarge(f"{field} is a picture larger than {in_words(PICTURE_LIMIT)}.")
    facts = await check_image(source, turn=studio.decoding)
    ending = "jpg" if facts.format == "JPEG" else "png"
    clean, small = stem.with_suffix(f".{ending}"), stem.with_name(f"{stem.name}-small.jpg")
    with disk_errors():
        facts = await normalise_image(source, clean, turn=studio.decoding)
        await normalise_image(
            clean, small, max_side=_THUMBNAIL_SIDE, quality=_THUMBNAIL_QUALITY, turn=studio.decoding
        )
    return Recognised("image", clean, ending, facts.width, facts.height, None, small)


async def _film_or_sound(studio: Studio, source: Path, stem: Path, field: str) -> Recognised:
    facts = await probe(source, expect=None)
    if facts.duration is not None and facts.duration > LONGEST:
        message = f"It plays for more than {LONGEST / 3600:.0f} hour."
        raise Invalid(message, code="too_long", **{field: message})
    small = stem.with_suffix(".jpg" if facts.kind == "video" else ".png")
    with disk_errors():
        drawn = await _drawn(studio, source, small, facts)
    return Recognised(
        facts.kind,
        source,
        _ending(facts, await asyncio.to_thread(_head, source)),
        facts.width,
        facts.height,
        facts.duration,
        small if drawn else None,
    )


async def _drawn(studio: Studio, source: Path, into: Path, facts: Probe) -> bool:
    """Whether there is a picture of it. Without one it is an asset all the same."""
    try:
        if facts.kind == "video":
            await thumbnail(source, into, ffmpeg=studio.ffmpeg, facts=facts, width=_THUMBNAIL_SIDE)
        else:
            await waveform(source, into, ffmpeg=studio.ffmpeg)
    except (FfmpegFailed, Unplayable) as error:
        log.warning("asset_without_thumbnail", kind=facts.kind, reason=str(error))
        return False
    return True


def _ending(facts: Probe, head: bytes) -> str:
    names, is_film = facts.container, facts.kind == "video"
    if "matroska" in names:
        # Browsers play what WebM allows, and only under that name.
        if facts.video_codec in _OF_WEB and facts.audio_codec in _OF_WEB:
            return "webm" if is_film else "weba"
        return "mkv" if is_film else "mka"
    if "mp4" in names:
        if not is_film:
            return "m4a"
        return "mov" if head[8:12] == b"qt  " else "mp4"
    if names.startswith("ogg"):
        return "ogv" if is_film else "ogg"
    return names


def _why(error: Unplayable) -> str:
    if error.code == "not_media":
        return "This is no picture, video or sound that can be read here."
    return error.message


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(64)
