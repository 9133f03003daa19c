"""The models that make stills, narration and stories, beside those of videos."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

import httpx2
import pytest
from tests.standins.openai_makers import StandIn, serving

from rushes.settings import ProviderSettings, Settings

Until = Callable[..., Awaitable[None]]


async def listed(client: httpx2.AsyncClient, kind: str) -> dict[str, object]:
    answer = await client.get("/api/models", params={"kind": kind})
    assert answer.status_code == 200, answer.text
    models: dict[str, object] = answer.json()
    return models


async def test_without_a_kind_models_are_those_of_videos(signed_in: httpx2.AsyncClient) -> None:
    plain = (await signed_in.get("/api/models")).json()
    assert plain == await listed(signed_in, "video")
    assert [model["id"] for model in plain["models"]] == ["animatic/animatic"]
    assert "kind" not in plain["models"][0]


@pytest.mark.parametrize(
    ("kind", "name"), [("image", "animatic/still"), ("speech", "espeak/voice"), ("writer", "outline/writer")]
)
async def test_each_kind_has_one_that_needs_nothing(
    kind: str, name: str, signed_in: httpx2.AsyncClient
) -> None:
    found = await listed(signed_in, kind)
    assert found["default"] == name
    models = found["models"]
    assert isinstance(models, list)
    assert [model["id"] for model in models] == [name]
    assert (models[0]["kind"], models[0]["embedded"]) == (kind, True)
    assert models[0]["price"]["per_image"] == 0
    assert (await signed_in.get(f"/api/models/{name}")).json() == models[0]


async def test_a_model_tells_what_it_takes(signed_in: httpx2.AsyncClient) -> None:
    voice = (await signed_in.get("/api/models/espeak/voice")).json()
    assert voice["voices"][0]["id"] == "en-us"
    assert {"de", "fr-fr", "cmn"} <= {each["language"] for each in voice["voices"]}
    assert (voice["speeds"], voice["word_times"]) == ({"min": 0.5, "max": 2.0}, True)
    still = (await signed_in.get("/api/models/animatic/still")).json()
    assert (still["references"], still["seed"], still["size_rule"]["step"]) == (1, True, 2)
    writer = (await signed_in.get("/api/models/outline/writer")).json()
    assert writer["shapes"] == ["Story", "Narration"]


async def test_a_kind_that_is_none_is_refused(signed_in: httpx2.AsyncClient) -> None:
    answer = await signed_in.get("/api/models", params={"kind": "music"})
    assert (answer.status_code, "kind" in answer.json()["details"]["fields"]) == (422, True)
    assert (await signed_in.get("/api/models/espeak/nothing")).status_code == 404


class TestWithAServer:
    @pytest.fixture
    def makers(self) -> Iterator[StandIn]:
        with serving(voices={"voices": ["af_heart"]}) as standin:
            yield standin

    @pytest.fixture
    def settings(self, settings: Settings, makers: StandIn) -> Settings:
        gpu = ProviderSettings(
            kind="openai",
            base_url=makers.url,
            models=["wan-2.2"],
            price_per_image=0.02,  # type: ignore[list-item]
        )
        return settings.model_copy(update={"providers": {"gpu": gpu}, "default_writer_model": "gpu/mine"})

    async def test_its_models_are_listed_when_they_are_known(
        self, signed_in: httpx2.AsyncClient, until: Until, makers: StandIn
    ) -> None:
        async def known() -> bool:
            return len((await listed(signed_in, "image"))["models"]) == 3  # type: ignore[arg-type]

        await until(known, "the server's models")
        still = (await signed_in.get("/api/models/gpu/flux.1-schnell")).json()
        assert (still["embedded"], still["price"]["per_image"], still["references"]) == (False, 0.02, 4)
        voice = (await signed_in.get("/api/models/kokoro")).json()
        assert [each["id"] for each in voice["voices"]] == ["af_heart"]
        writers = await listed(signed_in, "writer")
        assert writers["default"] == "gpu/mine"
        videos = await listed(signed_in, "video")
        assert [model["id"] for model in videos["models"]] == ["animatic/animatic", "gpu/wan-2.2"]  # type: ignore[index, attr-defined]

    async def test_voices_that_cannot_be_asked_for_hold_nothing_up(
        self, signed_in: httpx2.AsyncClient, until: Until, makers: StandIn
    ) -> None:
        makers.fault("voices", "drop", times=None)

        async def known() -> bool:
            return (await signed_in.get("/api/models/gpu/kokoro")).status_code == 200

        await until(known, "the server's models")
        assert (await signed_in.get("/api/models/gpu/kokoro")).json()["voices"] == []
