"""Seed 004 as it is documented, sent by curl: stage after stage, the whole pipeline, and its manifest."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx2
import pytest
from tests.contracts.curl import curl
from tests.videos.making import working

from rushes.serving import Serving
from rushes.studio import Studio

Post = Callable[..., Awaitable[Any]]


@pytest.fixture(params=["alone"])
def standing() -> dict[str, Any]:
    """The documented requests do not depend on the database."""
    return {}


@pytest.fixture
async def worker(studio: Studio, server: Serving) -> AsyncIterator[None]:
    async with working(studio):
        yield


@pytest.fixture
async def post(signed_in: httpx2.AsyncClient, server: Serving) -> Post:
    """`await post("content", topic="…")` by curl, with a token."""

    async def ask(stage: str, **body: Any) -> Any:
        return await curl(
            *("-X", "POST", f"{server.url}/api/video/{stage}"),
            *("-H", "Content-Type: application/json"),
            *("-H", f"Authorization: {signed_in.headers['Authorization']}"),
            *("-d", json.dumps(body), "--max-time", "120"),
        )

    return ask


async def test_stage_after_stage(
    post: Post, worker: None, signed_in: httpx2.AsyncClient, subtests: pytest.Subtests
) -> None:
    outline = (await post("content", topic="how bees make honey")).json()
    job_id = outline["job_id"]
    assert outline["title"] and outline["outline"]
    scenes = (await post("scripts", job_id=job_id)).json()["scenes"]
    assert [scene["index"] for scene in scenes] == list(range(1, len(scenes) + 1))
    assert all(scene["image_prompt"] for scene in scenes)
    for stage, kind, count in (
        ("images", "image", len(scenes)),
        ("voices", "voice", len(scenes)),
        ("captions", "captions", 1),
        ("edit", "video", 1),
    ):
        with subtests.test(stage):
            made = (await post(stage, job_id=job_id)).json()
            assert made["job_id"] == job_id
            assert [artifact["kind"] for artifact in made["artifacts"]] == [kind] * count
            for artifact in made["artifacts"]:
                assert (await signed_in.get(artifact["url"])).status_code == 200
    manifest = (await signed_in.get(f"/api/video/jobs/{job_id}")).json()
    assert (manifest["job_id"], manifest["status"]) == (job_id, "completed")
    assert {stage["status"] for stage in manifest["stages"]} == {"done"}
    assert all(stage["seconds"] is not None for stage in manifest["stages"])


async def test_the_pipeline(post: Post, signed_in: httpx2.AsyncClient) -> None:
    """Nobody works here: the answer does not wait for the film."""
    begun = await post("pipeline", topic="a fox in the snow", scenes=2, aspect_ratio="9:16")
    assert begun.status == 202
    assert begun.json()["status"] == "running"
    manifest = (await signed_in.get(f"/api/video/jobs/{begun.json()['job_id']}")).json()
    assert (manifest["status"], manifest["stages"][0]["stage"]) == ("running", "story")


@pytest.mark.parametrize("body", [{}, {"topic": ""}, {"topic": "x" * 10_001}, {"topic": 7}, {"subject": "x"}])
async def test_what_is_wrong_with_a_request_is_400(post: Post, body: dict[str, Any]) -> None:
    refused = await post("content", **body)
    told = refused.json()
    assert refused.status == 400
    assert (told["success"], told["error"]) == (False, told["detail"])


async def test_a_job_that_there_is_not(post: Post) -> None:
    assert (await post("images", job_id="production_none")).status == 404
