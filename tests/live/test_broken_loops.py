"""What is told live goes on being told after a fault of a moment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from sqlalchemy import update
from tests.live.conftest import Listen
from tests.videos.making import make

from rushes.errors import Unavailable
from rushes.studio import Studio
from rushes.tables import videos


@pytest.mark.parametrize(
    "fault", [Unavailable("The database is away."), ZeroDivisionError("a mistake of ours")]
)
async def test_after_a_reading_that_failed_changes_are_told_again(
    signed_in: httpx2.AsyncClient,
    listen: Listen,
    studio: Studio,
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception,
) -> None:
    listener = await listen(signed_in)
    first = await make(signed_in, "before")
    await listener.said("video_update", lambda said: said["video_id"] == first["id"])
    reading, failed = studio.reading, []

    @asynccontextmanager
    async def failing_once() -> AsyncIterator[Any]:
        if not failed:
            failed.append(fault)
            raise fault
        async with reading() as session:
            yield session

    monkeypatch.setattr(studio, "reading", failing_once)
    # The hub's own reading is the next one: nothing else reads while nobody asks.
    async with studio.transaction() as work:
        row = await work.session.execute(_touch(first["id"]))
        work.changed("video", row.one())
    if isinstance(fault, Unavailable):
        # Tried again, since the database comes back.
        await listener.said("video_update", lambda said: said["video_id"] == first["id"])
    second = await make(signed_in, "after")
    await listener.said("video_update", lambda said: said["video_id"] == second["id"])
    assert failed == [fault]


def _touch(video_id: str) -> Any:
    return update(videos).where(videos.c.id == video_id).values(title="touched").returning(videos)
