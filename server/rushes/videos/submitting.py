"""Hands one video to its provider: at most one create is accepted, and none is forgotten.

The claim (`submitted_at`) is committed before the POST and is only ever taken once an attempt. Whoever finds
it taken does not POST again but looks for the job at the provider until twice the POST's timeout has passed.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from rushes.providers.protocol import Ambiguous, Busy, Down, Job, Refused, RemoteProvider, Submission
from rushes.providers.registry import as_remote
from rushes.storage import MissingFile
from rushes.studio import Studio
from rushes.tables import assets, videos
from rushes.videos import outcomes, provider_state, queries
from rushes.videos.present import code_of
from rushes.videos.queries import VideoRow

log = structlog.get_logger(__name__)

# Clocks of studio and provider may differ by this much.
_CLOCK_SLACK = 60.0


async def submit(studio: Studio, video_id: str) -> None:
    """The background step for stage `submitting`. Safe to run twice, at once or after a crash."""
    async with studio.reading() as session:
        row = await queries.one(session, video_id)
    if row is None or row.stage != "submitting":
        return
    provider = studio.providers.get(row.provider)
    remote = as_remote(provider) if provider else None
    if remote is None:
        # Its settings are gone; the job waits for them.
        return
    claimed = await _claim(studio, row)
    if claimed is None:
        await _look_for_it(studio, remote, row)
        return
    try:
        async with AsyncExitStack() as stack:
            submission = await submission_of(studio, claimed, stack)
            job = await remote.submit(submission)
    except Busy as error:
        await _wait_and_try_again(studio, claimed, error)
    except Refused as error:
        async with studio.transaction() as work:
            await outcomes.failed(
                work,
                claimed,
                error.code,
                error.message,
                retryable=error.retryable,
                charged=error.charged,
                now=studio.clock.now(),
            )
    except MissingFile:
        async with studio.transaction() as work:
            await outcomes.failed(
                work,
                claimed,
                "reference_gone",
                "Its reference picture no longer exists.",
                retryable=False,
                charged="no",
                now=studio.clock.now(),
            )
    except Ambiguous as error:
        log.warning("submit_uncertain", video_id=video_id, provider=row.provider, reason=error.message)
        await _look_for_it(studio, remote, claimed)
    else:
        if not await _accept(studio, remote, claimed, job):
            log.info("submit_too_late", video_id=video_id, provider_video_id=job.id)


async def submission_of(studio: Studio, row: VideoRow, stack: AsyncExitStack) -> Submission:
    """The row as a provider reads it; files stay readable until `stack` closes. Raises `MissingFile`."""
    width, height = (int(side) for side in row.size.split("x"))
    reference = reference_type = remix_of = None
    async with studio.reading() as session:
        if row.reference_id:
            asset = (
                await session.execute(select(assets).where(assets.c.id == row.reference_id))
            ).one_or_none()
            if asset is None:
                raise MissingFile(row.reference_id)
            reference_type, file_path = asset.content_type, asset.file_path
        parent = await queries.one(session, row.remixed_from_video_id) if row.remixed_from_video_id else None
    if row.reference_id:
        reference = await stack.enter_async_context(studio.storage.local_copy(file_path))
    if parent is not None and (parent.provider, parent.provider_model) == (row.provider, row.provider_model):
        remix_of = parent.provider_video_id
    return Submission(
        key=row.submission_key,
        slate=code_of(row.number),
        prompt=row.prompt,
        prompts=tuple(row.prompts or [row.prompt]),
        model=row.provider_model,
        width=width,
        height=height,
        seconds=row.seconds,
        seed=row.seed,
        reference=reference,
        reference_type=reference_type,
        remix_of=remix_of,
    )


async def _claim(studio: Studio, row: VideoRow) -> VideoRow | None:
    """Takes the one right to POST for this attempt, or None if it was taken before."""
    async with studio.transaction() as work:
        return await queries.change(
            work,
            row.id,
            videos.c.submission_key == row.submission_key,
            videos.c.stage == "submitting",
            videos.c.submitted_at.is_(None),
            submitted_at=studio.clock.now(),
        )


async def _accept(studio: Studio, provider: RemoteProvider, row: VideoRow, job: Job) -> bool:
    try:
        async with studio.transaction() as work:
            taken = await outcomes.accepted(work, row, job, provider.capabilities, now=studio.clock.now())
            # The shift begins to watch it.
            work.wake(row.provider)
            return taken
    except IntegrityError:
        log.error("job_already_owned", video_id=row.id, provider=row.provider, provider_video_id=job.id)
        await _nobody_knows(studio, row)
        return False


async def _wait_and_try_again(studio: Studio, row: VideoRow, error: Busy) -> None:
    now = studio.clock.now()
    async with studio.transaction() as work:
        if error.retry_after is not None:
            await provider_state.be_quiet(
                work, row.provider, error=error.message, retry_after=error.retry_after, now=now
            )
            not_before = now + error.retry_after
        else:
            not_before = await provider_state.went_badly(
                work, row.provider, error=error.message, retry_after=None, now=now
            )
            not_before = max(not_before, now + 2 + random.random())
        await queries.move(
            work,
            row.id,
            "waiting",
            videos.c.submission_key == row.submission_key,
            sources=("submitting",),
            now=now,
            submitted_at=None,
            started_at=None,
            not_before=not_before,
            error=outcomes.error_view(error.code, error.message, retryable=True, charged="no"),
        )
        work.wake(row.provider)


async def _look_for_it(studio: Studio, provider: RemoteProvider, row: VideoRow) -> None:
    """Asks the provider for the job, at once and until twice the POST's timeout after the claim."""
    give_up_at = (row.submitted_at or studio.clock.now()) + 2 * provider.submit_timeout
    pause = 1.0
    while provider.capabilities.findable and not studio.stopping.is_set():
        try:
            if await claim_found_job(studio, provider, row):
                return
        except Down as error:
            log.info("lookup_failed", video_id=row.id, provider=row.provider, reason=error.message)
        rest = give_up_at - studio.clock.now()
        if rest <= 0:
            break
        await _sleep(studio, min(pause, rest))
        pause = min(pause * 2, 15.0)
        async with studio.reading() as session:
            current = await queries.one(session, row.id)
        if current is None or current.stage != "submitting" or current.submission_key != row.submission_key:
            return
    if studio.stopping.is_set():
        # The next start goes on from the claim.
        return
    if provider.capabilities.resubmit_safe:
        async with studio.transaction() as work:
            await queries.move(
                work,
                row.id,
                "waiting",
                videos.c.submission_key == row.submission_key,
                sources=("submitting",),
                now=studio.clock.now(),
            )
            work.wake(row.provider)
        return
    await _nobody_knows(studio, row)


async def claim_found_job(studio: Studio, provider: RemoteProvider, row: VideoRow) -> bool:
    """Looks once; True when a matching job was found and is ours now. Raises `Down`."""
    since = (row.submitted_at or row.created_at) - _CLOCK_SLACK
    jobs = [job for job in await provider.find(since) if _matches(job, row, since)]
    jobs.sort(key=lambda job: (job.created_at or 0.0, job.id))
    for job in jobs:
        async with studio.reading() as session:
            owner = await session.scalar(
                select(videos.c.id).where(
                    videos.c.provider == row.provider,
                    videos.c.provider_video_id == job.id,
                )
            )
        if owner is None and await _accept(studio, provider, row, job):
            log.info("job_found", video_id=row.id, provider_video_id=job.id)
            return True
    return False


def _matches(job: Job, row: VideoRow, since: float) -> bool:
    """Same prompt, model, size and length, and not older than the intent; what the wire leaves out counts
    as the same, but the prompt must be there."""
    return (
        job.prompt == row.prompt
        and (job.created_at is None or job.created_at >= since)
        and (job.model is None or job.model == row.provider_model)
        and (job.size is None or job.size == row.size)
        and (job.seconds is None or abs(job.seconds - row.seconds) < 0.01)
    )


async def _nobody_knows(studio: Studio, row: VideoRow) -> None:
    async with studio.transaction() as work:
        await queries.move(
            work,
            row.id,
            "unknown",
            videos.c.submission_key == row.submission_key,
            sources=("submitting",),
            now=studio.clock.now(),
            error=outcomes.error_view(
                "outcome_unknown",
                "The provider never answered and does not list the job. It may have been made and charged.",
                retryable=False,
                charged="unknown",
            ),
        )
        work.wake(row.provider)


async def _sleep(studio: Studio, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await studio.stopping.wait()
    except TimeoutError:
        pass
