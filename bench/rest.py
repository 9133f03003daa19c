"""The library and one video over HTTP, against Express doing the same work, and the barest server there is.

    python bench/rest.py [--rows 1000,1000000] [--rounds 3]

All three answer the same bytes from the same rows; Rushes and Express check the token of each request.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import sys
import tempfile
from functools import partial
from pathlib import Path

from library import fill
from running import program, requests_a_second, rounds, serving, verdict

_HERE = Path(__file__).resolve().parent
AIMS = {"list of 50": 2.5, "single": 4.0}
# What to know when an aim is missed.
WHY = (
    "of a single read SQLite and JSON are a fifth. The rest is what Express is not asked for here: a line in"
    " the log, the request's id and its metrics, protective headers, errors in one form, sessions that end."
)


def main() -> None:
    """Prints a line a size and address, and the verdicts."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", default="1000,1000000")
    options.add_argument("--rounds", type=int, default=3, help="the median of so many counts")
    wanted = options.parse_args()
    own: dict[str, list[float]] = {name: [] for name in AIMS}
    missed: set[str] = set()
    for rows in map(int, wanted.rows.split(",")):
        with tempfile.TemporaryDirectory(prefix="rushes-bench-") as folder:
            print(f"{rows:,} videos, load {os.getloadavg()[0]:.1f}")
            for name, found in _measured(Path(folder), rows, wanted.rounds).items():
                ours, node, limit = (
                    statistics.median(found[side]) for side in ("Rushes", "Express", "limit")
                )
                own[name].append(ours / limit)
                if ours / node < AIMS[name]:
                    missed.add(name)
                print(
                    f"  {name:10}  {ours / node:5.2f} × Express {verdict(ours / node, '≥', AIMS[name])}"
                    f"   {ours / limit:4.2f} × a static route"
                    f"   ({ours:,.0f}/s, {node:,.0f}/s, {limit:,.0f}/s)"
                )
    if missed:
        print(f"Short of {' and '.join(sorted(missed))}: {WHY}")
    for name, ratios in own.items():
        if len(ratios) > 1:
            print(f"{name}: at the largest {ratios[-1] / ratios[0]:.2f} × the speed at the smallest")


def _measured(folder: Path, rows: int, count: int) -> dict[str, dict[str, list[float]]]:
    with serving(folder, "--no-worker") as studio:
        secret, database = studio.secret, studio.database
    ids = fill(database, rows)
    paths = {"list of 50": "/api/videos?limit=50", "single": f"/api/videos/{ids[len(ids) // 2]}"}
    with serving(folder, "--no-worker") as studio:
        ready = {path.partition("?")[0]: studio.ask(path).decode() for path in paths.values()}
        express = [
            "node",
            "--max-old-space-size=8192",
            str(_HERE / "peers" / "rest.mjs"),
            str(_what_it_reads(database)),
            secret,
        ]
        static = [sys.executable, str(_HERE / "static_route.py")]
        with program(express) as peer, program(static, json.dumps(ready)) as bare:
            urls = {
                "Rushes": studio.url,
                "Express": f"http://127.0.0.1:{peer}",
                "limit": f"http://127.0.0.1:{bare}",
            }
            return {
                name: rounds(
                    count,
                    {
                        side: partial(requests_a_second, url + path, studio.token)
                        for side, url in urls.items()
                    },
                )
                for name, path in paths.items()
            }


def _what_it_reads(database: Path) -> Path:
    """A copy for Express of the two tables that it asks, with the index that serves its list: sql.js holds a
    database in memory, and of 2 GiB at most."""
    copy = database.with_name("express.db")
    with sqlite3.connect(copy) as connection:
        connection.execute("ATTACH ? AS studio", (str(database),))
        for name in ("space_members", "videos", "ix_videos_space_id_created_at_id"):
            [made] = connection.execute(
                "SELECT sql FROM studio.sqlite_master WHERE name = ?", (name,)
            ).fetchone()
            connection.execute(made)
            if not name.startswith("ix_"):
                connection.execute(f"INSERT INTO {name} SELECT * FROM studio.{name}")
    connection.close()
    return copy


if __name__ == "__main__":
    main()
