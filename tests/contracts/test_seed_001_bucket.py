"""Seed 001 as its document had it, with the files in a bucket: its own signed addresses are ours as well."""

from __future__ import annotations

import httpx2
import pytest
from pydantic import SecretStr
from tests.contracts.clip_making import IMAGE, Post, a_clip, fetched
from tests.servers import S3
from tests.servers.s3 import ACCESS_KEY, REGION, SECRET_KEY

from rushes.settings import Settings


@pytest.fixture
def bucket(object_store: S3) -> str:
    return object_store.new_bucket()


@pytest.fixture
def settings(settings: Settings, object_store: S3, bucket: str) -> Settings:
    settings.storage = "s3"
    settings.s3_bucket = bucket
    settings.aws_region = REGION
    settings.aws_endpoint_url_s3 = object_store.url
    settings.aws_access_key_id = ACCESS_KEY
    settings.aws_secret_access_key = SecretStr(SECRET_KEY)
    return settings


async def test_frames_clips_and_a_film_in_a_bucket(
    post: Post, user: httpx2.AsyncClient, worker: None, object_store: S3, bucket: str
) -> None:
    frame = (await post(user, "generate_single_image", {**IMAGE, "frameAspectRatio": "320:180"})).json()
    assert frame["imageUrl"].startswith(f"{object_store.url}/{bucket}/user123/req-abc123/reference-frames/")
    assert await fetched(frame["imageUrl"]) == await fetched(frame["proxyUrl"])
    clip = await a_clip(post, user, startImage=frame["imageUrl"])
    assert clip["videoUrl"].startswith(f"{object_store.url}/{bucket}/user123/req-abc123/video-clips/")
    assert len((await user.get("/api/assets")).json()["assets"]) == 1
    clips = [{"videoUrl": clip["videoUrl"]}, {"videoUrl": clip["proxyUrl"]}]
    merged = await post(user, "merge_video_clips", {"clips": clips})
    assert merged.status == 200, merged.body
    film = await fetched(merged.json()["videoUrl"])
    assert film == await fetched(merged.json()["proxyUrl"])
    assert {frame["s3Key"], clip["s3Key"], merged.json()["s3Key"]} <= set(object_store.keys(bucket))
