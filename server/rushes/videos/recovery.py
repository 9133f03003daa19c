"""The recovery inbox: what people decide about a video whose job nobody knows (stage `unknown`).

Its POST was sent and never answered, and the provider does not list it: it may have been made and charged, so
the studio neither forgets it nor submits it again by itself. There are four answers: look again, name the job
by its id, submit again at the risk of paying twice, or give it up.
"""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from rushes.actor import Actor
from rushes.errors import Conflict, Invalid, ProviderUnavailable
from rushes.providers.protocol import Down, Job, RemoteProvider
from rushes.providers.registry import Providers, as_remote
from rushes.studio import Studio
from rushes.transaction import Transaction
from rushes.videos import idempotency, outcomes, queries
from rushes.videos.idempotency import Repeatable
from rushes.videos.queries import VideoRow
from rushes.videos.recovering import ask_only_if_allowed, claim_found_job
from rushes.videos.service import back_in_line


async def check(studio: Studio, row: VideoRow) -> bool:
    """Looks for the job in the provider's list once, now; whether it was found, and is followed from here on.

    Raises `Conflict` where there is nothing to look in, or `ProviderUnavailable`.
    """
    remote = _remote(studio, row)
    try:
        if not remote.capabilities.findable:
            raise Down("The provider has no list of jobs.", code="provider_has_no_list")
        return await claim_found_job(studio, remote, row)
    except Down as error:
        raise _in_our_terms(error) from error


async def attach(studio: Studio, row: VideoRow, job_id: str) -> None:
    """Takes the provider's job of this id for the video's; what it has made is fetched.

    Raises `Invalid` for a job that the provider does not know, `Conflict` for one that another video has, or
    `ProviderUnavailable`.
    """
    remote = _remote(studio, row)
    job = await _asked_about(studio, remote, row, job_id)
    try:
        async with studio.transaction() as work:
            work.wake(row.provider)
            now = studio.clock.now()
            taken = await outcomes.accepted(work, row, job, remote.capabilities, now=now)
    except IntegrityError as error:
        raise Conflict("Another video has this job already.", code="job_taken") from error
    if not taken:
        raise _decided()


async def resubmit(
    work: Transaction, actor: Actor, providers: Providers, *, video_id: str, asked: Repeatable, now: float
) -> VideoRow:
    """Puts it back in its place in line for a new attempt; asked again, only once. The lost one may be
    charged too, and counts. Raises `NotFound` or `Conflict`, and whatever `back_in_line` does."""
    row = await queries.writable(work, actor, video_id)
    if await idempotency.first_answer(work, actor, asked, now=now) is not None:
        return row
    _must_be_unknown(row)
    if row.trashed_at is not None:
        raise Conflict("It is in the trash: restore it before you try it again.", code="in_trash")
    moved = await back_in_line(work, actor, providers, row, "unknown", now=now)
    if moved is None:
        raise _decided()
    await idempotency.remember(work, actor, asked, [video_id], now=now)
    return moved


async def write_off(work: Transaction, row: VideoRow, *, now: float) -> None:
    """Gives it up: it has failed, and may have been charged."""
    given_up = await outcomes.failed(
        work,
        row,
        "written_off",
        "It was given up: the provider never answered. It may have been made and charged.",
        retryable=True,
        charged="unknown",
        now=now,
    )
    if not given_up:
        raise _decided()


async def undecided(work: Transaction, actor: Actor, video_id: str) -> VideoRow:
    """The video, if the actor may decide about it. Raises `NotFound` or `Conflict`."""
    row = await queries.writable(work, actor, video_id)
    _must_be_unknown(row)
    return row


def _must_be_unknown(row: VideoRow) -> None:
    if row.stage != "unknown":
        raise _decided()


async def _asked_about(studio: Studio, remote: RemoteProvider, row: VideoRow, job_id: str) -> Job:
    try:
        await ask_only_if_allowed(studio, row.provider)
        job = (await remote.poll([job_id])).get(job_id)
        if job is None:
            raise Down("The provider did not say anything of this job just now.")
    except Down as error:
        raise _in_our_terms(error) from error
    if job.state == "missing":
        raise Invalid(provider_video_id="is not a job that the provider knows", code="unknown_job")
    return job


def _remote(studio: Studio, row: VideoRow) -> RemoteProvider:
    provider = studio.providers.get(row.provider)
    remote = as_remote(provider) if provider else None
    if remote is None:
        raise Conflict(
            f"{row.provider} is not set up here any more. Set it up again, or give the video up.",
            code="provider_gone",
        )
    return remote


def _in_our_terms(error: Down) -> Conflict | ProviderUnavailable:
    if error.code == "provider_has_no_list":
        return Conflict(
            "This provider has no list of jobs to look in. Find the job in its own console and name its id.",
            code="provider_has_no_list",
        )
    return ProviderUnavailable(f"{error.message} Try again in a while.", retryable=True)


def _decided() -> Conflict:
    return Conflict("There is nothing to decide about it any more.", code="not_unknown")
