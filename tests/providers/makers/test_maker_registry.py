"""Which makers a studio has, by its settings, and which of their models a name means."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import generate_latest
from pydantic import SecretStr
from tests.providers.makers.conftest import image_order, writing_order
from tests.standins.openai_makers import StandIn

from rushes.errors import Invalid
from rushes.observe.metrics import Metrics
from rushes.providers.makers.registry import DEFAULTS, KINDS, Makers, open_makers
from rushes.providers.openai_makers.naming import makes, may_make_videos
from rushes.providers.protocol import Refused
from rushes.settings import BadSetting, ProviderSettings, Settings


def settings_with(**changes: Any) -> Settings:
    return Settings(_env_file=None, **changes)  # type: ignore[call-arg]


def gpu(standin: StandIn, **more: Any) -> dict[str, ProviderSettings]:
    return {"gpu": ProviderSettings(kind="openai", base_url=standin.url, **more)}


def ids(makers: Makers) -> dict[str, list[str]]:
    return {kind: [offer.id for offer in makers.offers(kind)] for kind in KINDS}


async def test_alone_a_studio_has_the_embedded_ones() -> None:
    async with open_makers(settings_with()) as makers:
        assert ids(makers) == {kind: [name] for kind, name in DEFAULTS.items()}
        assert makers.image().maker.embedded
        assert makers.speech().id == "espeak/voice"
        assert makers.writer(None).model.shapes == ("Story", "Narration")
        assert await makers.refresh() == {}


async def test_a_servers_models_are_told_apart_by_their_names(standin: StandIn) -> None:
    async with open_makers(settings_with(providers=gpu(standin))) as makers:
        assert makers.offers("image")[1:] == []
        assert await makers.refresh() == {}
        assert ids(makers) == {
            "image": ["animatic/still", "gpu/gpt-image-2", "gpu/flux.1-schnell"],
            "speech": ["espeak/voice", "gpu/kokoro"],
            "writer": ["outline/writer", "gpu/llama-3.3-70b"],
        }
        assert makers.image("gpu/flux.1-schnell").model.name == "flux.1-schnell"
        assert makers.image("gpt-image-2").id == "gpu/gpt-image-2"
        assert makers.writer().id == "outline/writer"


async def test_settings_say_what_a_name_does_not(standin: StandIn) -> None:
    named = gpu(standin, image_models=["llama-3.3-70b"], models=["kokoro"])
    async with open_makers(settings_with(providers=named)) as makers:
        assert ids(makers)["image"] == ["animatic/still", "gpu/llama-3.3-70b"]
        await makers.refresh()
        assert ids(makers) == {
            "image": ["animatic/still", "gpu/llama-3.3-70b"],
            "speech": ["espeak/voice"],
            "writer": ["outline/writer"],
        }


async def test_a_server_about_which_all_is_said_is_not_asked(standin: StandIn) -> None:
    named = gpu(standin, image_models=["a"], speech_models=["b"], writer_models=["c"])
    async with open_makers(settings_with(providers=named)) as makers:
        await makers.refresh()
        assert ids(makers)["writer"] == ["outline/writer", "gpu/c"]
        assert standin.asked("models") == []


async def test_a_default_that_names_a_server_is_known_at_once(standin: StandIn) -> None:
    chosen = {"default_writer_model": "gpu/org/some-model", "default_speech_model": "gpu/kokoro"}
    async with open_makers(settings_with(providers=gpu(standin), **chosen)) as makers:
        assert makers.writer().id == "gpu/org/some-model"
        assert makers.default("speech") == makers.speech().id == "gpu/kokoro"
        assert makers.image().id == "animatic/still"


@pytest.mark.parametrize("name", ["nowhere/model", "model-of-nobody", "espeak/other"])
async def test_a_default_that_nobody_offers_stops_the_start(name: str) -> None:
    with pytest.raises(BadSetting) as bad:
        async with open_makers(settings_with(default_speech_model=name)):
            pass
    assert "DEFAULT_SPEECH_MODEL" in str(bad.value)
    assert "espeak/voice" in str(bad.value)


async def test_a_default_by_a_bare_name_may_come_later(standin: StandIn) -> None:
    async with open_makers(settings_with(providers=gpu(standin), default_speech_model="kokoro")) as makers:
        with pytest.raises(Invalid):
            makers.speech()
        await makers.refresh()
        assert makers.speech().id == "gpu/kokoro"


async def test_an_unknown_name_says_where_to_look() -> None:
    async with open_makers(settings_with()) as makers:
        with pytest.raises(Invalid) as invalid:
            makers.image("espeak/voice")
    assert invalid.value.code == "unknown_model"
    assert "/api/models?kind=image" in invalid.value.message


async def test_a_name_that_two_have_must_say_whose(standin: StandIn) -> None:
    both = {**gpu(standin), "other": ProviderSettings(kind="openai", base_url=standin.url)}
    async with open_makers(settings_with(providers=both)) as makers:
        await makers.refresh()
        with pytest.raises(Invalid) as invalid:
            makers.speech("kokoro")
        assert "gpu/kokoro or other/kokoro" in invalid.value.message


async def test_keys_alone_connect_openai_google_and_groq() -> None:
    keys = {name: SecretStr("k") for name in ("openai_api_key", "gemini_api_key", "groq_api_key")}
    defaults = {
        "default_image_model": "openai/gpt-image-2",
        "default_speech_model": "groq/orpheus",
        "default_writer_model": "google/gemini-3-flash",
    }
    async with open_makers(settings_with(**keys, **defaults)) as makers:
        servers = {remote.server.name: remote.server.address.base for remote in makers._remotes}
        assert servers == {
            "openai": "https://api.openai.com/v1",
            "google": "https://generativelanguage.googleapis.com/v1beta/openai",
            "groq": "https://api.groq.com/openai/v1",
        }
        assert makers.image().id == "openai/gpt-image-2"
        assert makers.writer().id == "google/gemini-3-flash"


async def test_what_goes_wrong_is_told_by_server_and_loses_nothing(standin: StandIn) -> None:
    async with open_makers(settings_with(providers=gpu(standin))) as makers:
        await makers.refresh()
        known = ids(makers)
        standin.fault("models", "status", status=503, body={})
        assert await makers.refresh() == {"gpu": "The provider answered 503."}
        assert ids(makers) == known


async def test_models_are_asked_for_until_they_are_known(
    standin: StandIn, until: Callable[..., Awaitable[None]]
) -> None:
    standin.fault("models", "drop")
    stopping = asyncio.Event()
    async with open_makers(settings_with(providers=gpu(standin))) as makers:
        keeping = asyncio.create_task(makers.keep_fresh(stopping))
        await until(lambda: len(makers.offers("speech")) == 2, "the server's models")
        assert len(standin.asked("models")) == 2
        stopping.set()
        await keeping


async def test_an_address_that_is_none_names_its_variable() -> None:
    wrong = {"gpu": ProviderSettings(kind="openai", base_url="gpu:8000")}
    with pytest.raises(BadSetting, match="PROVIDERS__GPU__BASE_URL"):
        async with open_makers(settings_with(providers=wrong)):
            pass


async def test_calls_are_measured(standin: StandIn, tmp_path: Path) -> None:
    metrics = Metrics()
    async with open_makers(settings_with(providers=gpu(standin)), metrics=metrics) as makers:
        await makers.refresh()
        await makers.writer().maker.write(writing_order("writer"))
        standin.fault("image", "status", status=402, body={})
        with pytest.raises(Refused):
            await makers.image("flux.1-schnell").maker.make(image_order(), tmp_path / "still")
    told = generate_latest(metrics.registry).decode()
    assert 'operation="writing",outcome="ok",provider="outline"' in told
    assert 'operation="image",outcome="refused",provider="gpu"' in told


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (
            "image",
            "gpt-image-2 gpt-image-1-mini chatgpt-image-latest dall-e-3 imagen-4.0-generate-001 flux.1-dev"
            " black-forest-labs/FLUX.2-dev stabilityai/stable-diffusion-3.5-large sdxl-turbo Qwen/Qwen-Image"
            " gemini-2.5-flash-image Tongyi-MAI/Z-Image-Turbo zai-org/GLM-Image",
        ),
        (
            "speech",
            "tts-1 tts-1-hd gpt-4o-mini-tts kokoro hexgrad/Kokoro-82M canopylabs/orpheus-v1-english"
            " gemini-2.5-flash-preview-tts Qwen/Qwen3-TTS-12Hz-1.7B playai-tts chatterbox",
        ),
        (
            "writer",
            "gpt-5.2 gpt-4o-mini o4-mini gemini-3-flash llama-3.3-70b-versatile openai/gpt-oss-120b qwen3:8b"
            " mistral-small claude-sonnet-4-5 deepseek-r1:14b moonshotai/kimi-k2 my-own-model gemma3",
        ),
        ("video", "sora-2 veo-3.1 wan-2.2 Wan-AI/Wan2.2-T2V-A14B ltx-2 cogvideox-5b hunyuanvideo-1.5"),
        (
            None,
            "whisper-1 whisper-large-v3 gpt-4o-transcribe text-embedding-3-small nomic-embed-text"
            " omni-moderation-latest llama-guard-4-12b gpt-realtime bge-reranker-v2",
        ),
    ],
)
def test_names_tell_what_a_model_makes(kind: str | None, names: str) -> None:
    assert {name: makes(name) for name in names.split()} == dict.fromkeys(names.split(), kind)


def test_what_plainly_writes_speaks_or_draws_is_no_video_model() -> None:
    assert all(may_make_videos(name) for name in ("wan-2.2", "sora-2", "my-own-model", "ltx-2"))
    plain = ("gpt-5.2", "llama3.3:70b", "qwen3:8b", "gemma3", "kokoro", "gpt-image-2", "whisper-1")
    assert not any(may_make_videos(name) for name in plain)
