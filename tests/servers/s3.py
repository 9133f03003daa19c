"""A server that speaks S3 (moto), in a thread of the tests' own."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator

import boto3
from moto.server import ThreadedMotoServer

ACCESS_KEY, SECRET_KEY, REGION = "test-access-key", "test-secret-key", "eu-central-1"


class S3:
    """A running server; `url` is its endpoint."""

    def __init__(self, server: ThreadedMotoServer) -> None:
        host, port = server.get_host_and_port()
        self.url = f"http://{host}:{port}"
        self._server = server
        self.client = boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
        )

    def new_bucket(self) -> str:
        """The name of a new, empty bucket."""
        # Every server of this process shows the same buckets.
        name = f"studio-{secrets.token_hex(6)}"
        self.client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        return name

    def keys(self, bucket: str) -> list[str]:
        """Everything that the bucket shows."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return sorted(found["Key"] for page in pages for found in page.get("Contents", []))

    def unfinished(self, bucket: str) -> list[str]:
        """The keys of uploads in parts that nobody completed."""
        return [
            found["Key"] for found in self.client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
        ]

    def stop(self) -> None:
        self._server.stop()


@contextlib.contextmanager
def s3() -> Iterator[S3]:
    """A server for as long as the block lasts."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        yield S3(server)
    finally:
        server.stop()
