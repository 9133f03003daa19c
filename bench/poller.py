"""Ten thousand unfinished videos at a provider: what asking about all of them costs, and whether it keeps up.

    python bench/poller.py [--videos 10000] [--seconds 60]

The provider is the tests' stand-in, which lists a hundred jobs a page as OpenAI does. Against it stands the
limit: one program that does nothing but read the same list, page after page.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from library import fill
from running import Running, processor_seconds, resident, serving, verdict

_ROOT = Path(__file__).resolve().parents[1]
_SILENCE = 10


def main() -> None:
    """Prints the rates, the lag, memory, and what happens after a Retry-After."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--videos", type=int, default=10_000)
    options.add_argument("--seconds", type=float, default=60, help="how long it is watched")
    wanted = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="rushes-bench-") as name:
        folder = Path(name)
        with _standin(folder, wanted.videos) as (url, job_ids):
            settings = {"PROVIDERS__GPU__KIND": "openai", "PROVIDERS__GPU__BASE_URL": f"{url}/v1"}
            with serving(folder, **settings) as studio:
                pass
            _make_unfinished(studio.database, job_ids)
            print(f"{wanted.videos:,} unfinished videos at a provider, load {os.getloadavg()[0]:.1f}")
            limit = _limit(url, wanted.videos)
            with serving(folder, LOG_LEVEL="warning", **settings) as studio:
                _watch(studio, url, wanted.seconds, wanted.videos, limit)
                _silence(url)


def _watch(studio: Running, url: str, seconds: float, videos: int, limit: float) -> None:
    # The first shift learns of all of them at once, and writes how far each is.
    deadline = time.monotonic() + 120
    while _unknown(studio.database) and time.monotonic() < deadline:
        time.sleep(1)
    time.sleep(15)
    _control(url, clear_counts=True)
    memory, used, began = resident(studio.pid), processor_seconds(studio.pid), time.monotonic()
    before = _lag(studio)
    time.sleep(seconds)
    took = time.monotonic() - began
    lists = _counts(url)["lists"]
    cpu = (processor_seconds(studio.pid) - used) / took
    grown = resident(studio.pid) - memory
    statuses = lists * 100 / took
    print(f"  {lists / took:.1f} requests a second tell {statuses:,.0f} states a second")
    print(f"  each video is asked about every {videos / statuses:.1f} s, on {cpu:.2f} of a core")
    print(f"  memory {memory / 2**20:.0f} MiB, {grown / 2**20:+.1f} MiB in {took:.0f} s")
    after = _lag(studio)
    late = [(bound, after[bound] - before.get(bound, 0)) for bound in sorted(after)]
    total = late[-1][1] or 1
    for share in (0.5, 0.99):
        bound = next(bound for bound, count in late if count >= share * total)
        print(f"  {share:.0%} of the questions were at most {bound:g} s late")
    on_time = next((count for bound, count in late if bound >= 1), 0) / total
    print(f"  within a second of their time: {on_time:.1%} {verdict(on_time, '≥', 0.99)}")
    print(f"  processor: {cpu:.2f} of a core {verdict(cpu, '≤', 0.5)}")
    print(f"  the list alone, read without a pause: {limit:,.0f} states a second")


def _unknown(database: Path) -> int:
    """Videos of which nobody has said how far they are."""
    with sqlite3.connect(database, timeout=60) as connection:
        asked = "SELECT count(*) FROM videos WHERE stage = 'generating' AND NOT progress_known"
        count: int = connection.execute(asked).fetchone()[0]
        return count


def _silence(url: str) -> None:
    """The provider answers one question with 429 and Retry-After: nobody may ask before that."""
    fault = {"verb": "any", "kind": "status", "status": 429, "retry_after": _SILENCE}
    _control(url, clear_counts=True, faults=[fault])
    deadline = time.monotonic() + 60
    while not any(one["fault"] for one in _counts(url)["asked"]):
        assert time.monotonic() < deadline, "nobody asked for a minute"
        time.sleep(0.1)
    time.sleep(_SILENCE + 8)
    asked = _counts(url)["asked"]
    told = next(one["at"] for one in asked if one["fault"])
    early = [one for one in asked if told + 0.25 < one["at"] < told + _SILENCE]
    again = [one for one in asked if one["at"] >= told + _SILENCE]
    print(
        f"  Retry-After {_SILENCE}: {len(early)} requests while silent {verdict(len(early), '≤', 0)},"
        f" {len(again)} after it"
    )


def _limit(url: str, videos: int) -> float:
    began, pages, after = time.perf_counter(), 0, ""
    while True:
        page = json.loads(urllib.request.urlopen(f"{url}/v1/videos?limit=100{after}", timeout=60).read())
        pages += 1
        if not page["has_more"]:
            return videos / (time.perf_counter() - began)
        after = f"&after={page['data'][-1]['id']}"


def _make_unfinished(database: Path, job_ids: list[str]) -> None:
    ids = fill(database, len(job_ids))
    now = time.time()
    with sqlite3.connect(database) as connection:
        connection.executemany(
            "UPDATE videos SET status = 'in_progress', stage = 'generating', progress = 0,"
            " progress_known = 0, provider = 'gpu', provider_model = 'wan-2.2', provider_video_id = ?,"
            " model = 'gpu/wan-2.2', submitted_at = ?, accepted_at = ?, started_at = ?,"
            " completed_at = NULL, file_path = NULL,"
            " thumbnail_path = NULL, spritesheet_path = NULL, spritesheet = NULL, file_size = NULL"
            " WHERE id = ?",
            [(job_id, now, now, now - 60, video_id) for job_id, video_id in zip(job_ids, ids, strict=True)],
        )


@contextmanager
def _standin(folder: Path, videos: int) -> Iterator[tuple[str, list[str]]]:
    """The stand-in with that many jobs, each of which takes two hours."""
    now = time.time()
    jobs = [
        {
            "id": f"video_{number}",
            "prompt": f"prompt {number}",
            "model": "wan-2.2",
            "size": "1280x720",
            "seconds": "8",
            "made_at": now - 3600 + number * 3000 / videos,
            "duration": 7200.0,
        }
        for number in range(videos)
    ]
    state = folder / "jobs.json"
    state.write_text(json.dumps(jobs))
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.standins.openai_videos", "--state", str(state)],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[-1], [str(job["id"]) for job in jobs]
    finally:
        process.kill()
        process.wait()


def _control(url: str, **order: Any) -> None:
    request = urllib.request.Request(
        f"{url}/_control", json.dumps(order).encode(), {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(request, timeout=60).read()


def _counts(url: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(urllib.request.urlopen(f"{url}/_counts", timeout=60).read())
    return found


def _lag(studio: Running) -> dict[float, float]:
    """How many questions were at most so many seconds late."""
    found: dict[float, float] = {}
    for line in studio.ask("/metrics").decode().splitlines():
        if line.startswith("rushes_poll_lag_seconds_bucket") and 'provider="gpu"' in line:
            bound = line.partition('le="')[2].partition('"')[0]
            found[float(bound.replace("+Inf", "inf"))] = float(line.rsplit(" ", 1)[1])
    return found


if __name__ == "__main__":
    main()
