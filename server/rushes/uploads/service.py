"""Takes files in (checked, decoded, stored, owned by a space), and lets people name, use and delete them.

Storing and owning are two steps, since no transaction may be open while a file is written:

    async with incoming(studio, actor, path, name="cat.png", field="file") as file:
        async with studio.transaction() as work:
            asset_id = await keep(work, actor, file, now=now)
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from rushes import loose_files
from rushes.actor import Actor
from rushes.errors import Conflict, Invalid, Unavailable
from rushes.storage import StorageFull
from rushes.storage.keys import check_key, storage_key
from rushes.studio import Studio
from rushes.tables import assets, new_id
from rushes.transaction import Transaction
from rushes.uploads import queries
from rushes.uploads.models import FITS, AssetChange, Kind, Purpose
from rushes.uploads.names import name_key, name_of_file
from rushes.uploads.recognising import Recognised, recognise, scratch_names


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the store that no row owns yet. `sha256` is of the bytes that are kept, `source_sha256` of
    those that came."""

    asset_id: str
    kind: Kind
    name: str
    file_path: str
    thumbnail_path: str | None
    content_type: str
    file_size: int
    sha256: str
    source_sha256: str
    width: int | None
    height: int | None
    duration: float | None


@asynccontextmanager
async def incoming(
    studio: Studio,
    actor: Actor,
    source: Path,
    *,
    name: str,
    field: str,
    only: Kind | None = None,
    source_sha256: str | None = None,
    kept_as: str | None = None,
    asset_id: str | None = None,
) -> AsyncIterator[StoredFile]:
    """Stores a file that came in, and the picture that stands for it. If nobody keeps it in the block it is
    deleted. `source` may be gone afterwards; `source_sha256` saves reading it once more. `kept_as` is its key
    without the ending, else it is in a folder of its own; a file that is kept like that is never taken for
    another of the same bytes. `asset_id` is the id that it gets.

    Raises `Invalid` naming `field` for what cannot be used, `TooLarge`, `Unavailable` when the disk is full.
    """
    with scratch_names(studio) as stem:
        if kept_as is not None:
            source_sha256 = hashlib.sha256(kept_as.encode()).hexdigest()
        source_sha256 = source_sha256 or await sha256_of(source)
        found = await recognise(studio, source, stem, field=field, only=only)
        asset_id = asset_id or new_id("asset")
        key, small = _keys(actor, asset_id, found)
        if kept_as is not None:
            key = check_key(f"{kept_as}.{found.ending}")
        await loose_files.note(studio, *filter(None, (key, small)))
        try:
            stored = await studio.storage.put(key, found.path)
            if small and found.thumbnail:
                await studio.storage.put(small, found.thumbnail)
            studio.metrics.uploads.inc()
            studio.metrics.upload_bytes.inc(stored.size)
            yield StoredFile(
                asset_id=asset_id,
                kind=found.kind,
                name=name_of_file(name),
                file_path=key,
                thumbnail_path=small,
                content_type=found.content_type,
                file_size=stored.size,
                sha256=stored.sha256,
                source_sha256=source_sha256,
                width=found.width,
                height=found.height,
                duration=found.duration,
            )
        except StorageFull as error:
            raise Unavailable(error.message, code="disk_full") from error
        finally:
            await _delete_unless_kept(studio, asset_id, [each for each in (key, small) if each])


async def keep(
    work: Transaction, actor: Actor, file: StoredFile, *, purpose: Purpose = "upload", now: float
) -> str:
    """Makes the file an asset of the actor's personal space; its id. Where the same bytes came before, that
    of the asset that they became, which nobody can delete before the transaction ends."""
    insert = sqlite.insert if work.session.dialect.name == "sqlite" else postgresql.insert
    made = (
        insert(assets)
        .values(
            id=file.asset_id,
            space_id=actor.space_id,
            user_id=actor.user_id,
            kind=file.kind,
            purpose=purpose,
            name=file.name,
            name_key=name_key(file.name),
            file_path=file.file_path,
            thumbnail_path=file.thumbnail_path,
            content_type=file.content_type,
            file_size=file.file_size,
            sha256=file.sha256,
            source_sha256=file.source_sha256,
            width=file.width,
            height=file.height,
            duration=file.duration,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["space_id", "source_sha256"])
        .returning(assets.c.id)
    )
    same = (
        select(assets.c.id)
        .where(assets.c.space_id == actor.space_id, assets.c.source_sha256 == file.source_sha256)
        .with_for_update(read=True, key_share=True)
    )
    while True:
        if await work.session.scalar(made) is not None:
            await loose_files.claim(work, *filter(None, (file.file_path, file.thumbnail_path)))
            return file.asset_id
        existing: str | None = await work.session.scalar(same)
        # None: it was deleted between the two statements, so that there is room now.
        if existing is not None:
            return existing


async def hold_for_use(work: Transaction, actor: Actor, asset_id: str, *, kind: Kind) -> str:
    """The id of an asset of that kind, which nobody can delete before the transaction ends.

    Raises `NotFound`, and `Invalid` naming `references` for another kind.
    """
    row = await queries.held(work, actor, asset_id)
    if row.kind != kind:
        raise Invalid(references=f"names {asset_id!r}, which is of the kind {row.kind}, not {kind}")
    return str(row.id)


async def hold(work: Transaction, asset_id: str) -> bool:
    """Whether the asset is there; then nobody can delete it before the transaction ends.

    For those who may use it because they see a video that was made from it."""
    query = select(assets.c.id).where(assets.c.id == asset_id).with_for_update(read=True, key_share=True)
    return await work.session.scalar(query) is not None


async def change(work: Transaction, actor: Actor, *, asset_id: str, wanted: AssetChange) -> None:
    """Writes the fields that the request names. Raises `NotFound`, `Invalid` for an unfit purpose."""
    row = await queries.writable(work, actor, asset_id)
    values = {name: getattr(wanted, name) for name in wanted.model_fields_set}
    if "purpose" in values:
        check_purpose(wanted.purpose, row.kind)
    if "name" in values:
        values["name_key"] = name_key(wanted.name)
    if values:
        await work.session.execute(update(assets).where(assets.c.id == asset_id).values(**values))


async def remove(work: Transaction, actor: Actor, *, asset_id: str, now: float) -> None:
    """Deletes the asset and lets go of its files. Raises `NotFound`, and `Conflict` while videos use it.

    Who begins to use it holds the row (`hold_for_use`), so that the count cannot be out of date.
    """
    row = await queries.writable(work, actor, asset_id)
    used = await queries.times_used(work, asset_id)
    if used:
        videos = "A video" if used == 1 else f"{used:,} videos"
        raise Conflict(
            f"{videos} in the library or the trash {'was' if used == 1 else 'were'} made from it. "
            "Delete those for good first.",
            code="asset_in_use",
            details={"used": used},
        )
    if await queries.is_in_productions(work, asset_id):
        raise Conflict(
            "A production uses it. Take another there, or delete the production first.", code="asset_in_use"
        )
    await work.session.execute(delete(assets).where(assets.c.id == asset_id))
    await loose_files.let_go(work, [row.file_path, row.thumbnail_path], now=now)


def check_purpose(purpose: Purpose, kind: Kind) -> None:
    """Raises `Invalid` where something of this kind cannot serve for that."""
    if kind not in FITS[purpose]:
        needed = {"image": "a picture", "audio": "a sound"}[FITS[purpose][0]]
        raise Invalid(purpose=f"can be {purpose} only for {needed}")


async def sha256_of(path: Path) -> str:
    """The SHA-256 of the file in hexadecimal."""
    return await asyncio.to_thread(_sha256, path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _keys(actor: Actor, asset_id: str, found: Recognised) -> tuple[str, str | None]:
    kind = {"image": "picture", "video": "film", "audio": "sound"}[found.kind]
    small = found.thumbnail and storage_key(
        actor.user_id, asset_id, "user-uploads", f"thumbnail{found.thumbnail.suffix}"
    )
    return storage_key(actor.user_id, asset_id, "user-uploads", f"{kind}.{found.ending}"), small or None


async def _delete_unless_kept(studio: Studio, asset_id: str, keys: list[str]) -> None:
    async with studio.reading() as session:
        kept = await session.scalar(select(assets.c.id).where(assets.c.id == asset_id))
    if kept is None:
        for key in keys:
            await studio.storage.delete(key)
        async with studio.transaction() as work:
            await loose_files.claim(work, *keys)
