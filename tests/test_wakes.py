"""Waking and waiting across processes, over a real Redis."""

from __future__ import annotations

import asyncio

from tests.servers import Redis

from rushes.wakes import Wakes


async def test_it_closes_at_whatever_moment_of_connecting(broker: Redis) -> None:
    for steps in range(40):
        async with asyncio.timeout(5), Wakes.open(broker.url):
            for _ in range(steps):
                await asyncio.sleep(0)
