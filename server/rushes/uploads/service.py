"""Takes pictures in: checked, decoded, made harmless, stored, and owned by a space.

Storing and owning are two steps, since no transaction may be open while a file is written:

    async with incoming_picture(studio, actor, path, name="cat.png") as picture:
        async with studio.transaction() as work:
            asset_id = await keep(work, actor, picture)
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes import loose_files
from rushes.actor import Actor
from rushes.errors import Invalid, NotFound, Unavailable
from rushes.media.images import UnreadableImage, check_image, normalise_image
from rushes.storage import StorageFull
from rushes.storage.incoming import disk_errors
from rushes.storage.keys import storage_key
from rushes.studio import Studio
from rushes.tables import assets, new_id
from rushes.transaction import Transaction
from rushes.visibility import visible_spaces


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the store that no row owns yet. `sha256` is of the bytes as they came."""

    asset_id: str
    file_path: str
    content_type: str
    file_size: int
    sha256: str
    width: int
    height: int
    name: str | None


@asynccontextmanager
async def incoming_picture(
    studio: Studio, actor: Actor, source: Path, *, name: str | None, field: str
) -> AsyncIterator[Picture]:
    """Stores a checked, upright copy without metadata. If nobody keeps it in the block it is deleted.

    Raises `Invalid` naming `field` for what is no usable picture, `Unavailable` when the disk is full.
    """
    asset_id = new_id("asset")
    try:
        facts = await check_image(source, turn=studio.decoding)
        suffix = ".jpg" if facts.format == "JPEG" else ".png"
        clean = studio.storage.scratch() / f"picture-{secrets.token_hex(8)}{suffix}"
        with disk_errors():
            facts = await normalise_image(source, clean, turn=studio.decoding)
    except StorageFull as error:
        await asyncio.to_thread(clean.unlink, missing_ok=True)
        raise Unavailable(error.message, code="disk_full") from error
    except UnreadableImage as error:
        raise Invalid(error.message, code="invalid_image", **{field: error.message}) from error
    key = storage_key(actor.user_id, asset_id, "user-uploads", f"picture{suffix}")
    try:
        await loose_files.note(studio, key)
        stored = await studio.storage.put(key, clean)
    except StorageFull as error:
        raise Unavailable(error.message, code="disk_full") from error
    finally:
        await asyncio.to_thread(clean.unlink, missing_ok=True)
    studio.metrics.uploads.inc()
    studio.metrics.upload_bytes.inc(stored.size)
    try:
        yield Picture(
            asset_id=asset_id,
            file_path=key,
            content_type="image/jpeg" if suffix == ".jpg" else "image/png",
            file_size=stored.size,
            sha256=stored.sha256,
            width=facts.width,
            height=facts.height,
            name=name[:200] if name else None,
        )
    finally:
        await _delete_unless_kept(studio, asset_id, key)


async def keep(work: Transaction, actor: Actor, picture: Picture, *, now: float) -> str:
    """Makes the picture an asset of the actor's personal space; its id."""
    await work.session.execute(
        insert(assets).values(
            id=picture.asset_id,
            space_id=actor.space_id,
            user_id=actor.user_id,
            kind="image",
            name=picture.name,
            file_path=picture.file_path,
            content_type=picture.content_type,
            file_size=picture.file_size,
            sha256=picture.sha256,
            width=picture.width,
            height=picture.height,
            created_at=now,
        )
    )
    await loose_files.claim(work, picture.file_path)
    return picture.asset_id


async def visible_asset(session: AsyncConnection, actor: Actor, asset_id: str) -> Row[Any]:
    """The asset's row. Raises `NotFound`."""
    row = (
        await session.execute(
            select(assets).where(assets.c.id == asset_id, assets.c.space_id.in_(visible_spaces(actor)))
        )
    ).one_or_none()
    if row is None:
        raise NotFound("asset")
    return row


async def _delete_unless_kept(studio: Studio, asset_id: str, key: str) -> None:
    async with studio.reading() as session:
        kept = await session.scalar(select(assets.c.id).where(assets.c.id == asset_id))
    if kept is None:
        await studio.storage.delete(key)
        async with studio.transaction() as work:
            await loose_files.claim(work, key)
