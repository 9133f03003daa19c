"""What is special about files in a bucket."""

import hashlib
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from tests.servers import S3, free_port
from tests.storage.conftest import Later, contents, stream

from rushes.storage import StorageAway
from rushes.storage.s3 import PART, NotOurs, S3Storage

KEY = "u_1/v_1/video-clips/video.mp4"


@pytest.mark.parametrize("size", [PART - 1, PART, PART + 1, 3 * PART, 3 * PART + 17])
async def test_large_files_go_in_parts_and_come_back_whole(
    s3_store: S3Storage, object_store: S3, bucket: str, size: int
) -> None:
    data = os.urandom(size)
    stored = await s3_store.put(KEY, stream(*(data[at : at + 777_777] for at in range(0, size, 777_777))))
    assert (stored.size, stored.sha256) == (size, hashlib.sha256(data).hexdigest())
    assert await contents(s3_store, KEY) == data
    assert await contents(s3_store, KEY, PART - 5, PART + 5) == data[PART - 5 : PART + 5]
    assert object_store.unfinished(bucket) == []


async def test_an_upload_that_was_left_behind_is_swept(
    s3_store: S3Storage, object_store: S3, bucket: str, later: Later
) -> None:
    object_store.client.create_multipart_upload(Bucket=bucket, Key=KEY)
    # The server here gives every upload one date.
    [upload] = object_store.client.list_multipart_uploads(Bucket=bucket)["Uploads"]
    later(upload["Initiated"].timestamp() + 60 - time.time())
    assert await s3_store.sweep(older_than=3600) == 0
    later(3700)
    assert await s3_store.sweep(older_than=3600) == 1
    assert object_store.unfinished(bucket) == []


async def test_a_signed_address_opens_its_file_without_the_studio(s3_store: S3Storage) -> None:
    await s3_store.put(KEY, stream(b"frames"))
    url = await s3_store.signed_url(KEY, 60)
    async with httpx2.AsyncClient() as client:
        answer = await client.get(url, headers={"Range": "bytes=1-3"})
    assert (answer.status_code, answer.content) == (206, b"ram")


async def test_a_local_copy_goes_with_its_block(s3_store: S3Storage) -> None:
    await s3_store.put(KEY, stream(b"frames"))
    async with s3_store.local_copy(KEY) as path:
        assert path.read_bytes() == b"frames"
    assert not path.exists()


async def test_a_bucket_that_is_not_there_is_told_at_once(object_store: S3, tmp_path: Path) -> None:
    async with connected(object_store.url, "nobodys", tmp_path) as store:
        with pytest.raises(NotOurs, match="does not exist"):
            await store.check()


async def test_a_server_that_is_away_is_one_error_whatever_is_asked(tmp_path: Path) -> None:
    begun = time.monotonic()
    async with connected(f"http://127.0.0.1:{free_port()}", "films", tmp_path) as store:
        for asking in (
            lambda: store.check(),
            lambda: store.put(KEY, endless_parts()),
            lambda: contents(store, KEY),
        ):
            with pytest.raises(StorageAway):
                await asking()
    assert time.monotonic() - begun < 60


async def endless_parts() -> AsyncIterator[bytes]:
    while True:
        yield b"x" * PART


def connected(url: str, bucket: str, folder: Path):  # type: ignore[no-untyped-def]
    return S3Storage.connect(
        bucket,
        scratch=folder / "scratch",
        region="eu-central-1",
        endpoint_url=url,
        access_key_id="test-access-key",
        secret_access_key="test-secret-key",
    )
