"""Fetches a finished result from its provider, at once and in a stream: the addresses there die.

What was paid for is not given up lightly: an interrupted download, a storage that is full or away, or a
silent provider is tried again until the result is known to be gone.
"""

from __future__ import annotations

from typing import Any

import structlog

from rushes import loose_files
from rushes.errors import error_view
from rushes.observe.context import about_video
from rushes.providers.protocol import Down, Gone, RemoteProvider
from rushes.providers.registry import as_remote
from rushes.stopping import or_hand_back
from rushes.storage import StorageAway, StorageError, StorageFull, Stored
from rushes.studio import Studio
from rushes.tables import videos
from rushes.transaction import Transaction
from rushes.videos import outcomes, provider_state, queries
from rushes.videos.film_keys import film_key
from rushes.videos.queries import VideoRow

log = structlog.get_logger(__name__)

# A result is asked for at least this long, whatever date the provider set.
_KEEP_TRYING = 24 * 3600.0
_PAUSES = (2.0, 5.0, 15.0, 60.0)


async def download(studio: Studio, video_id: str) -> None:
    """The background step for stage `downloading`. Safe to run twice, at once or after a crash."""
    async with studio.reading() as session:
        row = await queries.one(session, video_id)
        if row is None or row.stage != "downloading" or (row.not_before or 0) > studio.clock.now():
            return
        about_video(row)
        silent_until = provider_state.silent_until(await provider_state.read(session, row.provider))
    provider = studio.providers.get(row.provider)
    remote = as_remote(provider) if provider else None
    if remote is None:
        return
    wait = silent_until - studio.clock.now()
    if wait > 0:
        await _later(studio, row, wait=wait)
    else:
        await or_hand_back(_fetch(studio, remote, row), stopping=studio.stopping)


async def _fetch(studio: Studio, provider: RemoteProvider, row: VideoRow) -> None:
    key = film_key(row)
    await loose_files.note(studio, key)
    pause = _PAUSES[min(row.download_failures, len(_PAUSES) - 1)]
    try:
        stored = await studio.storage.put(key, provider.download(row.provider_video_id))
    except Gone as error:
        await _gone(studio, row, f"The provider no longer has the result. {error.message}", noted=key)
    except Down as error:
        wait = max(pause, error.retry_after or 0.0)
        await _later(studio, row, wait=wait, error=error, noted=key)
    except StorageFull as error:
        await _later(studio, row, wait=pause, error=error, noted=key)
    except StorageAway as error:
        # The file may be there although nobody said so: its note stays, and the sweep takes it.
        await _later(studio, row, wait=pause, error=error)
    else:
        log.info("result_fetched", video_id=row.id, bytes=stored.size, key=stored.key)
        await _keep(studio, row, stored)


async def _keep(studio: Studio, row: VideoRow, stored: Stored) -> None:
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
        work.enqueue("finish", row.id, key=outcomes.step_key("finish", moved))


async def _later(
    studio: Studio,
    row: VideoRow,
    *,
    wait: float,
    error: Down | StorageError | None = None,
    noted: str | None = None,
) -> None:
    """Tries again after `wait` seconds; without an `error` the provider only wants to be left in peace."""
    now = studio.clock.now()
    deadline = max(row.result_expires_at or 0.0, (row.accepted_at or row.created_at) + _KEEP_TRYING)
    if now > deadline:
        said = f" {error.message}" if error else ""
        await _gone(studio, row, f"The result could not be fetched in time.{said}", noted=noted)
        return
    values: dict[str, Any] = {}
    if error is not None:
        log.warning(
            "download_failed", video_id=row.id, provider=row.provider, reason=error.message, wait=wait
        )
        values["error"] = error_view(error.code, error.message, retryable=True, charged="yes")
    async with studio.transaction() as work:
        if isinstance(error, Down) and error.retry_after is not None:
            await provider_state.went_badly(work, row.provider, error=error, now=now)
        put_off = await queries.change(
            work,
            row.id,
            videos.c.submission_key == row.submission_key,
            videos.c.stage == "downloading",
            videos.c.download_failures == row.download_failures,
            not_before=now + wait,
            download_failures=videos.c.download_failures + 1,
            **values,
        )
        if put_off is not None:
            # A key of its own: the task that sends this still runs under the other one.
            work.enqueue(
                "download", row.id, key=outcomes.step_key("download", put_off), when=now + wait + 0.1
            )
        await _nothing_came(work, noted)


async def _gone(studio: Studio, row: VideoRow, message: str, *, noted: str | None) -> None:
    now = studio.clock.now()
    async with studio.transaction() as work:
        await outcomes.failed(work, row, "result_gone", message, retryable=True, charged="yes", now=now)
        await _nothing_came(work, noted)


async def _nothing_came(work: Transaction, noted: str | None) -> None:
    """The file that was noted does not exist, so there is nothing to sweep."""
    if noted is not None:
        await loose_files.claim(work, noted)
