"""Hands one video to its provider: at most one create is accepted, and none is forgotten.

The claim (`submitted_at`) is committed before the POST and is only ever taken once an attempt. Whoever finds
it taken does not POST again but looks for the job at the provider until twice the POST's timeout has passed.
A database that goes away during the commit leaves open whether the claim is there: the run that took it knows
it again by a token of its own (`claim`), and that it has not POSTed.
"""

from __future__ import annotations

import random
import secrets
from contextlib import AsyncExitStack
from typing import Any

import structlog
from sqlalchemy import or_
from sqlalchemy.exc import IntegrityError

from rushes.errors import error_view
from rushes.observe.context import about_video
from rushes.providers.protocol import Ambiguous, Busy, Job, Refused, RemoteProvider, Submission
from rushes.providers.registry import as_remote
from rushes.storage import MissingFile, StorageFull
from rushes.studio import Studio
from rushes.tables import videos
from rushes.transaction import Transaction
from rushes.videos import ending, lost, outcomes, provider_state, queries, room
from rushes.videos.present import code_of
from rushes.videos.queries import VideoRow
from rushes.videos.recovering import accept, look_for_it, write_down
from rushes.videos.reference_files import open_references
from rushes.videos.webhooks import webhook_url

log = structlog.get_logger(__name__)

# Seconds after which a video that found no room for its result looks again.
_UNTIL_THERE_IS_ROOM = 30.0


async def submit(studio: Studio, video_id: str) -> None:
    """The background step for stage `submitting`. Safe to run twice, at once or after a crash."""
    async with studio.reading() as session:
        row = await queries.one(session, video_id)
    if row is None or not (row.stage == "submitting" or lost.is_looked_for(row)):
        return
    about_video(row)
    remote = _remote(studio, row)
    if remote is None and row.stage == "cancelled":
        await lost.give_up(studio, row)
        return
    if remote is None:
        # Its settings are gone; the job waits for them.
        return
    if row.submitted_at is not None:
        await look_for_it(studio, remote, row)
        return
    if await _is_to_wait(studio, row) or await _has_no_room(studio, row):
        return
    async with AsyncExitStack() as stack:
        # Files are fetched and fitted before anything is claimed: what fails by then has certainly cost
        # nothing, and a step that breaks off is simply begun anew.
        prepared = await _prepared(studio, row, stack)
        # That may have taken long enough for the settings to change.
        remote = _remote(studio, row)
        if remote is None:
            return
        claimed = await _claim(studio, row)
        if claimed is None:
            # Cancelled before anybody could POST, or another run is posting it.
            return
        if isinstance(prepared, Refused):
            await _refuse(studio, claimed, prepared)
            return
        await _post(studio, remote, claimed, prepared)


async def _prepared(studio: Studio, row: VideoRow, stack: AsyncExitStack) -> Submission | Refused:
    """What is to be sent, or why it cannot be."""
    try:
        return await submission_of(studio, row, stack)
    except Refused as error:
        return error
    except MissingFile:
        return Refused("A file that it is made from no longer exists.", code="reference_gone")


async def _post(studio: Studio, remote: RemoteProvider, claimed: VideoRow, submission: Submission) -> None:
    """The one POST of an attempt, and what comes of it."""
    try:
        job = await remote.submit(submission)
    except Busy as error:
        await _wait_and_try_again(studio, claimed, error)
    except Refused as error:
        await _refuse(studio, claimed, error)
    except Ambiguous as error:
        log.warning("submit_uncertain", video_id=claimed.id, provider=claimed.provider, reason=error.message)
        await look_for_it(studio, remote, claimed)
    else:
        await _keep(studio, remote, claimed, job)


async def submission_of(studio: Studio, row: VideoRow, stack: AsyncExitStack) -> Submission:
    """The row as a provider reads it; files stay readable until `stack` closes. Raises `MissingFile`, and
    `Refused` for a picture that cannot be brought to what the model takes."""
    width, height = (int(side) for side in row.size.split("x"))
    provider = studio.providers.get(row.provider)
    remix_of = None
    async with studio.reading() as session:
        parent = await queries.one(session, row.remixed_from_video_id) if row.remixed_from_video_id else None
    references = await open_references(studio, row, stack)
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
        references=references,
        audio=row.audio,
        options=row.options or {},
        remix_of=remix_of,
        webhook_url=webhook_url(studio, provider, row.submission_key) if provider else None,
    )


def _remote(studio: Studio, row: VideoRow) -> RemoteProvider | None:
    """The video's provider as it is now; None without one that takes jobs."""
    provider = studio.providers.get(row.provider)
    return as_remote(provider) if provider else None


async def _is_to_wait(studio: Studio, row: VideoRow) -> bool:
    """Whether the account is to be left in peace since this one was let in; it goes back in line then, unless
    somebody else has claimed it meanwhile and is posting it."""
    async with studio.reading() as session:
        silent_until = provider_state.silent_until(await provider_state.read(session, row.provider))
    if silent_until <= studio.clock.now():
        return False
    await _put_back(studio, row, until=silent_until + random.random())
    return True


async def _has_no_room(studio: Studio, row: VideoRow) -> bool:
    """Whether the result would not fit: it goes back in line then, for a while, before anything is spent."""
    if room.has_room(await room.free_bytes(studio), size=row.size, seconds=row.seconds):
        return False
    log.warning("no_room_for_result", video_id=row.id, bytes=room.bytes_of(row.size, row.seconds))
    full = StorageFull()
    await _put_back(
        studio,
        row,
        until=studio.clock.now() + _UNTIL_THERE_IS_ROOM,
        error=error_view(full.code, full.message, retryable=True, charged="no"),
    )
    return True


async def _put_back(studio: Studio, row: VideoRow, *, until: float, **values: Any) -> None:
    async with studio.transaction() as work:
        await queries.move(
            work,
            row.id,
            "waiting",
            videos.c.submission_key == row.submission_key,
            videos.c.submitted_at.is_(None),
            sources=("submitting",),
            now=studio.clock.now(),
            started_at=None,
            not_before=until,
            **values,
        )
        work.wake(row.provider)


async def _claim(studio: Studio, row: VideoRow) -> VideoRow | None:
    """Takes the one right to POST for this attempt, or None if it was taken before."""
    token = secrets.token_hex(16)

    async def write(work: Transaction) -> VideoRow | None:
        return await queries.change(
            work,
            row.id,
            videos.c.submission_key == row.submission_key,
            videos.c.stage == "submitting",
            or_(videos.c.submitted_at.is_(None), videos.c.claim == token),
            submitted_at=studio.clock.now(),
            claim=token,
        )

    return await write_down(studio, write)


async def _keep(studio: Studio, provider: RemoteProvider, row: VideoRow, job: Job) -> None:
    """Keeps the job that a POST was answered with."""
    try:
        taken = await accept(studio, provider, row, job)
    except IntegrityError:
        # A twin whose answer was lost has taken it for its own: then this one's is the twin's.
        log.warning("job_taken_by_twin", video_id=row.id, provider=row.provider, provider_video_id=job.id)
        await look_for_it(studio, provider, row)
        return
    if taken:
        return
    log.info("submit_too_late", video_id=row.id, provider_video_id=job.id)
    async with studio.reading() as session:
        is_known = await queries.owned_jobs(session, row.provider, [job.id])
    if not is_known:
        # The attempt is over and another has begun, or the video is gone: no row remembers this job.
        async with studio.transaction() as work:
            await ending.note(work, row.provider, job.id, now=studio.clock.now())


async def _refuse(studio: Studio, row: VideoRow, error: Refused) -> None:
    async def write(work: Transaction) -> None:
        await outcomes.failed(
            work,
            row,
            error.code,
            error.message,
            retryable=error.retryable,
            charged=error.charged,
            now=studio.clock.now(),
        )
        if error.charged == "no":
            await lost.never_was(work, row, now=studio.clock.now())

    await write_down(studio, write)


async def _wait_and_try_again(studio: Studio, row: VideoRow, error: Busy) -> None:
    async def write(work: Transaction) -> None:
        now = studio.clock.now()
        until = await provider_state.went_badly(work, row.provider, error=error, now=now)
        await queries.move(
            work,
            row.id,
            "waiting",
            videos.c.submission_key == row.submission_key,
            sources=("submitting",),
            now=now,
            submitted_at=None,
            started_at=None,
            not_before=max(until, now + 1.0) + random.random(),
            error=error_view(error.code, error.message, retryable=True, charged="no"),
        )
        await lost.never_was(work, row, now=now)
        work.wake(row.provider)

    await write_down(studio, write)
