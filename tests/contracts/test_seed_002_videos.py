"""The videos API exactly as seed 002 documents it, sent by curl to a demonstration with its worker."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Until
from tests.contracts.curl import Got, curl
from tests.videos.making import SMALL, working
from tests.videos.test_creating import picture

from rushes.accounts.first_run import first_run
from rushes.serving import Serving
from rushes.studio import Studio

# The fields of the documented answer to POST /api/videos, with the types that they are shown with.
DOCUMENTED: dict[str, type | tuple[type, ...]] = {
    "id": str,
    "user_id": str,
    "openai_video_id": (str, type(None)),
    "prompt": str,
    "model": str,
    "size": str,
    "seconds": str,
    "status": str,
    "progress": int,
    "created_at": int,
}


class Api:
    """A client of the document: a base URL and a token."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token

    async def __call__(self, path: str, *arguments: str) -> Got:
        return await curl(f"{self.url}{path}", "-H", f"Authorization: Bearer {self.token}", *arguments)

    async def finished(self, video_id: str, until: Until) -> dict[str, Any]:
        found: dict[str, Any] = {}

        async def is_done() -> bool:
            found.update((await self(f"/api/videos/{video_id}")).json())
            return found["status"] not in ("queued", "in_progress")

        await until(is_done, "the video to be finished", seconds=60)
        assert found["status"] == "completed", found["error"]
        return found


@pytest.fixture
async def api(studio: Studio, server: Serving) -> AsyncIterator[Api]:
    """Signed in by the document's own request: `admin` with the password `admin`."""
    studio.settings.demo = True
    studio.settings.password_min_length = 6
    await first_run(studio)
    answer = await curl(
        *("-X", "POST", f"{server.url}/api/auth/login", "-H", "Content-Type: application/json"),
        *("-d", '{"username": "admin", "password": "admin"}'),
    )
    assert answer.status == 200
    assert answer.json()["user"]["username"] == "admin"
    async with working(studio):
        yield Api(server.url, answer.json()["token"])


def form(**fields: Any) -> list[str]:
    return [part for name, value in fields.items() for part in ("-F", f"{name}={value}")]


def is_documented(video: dict[str, Any]) -> bool:
    for name, kind in DOCUMENTED.items():
        assert isinstance(video[name], kind), name
    assert video["status"] in ("queued", "in_progress", "completed", "failed")
    return True


async def test_create_with_the_prompt_alone(api: Api) -> None:
    answer = await api("/api/videos", "-X", "POST", *form(prompt="A cat on a motorcycle"))
    assert answer.status == 201
    video = answer.json()
    assert is_documented(video)
    assert (video["prompt"], video["size"], video["seconds"]) == ("A cat on a motorcycle", "1280x720", "8")
    await api(f"/api/videos/{video['id']}/cancel", "-X", "POST")


@pytest.mark.parametrize("model", ["sora-2", "sora-2-pro"])
async def test_from_creating_to_deleting(api: Api, model: str, until: Until) -> None:
    await api("/api/queue/pause", "-X", "POST")  # or it may have begun before the answer is written
    answer = await api(
        "/api/videos", "-X", "POST", *form(prompt="A lighthouse", model=model, size="128x128", seconds="1")
    )
    assert answer.status == 201
    video = answer.json()
    assert is_documented(video)
    assert (video["model"], video["status"], video["progress"]) == (model, "queued", 0)
    await api("/api/queue/resume", "-X", "POST")

    done = await api.finished(video["id"], until)
    assert is_documented(done)
    assert (done["id"], done["progress"]) == (video["id"], 100)
    assert isinstance(done["file_path"], str)
    assert done["file_path"].endswith(".mp4")

    film = await api(f"/api/videos/{video['id']}/content?variant=video")
    assert (film.status, film.content_type) == (200, "video/mp4")
    assert film.body[4:8] == b"ftyp"
    assert (await api(f"/api/videos/{video['id']}/content")).body == film.body
    still = await api(f"/api/videos/{video['id']}/content?variant=thumbnail")
    assert (still.status, still.content_type, still.body[:2]) == (200, "image/jpeg", b"\xff\xd8")

    answer = await api(
        *(f"/api/videos/{video['id']}/remix", "-X", "POST", "-H", "Content-Type: application/json"),
        *("-d", '{"prompt": "Change the color palette to teal and orange"}'),
    )
    assert answer.status == 201
    remix = answer.json()
    assert is_documented(remix)
    assert remix["id"] != video["id"]
    assert remix["remixed_from_video_id"] == video["id"]
    assert (remix["model"], remix["size"], remix["seconds"]) == (model, "128x128", "1")
    await api.finished(remix["id"], until)

    answer = await api(f"/api/videos/{video['id']}", "-X", "DELETE")
    assert (answer.status, answer.json()) == (200, {"success": True})
    listed = (await api("/api/videos")).json()
    assert [each["id"] for each in listed["videos"]] == [remix["id"]]


@pytest.mark.parametrize(("form_of", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
async def test_an_image_for_the_first_frame(
    api: Api, tmp_path: Path, until: Until, form_of: str, ending: str
) -> None:
    file = tmp_path / f"first.{ending}"
    file.write_bytes(await asyncio.to_thread(picture, 128, 128, form_of))
    answer = await api(
        *("/api/videos", "-X", "POST"),
        *form(prompt="It begins to move", size="128x128", seconds="1", input_reference=f"@{file}"),
    )
    assert answer.status == 201, answer.body
    assert is_documented(answer.json())
    done = await api.finished(answer.json()["id"], until)
    assert done["kind"] == "image"


async def test_listing(api: Api) -> None:
    empty = (await api("/api/videos")).json()
    assert (empty["videos"], empty["limit"], empty["offset"]) == ([], 50, 0)
    for number in range(3):
        body = json.dumps({"prompt": f"number {number}", **SMALL})
        await api("/api/videos", "-X", "POST", "-H", "Content-Type: application/json", "-d", body)
    page = (await api("/api/videos?limit=2&offset=1")).json()
    assert (page["limit"], page["offset"]) == (2, 1)
    assert [video["prompt"] for video in page["videos"]] == ["number 1", "number 0"]
    assert all(is_documented(video) for video in page["videos"])


async def test_without_a_token_there_is_nothing(api: Api) -> None:
    for arguments in (
        ("/api/videos",),
        ("/api/videos/video_abc123",),
        ("/api/videos/video_abc123/content",),
        ("/api/videos", "-X", "POST", "-F", "prompt=x"),
        ("/api/videos/video_abc123/remix", "-X", "POST"),
        ("/api/videos/video_abc123", "-X", "DELETE"),
    ):
        path, *more = arguments
        answer = await curl(f"{api.url}{path}", *more)
        assert answer.status == 401
        assert answer.json()["success"] is False
        forged = await curl(f"{api.url}{path}", *more, "-H", f"Authorization: Bearer {api.token[:-4]}abcd")
        assert forged.status == 401
