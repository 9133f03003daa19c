"""The order of one's own line, and providers that an administrator holds."""

from __future__ import annotations

import httpx2
import pytest
from tests.conftest import MakeMember, Until
from tests.videos.making import make, seen, working

from rushes.studio import Studio


@pytest.fixture
async def waiting(signed_in: httpx2.AsyncClient) -> list[str]:
    """Ids of five videos in a paused line, two of them from one request, one more urgent than the others."""
    await signed_in.post("/api/queue/pause")
    twins = (await make(signed_in, "twins", n=2))["videos"]
    others = [await make(signed_in, f"video {number}") for number in range(2)]
    urgent = await make(signed_in, "urgent", priority=5)
    return [video["id"] for video in (urgent, *twins, *others)]


async def in_line(client: httpx2.AsyncClient) -> list[str]:
    return [video["id"] for video in (await client.get("/api/queue")).json()["waiting"]]


async def test_the_line_takes_the_order_that_is_asked_for(
    signed_in: httpx2.AsyncClient, waiting: list[str]
) -> None:
    assert await in_line(signed_in) == waiting
    for wanted in (waiting[::-1], waiting[2:] + waiting[:2], waiting):
        answer = await signed_in.post("/api/queue/reorder", json={"ids": wanted})
        assert answer.status_code == 200, answer.text
        assert [video["id"] for video in answer.json()["waiting"]] == wanted
        assert await in_line(signed_in) == wanted


async def test_some_change_places_among_themselves(signed_in: httpx2.AsyncClient, waiting: list[str]) -> None:
    urgent, first, second, third, fourth = waiting
    await signed_in.post("/api/queue/reorder", json={"ids": [fourth, first]})
    assert await in_line(signed_in) == [urgent, fourth, second, third, first]


async def test_nobody_else_is_overtaken(
    signed_in: httpx2.AsyncClient, waiting: list[str], member: MakeMember
) -> None:
    ada = await member("ada")
    await ada.post("/api/queue/pause")
    hers = [(await make(ada, f"hers {number}"))["id"] for number in range(2)]
    refused = await signed_in.post("/api/queue/reorder", json={"ids": [*waiting, hers[0]]})
    assert refused.status_code == 404
    assert await in_line(signed_in) == waiting
    assert await in_line(ada) == hers


async def test_what_no_longer_waits_is_passed_over(signed_in: httpx2.AsyncClient, waiting: list[str]) -> None:
    await signed_in.post(f"/api/videos/{waiting[1]}/cancel")
    answer = await signed_in.post("/api/queue/reorder", json={"ids": waiting[::-1]})
    assert answer.status_code == 200
    assert await in_line(signed_in) == [waiting[4], waiting[3], waiting[2], waiting[0]]


@pytest.mark.parametrize("body", [{}, {"ids": []}, {"ids": ["x" * 65]}, {"ids": ["a\x00b"]}, {"ids": "all"}])
async def test_an_order_that_is_none(signed_in: httpx2.AsyncClient, body: dict[str, object]) -> None:
    assert (await signed_in.post("/api/queue/reorder", json=body)).status_code in (400, 422)


async def test_a_held_provider_is_given_nothing_until_it_is_let_go(
    signed_in: httpx2.AsyncClient, member: MakeMember, studio: Studio, until: Until
) -> None:
    ada = await member("ada")
    assert (await ada.post("/api/providers/animatic/pause")).status_code == 403
    assert (await signed_in.post("/api/providers/nobody/pause")).status_code == 404
    held = (await signed_in.post("/api/providers/animatic/pause")).json()["providers"]
    assert [one["paused"] for one in held] == [True]
    async with working(studio):
        video = await make(ada, "held back")

        async def shift_has_begun() -> bool:
            return (await signed_in.get("/ready")).status_code == 200

        await until(shift_has_begun, "the worker")
        assert (await seen(ada, video["id"]))["stage"] == "waiting"
        await signed_in.post("/api/providers/animatic/resume")

        async def is_done() -> bool:
            return (await seen(ada, video["id"]))["stage"] == "completed"

        await until(is_done, "it to be drawn", seconds=30)
