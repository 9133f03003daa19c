"""Keeps what is known of the providers' models up to date, in whatever way the providers change.

keeping = create_task(keep_fresh(providers, stopping, notes))
"""

from __future__ import annotations

import asyncio
import random
from typing import Protocol

import structlog

from rushes.providers.protocol import Down, Refused, RemoteProvider
from rushes.providers.registry import Providers, as_remote
from rushes.stopping import end, rest

log = structlog.get_logger(__name__)

# Seconds between two questions for a provider's models.
_ASK_AGAIN = 300.0


class Notes(Protocol):
    """What the studio remembers of its providers, as far as this needs it. None of it raises."""

    async def learned(self, name: str, models: list[str]) -> None:
        """The provider has these models, which it had not before."""

    async def seconds_of_silence(self, name: str) -> float:
        """How long the account must not be asked anything; 0 if it may be."""

    async def is_busy(self, name: str, error: Down) -> None:
        """It wants to be left in peace, for `retry_after` seconds where it says so, by whoever asks."""


async def keep_fresh(providers: Providers, stopping: asyncio.Event, notes: Notes) -> None:
    """Keeps every remote provider's list of models up to date until `stopping`: asked at once, then every
    few minutes, sooner while it fails; those that come later as well."""
    keeping: dict[str, tuple[RemoteProvider, asyncio.Task[None]]] = {}
    stopped = asyncio.ensure_future(stopping.wait())
    try:
        while not stopping.is_set():
            changed = asyncio.ensure_future(providers.changed.wait())
            remotes = {each.name: remote for each in providers.all() if (remote := as_remote(each))}
            for name, (remote, task) in list(keeping.items()):
                if remotes.get(name) is not remote:
                    del keeping[name]
                    await end(task)
            for name, remote in remotes.items():
                if name not in keeping:
                    one = _keep_one_fresh(remote, stopping, notes)
                    keeping[name] = remote, asyncio.create_task(one, name=f"models of {name}")
            await asyncio.wait({changed, stopped}, return_when=asyncio.FIRST_COMPLETED)
            changed.cancel()
    finally:
        stopped.cancel()
        for _, task in keeping.values():
            await end(task)


async def _keep_one_fresh(provider: RemoteProvider, stopping: asyncio.Event, notes: Notes) -> None:
    failures, said = 0, ""
    while not stopping.is_set():
        silence = await notes.seconds_of_silence(provider.name)
        if silence > 0:
            await rest(silence + random.random(), stopping=stopping)
            continue
        try:
            await provider.refresh()
        except (Down, Refused) as error:
            failures += 1
            wait = min(_ASK_AGAIN, 2.0**failures)
            if isinstance(error, Down) and (error.retry_after is not None or error.code == "provider_busy"):
                await notes.is_busy(provider.name, error)
            if error.message != said:
                log.warning("models_unknown", provider=provider.name, reason=error.message)
            said = error.message
        except Exception:
            # The task's edge: whatever one vendor's catalogue does to its adapter, it is asked again.
            failures, wait = failures + 1, _ASK_AGAIN
            log.exception("models_not_understood", provider=provider.name)
        else:
            models = [model.name for model in provider.capabilities.models]
            names = ", ".join(models)
            if names != said:
                log.info("models_known", provider=provider.name, models=names)
                await notes.learned(provider.name, models)
            failures, said, wait = 0, names, _ASK_AGAIN
        await rest(wait * random.uniform(0.9, 1.1), stopping=stopping)
