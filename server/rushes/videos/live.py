"""Videos as the live hub tells them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.hub import LiveKind
from rushes.studio import Studio
from rushes.tables import videos
from rushes.videos import reading
from rushes.videos.eta import Learned


async def _views(studio: Studio, session: AsyncConnection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    return await reading.views(studio, session, rows, studio.shared(Learned))


VIDEOS = LiveKind(
    "video", "video_update", "video_id", videos, _views, calls={"needs_attention": "needs_attention"}
)
