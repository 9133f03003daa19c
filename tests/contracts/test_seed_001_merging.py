"""Seed 001: clips of the library become one film, and what cannot be one says why."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import av
import httpx2
import pytest
from tests.conftest import MakeMember, Until
from tests.contracts.clip_making import Post, a_clip, a_picture, fetched
from tests.videos.making import belongings, complete, files_of, make, put_in_stage

from rushes.dialects.clip_maker import merging
from rushes.media.cut import CutFailed
from rushes.media.probe import probe
from rushes.studio import Studio


async def merged(post: Post, client: httpx2.AsyncClient, clips: list[dict[str, Any]], **more: Any) -> Any:
    return await post(client, "merge_video_clips", {"clips": clips, "requestId": "req-abc123", **more})


def colours(film: Path, *times: float) -> list[tuple[int, int, int]]:
    """The middle of the picture at each time, as red, green and blue."""
    found = []
    with av.open(str(film)) as container:
        frames = [
            (frame.time or 0.0, frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)
        ]
    for time in times:
        _, picture = min(frames, key=lambda each: abs(each[0] - time))
        height, width, _ = picture.shape
        red, green, blue = picture[height // 2, width // 2]
        found.append((int(red), int(green), int(blue)))
    return found


async def test_two_clips_become_one_film_as_they_are(
    post: Post,
    user: httpx2.AsyncClient,
    worker: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    really, copied = merging.cut, []

    async def watched(*order: Any, **more: Any) -> Any:
        result = await really(*order, **more)
        copied.append(result.copied)
        return result

    monkeypatch.setattr(merging, "cut", watched)
    first = await a_clip(post, user, 0, startImage=a_picture("red"))
    second = await a_clip(post, user, 1, startImage=a_picture("blue"))
    got = await merged(post, user, [{"s3Key": first["s3Key"]}, {"videoUrl": second["proxyUrl"]}])
    made = got.json()
    assert (got.status, copied) == (200, [True]), made
    assert made.keys() == {
        *("success", "videoId", "videoUrl", "proxyUrl", "s3Key", "duration", "totalClips"),
    }
    assert (made["success"], made["totalClips"]) == (True, 2)
    assert re.fullmatch(r"user_\w+/req-abc123/video-clips/final_video_\d+\.mp4", made["s3Key"])
    film = tmp_path / "film.mp4"
    film.write_bytes(await fetched(made["videoUrl"]))
    seen = await probe(film)
    assert (seen.width, seen.height) == (320, 180)
    assert seen.duration == pytest.approx(2.0, abs=0.1)
    assert made["duration"] == pytest.approx(2.0, abs=0.1)
    (red, _, blue), (later_red, _, later_blue) = colours(film, 0.5, 1.5)
    assert red > blue
    assert later_blue > later_red
    video = (await user.get(f"/api/videos/{made['videoId']}")).json()
    assert (video["kind"], video["status"], video["cost_actual"]) == ("cut", "completed", 0)
    assert video["file_path"] == made["s3Key"]


async def test_other_sizes_are_brought_to_one(
    post: Post, user: httpx2.AsyncClient, worker: None, tmp_path: Path
) -> None:
    wide = await a_clip(post, user, 0)
    tall = await a_clip(post, user, 1, frameAspectRatio="180:320", startImage=a_picture("blue"))
    clips = [{"s3Key": wide["s3Key"]}, {"s3Key": tall["s3Key"]}, {"s3Key": wide["s3Key"]}]
    got = await merged(post, user, clips, aspectRatio="400:400", transition="dissolve")
    assert got.status == 200, got.body
    film = tmp_path / "film.mp4"
    film.write_bytes(await fetched(got.json()["proxyUrl"]))
    seen = await probe(film)
    assert (seen.width, seen.height) == (400, 400)
    assert seen.duration == pytest.approx(3.0, abs=0.1)


async def test_one_clip_is_a_film_too(post: Post, user: httpx2.AsyncClient, worker: None) -> None:
    """By its id, and by the address that the library gives."""
    await a_clip(post, user)
    [video] = (await user.get("/api/videos")).json()["videos"]
    video_id, library = video["id"], video["content_url"]
    for clip in ({"videoId": video_id}, {"videoUrl": library}):
        got = await merged(post, user, [clip])
        assert got.status == 200, got.body
        assert got.json()["totalClips"] == 1
        assert got.json()["duration"] == pytest.approx(1.0, abs=0.1)


async def test_what_cannot_be_merged_names_the_clip_and_leaves_nothing(
    post: Post, user: httpx2.AsyncClient, member: MakeMember, studio: Studio
) -> None:
    """Nobody works here: the videos stand where they were put."""
    mine, waiting, broken = [(await make(user))["id"] for _ in range(3)]
    await complete(studio, mine)
    await put_in_stage(studio, broken, "failed")
    other = await member("somebody")
    theirs = (await make(other))["id"]
    row = await complete(studio, theirs)
    before = await belongings(studio)
    for clip, status, said in (
        ({"videoId": "video_none"}, 404, "clips.1 names 'video_none'"),
        ({"videoId": theirs}, 404, "clips.1"),
        ({"s3Key": row.file_path}, 404, "clips.1"),
        ({"videoUrl": f"/api/videos/{theirs}/content"}, 404, "clips.1"),
        ({"videoId": waiting}, 409, "queued"),
        ({"videoId": broken}, 409, "failed"),
    ):
        got = await merged(post, user, [{"videoId": mine}, clip])
        told = got.json()
        assert (got.status, told["success"]) == (status, False), told
        assert said in told["error"]
    assert await belongings(studio) == before


async def test_a_file_that_is_no_film_any_more_is_named(
    post: Post, user: httpx2.AsyncClient, studio: Studio
) -> None:
    ids = [(await make(user))["id"] for _ in range(2)]
    rows = [await complete(studio, video_id) for video_id in ids]
    Path(studio.settings.videos_dir, rows[1].file_path).write_bytes(b"nothing of a film" * 100)
    before = await belongings(studio)
    got = await merged(post, user, [{"videoId": video_id} for video_id in ids])
    assert (got.status, got.json()["error"].startswith("clips.1: ")) == (409, True)
    assert await belongings(studio) == before


async def test_what_takes_too_long_is_told_and_leaves_nothing(
    post: Post, user: httpx2.AsyncClient, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    video_id = (await make(user))["id"]
    await complete(studio, video_id)
    before = await belongings(studio)

    async def endless(*_: Any, **__: Any) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr(merging, "cut", endless)
    monkeypatch.setattr(merging, "PATIENCE", 0.3)
    got = await merged(post, user, [{"videoId": video_id}])
    assert (got.status, got.json()["code"]) == (500, "merge_takes_too_long")
    assert await belongings(studio) == before


async def test_a_client_that_leaves_finds_the_film_in_its_library(
    post: Post,
    user: httpx2.AsyncClient,
    worker: None,
    studio: Studio,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clips = [{"s3Key": (await a_clip(post, user, index))["s3Key"]} for index in (0, 1)]
    begun, has_left, really = asyncio.Event(), asyncio.Event(), merging.cut

    async def patient(*order: Any, **more: Any) -> Any:
        begun.set()
        await has_left.wait()
        return await really(*order, **more)

    monkeypatch.setattr(merging, "cut", patient)
    asking = asyncio.create_task(user.post("/api/merge_video_clips", json={"clips": clips}))
    await begun.wait()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    has_left.set()

    async def is_there() -> bool:
        listed = (await user.get("/api/videos?kind=cut")).json()["videos"]
        return [video["status"] for video in listed] == ["completed"]

    await until(is_there, "the film", seconds=30)
    assert not [name for name in files_of(studio) if "merge-" in name]


async def test_a_cut_that_fails_is_said_and_leaves_nothing(
    post: Post, user: httpx2.AsyncClient, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    video_id = (await make(user))["id"]
    await complete(studio, video_id)
    before = await belongings(studio)

    async def broken(*_: Any, scratch: Path, **__: Any) -> None:
        (scratch / "half.mp4").write_bytes(b"half")
        raise CutFailed("encoding_failed", "It could not be encoded.")

    monkeypatch.setattr(merging, "cut", broken)
    got = await merged(post, user, [{"videoId": video_id}])
    assert (got.status, got.json()["code"]) == (409, "encoding_failed")
    assert await belongings(studio) == before
