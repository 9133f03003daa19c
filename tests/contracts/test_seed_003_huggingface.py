"""Seed 003 with a token of Hugging Face: its model makes the video, and its sleep has a documented answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr
from tests.conftest import Until
from tests.contracts.curl import Got, curl
from tests.standins.huggingface import HuggingFaceWire
from tests.standins.vendor import VendorStandIn, serving
from tests.videos.making import working

from rushes.providers.huggingface import HuggingFace
from rushes.providers.kinds import Setup
from rushes.serving import Serving
from rushes.settings import ProviderSettings, Settings
from rushes.studio import Studio

_MODEL = "huggingface/Wan-AI/Wan2.2-T2V-A14B"


@pytest.fixture
def hub() -> Iterator[VendorStandIn]:
    with serving(HuggingFaceWire, duration=0) as standin:
        yield standin


@pytest.fixture
def settings(settings: Settings, hub: VendorStandIn) -> Settings:
    settings.providers = {
        "huggingface": ProviderSettings(
            kind="huggingface", base_url=hub.url, api_key=SecretStr(HuggingFaceWire.key)
        )
    }
    return settings


@pytest.fixture
async def worker(studio: Studio, server: Serving) -> AsyncIterator[None]:
    async with working(studio):
        yield


async def generate(client: httpx2.AsyncClient, target: Path) -> Got:
    return await curl(
        *("-X", "POST", f"{client.base_url}/api/video/generate"),
        *("-H", "Content-Type: application/json"),
        *("-H", f"Authorization: {client.headers['Authorization']}"),
        *("-d", json.dumps({"prompt": "A sunset over the ocean"}), "--output", str(target)),
        *("--max-time", "60"),
    )


async def models_known(client: httpx2.AsyncClient, until: Until) -> None:
    async def known() -> bool:
        listed = (await client.get("/api/models")).json()["models"]
        return any(model["id"] == _MODEL for model in listed)

    await until(known, "the models of Hugging Face", seconds=30)


async def test_the_video_is_made_there(
    signed_in: httpx2.AsyncClient, worker: None, hub: VendorStandIn, until: Until, tmp_path: Path
) -> None:
    await models_known(signed_in, until)
    target = tmp_path / "video.mp4"
    got = await generate(signed_in, target)
    assert (got.status, got.content_type) == (200, "video/mp4")
    [video] = (await signed_in.get("/api/videos")).json()["videos"]
    assert video["model"] == _MODEL
    assert target.stat().st_size == video["file_size"]
    assert hub.counts()["accepted"] == 1


async def test_a_model_that_is_loading_gets_the_documented_answer_and_goes_on(
    signed_in: httpx2.AsyncClient,
    worker: None,
    hub: VendorStandIn,
    until: Until,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await models_known(signed_in, until)
    monkeypatch.setattr("rushes.dialects.generate._PATIENCE", 3.0)
    hub.fault("create", "status", status=503, retry_after=6)
    target = tmp_path / "answer.json"
    got = await generate(signed_in, target)
    assert got.status == 503
    answer = json.loads(target.read_text())
    assert answer["success"] is False
    assert answer["error"] == "Model is currently loading. Please wait 1-2 minutes and try again."
    assert isinstance(answer["details"], str)
    assert isinstance(answer["suggestion"], str)
    [video] = (await signed_in.get("/api/videos")).json()["videos"]

    async def completed() -> bool:
        return str((await signed_in.get(f"/api/videos/{video['id']}")).json()["stage"]) == "completed"

    await until(completed, "the video, in the end", seconds=40)
    assert hub.counts()["accepted"] == 1


async def test_nothing_is_drawn_here_while_its_models_are_not_known(
    signed_in: httpx2.AsyncClient, hub: VendorStandIn, tmp_path: Path, studio: Studio
) -> None:
    studio.providers.put(HuggingFace(Setup("huggingface", base_url="http://127.0.0.1:9", api_key="x")))
    target = tmp_path / "answer.json"
    got = await generate(signed_in, target)
    assert got.status == 503
    assert "Hugging Face" in json.loads(target.read_text())["details"]
    assert (await signed_in.get("/api/videos")).json()["videos"] == []
