"""Fetches a finished result from its provider, at once and in a stream: the addresses there die.

What was paid for is not given up lightly: an interrupted download, a full disk or a silent provider is tried
again until the result is known to be gone.
"""

from __future__ import annotations

import secrets

import structlog

from rushes import loose_files
from rushes.providers.protocol import Down, Gone, RemoteProvider
from rushes.providers.registry import as_remote
from rushes.storage import StorageFull, Stored
from rushes.storage.keys import storage_key
from rushes.studio import Studio
from rushes.tables import videos
from rushes.videos import outcomes, queries
from rushes.videos.queries import VideoRow

log = structlog.get_logger(__name__)

# Without a date of the provider's own, a result is asked for this long.
_KEEP_TRYING = 24 * 3600.0
_PAUSES = (2.0, 5.0, 15.0, 60.0)


async def download(studio: Studio, video_id: str) -> None:
    """The background step for stage `downloading`. Safe to run twice, at once or after a crash."""
    async with studio.reading() as session:
        row = await queries.one(session, video_id)
    if row is None or row.stage != "downloading" or (row.not_before or 0) > studio.clock.now():
        return
    provider = studio.providers.get(row.provider)
    remote = as_remote(provider) if provider else None
    if remote is None:
        return
    key = storage_key(row.user_id, row.id, "video-clips", f"{secrets.token_hex(6)}.mp4")
    await loose_files.note(studio, key)
    try:
        stored = await studio.storage.put(key, remote.download(row.provider_video_id))
    except Gone as error:
        await _fail(studio, row, "result_gone", f"The provider no longer has the result. {error.message}")
    except Down as error:
        wait = error.retry_after or _PAUSES[min(row.download_failures, len(_PAUSES) - 1)]
        await _later(studio, row, error.code, error.message, wait=wait)
    except StorageFull as error:
        await _later(studio, row, "disk_full", error.message, wait=30.0)
    else:
        await _keep(studio, remote, row, stored)


async def _keep(studio: Studio, provider: RemoteProvider, row: VideoRow, stored: Stored) -> None:
    async with studio.transaction() as work:
        now = studio.clock.now()
        moved = await queries.move(
            work,
            row.id,
            "finishing",
            videos.c.submission_key == row.submission_key,
            sources=("downloading",),
            now=now,
            file_path=stored.key,
            file_size=stored.size,
            sha256=stored.sha256,
            not_before=None,
            error=None,
        )
        if moved is None:
            await loose_files.let_go(work, [stored.key], now=now)
            return
        await loose_files.claim(work, stored.key)
        work.enqueue("finish", row.id, key=f"finish:{row.submission_key}:{row.download_failures}")


async def _later(studio: Studio, row: VideoRow, code: str, message: str, *, wait: float) -> None:
    now = studio.clock.now()
    deadline = row.result_expires_at or (row.accepted_at or row.created_at) + _KEEP_TRYING
    if now > deadline:
        await _fail(studio, row, "result_gone", f"The result could not be fetched in time. {message}")
        return
    log.warning("download_failed", video_id=row.id, provider=row.provider, reason=message, wait=wait)
    async with studio.transaction() as work:
        await queries.change(
            work,
            row.id,
            videos.c.submission_key == row.submission_key,
            videos.c.stage == "downloading",
            not_before=now + wait,
            download_failures=videos.c.download_failures + 1,
            error=outcomes.error_view(code, message, retryable=True, charged="yes"),
        )
        # A key of its own: the task that sends this still runs under the other one.
        tries = row.download_failures + 1
        work.enqueue("download", row.id, key=f"download:{row.submission_key}:{tries}", when=now + wait + 0.1)


async def _fail(studio: Studio, row: VideoRow, code: str, message: str) -> None:
    async with studio.transaction() as work:
        await outcomes.failed(work, row, code, message, retryable=True, charged="yes", now=studio.clock.now())
