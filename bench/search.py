"""How long the library takes to find something among very many videos, on SQLite and on PostgreSQL.

    python bench/search.py [--rows 200000]

Each question is asked over HTTP and compared with the plain first page of the same library.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from library import fill, fill_postgresql
from running import Running, serving

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.servers.postgresql import postgresql

# Words, models and tags of the library that `library` makes, and some that it has not.
_ASKED: dict[str, dict[str, str]] = {
    "the plain list": {},
    "a common word": {"q": "harbour"},
    "two common words": {"q": "neon rain"},
    "a rare word": {"q": "kalomi"},
    "a common and a rare word": {"q": "fog kalomi"},
    "one letter": {"q": "k"},
    "no such word": {"q": "zzzz"},
    "a phrase": {"q": '"slow pan"'},
    "a tag that is a common word": {"tag": "night"},
    "a tag of two words": {"tag": "client b"},
    "a common word with a tag": {"q": "harbour", "tag": "client a"},
    "a common word of a rare model": {"q": "harbour", "model": "gpu/hunyuan-video"},
    "a common word of no model": {"q": "harbour", "model": "gpu/nothing"},
    "a model with nothing": {"model": "gpu/nothing"},
    "a rare model": {"model": "gpu/hunyuan-video"},
    "a provider": {"provider": "gpu"},
    "remixes": {"kind": "remix"},
    "favourites": {"favourite": "true"},
    "a common word, oldest first": {"q": "harbour", "sort": "old"},
    "a collection of 500": {"collection": "Some"},
    "a collection of a fifth": {"collection": "Many"},
}


def main() -> None:
    """Prints a table for each database."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=200_000)
    options.add_argument("--rounds", type=int, default=7, help="the median of so many times")
    wanted = options.parse_args()
    print(f"{wanted.rows:,} videos")
    for name, on in (("SQLite", _on_sqlite), ("PostgreSQL", _on_postgresql)):
        with (
            tempfile.TemporaryDirectory(prefix="rushes-bench-") as folder,
            on(Path(folder), wanted.rows) as (studio, collections),
        ):
            print(f"  {name}")
            _ask(studio, collections, wanted.rounds)


@contextmanager
def _on_sqlite(folder: Path, rows: int) -> Iterator[tuple[Running, dict[str, str]]]:
    with serving(folder) as studio:
        database = studio.database
    ids = fill(database, rows)
    with serving(folder) as studio:
        yield studio, _collect(studio, ids)


@contextmanager
def _on_postgresql(folder: Path, rows: int) -> Iterator[tuple[Running, dict[str, str]]]:
    with postgresql() as server:
        url = server.empty_database()
        settings = {
            "DATABASE_URL": url.replace("://", "+asyncpg://"),
            "JWT_SECRET": secrets.token_hex(32),
            "ENCRYPTION_KEY": secrets.token_hex(32),
        }
        with serving(folder, **settings):
            pass
        ids = asyncio.run(fill_postgresql(url, rows))
        with serving(folder, **settings) as studio:
            yield studio, _collect(studio, ids)


def _collect(studio: Running, ids: list[str]) -> dict[str, str]:
    """Two collections, their ids by name: a small one, and a fifth of everything."""
    made = {}
    for name, held in (("Some", ids[:: max(len(ids) // 500, 1)]), ("Many", ids[::5])):
        made[name] = _tell(studio, "POST", "/api/collections", {"name": name})["id"]
        for start in range(0, len(held), 1000):
            _tell(studio, "PATCH", f"/api/collections/{made[name]}", {"add": held[start : start + 1000]})
    return made


def _tell(studio: Running, method: str, path: str, body: dict[str, object]) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {studio.token}", "Content-Type": "application/json"}
    request = urllib.request.Request(studio.url + path, json.dumps(body).encode(), headers, method=method)
    answered: dict[str, str] = json.loads(urllib.request.urlopen(request, timeout=60).read())
    return answered


def _ask(studio: Running, collections: dict[str, str], rounds: int) -> None:
    plain = 0.0
    for what, wanted in _ASKED.items():
        asked = {name: collections.get(value, value) for name, value in wanted.items()}
        path = "/api/videos?" + urlencode({"limit": "50", **asked})
        times = []
        for _ in range(rounds):
            began = time.perf_counter()
            body = studio.ask(path)
            times.append(time.perf_counter() - began)
        taken = statistics.median(times) * 1000
        plain = plain or taken
        found = len(json.loads(body)["videos"])
        print(f"    {what:32} {taken:7.1f} ms  {taken / plain:5.1f} × the plain list   ({found} shown)")


if __name__ == "__main__":
    main()
