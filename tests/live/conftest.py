"""Sockets that write down what they hear, and finished videos without waiting for one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import httpx2
import pytest
from tests.live.listening import Listener, listening
from tests.videos.making import MovableClock

from rushes.serving import Serving
from rushes.studio import Studio

Listen = Callable[[httpx2.AsyncClient], Awaitable[Listener]]


@pytest.fixture
def clock(studio: Studio) -> MovableClock:
    """The studio's clock: `clock.ahead += 60` and a minute has passed."""
    studio.clock = MovableClock()
    return studio.clock


@pytest.fixture
async def listen(server: Serving) -> AsyncIterator[Listen]:
    """`await listen(client)` is a socket of whoever that client is signed in as, once it is ready."""
    async with AsyncExitStack() as stack:

        async def connect(client: httpx2.AsyncClient) -> Listener:
            token = client.headers["authorization"].removeprefix("Bearer ")
            return await stack.enter_async_context(listening(server.url, auth={"token": token}))

        yield connect
