"""What other slices find of assets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.actor import Actor
from rushes.tables import assets
from rushes.uploads.recognising import MEDIA_TYPES
from rushes.visibility import visible_spaces

__all__ = ["MEDIA_TYPES", "by_ids", "by_key"]


async def by_key(session: AsyncConnection, key: str, *, seen_by: Actor | None) -> Row[Any] | None:
    """The asset whose file has this key; only one that `seen_by` may see, where somebody is named."""
    query = select(assets).where(assets.c.file_path == key)
    if seen_by is not None:
        query = query.where(assets.c.space_id.in_(visible_spaces(seen_by)))
    return (await session.execute(query)).one_or_none()


async def by_ids(session: AsyncConnection, ids: Sequence[str]) -> list[Row[Any]]:
    """Assets that the caller has made itself, in no order."""
    return list((await session.execute(select(assets).where(assets.c.id.in_(ids)))).all())
