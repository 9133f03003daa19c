"""What people do with collections, and what becomes of them when their videos come and go.

Locks are taken in one order everywhere: videos by id, then collections by id.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from unicodedata import normalize

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from rushes.actor import Actor
from rushes.collections import queries
from rushes.collections.models import CollectionChange, CollectionCreate
from rushes.collections.queries import CollectionRow
from rushes.errors import Conflict
from rushes.tables import collection_videos, collections, new_id
from rushes.transaction import Transaction

# What `queries.held_videos` has found.
Held = dict[str, Any]


async def create(work: Transaction, actor: Actor, *, wanted: CollectionCreate, now: float) -> str:
    """A new collection of the actor's personal space; its id. Raises `Conflict` for a name that another has,
    `NotFound` for videos that are not theirs."""
    ids = list(dict.fromkeys(wanted.video_ids))
    held = await queries.held_videos(work, actor, ids, space_id=actor.space_id)
    values = {
        "id": new_id("collection"),
        "space_id": actor.space_id,
        "user_id": actor.user_id,
        "name": wanted.name,
        "name_key": name_key(wanted.name),
        "created_at": now,
        "updated_at": now,
    }
    try:
        made = insert(collections).values(**values).returning(collections)
        row = (await work.session.execute(made)).one()
    except IntegrityError as error:
        raise _name_taken(wanted.name) from error
    await _change(work, row, count=await _add(work, row.id, ids, held, now=now), now=now)
    return str(row.id)


async def change(
    work: Transaction, actor: Actor, *, collection_id: str, wanted: CollectionChange, now: float
) -> None:
    """Writes what the request names. Raises `NotFound`, and `Conflict` for a name that another has."""
    space_id = (await queries.visible(work.session, actor, collection_id)).space_id
    add, remove = (list(dict.fromkeys(ids)) for ids in (wanted.add, wanted.remove))
    # What somebody else has deleted meanwhile can still be taken out.
    held = await queries.held_videos(work, actor, add, space_id=space_id, maybe=remove)
    row = await queries.writable(work, actor, collection_id)
    more = await _add(work, row.id, add, held, now=now) - await _remove(work, row.id, remove, held)
    values: dict[str, Any] = {}
    if "name" in wanted.model_fields_set and wanted.name != row.name:
        values = {"name": wanted.name, "name_key": name_key(wanted.name)}
    try:
        await _change(work, row, count=more, now=now, **values)
    except IntegrityError as error:
        raise _name_taken(wanted.name) from error


async def remove(work: Transaction, actor: Actor, *, collection_id: str, now: float) -> None:
    """Deletes the collection, and none of its videos: a tombstone stays, so that clients hear of it, and with
    it what it held, until the tombstone is forgotten."""
    row = await queries.writable(work, actor, collection_id)
    await _change(work, row, count=-row.video_count, now=now, name="", purged_at=now)


async def video_seen(work: Transaction, video_id: str, *, again: bool, now: float) -> None:
    """A video has gone into the trash, or come back (`again`): its collections count it no longer, or again.
    Its row is locked by whoever calls."""
    for row in await lock_of(work, [video_id]):
        await _change(work, row, count=1 if again else -1, now=now)


async def lock_of(work: Transaction, video_ids: Sequence[str]) -> Sequence[CollectionRow]:
    """The collections that hold any of the videos, locked, as the videos' rows are already. For many videos
    this comes before each of them is `video_seen`."""
    holding = select(collection_videos.c.collection_id).where(collection_videos.c.video_id.in_(video_ids))
    query = (
        select(collections)
        .where(collections.c.id.in_(holding), collections.c.purged_at.is_(None))
        .order_by(collections.c.id)
        .with_for_update()
    )
    return (await work.session.execute(query)).all()


def name_key(name: str) -> str:
    """The name without regard to case, and to how its accents are written."""
    return normalize("NFC", normalize("NFC", name).casefold())


async def _add(work: Transaction, collection_id: str, ids: Sequence[str], held: Held, *, now: float) -> int:
    """How many more videos outside the trash it has now."""
    if not ids:
        return 0
    into = sqlite.insert if work.session.dialect.name == "sqlite" else postgresql.insert
    rows = [
        {
            "collection_id": collection_id,
            "video_id": video_id,
            "added_at": now,
            "video_created_at": held[video_id].created_at,
        }
        for video_id in ids
    ]
    added = into(collection_videos).values(rows).on_conflict_do_nothing()
    new = (await work.session.execute(added.returning(collection_videos.c.video_id))).scalars()
    return sum(held[video_id].trashed_at is None for video_id in new)


async def _remove(work: Transaction, collection_id: str, ids: Sequence[str], held: Held) -> int:
    """How many fewer videos outside the trash it has now."""
    if not ids:
        return 0
    gone = delete(collection_videos).where(
        collection_videos.c.collection_id == collection_id, collection_videos.c.video_id.in_(ids)
    )
    old = (await work.session.execute(gone.returning(collection_videos.c.video_id))).scalars()
    return sum(video_id in held and held[video_id].trashed_at is None for video_id in old)


async def _change(work: Transaction, row: CollectionRow, *, count: int, now: float, **values: Any) -> None:
    await work.session.execute(
        update(collections)
        .where(collections.c.id == row.id)
        .values(video_count=collections.c.video_count + count, updated_at=now, **values)
    )
    work.changed("collection", row)


def _name_taken(name: str) -> Conflict:
    return Conflict(f"There is a collection called {name!r} already.", code="name_taken")
