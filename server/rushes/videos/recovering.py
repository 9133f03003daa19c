"""Finds the job of a submit whose answer was lost: in the provider's list, among those that nobody owns.

Whatever is learned is written down however long it takes: an accepted job that no row knows is money lost.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from sqlalchemy import and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.errors import Unavailable, error_view
from rushes.providers.protocol import Down, Job, RemoteProvider
from rushes.providers.registry import as_remote
from rushes.stopping import rest
from rushes.studio import Studio
from rushes.tables import videos
from rushes.transaction import Transaction
from rushes.videos import lost, outcomes, provider_state, queries
from rushes.videos.queries import VideoRow

log = structlog.get_logger(__name__)

# Clocks of studio and provider may differ by this much.
_CLOCK_SLACK = 60.0
# A provider that cannot be reached is looked for this much longer.
_PATIENCE = 600.0

Written = TypeVar("Written")


async def look_for_it(studio: Studio, provider: RemoteProvider, row: VideoRow) -> None:
    """Asks the provider for the job, at once and until twice the POST's timeout after the claim.

    Longer while the provider cannot be reached at all, since nobody has looked then. A video that is
    cancelled meanwhile is looked for all the same, to end its job.
    """
    pause = 1.0
    while not studio.stopping.is_set():
        looked = True
        # One that was replaced meanwhile is closed.
        now_there = studio.providers.get(row.provider)
        provider = (as_remote(now_there) if now_there else None) or provider
        if provider.capabilities.findable:
            try:
                if await claim_found_job(studio, provider, row):
                    return
            except Down as error:
                log.info("lookup_failed", video_id=row.id, provider=row.provider, reason=error.message)
                looked = error.code == "provider_has_no_list"
        now = studio.clock.now()
        give_up_at = (row.submitted_at or now) + 2 * provider.submit_timeout
        if now >= give_up_at + (0.0 if looked else _PATIENCE):
            break
        until_then = give_up_at - now if now < give_up_at else pause
        await rest(min(pause, until_then), stopping=studio.stopping)
        pause = min(pause * 2, 15.0)
        async with studio.reading() as session:
            current = await queries.one(session, row.id)
        if (
            current is None
            or current.stage not in ("submitting", "cancelled")
            or current.submission_key != row.submission_key
            or current.provider_video_id is not None
        ):
            return
        # Its claim may have been renewed by the run that holds it.
        row = current
    if studio.stopping.is_set():
        # The next start goes on from the claim.
        return
    if row.stage == "cancelled":
        await lost.give_up(studio, row)
    elif provider.capabilities.resubmit_safe:
        await _submit_again(studio, row)
    else:
        await _nobody_knows(studio, row)


async def claim_found_job(studio: Studio, provider: RemoteProvider, row: VideoRow) -> bool:
    """Looks once; True when a matching job was found and is ours now. Raises `Down`.

    Identical twins are claimed in order: whose intent is older takes the older job.
    """
    await ask_only_if_allowed(studio, row.provider)
    since = (row.submitted_at or row.created_at) - _CLOCK_SLACK
    try:
        listed = await provider.find(since)
    except Down as error:
        if error.retry_after is not None:
            async with studio.transaction() as work:
                await provider_state.went_badly(work, row.provider, error=error, now=studio.clock.now())
        raise
    jobs = [job for job in listed if _matches(job, row, since)]
    jobs.sort(key=lambda job: (job.created_at or 0.0, job.id))
    async with studio.reading() as session:
        taken = await queries.taken_jobs(session, row.provider, [job.id for job in jobs])
        before = await _twins_before(session, row)
    for job in [job for job in jobs if job.id not in taken][before:]:
        try:
            is_ours = await accept(studio, provider, row, job)
        except IntegrityError:
            continue
        if is_ours:
            log.info("job_found", video_id=row.id, provider_video_id=job.id)
        return is_ours
    return False


async def accept(studio: Studio, provider: RemoteProvider, row: VideoRow, job: Job) -> bool:
    """False when the attempt is over. Raises `IntegrityError` when another row owns the job."""

    async def write(work: Transaction) -> bool:
        # The shift begins to watch it.
        work.wake(row.provider)
        return await outcomes.accepted(work, row, job, provider.capabilities, now=studio.clock.now())

    return await write_down(studio, write)


async def write_down(studio: Studio, write: Callable[[Transaction], Awaitable[Written]]) -> Written:
    """Commits what a POST has led to, however long the database is away: nobody else knows it."""
    while True:
        try:
            async with studio.transaction() as work:
                return await write(work)
        except Unavailable as error:
            if studio.stopping.is_set():
                raise
            log.error("outcome_not_written", reason=error.message)
            await rest(1.0, stopping=studio.stopping)


async def ask_only_if_allowed(studio: Studio, provider_name: str) -> None:
    """Raises `Down` while the account is to be left in peace."""
    async with studio.reading() as session:
        silent_until = provider_state.silent_until(await provider_state.read(session, provider_name))
    if silent_until > studio.clock.now():
        raise Down("The provider is left in peace just now.", code="provider_busy")


async def _twins_before(session: AsyncConnection, row: VideoRow) -> int:
    """How many others that look the same were claimed earlier and have no job yet: older jobs are theirs."""
    alike = [
        videos.c[name] == getattr(row, name)
        for name in ("provider", "prompt", "provider_model", "size", "seconds")
    ]
    mine = row.submitted_at or row.created_at
    query = select(func.count()).where(
        *alike,
        videos.c.id != row.id,
        or_(videos.c.stage == "submitting", lost.LOOKED_FOR),
        or_(videos.c.submitted_at < mine, and_(videos.c.submitted_at == mine, videos.c.id < row.id)),
    )
    return int(await session.scalar(query) or 0)


def _matches(job: Job, row: VideoRow, since: float) -> bool:
    """Same prompt, model, size and length, and not older than the intent; what the wire leaves out counts
    as the same, but the prompt must be there. Spaces may change on the way."""
    return (
        job.prompt is not None
        and job.prompt.split() == row.prompt.split()
        # Most servers tell whole seconds, cut off.
        and (job.created_at is None or job.created_at >= math.floor(since))
        and (job.model is None or job.model == row.provider_model)
        and (job.size is None or job.size == row.size)
        and (job.seconds is None or abs(job.seconds - row.seconds) < 0.01)
    )


async def _submit_again(studio: Studio, row: VideoRow) -> None:
    """For providers at which a second job costs nothing."""
    async with studio.transaction() as work:
        await queries.move(
            work,
            row.id,
            "waiting",
            videos.c.submission_key == row.submission_key,
            # One whose claim has just been renewed is about to be posted.
            videos.c.submitted_at == row.submitted_at,
            sources=("submitting",),
            now=studio.clock.now(),
            submitted_at=None,
            started_at=None,
        )
        work.wake(row.provider)


async def _nobody_knows(studio: Studio, row: VideoRow) -> None:
    async with studio.transaction() as work:
        moved = await queries.move(
            work,
            row.id,
            "unknown",
            videos.c.submission_key == row.submission_key,
            # One whose claim has just been renewed is about to be posted.
            videos.c.submitted_at == row.submitted_at,
            sources=("submitting",),
            now=studio.clock.now(),
            error=error_view(
                "outcome_unknown",
                "The provider never answered and does not list the job. It may have been made and charged.",
                retryable=False,
                charged="unknown",
            ),
        )
        work.wake(row.provider)
    if moved is not None:
        log.warning("outcome_unknown", video_id=row.id, provider=row.provider)
