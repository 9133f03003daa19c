"""A provider that is away when the studio starts: its models are there soon after it is."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest
from tests.conftest import Until
from tests.faults.conftest import NewStudio
from tests.faults.studio_process import StandInProcess, wait_for
from tests.standins.openai_videos import serving

from rushes.errors import Unavailable
from rushes.providers.freshness import keep_fresh
from rushes.providers.openai_shaped import OpenAIShaped
from rushes.providers.protocol import Provider
from rushes.providers.registry import Providers


async def test_models_are_learned_when_the_provider_comes(until: Until) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    gpu = OpenAIShaped(name="gpu", base_url=f"http://127.0.0.1:{port}", api_key=None, concurrency=1)
    found: dict[str, Provider] = {"gpu": gpu}
    providers = Providers(found, default=None, aliases={})
    stopping = asyncio.Event()
    learned: list[tuple[str, list[str]]] = []

    async def note(name: str, models: list[str]) -> None:
        learned.append((name, models))

    keeping = asyncio.create_task(keep_fresh(providers, stopping, learned=note))
    with pytest.raises(Unavailable, match="has not said yet"):
        providers.resolve("gpu/wan-2.2")
    assert providers.offers() == []
    with serving(port=port) as standin:
        await until(lambda: [offer.id for offer in providers.offers()] == ["gpu/wan-2.2", "gpu/sora-2"])
        assert providers.resolve("wan-2.2").id == "gpu/wan-2.2"
        assert standin.counts()["models"] == 1
    assert learned == [("gpu", ["wan-2.2", "sora-2"])]
    stopping.set()
    await until(keeping.done, "it to end with the process")
    await gpu.close()


@pytest.mark.xdist_group("studio processes")
def test_what_it_had_before_can_be_queued_for_while_it_is_away(
    tmp_path: Path, new_studio: NewStudio, far_provider: StandInProcess
) -> None:
    studio = new_studio()
    studio.start()
    wait_for(studio.knows_gpu, "the provider's models")
    wait_for(lambda: far_provider.counts()["models"], "the provider to be asked")
    studio.kill()
    far_provider.fault("any", "status", status=503, times=None)
    studio.start()
    video = studio.make("for when it is back")
    assert video["stage"] == "waiting"
    far_provider.control(clear_faults=True, duration=0)
    studio.wait_until(video, "completed", seconds=60)
