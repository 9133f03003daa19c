"""What the studio says of its providers and their models."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from sqlalchemy import update
from tests.videos.making import make, put_in_stage

from rushes.settings import ProviderSettings, Settings
from rushes.studio import Studio
from rushes.tables import providers
from rushes.videos import provider_state


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.providers = {
        "gpu": ProviderSettings(
            base_url="http://127.0.0.1:9", models=["wan-2.2", "org/ltx"], concurrency=3, price_per_second=0.2
        )
    }
    return settings


async def test_the_models(signed_in: httpx2.AsyncClient) -> None:
    answer = await signed_in.get("/api/models")
    assert answer.status_code == 200
    found = answer.json()
    assert found["default"] == "animatic/animatic"
    models = {model["id"]: model for model in found["models"]}
    assert list(models) == ["animatic/animatic", "gpu/wan-2.2", "gpu/org/ltx"]
    sketch = models["animatic/animatic"]
    expected = {
        "name": "animatic",
        "provider": "animatic",
        "embedded": True,
        "size_rule": {"min": 128, "max": 1920, "step": 2},
        "seconds": {"min": 1, "max": 60},
        "default_size": "1280x720",
        "default_seconds": "8",
        "image_input": True,
        "remix": True,
        "cancel": "free",
        "price_per_second": 0.0,
        "resubmit_safe": True,
    }
    assert {name: sketch[name] for name in expected} == expected
    assert "1280x720" in sketch["sizes"]
    assert (models["gpu/wan-2.2"]["embedded"], models["gpu/wan-2.2"]["price_per_second"]) == (False, 0.2)


async def test_one_model_by_any_of_its_names(
    signed_in: httpx2.AsyncClient, subtests: pytest.Subtests
) -> None:
    for name, found in {
        "animatic/animatic": "animatic/animatic",
        "animatic": "animatic/animatic",
        "gpu/wan-2.2": "gpu/wan-2.2",
        "gpu/org/ltx": "gpu/org/ltx",
        "org/ltx": "gpu/org/ltx",
        "sora-2": "gpu/wan-2.2",
    }.items():
        with subtests.test(name):
            answer = await signed_in.get(f"/api/models/{name}")
            assert (answer.status_code, answer.json().get("id")) == (200, found)


async def test_an_unknown_model_is_not_found(signed_in: httpx2.AsyncClient) -> None:
    for name in ("none", "gpu/none", "nobody/animatic", "%2e%2e/%2e%2e"):
        answer = await signed_in.get(f"/api/models/{name}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_the_providers(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    for stage in ("waiting", "submitting", "generating", "unknown"):
        video = await make(signed_in, model="gpu/wan-2.2")
        await put_in_stage(studio, video["id"], stage)  # type: ignore[arg-type]
    answer = await signed_in.get("/api/providers")
    assert answer.status_code == 200
    sketch, gpu = answer.json()["providers"]
    assert (sketch["id"], sketch["kind"], sketch["health"]) == ("animatic", "animatic", "ok")
    assert gpu == {
        "id": "gpu",
        "kind": "openai",
        "name": "gpu",
        "models": ["gpu/wan-2.2", "gpu/org/ltx"],
        "health": "unknown",
        "circuit": "closed",
        "concurrency": 3,
        "running": 2,
        "waiting": 1,
        "paused": False,
        "retry_at": None,
        "last_error": None,
    }


async def test_a_provider_that_is_away_and_comes_back(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    async def shown() -> tuple[str, str, bool, str | None]:
        gpu = (await signed_in.get("/api/providers")).json()["providers"][1]
        return gpu["health"], gpu["circuit"], gpu["retry_at"] is not None, gpu["last_error"]

    async def note(**values: Any) -> None:
        async with studio.transaction() as work:
            await work.session.execute(update(providers).where(providers.c.name == "gpu").values(**values))

    now = studio.clock.now()
    async with studio.transaction() as work:
        await provider_state.begin_shift(work, "gpu")
    await note(failures=1, last_error="No answer.")
    assert await shown() == ("down", "closed", False, "No answer.")
    await note(failures=3, last_error="Still none.", open_until=now + 60)
    assert await shown() == ("down", "open", True, "Still none.")
    await note(open_until=now - 1)
    assert await shown() == ("down", "half_open", False, "Still none.")
    async with studio.transaction() as work:
        await provider_state.went_well(work, "gpu", now=now)
    assert await shown() == ("ok", "closed", False, None)
    await note(quiet_until=now + 60, last_error="Slow down.")
    assert await shown() == ("ok", "closed", True, "Slow down.")


async def test_nobody_sees_them_without_signing_in(client: httpx2.AsyncClient) -> None:
    for path in ("/api/models", "/api/models/animatic", "/api/providers", "/api/queue"):
        assert (await client.get(path)).status_code == 401
