"""Providers that are on their way out: switched off, or replaced by another of the same name.

Their calls go on: a download that is broken off begins again, and a create whose answer is lost costs money.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from rushes.providers.protocol import Capabilities, Provider
from rushes.providers.watched import calls_under_way
from rushes.stopping import end

# Whoever looked a provider up just before it was replaced may still begin a call.
GRACE = 30.0


class Finishing:
    """A provider that is switched off: it has no place for anything new, and finishes what it has."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    @property
    def capabilities(self) -> Capabilities:
        """See `Provider`; as no others are, they are without concurrency."""
        return replace(self._provider.capabilities, concurrency=0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._provider, name)


class Replaced:
    """Those that wait for their calls to end, each to be closed then, or by `close`."""

    def __init__(self) -> None:
        self._closing: dict[asyncio.Task[None], Provider] = {}

    def add(self, provider: Provider) -> None:
        """Closes it once it has been left alone."""
        task = asyncio.create_task(_close_when_left_alone(provider), name=f"close {provider.name}")
        self._closing[task] = provider
        task.add_done_callback(lambda done: self._closing.pop(done, None))

    async def close(self) -> None:
        """Closes the rest at once."""
        for task, provider in list(self._closing.items()):
            await end(task)
            await provider.close()


async def _close_when_left_alone(provider: Provider) -> None:
    while True:
        await asyncio.sleep(GRACE)
        if not calls_under_way(provider):
            break
    await provider.close()
