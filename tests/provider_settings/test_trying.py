"""Trying a provider: a free question, and an answer that says what to do, whatever is wrong."""

from __future__ import annotations

import socket
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, update
from tests.provider_settings.conftest import KEY, Connect
from tests.standins.openai_videos import StandIn
from tests.standins.replicate import ReplicateWire
from tests.standins.runway import RunwayWire
from tests.standins.vendor import serving

from rushes.extras import need
from rushes.provider_settings import trying
from rushes.providers import kinds
from rushes.providers.kinds import Kind, Setup
from rushes.providers.protocol import RemoteProvider
from rushes.studio import Studio
from rushes.tables import provider_settings, providers
from rushes.videos import provider_state


async def tried(client: httpx2.AsyncClient, **values: Any) -> dict[str, Any]:
    answer = await client.post("/api/admin/providers/test", json={"kind": "openai", **values})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def test_what_is_well_tells_its_models_and_prices(
    signed_in: httpx2.AsyncClient, provider: StandIn
) -> None:
    said = await tried(signed_in, base_url=provider.url + "/v1", api_key=f" {KEY}\n", price_per_second=0.1)
    assert (said["ok"], said["code"]) == (True, None)
    assert [(model["name"], model["price_per_second"]) for model in said["models"]] == [
        ("wan-2.2", 0.1),
        ("sora-2", 0.1),
    ]
    # It was free, and nothing was kept.
    assert provider.counts()["creates"] == 0
    assert len((await signed_in.get("/api/admin/providers")).json()["providers"]) == 1


async def test_a_wrong_key(signed_in: httpx2.AsyncClient, provider: StandIn) -> None:
    for key in ("sk-of-somebody-else", None):
        said = await tried(signed_in, base_url=provider.url + "/v1", api_key=key)
        assert (said["ok"], said["code"], said["models"]) == (False, "provider_key", [])
        assert "key" in said["message"]


async def test_a_wrong_address(signed_in: httpx2.AsyncClient, provider: StandIn) -> None:
    said = await tried(signed_in, base_url=provider.url + "/somewhere/else", api_key=KEY)
    assert (said["ok"], said["code"]) == (False, "provider_address")


async def test_one_that_is_down_or_hangs(
    signed_in: httpx2.AsyncClient, provider: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        away = f"http://127.0.0.1:{gone.getsockname()[1]}/v1"
    assert (await tried(signed_in, base_url=away))["code"] == "provider_unreachable"
    provider.fault("any", "status", status=500)
    there = {"base_url": provider.url + "/v1", "api_key": KEY}
    assert (await tried(signed_in, **there))["ok"] is False
    monkeypatch.setattr(trying, "_DEADLINE", 0.2)
    provider.fault("any", "hang")
    assert (await tried(signed_in, **there))["code"] == "provider_timeout"


async def test_one_without_models_is_well(signed_in: httpx2.AsyncClient, provider: StandIn) -> None:
    provider.set(has_models=False)
    said = await tried(signed_in, base_url=provider.url + "/v1", api_key=KEY)
    assert (said["ok"], said["code"], said["models"]) == (True, "no_models", [])


@pytest.fixture
def acme(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind whose package is not installed."""

    def opening(_setup: Setup) -> RemoteProvider:
        need("acme_of_nowhere", extra="acme", purpose="Acme")
        raise AssertionError("it is not installed")

    kind = Kind("acme", "Acme", opening, key_page="https://acme.example/keys")
    monkeypatch.setattr(kinds, "_OWN", (*kinds._OWN, kind))


@pytest.mark.usefixtures("acme")
async def test_a_package_or_a_key_that_is_missing(signed_in: httpx2.AsyncClient) -> None:
    for path in ("/api/admin/providers/test", "/api/admin/providers"):
        answer = await signed_in.post(path, json={"kind": "acme"})
        assert (answer.status_code, answer.json()["code"]) == (422, "provider_key_missing")
        assert "https://acme.example/keys" in answer.json()["details"]["fields"]["api_key"]
        answer = await signed_in.post(path, json={"kind": "acme", "api_key": "k"})
        assert (answer.status_code, answer.json()["code"]) == (422, "extra_missing")
        assert "pip install 'rushes[acme]'" in answer.json()["details"]["fields"]["kind"]


@pytest.mark.usefixtures("acme")
async def test_one_whose_package_has_gone_is_shown_with_what_to_do(
    signed_in: httpx2.AsyncClient, connect: Connect, studio: Studio
) -> None:
    await connect()
    async with studio.transaction() as work:
        await work.session.execute(update(provider_settings).values(kind="acme", version="other"))
    said = (await signed_in.post("/api/admin/providers/gpu/test")).json()
    assert (said["ok"], said["code"]) == (False, "extra_missing")
    shown = (await signed_in.get("/api/admin/providers")).json()["providers"][-1]
    assert (shown["state"], shown["problem"]["code"]) == ("broken", "extra_missing")
    assert "pip install 'rushes[acme]'" in shown["problem"]["message"]
    # It can be switched off and removed all the same.
    assert (await signed_in.patch("/api/admin/providers/gpu", json={"enabled": False})).status_code == 200
    assert (await signed_in.delete("/api/admin/providers/gpu")).status_code == 200


async def test_an_answer_lets_one_try_where_the_circuit_is_open(
    signed_in: httpx2.AsyncClient, connect: Connect, studio: Studio, provider: StandIn
) -> None:
    await connect()
    now = studio.clock.now()
    async with studio.transaction() as work:
        await provider_state.ensure(work, "gpu")
        troubles = {"failures": 5, "open_until": now + 3600, "last_error": "No."}
        await work.session.execute(update(providers).where(providers.c.name == "gpu").values(**troubles))
    provider.fault("any", "status", status=500)
    assert (await signed_in.post("/api/admin/providers/gpu/test")).json()["ok"] is False
    assert (await _state(studio)).open_until == now + 3600
    assert (await signed_in.post("/api/admin/providers/gpu/test")).json()["ok"] is True
    state = await _state(studio)
    assert provider_state.silent_until(state) <= studio.clock.now()
    assert provider_state.is_trying_again(state)


async def _state(studio: Studio) -> Any:
    async with studio.reading() as session:
        return (await session.execute(select(providers).where(providers.c.name == "gpu"))).one()


async def test_the_free_sketch_needs_no_asking(signed_in: httpx2.AsyncClient) -> None:
    assert (await signed_in.post("/api/admin/providers/animatic/test")).json()["ok"] is True
    assert (await signed_in.post("/api/admin/providers/none/test")).status_code == 404


async def test_what_is_left_there_is_told_where_the_vendor_says_so(signed_in: httpx2.AsyncClient) -> None:
    with serving(RunwayWire) as runway:
        said = await tried(signed_in, kind="runway", base_url=runway.url, api_key=RunwayWire.key)
    assert said["ok"] is True
    assert said["balance_usd"] > 0
    with serving(ReplicateWire) as replicate:
        said = await tried(
            signed_in, kind="replicate", base_url=replicate.url + "/v1", api_key=ReplicateWire.key
        )
    assert (said["ok"], said["balance_usd"]) == (True, None)


async def test_a_service_account_is_pasted_as_the_file_that_it_is(
    signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    account = '{\n  "type": "service_account",\n  "private_key": "-----BEGIN\\nKEY-----"\n}\n'
    base_url = "https://europe-west4-aiplatform.googleapis.com/v1/projects/p/locations/europe-west4"
    body = {"kind": "vertex", "name": "veo", "base_url": base_url, "api_key": account, "enabled": False}
    answer = await signed_in.post("/api/admin/providers", json=body)
    assert answer.status_code == 201, answer.text
    assert "BEGIN" not in answer.text
    async with studio.reading() as session:
        sealed = await session.scalar(select(provider_settings.c.api_key))
    assert '"private_key":"-----BEGIN\\nKEY-----"' in studio.encryption.open(sealed)
