"""Counts attempts and refuses the ones that are too many; shared through Redis where there is one.

    await studio.limiter.hit("signin", studio.settings.signin_limit, address, name)

raises `TooManyRequests` with Retry-After once `10/minute` (the notation of `limits`; several divided by `;`)
is used up for exactly that name and those keys; `off` never refuses. `check` refuses without counting, for
counting failures alone; `clear` forgets, as after a success. A Redis that is away lets everybody through: a
limit protects the studio, and must not close it.
"""

from __future__ import annotations

import asyncio
import functools
import math
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import structlog
from limits import RateLimitItem, parse_many
from limits.aio.strategies import MovingWindowRateLimiter
from limits.storage import storage_from_string
from redis.exceptions import RedisError

from rushes.errors import TooManyRequests

log = structlog.get_logger(__name__)

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left of a limit: `remaining` of `limit`, all of it again after `reset` seconds."""

    limit: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """As the RateLimit header fields that clients read."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


class Limiter:
    """All limits of a studio; each is told apart by its name and the keys it counts."""

    def __init__(self, storage: Any) -> None:
        self._windows = MovingWindowRateLimiter(storage)
        self._turns: WeakValueDictionary[tuple[str, ...], asyncio.Lock] = WeakValueDictionary()

    @classmethod
    @asynccontextmanager
    async def open(cls, redis_url: str | None) -> AsyncIterator[Limiter]:
        """In this process, or in Redis where its address is given."""
        if redis_url:
            # Two seconds are enough to find out that Redis is away; nobody should wait longer to get in.
            storage = storage_from_string(
                f"async+{redis_url}", implementation="redispy", socket_timeout=2, socket_connect_timeout=2
            )
        else:
            storage = storage_from_string("async+memory://")
        try:
            yield cls(storage)
        finally:
            if redis_url:
                await storage.bridge.storage.aclose()  # type: ignore[union-attr]  # the library closes nothing

    async def hit(self, name: str, limit: str, *keys: str) -> Standing | None:
        """Counts one attempt. Raises `TooManyRequests` when it is one too many; None when not limited."""
        return await self._look(name, limit, keys, count=True)

    async def check(self, name: str, limit: str, *keys: str) -> Standing | None:
        """Like `hit`, without counting."""
        return await self._look(name, limit, keys, count=False)

    def turn(self, name: str, *keys: str) -> asyncio.Lock:
        """A lock for these keys in this process. Where only failures count, it is held from `check` to `hit`:
        a hundred attempts at once would otherwise all be checked before the first is counted."""
        return self._turns.setdefault((name, *keys), asyncio.Lock())

    async def clear(self, name: str, limit: str, *keys: str) -> None:
        """Forgets what was counted for these keys."""
        for item in _parsed(limit):
            await _open_if_away(self._windows.clear(item, name, *keys))

    async def _look(self, name: str, limit: str, keys: tuple[str, ...], *, count: bool) -> Standing | None:
        tightest: Standing | None = None
        for item in _parsed(limit):
            asked = self._windows.hit if count else self._windows.test
            allowed = await _open_if_away(asked(item, name, *keys))
            stats = await _open_if_away(self._windows.get_window_stats(item, name, *keys))
            if allowed is None or stats is None:
                return None
            reset = max(1, math.ceil(stats.reset_time - time.time()))
            if not allowed:
                refusal = TooManyRequests(
                    f"Too many attempts. Try again in {_seconds(reset)}.", retry_after=reset
                )
                refusal.headers.update(Standing(item.amount, 0, reset).headers)
                raise refusal
            standing = Standing(item.amount, max(0, stats.remaining), reset)
            if tightest is None or standing.remaining < tightest.remaining:
                tightest = standing
        return tightest


async def _open_if_away(asking: Awaitable[_Result]) -> _Result | None:
    try:
        return await asking
    except (RedisError, OSError) as error:
        log.warning("limits_not_counted", error=str(error))
        return None


@functools.lru_cache(maxsize=64)
def _parsed(limit: str) -> tuple[RateLimitItem, ...]:
    return () if limit == "off" else tuple(parse_many(limit))


def _seconds(count: int) -> str:
    if count < 120:
        return f"{count} second{'s' if count != 1 else ''}"
    return f"{math.ceil(count / 60)} minutes"
