"""Several processes are one studio: they start together, and what one does the others show."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from tests.cluster.conftest import Cluster
from tests.faults.studio_process import StudioProcess, wait_for
from tests.live.listening import listening
from tests.observe.scraping import Scraped

pytestmark = [pytest.mark.xdist_group("studio processes"), pytest.mark.timeout(300)]

_ROOT = Path(__file__).parents[2]


def test_starting_together_on_an_empty_database(cluster: Cluster) -> None:
    webs = [cluster.web(name) for name in "abc"]
    workers = [cluster.worker(name) for name in "de"]
    for process in (*webs, *workers):
        process.begin()
    for web in webs:
        web.sign_in()
    for worker in workers:
        worker.greeted()
    video = webs[0].draw("a harbour at dawn")
    assert webs[2].wait_until(video, "completed")["progress"] == 100
    with webs[1].client.stream("GET", f"/api/videos/{video['id']}/content") as content:
        assert content.status_code == 200
    # One administrator was made, whoever came first.
    assert webs[1].client.get("/api/auth/me").json()["user"]["username"] == "admin"


async def test_a_socket_hears_what_is_done_through_another_process(cluster: Cluster) -> None:
    one, other, worker = cluster.web("a"), cluster.web("b"), cluster.worker("c")
    await asyncio.gather(*(asyncio.to_thread(process.start) for process in (one, other, worker)))
    token = one.client.headers["Authorization"].removeprefix("Bearer ")
    async with listening(str(one.client.base_url), auth={"token": token}) as listener:
        video = await asyncio.to_thread(other.draw, "a harbour at dawn")

        def is_done(said: dict[str, object]) -> bool:
            updates = said["updates"]
            assert isinstance(updates, dict)
            return said["video_id"] == video["id"] and updates["stage"] == "completed"

        await listener.said("video_update", is_done, seconds=40)
        numbers = [said["seq"] for said in listener.all("video_update")]
        assert len(numbers) > 2
        # How long that took from there to here is measured.
        metrics = Scraped((await asyncio.to_thread(one.client.get, "/metrics")).text)
        assert metrics.value("rushes_event_relay_seconds_count") >= len(numbers)
        await asyncio.to_thread(other.client.post, "/api/queue/pause")
        await listener.said("queue_update", lambda said: said["paused"] is True)
        # The session ends elsewhere; its socket here is found at the next look.
        ended = await asyncio.to_thread(
            lambda: (
                other.client.post(
                    "/api/auth/logout", headers={"Authorization": f"Bearer {token}"}
                ).status_code
            )
        )
        assert ended == 200
        async with asyncio.timeout(15):
            await listener.closed.wait()


async def test_ready_is_repeated_when_the_broker_is_back(cluster: Cluster) -> None:
    web = cluster.web("a")
    await asyncio.to_thread(web.start)
    token = web.client.headers["Authorization"].removeprefix("Bearer ")
    async with listening(str(web.client.base_url), auth={"token": token}) as listener:
        await asyncio.to_thread(cluster.broker.restart)
        # Well before the next regular one.
        await listener.said("ready", seconds=15)


def test_the_procfile_runs_under_honcho(cluster: Cluster) -> None:
    web = cluster.web("a")
    honcho = Path(sys.executable).parent / "honcho"
    folder = cluster.folder / "honcho"
    folder.mkdir()
    shutil.copy(_ROOT / "Procfile", folder)
    environment = {**web.environment, "PORT": "0", "PATH": f"{honcho.parent}:{web.environment['PATH']}"}
    said = folder / "said"
    with said.open("wb") as out:
        running = subprocess.Popen(
            [honcho, "start", "--no-colour", "--no-prefix"],
            cwd=folder,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    try:
        found = wait_for(
            lambda: re.search(r"is at (http://\S+)", said.read_text()), "the greeting", seconds=90
        )
        wait_for(lambda: "is working" in said.read_text(), "the worker", seconds=90)
        with httpx2.Client(base_url=found[1]) as client:
            wait_for(lambda: client.get("/ready").status_code == 200, "both to be ready", seconds=20)
        running.send_signal(signal.SIGTERM)
        running.wait(30)
        assert "Traceback" not in said.read_text()
    finally:
        running.kill()


def test_files_are_shared_by_a_bucket(cluster: Cluster, object_store: object, tmp_path: Path) -> None:
    from tests.servers.s3 import ACCESS_KEY, REGION, S3, SECRET_KEY

    assert isinstance(object_store, S3)
    bucket = object_store.new_bucket()
    where = {
        "S3_BUCKET": bucket,
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL_S3": object_store.url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    }
    web = cluster.web("a", **where, VIDEOS_DIR=str(tmp_path / "disk of a"))
    worker = cluster.worker("b", **where, VIDEOS_DIR=str(tmp_path / "disk of b"))
    web.begin()
    worker.begin()
    web.sign_in()
    worker.greeted()
    video = web.wait_until(web.draw("a harbour at dawn"), "completed")
    keys = object_store.keys(bucket)
    assert len(keys) == 3
    part = web.client.get(f"/api/videos/{video['id']}/content", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert web.client.get(video["thumbnail_url"]).content.startswith(b"\xff\xd8")
    remote = web.wait_until(_made_remotely(web), "completed")
    assert remote["file_path"] in object_store.keys(bucket)
    for one in (video, remote):
        assert web.client.delete(f"/api/videos/{one['id']}?permanent=true").status_code == 200
    wait_for(lambda: not object_store.keys(bucket), "the bucket to be empty")
    assert not [path for path in (tmp_path / "disk of b").rglob("*") if path.is_file()]


def _made_remotely(web: StudioProcess) -> dict[str, object]:
    wait_for(web.knows_gpu, "the provider's models")
    return web.make("a harbour at dusk")


def test_a_provider_that_is_connected_at_one_is_everywhere(cluster: Cluster) -> None:
    one, other, worker = cluster.web("a"), cluster.web("b"), cluster.worker("c")
    for process in (one, other, worker):
        process.start()

    def offered(at: StudioProcess) -> set[str]:
        models = at.client.get("/api/models").json()["models"]
        return {model["name"] for model in models if model["provider"] == "lab"}

    wanted = {"kind": "openai", "name": "lab", "base_url": cluster.provider.url, "api_key": "sk-1"}
    assert one.client.post("/api/admin/providers", json=wanted).status_code == 201
    assert offered(one) == {"wan-2.2", "sora-2"}
    wait_for(lambda: offered(other) == offered(one), "the other to offer it")
    video = other.make("a harbour at dawn", model="lab/wan-2.2")
    other.wait_until(video, "completed")
    # What changes at the other changes here, and for the worker too.
    change = {"models": ["wan-2.2"], "enabled": True}
    assert other.client.patch("/api/admin/providers/lab", json=change).status_code == 200
    wait_for(lambda: offered(one) == {"wan-2.2"}, "the change")
    one.wait_until(one.make("a harbour at dusk", model="lab/wan-2.2"), "completed")
    assert other.client.delete("/api/admin/providers/lab").status_code == 200
    wait_for(lambda: not offered(one), "it to be gone")
