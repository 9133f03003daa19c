"""Word from providers that a job has moved: a hint, which makes the question about it happen now.

Nothing in a webhook is believed but the id of the job that it speaks of. What has become of the job is then
asked, so that a webhook that is forged, late, repeated or out of order can do no more than cost a question.
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.errors import NotFound, ProviderUnavailable, Unauthorized
from rushes.observe.context import about_video
from rushes.providers.protocol import Down, Provider, Refused, Unverified
from rushes.providers.registry import as_remote
from rushes.studio import Studio
from rushes.tables import videos
from rushes.videos import outcomes, provider_state, queries
from rushes.videos.queries import VideoRow
from rushes.videos.recovering import ask_only_if_allowed

log = structlog.get_logger(__name__)


def webhook_url(studio: Studio, provider: Provider) -> str | None:
    """Where a provider sends word, None if it sends none or nobody outside can reach this studio."""
    base = studio.settings.public_url
    if base is None or not provider.capabilities.webhooks:
        return None
    return f"{base.rstrip('/')}/api/provider-webhooks/{provider.name}"


async def take(studio: Studio, provider_name: str, headers: Mapping[str, str], body: bytes) -> None:
    """Has the job that a webhook speaks of asked about at once.

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
        row = await _generating(session, provider_name, job_id)
    if row is None:
        # It ended before, or its POST has not been written down yet: the poller asks about that one soon.
        return
    async with studio.transaction() as work:
        # The key makes one question of many webhooks about one job.
        work.enqueue("ask", row.id, key=f"ask:{row.submission_key}")


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


async def _generating(session: AsyncConnection, provider: str, job_id: str) -> VideoRow | None:
    query = select(videos).where(
        videos.c.provider == provider,
        videos.c.provider_video_id == job_id,
        videos.c.stage == "generating",
    )
    return (await session.execute(query)).one_or_none()
