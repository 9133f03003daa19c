"""Connecting a provider while the studio runs: at once in force, its key nowhere to be seen."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, text
from tests.conftest import MakeMember, Until
from tests.provider_settings.conftest import KEY, Connect, models_of
from tests.standins.openai_videos import StandIn
from tests.videos.making import make, seen, working

from rushes.settings import ProviderSettings, Settings
from rushes.studio import Studio
from rushes.tables import provider_settings


async def test_a_provider_makes_videos_right_after_it_was_connected(
    signed_in: httpx2.AsyncClient, connect: Connect, studio: Studio, until: Until
) -> None:
    assert await models_of(signed_in, "gpu") == []
    async with working(studio):
        made = await connect()
        assert (made["name"], made["source"], made["state"]) == ("gpu", "settings", "on")
        assert (made["models"], made["key"]) == (["wan-2.2", "sora-2"], "…1234")
        assert await models_of(signed_in, "gpu") == ["wan-2.2", "sora-2"]
        video = await make(signed_in, model="gpu/wan-2.2")

        async def is_done() -> bool:
            found = await seen(signed_in, video["id"])
            assert found["status"] != "failed", found["error"]
            return bool(found["status"] == "completed")

        await until(is_done, "the video", seconds=30)


async def test_a_key_is_encrypted_at_rest(connect: Connect, studio: Studio) -> None:
    await connect()
    async with studio.reading() as session:
        row = (await session.execute(text("SELECT * FROM provider_settings"))).one()
    assert KEY not in str(row)
    assert row.api_key.startswith("gAAAA")
    assert studio.encryption.open(row.api_key) == KEY


async def test_a_key_is_in_no_answer_and_no_log(
    signed_in: httpx2.AsyncClient,
    connect: Connect,
    provider: StandIn,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    base_url = provider.url + "/v1"
    answers = [json.dumps(await connect())]
    wrong: dict[str, Any] = {"kind": "openai", "base_url": base_url, "api_key": "sk-a-wrong-key-9876"}
    for method, path, body in (
        ("GET", "/api/admin/providers", None),
        ("POST", "/api/admin/providers/gpu/test", None),
        ("POST", "/api/admin/providers/test", wrong),
        ("POST", "/api/admin/providers", {**wrong, "name": "gpu"}),
        ("POST", "/api/admin/providers", {**wrong, "kind": "none"}),
        ("POST", "/api/admin/providers", {**wrong, "api_key": "sk-a-wrong-key-9876\nX: y"}),
        ("POST", "/api/admin/providers", {**wrong, "api_key": ["sk-a-wrong-key-9876"]}),
        ("PATCH", "/api/admin/providers/gpu", {"api_key": "sk-a-wrong-key-9876"}),
        ("POST", "/api/admin/providers/gpu/test", None),
        ("GET", "/api/admin/providers", None),
        ("GET", "/api/providers", None),
        ("DELETE", "/api/admin/providers/gpu", None),
    ):
        answers.append((await signed_in.request(method, path, json=body)).text)
    said = capsys.readouterr()
    for shown in (*answers, said.out, said.err, caplog.text):
        assert KEY not in shown
        assert "sk-a-wrong-key" not in shown


async def test_each_thing_that_is_wrong_is_named(
    signed_in: httpx2.AsyncClient, subtests: pytest.Subtests
) -> None:
    for wanted, field, code in (
        ({"kind": "magic"}, "kind", "unknown_kind"),
        ({"kind": "openai", "base_url": "nowhere"}, "base_url", "provider_address"),
        ({"kind": "openai", "base_url": "http://me:hush@gpu/v1"}, "base_url", "provider_address"),
        ({"kind": "openai", "name": "Gpu 1"}, "name", "validation_failed"),
        ({"kind": "openai", "api_key": "ключ"}, "api_key", "validation_failed"),
        ({"kind": "openai", "concurrency": 0}, "concurrency", "validation_failed"),
        ({"kind": "openai", "price_per_second": -1}, "price_per_second", "validation_failed"),
        ({"kind": "openai", "secret": "x"}, "secret", "validation_failed"),
    ):
        with subtests.test(field=field, wanted=str(wanted)):
            for path in ("/api/admin/providers", "/api/admin/providers/test"):
                answer = await signed_in.post(path, json=wanted)
                assert (answer.status_code, answer.json()["code"]) == (422, code)
                assert list(answer.json()["details"]["fields"]) == [field]


async def test_names_are_given_and_never_twice(connect: Connect, signed_in: httpx2.AsyncClient) -> None:
    assert [(await connect(name=None))["name"] for _ in range(3)] == ["openai", "openai-2", "openai-3"]
    for name in ("openai-2", "animatic"):
        answer = await signed_in.post("/api/admin/providers", json={"kind": "openai", "name": name})
        assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")


async def test_it_is_the_administrators_business(member: MakeMember, connect: Connect) -> None:
    await connect()
    ada = await member("ada")
    for method, path in (("GET", "/api/admin/providers"), ("DELETE", "/api/admin/providers/gpu")):
        assert (await ada.request(method, path)).status_code == 403
    # What it can make is everybody's.
    assert await models_of(ada, "gpu") == ["wan-2.2", "sora-2"]


async def test_kinds_say_what_they_need(signed_in: httpx2.AsyncClient) -> None:
    kinds = {
        kind["name"]: kind for kind in (await signed_in.get("/api/admin/provider-kinds")).json()["kinds"]
    }
    assert (kinds["openai"]["needs_key"], kinds["openai"]["key_variable"]) == (False, "OPENAI_API_KEY")


class TestBesideTheEnvironment:
    """What the environment names is shown, and changed nowhere else."""

    @pytest.fixture
    def settings(self, settings: Settings, provider: StandIn) -> Settings:
        wanted = {"base_url": provider.url + "/v1", "api_key": KEY, "models": ["wan-2.2"]}
        settings.providers = {"farm": ProviderSettings.model_validate(wanted)}
        return settings

    async def test_it_is_read_only(self, signed_in: httpx2.AsyncClient, connect: Connect) -> None:
        await connect()
        found = (await signed_in.get("/api/admin/providers")).json()["providers"]
        assert [(each["name"], each["source"]) for each in found] == [
            ("animatic", "embedded"),
            ("farm", "environment"),
            ("gpu", "settings"),
        ]
        assert (found[1]["key"], found[1]["models_chosen"]) == ("…1234", ["wan-2.2"])
        assert (await signed_in.patch("/api/admin/providers/farm", json={})).status_code == 404
        assert (await signed_in.delete("/api/admin/providers/farm")).status_code == 404
        answer = await signed_in.post("/api/admin/providers", json={"kind": "openai", "name": "farm"})
        assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
        assert (await signed_in.post("/api/admin/providers/farm/test")).json()["ok"] is True

    async def test_it_wins_over_one_that_was_saved_before(
        self, signed_in: httpx2.AsyncClient, connect: Connect, studio: Studio
    ) -> None:
        await connect()
        async with studio.transaction() as work:
            await work.session.execute(
                provider_settings.update().values(name="farm", base_url="http://127.0.0.1:9", version="other")
            )
        before = studio.providers.get("farm")
        found = (await signed_in.patch("/api/admin/providers/farm", json={"concurrency": 3})).json()
        assert (found["state"], found["problem"]["code"]) == ("hidden", "provider_hidden")
        assert studio.providers.get("farm") is before
        assert studio.providers.get("gpu") is None
        assert (await signed_in.delete("/api/admin/providers/farm")).status_code == 200
        assert studio.providers.get("farm") is before
        async with studio.reading() as session:
            assert (await session.execute(select(provider_settings))).all() == []
