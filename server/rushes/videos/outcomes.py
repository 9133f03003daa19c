"""How a provider's word about a job becomes a move of the video: one function per outcome.

All of them are compare-and-sets on the attempt (`submission_key`), so a late answer to an attempt that was
cancelled and retried changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rushes.errors import Charged, error_view
from rushes.providers.protocol import Capabilities, Job, JobError
from rushes.tables import videos
from rushes.transaction import Transaction
from rushes.videos import ending, provider_state, queries
from rushes.videos.queries import VideoRow


def step_key(step: str, row: Any) -> str:
    """The key of a video's background step: a new one for every attempt and for every new try of a step,
    since a key that is running cannot be added."""
    return f"{step}:{row.submission_key}:{row.download_failures}.{row.refetches}"


async def accepted(
    work: Transaction, row: VideoRow, job: Job, capabilities: Capabilities, *, now: float
) -> bool:
    """The provider has the job; its id is kept from here on. Work that is already done goes straight on.

    False when the attempt is over; of a cancelled one the id is kept all the same, and the job is ended.
    Raises `IntegrityError` when another row owns the job.
    """
    await provider_state.went_well(work, row.provider, now=now)
    same = videos.c.submission_key == row.submission_key
    moved = await queries.move(
        work,
        row.id,
        "generating",
        same,
        sources=("submitting", "unknown"),
        now=now,
        provider_video_id=job.id,
        accepted_at=now,
        error=None,
        missing_since=None,
    )
    if moved is None:
        kept = await queries.change(
            work, row.id, same, videos.c.stage == "cancelled", provider_video_id=job.id
        )
        if kept is not None:
            await ending.note(work, row.provider, job.id, now=now)
        return False
    await told(work, moved, job, capabilities, now=now)
    return True


async def told(work: Transaction, row: VideoRow, job: Job, capabilities: Capabilities, *, now: float) -> bool:
    """Writes what `job` says of a video that is being generated; True if anything changed."""
    if job.state == "completed":
        return await _completed(work, row, job, capabilities, now=now)
    if job.state in ("failed", "cancelled"):
        error = job.error or JobError(
            "cancelled_at_provider" if job.state == "cancelled" else "generation_failed",
            "The provider cancelled the job."
            if job.state == "cancelled"
            else "The provider could not make it and did not say why.",
            retryable=True,
        )
        return await failed(
            work,
            row,
            error.code,
            error.message,
            retryable=error.retryable,
            charged=_charged(error, job),
            cost=job.cost,
            now=now,
        )
    if job.state == "missing":
        return await _missing(work, row, now=now)
    if is_progress(job):
        return await progressed(work, [(row, job)], now=now)
    return row.missing_since is not None and await _still_generating(
        work, row, updated_at=now, missing_since=None
    )


def is_progress(job: Job) -> bool:
    """Whether all that there is to write is how far it has come."""
    return job.state in ("queued", "in_progress") and job.progress is not None


async def progressed(work: Transaction, told_of: Sequence[tuple[VideoRow, Job]], *, now: float) -> bool:
    """`told` for all jobs of which `is_progress` is true, at once; False when nothing was left to write."""
    # 100 is for files that are here.
    further = [(row, min(job.progress or 0, 99)) for row, job in told_of if is_progress(job)]
    return bool(further) and await queries.advance(work, further, now=now)


async def failed(
    work: Transaction,
    row: VideoRow,
    code: str,
    message: str,
    *,
    retryable: bool,
    charged: Charged,
    cost: float | None = None,
    now: float,
) -> bool:
    """Ends the attempt with a reason that people can act on. `cost` is USD, where the provider tells it."""
    told: dict[str, Any] = {} if cost is None else {"cost_actual": cost}
    moved = await queries.move(
        work,
        row.id,
        "failed",
        videos.c.submission_key == row.submission_key,
        now=now,
        completed_at=now,
        progress_known=False,
        error=error_view(code, message, retryable=retryable, charged=charged),
        **told,
    )
    if moved is not None:
        work.wake(row.provider)
    return moved is not None


async def _completed(
    work: Transaction, row: VideoRow, job: Job, capabilities: Capabilities, *, now: float
) -> bool:
    lifetime = capabilities.output_lifetime
    expires = job.expires_at or (now + lifetime if lifetime else None)
    moved = await queries.move(
        work,
        row.id,
        "downloading",
        videos.c.submission_key == row.submission_key,
        sources=("generating",),
        now=now,
        progress=99,
        progress_known=True,
        not_before=None,
        result_expires_at=expires,
        missing_since=None,
        cost_actual=job.cost,
    )
    if moved is None:
        return False
    work.enqueue("download", row.id, key=step_key("download", moved))
    work.wake(row.provider)
    return True


def _charged(error: JobError, job: Job) -> Charged:
    """A bill is more certain than what is said about one."""
    if job.cost is None:
        return error.charged
    return "yes" if job.cost > 0 else "no"


# A list may lag behind a create; a job that stays away this long is lost.
_LOST_AFTER = 60.0


async def _missing(work: Transaction, row: VideoRow, *, now: float) -> bool:
    if row.missing_since is None:
        return await _still_generating(work, row, missing_since=now)
    if now - row.missing_since < _LOST_AFTER:
        return False
    return await failed(
        work,
        row,
        "job_lost",
        "The provider no longer knows this job; it may have been restarted.",
        retryable=True,
        charged="unknown",
        now=now,
    )


async def _still_generating(work: Transaction, row: VideoRow, **values: Any) -> bool:
    same = videos.c.submission_key == row.submission_key
    return await queries.change(work, row.id, same, videos.c.stage == "generating", **values) is not None
