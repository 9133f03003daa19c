"""A film of 200 MB over HTTP: from the studio itself, by nginx when told, and from nginx alone.

    python bench/files.py [--rounds 5]

Who asks is checked in the first two; the third is the limit.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from library import fill
from running import Running, rounds, serving, verdict

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.servers.nginx import nginx

_SIZE = 200 * 1024 * 1024
_AIM = 0.35


def main() -> None:
    """Prints a line a way, and the verdict."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=5, help="the median of so many downloads")
    wanted = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="rushes-bench-") as folder:
        print(f"200 MB over HTTP, median of {wanted.rounds}, load {os.getloadavg()[0]:.1f}")
        found = _measured(Path(folder), wanted.rounds)
    medians = {way: statistics.median(speeds) for way, speeds in found.items()}
    limit = medians["nginx alone"]
    for way, speed in medians.items():
        print(f"  {way:24} {speed / limit:5.2f} × nginx   ({speed / 1e6:,.0f} MB/s)")
    own = medians["the studio alone"] / limit
    print(f"the studio alone: {own:.2f} × nginx {verdict(own, '≥', _AIM)}")


def _measured(folder: Path, count: int) -> dict[str, list[float]]:
    with serving(folder, "--no-worker") as studio:
        path = _film(studio)
    settings = {"X_ACCEL_REDIRECT": "/files-of-rushes/", "TRUSTED_PROXIES": "127.0.0.1"}
    with (
        serving(folder, "--no-worker", **settings) as studio,
        nginx(studio=studio.url, files=folder / "videos") as front,
        _bare(folder / "videos") as alone,
    ):
        ask = partial(_bytes_a_second, token=studio.token)
        return rounds(
            count,
            {
                "the studio alone": partial(ask, studio.url + path[0]),
                "handed over to nginx": partial(ask, front + path[0]),
                "nginx alone": partial(ask, f"{alone}/{path[1]}"),
            },
        )


def _film(studio: Running) -> tuple[str, str]:
    """The address of a video with a file of 200 MB, and the file's key."""
    (video_id,) = fill(studio.database, 1)
    with sqlite3.connect(studio.database) as connection:
        (key,) = connection.execute("SELECT file_path FROM videos WHERE id = ?", (video_id,)).fetchone()
        connection.execute("UPDATE videos SET file_size = ? WHERE id = ?", (_SIZE, video_id))
    file = studio.folder / "videos" / key
    file.parent.mkdir(parents=True)
    with file.open("wb") as out:
        for _ in range(_SIZE // (1024 * 1024)):
            out.write(secrets.token_bytes(1024 * 1024))
    return f"/api/videos/{video_id}/content", key


@contextmanager
def _bare(files: Path) -> Iterator[str]:
    """nginx with the films for everybody."""
    with nginx(studio="http://127.0.0.1:9", files=files, everybody=True) as url:
        yield url + "/files-of-rushes"


def _bytes_a_second(url: str, token: str) -> float:
    told = subprocess.run(
        [
            *("curl", "--silent", "--fail", "--output", "/dev/null", "--write-out"),
            *("%{speed_download} %{size_download}", "--header", f"Authorization: Bearer {token}", url),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert float(told[1]) == _SIZE, f"{url} sent {told[1]} bytes"
    return float(told[0])


if __name__ == "__main__":
    main()
