"""What was set is there after a restart; with another ENCRYPTION_KEY it says so, and the studio starts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from tests.provider_settings.conftest import KEY
from tests.standins.openai_videos import StandIn

from rushes.accounts.service import create_user
from rushes.app import build_app
from rushes.serving import Serving, listen
from rushes.settings import Settings
from rushes.studio import open_studio

_PASSWORD = "correct horse battery"


@asynccontextmanager
async def started(settings: Settings, **changes: Any) -> AsyncIterator[httpx2.AsyncClient]:
    """A studio on the same data, and a client of its administrator."""
    async with open_studio(settings.model_copy(update=changes)) as studio:
        listener = listen("127.0.0.1", 0)
        async with (
            Serving.start(build_app(studio), studio, listener) as serving,
            httpx2.AsyncClient(base_url=serving.url, timeout=30) as client,
        ):
            login = {"username": "boss", "password": _PASSWORD}
            answer = await client.post("/api/auth/login", json=login)
            if answer.status_code == 401:
                password_hash = await studio.passwords.hash(_PASSWORD)
                async with studio.transaction() as work:
                    await create_user(
                        work,
                        username="boss",
                        password_hash=password_hash,
                        now=studio.clock.now(),
                        role="admin",
                    )
                answer = await client.post("/api/auth/login", json=login)
            client.cookies.clear()
            client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
            yield client


async def shown(client: httpx2.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get("/api/admin/providers")).json()["providers"][-1]
    return found


@pytest.fixture
def values(provider: StandIn) -> dict[str, Any]:
    return {"kind": "openai", "name": "gpu", "base_url": provider.url + "/v1", "api_key": KEY}


async def test_it_is_in_force_after_a_restart(settings: Settings, values: dict[str, Any]) -> None:
    async with started(settings) as client:
        assert (await client.post("/api/admin/providers", json=values)).status_code == 201
        await client.put("/api/admin/defaults", json={"default_video_model": "gpu/wan-2.2"})
    async with started(settings) as client:
        found = await shown(client)
        assert (found["name"], found["state"], found["key"]) == ("gpu", "on", "…1234")
        # The models are those that it had, before it was asked again.
        assert (await client.get("/api/models")).json()["default"] == "gpu/wan-2.2"
        assert (await client.post("/api/admin/providers/gpu/test")).json()["ok"] is True


async def test_with_another_encryption_key_it_says_what_to_do(
    settings: Settings, values: dict[str, Any]
) -> None:
    first, second = SecretStr("the first passphrase"), SecretStr("another passphrase")
    async with started(settings, encryption_key=first) as client:
        await client.post("/api/admin/providers", json=values)
    async with started(settings, encryption_key=second) as client:
        found = await shown(client)
        assert (found["state"], found["problem"]["code"], found["key"]) == ("broken", "key_unreadable", "…")
        said = (await client.post("/api/admin/providers/gpu/test")).json()
        assert (said["ok"], said["code"]) == (False, "key_unreadable")
        refused = await client.post("/api/videos", json={"prompt": "x", "model": "gpu/wan-2.2"})
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_model")
        # The key given anew, it is well.
        mended = (await client.patch("/api/admin/providers/gpu", json={"api_key": KEY})).json()
        assert (mended["state"], mended["models"]) == ("on", ["wan-2.2", "sora-2"])


async def test_a_new_encryption_key_takes_over_from_the_old(
    settings: Settings, values: dict[str, Any]
) -> None:
    old, new = "the first passphrase", "another passphrase"
    async with started(settings, encryption_key=SecretStr(old)) as client:
        await client.post("/api/admin/providers", json=values)
    async with started(settings, encryption_key=SecretStr(f"{new},{old}")) as client:
        assert (await shown(client))["state"] == "on"
    async with started(settings, encryption_key=SecretStr(new)) as client:
        assert (await shown(client))["state"] == "on"
