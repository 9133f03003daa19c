"""Remembers which models a provider has said it has, so that work for them can be queued while it is away.

await recall(studio)                             # at start, before anybody asks
keeping = create_task(keep_fresh(studio))        # for as long as the process lives
"""

from __future__ import annotations

import structlog
from sqlalchemy import select, update

from rushes.errors import Unavailable
from rushes.providers import freshness
from rushes.providers.protocol import Down
from rushes.providers.registry import as_remote
from rushes.studio import Studio
from rushes.tables import providers
from rushes.videos import provider_state
from rushes.videos.offers import warn_of_ended

log = structlog.get_logger(__name__)


async def recall(studio: Studio) -> None:
    """Lets every remote provider offer what it had when it was last asked, by this process or another, and
    says which settings name a model that has ended."""
    async with studio.reading() as session:
        rows = (await session.execute(select(providers.c.name, providers.c.models))).all()
    for row in rows:
        provider = studio.providers.get(row.name)
        remote = as_remote(provider) if provider else None
        if remote is not None and row.models:
            remote.recall(row.models)
    warn_of_ended(studio)


async def keep_fresh(studio: Studio) -> None:
    """Asks the providers for their models now and then until the studio stops, and notes what is new."""
    await freshness.keep_fresh(studio.providers, studio.stopping, _Notes(studio))


class _Notes(freshness.Notes):
    """In the providers' rows, so that the whole cluster knows; a database that is away keeps nobody from
    asking."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    async def learned(self, name: str, models: list[str]) -> None:
        try:
            async with self._studio.transaction() as work:
                await provider_state.ensure(work, name)
                await work.session.execute(
                    update(providers).where(providers.c.name == name).values(models=models)
                )
        except Unavailable as error:
            log.warning("models_not_noted", provider=name, reason=error.message)

    async def seconds_of_silence(self, name: str) -> float:
        try:
            async with self._studio.reading() as session:
                state = await provider_state.read(session, name)
        except Unavailable:
            return 0.0
        # An open circuit is no silence: this question may be the one that finds it well again.
        quiet_until = (state.quiet_until if state is not None else None) or 0.0
        return max(0.0, float(quiet_until) - self._studio.clock.now())

    async def is_busy(self, name: str, error: Down) -> None:
        try:
            async with self._studio.transaction() as work:
                await provider_state.ensure(work, name)
                await provider_state.went_badly(work, name, error=error, now=self._studio.clock.now())
        except Unavailable as unavailable:
            log.warning("silence_not_noted", provider=name, reason=unavailable.message)
