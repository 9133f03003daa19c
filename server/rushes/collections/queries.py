"""Collections in SQL. Every read takes the actor, and whether they may see the row is part of the query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, collate, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.actor import Actor
from rushes.collections.models import CollectionFilter
from rushes.errors import NotFound
from rushes.tables import collection_videos, collections, spaces, videos
from rushes.transaction import Transaction
from rushes.visibility import editable_spaces, visible_spaces

CollectionRow: TypeAlias = Row[Any]


async def visible(session: AsyncConnection, actor: Actor, collection_id: str) -> CollectionRow:
    """The collection. Raises `NotFound`."""
    query = select(collections).where(
        collections.c.id == collection_id,
        collections.c.purged_at.is_(None),
        collections.c.space_id.in_(visible_spaces(actor)),
    )
    return _found((await session.execute(query)).one_or_none())


async def writable(work: Transaction, actor: Actor, collection_id: str) -> CollectionRow:
    """The collection, locked until the transaction ends. Raises `NotFound`."""
    query = select(collections).where(
        collections.c.id == collection_id,
        collections.c.purged_at.is_(None),
        collections.c.space_id.in_(editable_spaces(actor)),
    )
    return _found((await work.session.execute(query.with_for_update())).one_or_none())


async def held_videos(
    work: Transaction, actor: Actor, video_ids: Sequence[str], *, space_id: str, maybe: Sequence[str] = ()
) -> dict[str, Any]:
    """`trashed_at` and `created_at` of the videos, and of those of `maybe` that are there, by id.

    None goes to the trash or comes back before the transaction ends. Raises `NotFound` for one of `video_ids`
    that is not in the space.
    """
    query = (
        select(videos.c.id, videos.c.trashed_at, videos.c.created_at)
        .where(
            videos.c.id.in_({*video_ids, *maybe}),
            videos.c.space_id == space_id,
            videos.c.space_id.in_(editable_spaces(actor)),
            videos.c.purged_at.is_(None),
        )
        .order_by(videos.c.id)
        .with_for_update(read=True)
    )
    found = {row.id: row for row in (await work.session.execute(query)).all()}
    if any(video_id not in found for video_id in video_ids):
        raise NotFound("video")
    return found


async def listed(
    session: AsyncConnection, actor: Actor, wanted: CollectionFilter
) -> tuple[list[CollectionRow], int]:
    """The space's collections by name, and its number, taken before them. Raises `NotFound`."""
    space_id = wanted.space or actor.space_id
    seq = await session.scalar(
        select(spaces.c.seq).where(spaces.c.id == space_id, spaces.c.id.in_(visible_spaces(actor)))
    )
    if seq is None:
        raise NotFound("space")
    query = select(collections).where(collections.c.space_id == space_id, collections.c.purged_at.is_(None))
    if wanted.video is not None:
        holding = select(collection_videos.c.collection_id).where(
            collection_videos.c.video_id == wanted.video
        )
        query = query.where(collections.c.id.in_(holding))
    # By code points on both databases: PostgreSQL would go by the language of its machine.
    name: ColumnElement[Any] = collections.c.name_key
    if session.dialect.name == "postgresql":
        name = collate(name, "C")
    rows = (await session.execute(query.order_by(name, collections.c.id))).all()
    return list(rows), seq


async def covers(session: AsyncConnection, ids: Sequence[str]) -> dict[str, Any]:
    """For each collection the video with a thumbnail that was added last and is not in the trash."""
    added_last = (
        select(collection_videos.c.video_id)
        .join(videos, videos.c.id == collection_videos.c.video_id)
        .where(
            collection_videos.c.collection_id == collections.c.id,
            videos.c.thumbnail_path.is_not(None),
            videos.c.trashed_at.is_(None),
        )
        .order_by(collection_videos.c.added_at.desc(), collection_videos.c.video_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    chosen = (
        select(collections.c.id, added_last.label("video_id")).where(collections.c.id.in_(ids)).subquery()
    )
    query = select(chosen.c.id, videos.c.id.label("video_id"), videos.c.attempts).join(
        videos, videos.c.id == chosen.c.video_id
    )
    return {row.id: row for row in (await session.execute(query)).all()}


def _found(row: CollectionRow | None) -> CollectionRow:
    if row is None:
        raise NotFound("collection")
    return row
