"""Limits: counted apart, checked without counting, forgotten, and never a wall when Redis is away."""

from __future__ import annotations

import socket

import pytest

from rushes.errors import TooManyRequests
from rushes.http.limiter import Limiter


async def test_each_name_and_key_is_counted_apart() -> None:
    async with Limiter.open(None) as limiter:
        for key in ("ada", "bob"):
            standing = await limiter.hit("signin", "2/minute", "10.0.0.1", key)
            assert standing is not None
            assert (standing.limit, standing.remaining) == (2, 1)
        await limiter.hit("signin", "2/minute", "10.0.0.1", "ada")
        with pytest.raises(TooManyRequests) as refused:
            await limiter.hit("signin", "2/minute", "10.0.0.1", "ada")
        assert 1 <= int(refused.value.headers["Retry-After"]) <= 60
        await limiter.hit("register", "2/minute", "10.0.0.1", "ada")


async def test_checking_does_not_count_and_clearing_forgets() -> None:
    async with Limiter.open(None) as limiter:
        for _ in range(5):
            await limiter.check("signin", "1/minute", "ada")
        await limiter.hit("signin", "1/minute", "ada")
        with pytest.raises(TooManyRequests):
            await limiter.check("signin", "1/minute", "ada")
        await limiter.clear("signin", "1/minute", "ada")
        await limiter.check("signin", "1/minute", "ada")


async def test_the_tightest_of_several_limits_counts() -> None:
    async with Limiter.open(None) as limiter:
        standing = await limiter.hit("api", "10/minute;3/hour", "ada")
        assert standing is not None
        assert standing.remaining == 2
        await limiter.hit("api", "10/minute;3/hour", "ada")
        await limiter.hit("api", "10/minute;3/hour", "ada")
        with pytest.raises(TooManyRequests):
            await limiter.hit("api", "10/minute;3/hour", "ada")


async def test_off_never_refuses() -> None:
    async with Limiter.open(None) as limiter:
        for _ in range(100):
            assert await limiter.hit("api", "off", "ada") is None


async def test_a_redis_that_is_away_lets_everybody_through() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with Limiter.open(f"redis://127.0.0.1:{port}/0") as limiter:
        for _ in range(3):
            assert await limiter.hit("signin", "1/minute", "ada") is None
