"""Cuts the film: every scene's circled take at its length, narration, music and captions, as one video of the
library."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import update

from rushes import loose_files
from rushes.errors import Conflict, RushesError
from rushes.media.captions.typeface import FontMissing
from rushes.media.cut import (
    CutFailed,
    CutOrder,
    cut,
)
from rushes.productions import queries, steps
from rushes.productions.cut_order import order_of
from rushes.productions.state import State
from rushes.storage.keys import storage_key
from rushes.studio import Studio
from rushes.tables import new_id, production_steps
from rushes.videos import made

log = structlog.get_logger(__name__)

# Seconds between two looks at how far it is.
_BETWEEN_WRITES = 0.5


class CutRefused(RushesError):
    """The film cannot be cut; the code is `media.cut.CutFailed`'s."""

    status = 409
    code = "cannot_cut"


async def make(studio: Studio, state: State, row: Any, _scene: Any) -> None:
    """Raises `CutRefused`, `MissingFile`, `StorageFull`."""
    folder = studio.storage.scratch() / f"film-{secrets.token_hex(8)}"
    await asyncio.to_thread(folder.mkdir, parents=True)
    try:
        async with AsyncExitStack() as stack:
            lines = state.production.cut_settings.get("resolution") or 720
            order = await order_of(studio, state, stack, folder, lines=lines)
            film = await film_of(studio, row, order, folder)
        if film is not None:
            await _keep(studio, state, row, order, film.path, film.seconds)
    except CutFailed as error:
        raise CutRefused(error.message, code=error.code) from error
    except FontMissing as error:
        raise CutRefused(str(error), code=error.code) from error
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Film:
    """A file that is `seconds` long."""

    path: Path
    seconds: float


async def film_of(
    studio: Studio, row: Any, order: CutOrder, folder: Path, *, preview: bool = False
) -> Film | None:
    """The film in `folder`, its progress written as it grows; None when the step is not the run's any
    more."""
    path, share = folder / "film.mp4", 0.0

    def tell(part: float) -> None:
        nonlocal share
        share = part

    work = cut(order, path, ffmpeg=studio.ffmpeg, scratch=folder, on_progress=tell, preview=preview)
    cutting, told, is_wanted = asyncio.ensure_future(work), 0, True
    try:
        while not cutting.done():
            await asyncio.wait({cutting}, timeout=_BETWEEN_WRITES)
            percent = min(99, int(share * 100))
            if percent > told and not cutting.done():
                told = percent
                async with studio.transaction() as writing:
                    is_wanted = await steps.progressed(writing, row, percent)
                if not is_wanted:
                    return None
        return Film(path, cutting.result().duration)
    finally:
        cutting.cancel()
        await asyncio.gather(cutting, return_exceptions=True)


async def _keep(studio: Studio, state: State, row: Any, order: CutOrder, film: Path, duration: float) -> None:
    """The film as a video; the step is over when that is completed."""
    p = state.production
    video_id = new_id("video")
    key = storage_key(p.user_id, video_id, "video-clips", f"final_video_{secrets.token_hex(6)}.mp4")
    await loose_files.note(studio, key)
    stored = await studio.storage.put(key, film)
    now = studio.clock.now()
    async with studio.transaction() as work:
        current = await queries.locked(work, p.id)
        if current is None:
            raise Conflict("The production was deleted meanwhile.", code="gone_since")
        actor = await queries.owner(work.session, p)
        kept = await work.session.execute(
            update(production_steps)
            .where(
                production_steps.c.id == row.id,
                production_steps.c.attempt == row.attempt,
                production_steps.c.claim == row.claim,
                production_steps.c.status == "running",
            )
            .values(video_id=video_id, progress=99, claim=None)
        )
        if kept.rowcount != 1:
            log.info("cut_too_late", production_id=p.id)
            return
        await made.add(
            work,
            actor,
            kind="cut",
            video_id=video_id,
            file=stored,
            prompt=p.overview or p.idea[:4000],
            title=p.title,
            size=f"{order.width}x{order.height}",
            seconds=duration,
            production_id=p.id,
            now=now,
        )
        work.changed("production", p)
