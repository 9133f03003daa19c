"""A Prometheus that reads one studio's metrics every second, by the studio's own alert rules."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
from tests.servers.process import ServerProcess, free_port

_CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: ["{rules}"]
scrape_configs:
  - job_name: rushes
    static_configs: [{{targets: ["{target}"]}}]
"""


class Prometheus:
    """A running server."""

    def __init__(self, url: str) -> None:
        self._client = httpx2.Client(base_url=url, timeout=30)

    def ask(self, query: str) -> list[dict[str, Any]]:
        """The samples of an instant query. A query that makes no sense fails."""
        answer = self._client.get("/api/v1/query", params={"query": query})
        assert answer.status_code == 200, f"{query}: {answer.text}"
        found: list[dict[str, Any]] = answer.json()["data"]["result"]
        return found

    def rules(self) -> list[dict[str, Any]]:
        """The alert rules, with their health."""
        groups = self._client.get("/api/v1/rules").json()["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]


@contextlib.contextmanager
def prometheus(target: str, *, rules: Path) -> Iterator[Prometheus]:
    """For as long as the block lasts. `target` is the studio's `host:port`."""
    program = shutil.which("prometheus")
    assert program is not None, "Prometheus is not installed: make test-tools"
    folder = Path(tempfile.mkdtemp(prefix="rushes-prometheus-"))
    (folder / "prometheus.yml").write_text(_CONFIG.format(rules=rules, target=target))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = ServerProcess(
        [
            program,
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        port=port,
        folder=folder,
        answers=lambda: _is_ready(url),
        user=None,
    )
    try:
        process.start()
        yield Prometheus(url)
    finally:
        process.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _is_ready(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/-/ready", timeout=5).status_code == 200
    except httpx2.HTTPError:
        return False
