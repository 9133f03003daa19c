"""Ends jobs at their provider that no video waits for any more: cancelled ones, and those whose attempt was
over before their answer came.

    await ending.note(work, provider, job_id, now=now)     # in the transaction that lets the job go

The note is a row, so a crash or an outage forgets nothing: the job would run on and be paid for.
"""

from __future__ import annotations

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from rushes.providers.protocol import Down
from rushes.providers.registry import as_remote
from rushes.studio import Studio
from rushes.tables import jobs_to_end
from rushes.transaction import Transaction
from rushes.videos import provider_state, queries

log = structlog.get_logger(__name__)

_PAUSES = (1.0, 4.0, 16.0, 60.0, 300.0)
# A job that cannot be ended for so long has long ended by itself.
_GIVE_UP_AFTER = 24 * 3600.0


async def note(work: Transaction, provider: str, job_id: str, *, now: float) -> None:
    """The provider is told after the commit, and again until it has heard."""
    insert = sqlite.insert if work.session.dialect.name == "sqlite" else postgresql.insert
    values = {"provider": provider, "job_id": job_id, "since": now, "due_at": now}
    await work.session.execute(insert(jobs_to_end).values(values).on_conflict_do_nothing())
    await queries.remember_job(work, provider, job_id, now=now)
    _enqueue(work, provider, job_id, 0)


async def enqueue_due(work: Transaction, *, now: float) -> None:
    """Adds what should have been told by now."""
    due = select(jobs_to_end).where(jobs_to_end.c.due_at <= now)
    for row in (await work.session.execute(due)).all():
        _enqueue(work, row.provider, row.job_id, row.tries)


async def end_job(studio: Studio, provider_name: str, job_id: str) -> None:
    """The background step: tells the provider once. A job that a video owns after all goes on."""
    async with studio.reading() as session:
        query = select(jobs_to_end).where(
            jobs_to_end.c.provider == provider_name, jobs_to_end.c.job_id == job_id
        )
        noted = (await session.execute(query)).one_or_none()
        if noted is None or noted.due_at > studio.clock.now():
            return
        is_wanted = await queries.owned_jobs(session, provider_name, [job_id], but_not="cancelled")
        silent_until = provider_state.silent_until(await provider_state.read(session, provider_name))
    provider = studio.providers.get(provider_name)
    remote = as_remote(provider) if provider else None
    now = studio.clock.now()
    if now - noted.since > _GIVE_UP_AFTER:
        log.error("job_not_ended", provider=provider_name, provider_video_id=job_id)
        await _forget(studio, provider_name, job_id)
    elif remote is None:
        # Its settings are gone; they may come back.
        await _later(studio, provider_name, job_id, noted.tries, _PAUSES[-1])
    elif is_wanted or remote.capabilities.cancel == "none":
        await _forget(studio, provider_name, job_id)
    elif silent_until > now:
        await _later(studio, provider_name, job_id, noted.tries, silent_until - now)
    else:
        try:
            await remote.cancel(job_id)
        except Down as error:
            log.warning(
                "cancel_not_heard", provider=provider_name, provider_video_id=job_id, reason=error.message
            )
            pause = _PAUSES[min(noted.tries, len(_PAUSES) - 1)]
            await _later(studio, provider_name, job_id, noted.tries, pause, error=error)
        else:
            await _forget(studio, provider_name, job_id)


async def _later(
    studio: Studio, provider: str, job_id: str, tries: int, pause: float, *, error: Down | None = None
) -> None:
    now = studio.clock.now()
    async with studio.transaction() as work:
        if error is not None and error.retry_after is not None:
            pause = max(pause, await provider_state.went_badly(work, provider, error=error, now=now) - now)
        put_off = await work.session.execute(
            update(jobs_to_end)
            .where(
                jobs_to_end.c.provider == provider,
                jobs_to_end.c.job_id == job_id,
                jobs_to_end.c.tries == tries,
            )
            .values(due_at=now + pause, tries=tries + 1)
        )
        if put_off.rowcount:
            _enqueue(work, provider, job_id, tries + 1, when=now + pause + 0.1)


async def _forget(studio: Studio, provider: str, job_id: str) -> None:
    async with studio.transaction() as work:
        await work.session.execute(
            delete(jobs_to_end).where(jobs_to_end.c.provider == provider, jobs_to_end.c.job_id == job_id)
        )


def _enqueue(work: Transaction, provider: str, job_id: str, tries: int, *, when: float | None = None) -> None:
    # A key of its own for each try: the one that is running cannot be added.
    work.enqueue("end_job", provider, job_id, key=f"end:{provider}:{job_id}:{tries}", when=when)
