"""The queue: whose turn it is, pausing, and what one sees of others."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.conftest import MakeMember
from tests.videos.making import MovableClock, complete, make, put_in_stage

from rushes.settings import ProviderSettings, Settings
from rushes.studio import Studio
from rushes.videos import provider_state, queries
from rushes.videos.admission import admit


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.providers = {
        "gpu": ProviderSettings(base_url="http://127.0.0.1:9", models=["wan"], concurrency=2)
    }
    return settings


async def queue_of(client: httpx2.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/api/queue")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def line(*clients: httpx2.AsyncClient) -> list[str]:
    """The prompts of all that waits, in the order of their places."""
    waiting = [video for client in clients for video in (await queue_of(client))["waiting"]]
    return [video["prompt"] for video in sorted(waiting, key=lambda video: int(video["position"]))]


async def admitted(studio: Studio, many: int = 99) -> list[str]:
    """What a shift of the poller lets in, one admission after the other, as prompts."""
    provider = studio.providers.get("gpu")
    assert provider is not None
    async with studio.transaction() as work:
        epoch = await provider_state.begin_shift(work, "gpu")
    prompts = []
    while len(prompts) < many:
        async with studio.transaction() as work:
            ids, _ = await admit(work, provider, epoch=epoch, now=studio.clock.now())
        if not ids:
            break
        for video_id in ids:
            prompts.append(await end(studio, video_id))
    return prompts


async def end(studio: Studio, video_id: str) -> str:
    """Ends what was let in, so that its place is free for the next; its prompt."""
    now = studio.clock.now()
    async with studio.transaction() as work:
        row = await queries.move(
            work, video_id, "failed", sources=("submitting",), now=now, charged="no", completed_at=now
        )
    assert row is not None
    return str(row.prompt)


async def test_an_empty_queue(signed_in: httpx2.AsyncClient) -> None:
    assert await queue_of(signed_in) == {
        "running": [],
        "waiting": [],
        "counts": {"running": 0, "waiting": 0, "failed": 0, "done": 0},
        "paused": False,
        "others": {"running": 0, "waiting": 0},
    }


async def test_people_take_turns(signed_in: httpx2.AsyncClient, member: MakeMember, studio: Studio) -> None:
    """Whoever queues a hundred does not keep the next person waiting for all of them."""
    ada = await member("ada")
    for prompt in ("boss 1", "boss 2", "boss 3"):
        await make(signed_in, prompt, model="gpu/wan")
    for prompt in ("ada 1", "ada 2"):
        await make(ada, prompt, model="gpu/wan")
    expected = ["boss 1", "ada 1", "boss 2", "ada 2", "boss 3"]
    assert await line(signed_in, ada) == expected
    assert await admitted(studio) == expected


async def test_whoever_has_something_running_waits_for_the_others(
    signed_in: httpx2.AsyncClient, member: MakeMember, studio: Studio
) -> None:
    ada = await member("ada")
    running = await make(signed_in, "boss 0", model="gpu/wan")
    await put_in_stage(studio, running["id"], "generating")
    await make(signed_in, "boss 1", model="gpu/wan")
    await make(ada, "ada 1", model="gpu/wan")
    assert await line(signed_in, ada) == ["ada 1", "boss 1"]


async def test_priority_counts_among_ones_own_only(
    signed_in: httpx2.AsyncClient, member: MakeMember, studio: Studio
) -> None:
    ada = await member("ada")
    await make(ada, "ada 1", model="gpu/wan")
    await make(signed_in, "boss low", model="gpu/wan", priority=-5)
    await make(signed_in, "boss high", model="gpu/wan", priority=10)
    await make(signed_in, "boss plain", model="gpu/wan")
    found = await line(signed_in, ada)
    assert [prompt for prompt in found if "boss" in prompt] == ["boss high", "boss plain", "boss low"]
    assert "ada 1" in found[:2]
    assert await admitted(studio) == found


async def test_no_more_are_let_in_than_there_are_places(
    signed_in: httpx2.AsyncClient, studio: Studio
) -> None:
    for number in range(4):
        await make(signed_in, str(number), model="gpu/wan")
    provider = studio.providers.get("gpu")
    assert provider is not None
    async with studio.transaction() as work:
        epoch = await provider_state.begin_shift(work, "gpu")
    for expected in (2, 0):
        async with studio.transaction() as work:
            ids, _ = await admit(work, provider, epoch=epoch, now=studio.clock.now())
        assert len(ids) == expected
    found = await queue_of(signed_in)
    assert [video["prompt"] for video in found["running"]] == ["0", "1"]
    assert [(video["prompt"], video["position"]) for video in found["waiting"]] == [("2", 1), ("3", 2)]
    assert {video["position"] for video in found["running"]} == {None}


async def test_an_older_shift_lets_nothing_in(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    await make(signed_in, model="gpu/wan")
    provider = studio.providers.get("gpu")
    assert provider is not None
    async with studio.transaction() as work:
        older = await provider_state.begin_shift(work, "gpu")
    async with studio.transaction() as work:
        newer = await provider_state.begin_shift(work, "gpu")
    for epoch, expected in ((older, 0), (newer, 1)):
        async with studio.transaction() as work:
            ids, _ = await admit(work, provider, epoch=epoch, now=studio.clock.now())
        assert len(ids) == expected


async def test_a_paused_queue_waits_and_others_go_on(
    signed_in: httpx2.AsyncClient, member: MakeMember, studio: Studio
) -> None:
    ada = await member("ada")
    await make(signed_in, "boss 1", model="gpu/wan")
    await make(ada, "ada 1", model="gpu/wan")
    for _ in range(2):
        answer = await signed_in.post("/api/queue/pause")
        assert (answer.status_code, answer.json()["paused"]) == (200, True)
    found = await queue_of(signed_in)
    assert [(video["prompt"], video["position"]) for video in found["waiting"]] == [("boss 1", 1)]
    assert (await queue_of(ada))["paused"] is False
    assert await admitted(studio) == ["ada 1"]
    answer = await signed_in.post("/api/queue/resume")
    assert answer.json()["paused"] is False
    assert answer.json()["waiting"][0]["position"] == 1
    assert await admitted(studio) == ["boss 1"]


async def test_others_are_counts_alone(
    signed_in: httpx2.AsyncClient, member: MakeMember, studio: Studio
) -> None:
    ada = await member("ada")
    hers = [await make(ada, "secret", model="gpu/wan") for _ in range(4)]
    await put_in_stage(studio, hers[0]["id"], "generating")
    await put_in_stage(studio, hers[1]["id"], "failed")
    await make(signed_in, "mine", model="gpu/wan")
    answer = await signed_in.get("/api/queue")
    assert answer.json()["others"] == {"running": 1, "waiting": 2}
    assert "secret" not in answer.text
    assert (await queue_of(ada))["others"] == {"running": 0, "waiting": 1}


async def test_counts_of_what_ended_lately(signed_in: httpx2.AsyncClient, studio: Studio) -> None:
    made = [await make(signed_in) for _ in range(5)]
    await complete(studio, made[0]["id"])
    await put_in_stage(studio, made[1]["id"], "failed")
    await put_in_stage(studio, made[2]["id"], "downloading")
    await put_in_stage(studio, made[3]["id"], "unknown")
    found = await queue_of(signed_in)
    assert found["counts"] == {"running": 2, "waiting": 1, "failed": 1, "done": 1}
    assert {video["id"] for video in found["running"]} == {made[2]["id"], made[3]["id"]}


async def test_time_left_is_learned_from_what_was_made(
    signed_in: httpx2.AsyncClient, studio: Studio, clock: MovableClock
) -> None:
    waiting = await make(signed_in)
    assert (await queue_of(signed_in))["waiting"][0]["eta"] is None
    await signed_in.delete(f"/api/videos/{waiting['id']}?permanent=true")
    for _ in range(4):
        done = await make(signed_in)
        now = studio.clock.now()
        await put_in_stage(studio, done["id"], "completed", started_at=now - 30, completed_at=now)
    clock.ahead = 30  # what was learned is kept for 20 seconds
    await make(signed_in)
    eta = (await queue_of(signed_in))["waiting"][0]["eta"]
    assert 0 < eta["low"] <= 30 < eta["high"] <= 90
