"""A monthly cap is given as a provider is connected or later, and goes with it; what was spent stays."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from sqlalchemy import event, update
from tests.provider_settings.conftest import KEY, Connect
from tests.standins.openai_videos import StandIn
from tests.videos.making import make, put_in_stage

from rushes.provider_settings.in_force import take_up
from rushes.settings import ProviderSettings, Settings
from rushes.studio import Studio
from rushes.tables import provider_settings

GPU = "/api/admin/providers/gpu"


async def shown(client: httpx2.AsyncClient, name: str = "gpu") -> dict[str, Any]:
    found = (await client.get("/api/admin/providers")).json()["providers"]
    one: dict[str, Any] = next(each for each in found if each["name"] == name)
    return one


async def test_given_while_connecting(signed_in: httpx2.AsyncClient, connect: Connect) -> None:
    made = await connect(monthly_cap_usd=0.15, price_per_second=0.1)
    assert (made["monthly_cap_usd"], made["spent_this_month_usd"], made["reserved_usd"]) == (0.15, 0, 0)
    await make(signed_in, model="gpu/wan-2.2")
    body = {"prompt": "x", "model": "gpu/wan-2.2", "size": "128x128", "seconds": 1}
    refused = await signed_in.post("/api/videos", json=body)
    assert (refused.status_code, refused.json()["code"]) == (402, "provider_cap_reached")
    assert (await shown(signed_in))["reserved_usd"] == 0.1


async def test_without_one_there_is_no_limit(connect: Connect) -> None:
    assert (await connect())["monthly_cap_usd"] is None


async def test_changed_and_taken_away(
    signed_in: httpx2.AsyncClient, connect: Connect, studio: Studio
) -> None:
    before = await connect(monthly_cap_usd=5)
    provider = studio.providers.get("gpu")
    for changes, cap in (
        ({"concurrency": 2}, 5),
        ({"concurrency": 3, "monthly_cap_usd": 7.5}, 7.5),
        ({"monthly_cap_usd": None}, None),
        ({"monthly_cap_usd": 0}, 0),
    ):
        changed = (await signed_in.patch(GPU, json=changes)).json()
        assert (changed["monthly_cap_usd"], changed["key"]) == (cap, before["key"])
    assert changed["concurrency"] == 3
    # A cap alone opens nothing anew: no circuit is closed for it, and no call ended.
    assert studio.providers.get("gpu") is not provider
    provider = studio.providers.get("gpu")
    given = (await signed_in.put(GPU + "/cap", json={"monthly_cap_usd": 9})).json()
    assert (given["monthly_cap_usd"], given["name"]) == (9, "gpu")
    await signed_in.patch(GPU, json={"monthly_cap_usd": 8})
    assert studio.providers.get("gpu") is provider


@pytest.mark.parametrize("given", [-0.01, True, "much", 1_000_001, "Infinity"])
async def test_what_is_no_cap(signed_in: httpx2.AsyncClient, connect: Connect, given: Any) -> None:
    await connect(monthly_cap_usd=5)
    wanted = {"kind": "openai", "name": "other", "monthly_cap_usd": given}
    for answer in (
        await signed_in.post("/api/admin/providers", json=wanted),
        await signed_in.patch(GPU, json={"monthly_cap_usd": given}),
    ):
        assert (answer.status_code, list(answer.json()["details"]["fields"])) == (422, ["monthly_cap_usd"])
    assert (await shown(signed_in))["monthly_cap_usd"] == 5
    # Nothing is to be capped that is only tried.
    tried = await signed_in.post("/api/admin/providers/test", json={"kind": "openai", "monthly_cap_usd": 5})
    assert tried.status_code == 422


async def test_one_that_could_not_be_connected_has_none(
    signed_in: httpx2.AsyncClient, connect: Connect
) -> None:
    await connect()
    taken = {"kind": "openai", "name": "gpu", "base_url": "http://127.0.0.1:9/v1", "monthly_cap_usd": 1}
    assert (await signed_in.post("/api/admin/providers", json=taken)).status_code == 409
    assert (await shown(signed_in))["monthly_cap_usd"] is None


async def test_it_goes_with_its_provider_and_what_was_spent_stays(
    signed_in: httpx2.AsyncClient, connect: Connect, studio: Studio
) -> None:
    await connect(monthly_cap_usd=0.15, price_per_second=0.1)
    video = await make(signed_in, model="gpu/wan-2.2")
    # While it is somebody's to make, neither goes.
    assert (await signed_in.delete(GPU)).status_code == 409
    assert (await shown(signed_in))["monthly_cap_usd"] == 0.15
    await put_in_stage(studio, video["id"], "failed", charged="yes")
    assert (await signed_in.delete(GPU)).status_code == 200
    again = await connect(price_per_second=0.1)
    assert (again["monthly_cap_usd"], again["spent_this_month_usd"]) == (None, 0.1)
    await make(signed_in, model="gpu/wan-2.2")


async def test_many_providers_are_one_question(
    signed_in: httpx2.AsyncClient, connect: Connect, studio: Studio
) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "budgets" in statement:
            asked.append(statement)

    for number in range(4):
        await connect(name=f"gpu-{number}", monthly_cap_usd=number)
    engine = studio.database._reader.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        found = (await signed_in.get("/api/admin/providers")).json()["providers"]
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert [one["monthly_cap_usd"] for one in found] == [None, 0, 1, 2, 3]
    assert len(asked) == 1


class TestInTheEnvironment:
    """All else is read-only there; the money is not the environment's."""

    @pytest.fixture
    def settings(self, settings: Settings, provider: StandIn) -> Settings:
        wanted = {"base_url": provider.url + "/v1", "api_key": KEY, "models": ["wan-2.2"]}
        settings.providers = {"farm": ProviderSettings.model_validate({**wanted, "price_per_second": 0.1})}
        return settings

    async def test_it_can_be_capped(self, signed_in: httpx2.AsyncClient) -> None:
        body = {"monthly_cap_usd": 0.05}
        given = (await signed_in.put("/api/admin/providers/farm/cap", json=body)).json()
        assert (given["source"], given["monthly_cap_usd"]) == ("environment", 0.05)
        asked = {"prompt": "x", "model": "farm/wan-2.2", "size": "128x128", "seconds": 1}
        refused = await signed_in.post("/api/videos", json=asked)
        assert (refused.status_code, refused.json()["details"]["provider"]) == (402, "farm")
        assert (await signed_in.patch("/api/admin/providers/farm", json=body)).status_code == 404

    async def test_it_keeps_its_cap_when_one_of_its_name_goes(
        self, signed_in: httpx2.AsyncClient, connect: Connect, studio: Studio
    ) -> None:
        """One that was saved before is hidden behind it; their money is counted together."""
        await connect()
        async with studio.transaction() as work:
            await work.session.execute(update(provider_settings).values(name="farm", version="other"))
        await take_up(studio)
        await signed_in.put("/api/admin/providers/farm/cap", json={"monthly_cap_usd": 3})
        found = (await signed_in.get("/api/admin/providers")).json()["providers"]
        assert [(one["state"], one["monthly_cap_usd"]) for one in found if one["name"] == "farm"] == [
            ("on", 3),
            ("hidden", 3),
        ]
        assert (await signed_in.delete("/api/admin/providers/farm")).status_code == 200
        assert (await shown(signed_in, "farm"))["monthly_cap_usd"] == 3
