"""Keeps files in a bucket of S3 or of anything that speaks its API (MinIO, R2, Ceph), for many machines.

    async with S3Storage.connect(bucket, scratch=folder, region="eu-central-1") as storage: ...

A put is one request, or an upload in parts where it is large: nothing shows under the key before the last
one. The folder `scratch` of this machine holds what ffmpeg reads and writes.
"""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aioboto3
import aiofiles
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoCredentialsError

from rushes.storage.base import CHUNK, InvalidKey, MissingFile, NotOurs, StorageAway, StorageFull, Stored
from rushes.storage.keys import check_key
from rushes.storage.scratch import sweep_scratch

# A part has at least 5 MiB and an upload at most 10,000 parts
# (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html), so a file may have 78 GiB.
PART = 8 * 1024 * 1024
# The longest time that a presigned address may be good for.
_LONGEST_SIGNED = 7 * 86400

_MISSING = {"NoSuchKey", "404", "NotFound"}
_FULL = {"QuotaExceeded", "XMinioStorageFull", "EntityTooLarge", "InsufficientCapacity"}


class S3Storage:
    """A `Storage` in one bucket; `client` is aioboto3's, open for as long as the store is used."""

    def __init__(
        self, client: Any, bucket: str, scratch: Path, *, now: Callable[[], datetime] | None = None
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._scratch = scratch
        self._now = now or (lambda: datetime.now(UTC))

    @classmethod
    @asynccontextmanager
    async def connect(
        cls,
        bucket: str,
        *,
        scratch: Path,
        region: str | None = None,
        endpoint_url: str | None = None,
        access_key_id: str | None = None,
        secret_access_key: str | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> AsyncIterator["S3Storage"]:
        """A store over a connection pool of its own. What is None is looked for where boto does (environment,
        profile, the machine's role). With an endpoint the bucket is part of the path, not of the host."""
        config = Config(
            connect_timeout=5,
            read_timeout=60,
            max_pool_connections=50,
            retries={"mode": "standard", "max_attempts": 3},
            s3={"addressing_style": "path" if endpoint_url else "auto"},
            # Servers that only speak S3's API may not know the newer checksums.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        client = aioboto3.Session().client(
            "s3",
            region_name=region,
            endpoint_url=endpoint_url,
            aws_access_key_id=access_key_id,
            aws_secret_access_key=secret_access_key,
            config=config,
        )
        async with client as opened:
            yield cls(opened, bucket, scratch, now=now)

    async def check(self) -> None:
        """Raises NotOurs when the bucket is not there or not ours to use, StorageAway when nobody answers."""
        with _plain_errors():
            try:
                await self._client.head_bucket(Bucket=self._bucket)
            except NoCredentialsError as error:
                raise NotOurs("needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY") from error
            except ClientError as error:
                reason = _REFUSED.get(_code(error))
                if reason is None:
                    raise
                raise NotOurs(reason) from error

    async def put(self, key: str, source: AsyncIterable[bytes] | Path) -> Stored:
        """See `Storage.put`. A Path is read, then deleted."""
        check_key(key)
        if isinstance(source, Path):
            stored = await self._put(key, _read(source))
            await asyncio.to_thread(source.unlink)
            return stored
        return await self._put(key, source)

    async def _put(self, key: str, chunks: AsyncIterable[bytes]) -> Stored:
        parts = _Parts(chunks)
        first = await anext(parts, b"")
        if len(first) < PART:
            with _plain_errors(key):
                await self._client.put_object(Bucket=self._bucket, Key=key, Body=first)
        else:
            await self._put_in_parts(key, first, parts)
        return Stored(key, parts.size, parts.sha256)

    async def _put_in_parts(self, key: str, first: bytes, rest: "_Parts") -> None:
        where = {"Bucket": self._bucket, "Key": key}
        with _plain_errors(key):
            upload = (await self._client.create_multipart_upload(**where))["UploadId"]
        try:
            sent: list[dict[str, Any]] = []
            part = first
            while part:
                number = len(sent) + 1
                with _plain_errors(key):
                    answer = await self._client.upload_part(
                        **where, UploadId=upload, PartNumber=number, Body=part
                    )
                sent.append({"ETag": answer["ETag"], "PartNumber": number})
                part = await anext(rest, b"")
            with _plain_errors(key):
                await self._client.complete_multipart_upload(
                    **where, UploadId=upload, MultipartUpload={"Parts": sent}
                )
        except BaseException:
            # Also when cancelled: parts that nobody completes are kept and paid for.
            await asyncio.shield(self._abort(key, upload))
            raise

    async def _abort(self, key: str, upload: str) -> None:
        try:
            await self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload)
        except (ClientError, BotoCoreError, HTTPClientError, OSError):
            return  # `sweep` finds it

    async def _get(self, key: str, start: int, end: int | None) -> Any | None:
        """S3's answer to the ranged GET, or None where the range holds no byte."""
        last = "" if end is None else str(end - 1)
        wanted = {} if start == 0 and end is None else {"Range": f"bytes={start}-{last}"}
        with _plain_errors(key):
            try:
                return await self._client.get_object(Bucket=self._bucket, Key=key, **wanted)
            except ClientError as error:
                if _code(error) in ("InvalidRange", "416"):
                    return None
                raise

    async def open(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """See `Storage.open`."""
        if start < 0 or (end is not None and end < 0):
            raise ValueError("a range of bytes starts and ends at 0 or later")
        check_key(key)
        if end is not None and end <= start:
            await self.size(key)
            return
        answer = await self._get(key, start, end)
        if answer is None:
            return
        async with answer["Body"] as body:
            while True:
                with _plain_errors(key):
                    chunk: bytes = await body.content.read(CHUNK)
                if not chunk:
                    return
                yield chunk

    async def size(self, key: str) -> int:
        """See `Storage.size`."""
        check_key(key)
        with _plain_errors(key):
            found: int = (await self._client.head_object(Bucket=self._bucket, Key=key))["ContentLength"]
        return found

    async def exists(self, key: str) -> bool:
        """See `Storage.exists`."""
        try:
            await self.size(key)
        except MissingFile:
            return False
        return True

    async def delete(self, key: str) -> None:
        """See `Storage.delete`."""
        check_key(key)
        with _plain_errors(key):
            await self._client.delete_object(Bucket=self._bucket, Key=key)

    async def for_proxy(self, key: str) -> str | None:
        """See `Storage.for_proxy`."""
        return None

    async def signed_url(self, key: str, seconds: int) -> str:
        """A presigned GET, which S3 itself answers; seven days at most. Made without a request."""
        check_key(key)
        url: str = await self._client.generate_presigned_url(
            "get_object",
            Params={"Bucket": self._bucket, "Key": key},
            ExpiresIn=min(seconds, _LONGEST_SIGNED),
        )
        return url

    @asynccontextmanager
    async def local_copy(self, key: str) -> AsyncIterator[Path]:
        """See `Storage.local_copy`: a download that goes with the block."""
        path = self.scratch() / f"copy-{secrets.token_hex(8)}"
        try:
            async with aiofiles.open(path, "wb") as file, aclosing(self.open(key)) as chunks:  # type: ignore[type-var]
                async for chunk in chunks:
                    await file.write(chunk)
            yield path
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)

    def scratch(self) -> Path:
        """See `Storage.scratch`."""
        self._scratch.mkdir(parents=True, exist_ok=True)
        return self._scratch

    async def free_bytes(self) -> int | None:
        """None: a bucket does not say."""
        return None

    async def sweep(self, older_than: float) -> int:
        """See `Storage.sweep`: unfinished files of this machine and unfinished uploads of all."""
        since = self._now() - timedelta(seconds=older_than)
        swept = await asyncio.to_thread(sweep_scratch, self.scratch(), before=since.timestamp())
        with _plain_errors():
            pages = self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket)
            async for page in pages:
                for upload in page.get("Uploads", []):
                    if upload["Initiated"] < since:
                        await self._abort(upload["Key"], upload["UploadId"])
                        swept += 1
        return swept


class _Parts:
    """Chunks of any size as parts of `PART` bytes, the last one shorter; counts and hashes on the way."""

    def __init__(self, chunks: AsyncIterable[bytes]) -> None:
        self._chunks = aiter(chunks)
        self._hash = hashlib.sha256()
        self._left = bytearray()
        self.size = 0

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def __aiter__(self) -> "_Parts":
        return self

    async def __anext__(self) -> bytes:
        while len(self._left) < PART:
            chunk = await anext(self._chunks, None)
            if chunk is None:
                break
            self._left += chunk
        part = bytes(self._left[:PART])
        del self._left[:PART]
        if not part:
            raise StopAsyncIteration
        await asyncio.to_thread(self._hash.update, part)
        self.size += len(part)
        return part


async def _read(path: Path) -> AsyncIterator[bytes]:
    async with aiofiles.open(path, "rb") as file:
        while chunk := await file.read(CHUNK):
            yield chunk


# What a HEAD of a bucket is refused with; it has no body, so the code is the status.
_REFUSED = {
    "400": "is refused: check AWS_REGION and the keys",
    "403": "is not ours to use: check the keys and their rights",
    "404": "does not exist",
    "301": "is in another region: check AWS_REGION",
}


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def _plain_errors(key: str = "") -> Iterator[None]:
    """Turns what boto raises into the store's own errors."""
    try:
        yield
    except ClientError as error:
        code = _code(error)
        if code in _MISSING and key:
            raise MissingFile(key) from error
        if code in _FULL:
            raise StorageFull from error
        if code == "KeyTooLongError":
            raise InvalidKey("The storage key is too long for S3.") from error
        raise StorageAway(f"The file storage answers {code or 'with an error'}. Try again soon.") from error
    except (BotoCoreError, HTTPClientError, ConnectionError, TimeoutError) as error:
        raise StorageAway from error
