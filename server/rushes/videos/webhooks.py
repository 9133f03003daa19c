"""Word from providers that a job has moved: a hint, which makes the question about it happen now.

Nothing in a webhook is believed but the id of the job that it speaks of. What has become of the job is then
asked, so that a webhook that is forged, late, repeated or out of order can do no more than cost a question.

Its address carries the attempt that it is about. So it can bring back a job whose POST was never answered,
also from vendors that cannot list their jobs.
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.errors import NotFound, ProviderUnavailable, Unauthorized
from rushes.observe.context import about_video
from rushes.providers.protocol import Down, Provider, Refused, RemoteProvider, Unverified
from rushes.providers.registry import as_remote
from rushes.studio import Studio
from rushes.tables import videos
from rushes.videos import lost, outcomes, provider_state, queries
from rushes.videos.queries import VideoRow
from rushes.videos.recovering import accept, ask_only_if_allowed

log = structlog.get_logger(__name__)

# A process that was busy may read an answer this much late.
_GRACE = 30.0


def webhook_url(studio: Studio, provider: Provider, submission_key: str) -> str | None:
    """Where a provider sends word of an attempt, None if it sends none or nobody outside can reach us."""
    base = studio.settings.public_url
    if base is None or not provider.capabilities.webhooks:
        return None
    return f"{base.rstrip('/')}/api/provider-webhooks/{provider.name}?attempt={submission_key}"


async def take(
    studio: Studio, provider_name: str, headers: Mapping[str, str], body: bytes, *, attempt: str | None
) -> None:
    """Has the job that a webhook speaks of asked about at once. `attempt` is what its address names.

    Raises `NotFound` for a provider that sends none, `Unauthorized` for a webhook that is not proven to be
    its, and `ProviderUnavailable` when the proof could not be fetched: then it is to be sent again.
    """
    provider = studio.providers.get(provider_name)
    remote = as_remote(provider) if provider else None
    if remote is None or not remote.capabilities.webhooks:
        raise NotFound("provider")
    try:
        job_id = await remote.verify_webhook(headers, body, now=studio.clock.now())
    except Unverified as error:
        log.warning("webhook_refused", provider=provider_name, reason=error.code)
        raise Unauthorized(error.message, code=error.code) from error
    except Down as error:
        raise ProviderUnavailable(
            f"The webhook could not be checked: {error.message}", retryable=True
        ) from error
    if job_id is None:
        return
    async with studio.reading() as session:
        row = await _spoken_of(session, provider_name, job_id, attempt)
    if row is None:
        # It ended before, or another attempt at it is underway.
        return
    if row.stage == "generating":
        async with studio.transaction() as work:
            # The key makes one question of many webhooks about one job.
            work.enqueue("ask", row.id, key=f"ask:{row.submission_key}")
    elif row.submitted_at is not None:
        # While its POST may still be answered, that answer comes first: then there is nothing to bring back.
        async with studio.transaction() as work:
            work.enqueue(
                "bring_back",
                row.id,
                job_id,
                key=f"bring_back:{row.submission_key}",
                when=_lost_from(row, remote) + 1.0,
            )


async def ask(studio: Studio, video_id: str) -> None:
    """The background step `ask`: what the poller would ask at its next time, now."""
    async with studio.reading() as session:
        row = await queries.one(session, video_id)
    if row is None or row.stage != "generating" or row.provider_video_id is None:
        return
    about_video(row)
    provider = studio.providers.get(row.provider)
    remote = as_remote(provider) if provider else None
    if remote is None:
        return
    try:
        await ask_only_if_allowed(studio, row.provider)
        job = (await remote.poll([row.provider_video_id])).get(row.provider_video_id)
    except (Down, Refused) as error:
        # The poller goes on asking, and notes how the provider is.
        log.info("hint_not_followed", video_id=video_id, provider=row.provider, reason=error.message)
        return
    if job is None or job.state == "missing":
        return
    now = studio.clock.now()
    async with studio.transaction() as work:
        await queries.lock(work, [row.id])
        await provider_state.went_well(work, row.provider, now=now)
        await outcomes.told(work, row, job, remote.capabilities, now=now)


async def bring_back(studio: Studio, video_id: str, job_id: str) -> None:
    """The background step `bring_back`: a lost POST's job told of itself, and is followed from here on."""
    async with studio.reading() as session:
        row = await queries.one(session, video_id)
    provider = studio.providers.get(row.provider) if row else None
    remote = as_remote(provider) if provider else None
    if row is None or remote is None or not _is_lost(row, remote, now=studio.clock.now()):
        return
    about_video(row)
    try:
        await ask_only_if_allowed(studio, row.provider)
        job = (await remote.poll([job_id])).get(job_id)
    except (Down, Refused) as error:
        log.info("hint_not_followed", video_id=video_id, provider=row.provider, reason=error.message)
        return
    if job is None or job.state == "missing":
        return
    try:
        await accept(studio, remote, row, job)
    except IntegrityError:
        log.warning("job_taken_by_another", video_id=video_id, provider_video_id=job_id)
    else:
        log.info("job_told_of_itself", video_id=video_id, provider_video_id=job_id)


def _is_lost(row: VideoRow, remote: RemoteProvider, *, now: float) -> bool:
    """Whether no answer to its POST can come any more. While one can, it is the answer that names the job:
    two names for one job would make two of it."""
    if row.stage == "unknown":
        return True
    may_come = row.stage == "submitting" or lost.is_looked_for(row)
    return may_come and now > _lost_from(row, remote)


def _lost_from(row: VideoRow, remote: RemoteProvider) -> float:
    """When no answer to the POST can come any more."""
    posted_at = row.submitted_at or row.created_at
    return float(posted_at) + (0.0 if row.stage == "unknown" else remote.submit_timeout + _GRACE)


async def _spoken_of(
    session: AsyncConnection, provider: str, job_id: str, attempt: str | None
) -> VideoRow | None:
    """The video of this attempt, else of this job: some vendors call a job otherwise in their webhooks."""
    if attempt is not None:
        named = select(videos).where(
            videos.c.provider == provider,
            videos.c.stage.in_(("submitting", "generating", "unknown", "cancelled")),
            videos.c.submission_key == attempt,
        )
        row = (await session.execute(named)).one_or_none()
        if row is not None:
            return row
    query = select(videos).where(
        videos.c.provider == provider,
        videos.c.provider_video_id == job_id,
        videos.c.stage == "generating",
    )
    return (await session.execute(query)).one_or_none()
