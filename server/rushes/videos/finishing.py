"""Turns a fetched or drawn file into a completed video: probed, with a thumbnail and a sprite sheet.

A file that does not play is never called a success: it is fetched once or twice more, then the video fails.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import structlog

from rushes import loose_files
from rushes.errors import Charged, error_view
from rushes.media.probe import Probe, Unplayable, probe
from rushes.observe.context import about_video
from rushes.providers.registry import as_embedded
from rushes.stopping import or_hand_back
from rushes.storage import MissingFile, StorageAway, StorageError, StorageFull
from rushes.studio import Studio
from rushes.tables import videos
from rushes.videos import outcomes, pictures, queries
from rushes.videos.queries import VideoRow

log = structlog.get_logger(__name__)

_FETCHES = 3
_BEFORE_REFETCH = 2.0
_PAUSES = (2.0, 5.0, 15.0, 60.0)


async def finish(studio: Studio, video_id: str) -> None:
    """The background step for stage `finishing`. Safe to run twice, at once or after a crash."""
    async with studio.reading() as session:
        row = await queries.one(session, video_id)
    if row is None or row.stage != "finishing" or (row.not_before or 0) > studio.clock.now():
        return
    about_video(row)
    await or_hand_back(_look_at(studio, row), stopping=studio.stopping)


async def _look_at(studio: Studio, row: VideoRow) -> None:
    scratch = [studio.storage.scratch() / f"{name}-{secrets.token_hex(8)}.jpg" for name in ("still", "sheet")]
    try:
        async with studio.storage.local_copy(row.file_path) as path:
            facts = await probe(path)
            found = await pictures.drawn(studio, row.id, path, facts, *scratch)
        await _complete(studio, row, facts, found)
    except Unplayable as error:
        await _fetch_again(studio, row, error.message)
    except (MissingFile, FileNotFoundError):
        await _fetch_again(studio, row, "The file is gone from the storage.")
    except (StorageFull, StorageAway) as error:
        await _later(studio, row, error)
    finally:
        for path in scratch:
            await asyncio.to_thread(path.unlink, missing_ok=True)


async def _complete(studio: Studio, row: VideoRow, facts: Probe, found: pictures.Pictures) -> None:
    stored = await pictures.store(studio, row.user_id, row.id, found)
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
            spritesheet=found.layout_json,
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
    embedded = _is_drawn_here(studio, row)
    now = studio.clock.now()
    async with studio.transaction() as work:
        same = (videos.c.submission_key == row.submission_key, videos.c.file_path == row.file_path)
        nothing: dict[str, Any] = {"file_path": None, "file_size": None, "sha256": None}
        if embedded or row.refetches + 1 >= _FETCHES:
            changed = await queries.change(work, row.id, *same, videos.c.stage == "finishing", **nothing)
            if changed is None:
                return
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
            return
        moved = await queries.move(
            work,
            row.id,
            "downloading",
            *same,
            sources=("finishing",),
            now=now,
            refetches=videos.c.refetches + 1,
            not_before=now + _BEFORE_REFETCH,
            **nothing,
        )
        if moved is not None:
            log.warning("unplayable_result", video_id=row.id, provider=row.provider, reason=reason)
            await loose_files.let_go(work, [row.file_path], now=now)
            key = outcomes.step_key("download", moved)
            work.enqueue("download", row.id, key=key, when=now + _BEFORE_REFETCH + 0.1)


async def _later(studio: Studio, row: VideoRow, error: StorageError) -> None:
    """The storage is full or away: the file is there and stays; its thumbnail waits."""
    now = studio.clock.now()
    wait = _PAUSES[min(row.download_failures, len(_PAUSES) - 1)]
    charged: Charged = "no" if _is_drawn_here(studio, row) else "yes"
    log.warning("finishing_put_off", video_id=row.id, reason=error.message, wait=wait)
    async with studio.transaction() as work:
        put_off = await queries.change(
            work,
            row.id,
            videos.c.submission_key == row.submission_key,
            videos.c.stage == "finishing",
            videos.c.download_failures == row.download_failures,
            not_before=now + wait,
            download_failures=videos.c.download_failures + 1,
            error=error_view(error.code, error.message, retryable=True, charged=charged),
        )
        if put_off is not None:
            work.enqueue("finish", row.id, key=outcomes.step_key("finish", put_off), when=now + wait + 0.1)


def _is_drawn_here(studio: Studio, row: VideoRow) -> bool:
    provider = studio.providers.get(row.provider)
    return row.kind in ("cut", "upload") or (provider is not None and as_embedded(provider) is not None)
