"""The stand-in itself, as a process of its own: tests that kill a studio lean on what it keeps and counts."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from rushes.providers.openai_shaped import OpenAIShaped
from rushes.providers.protocol import Submission

ROOT = Path(__file__).parents[3]


@contextmanager
def running(*arguments: str) -> Iterator[str]:
    """Its URL; it is killed, not asked to end."""
    command = [sys.executable, "-m", "tests.standins.openai_videos", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().removeprefix("listening on ").strip()
        finally:
            process.send_signal(signal.SIGKILL)


def send(url: str, order: object | None = None) -> Any:
    data = None if order is None else json.dumps(order).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data), timeout=10) as answer:
        return json.load(answer)


async def test_jobs_outlive_it_and_faults_come_over_http(tmp_path: Path) -> None:
    state = str(tmp_path / "jobs.json")
    made = Submission("k", "RX-1", "a bay", ("a bay",), "wan-2.2", 64, 64, 1)
    with running("--state", state, "--duration", "0") as url:
        provider = OpenAIShaped(name="x", base_url=url, api_key=None, concurrency=1)
        assert send(f"{url}/_control", {"faults": [{"verb": "create", "kind": "fail", "error": "Broken."}]})[
            "ok"
        ]
        job_id = (await provider.submit(made)).id
        await provider.close()
        counts = send(f"{url}/_counts")
        assert (counts["creates"], counts["by_prompt"]["a bay"]) == (1, {"asked": 1, "accepted": 1})
    with running("--state", state) as url:
        provider = OpenAIShaped(name="x", base_url=url, api_key=None, concurrency=1)
        job = (await provider.poll([job_id]))[job_id]
        assert job.state == "failed"
        assert job.error is not None
        assert job.error.message == "Broken."
        await provider.close()
        assert send(f"{url}/_control", {"lose_jobs": True})["ok"]
        assert send(f"{url}/v1/videos")["data"] == []
        with pytest.raises(urllib.error.HTTPError, match="400"):
            send(f"{url}/_control", {"faults": [{"verb": "create", "kind": "no such kind"}]})
