"""A store in a temporary folder, and the means to look behind it."""

import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.servers.s3 import ACCESS_KEY, REGION, S3, SECRET_KEY

from rushes.storage import LocalStorage, Storage
from rushes.storage.s3 import S3Storage

SECRET = b"a secret of at least sixteen bytes"


Later = Callable[[float], None]


@pytest.fixture
def ahead() -> list[float]:
    """By how many seconds the store's clock is ahead."""
    return [0.0]


@pytest.fixture
def later(ahead: list[float]) -> Later:
    """Call with seconds: that much time has passed, as far as the store knows."""

    def pass_time(seconds: float) -> None:
        ahead[0] += seconds

    return pass_time


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "videos"


@pytest.fixture
def local_store(root: Path, ahead: list[float]) -> LocalStorage:
    return LocalStorage(root, SECRET, "https://studio.example/", now=lambda: time.time() + ahead[0])


@pytest.fixture
def bucket(object_store: S3) -> str:
    return object_store.new_bucket()


@pytest.fixture
async def s3_store(
    object_store: S3, bucket: str, tmp_path: Path, ahead: list[float]
) -> AsyncIterator[S3Storage]:
    async with S3Storage.connect(
        bucket,
        scratch=tmp_path / "scratch",
        region=REGION,
        endpoint_url=object_store.url,
        access_key_id=ACCESS_KEY,
        secret_access_key=SECRET_KEY,
        now=lambda: datetime.now(UTC) + timedelta(seconds=ahead[0]),
    ) as connected:
        yield connected


@pytest.fixture(params=["local", "s3"])
def store(request: pytest.FixtureRequest) -> Storage:
    """Each kind of store."""
    made: Storage = request.getfixturevalue(f"{request.param}_store")
    return made


Shown = Callable[[], list[str]]


@pytest.fixture
def shown(request: pytest.FixtureRequest, store: Storage, root: Path, tmp_path: Path) -> Shown:
    """`shown()`: the keys in the store, and whatever unfinished is left anywhere."""
    if isinstance(store, LocalStorage):
        return lambda: files_under(root)
    server, bucket = request.getfixturevalue("object_store"), request.getfixturevalue("bucket")
    return lambda: [*server.keys(bucket), *server.unfinished(bucket), *files_under(tmp_path / "scratch")]


def files_under(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir())


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def contents(store: Storage, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([chunk async for chunk in store.open(key, start=start, end=end)])


@pytest.fixture
def child_env() -> dict[str, str]:
    """The environment in which another Python finds the same packages."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
