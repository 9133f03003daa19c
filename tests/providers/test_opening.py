"""What a setting that cannot be used is answered with: a sentence that names it and says what to do."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest
from pydantic import SecretStr

from rushes.extras import MissingExtra, need
from rushes.media.ffmpeg import find_ffmpeg
from rushes.providers.kinds import kinds
from rushes.providers.registry import configured, open_providers
from rushes.settings import BadSetting, ProviderSettings, Settings


def settings(**changes: Any) -> Settings:
    return Settings(_env_file=None, **changes)  # type: ignore[call-arg]


async def opening(**changes: Any) -> list[str]:
    async with open_providers(settings(**changes), ffmpeg=find_ffmpeg()) as providers:
        return providers.names()


def named(**values: Any) -> dict[str, ProviderSettings]:
    return {"mine": ProviderSettings(**values)}


async def test_a_vendors_own_variable_turns_it_on() -> None:
    assert await opening(replicate_api_token="r8_x") == ["animatic", "replicate"]


async def test_a_name_of_ones_own_comes_before_the_variable() -> None:
    mine = {"replicate": ProviderSettings(kind="replicate", api_key=SecretStr("mine"), concurrency=2)}
    chosen = configured(settings(replicate_api_token="r8_x", providers=mine))["replicate"]
    assert chosen.api_key is not None
    assert (chosen.api_key.get_secret_value(), chosen.concurrency) == ("mine", 2)


async def test_a_missing_key_says_where_to_get_one() -> None:
    with pytest.raises(BadSetting) as bad:
        await opening(providers=named(kind="replicate"))
    assert str(bad.value) == (
        "PROVIDERS__MINE__API_KEY is missing: Replicate needs a key. "
        "Get one at https://replicate.com/account/api-tokens."
    )


async def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(BadSetting) as bad:
        await opening(providers=named(kind="sorcery"))
    assert "PROVIDERS__MINE__KIND 'sorcery' is none of" in str(bad.value)
    assert all(name in str(bad.value) for name in kinds())


@pytest.mark.parametrize("kind", ["openai", "replicate"])
async def test_an_address_that_is_none_is_named(kind: str) -> None:
    with pytest.raises(BadSetting) as bad:
        await opening(providers=named(kind=kind, base_url="not an address", api_key="x"))
    assert str(bad.value).startswith("PROVIDERS__MINE__BASE_URL cannot be used: ")


def test_a_missing_extra_is_one_line_that_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rushes.extras.find_spec", lambda name: None)
    assert importlib.util.find_spec("redis") is not None
    with pytest.raises(MissingExtra) as missing:
        need("redis", extra="redis", purpose="REDIS_URL")
    assert str(missing.value) == "REDIS_URL needs the package redis: pip install 'rushes[redis]'"
