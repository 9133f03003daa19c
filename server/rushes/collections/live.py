"""Collections as answers show them and the live hub tells them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.collections import queries
from rushes.hub import LiveKind
from rushes.studio import Studio
from rushes.tables import collections


async def views(session: AsyncConnection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """`models.Collection` of each row; a deleted one is `{"deleted": True}`."""
    covers = await queries.covers(session, [row.id for row in rows if row.purged_at is None])
    return [_view(row, covers.get(row.id)) for row in rows]


def _view(row: Any, cover: Any) -> dict[str, Any]:
    if row.purged_at is not None:
        return {"deleted": True}
    return {
        "id": row.id,
        "space_id": row.space_id,
        "name": row.name,
        "count": row.video_count,
        "cover_url": cover and f"/api/videos/{cover.video_id}/content?variant=thumbnail&v={cover.attempts}",
        "created_at": int(row.created_at),
        "updated_at": int(row.updated_at),
        "seq": row.changed_seq,
    }


async def _views(_studio: Studio, session: AsyncConnection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    return await views(session, rows)


COLLECTIONS = LiveKind("collection", "collection_update", "collection_id", collections, _views)
