"""The model that stands in where a request names none: one that nobody offers is found out at the start."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs
from tests.provider_settings.test_starting_again import started

from rushes.errors import Invalid, Unavailable
from rushes.media.ffmpeg import find_ffmpeg
from rushes.providers.registry import open_providers
from rushes.settings import BadSetting, ProviderSettings, Settings
from rushes.videos.offers import default_problem

_NAMED = {"gpu": ProviderSettings(base_url="http://127.0.0.1:9/v1", models=["wan-2.2"])}
_ASKED_LATER = {"farm": ProviderSettings(base_url="http://127.0.0.1:9/v1")}
_SHARED = {"other": ProviderSettings(base_url="http://127.0.0.1:9/v1", models=["wan-2.2"])}
_OPENAI = {"openai": ProviderSettings(api_key="sk-x")}  # type: ignore[arg-type]


def choosing(default: str | None, providers: dict[str, ProviderSettings]) -> Settings:
    chosen: dict[str, Any] = {"default_video_model": default, "providers": providers}
    return Settings(_env_file=None, **chosen)


@pytest.mark.parametrize("default", [None, "animatic", "animatic/animatic", "wan-2.2", "gpu/wan-2.2"])
async def test_what_is_offered_is_taken(default: str | None) -> None:
    with capture_logs() as logs:
        async with open_providers(choosing(default, _NAMED), ffmpeg=find_ffmpeg()) as providers:
            assert providers.resolve(None).id.endswith(default or "animatic/animatic")
    assert logs == []


@pytest.mark.parametrize(
    ("default", "providers", "choices"),
    [
        ("animatic/nope", {}, "animatic/animatic."),
        ("nobody/wan-2.2", _NAMED, "animatic/animatic, gpu/wan-2.2."),
        ("gpu/nope", _NAMED | _ASKED_LATER, "animatic/animatic, gpu/wan-2.2."),
        ("wan-2.2", _NAMED | _SHARED, "gpu/wan-2.2, other/wan-2.2."),
    ],
)
async def test_what_nobody_offers_stops_the_start(
    default: str, providers: dict[str, ProviderSettings], choices: str
) -> None:
    with pytest.raises(BadSetting) as refused:
        async with open_providers(choosing(default, providers), ffmpeg=find_ffmpeg()):
            pass
    assert str(refused.value).startswith(f"DEFAULT_VIDEO_MODEL {default} is ")
    assert str(refused.value).endswith(f"Choose from: {choices}")


@pytest.mark.parametrize("default", ["farm/ltx", "ltx", "org/ltx", "sora-2"])
async def test_what_may_yet_be_offered_is_one_warning(default: str) -> None:
    with capture_logs() as logs:
        async with open_providers(
            choosing(default, _NAMED | _ASKED_LATER), ffmpeg=find_ffmpeg()
        ) as providers:
            # Until then, what is suggested instead of a retired model is one that there is.
            with pytest.raises(Invalid) as refused:
                providers.resolve("farm/sora-2")
    (line,) = logs
    assert (line["log_level"], line["event"]) == ("warning", "default_model_not_known_yet")
    assert (line["model"], line["asked_later"]) == (default, ["farm"])
    assert refused.value.code == "model_retired"
    assert "use gpu/wan-2.2 instead" in refused.value.details["fields"]["model"]


@pytest.mark.parametrize("default", ["sora-2", "openai/sora-2-pro"])
async def test_a_retired_one_stops_nobody_and_is_told(default: str) -> None:
    async with open_providers(choosing(default, _OPENAI | _NAMED), ffmpeg=find_ffmpeg()) as providers:
        with pytest.raises(Invalid) as refused:
            providers.resolve(None)
    assert refused.value.code == "model_retired"
    assert refused.value.message == (
        f"model must be named: DEFAULT_VIDEO_MODEL is {default}, which was retired by OpenAI on "
        "24 September 2026: use gpu/wan-2.2 instead."
    )
    assert refused.value.details == {
        "fields": refused.value.details["fields"],
        "setting": "DEFAULT_VIDEO_MODEL",
        "model": default,
        "replacement": "gpu/wan-2.2",
    }


async def test_one_that_a_silent_provider_may_have_is_not_called_retired() -> None:
    async with open_providers(choosing("sora-2", _ASKED_LATER), ffmpeg=find_ffmpeg()) as providers:
        with pytest.raises(Unavailable, match="farm has not said yet which models it has"):
            providers.resolve(None)


async def test_an_alias_of_a_retired_model_is_told_as_such(settings: Settings) -> None:
    settings.openai_api_key = SecretStr("sk-1234567890")
    settings.model_aliases = {"old": "openai/sora-2-pro"}
    async with open_providers(settings, ffmpeg="ffmpeg") as providers:
        for name in ("old", "openai/sora-2-pro"):
            with pytest.raises(Invalid) as refused:
                providers.resolve(name)
            assert refused.value.code == "model_retired"
            assert refused.value.details["replacement"] == "animatic/animatic"
        with pytest.raises(Invalid, match="old stands for openai/sora-2-pro"):
            providers.resolve("old")


async def test_a_default_that_nobody_offers_is_told_as_the_settings_fault(settings: Settings) -> None:
    settings.providers = {"farm": ProviderSettings(base_url="http://127.0.0.1:9/v1")}
    settings.default_video_model = "nobody/x"
    async with open_providers(settings, ffmpeg="ffmpeg") as providers:
        with pytest.raises(Invalid, match="DEFAULT_VIDEO_MODEL is nobody/x") as refused:
            providers.resolve(None)
        assert refused.value.code == "default_not_offered"
        problem = default_problem(providers, now=0.0)
    assert problem is not None
    assert (problem["setting"], problem["model"]) == ("DEFAULT_VIDEO_MODEL", "nobody/x")


@pytest.mark.parametrize("name", ["old", "openai/sora-2", "sora-2"])
async def test_over_http_a_retired_one_is_refused_with_one_and_the_same_replacement(
    settings: Settings, name: str
) -> None:
    settings.openai_api_key = SecretStr("sk-1234567890")
    settings.providers = _NAMED
    settings.default_video_model = "openai/sora-2"
    settings.model_aliases = {"old": "openai/sora-2-pro"}
    async with started(settings) as client:
        for method, path, body in (
            ("POST", "/api/videos", {"prompt": "x", "model": name, "size": "128x128", "seconds": 1}),
            ("PUT", "/api/admin/defaults", {"default_video_model": name}),
        ):
            answer = await client.request(method, path, json=body)
            said = answer.json()
            if name == "sora-2" and method == "POST":
                # Old clients ask for it everywhere, and get what stands in for it.
                continue
            assert (answer.status_code, said["code"]) == (422, "model_retired"), said
            assert "use gpu/wan-2.2 instead" in said["error"]
            assert name != "old" or "old stands for openai/sora-2-pro" in said["error"]
        problem = (await client.get("/api/models")).json()["default_problem"]
        assert (problem["code"], problem["replacement"]) == ("model_retired", "gpu/wan-2.2")
