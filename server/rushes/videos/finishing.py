"""Turns a fetched or drawn file into a completed video: probed, with a thumbnail and a sprite sheet.

A file that does not play is never called a success: it is fetched once or twice more, then the video fails.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog

from rushes import loose_files
from rushes.media.ffmpeg import FfmpegFailed
from rushes.media.probe import Probe, Unplayable, probe
from rushes.media.spritesheet import SpriteSheet, spritesheet
from rushes.media.thumbnail import thumbnail
from rushes.providers.registry import as_embedded
from rushes.storage import MissingFile, StorageFull
from rushes.storage.incoming import disk_errors
from rushes.storage.keys import storage_key
from rushes.studio import Studio
from rushes.tables import videos
from rushes.videos import outcomes, queries
from rushes.videos.queries import VideoRow

log = structlog.get_logger(__name__)

_FETCHES = 3


@dataclass(frozen=True, slots=True)
class _Extras:
    """What goes with the file. Either may be missing where a playable file would not yield one."""

    thumbnail: Path | None
    sheet: Path | None
    layout: SpriteSheet | None


async def finish(studio: Studio, video_id: str) -> None:
    """The background step for stage `finishing`. Safe to run twice, at once or after a crash."""
    async with studio.reading() as session:
        row = await queries.one(session, video_id)
    if row is None or row.stage != "finishing" or (row.not_before or 0) > studio.clock.now():
        return
    scratch = [studio.storage.scratch() / f"{name}-{secrets.token_hex(8)}.jpg" for name in ("still", "sheet")]
    try:
        async with studio.storage.local_copy(row.file_path) as path:
            facts = await probe(path)
            extras = await _extras(studio, row, path, facts, *scratch)
        await _complete(studio, row, facts, extras)
    except Unplayable as error:
        await _fetch_again(studio, row, error.message)
    except MissingFile:
        await _fetch_again(studio, row, "The file is gone from the storage.")
    except StorageFull as error:
        await _later(studio, row, error.message)
    finally:
        for path in scratch:
            await asyncio.to_thread(path.unlink, missing_ok=True)


async def _extras(
    studio: Studio, row: VideoRow, path: Path, facts: Probe, still: Path, sheet: Path
) -> _Extras:
    try:
        with disk_errors():
            await thumbnail(path, still, ffmpeg=studio.ffmpeg, facts=facts)
            layout = await spritesheet(path, sheet, ffmpeg=studio.ffmpeg, facts=facts)
    except FfmpegFailed as error:
        # It plays, so it counts; a list shows it without a picture.
        log.warning("no_thumbnail", video_id=row.id, reason=str(error))
        return _Extras(None, None, None)
    return _Extras(still, sheet, layout)


async def _complete(studio: Studio, row: VideoRow, facts: Probe, extras: _Extras) -> None:
    stored: dict[str, str] = {}
    for name, path in (("thumbnail", extras.thumbnail), ("spritesheet", extras.sheet)):
        if path is not None:
            key = storage_key(row.user_id, row.id, "video-clips", f"{name}-{secrets.token_hex(6)}.jpg")
            await loose_files.note(studio, key)
            stored[name] = (await studio.storage.put(key, path)).key
    now = studio.clock.now()
    async with studio.transaction() as work:
        moved = await queries.move(
            work,
            row.id,
            "completed",
            videos.c.submission_key == row.submission_key,
            videos.c.file_path == row.file_path,
            now=now,
            completed_at=now,
            progress=100,
            progress_known=True,
            error=None,
            not_before=None,
            thumbnail_path=stored.get("thumbnail"),
            spritesheet_path=stored.get("spritesheet"),
            spritesheet=asdict(extras.layout) if extras.layout else None,
            duration=facts.duration,
            width=facts.width,
            height=facts.height,
            fps=facts.fps,
        )
        if moved is None:
            await loose_files.let_go(work, stored.values(), now=now)
            return
        await loose_files.claim(work, *stored.values())
        work.wake(row.provider)


async def _fetch_again(studio: Studio, row: VideoRow, reason: str) -> None:
    """Once more from the provider, if it may still have it; else the video failed."""
    provider = studio.providers.get(row.provider)
    embedded = provider is not None and as_embedded(provider) is not None
    now = studio.clock.now()
    async with studio.transaction() as work:
        same = videos.c.submission_key == row.submission_key
        if embedded or row.download_failures + 1 >= _FETCHES:
            await loose_files.let_go(work, [row.file_path], now=now)
            await outcomes.failed(
                work,
                row,
                "unplayable_result",
                f"What came back cannot be played. {reason}",
                retryable=True,
                charged="no" if embedded else "yes",
                now=now,
            )
            await queries.change(work, row.id, same, file_path=None, file_size=None, sha256=None)
            return
        moved = await queries.move(
            work,
            row.id,
            "downloading",
            same,
            sources=("finishing",),
            now=now,
            download_failures=videos.c.download_failures + 1,
            not_before=now + 2.0,
            file_path=None,
            file_size=None,
            sha256=None,
        )
        if moved is not None:
            await loose_files.let_go(work, [row.file_path], now=now)
            key = f"download:{row.submission_key}:{moved.download_failures}"
            work.enqueue("download", row.id, key=key, when=now + 2.1)


async def _later(studio: Studio, row: VideoRow, reason: str) -> None:
    """The disk is full: the file is here and stays; its thumbnail waits for room."""
    now = studio.clock.now()
    async with studio.transaction() as work:
        await queries.change(
            work,
            row.id,
            videos.c.submission_key == row.submission_key,
            videos.c.stage == "finishing",
            not_before=now + 30.0,
            error=outcomes.error_view("disk_full", reason, retryable=True, charged="yes"),
        )
        work.enqueue("finish", row.id, key=f"finish:{row.submission_key}:{int(now)}", when=now + 30.1)
