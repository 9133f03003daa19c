"""A provider that outlives the studio, studios that can be killed, and a studio in this process whose
provider's patience is short."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.faults.studio_process import StandInProcess, StudioProcess, standin_process
from tests.standins.openai_videos import StandIn, serving
from tests.videos.making import MovableClock, working

from rushes.providers.openai_shaped import OpenAIShaped
from rushes.providers.registry import Providers
from rushes.serving import Serving
from rushes.settings import Settings
from rushes.studio import Studio, open_studio

NewStudio = Callable[..., StudioProcess]


@pytest.fixture
def far_provider(tmp_path: Path) -> Iterator[StandInProcess]:
    """A `/v1/videos` server in a process of its own."""
    with standin_process(tmp_path) as standin:
        yield standin


@pytest.fixture
def new_studio(tmp_path: Path, far_provider: StandInProcess) -> Iterator[NewStudio]:
    """`new_studio(concurrency="1")`: not started yet, ended with the test."""
    with ExitStack() as stack:

        def make(**more: str) -> StudioProcess:
            studio = StudioProcess(tmp_path, far_provider.url, **more)
            stack.callback(studio.close)
            return studio

        yield make


@pytest.fixture
def provider() -> Iterator[StandIn]:
    """A `/v1/videos` server in a thread."""
    with serving() as standin:
        yield standin


@pytest.fixture
async def studio(settings: Settings, provider: StandIn) -> AsyncIterator[Studio]:
    """A studio with the provider `gpu`, which waits seconds where a real one waits minutes."""
    async with open_studio(settings, clock=MovableClock()) as opened:
        [animatic] = opened.providers.all()
        gpu = OpenAIShaped(
            name="gpu",
            base_url=provider.url,
            api_key=None,
            concurrency=50,
            submit_timeout=1.5,
            poll_timeout=1.5,
            stall_timeout=1.5,
        )
        opened.providers = Providers({"animatic": animatic, "gpu": gpu}, default=None, aliases={})
        await gpu.refresh()
        yield opened
        opened.stopping.set()
        await gpu.close()


@pytest.fixture
async def worker(studio: Studio, server: Serving) -> AsyncIterator[None]:
    """The studio's worker, running beside the server."""
    async with working(studio):
        yield
