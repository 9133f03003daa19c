"""Draws one video on this machine, for providers that are embedded.

The file gets an attempt's own name and is published by a compare-and-set, so a render that was handed to
another worker and woke up again cannot disturb it. Its progress is the video's progress; when the video is no
longer being generated (cancelled, or finished by somebody else) the drawing stops.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import AsyncExitStack

import structlog

from rushes import loose_files
from rushes.errors import Unavailable
from rushes.observe.context import about_video
from rushes.providers.protocol import EmbeddedProvider, Refused
from rushes.providers.registry import as_embedded
from rushes.stopping import or_hand_back
from rushes.storage import MissingFile, StorageFull
from rushes.studio import Studio
from rushes.tables import videos
from rushes.videos import outcomes, queries
from rushes.videos.film_keys import film_key
from rushes.videos.queries import VideoRow
from rushes.videos.submitting import submission_of

log = structlog.get_logger(__name__)

# Often enough to look alive, seldom enough to cost nothing.
_BETWEEN_WRITES = 0.25


class _NoLongerWanted(Exception):
    """The video was cancelled, or another worker finished it."""


async def render(studio: Studio, video_id: str) -> None:
    """The background step of an embedded provider's video in stage `generating`. Safe to run twice."""
    async with studio.reading() as session:
        row = await queries.one(session, video_id)
    if row is None or row.stage != "generating":
        return
    about_video(row)
    provider = studio.providers.get(row.provider)
    embedded = as_embedded(provider) if provider else None
    if embedded is None:
        return
    try:
        await or_hand_back(_draw(studio, embedded, row), stopping=studio.stopping)
    except _NoLongerWanted:
        log.info("render_stopped", video_id=video_id)
    except (Refused, StorageFull, MissingFile) as error:
        code = getattr(error, "code", "render_failed")
        async with studio.transaction() as work:
            await outcomes.failed(
                work, row, code, error.message, retryable=True, charged="no", now=studio.clock.now()
            )


async def _draw(studio: Studio, provider: EmbeddedProvider, row: VideoRow) -> None:
    into = studio.storage.scratch() / f"render-{secrets.token_hex(8)}.mp4"
    written_at, written = 0.0, -1

    async def progress(share: float) -> None:
        nonlocal written_at, written
        now = studio.clock.monotonic()
        percent = min(99, int(share * 100))
        if percent <= written or now - written_at < _BETWEEN_WRITES:
            return
        written_at, written = now, percent
        if not await _write_progress(studio, row, percent):
            raise _NoLongerWanted

    try:
        async with AsyncExitStack() as stack:
            submission = await submission_of(studio, row, stack)
            await provider.render(submission, into, progress)
        key = film_key(row)
        await loose_files.note(studio, key)
        stored = await studio.storage.put(key, into)
    finally:
        await asyncio.to_thread(into.unlink, missing_ok=True)
    async with studio.transaction() as work:
        moved = await queries.move(
            work,
            row.id,
            "finishing",
            videos.c.submission_key == row.submission_key,
            sources=("generating",),
            now=studio.clock.now(),
            progress=99,
            progress_known=True,
            file_path=stored.key,
            file_size=stored.size,
            sha256=stored.sha256,
        )
        if moved is None:
            await loose_files.let_go(work, [key], now=studio.clock.now())
        else:
            await loose_files.claim(work, key)
            work.enqueue("finish", row.id, key=outcomes.step_key("finish", moved))
        work.wake(row.provider)


async def _write_progress(studio: Studio, row: VideoRow, percent: int) -> bool:
    """False when this attempt is no longer being generated."""
    try:
        async with studio.transaction() as work:
            kept = await queries.change(
                work,
                row.id,
                videos.c.submission_key == row.submission_key,
                videos.c.stage == "generating",
                progress=queries.no_less_than(percent),
                progress_known=True,
                updated_at=studio.clock.now(),
            )
    except Unavailable:
        # A number that nobody sees is no reason to draw it all again.
        return True
    return kept is not None
