"""Assets in SQL. Every read takes the actor, and whether they may see the row is part of the query."""

from __future__ import annotations

import base64
import binascii
from typing import Any, TypeAlias

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.actor import Actor
from rushes.errors import Invalid, NotFound
from rushes.tables import assets, production_steps, productions, scenes, spaces, video_references
from rushes.transaction import Transaction
from rushes.uploads.models import AssetFilter
from rushes.uploads.names import name_key
from rushes.visibility import editable_spaces, visible_spaces

AssetRow: TypeAlias = Row[Any]

# A purged video has let go of its references: every video that still has it counts, also in the trash.
_USED = (
    select(func.count())
    .select_from(video_references)
    .where(video_references.c.asset_id == assets.c.id)
    .scalar_subquery()
)
_WITH_USE = select(assets, _USED.label("used"))


async def visible(session: AsyncConnection, actor: Actor, asset_id: str) -> AssetRow:
    """The asset with its `used`. Raises `NotFound`."""
    query = _WITH_USE.where(assets.c.id == asset_id, assets.c.space_id.in_(visible_spaces(actor)))
    return _found((await session.execute(query)).one_or_none())


async def held(work: Transaction, actor: Actor, asset_id: str) -> AssetRow:
    """The asset, which nobody can delete before the transaction ends. Raises `NotFound`."""
    query = (
        select(assets)
        .where(assets.c.id == asset_id, assets.c.space_id.in_(visible_spaces(actor)))
        .with_for_update(read=True, key_share=True)
    )
    return _found((await work.session.execute(query)).one_or_none())


async def writable(work: Transaction, actor: Actor, asset_id: str) -> AssetRow:
    """The asset, locked until the transaction ends: nobody begins to use it meanwhile. Raises `NotFound`."""
    query = (
        select(assets)
        .where(assets.c.id == asset_id, assets.c.space_id.in_(editable_spaces(actor)))
        .with_for_update()
    )
    return _found((await work.session.execute(query)).one_or_none())


async def times_used(work: Transaction, asset_id: str) -> int:
    """How many videos are made from it."""
    query = select(func.count()).select_from(video_references).where(video_references.c.asset_id == asset_id)
    return await work.session.scalar(query) or 0


async def is_in_productions(work: Transaction, asset_id: str) -> bool:
    """Whether it is a still, a narration or the music of one, or what a still is made after."""
    step = select(production_steps.c.id).where(production_steps.c.asset_id == asset_id).limit(1)
    film = select(productions.c.id).where(productions.c.music_asset_id == asset_id).limit(1)
    scene = select(scenes.c.id).where(scenes.c.reference_asset_id == asset_id).limit(1)
    return any([await work.session.scalar(query) is not None for query in (step, film, scene)])


async def same_bytes(session: AsyncConnection, space_id: str, sha256: str) -> AssetRow | None:
    """The space's asset that was made from a file with this SHA-256."""
    query = _WITH_USE.where(assets.c.space_id == space_id, assets.c.source_sha256 == sha256)
    return (await session.execute(query)).one_or_none()


async def page(
    session: AsyncConnection, actor: Actor, wanted: AssetFilter
) -> tuple[list[AssetRow], str | None]:
    """Rows of a space and the cursor of the next page. Raises `Invalid` for a cursor that makes no sense,
    `NotFound` for a foreign space."""
    space_id = wanted.space or actor.space_id
    seen = select(spaces.c.id).where(spaces.c.id == space_id, spaces.c.id.in_(visible_spaces(actor)))
    if await session.scalar(seen) is None:
        raise NotFound("space")
    query = _filtered(_WITH_USE, space_id, wanted)
    newest_first = wanted.sort == "new"
    at, key = assets.c.created_at, assets.c.id
    if wanted.cursor:
        created, asset_id = _read_cursor(wanted.cursor)
        query = query.where(
            or_(at < created, and_(at == created, key < asset_id))
            if newest_first
            else or_(at > created, and_(at == created, key > asset_id))
        )
    query = query.order_by(*((at.desc(), key.desc()) if newest_first else (at, key)))
    rows = list((await session.execute(query.limit(wanted.limit + 1))).all())
    more = len(rows) > wanted.limit
    rows = rows[: wanted.limit]
    return rows, _write_cursor(rows[-1]) if more else None


def _filtered(query: Select[Any], space_id: str, wanted: AssetFilter) -> Select[Any]:
    query = query.where(assets.c.space_id == space_id)
    for column in ("kind", "purpose"):
        value = getattr(wanted, column)
        if value is not None:
            query = query.where(assets.c[column] == value)
    for word in name_key(wanted.q or "").split():
        query = query.where(assets.c.name_key.contains(word, autoescape=True))
    return query


def _found(row: AssetRow | None) -> AssetRow:
    if row is None:
        raise NotFound("asset")
    return row


def _write_cursor(row: AssetRow) -> str:
    return base64.urlsafe_b64encode(f"{row.created_at!r} {row.id}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[float, str]:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        created, asset_id = text.split(" ")
        at = float(created)
        if not abs(at) < 1e12 or "\x00" in asset_id:
            raise ValueError
        return at, asset_id
    except (ValueError, UnicodeDecodeError, binascii.Error):
        raise Invalid(cursor="is not a cursor of this list: begin again without one") from None
