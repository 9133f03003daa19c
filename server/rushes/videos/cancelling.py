"""Ends jobs at their provider that no video waits for any more."""

from __future__ import annotations

import structlog

from rushes.providers.protocol import Down
from rushes.providers.registry import as_remote
from rushes.stopping import rest
from rushes.studio import Studio
from rushes.videos import queries
from rushes.videos.recovering import owned

log = structlog.get_logger(__name__)

_PAUSES = (1.0, 4.0, 16.0)


async def cancel_at_provider(studio: Studio, video_id: str, job_id: str) -> None:
    """The background step of a cancelled video. It may be in line again by now, which is another job."""
    async with studio.reading() as session:
        row = await queries.one(session, video_id)
    if row is not None:
        await end_job(studio, row.provider, job_id)


async def end_job(studio: Studio, provider_name: str, job_id: str) -> None:
    """Tells the provider to end a job that no video waits for, best effort; one that a video owns goes on."""
    provider = studio.providers.get(provider_name)
    remote = as_remote(provider) if provider else None
    if remote is None or remote.capabilities.cancel == "none":
        return
    for pause in _PAUSES:
        async with studio.reading() as session:
            if await owned(session, provider_name, [job_id], but_not="cancelled"):
                return
        try:
            await remote.cancel(job_id)
            return
        except Down as error:
            log.warning(
                "cancel_not_heard", provider=provider_name, provider_video_id=job_id, reason=error.message
            )
            await rest(max(pause, error.retry_after or 0.0), stopping=studio.stopping)
        if studio.stopping.is_set():
            return
