"""Seed 003 as it is documented, sent by curl: the health check, and a video as the answer to one request."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.contracts.curl import curl
from tests.videos.making import working

from rushes.media.probe import probe
from rushes.serving import Serving
from rushes.studio import Studio

_EXAMPLE = {"prompt": "A beautiful sunset over the ocean"}
_NO_PROMPT = 'Invalid request. Please provide a "prompt" field in the request body.'

Generate = Callable[..., Awaitable[Any]]


@pytest.fixture
async def generate(signed_in: httpx2.AsyncClient, server: Serving) -> Generate:
    """The document's own curl, with a token."""

    async def ask(body: str, *more: str) -> Any:
        return await curl(
            *("-X", "POST", f"{server.url}/api/video/generate"),
            *("-H", "Content-Type: application/json"),
            *("-H", f"Authorization: {signed_in.headers['Authorization']}"),
            *("-d", body, *more),
        )

    return ask


@pytest.fixture
async def worker(studio: Studio, server: Serving) -> AsyncIterator[None]:
    async with working(studio):
        yield


async def test_the_health_check(server: Serving) -> None:
    health = (await curl(f"{server.url}/health")).json()
    assert health["status"] == "healthy"
    assert isinstance(health["message"], str)
    assert health["timestamp"].endswith("Z")


async def test_the_answer_is_the_video(
    generate: Generate, worker: None, tmp_path: Path, signed_in: httpx2.AsyncClient
) -> None:
    head, target = tmp_path / "head", tmp_path / "video.mp4"
    got = await generate(
        '{"prompt": "A sunset over the ocean"}',
        *("--dump-header", str(head), "--output", str(target), "--max-time", "60"),
    )
    assert (got.status, got.content_type) == (200, "video/mp4")
    headers = dict(line.lower().split(": ", 1) for line in head.read_text().splitlines()[1:] if ": " in line)
    assert int(headers["content-length"]) == target.stat().st_size
    assert headers["content-disposition"].startswith('attachment; filename="generated-video-')
    assert headers["content-disposition"].endswith('.mp4"')
    assert float(headers["x-generation-time"]) > 0
    assert float(headers["x-video-size"]) == pytest.approx(target.stat().st_size / 1e6, abs=0.01)
    seen = await probe(target)
    assert (seen.width, seen.height) == (512, 512)
    assert seen.duration == pytest.approx(2.0, abs=0.1)
    [video] = (await signed_in.get("/api/videos")).json()["videos"]
    assert (video["prompt"], video["model"]) == ("A sunset over the ocean", "animatic/animatic")
    assert video["id"] == headers["x-video-id"]


async def test_the_same_key_makes_one_video(
    generate: Generate, worker: None, tmp_path: Path, signed_in: httpx2.AsyncClient
) -> None:
    bodies = []
    for name in ("first.mp4", "second.mp4"):
        target = tmp_path / name
        await generate(json.dumps(_EXAMPLE), "-H", "Idempotency-Key: once", "--output", str(target))
        bodies.append(target.read_bytes())
    assert bodies[0] == bodies[1]
    assert len((await signed_in.get("/api/videos")).json()["videos"]) == 1


@pytest.mark.parametrize("body", ["{}", '{"prompt": ""}', '{"prompt": 7}', "not json", "[]", ""])
async def test_what_lacks_a_prompt_gets_the_documented_400(generate: Generate, body: str) -> None:
    got = await generate(body)
    assert got.status == 400
    answer = got.json()
    assert (answer["success"], answer["error"], answer["example"]) == (False, _NO_PROMPT, _EXAMPLE)
    assert isinstance(answer["details"], str)


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"resolution": "10x10"}, "size"), ({"model": "nobody/nothing"}, "not offered"), ({"fsp": 3}, "fsp")],
)
async def test_what_else_is_wrong_is_said(
    generate: Generate, signed_in: httpx2.AsyncClient, changes: dict[str, Any], said: str
) -> None:
    got = await generate(json.dumps({**_EXAMPLE, **changes}))
    answer = got.json()
    assert got.status == 400
    assert said in answer["error"]
    assert answer["details"] == answer["error"]
    assert (await signed_in.get("/api/videos")).json()["videos"] == []


async def test_a_video_that_takes_too_long_goes_on(
    generate: Generate, monkeypatch: pytest.MonkeyPatch, signed_in: httpx2.AsyncClient
) -> None:
    """Nobody works here, so it stays in line."""
    monkeypatch.setattr("rushes.dialects.generate._PATIENCE", 0.3)
    got = await generate(json.dumps(_EXAMPLE))
    answer = got.json()
    assert got.status == 503
    assert answer["error"] == "Model is currently loading. Please wait 1-2 minutes and try again."
    [video] = (await signed_in.get("/api/videos")).json()["videos"]
    assert video["status"] == "queued"
    assert video["id"] in answer["details"]
    assert video["id"] in answer["suggestion"]


async def test_length_and_size_may_be_chosen(generate: Generate, worker: None, tmp_path: Path) -> None:
    target = tmp_path / "video.mp4"
    body = {**_EXAMPLE, "resolution": "256x128", "num_frames": 12, "fps": 12}
    got = await generate(json.dumps(body), "--output", str(target))
    assert got.status == 200
    seen = await probe(target)
    assert (seen.width, seen.height, round(seen.duration)) == (256, 128, 1)


async def test_it_wants_a_sign_in(server: Serving) -> None:
    got = await curl("-X", "POST", f"{server.url}/api/video/generate", "-d", "{}")
    assert got.status == 401
    assert got.json()["success"] is False
