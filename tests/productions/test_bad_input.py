"""What cannot be: a sentence that names the field, and nothing left behind."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from tests.conftest import MakeMember, Until
from tests.productions.filming import ended, make, run, seen
from tests.videos.making import complete
from tests.videos.making import make as make_video

from rushes.media.ffmpeg import find_ffmpeg
from rushes.media.ffmpeg import run as run_ffmpeg
from rushes.studio import Studio
from rushes.tables import videos


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "prompt"),
        ({"prompt": "   "}, "prompt"),
        ({"prompt": "a", "script": "b"}, "prompt"),
        ({"prompt": "a", "scenes": 200}, "scenes"),
        ({"prompt": "a", "scenes": 0}, "scenes"),
        ({"prompt": "a", "scenes": True}, "scenes"),
        ({"prompt": "a", "seconds": 1}, "seconds"),
        ({"prompt": "a", "aspect_ratio": "3:2"}, "aspect_ratio"),
        ({"prompt": "a", "language": "plain English"}, "language"),
        ({"prompt": "a", "quality": "best"}, "quality"),
        ({"prompt": "a", "extra": 1}, "extra"),
        ({"script": {"scenes": []}}, "script"),
        ({"script": {"scenes": [{"narration": "x", "seconds": 61}]}}, "script"),
        ({"script": {"scenes": [{"narration": "x"}] * 41}}, "script"),
    ],
)
async def test_what_is_no_production(signed_in: httpx2.AsyncClient, body: dict[str, Any], field: str) -> None:
    refused = await signed_in.post("/api/productions", json=body)
    assert refused.status_code == 422, refused.text
    assert any(name.split(".")[0] == field for name in refused.json()["details"]["fields"])
    assert (await signed_in.get("/api/productions")).json()["productions"] == []


@pytest.fixture
async def film(signed_in: httpx2.AsyncClient) -> dict[str, Any]:
    """Two scenes, of which nothing is made."""
    return await make(signed_in, script={"scenes": [{"narration": "One."}, {"narration": "Two."}]})


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/run", {"through": "story", "pause_after": "cut"}, 422),
        ("/run", {"through": "credits"}, 422),
        ("/cut", {"transition": "star"}, 422),
        ("/cut", {"captions": {"style": "comic sans"}}, 422),
        ("/cut", {"music_asset_id": "asset_none"}, 422),
        ("/cut", {"resolution": 721}, 422),
        ("/scenes", {"after": 3}, 422),
        ("/scenes/reorder", {"order": [1]}, 422),
        ("/scenes/reorder", {"order": [1, 1]}, 422),
        ("/scenes/3/frame", {}, 404),
        ("/scenes/0/frame", {}, 404),
        ("/scenes/1e3/frame", {}, 404),
        ("/scenes/1/frame", {"asset_id": "asset_none"}, 422),
        ("/scenes/1/takes", {"video_id": "video_none"}, 422),
        ("/scenes/1/takes/video_none/circle", None, 404),
    ],
)
async def test_what_cannot_be_done_with_one(
    signed_in: httpx2.AsyncClient, film: dict[str, Any], path: str, body: Any, status: int
) -> None:
    refused = await signed_in.post(f"/api/productions/{film['id']}{path}", json=body)
    assert refused.status_code == status, refused.text
    assert await seen(signed_in, film["id"]) == film


async def test_takes_are_of_ones_own_library(
    signed_in: httpx2.AsyncClient, film: dict[str, Any], member: MakeMember, studio: Studio
) -> None:
    ada = await member("ada")
    hers = await make_video(ada)
    await complete(studio, hers["id"])
    unfinished = await make_video(signed_in)
    for video in (hers, unfinished):
        asked = {"video_id": video["id"]}
        refused = await signed_in.post(f"/api/productions/{film['id']}/scenes/1/takes", json=asked)
        assert refused.status_code == 422, refused.text
    mine = await make_video(signed_in)
    await complete(studio, mine["id"])
    taken = await signed_in.post(
        f"/api/productions/{film['id']}/scenes/1/takes", json={"video_id": mine["id"]}
    )
    assert taken.status_code == 202
    [take] = taken.json()["scenes"][0]["takes"]
    assert (take["own"], take["circled"], take["stale"]) == (True, True, False)
    points = f"/api/productions/{film['id']}/scenes/1/takes/{mine['id']}"
    for wrong in ({"in": 3, "out": 2}, {"out": 99}, {"in": -1}, {"in": "now"}):
        assert (await signed_in.patch(points, json=wrong)).status_code == 422
    assert (await signed_in.patch(points, json={"in": 0.2, "out": 0.8})).status_code == 200


async def test_a_language_without_a_voice_fails_that_scene_alone(
    signed_in: httpx2.AsyncClient, until: Until, worker: None
) -> None:
    made = await make(
        signed_in, script={"scenes": [{"narration": "Hello."}, {"narration": ""}]}, language="zz"
    )
    await run(signed_in, made["id"], through="voices")
    done = await ended(until, signed_in, made["id"])
    assert (done["status"], done["error"]["code"]) == ("failed", "unsupported_language")
    assert [scene["frame"]["status"] for scene in done["scenes"]] == ["done", "done"]
    assert done["scenes"][0]["voice"]["error"]["retryable"] is False


async def test_music_shorter_than_a_second(
    signed_in: httpx2.AsyncClient, until: Until, worker: None, tmp_path: Path
) -> None:
    """The film is not cut, everything else stays, and the next cut without it goes well."""
    short = tmp_path / "short.wav"
    sine = ["-f", "lavfi", "-i", "sine=440:duration=0.5", str(short)]
    await run_ffmpeg(find_ffmpeg(), sine)
    file = ("short.wav", await asyncio.to_thread(short.read_bytes), "audio/wav")
    brought = await signed_in.post("/api/assets", data={"purpose": "music"}, files={"file": file})
    assert brought.status_code == 201, brought.text
    made = await make(signed_in, script={"scenes": [{"narration": "Hello.", "seconds": 2}]})
    asked = {"music_asset_id": brought.json()["id"]}
    assert (await signed_in.post(f"/api/productions/{made['id']}/cut", json=asked)).status_code == 202
    failed = await ended(until, signed_in, made["id"])
    assert (failed["status"], failed["error"]["code"]) == ("failed", "music_too_short")
    assert failed["scenes"][0]["takes"][0]["circled"]
    again = await signed_in.post(f"/api/productions/{made['id']}/cut", json={"music_asset_id": None})
    assert again.status_code == 202
    done = await ended(until, signed_in, made["id"])
    assert (done["status"], done["error"]) == ("completed", None)


async def test_what_a_production_uses_is_not_deleted(
    signed_in: httpx2.AsyncClient, until: Until, worker: None
) -> None:
    made = await make(signed_in, script={"scenes": [{"narration": "Hello."}, {"narration": "There."}]})
    await run(signed_in, made["id"], through="voices")
    done = await ended(until, signed_in, made["id"])
    asset_id = done["scenes"][0]["frame"]["asset_id"]
    refused = await signed_in.delete(f"/api/assets/{asset_id}")
    assert (refused.status_code, refused.json()["code"]) == (409, "asset_in_use")
    assert (await signed_in.delete(f"/api/productions/{made['id']}/scenes/1")).status_code == 200
    assert (await signed_in.delete(f"/api/assets/{asset_id}")).status_code == 200
    assert (await signed_in.delete(f"/api/productions/{made['id']}")).status_code == 200
    assert (await signed_in.get(f"/api/productions/{made['id']}")).status_code == 404
    left = (await signed_in.get("/api/assets")).json()["assets"]
    assert {asset["purpose"] for asset in left} == {"still", "voice"}


async def test_a_clip_that_is_gone_is_named(
    signed_in: httpx2.AsyncClient, studio: Studio, until: Until, worker: None
) -> None:
    """Somebody has tidied up the folder by hand: all else stays, and another take mends it."""
    made = await make(
        signed_in, script={"scenes": [{"narration": "", "seconds": 1}, {"narration": "Hello."}]}
    )
    await run(signed_in, made["id"], through="captions")
    [take] = (await ended(until, signed_in, made["id"]))["scenes"][1]["takes"]
    async with studio.reading() as session:
        query = select(videos.c.file_path).where(videos.c.id == take["video_id"])
        key = (await session.execute(query)).scalar_one()
    await studio.storage.delete(key)
    await run(signed_in, made["id"])
    failed = await ended(until, signed_in, made["id"])
    assert (failed["status"], failed["error"]["code"]) == ("failed", "missing_clip")
    assert failed["error"]["message"] == (
        "The cut of the film: The clip of scene 2 is no longer there. Circle another take, or make one."
    )
    assert (await signed_in.post(f"/api/productions/{made['id']}/scenes/2/takes", json={})).status_code == 202

    async def is_taken() -> bool:
        return (await seen(signed_in, made["id"]))["scenes"][1]["takes"][-1]["circled"] is True

    await until(is_taken, "the other take", seconds=60)
    await run(signed_in, made["id"])
    done = await ended(until, signed_in, made["id"])
    assert (done["status"], done["error"]) == ("completed", None)
