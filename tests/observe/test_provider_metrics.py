"""What is measured of providers: calls, errors by their codes, how late polls are, and the circuit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
from tests.conftest import Until
from tests.observe.scraping import Scraped, scrape
from tests.standins.openai_videos import StandIn, serving
from tests.videos.making import make, seen, working

from rushes.observe.metrics import Metrics
from rushes.serving import Serving
from rushes.settings import ProviderSettings, Settings
from rushes.studio import Studio


@pytest.fixture
def gpu() -> Iterator[StandIn]:
    with serving(duration=0.5) as standin:
        yield standin


@pytest.fixture
def settings(settings: Settings, gpu: StandIn) -> Settings:
    provider = ProviderSettings(base_url=gpu.url, models=["wan-2.2"], concurrency=20)
    return settings.model_copy(update={"providers": {"gpu": provider}})


@pytest.fixture
async def worker(studio: Studio, server: Serving) -> AsyncIterator[None]:
    async with working(studio):
        yield


async def test_a_video_made_elsewhere(
    signed_in: httpx2.AsyncClient, studio: Studio, worker: None, until: Until
) -> None:
    video = await make(signed_in, model="gpu/wan-2.2")

    async def is_done() -> bool:
        return (await seen(signed_in, video["id"]))["stage"] == "completed"

    await until(is_done, "the video", seconds=60)
    found = await scrape(signed_in, studio)
    calls = "rushes_provider_request_seconds_count"
    for operation in ("submit", "poll", "download"):
        assert found.value(calls, provider="gpu", operation=operation, outcome="ok") >= 1, operation
    size = int((await signed_in.get(f"/api/videos/{video['id']}/content")).headers["content-length"])
    assert found.value("rushes_download_bytes_total", provider="gpu") == size
    assert found.value("rushes_poll_lag_seconds_count", provider="gpu") >= 1
    assert found.value("rushes_provider_errors_total") == 0
    assert found.value("rushes_provider_circuit_open", provider="gpu") == 0


async def test_a_provider_that_fails_and_one_that_wants_a_pause(
    signed_in: httpx2.AsyncClient, studio: Studio, gpu: StandIn, worker: None, until: Until
) -> None:
    gpu.fault("create", "status", status=429, retry_after=600, times=1)
    await make(signed_in, model="gpu/wan-2.2")

    async def is_silent() -> Scraped | None:
        found = await scrape(signed_in, studio)
        return found if found.value("rushes_provider_silent_seconds", provider="gpu") > 500 else None

    await until(is_silent, "the pause", seconds=30)
    found = await scrape(signed_in, studio)
    calls = "rushes_provider_request_seconds_count"
    assert found.value(calls, provider="gpu", operation="submit", outcome="busy") == 1
    errors = found.value("rushes_provider_errors_total", operation="submit", code="provider_busy")
    assert errors == 1
    assert found.value("rushes_queue_videos", provider="gpu", stage="waiting") == 1


async def test_the_circuit_shows(
    signed_in: httpx2.AsyncClient, studio: Studio, gpu: StandIn, worker: None, until: Until
) -> None:
    gpu.set(duration=3600)
    await make(signed_in, model="gpu/wan-2.2")

    async def is_running() -> bool:
        found = await scrape(signed_in, studio)
        return found.value("rushes_queue_videos", provider="gpu", stage="generating") == 1

    await until(is_running, "the job", seconds=30)
    for verb in ("list", "retrieve"):
        gpu.fault(verb, "status", status=503, times=None)

    async def is_open() -> bool:
        found = await scrape(signed_in, studio)
        return found.value("rushes_provider_circuit_open", provider="gpu") == 1

    await until(is_open, "the circuit to open", seconds=60)
    found = await scrape(signed_in, studio)
    assert found.value("rushes_provider_failures", provider="gpu") >= 3
    assert found.value("rushes_provider_errors_total", provider="gpu", operation="poll") >= 3


def test_a_provider_cannot_make_series_without_end() -> None:
    metrics = Metrics()
    for number in range(200):
        metrics.provider_failed("gpu", "poll", f"no_such_job_{number}")
    (family,) = [f for f in metrics.registry.collect() if f.name == "rushes_provider_errors"]
    codes = {
        sample.labels["code"]: sample.value for sample in family.samples if sample.name.endswith("_total")
    }
    assert len(codes) == 51
    assert codes["other"] == 150
