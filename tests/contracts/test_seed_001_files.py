"""Seed 001: stored files by their keys, for their owner, by a signed address, and for nobody else."""

from __future__ import annotations

import base64
from urllib.parse import quote

import httpx2
import pytest
from tests.conftest import MakeMember
from tests.contracts.clip_making import IMAGE, Post, a_picture, fetched
from tests.contracts.curl import curl
from tests.videos.making import MovableClock, complete, make

from rushes.serving import Serving
from rushes.studio import Studio


@pytest.fixture
async def image_key(post: Post, user: httpx2.AsyncClient) -> str:
    got = await post(user, "public/upload-image", {"image": a_picture()})
    assert got.status == 200, got.body
    key: str = got.json()["s3Key"]
    return key


@pytest.fixture
async def video_key(user: httpx2.AsyncClient, studio: Studio) -> str:
    row = await complete(studio, (await make(user))["id"])
    return str(row.file_path)


async def test_a_picture_that_was_brought(
    post: Post, user: httpx2.AsyncClient, server: Serving, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """As JSON, and as the file of a form."""
    file = tmp_path_factory.mktemp("brought") / "cat.png"
    file.write_bytes(base64.b64decode(a_picture()))
    token = user.headers["Authorization"]
    form = await curl(
        *("-X", "POST", f"{server.url}/api/public/upload-image", "-H", f"Authorization: {token}"),
        *("-F", f"file=@{file}", "-F", "requestId=req-abc123", "-F", "userId=user123"),
    )
    assert form.status == 200, form.body
    body = {
        "image": f"data:image/png;base64,{a_picture('blue')}",
        "requestId": "req-abc123",
        "userId": "user123",
    }
    for got in (form, await post(user, "public/upload-image", body)):
        told = got.json()
        assert told.keys() == {"success", "imageUrl", "proxyUrl", "s3Key"}
        assert told["s3Key"].startswith("user123/req-abc123/user-uploads/reference_image_")
        assert (await fetched(told["imageUrl"]))[1:4] == b"PNG"
        assert (await fetched(told["proxyUrl"]))[1:4] == b"PNG"
    assert len((await user.get("/api/assets")).json()["assets"]) == 2


async def test_the_proxies_serve_their_owner_in_part_and_whole(
    user: httpx2.AsyncClient, image_key: str, video_key: str
) -> None:
    image = await user.get(f"/api/proxy_s3_image/{image_key}")
    assert (image.status_code, image.headers["content-type"]) == (200, "image/png")
    video = await user.get(f"/api/proxy_s3_video/{video_key}")
    assert (video.status_code, video.headers["content-type"]) == (200, "video/mp4")
    part = await user.get(f"/api/proxy_s3_video/{video_key}", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert part.headers["content-range"] == f"bytes 4-7/{len(video.content)}"
    last = await user.get(f"/api/proxy_s3_video/{video_key}", headers={"Range": "bytes=-10"})
    assert last.content == video.content[-10:]
    beyond = await user.get(f"/api/proxy_s3_video/{video_key}", headers={"Range": "bytes=99999999-"})
    assert (beyond.status_code, beyond.json()["success"]) == (416, False)
    # Each serves its own kind.
    assert (await user.get(f"/api/proxy_s3_image/{video_key}")).status_code == 404
    assert (await user.get(f"/api/proxy_s3_video/{image_key}")).status_code == 404


async def test_nobody_else_gets_anything(
    client: httpx2.AsyncClient, member: MakeMember, image_key: str, video_key: str, post: Post
) -> None:
    other = await member("somebody")
    for who in (client, other):
        for address in (
            f"/api/proxy_s3_image/{image_key}",
            f"/api/proxy_s3_video/{video_key}",
            f"/api/files/{video_key}",
        ):
            assert (await who.get(address)).status_code == 404
    for key in (image_key, video_key):
        refused = await other.get("/api/get_presigned_url", params={"key": key})
        assert (refused.status_code, refused.json()["success"]) == (404, False)
    assert (await client.get("/api/get_presigned_url", params={"key": image_key})).status_code == 401
    assert (await post(other, "convert_s3_image_to_base64", {"s3Key": image_key})).status == 404


async def test_a_signed_address_opens_one_file_for_a_while(
    user: httpx2.AsyncClient,
    client: httpx2.AsyncClient,
    image_key: str,
    video_key: str,
    studio: Studio,
) -> None:
    asked = {"key": video_key, "expiresIn": "60"}
    told = (await user.get("/api/get_presigned_url", params=asked)).json()
    assert (told["success"], told["expiresIn"], told.keys()) == (True, 60, {"success", "url", "expiresIn"})
    url = told["url"]
    assert (await client.get(url)).status_code == 200
    # The same signature is good for the proxy of that file, and for no other.
    query = url.partition("?")[2]
    assert (await client.get(f"/api/proxy_s3_video/{video_key}?{query}")).status_code == 200
    for wrong in (
        f"/api/proxy_s3_image/{image_key}?{query}",
        f"/api/proxy_s3_video/{video_key}?{query}x",
        f"/api/proxy_s3_video/{video_key}?{query.replace('expires=', 'expires=9')}",
        f"/api/proxy_s3_video/{video_key}?expires=99999999999",
        f"/api/proxy_s3_video/{video_key}?signature={quote('ä')}",
        f"{url}x",
    ):
        refused = await client.get(wrong)
        assert (refused.status_code, refused.json()["code"]) == (403, "bad_signature"), wrong
        # Nor for the owner, who is to notice that it is broken.
        assert (await user.get(wrong)).status_code == 403
    studio.clock = MovableClock()
    studio.clock.ahead = 61
    assert (await client.get(f"/api/proxy_s3_video/{video_key}?{query}")).status_code == 403


async def test_a_picture_as_base64(
    post: Post, user: httpx2.AsyncClient, image_key: str, video_key: str
) -> None:
    told = (await post(user, "convert_s3_image_to_base64", {"s3Key": image_key})).json()
    assert told.keys() == {"success", "base64", "dataUrl", "contentType"}
    assert told["contentType"] == "image/png"
    assert told["dataUrl"] == f"data:image/png;base64,{told['base64']}"
    content = base64.b64decode(told["base64"])
    assert content == (await user.get(f"/api/proxy_s3_image/{image_key}")).content
    refused = await post(user, "convert_s3_image_to_base64", {"s3Key": video_key})
    assert (refused.status, "s3Key" in refused.json()["error"]) == (400, True)


@pytest.mark.parametrize("key", ["../../etc/passwd", "a//b", ".incoming/x", "%00", "a" * 600])
async def test_a_key_that_leads_elsewhere_finds_nothing(user: httpx2.AsyncClient, key: str) -> None:
    for prefix in ("/api/proxy_s3_image/", "/api/proxy_s3_video/", "/api/files/"):
        got = await user.get(prefix + quote(key, safe="/%"))
        assert got.status_code in (400, 404)
    assert (await user.get("/api/get_presigned_url", params={"key": key})).status_code in (400, 404)


async def test_a_frame_s_address_is_good_as_long_as_it_says(
    post: Post, user: httpx2.AsyncClient, client: httpx2.AsyncClient, studio: Studio
) -> None:
    body = {**IMAGE, "frameAspectRatio": "320:180", "expiresIn": 60}
    made = (await post(user, "generate_single_image", body)).json()
    assert (await client.get(made["proxyUrl"])).status_code == 200
    studio.clock = MovableClock()
    studio.clock.ahead = 61
    assert (await client.get(made["proxyUrl"])).status_code == 403
