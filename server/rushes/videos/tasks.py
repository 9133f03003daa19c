"""The background steps of videos, and the look around that finds whatever a crash left undone.

Rows are the truth: every step begins from the row's stage and does nothing when it finds another one.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import delete, or_, select, update

from rushes.background import Task
from rushes.studio import Studio
from rushes.tables import NUMBERED, former_jobs, idempotency, spaces, videos
from rushes.videos import ending, lost, service, webhooks
from rushes.videos.downloading import download
from rushes.videos.finishing import finish
from rushes.videos.idempotency import KEPT_FOR
from rushes.videos.outcomes import step_key
from rushes.videos.polling import poll
from rushes.videos.rendering import render
from rushes.videos.submitting import submit

log = structlog.get_logger(__name__)

TRASH_KEPT_FOR = 30 * 86400.0
TOMBSTONES_KEPT_FOR = 30 * 86400.0
# No provider lists its jobs for so long.
FORMER_JOBS_KEPT_FOR = 180 * 86400.0
_CHUNK = 500
_STEPS = {
    "submitting": "submit",
    "generating": "render",
    "downloading": "download",
    "finishing": "finish",
}


async def keep_going(studio: Studio) -> None:
    """Adds what is due under its row's stable key: at every start, and each minute for lost alarms."""
    now = studio.clock.now()
    stuck = (
        select(
            videos.c.id,
            videos.c.stage,
            videos.c.provider,
            videos.c.provider_video_id,
            videos.c.submission_key,
            videos.c.download_failures,
            videos.c.refetches,
        )
        .where(
            videos.c.stage.in_(tuple(_STEPS)),
            or_(videos.c.not_before.is_(None), videos.c.not_before <= now),
        )
        .order_by(videos.c.result_expires_at.asc().nulls_last(), videos.c.id)
    )
    async with studio.reading() as session:
        rows = (await session.execute(stuck)).all()
        waiting = (
            (
                await session.execute(
                    select(videos.c.provider).where(videos.c.stage == "waiting").group_by(videos.c.provider)
                )
            )
            .scalars()
            .all()
        )
        looked_for = (await session.execute(lost.all_looked_for())).all()
    async with studio.transaction() as work:
        for name in dict.fromkeys([*studio.providers.names(), *waiting, *(row.provider for row in rows)]):
            work.enqueue("poll", name, key=f"poll:{name}")
        for row in rows:
            # What is generated elsewhere is the poller's.
            if row.stage != "generating" or row.provider_video_id is None:
                step = _STEPS[row.stage]
                work.enqueue(step, row.id, key=step_key(step, row))
        for row in looked_for:
            work.enqueue("submit", row.id, key=step_key("submit", row))
        await ending.enqueue_due(work, now=now)


async def tidy(studio: Studio) -> None:
    """Empties the trash of what is 30 days old, forgets tombstones of 30 days and answers of 48 hours."""
    now = studio.clock.now()
    await _empty_trash(studio, now=now)
    await _forget_tombstones(studio, now=now)
    async with studio.transaction() as work:
        await work.session.execute(delete(idempotency).where(idempotency.c.created_at < now - KEPT_FOR))
        old_jobs = former_jobs.c.ended_at < now - FORMER_JOBS_KEPT_FOR
        await work.session.execute(delete(former_jobs).where(old_jobs))


async def _empty_trash(studio: Studio, *, now: float) -> None:
    old = (
        select(videos)
        .where(
            videos.c.trashed_at < now - TRASH_KEPT_FOR,
            videos.c.purged_at.is_(None),
            videos.c.stage.in_(("completed", "failed", "cancelled")),
        )
        .order_by(videos.c.id)
        .limit(_CHUNK)
        .with_for_update()
    )
    while True:
        async with studio.transaction() as work:
            rows = (await work.session.execute(old)).all()
            for row in rows:
                await service.bury(work, row, now=now)
        if len(rows) < _CHUNK:
            return


async def _forget_tombstones(studio: Studio, *, now: float) -> None:
    """Each space remembers up to which number it forgot, so that an older client is told to fetch afresh."""
    async with studio.transaction() as work:
        forgotten: dict[str, int] = {}
        for table in NUMBERED.values():
            gone = (
                delete(table)
                .where(table.c.purged_at < now - TOMBSTONES_KEPT_FOR)
                .returning(table.c.space_id, table.c.changed_seq)
            )
            for row in (await work.session.execute(gone)).all():
                forgotten[row.space_id] = max(forgotten.get(row.space_id, 0), row.changed_seq)
        for space_id, seq in sorted(forgotten.items()):
            await work.session.execute(
                update(spaces)
                .where(spaces.c.id == space_id, spaces.c.forgotten_seq < seq)
                .values(forgotten_seq=seq)
            )


TASKS = [
    Task("keep_going", keep_going, every=timedelta(minutes=1), automatic=True),
    Task("poll", poll, every=timedelta(0)),
    Task("submit", submit),
    Task("ask", webhooks.ask),
    Task("bring_back", webhooks.bring_back),
    Task("download", download),
    Task("end_job", ending.end_job),
    Task("render", render, lane="render"),
    Task("finish", finish, lane="render"),
    Task("tidy", tidy, every=timedelta(hours=6), automatic=True),
]
