"""The pictures that go with a video's file: a thumbnail, and a sprite sheet to look through it."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import structlog

from rushes import loose_files
from rushes.media.ffmpeg import FfmpegFailed
from rushes.media.probe import Probe, Unplayable
from rushes.media.spritesheet import SpriteSheet, spritesheet
from rushes.media.thumbnail import thumbnail
from rushes.storage import StorageFull
from rushes.storage.incoming import disk_errors
from rushes.storage.keys import storage_key
from rushes.studio import Studio

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pictures:
    """Either may be missing where a playable file would not yield one."""

    thumbnail: Path | None
    sheet: Path | None
    layout: SpriteSheet | None

    @property
    def layout_json(self) -> dict[str, Any] | None:
        """As the row of a video holds it."""
        return asdict(self.layout) if self.layout else None


async def drawn(
    studio: Studio, video_id: str, path: Path, facts: Probe, still: Path, sheet: Path
) -> Pictures:
    """Draws them to `still` and `sheet`. Raises `StorageFull`."""
    try:
        with disk_errors():
            await thumbnail(path, still, ffmpeg=studio.ffmpeg, facts=facts)
            layout = await spritesheet(path, sheet, ffmpeg=studio.ffmpeg, facts=facts)
    except (FfmpegFailed, Unplayable) as error:
        # It plays, so it counts; a list shows it without a picture.
        log.warning("no_thumbnail", video_id=video_id, reason=str(error))
        return Pictures(None, None, None)
    return Pictures(still, sheet, layout)


async def store(studio: Studio, user_id: str, video_id: str, found: Pictures) -> dict[str, str]:
    """Their keys as `thumbnail` and `spritesheet`, noted as loose. Raises `StorageFull`, and takes back what
    did fit: each try would leave some more."""
    stored: dict[str, str] = {}
    try:
        for name, path in (("thumbnail", found.thumbnail), ("spritesheet", found.sheet)):
            if path is not None:
                key = storage_key(user_id, video_id, "video-clips", f"{name}-{secrets.token_hex(6)}.jpg")
                await loose_files.note(studio, key)
                stored[name] = (await studio.storage.put(key, path)).key
    except StorageFull:
        for key in stored.values():
            await studio.storage.delete(key)
        raise
    return stored
