"""The model that stands in where a request names none: an administrator's choice, in force at once."""

from __future__ import annotations

import httpx2
import pytest
from tests.provider_settings.conftest import Connect
from tests.videos.making import make

from rushes.settings import Settings


async def choose(client: httpx2.AsyncClient, model: str | None) -> httpx2.Response:
    return await client.put("/api/admin/defaults", json={"default_video_model": model})


async def test_it_stands_in_from_now_on(signed_in: httpx2.AsyncClient, connect: Connect) -> None:
    nothing = {"default_video_model": None, "from_environment": None, "in_force": "animatic/animatic"}
    assert (await signed_in.get("/api/admin/defaults")).json() == nothing
    await connect()
    assert (await make(signed_in))["provider"] == "animatic"
    chosen = (await choose(signed_in, "wan-2.2")).json()
    assert (chosen["default_video_model"], chosen["in_force"]) == ("gpu/wan-2.2", "gpu/wan-2.2")
    assert (await make(signed_in))["provider"] == "gpu"
    assert (await signed_in.get("/api/models")).json()["default"] == "gpu/wan-2.2"
    assert (await signed_in.get("/api/studio")).json()["default_video_model"] == "gpu/wan-2.2"
    assert (await choose(signed_in, None)).json() == nothing


async def test_what_nobody_offers_is_refused(signed_in: httpx2.AsyncClient) -> None:
    answer = await choose(signed_in, "nobody/nothing")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_model")
    assert "default_video_model" in answer.json()["details"]["fields"]


async def test_without_its_provider_nothing_costs_money_unasked(
    signed_in: httpx2.AsyncClient, connect: Connect
) -> None:
    await connect()
    await choose(signed_in, "gpu/wan-2.2")
    await signed_in.patch("/api/admin/providers/gpu", json={"enabled": False})
    assert (await signed_in.get("/api/models")).json()["default"] == "animatic/animatic"
    await signed_in.patch("/api/admin/providers/gpu", json={"enabled": True})
    assert (await signed_in.get("/api/models")).json()["default"] == "gpu/wan-2.2"
    await signed_in.delete("/api/admin/providers/gpu")
    assert (await signed_in.get("/api/admin/defaults")).json()["default_video_model"] is None


class TestBesideTheEnvironment:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        settings.default_video_model = "animatic"
        return settings

    async def test_the_choice_holds(self, signed_in: httpx2.AsyncClient, connect: Connect) -> None:
        await connect()
        chosen = (await choose(signed_in, "gpu/wan-2.2")).json()
        assert (chosen["from_environment"], chosen["in_force"]) == ("animatic", "gpu/wan-2.2")
        assert (await choose(signed_in, None)).json()["in_force"] == "animatic"
