"""How the tests of provider faults ask for videos of `gpu` and wait for what becomes of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
from tests.standins.openai_videos import StandIn
from tests.videos.making import MovableClock, make, seen

from rushes.studio import Studio
from rushes.videos import provider_state


async def make_remote(client: httpx2.AsyncClient, prompt: str, **more: Any) -> dict[str, Any]:
    return await make(client, prompt, model="gpu/wan-2.2", **more)


async def in_stage(
    until: Callable[..., Awaitable[None]],
    client: httpx2.AsyncClient,
    video: dict[str, Any],
    *stages: str,
    seconds: float = 30,
) -> dict[str, Any]:
    """The video, once it is in one of `stages`."""
    last: dict[str, Any] = video

    async def arrived() -> bool:
        nonlocal last
        last = await seen(client, video["id"])
        return last["stage"] in stages

    await until(arrived, f"{video['prompt']!r} to be {' or '.join(stages)}", seconds=seconds)
    return last


async def much_later(studio: Studio, seconds: float) -> None:
    """So much time has passed, and the poller looks."""
    assert isinstance(studio.clock, MovableClock)
    studio.clock.ahead += seconds
    await studio.wakes.wake("gpu")


def asked_at(provider: StandIn, *verbs: str) -> list[float]:
    """When the provider was asked, in seconds of its own clock."""
    return [one["at"] for one in provider.counts()["asked"] if not verbs or one["verb"] in verbs]


async def failures(studio: Studio) -> int:
    """How often the provider has failed in a row."""
    async with studio.reading() as session:
        state = await provider_state.read(session, "gpu")
    return state.failures if state is not None else 0


async def failed_since(studio: Studio, before: int) -> bool:
    return await failures(studio) > before
