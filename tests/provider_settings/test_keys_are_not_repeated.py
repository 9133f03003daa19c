"""A provider that repeats the key that it refuses: the studio does not, anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest
from pydantic import SecretStr
from sqlalchemy import select
from tests.conftest import Until
from tests.provider_settings.conftest import KEY, Connect
from tests.providers.makers.conftest import image_order, speech_order, writing_order
from tests.standins.openai_makers import serving as serving_makers
from tests.standins.openai_videos import StandIn
from tests.videos.making import make, seen, working

from rushes.media.ffmpeg import find_ffmpeg
from rushes.providers.makers.registry import open_makers
from rushes.providers.masking import masked
from rushes.providers.protocol import Down, Refused
from rushes.providers.registry import as_remote, open_providers
from rushes.settings import ProviderSettings, Settings
from rushes.studio import Studio
from rushes.tables import videos


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Bad key sk/a+b&c=d 12.", "Bad key …."),
        (f"Not at /?key={quote('sk/a+b&c=d 12', safe='')}&x=1", "Not at /?key=…&x=1"),
        ("/?key=sk%2Fa%2Bb%26c%3Dd+12", "/?key=…"),
        (r"{\"key\":\"sk\/a+b&c=d 12\"}", r"{\"key\":\"…\"}"),
        # What is shortened may end in the middle of it.
        ("Bad key sk/a+b&c…", "Bad key …"),
        ("Bad key sk/a+b&c=d 1", "Bad key …"),
        ("Nothing of it: sk/a+b", "Nothing of it: sk/a+b"),
    ],
)
def test_it_is_hidden_however_it_is_written(said: str, told: str) -> None:
    assert masked(said, "sk/a+b&c=d 12") == told
    assert masked(said, None) == masked(said, "short") == said


@pytest.mark.parametrize("padding", ["", "x" * 235])
async def test_in_a_videos_error(
    signed_in: httpx2.AsyncClient,
    connect: Connect,
    studio: Studio,
    provider: StandIn,
    until: Until,
    padding: str,
) -> None:
    said = f"{padding} Bad key {KEY} of yours"
    provider.fault("create", "status", status=400, body={"error": {"message": said}})
    async with working(studio):
        await connect()
        video = await make(signed_in, model="gpu/wan-2.2")

        async def has_failed() -> bool:
            return bool((await seen(signed_in, video["id"]))["status"] == "failed")

        await until(has_failed, "the refusal")
    found = await seen(signed_in, video["id"])
    assert "…" in found["error"]["message"]
    async with studio.reading() as session:
        row = (await session.execute(select(videos).where(videos.c.id == video["id"]))).one()
    # Neither whole, nor cut off.
    assert KEY[:10] not in json.dumps(found) + str(row)


async def test_in_what_jobs_say(provider: StandIn, settings: Settings) -> None:
    said = {"id": "job_1", "object": "video", "status": "failed", "error": {"message": f"No {KEY}"}}
    provider.fault("list", "answer", body={"data": [{**said, "id": "a\x00b"}, said]}, times=None)
    named = ProviderSettings(base_url=provider.url + "/v1", api_key=SecretStr(KEY), models=["m"])
    settings.providers = {"gpu": named}
    async with open_providers(settings, ffmpeg=find_ffmpeg()) as providers:
        remote = as_remote(providers.get("gpu"))  # type: ignore[arg-type]
        assert remote is not None
        # One whose name nothing can keep is not there to be adopted.
        [job] = await remote.find(0.0)
        assert job.error is not None
        assert (job.id, job.error.message) == ("job_1", "No …")


async def test_in_what_makers_say(tmp_path: Path) -> None:
    with serving_makers() as standin:
        named = {
            "gpu": ProviderSettings(
                base_url=standin.url,
                api_key=SecretStr(KEY),
                image_models=["flux.1-schnell"],
                speech_models=["kokoro"],
                writer_models=["llama-3.3-70b"],
            )
        }
        refusal = {"error": {"message": f"Bad key {KEY} of yours"}}
        for kind in ("image", "speech", "chat"):
            standin.fault(kind, "status", status=400, body=refusal)
        settings = Settings(_env_file=None, providers=named)  # type: ignore[call-arg]
        async with open_makers(settings) as makers:
            orders = (
                makers.image("gpu/flux.1-schnell").maker.make(image_order(), tmp_path / "still"),
                makers.speech("gpu/kokoro").maker.say(speech_order(voice="nova"), tmp_path / "speech"),
                makers.writer("gpu/llama-3.3-70b").maker.write(writing_order()),
            )
            for order in orders:
                with pytest.raises(Refused) as refused:
                    await order
                assert "Bad key … of yours" in refused.value.message
                assert KEY not in str(refused.value)


async def test_a_wrong_key_is_told_with_whose_it_is_and_where_it_is_set(
    signed_in: httpx2.AsyncClient, connect: Connect, provider: StandIn, settings: Settings
) -> None:
    await connect(api_key="sk-of-somebody-else")
    said = (await signed_in.post("/api/admin/providers/gpu/test")).json()
    assert said["code"] == "provider_key"
    assert said["message"] == "gpu does not accept the API key. It is set under Settings, Providers."
    wrong = ProviderSettings(base_url=provider.url + "/v1", api_key=SecretStr("sk-of-somebody-else"))
    settings.providers = {"lab": wrong}
    async with open_providers(settings, ffmpeg=find_ffmpeg()) as providers:
        remote = as_remote(providers.get("lab"))  # type: ignore[arg-type]
        assert remote is not None
        with pytest.raises((Refused, Down), match="as PROVIDERS__LAB__API_KEY in the environment"):
            await remote.probe()
