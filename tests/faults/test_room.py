"""A disk too full for what is to be made: that is refused, and what is in line already waits there."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest
from tests.conftest import Until
from tests.faults.asking import in_stage, make_remote, much_later
from tests.standins.openai_videos import StandIn
from tests.videos.making import belongings, complete, make, seen

from rushes.studio import Studio
from rushes.videos import room


class Disk:
    """What the studio hears when it asks how much is free."""

    def __init__(self, studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
        self.free: int | Exception | None = 1 << 40
        self.hangs = False
        monkeypatch.setattr(studio.storage, "free_bytes", self._ask)

    async def _ask(self) -> int | None:
        if self.hangs:
            await asyncio.Event().wait()
        if isinstance(self.free, Exception):
            raise self.free
        return self.free


@pytest.fixture
def disk(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(studio, monkeypatch)


async def ask(client: httpx2.AsyncClient, **more: Any) -> httpx2.Response:
    return await client.post(
        "/api/videos", json={"prompt": "x", "model": "gpu/wan-2.2", "size": "1280x720", "seconds": 8, **more}
    )


async def test_nothing_is_stored_that_would_not_fit(
    signed_in: httpx2.AsyncClient, disk: Disk, studio: Studio
) -> None:
    each = room.bytes_of("1280x720", 8)
    disk.free = 2 * each - 1
    before = await belongings(studio)
    answer = await ask(signed_in, n=2)
    assert (answer.status_code, answer.json()["code"]) == (503, "disk_full")
    assert (answer.json()["retryable"], answer.json()["charged"]) == (True, "no")
    assert answer.headers["retry-after"]
    assert await belongings(studio) == before
    assert (await ask(signed_in)).status_code == 201
    disk.free = 2 * each
    assert (await ask(signed_in, n=2)).status_code == 201


async def test_a_remix_neither(signed_in: httpx2.AsyncClient, disk: Disk, studio: Studio) -> None:
    video = await make(signed_in)
    await complete(studio, video["id"])
    disk.free = 1000
    answer = await signed_in.post(f"/api/videos/{video['id']}/remix", json={"prompt": "y"})
    assert (answer.status_code, answer.json()["code"]) == (503, "disk_full")


async def test_what_was_asked_before_gets_its_answer(signed_in: httpx2.AsyncClient, disk: Disk) -> None:
    asked = {"json": {"prompt": "x", "size": "128x128", "seconds": 1}, "headers": {"Idempotency-Key": "k"}}
    first = await signed_in.post("/api/videos", **asked)
    disk.free = 0
    again = await signed_in.post("/api/videos", **asked)
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])


@pytest.mark.parametrize("free", [None, OSError("Input/output error")])
async def test_where_nobody_can_tell(
    signed_in: httpx2.AsyncClient, disk: Disk, free: int | Exception | None
) -> None:
    disk.free = free
    assert (await ask(signed_in)).status_code == 201


async def test_a_disk_that_hangs_keeps_nobody_waiting(
    signed_in: httpx2.AsyncClient, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_PATIENCE", 0.1)
    disk.hangs = True
    assert (await ask(signed_in)).status_code == 201


@pytest.mark.usefixtures("worker")
async def test_it_waits_for_room_before_anything_is_spent(
    signed_in: httpx2.AsyncClient, disk: Disk, studio: Studio, provider: StandIn, until: Until
) -> None:
    provider.set(duration=0)
    await signed_in.post("/api/queue/pause")
    video = await make_remote(signed_in, "patient")
    disk.free = 1000
    await signed_in.post("/api/queue/resume")

    async def says_why() -> bool:
        shown = await seen(signed_in, video["id"])
        return shown["stage"] == "waiting" and (shown["error"] or {}).get("code") == "disk_full"

    await until(says_why, "it to say that the disk is full")
    assert (await seen(signed_in, video["id"]))["error"]["charged"] == "no"
    assert provider.counts()["creates"] == 0
    disk.free = 1 << 40
    await much_later(studio, 31)
    done = await in_stage(until, signed_in, video, "completed", "failed")
    assert (done["stage"], done["error"], provider.counts()["creates"]) == ("completed", None, 1)


def test_how_large_a_video_may_become() -> None:
    assert room.bytes_of("1280x720", 8) == 1280 * 720 * 8 * 12 // 8
    assert room.bytes_of("128x128", 1) == 1_000_000
