"""Videos that nobody generates: what this studio has put together itself, as the cut of a production, or what
somebody has brought.

The file is here already, so such a video begins in `finishing`, as a generated one does once it is fetched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import insert, update

from rushes import loose_files
from rushes.actor import Actor
from rushes.storage.base import Stored
from rushes.tables import new_id, spaces, videos
from rushes.transaction import Transaction
from rushes.videos import search
from rushes.videos.outcomes import step_key
from rushes.videos.queries import VideoRow

# Who made it, where others have a provider and a model.
STUDIO = "studio"
Kind = Literal["cut", "upload"]


async def add(
    work: Transaction,
    actor: Actor,
    *,
    kind: Kind,
    video_id: str,
    file: Stored,
    prompt: str,
    title: str,
    size: str,
    seconds: float,
    production_id: str | None,
    tags: Sequence[str] = (),
    now: float,
) -> VideoRow:
    """A video whose file is in the store, noted as loose; it costs nothing. `seconds` is its length."""
    number = await work.session.scalar(
        update(spaces)
        .where(spaces.c.id == actor.space_id)
        .values(videos_made=spaces.c.videos_made + 1)
        .returning(spaces.c.videos_made)
    )
    row: VideoRow = (
        await work.session.execute(
            insert(videos)
            .values(
                id=video_id,
                space_id=actor.space_id,
                user_id=actor.user_id,
                number=number or 1,
                kind=kind,
                prompt=prompt,
                prompts=[prompt],
                title=title or None,
                tags=list(tags),
                model=f"{STUDIO}/{kind}",
                provider=STUDIO,
                provider_model=kind,
                size=size,
                seconds=seconds,
                root_video_id=video_id,
                production_id=production_id,
                status="in_progress",
                stage="finishing",
                progress=99,
                progress_known=True,
                submission_key=new_id("submission"),
                cost_estimate=0.0,
                cost_actual=0.0,
                file_path=file.key,
                file_size=file.size,
                sha256=file.sha256,
                queue_position=now,
                created_at=now,
                updated_at=now,
                started_at=now,
            )
            .returning(videos)
        )
    ).one()
    await loose_files.claim(work, file.key)
    await search.note(work, [row])
    work.changed("video", row)
    work.moved(row)
    work.enqueue("finish", row.id, key=step_key("finish", row))
    return row
