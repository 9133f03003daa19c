"""Waiting for a video within a request: for programs that want the result in their answer.

The row is looked at now and then: other processes' live events reach this one only while it has sockets.
"""

from __future__ import annotations

from rushes.errors import Conflict
from rushes.stopping import rest
from rushes.studio import Studio
from rushes.videos import queries
from rushes.videos.lifecycle import FINISHED
from rushes.videos.queries import VideoRow

_SHORTEST, _LONGEST = 0.2, 2.0


async def until_over(studio: Studio, video_id: str, *, seconds: float) -> VideoRow:
    """The video once it has ended or nobody knows how it stands, else as it is after `seconds` or when the
    process stops. Raises `Conflict` for one that is deleted meanwhile."""
    end, pause = studio.clock.now() + seconds, _SHORTEST
    while True:
        async with studio.reading() as session:
            row = await queries.one(session, video_id)
        if row is None or row.purged_at is not None:
            raise Conflict("The video was deleted meanwhile.", code="gone_since")
        left = end - studio.clock.now()
        if row.stage in FINISHED or row.stage == "unknown" or left <= 0 or studio.stopping.is_set():
            return row
        await rest(min(pause, left), stopping=studio.stopping)
        pause = min(pause * 1.25, _LONGEST)
