"""One video can be followed through the logs of every process by its id, and to the request that made it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from tests.cluster.conftest import Cluster, Worker, open_cluster
from tests.faults.studio_process import RushesProcess, StudioProcess, wait_for

pytestmark = [pytest.mark.xdist_group("studio processes"), pytest.mark.timeout(300)]

_PASSWORD = "correct horse battery"
TOKEN = "a-long-enough-token"


def lines_of(process: RushesProcess) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in process.log.read_text().splitlines(keepends=True) if line.endswith("\n")
    ]


def about(video_id: str, *processes: RushesProcess) -> list[dict[str, Any]]:
    """What the processes have said of the video, in order."""
    said = [line for process in processes for line in lines_of(process) if line.get("video_id") == video_id]
    return sorted(said, key=lambda line: str(line["timestamp"]))


def stages(lines: list[dict[str, Any]]) -> list[str]:
    return [line["stage"] for line in lines if line["event"] == "video_moved"]


def all_of(web: StudioProcess, worker: Worker, video: dict[str, Any], *, last: str) -> list[dict[str, Any]]:
    """What was said of the video, once its last step was told."""

    def told() -> list[dict[str, Any]] | None:
        lines = about(video["id"], web, worker)
        return lines if last in stages(lines) else None

    found: list[dict[str, Any]] = wait_for(told, f"the line that {last}")
    return found


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One for the file: its tests only look at what is written."""
    with open_cluster(tmp_path_factory.mktemp("following")) as opened:
        yield opened


@pytest.fixture(scope="module")
def pair(cluster: Cluster) -> tuple[StudioProcess, Worker]:
    """A web server and a worker, both up."""
    more = {"LOG_LEVEL": "info", "METRICS_TOKEN": TOKEN}
    web, worker = cluster.web("a", **more), cluster.worker("b", **more)
    web.begin()
    worker.begin()
    web.sign_in()
    worker.greeted()
    wait_for(web.knows_gpu, "the provider's models")
    return web, worker


def test_a_video_is_followed_from_its_request_to_its_end(pair: tuple[StudioProcess, Worker]) -> None:
    web, worker = pair
    body = {"prompt": "a quay", "model": "gpu/wan-2.2", "size": "128x128", "seconds": 1}
    answer = web.client.post("/api/videos", json=body, headers={"X-Request-ID": "trace-7/a"})
    video = answer.json()
    done = web.wait_until(video, "completed")
    lines = all_of(web, worker, video, last="completed")
    # Each step once, in order, whoever took it.
    assert stages(lines) == ["waiting", "submitting", "generating", "downloading", "finishing", "completed"]
    moves = [line for line in lines if line["event"] == "video_moved"]
    assert moves[0]["request_id"] == "trace-7/a"
    assert moves[0]["process"] == "web"
    assert {line["process"] for line in moves[1:]} == {"worker"}
    assert worker.process is not None
    assert {line["pid"] for line in moves[1:]} == {worker.process.pid}
    assert {line["task"] for line in moves[1:]} == {"poll", "submit", "download", "finish"}
    for line in lines:
        if line["event"] != "request":
            assert (line["provider"], line["space_id"]) == ("gpu", video["space_id"]), line
    # The provider's own name for it, for asking them.
    assert moves[2]["provider_video_id"] == done["provider_video_id"]
    [fetched] = [line for line in lines if line["event"] == "result_fetched"]
    assert fetched["bytes"] > 0
    # What others asked about it meanwhile is found too, each request by an id of its own.
    asked = [line for line in lines if line["event"] == "request"]
    assert {line["path"] for line in asked} == {f"/api/videos/{video['id']}"}
    assert len({line["request_id"] for line in asked}) == len(asked)


def test_what_goes_wrong_is_told_with_the_video(cluster: Cluster, pair: tuple[StudioProcess, Worker]) -> None:
    web, worker = pair
    cluster.provider.fault("content", "status", status=500, times=1)
    unlucky = web.make("unlucky")
    lucky = web.draw("lucky")
    web.wait_until(unlucky, "completed")
    web.wait_until(lucky, "completed")
    lines = all_of(web, worker, unlucky, last="completed")
    [failed] = [line for line in lines if line["event"] == "download_failed"]
    assert (failed["level"], failed["task"], failed["provider"]) == ("warning", "download", "gpu")
    assert failed["space_id"] == unlucky["space_id"]
    # The lines of one are not the other's.
    others = all_of(web, worker, lucky, last="completed")
    assert stages(others) == ["waiting", "generating", "finishing", "completed"]
    assert {line["provider"] for line in others if line["event"] != "request"} == {"animatic"}


def test_a_retry_is_another_request(cluster: Cluster, pair: tuple[StudioProcess, Worker]) -> None:
    web, worker = pair
    cluster.provider.fault("create", "status", status=400, times=1)
    video = web.make("a quay")
    web.wait_until(video, "failed")
    retry = f"/api/videos/{video['id']}/retry"
    assert web.client.post(retry, headers={"X-Request-ID": "second"}).status_code == 200
    web.wait_until(video, "completed")
    lines = all_of(web, worker, video, last="completed")
    assert stages(lines)[:4] == ["waiting", "submitting", "failed", "waiting"]
    [again] = [
        line for line in lines if line["event"] == "video_moved" and line.get("request_id") == "second"
    ]
    assert again["stage"] == "waiting"


def test_no_secret_is_in_any_log(cluster: Cluster, pair: tuple[StudioProcess, Worker]) -> None:
    web, worker = pair
    token = web.client.headers["Authorization"].removeprefix("Bearer ")
    url = str(web.client.base_url)
    for attempt in (
        lambda: web.client.get(f"/api/videos?token={token}"),
        lambda: httpx2.post(f"{url}/api/auth/login", json={"username": "admin", "password": "wrong-one"}),
        lambda: httpx2.get(f"{url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}),
        lambda: httpx2.get(f"{url}/api/auth/me", headers={"X-Request-ID": token}),
    ):
        made: Callable[[], Any] = attempt
        made()
    web.wait_until(web.make("a quay"), "completed")
    written = web.log.read_text() + worker.log.read_text()
    assert "video_moved" in written
    for secret in (token, _PASSWORD, "wrong-one", TOKEN, cluster.settings["JWT_SECRET"]):
        assert secret not in written
    # Every line is JSON, says which process it is from, and when.
    for process, name in ((web, "web"), (worker, "worker")):
        for line in lines_of(process):
            assert line["process"] == name
            assert line["timestamp"]
            assert line["level"]
