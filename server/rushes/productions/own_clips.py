"""Makes a film that somebody has brought a take of a scene: a video of the library, as an MP4 that every
browser plays. What is one already is copied as it is; all else is encoded again, with progress.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import insert, select, update

from rushes import loose_files
from rushes.actor import Actor
from rushes.errors import Conflict, Invalid, NotFound, RushesError
from rushes.media.ffmpeg import FfmpegFailed, Progress, reading, run
from rushes.media.probe import Probe, Unplayable, probe
from rushes.productions import queries, steps
from rushes.productions.plan import Due
from rushes.productions.state import State
from rushes.storage.keys import storage_key
from rushes.studio import Studio
from rushes.tables import assets, new_id, production_steps, takes
from rushes.transaction import Transaction
from rushes.uploads.service import hold_for_use
from rushes.videos import made

log = structlog.get_logger(__name__)

_BETWEEN_WRITES = 0.5
# What every browser plays in an MP4.
_PICTURES, _SOUNDS = {"h264"}, {"aac", "mp3", None}
# Longer than any clip of a film, and what a minute of a slow machine encodes in an hour.
LONGEST = 600.0


class CannotUse(RushesError):
    """The film cannot be made a take."""

    status = 409
    code = "cannot_convert"


async def begin(
    work: Transaction, actor: Actor, state: State, scene: Any, asset_id: str, *, now: float
) -> None:
    """Asks for it in the locked production. Raises `Invalid` naming `asset_id`."""
    try:
        asset_id = await hold_for_use(work, actor, asset_id, kind="video")
    except NotFound as error:
        raise Invalid(asset_id="is not one of your assets") from error
    except Invalid as error:
        raise Invalid(asset_id="must be a video") from error
    facts = await queries.facts_of_asset(work, asset_id)
    if (facts["duration"] or 0.0) > LONGEST:
        raise Invalid(
            asset_id=f"plays for more than {LONGEST / 60:.0f} minutes: bring the part that is shown"
        )
    due = Due("own_clip", scene)
    row = await steps.ask(work, state, due, model="", cost=0.0, now=now, asset_id=asset_id)
    steps.enqueue(work, row)


async def make(studio: Studio, state: State, row: Any, scene: Any) -> None:
    """Raises `CannotUse`, `MissingFile`, `StorageFull`."""
    async with studio.reading() as session:
        asset = (await session.execute(select(assets).where(assets.c.id == row.asset_id))).one()
    folder = studio.storage.scratch() / f"clip-{secrets.token_hex(8)}"
    await asyncio.to_thread(folder.mkdir, parents=True)
    try:
        async with studio.storage.local_copy(asset.file_path) as source:
            facts = await probe(source, expect="video")
            film = folder / "clip.mp4"
            if not await _encoded(studio, row, source, film, facts):
                return
            facts = await probe(film, expect="video")
        await _keep(studio, state, row, scene, film, facts, name=asset.name)
    except (FfmpegFailed, Unplayable) as error:
        log.warning("clip_not_converted", reason=str(error))
        raise CannotUse("This video cannot be converted. Bring it as an MP4, or another one.") from error
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _encoded(studio: Studio, row: Any, source: Path, film: Path, facts: Probe) -> bool:
    """Writes the film, its progress as it grows; False when the step is not the run's any more."""
    plays = facts.video_codec in _PICTURES and facts.audio_codec in _SOUNDS and "mp4" in facts.container
    how = ["-c", "copy"] if plays else _AGAIN
    share = 0.0

    def tell(progress: Progress) -> None:
        nonlocal share
        share = progress.seconds / (facts.duration or progress.seconds or 1.0)

    args = [*reading(source), "-map", "0:v:0", "-map", "0:a:0?", *how, "-movflags", "+faststart", str(film)]
    work = asyncio.ensure_future(run(studio.ffmpeg, args, on_progress=tell))
    told, is_wanted = 0, True
    try:
        while not work.done():
            await asyncio.wait({work}, timeout=_BETWEEN_WRITES)
            percent = min(98, int(share * 100))
            if percent > told and not work.done():
                told = percent
                async with studio.transaction() as writing:
                    is_wanted = await steps.progressed(writing, row, percent)
                if not is_wanted:
                    return False
        work.result()
        return True
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


# Even sides, which H.264 needs; the other numbers are those of a cut.
_AGAIN = [
    *("-vf", "scale=trunc(iw*sar/2)*2:trunc(ih/2)*2,setsar=1", "-pix_fmt", "yuv420p", "-fps_mode", "cfr"),
    *("-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-c:a", "aac", "-b:a", "192k"),
]


async def _keep(
    studio: Studio, state: State, row: Any, scene: Any, film: Path, facts: Probe, *, name: str
) -> None:
    """The film as a video; it is circled when that is completed."""
    p = state.production
    video_id = new_id("video")
    key = storage_key(p.user_id, video_id, "video-clips", f"own_clip_{secrets.token_hex(6)}.mp4")
    await loose_files.note(studio, key)
    stored = await studio.storage.put(key, film)
    now = studio.clock.now()
    async with studio.transaction() as work:
        current = await queries.locked(work, p.id)
        if current is None or not any(each.id == scene.id for each in current.scenes):
            raise Conflict("The scene was deleted meanwhile.", code="gone_since")
        actor = await queries.owner(work.session, p)
        kept = await work.session.execute(
            update(production_steps)
            .where(
                production_steps.c.id == row.id,
                production_steps.c.attempt == row.attempt,
                production_steps.c.claim == row.claim,
                production_steps.c.status == "running",
            )
            # The asset may be deleted now: the video has bytes of its own.
            .values(video_id=video_id, asset_id=None, progress=99, claim=None)
        )
        if kept.rowcount != 1:
            log.info("clip_too_late", production_id=p.id)
            return
        await made.add(
            work,
            actor,
            kind="upload",
            video_id=video_id,
            file=stored,
            prompt=name,
            title=name,
            size=f"{facts.width}x{facts.height}",
            seconds=facts.duration or 0.0,
            production_id=p.id,
            now=now,
        )
        ids = {"scene_id": scene.id, "video_id": video_id, "production_id": p.id}
        await work.session.execute(insert(takes).values(**ids, circled=False, is_own=True, created_at=now))
        work.changed("production", p)
