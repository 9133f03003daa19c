"""What cannot be sent is refused before anything relies on it: addresses, keys and prices."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from pydantic import ValidationError

from rushes.providers.model import plausible_cost
from rushes.providers.protocol import Job
from rushes.providers.registry import open_providers
from rushes.providers.wire.address import read_address
from rushes.settings import BadSetting, ProviderSettings, Settings

NO_ADDRESSES = [
    "http://gpu..local:8000",
    "http://.gpu:8000",
    f"http://{'a' * 64}.example",
    "http://xn--a.example",
    "http://exa mple",
    "http://gpu:0",
    "http://gpu:70000",
    "http://-gpu",
    "http://[gpu",
    "http://[gpu]:80",
]


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_an_address_that_nobody_can_look_up(address: str) -> None:
    with pytest.raises(ValueError, match=r"gpu|exa"):
        read_address(address)


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("http://GPU:8000/v1/", "http://gpu:8000/v1"),
        ("http://gpu_1:8000", "http://gpu_1:8000"),
        ("https://api.example.com.", "https://api.example.com."),
        ("http://127.0.0.1:9", "http://127.0.0.1:9"),
        ("http://[::1]:9", "http://[::1]:9"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("http://\u0131.example", "http://xn--cfa.example"),
        # Not `fass.de`, which is somebody else's.
        ("http://faß.example", "http://xn--fa-hia.example"),
        ("http://xn--fa-hia.example", "http://xn--fa-hia.example"),
        ("http://gpu:8000/v1 of/müller", "http://gpu:8000/v1%20of/m%C3%BCller"),
        ("http://gpu:8000/a%2Fb", "http://gpu:8000/a%2Fb"),
    ],
)
def test_addresses(address: str, base: str) -> None:
    """Names in other scripts travel in the letters that the network knows, and the key goes along."""
    read = read_address(address)
    assert (read.base, str(read.url("/a")).isascii()) == (base, True)
    assert read.is_same_origin(read.url("/a"))


@pytest.mark.parametrize("address", ["http://gpu/a\x7fb", "http://gpu/a\x00b", "http://gpu/\udc80"])
def test_a_path_that_no_request_line_takes(address: str) -> None:
    with pytest.raises(ValueError, match="cannot be sent"):
        read_address(address)


@pytest.mark.parametrize("address", NO_ADDRESSES)
async def test_nothing_of_it_is_saved(signed_in: httpx2.AsyncClient, address: str) -> None:
    body = {"kind": "openai", "name": "gpu", "base_url": address, "api_key": "sk-1234567890"}
    for path, more in (("/test", {}), ("", {"enabled": True})):
        asked = {name: value for name, value in body.items() if path == "" or name != "name"} | more
        refused = await signed_in.post(f"/api/admin/providers{path}", json=asked)
        assert refused.status_code == 422, refused.text
        assert "base_url" in refused.json()["details"]["fields"]
    names = [one["name"] for one in (await signed_in.get("/api/admin/providers")).json()["providers"]]
    assert "gpu" not in names


@pytest.mark.parametrize("address", NO_ADDRESSES)
async def test_a_saved_one_is_not_changed_to_it(signed_in: httpx2.AsyncClient, address: str) -> None:
    body = {"kind": "openai", "name": "gpu", "base_url": "http://127.0.0.1:9/v1", "api_key": "sk-1234567890"}
    assert (await signed_in.post("/api/admin/providers", json=body)).status_code == 201
    for more in ({}, {"api_key": "sk-1234567890"}):
        changed = {"base_url": address, **more}
        refused = await signed_in.patch("/api/admin/providers/gpu", json=changed)
        assert refused.status_code == 422, refused.text
    found = (await signed_in.get("/api/admin/providers")).json()["providers"][-1]
    assert (found["state"], found["base_url"]) == ("on", "http://127.0.0.1:9/v1")


async def test_in_the_environment_it_is_a_bad_setting(settings: Settings) -> None:
    settings.providers = {"gpu": ProviderSettings(base_url="http://gpu..local")}
    with pytest.raises(BadSetting, match="PROVIDERS__GPU__BASE_URL"):
        async with open_providers(settings, ffmpeg="ffmpeg"):
            pass


@pytest.mark.parametrize("key", ["a\nb", "ключ-ключ", "a\x00b"])
def test_a_key_that_no_header_takes(key: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ProviderSettings.model_validate({"api_key": key})
    assert "one line of plain characters" in str(caught.value)
    assert ProviderSettings.model_validate({"api_key": " sk-1\n"}).api_key.get_secret_value() == "sk-1"  # type: ignore[union-attr]


@pytest.mark.parametrize("price", ["inf", "nan", -1, 1e9])
def test_a_price_that_is_none(price: Any) -> None:
    with pytest.raises(ValidationError):
        ProviderSettings.model_validate({"price_per_second": price})


@pytest.mark.parametrize(
    ("told", "taken"),
    [(0.0, 0.0), (0.25, 0.25), (-5.0, None), (1e300, None), (float("inf"), None), (float("nan"), None)],
)
def test_a_cost_that_cannot_be_true_is_none(told: float, taken: float | None) -> None:
    assert plausible_cost(told) == taken
    assert Job("job_1", "failed", cost=told).cost == taken


@pytest.mark.parametrize("name", ["espeak", "outline", "animatic"])
async def test_names_of_what_is_always_there(signed_in: httpx2.AsyncClient, name: str) -> None:
    body = {"kind": "openai", "name": name, "base_url": "http://127.0.0.1:9/v1"}
    refused = await signed_in.post("/api/admin/providers", json=body)
    assert refused.status_code in (409, 422), refused.text


async def test_an_empty_name_is_no_model(signed_in: httpx2.AsyncClient) -> None:
    assert (await signed_in.get("/api/models/")).status_code == 404
