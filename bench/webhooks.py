"""How much sooner a finished generation is known when its provider calls than when it is only polled.

    python bench/webhooks.py [--videos 8]

The provider is the tests' stand-in for Replicate, which signs its webhooks as the vendor does. The same
videos are made twice: once with a public address to call, once without. Measured is the time from the end of
a job at the provider to the moment at which the studio knows of it and fetches its file.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from running import Running, serving, verdict

_ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_ROOT))

from tests.standins.replicate import ReplicateWire  # noqa: E402
from tests.standins.vendor import VendorStandIn  # noqa: E402
from tests.standins.vendor import serving as standing_in  # noqa: E402

_MODEL = "replicate/acme/waves-1"


def main() -> None:
    """Prints both times, and their ratio."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--videos", type=int, default=8)
    count = options.parse_args().videos
    print(f"{count} jobs that end one after the other, load {os.getloadavg()[0]:.1f}")
    called, polled = _measure(count, is_called=True), _measure(count, is_called=False)
    for name, late in (("told by webhook", called), ("polled alone", polled)):
        print(f"  {name}: known {statistics.median(late):.2f} s after its end (longest {max(late):.2f} s)")
    ratio = statistics.median(polled) / statistics.median(called)
    print(f"  a webhook makes it {ratio:.0f} x sooner {verdict(ratio, '≥', 5)}")


def _measure(count: int, *, is_called: bool) -> list[float]:
    with (
        tempfile.TemporaryDirectory(prefix="rushes-bench-") as name,
        standing_in(ReplicateWire, duration=3600) as vendor,
    ):
        port = _free_port()
        settings = {
            "PROVIDERS__REPLICATE__KIND": "replicate",
            "PROVIDERS__REPLICATE__BASE_URL": f"{vendor.url}/v1",
            "PROVIDERS__REPLICATE__API_KEY": ReplicateWire.key,
            "LOG_LEVEL": "warning",
            "PORT": str(port),
        }
        if is_called:
            settings["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
        with serving(Path(name), **settings) as studio:
            videos = [_make(studio, number) for number in range(count)]
            jobs = [_job_of(studio, video) for video in videos]
            # Long enough for the poller to have settled on its pace.
            time.sleep(10)
            return [_end(studio, vendor, video, job) for video, job in zip(videos, jobs, strict=True)]


def _make(studio: Running, number: int) -> str:
    body = {"prompt": f"waves {number}", "model": _MODEL, "size": "1280x720", "seconds": 5}
    return str(_ask(studio, "/api/videos", body)["id"])


def _job_of(studio: Running, video: str) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        seen = _ask(studio, f"/api/videos/{video}")
        if seen["provider_video_id"]:
            return str(seen["provider_video_id"])
        time.sleep(0.1)
    raise SystemExit(f"{video} was not taken up: {seen['stage']} {seen['error']}")


def _end(studio: Running, vendor: VendorStandIn, video: str, job: str) -> float:
    """Seconds until the studio knows that the job has ended."""
    began = time.perf_counter()
    # As long as it has run by now.
    vendor.wire.jobs[job].duration = 0.0
    while _ask(studio, f"/api/videos/{video}")["stage"] == "generating":
        time.sleep(0.01)
    return time.perf_counter() - began


def _ask(studio: Running, path: str, body: dict[str, Any] | None = None) -> Any:
    headers = {"Authorization": f"Bearer {studio.token}", "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body is not None else None
    with urllib.request.urlopen(urllib.request.Request(studio.url + path, data, headers), timeout=60) as told:
        return json.loads(told.read())


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


if __name__ == "__main__":
    main()
