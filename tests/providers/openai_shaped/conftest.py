"""A stand-in server a test, and providers that talk to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from tests.standins.openai_videos import StandIn, serving

from rushes.providers.openai_shaped import OpenAIShaped
from rushes.providers.protocol import Submission

Connect = Callable[..., Awaitable[OpenAIShaped]]


@pytest.fixture(scope="module")
def running_standin() -> Iterator[StandIn]:
    with serving() as standin:
        yield standin


@pytest.fixture
def openai_standin(running_standin: StandIn) -> StandIn:
    """A `/v1/videos` server whose jobs are done at once; tests share its socket, not its state."""
    running_standin.reset()
    running_standin.set(duration=0)
    return running_standin


@pytest.fixture
async def connect(openai_standin: StandIn) -> AsyncIterator[Connect]:
    """`await connect(submit_timeout=0.2)`: an opened provider, closed after the test."""
    opened: list[OpenAIShaped] = []

    async def make(**changes: Any) -> OpenAIShaped:
        given: dict[str, Any] = {
            "name": "cluster",
            "base_url": openai_standin.url,
            "api_key": None,
            "concurrency": 4,
            **changes,
        }
        provider = OpenAIShaped(**given)
        opened.append(provider)
        await provider.open()
        return provider

    yield make
    for provider in opened:
        await provider.close()


@pytest.fixture
async def provider(connect: Connect) -> OpenAIShaped:
    return await connect()


@pytest.fixture
def submission() -> Callable[..., Submission]:
    """`submission("a lighthouse", model="sora-2")`"""

    def make(prompt: str = "a lighthouse", **changes: Any) -> Submission:
        given: dict[str, Any] = {
            "key": "intent-1",
            "slate": "RX-0001",
            "prompt": prompt,
            "prompts": (prompt,),
            "model": "wan-2.2",
            "width": 128,
            "height": 96,
            "seconds": 1.0,
            **changes,
        }
        return Submission(**given)

    return make
