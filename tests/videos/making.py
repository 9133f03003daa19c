"""What the tests of videos share: asking for one, moving its row as the studio would, looking at the rest.

`make` goes through HTTP. `put_in_stage` and `complete` take a row along legal moves without a provider, for
tests in which the drawing is not the point.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import func, select
from tests.standins.clips import make_clip, make_still

from rushes import loose_files
from rushes.clock import Clock
from rushes.storage.keys import storage_key
from rushes.studio import Studio
from rushes.tables import assets, idempotency, new_id, videos
from rushes.tables import loose_files as notes
from rushes.videos import queries
from rushes.videos.lifecycle import Stage
from rushes.videos.queries import VideoRow
from rushes.worker import run_worker

SMALL: dict[str, Any] = {"size": "128x128", "seconds": 1}

# How a row gets to each stage, from `waiting`.
WAYS: dict[Stage, tuple[Stage, ...]] = {
    "waiting": (),
    "submitting": ("submitting",),
    "generating": ("generating",),
    "downloading": ("generating", "downloading"),
    "finishing": ("generating", "finishing"),
    "unknown": ("submitting", "unknown"),
    "completed": ("generating", "finishing", "completed"),
    "failed": ("failed",),
    "cancelled": ("cancelled",),
}


class MovableClock(Clock):
    """Real time, some seconds ahead."""

    ahead = 0.0

    def now(self) -> float:
        return super().now() + self.ahead


async def make(
    client: httpx2.AsyncClient, prompt: str = "a lighthouse at night", **more: Any
) -> dict[str, Any]:
    """A new small video, as its maker sees it."""
    answer = await client.post("/api/videos", json={"prompt": prompt, **SMALL, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def seen(client: httpx2.AsyncClient, video_id: str) -> dict[str, Any]:
    """The video as it is now."""
    answer = await client.get(f"/api/videos/{video_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def whoami(client: httpx2.AsyncClient) -> dict[str, Any]:
    user: dict[str, Any] = (await client.get("/api/auth/me")).json()["user"]
    return user


async def put_in_stage(studio: Studio, video_id: str, stage: Stage, **values: Any) -> VideoRow:
    """Takes a waiting video to `stage` by legal moves; `values` are written with the last one."""
    now = studio.clock.now()
    row = None
    for target in WAYS[stage]:
        more: dict[str, Any] = values if target == stage else {}
        if target in ("submitting", "generating") and row is None:
            more = {"submission_key": new_id("submission"), "started_at": now, **more}
        if target in ("completed", "failed", "cancelled"):
            more = {"completed_at": now, "charged": "no", **more}
        async with studio.transaction() as work:
            row = await queries.move(work, video_id, target, now=now, **more)
        assert row is not None, f"{video_id} could not move to {target}"
    if row is None:
        async with studio.transaction() as work:
            row = await queries.change(work, video_id, updated_at=now, **values)
    assert row is not None
    return row


async def complete(studio: Studio, video_id: str, *, suffix: str = "a") -> VideoRow:
    """Completes a waiting video with a real file, thumbnail and sprite sheet in the store."""
    async with studio.reading() as session:
        row = await queries.one(session, video_id)
    assert row is not None
    files = {
        "file_path": (f"{suffix}.mp4", await asyncio.to_thread(make_clip, "128x128", "1")),
        "thumbnail_path": (f"thumbnail-{suffix}.jpg", await asyncio.to_thread(make_still, "128x128")),
        "spritesheet_path": (
            f"spritesheet-{suffix}.jpg",
            await asyncio.to_thread(make_still, "128x128", columns=4),
        ),
    }
    stored = {}
    for column, (name, data) in files.items():
        key = storage_key(row.user_id, row.id, "video-clips", name)
        await loose_files.note(studio, key)
        stored[column] = await studio.storage.put(key, _once(data))
    film = stored["file_path"]
    done = await put_in_stage(
        studio,
        video_id,
        "completed",
        **{column: each.key for column, each in stored.items()},
        file_size=film.size,
        sha256=film.sha256,
        progress=100,
        progress_known=True,
        spritesheet={
            "columns": 4,
            "rows": 1,
            "count": 4,
            "frame_width": 128,
            "frame_height": 128,
            "interval": 0.25,
        },
        duration=1.0,
        width=128,
        height=128,
        fps=12.0,
    )
    async with studio.transaction() as work:
        await loose_files.claim(work, *(each.key for each in stored.values()))
    return done


@asynccontextmanager
async def working(studio: Studio) -> AsyncIterator[None]:
    """A worker for as long as the block lasts; the studio is told to stop in the end."""
    running = asyncio.create_task(run_worker(studio))
    try:
        yield
    finally:
        studio.stopping.set()
        await running


async def belongings(studio: Studio) -> dict[str, Any]:
    """Rows and files that there are: to show that something left nothing behind."""
    async with studio.reading() as session:
        counts = {
            table.name: await session.scalar(select(func.count()).select_from(table))
            for table in (videos, assets, idempotency, notes)
        }
    return {**counts, "files": files_of(studio)}


def files_of(studio: Studio) -> list[str]:
    """Every file in the store, unfinished ones included."""
    root = Path(studio.settings.videos_dir)
    # `os.walk` passes over a folder that is deleted while it looks; `rglob` raises.
    found = (Path(folder, name) for folder, _, names in os.walk(root) for name in names)
    return sorted(str(path.relative_to(root)) for path in found)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
