"""Waking pollers: an event in this process, and a message to the others where there is Redis.

A wake may be lost (pub/sub promises nothing); a poller's next shift looks anyway.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog

from rushes.stopping import end

log = structlog.get_logger(__name__)

_CHANNEL = "rushes:wake"


class Wakes:
    """`wake(name)` ends the `wait(name)` of whoever holds the provider's shift, here or elsewhere."""

    def __init__(self, redis: Any | None) -> None:
        self._redis = redis
        self._events: dict[str, asyncio.Event] = {}
        self._interruptions = 0

    @property
    def interruptions(self) -> int:
        """How often the broker has been lost. Whoever waits is woken each time: a worker that is to come back
        first waits for what it runs, and a poller's shift would keep it for half a minute."""
        return self._interruptions

    @classmethod
    @asynccontextmanager
    async def open(cls, redis_url: str | None) -> AsyncIterator[Wakes]:
        if not redis_url:
            yield cls(None)
            return
        from redis.asyncio import Redis

        redis = Redis.from_url(redis_url)
        wakes = cls(redis)
        listening = asyncio.create_task(wakes._listen(), name="wakes")
        try:
            yield wakes
        finally:
            await end(listening)
            await redis.aclose()

    async def wake(self, name: str) -> None:
        self._event(name).set()
        if self._redis is not None:
            from redis.exceptions import RedisError

            try:
                await self._redis.publish(_CHANNEL, name)
            except (RedisError, OSError) as error:
                log.warning("wake_not_sent", provider=name, error=str(error))

    async def wait(self, name: str, seconds: float, *, stopping: asyncio.Event) -> bool:
        """True when woken before `seconds` passed or the process was told to stop. A wake that came earlier
        counts once."""
        event = self._event(name)
        waiting = {asyncio.ensure_future(event.wait()), asyncio.ensure_future(stopping.wait())}
        try:
            await asyncio.wait(waiting, timeout=max(0.0, seconds), return_when=asyncio.FIRST_COMPLETED)
            return event.is_set()
        finally:
            event.clear()
            for one in waiting:
                one.cancel()

    def _event(self, name: str) -> asyncio.Event:
        return self._events.setdefault(name, asyncio.Event())

    async def _listen(self) -> None:
        from redis.exceptions import RedisError

        assert self._redis is not None
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(_CHANNEL)
                    async for message in channel.listen():
                        if message["type"] == "message":
                            self._event(message["data"].decode()).set()
            except (RedisError, OSError) as error:
                log.warning("wakes_interrupted", error=str(error))
                self._interruptions += 1
                for event in self._events.values():
                    event.set()
                await asyncio.sleep(1)
