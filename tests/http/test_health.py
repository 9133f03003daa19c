"""Alive and ready, with the whole studio behind them."""

from __future__ import annotations

import asyncio
import shutil
from datetime import datetime

import httpx2
from tests.conftest import Until

from rushes.settings import Settings
from rushes.studio import Studio
from rushes.worker import run_worker


async def test_alive_needs_nobody(client: httpx2.AsyncClient, settings: Settings) -> None:
    settings.api_limit = "1/hour"
    for _ in range(3):
        got = await client.get("/health")
        assert got.status_code == 200
    assert got.json()["status"] == "healthy"
    assert datetime.fromisoformat(got.json()["timestamp"]).tzinfo is not None


async def test_without_a_worker_it_is_not_ready(client: httpx2.AsyncClient) -> None:
    got = await client.get("/ready")
    assert got.status_code == 503
    assert got.json()["ready"] is False
    assert got.json()["missing"] == {"worker": "Nobody works on network and render."}
    assert got.json()["parts"]["worker"] == {
        "state": "missing",
        "reason": "Nobody works on network and render.",
    }
    assert got.json()["parts"]["database"] == {"state": "ok", "reason": None}


async def test_whoever_can_do_without_a_part_says_so(client: httpx2.AsyncClient) -> None:
    got = await client.get("/ready?without=worker")
    assert (got.status_code, got.json()["missing"]) == (200, {})
    assert set(got.json()["parts"]) == {"database", "disk", "storage", "broker", "server"}
    for wrong in ("without=nonsense", "with=worker"):
        assert (await client.get(f"/ready?{wrong}")).status_code == 422


async def test_with_everything_there_it_is_ready_until_something_goes(
    client: httpx2.AsyncClient, studio: Studio, settings: Settings, until: Until
) -> None:
    working = asyncio.create_task(run_worker(studio))

    async def is_ready() -> bool:
        return (await client.get("/ready")).status_code == 200

    await until(is_ready, "the worker")
    shutil.rmtree(settings.videos_dir)
    settings.videos_dir.write_text("a file where the folder was")
    got = await client.get("/ready")
    assert got.status_code == 503
    assert {"disk", "storage"} <= set(got.json()["missing"])
    studio.stopping.set()
    await working


async def test_a_server_that_stops_is_not_ready(client: httpx2.AsyncClient, studio: Studio) -> None:
    studio.stopping.set()
    got = await client.get("/ready?without=worker")
    assert (got.status_code, got.json()["missing"]) == (503, {"server": "It is stopping."})
    assert (await client.get("/health")).status_code == 200
