"""Fills a studio's database with a library of finished videos, for whatever is measured at size.

    python bench/library.py data/rushes.db 100000       the videos become the first person's

Prompts are made of some thousand words, a few of them common and most of them rare, as in real libraries.
"""

from __future__ import annotations

import itertools
import random
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import orjson

from rushes.tables import new_id, videos
from rushes.videos.search import place, words_of

_AT_ONCE = 20_000
_SHARED = (
    *("a", "the", "at", "of", "in", "over", "slow", "pan", "night"),
    *("rain", "neon", "harbour", "forest", "city", "dawn", "close-up", "fog"),
)
_SYLLABLES = (
    *("ka", "lo", "mi", "ren", "tas", "vel", "or", "sha"),
    *("du", "pin", "gra", "el", "no", "qui", "bar", "zen"),
)
_SIZES = (
    ("1280x720", 1280, 720),
    ("720x1280", 720, 1280),
    ("1024x1024", 1024, 1024),
    ("1680x720", 1680, 720),
)
_MODELS = (("animatic", "storyboard"), ("gpu", "wan-2.2"), ("gpu", "hunyuan-video"))
_TAGS = ("night", "client a", "client b", "hero shot", "b-roll", "approved")


def fill(database: Path, count: int, *, username: str | None = None, seed: int = 1) -> list[str]:
    """Adds `count` completed videos, a minute apart and ending now, to the personal space of `username` (or
    of whoever was first); their ids, oldest first. The studio may be running, and tells nobody live."""
    with sqlite3.connect(database, timeout=60) as connection:
        user_id, space_id = connection.execute(
            "SELECT users.id, space_id FROM users JOIN space_members ON personal_of = users.id"
            " WHERE ? IS NULL OR username = ? ORDER BY users.created_at LIMIT 1",
            (username, username),
        ).fetchone()
        made, seq = connection.execute(
            "SELECT videos_made, seq FROM spaces WHERE id = ?", (space_id,)
        ).fetchone()
    rows = _rows(random.Random(seed), user_id, space_id, count, made, seq)
    names = [column.name for column in videos.columns]
    ids: list[str] = []
    connection = sqlite3.connect(database, timeout=60)
    while batch := list(itertools.islice(rows, _AT_ONCE)):
        given = [name for name in names if name in batch[0]]
        with connection:
            connection.executemany(
                f"INSERT INTO videos ({', '.join(given)}) VALUES ({', '.join(f':{name}' for name in given)})",
                batch,
            )
            connection.execute(
                "UPDATE spaces SET videos_made = ?, seq = ? WHERE id = ?",
                (batch[-1]["number"], batch[-1]["changed_seq"], space_id),
            )
            connection.executemany(
                "INSERT INTO video_words (id, video_id, words) VALUES (?, ?, ?)", map(_words, batch)
            )
        ids += [row["id"] for row in batch]
    with connection:
        connection.execute("ANALYZE")
    connection.close()
    return ids


async def fill_postgresql(url: str, count: int, *, seed: int = 1) -> list[str]:
    """The same on PostgreSQL, whose `url` asyncpg understands."""
    connection = await asyncpg.connect(url)
    try:
        user_id, space_id, made, seq = await connection.fetchrow(
            "SELECT users.id, space_id, videos_made, seq FROM users"
            " JOIN space_members ON personal_of = users.id JOIN spaces ON spaces.id = space_id"
            " ORDER BY users.created_at LIMIT 1"
        )
        rows = _rows(random.Random(seed), user_id, space_id, count, made, seq)
        ids: list[str] = []
        while batch := list(itertools.islice(rows, _AT_ONCE)):
            columns = list(batch[0])
            records = [tuple(row.values()) for row in batch]
            await connection.copy_records_to_table("videos", records=records, columns=columns)
            words = [_words(row)[1:] for row in batch]
            await connection.copy_records_to_table(
                "video_words", records=words, columns=["video_id", "words"]
            )
            ids += [row["id"] for row in batch]
        await connection.execute(
            "UPDATE spaces SET videos_made = $1, seq = $2 WHERE id = $3", made + count, seq + count, space_id
        )
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
    return ids


def _words(row: dict[str, Any]) -> tuple[int, str, str]:
    video = SimpleNamespace(**{**row, "tags": orjson.loads(row["tags"])})
    return place(video.created_at), video.id, words_of(video)


def _rows(
    random_: random.Random, user_id: str, space_id: str, count: int, made: int, seq: int
) -> Iterator[dict[str, Any]]:
    rare = ["".join(random_.choices(_SYLLABLES, k=3)) for _ in range(4000)]
    now = time.time()
    for n in range(count):
        video_id = new_id("video")
        size, width, height = random_.choice(_SIZES)
        provider, model = random_.choices(_MODELS, (6, 3, 1))[0]
        words = random_.choices(_SHARED, k=12) + random_.choices(rare, k=8)
        random_.shuffle(words)
        begun = now - (count - n) * 60
        folder = f"{user_id}/{video_id}"
        yield {
            "id": video_id,
            "space_id": space_id,
            "user_id": user_id,
            "changed_seq": seq + n + 1,
            "number": made + n + 1,
            "kind": random_.choices(("text", "image", "remix"), (7, 2, 1))[0],
            "prompt": " ".join(words),
            "title": " ".join(random_.choices(rare, k=2)).title() if n % 3 == 0 else None,
            "tags": orjson.dumps(random_.sample(_TAGS, k=n % 3)).decode(),
            "favourite": n % 11 == 0,
            "is_published": False,
            "model": f"{provider}/{model}",
            "provider": provider,
            "provider_model": model,
            "size": size,
            "seconds": 8.0,
            "seed": n,
            "root_video_id": video_id,
            "status": "completed",
            "stage": "completed",
            "progress": 100,
            "progress_known": True,
            "priority": 0,
            "queue_position": begun,
            "attempts": 1,
            "created_at": begun,
            "updated_at": begun + 40,
            "started_at": begun + 1,
            "completed_at": begun + 40,
            "provider_video_id": f"job-{video_id}",
            "file_path": f"{folder}/video-clips/video-1.mp4",
            "file_size": 2_345_678,
            "sha256": f"{n:064x}",
            "thumbnail_path": f"{folder}/thumbnails/thumbnail-1.jpg",
            "spritesheet_path": f"{folder}/thumbnails/sprites-1.jpg",
            "spritesheet": orjson.dumps(
                {
                    "columns": 5,
                    "rows": 5,
                    "count": 25,
                    "frame_width": width // 8,
                    "frame_height": height // 8,
                    "interval": 0.32,
                }
            ).decode(),
            "duration": 8.0,
            "width": width,
            "height": height,
            "fps": 24.0,
            "cost_estimate": 0.0,
            "cost_actual": 0.0,
            "download_failures": 0,
            "refetches": 0,
        }


if __name__ == "__main__":
    began = time.perf_counter()
    fill(Path(sys.argv[1]), int(sys.argv[2]))
    print(f"{sys.argv[2]} videos in {time.perf_counter() - began:.1f} s")
