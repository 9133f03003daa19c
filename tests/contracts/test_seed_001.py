"""Seed 001 as it is documented, sent by curl: stories, frames and clips; what is wrong, and who may ask."""

from __future__ import annotations

import base64
import io
import os
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image
from tests.conftest import MakeMember
from tests.contracts.clip_making import CLIP, IMAGE, STORY, Post, a_clip, a_picture, fetched
from tests.contracts.curl import curl
from tests.videos.making import belongings, whoami

from rushes.media.probe import probe
from rushes.serving import Serving
from rushes.studio import Studio


async def test_a_story(post: Post, user: httpx2.AsyncClient) -> None:
    got = await post(user, "generate_story", STORY)
    told = got.json()
    assert (got.status, told["success"], told.keys()) == (200, True, {"success", "story"})
    story = told["story"]
    assert story.keys() == {"title", "overview", "scenes"}
    assert story["title"]
    assert story["overview"]
    assert [scene["frame_number"] for scene in story["scenes"]] == [1, 2, 3, 4, 5, 6]
    assert story["scenes"][0]["timestamp"] == "0:00"
    times = [int(m) * 60 + int(s) for m, s in (scene["timestamp"].split(":") for scene in story["scenes"])]
    assert times == sorted(set(times))
    assert max(times) < 30
    for scene in story["scenes"]:
        assert scene.keys() == {"frame_number", "timestamp", "description", "prompt"}
        assert scene["description"]
        assert scene["prompt"].startswith("STYLE: Realistic style, energetic mood, photorealistic")
        for word in ("TECHNICAL: ", "LIGHTING: ", "MOOD: Energetic", "SCENE: "):
            assert f"\n{word}" in scene["prompt"]


async def test_a_single_image(post: Post, user: httpx2.AsyncClient, server: Serving) -> None:
    got = await post(user, "generate_single_image", IMAGE)
    made = got.json()
    assert got.status == 200, made
    assert re.fullmatch(r"user123/req-abc123/reference-frames/generated_frame_0_\d+\.png", made["s3Key"])
    assert made == {
        "success": True,
        "imageUrl": made["imageUrl"],
        "proxyUrl": made["proxyUrl"],
        "s3Key": made["s3Key"],
        "userId": "user123",
        "requestId": "req-abc123",
        "frameIndex": 0,
        "totalFrames": 6,
        "expiresIn": 3600,
    }
    assert made["proxyUrl"].startswith(f"{server.url}/api/proxy_s3_image/user123/req-abc123/")
    content = await fetched(made["imageUrl"])
    assert content == await fetched(made["proxyUrl"])
    with Image.open(io.BytesIO(content)) as image:
        assert (image.format, image.size) == ("PNG", (1280, 720))
    # Nothing is lost that was made.
    [asset] = (await user.get("/api/assets")).json()["assets"]
    assert (asset["purpose"], asset["kind"]) == ("still", "image")


async def test_a_frame_after_a_picture_has_all_of_it(post: Post, user: httpx2.AsyncClient) -> None:
    """A square whose left and right halves differ, in a frame that is twice as wide as it is high."""
    square = Image.new("RGB", (400, 400), (220, 30, 30))
    square.paste((30, 30, 220), (200, 0, 400, 400))
    buffer = io.BytesIO()
    square.save(buffer, "PNG")
    image = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
    got = await post(user, "generate_single_image", {**IMAGE, "image": image, "frameAspectRatio": "640:320"})
    assert got.status == 200, got.body
    with Image.open(io.BytesIO(await fetched(got.json()["imageUrl"]))) as still:
        assert still.size == (640, 320)
        left, right = (still.convert("RGB").getpixel((x, 160)) for x in (240, 400))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > left[2]
    assert right[2] > right[0]


async def test_a_large_picture_may_come_in_a_body(post: Post, user: httpx2.AsyncClient) -> None:
    buffer = io.BytesIO()
    Image.frombytes("RGB", (1100, 1000), os.urandom(1100 * 1000 * 3)).save(buffer, "PNG")
    image = base64.b64encode(buffer.getvalue()).decode()
    assert len(image) > 4_000_000
    got = await post(user, "generate_single_image", {**IMAGE, "image": image, "frameAspectRatio": "320:180"})
    assert got.status == 200, got.body
    # But not one of any size.
    more = await post(user, "generate_single_image", {**IMAGE, "image": "A" * 21_100_000})
    assert (more.status, more.json()["success"]) == (413, False)
    # And elsewhere no more than a body usually has.
    assert (await post(user, "generate_story", {**STORY, "prompt": image})).status == 413


async def test_several_pictures_of_a_prompt(post: Post, user: httpx2.AsyncClient) -> None:
    body = {"prompt": "a fox in the snow", "count": 2, "frameAspectRatio": "320:180", "mood": "Calm"}
    got = await post(user, "public/generate-images", body)
    told = got.json()
    assert (got.status, told["success"], len(told["images"])) == (200, True, 2)
    first, second = [await fetched(image["imageUrl"]) for image in told["images"]]
    assert first != second


async def test_the_same_prompt_twice_is_two_files(post: Post, user: httpx2.AsyncClient) -> None:
    keys = [(await post(user, "generate_single_image", IMAGE)).json()["s3Key"] for _ in range(2)]
    assert len(set(keys)) == 2


async def test_one_key_makes_one_picture(post: Post, user: httpx2.AsyncClient) -> None:
    once = ("-H", "Idempotency-Key: once")
    keys = [(await post(user, "generate_single_image", IMAGE, *once)).json()["s3Key"] for _ in range(2)]
    assert len(set(keys)) == 1
    other = await post(user, "generate_single_image", {**IMAGE, "prompt": "another"}, *once)
    assert other.status == 409
    assert len((await user.get("/api/assets")).json()["assets"]) == 1


async def test_a_clip(post: Post, user: httpx2.AsyncClient, worker: None, tmp_path: Path) -> None:
    got = await post(user, "generate_single_video_clip", {**CLIP, "startImage": a_picture()})
    made = got.json()
    assert got.status == 200, made
    assert re.fullmatch(r"user123/req-abc123/video-clips/generated_clip_0_\d+\.mp4", made["s3Key"])
    assert made == {
        "success": True,
        "userId": "user123",
        "requestId": "req-abc123",
        "clipIndex": 0,
        "totalClips": 6,
        "duration": 5,
        "s3Key": made["s3Key"],
        "proxyUrl": made["proxyUrl"],
        "videoUrl": made["videoUrl"],
        "expiresIn": 3600,
    }
    film = tmp_path / "clip.mp4"
    film.write_bytes(await fetched(made["videoUrl"]))
    seen = await probe(film)
    assert (seen.width, seen.height, round(seen.duration or 0)) == (1280, 720, 5)
    [video] = (await user.get("/api/videos")).json()["videos"]
    assert (video["kind"], video["prompt"], video["file_path"]) == ("image", CLIP["prompt"], made["s3Key"])


@pytest.mark.parametrize("form", ["imageUrl", "proxyUrl"])
async def test_a_frame_becomes_a_clip_by_its_address(
    form: str, post: Post, user: httpx2.AsyncClient, worker: None
) -> None:
    frame = (await post(user, "generate_single_image", {**IMAGE, "frameAspectRatio": "320:180"})).json()
    made = await a_clip(post, user, startImage=frame[form])
    [video] = (await user.get("/api/videos")).json()["videos"]
    assert video["file_path"] == made["s3Key"]
    [asset] = (await user.get("/api/assets")).json()["assets"]
    assert video["reference"]["asset_id"] == asset["id"]


async def test_another_s_frame_does_not(
    post: Post, user: httpx2.AsyncClient, member: MakeMember, studio: Studio
) -> None:
    frame = (await post(user, "generate_single_image", {**IMAGE, "frameAspectRatio": "320:180"})).json()
    other = await member("somebody")
    body = {**CLIP, "userId": None, "startImage": frame["proxyUrl"]}
    got = await post(other, "generate_single_video_clip", body)
    assert (got.status, "no picture of yours" in got.json()["error"]) == (400, True)
    assert (await other.get("/api/videos")).json()["videos"] == []


async def test_a_clip_that_takes_too_long_goes_on(
    post: Post, user: httpx2.AsyncClient, server: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody works here, so it stays in line."""
    monkeypatch.setattr("rushes.dialects.clip_maker.clips.PATIENCE", 0.3)
    got = await post(user, "generate_single_video_clip", {**CLIP, "startImage": a_picture()})
    told = got.json()
    assert (got.status, told["success"], told["status"]) == (202, True, "queued")
    assert told["statusUrl"] == f"{server.url}/api/videos/{told['videoId']}"
    assert (await user.get(told["statusUrl"])).json()["status"] == "queued"


async def test_one_key_makes_one_clip(post: Post, user: httpx2.AsyncClient, worker: None) -> None:
    body = {**CLIP, "startImage": a_picture(), "frameAspectRatio": "320:180", "duration": 1}
    once = ("-H", "Idempotency-Key: once")
    made = [(await post(user, "generate_single_video_clip", body, *once)).json() for _ in range(2)]
    assert made[0]["s3Key"] == made[1]["s3Key"]
    assert len((await user.get("/api/videos")).json()["videos"]) == 1


_OUTSIDE = "https://example.com/a.mp4"


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("generate_single_image", {**IMAGE, "image": "base64-encoded-reference-image"}, "image is no valid"),
        ("generate_single_image", {**IMAGE, "image": "aGVsbG8="}, "not a picture"),
        ("generate_single_image", {**IMAGE, "image": "data:text/html,hi"}, "image must be a data: URL"),
        ("generate_single_image", {**IMAGE, "prompt": ""}, "prompt"),
        ("generate_single_image", {**IMAGE, "frameIndex": 6}, "frameIndex"),
        ("generate_single_image", {**IMAGE, "frameAspectRatio": "wide"}, "frameAspectRatio"),
        ("generate_single_image", {**IMAGE, "requestId": "../../etc"}, "requestId"),
        ("generate_single_image", {**IMAGE, "expiresIn": 0}, "expiresIn"),
        ("generate_single_image", {**IMAGE, "colour": "red"}, "colour"),
        ("generate_single_image", "not json", "JSON"),
        ("generate_single_video_clip", CLIP, "startImage is required"),
        ("generate_single_video_clip", {**CLIP, "startImage": "%%%"}, "startImage is no valid base64"),
        ("generate_single_video_clip", {**CLIP, "startImage": "http://example.com/a.png"}, "https"),
        ("generate_single_video_clip", {**CLIP, "startImage": "https://127.0.0.1:1/a"}, "private network"),
        ("generate_single_video_clip", {**CLIP, "startImage": "https://localhost:1/a"}, "private network"),
        ("generate_single_video_clip", {**CLIP, "startImage": "/api/files/a/b.png"}, "startImage"),
        ("generate_story", {**STORY, "frameCount": 0}, "frameCount"),
        ("generate_story", {**STORY, "duration": 3}, "duration"),
        ("generate_story", {}, "prompt is required"),
        ("merge_video_clips", {"clips": []}, "clips must not be empty"),
        ("merge_video_clips", {"clips": [{}]}, "clips.0"),
        ("merge_video_clips", {"clips": [{"videoId": "a", "s3Key": "b"}]}, "clips.0"),
        ("merge_video_clips", {"clips": [{"videoId": "a"}] * 201}, "at most 200"),
        ("merge_video_clips", {"clips": [{"videoUrl": _OUTSIDE}]}, "Nothing is fetched from elsewhere"),
        ("merge_video_clips", {"clips": [{"videoId": "a"}], "transition": "spin"}, "transition"),
        ("convert_s3_image_to_base64", {}, "s3Key is required"),
        ("public/upload-image", {}, "image is required"),
        ("public/upload-image", {"image": "???"}, "image is no valid base64"),
        ("public/generate-images", {"prompt": "a fox", "count": 11}, "count"),
        ("public/generate-video", {"prompt": "a fox", "frameCount": 41}, "frameCount"),
    ],
)
async def test_what_is_wrong_is_400_and_leaves_nothing(
    name: str, body: Any, said: str, post: Post, user: httpx2.AsyncClient, studio: Studio
) -> None:
    before = await belongings(studio)
    got = await post(user, name, body)
    told = got.json()
    assert (got.status, told["success"]) == (400, False), told
    assert said in told["error"]
    assert isinstance(told["details"], str)
    assert await belongings(studio) == before


async def test_who_may_act_for_whom(
    post: Post, user: httpx2.AsyncClient, signed_in: httpx2.AsyncClient, member: MakeMember
) -> None:
    other = await member("somebody")
    for named in ("user123", (await whoami(user))["id"], "nobody-at-all"):
        refused = await post(other, "generate_single_image", {**IMAGE, "userId": named})
        assert refused.status == 403
    by_header = {name: value for name, value in IMAGE.items() if name != "userId"}
    assert (await post(other, "generate_single_image", by_header, "-H", "X-User-ID: user123")).status == 403

    # An administrator may, and then it is theirs whom it is for.
    made = await post(signed_in, "generate_single_image", IMAGE)
    assert made.status == 200, made.body
    assert len((await user.get("/api/assets")).json()["assets"]) == 1
    assert (await signed_in.get("/api/assets")).json()["assets"] == []
    assert (await post(signed_in, "generate_single_image", {**IMAGE, "userId": "nobody"})).status == 404


async def test_the_folder_is_named_by_the_header_where_the_body_names_none(
    post: Post, user: httpx2.AsyncClient
) -> None:
    me = (await whoami(user))["id"]
    body = {"prompt": "a fox", "frameAspectRatio": "320:180"}
    made = (await post(user, "generate_single_image", body, "-H", "X-Request-ID: trace:7")).json()
    assert (made["userId"], made["requestId"]) == (me, "trace-7")
    assert made["s3Key"].startswith(f"{me}/trace-7/reference-frames/generated_frame_0_")
    unnamed = (await post(user, "generate_single_image", body)).json()
    assert re.fullmatch(r"req_\w+", unnamed["requestId"])


async def test_it_wants_a_sign_in(server: Serving) -> None:
    got = await curl("-X", "POST", f"{server.url}/api/generate_story", "-d", "{}")
    assert got.status == 401
    assert got.json()["success"] is False
