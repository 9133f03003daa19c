"""A stand-in server a test, makers that talk to it, and orders for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from tests.standins.openai_makers import StandIn, serving

from rushes.providers.makers.protocol import ImageOrder, SpeechOrder, WritingOrder
from rushes.providers.makers.story import Story, StoryBrief, story_order
from rushes.providers.openai_makers.server import Server

Connect = Callable[..., Server]


@pytest.fixture(scope="module")
def running_standin() -> Iterator[StandIn]:
    with serving() as standin:
        yield standin


@pytest.fixture
def standin(running_standin: StandIn) -> StandIn:
    """Tests share its socket, not its state."""
    running_standin.reset()
    return running_standin


@pytest.fixture
async def connect(standin: StandIn) -> AsyncIterator[Connect]:
    """`connect(api_key="secret")`: the server that the stand-in is, closed after the test."""
    opened: list[Server] = []

    def make(**changes: Any) -> Server:
        given = {"name": "studio", "base_url": standin.url, "api_key": None, **changes}
        opened.append(Server(**given))
        return opened[-1]

    yield make
    for server in opened:
        await server.close()


@pytest.fixture
def server(connect: Connect) -> Server:
    return connect()


def image_order(prompt: str = "a lighthouse at dawn", **changes: Any) -> ImageOrder:
    given = {"key": "k1", "model": "flux.1-schnell", "prompt": prompt, "width": 256, "height": 144, **changes}
    return ImageOrder(**given)


def speech_order(text: str = "The lighthouse keeper finds a bottle.", **changes: Any) -> SpeechOrder:
    return SpeechOrder(**{"key": "k1", "model": "kokoro", "text": text, **changes})


def writing_order(
    model: str = "llama-3.3-70b", *, scenes: int | None = 3, **brief: Any
) -> WritingOrder[Story]:
    given = {"text": "a lighthouse keeper finds a bottle", "scenes": scenes, **brief}
    return story_order(StoryBrief(**given), model=model, key="k1")
