"""Videos that were cancelled while their POST was under way: whether a job came of it is found out first.

A job that nobody wants is ended as soon as it is known. Until then the video is neither tried again nor
deleted for good: the one row that knows what to look for would forget it, and the job would run on and be
paid for. A restart goes on with it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, select

from rushes.errors import Conflict
from rushes.studio import Studio
from rushes.tables import videos
from rushes.transaction import Transaction
from rushes.videos import queries
from rushes.videos.queries import VideoRow

# As `is_looked_for`; the words of `tables.videos.LOOKED_FOR`, so that an index finds the few there are.
LOOKED_FOR = and_(
    videos.c.stage == "cancelled",
    videos.c.claim.is_not(None),
    videos.c.submitted_at.is_not(None),
    videos.c.provider_video_id.is_(None),
)


def is_looked_for(row: VideoRow) -> bool:
    """Whether the cancelled video may have a job at its provider that nobody has found yet."""
    return (
        row.stage == "cancelled"
        and row.claim is not None
        and row.submitted_at is not None
        and row.provider_video_id is None
    )


def refuse_while_looked_for(row: VideoRow) -> None:
    """Raises `Conflict`, code `still_looking`: what is to be done with the video must wait a little."""
    if is_looked_for(row):
        raise Conflict(
            f"It was cancelled while it was being handed to {row.provider}, which may have begun it all the "
            "same. The job is being looked for, to end it. Try this again in a minute.",
            code="still_looking",
            retryable=True,
            charged="unknown",
        )


def all_looked_for() -> Any:
    """The query for them, for whoever goes on after a crash."""
    return select(videos).where(LOOKED_FOR)


async def give_up(studio: Studio, row: VideoRow) -> None:
    """Nobody found a job: it stays counted as one that may have been charged."""
    async with studio.transaction() as work:
        await queries.change(work, row.id, _same(row), LOOKED_FOR, claim=None)


async def never_was(work: Transaction, row: VideoRow, *, now: float) -> None:
    """The provider has refused it after all, so that the attempt has cost nothing; nothing happens to a video
    that is not looked for."""
    await queries.never_charged(work, row.id, _same(row), LOOKED_FOR, claim=None, updated_at=now)


def _same(row: VideoRow) -> Any:
    return videos.c.submission_key == row.submission_key
