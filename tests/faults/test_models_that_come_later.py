"""A provider that is away when the studio starts: its models are there soon after it is."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import httpx2
import pytest
from tests.conftest import Until
from tests.faults.asking import asked_at, in_stage, make_remote
from tests.faults.conftest import NewStudio
from tests.faults.studio_process import StandInProcess, wait_for
from tests.standins.openai_videos import StandIn, serving

from rushes.errors import Unavailable
from rushes.providers.freshness import Notes, keep_fresh
from rushes.providers.openai_shaped import OpenAIShaped
from rushes.providers.protocol import Down, Provider
from rushes.providers.registry import Providers
from rushes.studio import Studio
from rushes.videos import known_models, provider_state


class InMemory(Notes):
    """What is noted, and how long the account is to be left in peace."""

    def __init__(self) -> None:
        self.models: list[tuple[str, list[str]]] = []
        self.silence: list[float | None] = []
        self.silent_for = 0.0

    async def learned(self, name: str, models: list[str]) -> None:
        self.models.append((name, models))

    async def seconds_of_silence(self, name: str) -> float:
        return self.silent_for

    async def is_busy(self, name: str, error: Down) -> None:
        self.silence.append(error.retry_after)
        self.silent_for = 3600


async def test_models_are_learned_when_the_provider_comes(until: Until) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    gpu = OpenAIShaped(name="gpu", base_url=f"http://127.0.0.1:{port}", api_key=None, concurrency=1)
    found: dict[str, Provider] = {"gpu": gpu}
    providers = Providers(found, default=None, aliases={})
    stopping = asyncio.Event()
    notes = InMemory()
    keeping = asyncio.create_task(keep_fresh(providers, stopping, notes))
    with pytest.raises(Unavailable, match="has not said yet"):
        providers.resolve("gpu/wan-2.2")
    assert providers.offers() == []
    with serving(port=port) as standin:
        await until(lambda: [offer.id for offer in providers.offers()] == ["gpu/wan-2.2", "gpu/sora-2"])
        assert providers.resolve("wan-2.2").id == "gpu/wan-2.2"
        assert standin.counts()["models"] == 1
    assert notes.models == [("gpu", ["wan-2.2", "sora-2"])]
    stopping.set()
    await until(keeping.done, "it to end with the process")
    await gpu.close()


async def test_a_wish_to_be_left_in_peace_is_passed_on_and_kept(until: Until) -> None:
    with serving() as standin:
        standin.fault("models", "status", status=429, retry_after=7)
        gpu = OpenAIShaped(name="gpu", base_url=standin.url, api_key=None, concurrency=1)
        found: dict[str, Provider] = {"gpu": gpu}
        stopping, notes = asyncio.Event(), InMemory()
        providers = Providers(found, default=None, aliases={})
        keeping = asyncio.create_task(keep_fresh(providers, stopping, notes))
        await until(lambda: notes.silence == [7], "the silence to be noted")
        # Its second try would have come after two seconds.
        await asyncio.sleep(2.5)
        assert standin.counts()["models"] == 1
        stopping.set()
        await until(keeping.done, "it to end")
        await gpu.close()


async def test_nothing_is_asked_while_the_list_of_models_is_not_given(
    signed_in: httpx2.AsyncClient, studio: Studio, provider: StandIn, worker: None, until: Until
) -> None:
    """The account is one: what it says to a question for models holds for videos as well."""
    provider.fault("models", "status", status=429, retry_after=3)
    keeping = asyncio.create_task(known_models.keep_fresh(studio))

    async def noted() -> bool:
        async with studio.reading() as session:
            return provider_state.silent_until(await provider_state.read(session, "gpu")) > 0

    await until(noted, "the silence to be noted")
    told = asked_at(provider)[-1]
    video = await make_remote(signed_in, "in a while")
    await in_stage(until, signed_in, video, "completed", "failed", "generating")
    assert min(at for at in asked_at(provider, "create")) >= told + 3
    studio.stopping.set()
    await until(keeping.done, "it to end")


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
