"""A clock that can be put forward, a worker, and finished videos without waiting for one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx2
import pytest
from tests.videos.making import MovableClock, complete, make, seen, working

from rushes.serving import Serving
from rushes.studio import Studio

Completed = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def clock(studio: Studio) -> MovableClock:
    """The studio's clock: `clock.ahead += 60` and a minute has passed."""
    studio.clock = MovableClock()
    return studio.clock


@pytest.fixture
async def worker(studio: Studio, server: Serving) -> AsyncIterator[None]:
    """The studio's worker, running beside the server."""
    async with working(studio):
        yield


@pytest.fixture
def completed(studio: Studio) -> Completed:
    """`await completed(client, "a prompt")` is a finished video whose files are in the store."""

    async def made(client: httpx2.AsyncClient, prompt: str = "a lighthouse", **more: Any) -> dict[str, Any]:
        video = await make(client, prompt, **more)
        await complete(studio, video["id"])
        return await seen(client, video["id"])

    return made
