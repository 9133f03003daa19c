"""`/ready` names the part that is missing, when it is really taken away, and answers whatever hangs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.cluster.conftest import Cluster, Worker, open_cluster
from tests.conftest import Until
from tests.faults.conftest import NewStudio, far_provider, new_studio
from tests.faults.small_disk import SmallDisks
from tests.faults.studio_process import StudioProcess, wait_for
from tests.observe.scraping import Scraped
from tests.servers import s3
from tests.servers.s3 import ACCESS_KEY, REGION, SECRET_KEY

from rushes.observe.looking import Looks

__all__ = ["far_provider", "new_studio"]

_PROCESSES = pytest.mark.xdist_group("studio processes")
_HANGS = "It did not answer within 3 seconds."
_NO_BROKER = "The message broker cannot be reached."


def missing(web: StudioProcess) -> dict[str, str]:
    """What `/ready` says, whose parts must say the same."""
    answer = web.client.get("/ready", timeout=20)
    body: dict[str, Any] = answer.json()
    assert answer.status_code == (503 if body["missing"] else 200)
    assert body["ready"] is not bool(body["missing"])
    assert set(body["parts"]) == {"database", "disk", "storage", "broker", "worker", "server"}
    told = {name: part["reason"] for name, part in body["parts"].items() if part["state"] == "missing"}
    assert told == body["missing"]
    found: dict[str, str] = body["missing"]
    return found


def becomes(web: StudioProcess, wanted: dict[str, str], *, seconds: float = 40) -> None:
    seen: list[dict[str, str]] = []

    def is_so() -> bool:
        seen.append(missing(web))
        return seen[-1] == wanted

    try:
        wait_for(is_so, f"/ready to say {wanted}", seconds=seconds)
    except AssertionError as error:
        raise AssertionError(f"{error}; the last it said was {seen[-1]}") from None


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One for the file: each test gives back what it has taken away."""
    with open_cluster(tmp_path_factory.mktemp("ready")) as opened:
        yield opened


@pytest.fixture(scope="module")
def pair(cluster: Cluster) -> tuple[StudioProcess, Worker]:
    """A web server and a worker that are ready, with a password in the database's address."""
    cluster.settings["DATABASE_URL"] = cluster.settings["DATABASE_URL"].replace("@", ":hunter2@")
    web, worker = cluster.web("a"), cluster.worker("b")
    web.begin()
    worker.begin()
    web.sign_in()
    worker.greeted()
    becomes(web, {})
    return web, worker


@_PROCESSES
@pytest.mark.timeout(300)
def test_the_broker_goes_hangs_and_comes_back(cluster: Cluster, pair: tuple[StudioProcess, Worker]) -> None:
    web, _ = pair
    cluster.broker.stop()
    # Without it nobody knows of any worker.
    becomes(web, {"broker": _NO_BROKER, "worker": _NO_BROKER})
    cluster.broker.start()
    becomes(web, {})
    cluster.broker.pause()
    try:
        becomes(web, {"broker": _HANGS, "worker": _HANGS})
    finally:
        cluster.broker.wake_up()
    becomes(web, {})


@_PROCESSES
@pytest.mark.timeout(300)
def test_the_database_goes_hangs_and_comes_back(cluster: Cluster, pair: tuple[StudioProcess, Worker]) -> None:
    web, _ = pair
    cluster.database.stop()
    becomes(web, {"database": "The database cannot be reached just now. Try again soon."})
    text = web.client.get("/ready").text
    assert not [secret for secret in ("hunter2", "127.0.0.1", "postgres") if secret in text]
    # The metrics go on without it, for whoever needs no signing in.
    wait_for(lambda: _database_is_up(web) == 0, "the metrics to say so")
    cluster.database.start()
    becomes(web, {})
    cluster.database.pause()
    try:
        becomes(web, {"database": _HANGS})
        # Asked again and again, it takes no more connections, and is alive meanwhile.
        for _ in range(3):
            assert missing(web) == {"database": _HANGS}
        assert web.client.get("/health").status_code == 200
        wait_for(lambda: _database_is_up(web) == 0, "the metrics to say so")
    finally:
        cluster.database.wake_up()
    becomes(web, {})
    wait_for(lambda: _database_is_up(web) == 1, "the metrics to say so")


def _database_is_up(web: StudioProcess) -> float:
    text = httpx2.get(f"{web.client.base_url}/metrics", timeout=20).text
    return Scraped(text).value("rushes_part_up", part="database")


@_PROCESSES
@pytest.mark.timeout(300)
def test_the_last_worker_goes(pair: tuple[StudioProcess, Worker]) -> None:
    web, worker = pair
    worker.kill()
    becomes(web, {"worker": "Nobody works on network and render."}, seconds=60)
    # A load balancer may keep people reading meanwhile.
    assert web.client.get("/ready?without=worker").status_code == 200
    worker.start()
    becomes(web, {})


@_PROCESSES
@pytest.mark.timeout(300)
@pytest.mark.parametrize("which", ["videos", "data"])
def test_a_disk_is_full_or_locked(new_studio: NewStudio, which: str) -> None:
    studio = new_studio()
    disks = SmallDisks(studio, size=40 << 20)
    studio.start()
    becomes(studio, {})
    folder: Path = getattr(studio, which)
    variable = f"{which.upper()}_DIR"
    disks.fill(folder)
    full = {"disk": f"The folder of {variable} cannot be written to: No space left on device."}
    becomes(studio, full)
    disks.clear(folder)
    becomes(studio, {})
    if which == "videos":
        disks.lock(folder)
        locked = f"The folder of {variable} cannot be written to: Read-only file system."
        assert missing(studio)["disk"] == locked
        disks.unlock(folder)
        becomes(studio, {})


@_PROCESSES
@pytest.mark.timeout(300)
def test_the_bucket_goes_and_its_server_too(new_studio: NewStudio) -> None:
    with s3() as store:
        bucket = store.new_bucket()
        studio = new_studio(
            S3_BUCKET=bucket,
            AWS_REGION=REGION,
            AWS_ENDPOINT_URL_S3=store.url,
            AWS_ACCESS_KEY_ID=ACCESS_KEY,
            AWS_SECRET_ACCESS_KEY=SECRET_KEY,
        )
        studio.start()
        becomes(studio, {})
        store.client.delete_bucket(Bucket=bucket)
        becomes(studio, {"storage": "The bucket does not exist."})
        store.client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        becomes(studio, {})
    found = wait_for(lambda: missing(studio), "the storage to be missing")
    # Its client tries a few times, which may take longer than anybody waits here.
    assert found in (
        {"storage": "The file storage cannot be reached just now. Try again soon."},
        {"storage": _HANGS},
    )
    assert SECRET_KEY not in studio.client.get("/ready").text
    log = studio.log.read_text()
    assert '"part_missing"' in log
    assert SECRET_KEY not in log


async def test_a_look_that_hangs_is_not_begun_twice(until: Until) -> None:
    looks, begun, free = Looks(), 0, asyncio.Event()

    async def look() -> str:
        nonlocal begun
        begun += 1
        await free.wait()
        return "there"

    for _ in range(3):
        with pytest.raises(TimeoutError):
            await looks.at("part", look, seconds=0.01)
    assert begun == 1
    free.set()
    assert await looks.at("part", look, seconds=10) == "there"
    assert await looks.at("part", look, seconds=10) == "there"
    assert begun == 2


async def test_a_look_that_fails_says_how_and_the_next_begins_anew() -> None:
    looks = Looks()

    async def fail() -> None:
        raise OSError("away")

    async def succeed() -> int:
        return 1

    with pytest.raises(OSError, match="away"):
        await looks.at("part", fail, seconds=10)
    assert await looks.at("part", succeed, seconds=10) == 1
