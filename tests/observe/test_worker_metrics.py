"""A worker answers how it is at METRICS_PORT, by the same rules as a server."""

from __future__ import annotations

import re
import socket

import httpx2
import pytest
from tests.cluster.conftest import Cluster, cluster
from tests.faults.studio_process import wait_for
from tests.observe.scraping import Scraped

from rushes.cli import PORT_TAKEN

__all__ = ["cluster"]

pytestmark = [pytest.mark.xdist_group("studio processes"), pytest.mark.timeout(300)]

TOKEN = "a-long-enough-token"


def test_a_worker_has_metrics_of_its_own(cluster: Cluster) -> None:
    web = cluster.web("a")
    worker = cluster.worker("b", METRICS_PORT="0", METRICS_TOKEN=TOKEN)
    web.begin()
    worker.begin()
    web.sign_in()
    worker.greeted()
    url = re.search(r"metrics are at (http://\S+)/metrics", worker.said())
    assert url is not None, worker.said()
    with httpx2.Client(base_url=url[1], timeout=30) as client:
        video = web.draw("a harbour at dawn")
        web.wait_until(video, "completed")

        def drawn() -> Scraped | None:
            found = Scraped(client.get("/metrics").text)
            return found if found.value("rushes_task_seconds_count", task="finish", outcome="done") else None

        found = wait_for(drawn, "the drawing to be counted")
        assert found.value("rushes_video_moves_total", stage="completed") == 1
        assert found.value("rushes_workers", lane="network") == 1
        elsewhere = {"X-Forwarded-For": "203.0.113.7"}
        assert client.get("/metrics", headers=elsewhere).status_code == 403
        allowed = {**elsewhere, "Authorization": f"Bearer {TOKEN}"}
        assert client.get("/metrics", headers=allowed).status_code == 200
        assert client.get("/health").status_code == 200
        assert client.get("/ready").status_code == 200
        # And it serves nothing else.
        for path in ("/", "/api/videos", "/socket.io/"):
            assert client.get(path, headers={"Accept": "text/html"}).status_code == 404, path
    # What the web server did is not the worker's, and the other way round.
    answered = Scraped(web.client.get("/metrics").text)
    assert answered.value("rushes_http_request_seconds_count", route="/api/videos", method="POST") == 1
    assert answered.value("rushes_task_seconds_count", task="render") == 0
    assert worker.stop() == 0


def test_a_port_that_is_taken_is_said_plainly(cluster: Cluster) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        worker = cluster.worker("b", METRICS_PORT=str(port))
        worker.begin()
        assert worker.process is not None
        assert worker.process.wait(60) == PORT_TAKEN
    assert f"127.0.0.1:{port} is in use" in worker.log.read_text()
    assert "METRICS_PORT" in worker.log.read_text()
