"""Each adapter beside its stand-in, whose jobs are done at once unless a test says otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.providers.contract.cases import CASES, Case
from tests.standins.vendor import VendorStandIn, serving

from rushes.providers.kinds import Setup
from rushes.providers.protocol import Reference, RemoteProvider, Submission

Connect = Callable[..., Awaitable[RemoteProvider]]
Make = Callable[..., Submission]


@pytest.fixture(params=CASES, ids=str)
def case(request: pytest.FixtureRequest) -> Case:
    """The adapter under test."""
    found: Case = request.param
    return found


@pytest.fixture
def standin(case: Case) -> Iterator[VendorStandIn]:
    """The adapter's vendor."""
    with serving(case.wire, duration=0) as running:
        yield running


@pytest.fixture
async def connect(case: Case, standin: VendorStandIn) -> AsyncIterator[Connect]:
    """`await connect(api_key="wrong")`: an adapter that has learned its models, closed after the test."""
    opened: list[RemoteProvider] = []

    async def make(*, refresh: bool = True, **changes: Any) -> RemoteProvider:
        given: dict[str, Any] = {
            "name": "vendor",
            "base_url": standin.url + case.base_path,
            "api_key": case.wire.key,
            "submit_timeout": 2.0,
            "poll_timeout": 2.0,
            "stall_timeout": 2.0,
            **changes,
        }
        provider = case.open(Setup(**given))
        opened.append(provider)
        if refresh:
            await provider.refresh()
        return provider

    yield make
    for provider in opened:
        await provider.close()


@pytest.fixture
async def provider(connect: Connect) -> RemoteProvider:
    return await connect()


@pytest.fixture
def submission(case: Case) -> Make:
    """`submission("a lighthouse", seed=7)`"""

    def make(prompt: str = "a lighthouse", **changes: Any) -> Submission:
        given: dict[str, Any] = {
            "key": "intent-1",
            "slate": "RX-0001",
            "prompt": prompt,
            "prompts": (prompt,),
            "model": case.model,
            "width": case.size[0],
            "height": case.size[1],
            "seconds": case.seconds,
            **changes,
        }
        return Submission(**given)

    return make


@pytest.fixture
def picture(tmp_path: Path) -> Reference:
    """A first frame."""
    path = tmp_path / "first.png"
    Image.new("RGB", (640, 360), "teal").save(path)
    return Reference("first_frame", path, "image/png")
