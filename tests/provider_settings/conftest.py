"""What tests of providers in settings share: a stand-in that wants a key, and connecting it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx2
import pytest
from tests.standins.openai_videos import StandIn, serving

KEY = "sk-of-the-stand-in-1234"

Connect = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def provider() -> Iterator[StandIn]:
    """A provider that takes `KEY` and no other."""
    with serving(duration=0.2, key=KEY) as standin:
        yield standin


@pytest.fixture
def connect(signed_in: httpx2.AsyncClient, provider: StandIn) -> Connect:
    """`await connect(name="gpu")` connects the stand-in, and answers what the studio says of it."""

    async def connected(**more: Any) -> dict[str, Any]:
        wanted = {"kind": "openai", "base_url": provider.url + "/v1", "api_key": KEY, "name": "gpu", **more}
        answer = await signed_in.post("/api/admin/providers", json=wanted)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    return connected


async def models_of(client: httpx2.AsyncClient, provider: str) -> list[str]:
    """The names of its models that are offered."""
    found = (await client.get("/api/models")).json()["models"]
    return [model["name"] for model in found if model["provider"] == provider]
