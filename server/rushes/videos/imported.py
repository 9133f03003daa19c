"""Videos that come from another studio: their files are here, and what was said of them there is known.

They are looked at and have their pictures before there is a row, so that they are completed at once: whoever
stands on them finds them done in the transaction that brings them in.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from rushes import loose_files
from rushes.actor import Actor
from rushes.media.probe import Probe, probe
from rushes.storage.base import Stored
from rushes.storage.keys import storage_key
from rushes.studio import Studio
from rushes.tables import new_id, spaces, videos
from rushes.transaction import Transaction
from rushes.videos import pictures, references, search
from rushes.videos.lifecycle import STATUS, Stage
from rushes.videos.references import MadeFrom

__all__ = ["TAG", "Film", "Imported", "MadeFrom", "add", "incoming"]

# So that the library finds what was not made here.
TAG = "imported"
_MOST_TAGS = 20


@dataclass(frozen=True, slots=True)
class Film:
    """A video's file that is in the store and plays, with its pictures. No row owns them yet."""

    video_id: str
    file: Stored
    facts: Probe
    thumbnail: str | None
    spritesheet: str | None
    layout: dict[str, Any] | None

    @property
    def keys(self) -> list[str]:
        return [key for key in (self.file.key, self.thumbnail, self.spritesheet) if key]


@dataclass(frozen=True, slots=True)
class Imported:
    """A video to bring in: `film` is None for one that has ended without. `said` are columns of its row that
    tell what it was made of, by whom and what it has cost there; nothing is charged for it here."""

    video_id: str
    film: Film | None
    stage: Stage
    said: Mapping[str, Any]
    references: Sequence[MadeFrom]


@asynccontextmanager
async def incoming(studio: Studio, actor: Actor, source: Path) -> AsyncIterator[Film]:
    """Stores the video at `source`, which may be gone afterwards, and its pictures. If nobody adds it in the
    block they are deleted. Raises `Unplayable` and `StorageFull`."""
    video_id = new_id("video")
    facts = await probe(source, expect="video")
    scratch = [studio.storage.scratch() / f"{name}-{secrets.token_hex(8)}.jpg" for name in ("still", "sheet")]
    key = storage_key(actor.user_id, video_id, "video-clips", f"imported-{secrets.token_hex(6)}.mp4")
    noted = [key]
    try:
        found = await pictures.drawn(studio, video_id, source, facts, *scratch)
        shown = await pictures.store(studio, actor.user_id, video_id, found)
        noted += shown.values()
        await loose_files.note(studio, key)
        file = await studio.storage.put(key, source)
        yield Film(video_id, file, facts, shown.get("thumbnail"), shown.get("spritesheet"), found.layout_json)
    finally:
        for path in scratch:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        await _delete_unless_added(studio, video_id, noted)


async def add(work: Transaction, actor: Actor, given: Sequence[Imported], *, now: float) -> None:
    """Makes them videos of the actor's personal space, in their order. How long they took elsewhere is not
    told: it says nothing of how long they would take here."""
    if not given:
        return
    last = await work.session.scalar(
        update(spaces)
        .where(spaces.c.id == actor.space_id)
        .values(videos_made=spaces.c.videos_made + len(given))
        .returning(spaces.c.videos_made)
    )
    first = (last or len(given)) - len(given) + 1
    rows = [_row(actor, each, first + index, now + index * 1e-4) for index, each in enumerate(given)]
    await work.session.execute(insert(videos), rows)
    for each in given:
        await references.note(work, [each.video_id], each.references)
        if each.film is not None:
            await loose_files.claim(work, *each.film.keys)
    added = select(videos).where(videos.c.id.in_([each.video_id for each in given]))
    made = (await work.session.execute(added)).all()
    await search.note(work, made)
    for row in made:
        work.changed("video", row)


def _row(actor: Actor, given: Imported, number: int, now: float) -> dict[str, Any]:
    film, tags = given.film, given.said["tags"]
    facts = film.facts if film is not None else None
    return {
        **given.said,
        "id": given.video_id,
        "space_id": actor.space_id,
        "user_id": actor.user_id,
        "number": number,
        "tags": tags if TAG in tags or len(tags) >= _MOST_TAGS else [*tags, TAG],
        "references": list(given.references) or None,
        "status": STATUS[given.stage],
        "stage": given.stage,
        "progress": 100 if film is not None else given.said["progress"],
        "progress_known": film is not None,
        "submission_key": new_id("submission"),
        "queue_position": now,
        "created_at": now,
        "updated_at": now,
        "completed_at": now,
        "file_path": film.file.key if film is not None else None,
        "file_size": film.file.size if film is not None else None,
        "sha256": film.file.sha256 if film is not None else None,
        "thumbnail_path": film.thumbnail if film is not None else None,
        "spritesheet_path": film.spritesheet if film is not None else None,
        "spritesheet": film.layout if film is not None else None,
        "duration": facts.duration if facts is not None else None,
        "width": facts.width if facts is not None else None,
        "height": facts.height if facts is not None else None,
        "fps": facts.fps if facts is not None else None,
    }


async def _delete_unless_added(studio: Studio, video_id: str, keys: list[str]) -> None:
    async with studio.reading() as session:
        added = await session.scalar(select(videos.c.id).where(videos.c.id == video_id))
    if added is None:
        for key in keys:
            await studio.storage.delete(key)
        async with studio.transaction() as work:
            await loose_files.claim(work, *keys)
