"""A kind whose adapter breaks: its own provider is in trouble, and says so; nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint
from typing import Any

import httpx2
import pytest
from sqlalchemy import update
from tests.provider_settings.conftest import Connect

from rushes.media.ffmpeg import find_ffmpeg
from rushes.providers import kinds
from rushes.providers.kinds import Kind, Setup
from rushes.providers.protocol import Capabilities, RemoteProvider
from rushes.providers.registry import open_providers
from rushes.settings import BadSetting, ProviderSettings, Settings
from rushes.studio import Studio
from rushes.tables import provider_settings


class Acme:
    """An adapter that breaks at everything that is asked of it, and lets nobody set anything on it."""

    __slots__ = ("name",)
    kind = "acme"
    capabilities = Capabilities(models=(), concurrency=1)
    submit_timeout = 1.0

    def __init__(self, setup: Setup) -> None:
        self.name = setup.name

    def recall(self, models: Any) -> None:
        raise ZeroDivisionError

    async def probe(self) -> None:
        raise UnicodeEncodeError("idna", "gpu", 0, 1, "label empty")

    async def refresh(self) -> None:
        raise KeyError("models")

    async def balance(self) -> float | None:
        raise AttributeError("credits")

    async def close(self) -> None:
        raise RuntimeError("closed twice")


class Answering(Acme):
    """One that breaks at all but the question whether it is there."""

    __slots__ = ()

    async def probe(self) -> None:
        return

    async def refresh(self) -> None:
        return


def breaking(_setup: Setup) -> RemoteProvider:
    raise LookupError("of its own")


SetUp = Callable[[Any], None]


@pytest.fixture
def acme(monkeypatch: pytest.MonkeyPatch) -> SetUp:
    """`acme(opening)` adds a kind that is opened by that."""

    def added(opening: Any) -> None:
        kind = Kind("acme", "Acme", opening, needs_key=False)
        monkeypatch.setattr(kinds, "_OWN", (*kinds._OWN, kind))

    return added


async def test_one_that_cannot_be_opened_is_not_saved(signed_in: httpx2.AsyncClient, acme: SetUp) -> None:
    acme(breaking)
    for path in ("/api/admin/providers/test", "/api/admin/providers"):
        answer = await signed_in.post(path, json={"kind": "acme"})
        assert (answer.status_code, answer.json()["code"]) == (422, "kind_broken")
        assert "log says more" in answer.json()["details"]["fields"]["kind"]
    assert [one["name"] for one in await shown(signed_in)] == ["animatic"]


@pytest.mark.parametrize(("opening", "ok"), [(Acme, False), (Answering, True)])
async def test_one_that_breaks_when_it_is_asked_is_told_as_such(
    signed_in: httpx2.AsyncClient, acme: SetUp, opening: Any, ok: bool
) -> None:
    acme(opening)
    tried = await signed_in.post("/api/admin/providers/test", json={"kind": "acme"})
    assert tried.status_code == 200, tried.text
    assert (tried.json()["ok"], tried.json()["code"]) == (ok, "no_models" if ok else "provider_broken")
    answer = await signed_in.post("/api/admin/providers", json={"kind": "acme", "models": ["a"]})
    assert (answer.status_code, answer.json()["state"]) == (201, "on")
    tried = await signed_in.post("/api/admin/providers/acme/test")
    assert tried.status_code == 200, tried.text
    assert tried.json()["ok"] is ok
    for body in ({"enabled": False}, {"api_key": "sk-1234567890"}):
        assert (await signed_in.patch("/api/admin/providers/acme", json=body)).status_code == 200
    assert (await signed_in.delete("/api/admin/providers/acme")).status_code == 200


async def test_a_saved_one_that_breaks_is_shown_as_broken(
    signed_in: httpx2.AsyncClient, acme: SetUp, connect: Connect, studio: Studio
) -> None:
    acme(breaking)
    await connect()
    await connect(name="other")
    async with studio.transaction() as work:
        broken = provider_settings.c.name == "gpu"
        await work.session.execute(
            update(provider_settings).where(broken).values(kind="acme", version="other")
        )
    tried = (await signed_in.post("/api/admin/providers/gpu/test")).json()
    assert (tried["ok"], tried["code"]) == (False, "kind_broken")
    states = {one["name"]: one["state"] for one in await shown(signed_in)}
    assert states == {"animatic": "on", "gpu": "broken", "other": "on"}


async def test_in_the_environment_it_is_a_bad_setting(settings: Settings, acme: SetUp) -> None:
    acme(breaking)
    settings.providers = {"lab": ProviderSettings(kind="acme")}
    with pytest.raises(BadSetting, match="PROVIDERS__LAB__KIND cannot be used: its package does not work"):
        async with open_providers(settings, ffmpeg=find_ffmpeg()):
            pass


@pytest.mark.parametrize("what", ["tests.of_nowhere:KIND", "tests.standins.clips:PAGE"])
async def test_a_package_that_cannot_be_imported_is_the_fault_of_its_kind_alone(
    signed_in: httpx2.AsyncClient, connect: Connect, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    entry = EntryPoint(name="nowhere", value=what, group="rushes.providers")
    monkeypatch.setattr(kinds, "entry_points", lambda group: [entry])
    known = (await signed_in.get("/api/admin/provider-kinds")).json()["kinds"]
    assert "nowhere" in {kind["name"] for kind in known}
    assert (await connect())["state"] == "on"
    refused = await signed_in.post("/api/admin/providers", json={"kind": "nowhere"})
    assert (refused.status_code, refused.json()["code"]) == (422, "kind_broken")


async def shown(client: httpx2.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/api/admin/providers")).json()["providers"]
    return found
