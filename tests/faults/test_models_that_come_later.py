"""A provider that is away when the studio starts: its models are there soon after it is."""

from __future__ import annotations

import asyncio
import socket

from tests.conftest import Until
from tests.standins.openai_videos import serving

from rushes.providers.openai_shaped import OpenAIShaped
from rushes.providers.protocol import Provider
from rushes.providers.registry import Providers, keep_fresh


async def test_models_are_learned_when_the_provider_comes(until: Until) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    gpu = OpenAIShaped(name="gpu", base_url=f"http://127.0.0.1:{port}", api_key=None, concurrency=1)
    found: dict[str, Provider] = {"gpu": gpu}
    providers = Providers(found, default=None, aliases={})
    stopping = asyncio.Event()
    keeping = asyncio.create_task(keep_fresh(providers, stopping))
    assert providers.offers() == []
    with serving(port=port) as standin:
        await until(lambda: [offer.id for offer in providers.offers()] == ["gpu/wan-2.2", "gpu/sora-2"])
        assert providers.resolve("wan-2.2").id == "gpu/wan-2.2"
        assert standin.counts()["models"] == 1
    stopping.set()
    await until(keeping.done, "it to end with the process")
    await gpu.close()
