"""Cuts the film: every scene's circled take at its length, narration, music and captions, as one video of the
library."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from contextlib import AsyncExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select, update

from rushes import loose_files
from rushes.errors import Conflict, RushesError
from rushes.media.captions.ass import ass
from rushes.media.captions.burning import write_fonts
from rushes.media.captions.cues import film_cues
from rushes.media.captions.layout import Layout
from rushes.media.captions.styles import STYLES
from rushes.media.captions.subtitles import srt
from rushes.media.captions.typeface import FontMissing
from rushes.media.cut import (
    AI_GENERATED,
    DIGITAL_SOURCE_TYPE,
    CutFailed,
    CutOrder,
    CutScene,
    Music,
    cut,
)
from rushes.productions import queries, steps
from rushes.productions.captions import in_the_film
from rushes.productions.shapes import size_of
from rushes.productions.state import State
from rushes.productions.timing import FPS, LEAD
from rushes.storage.keys import storage_key
from rushes.studio import Studio
from rushes.tables import assets, new_id, production_steps
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
            order = await _order(studio, state, stack, folder)
            film = await _cut(studio, row, order, folder)
        if film is not None:
            await _keep(studio, state, row, order, film.path, film.seconds)
    except CutFailed as error:
        raise CutRefused(error.message, code=error.code) from error
    except FontMissing as error:
        raise CutRefused(str(error), code=error.code) from error
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _order(studio: Studio, state: State, stack: AsyncExitStack, folder: Path) -> CutOrder:
    p, settings = state.production, state.production.cut_settings
    width, height = size_of(p.aspect_ratio, settings.get("resolution") or 720)
    sounds = [state.step("voices", scene) for scene in state.scenes]
    wanted = [step.asset_id for step in sounds if step is not None and step.asset_id]
    if p.music_asset_id:
        wanted.append(p.music_asset_id)
    paths = await _assets(studio, stack, wanted)
    scenes = []
    for scene, voice in zip(state.scenes, sounds, strict=True):
        take = state.circled(scene)
        clip = await stack.enter_async_context(
            studio.storage.local_copy(state.videos[take.video_id].file_path)
        )
        heard = voice is not None and state.is_needed("voices", scene)
        scenes.append(
            CutScene(
                clip,
                state.lengths[scene.id],
                start=take.in_point,
                end=take.out_point,
                # Words that do not fit are shortened before the cut, not by it.
                fit="hold" if scene.fit == "rewrite" else scene.fit,
                clip_audio=scene.clip_audio,
                narration=paths[voice.asset_id] if heard else None,
                narration_at=LEAD if heard else 0.0,
            )
        )
    burn, fonts, soft = await asyncio.to_thread(_captions, state, (width, height), folder)
    return CutOrder(
        scenes=tuple(scenes),
        width=width,
        height=height,
        fps=Fraction(FPS),
        transition=settings.get("transition") or "none",
        music=Music(paths[p.music_asset_id]) if p.music_asset_id else None,
        burn=burn,
        fonts=fonts,
        soft=soft,
        soft_language=(p.language or "und").split("-")[0],
        label="AI-generated" if settings.get("label") else None,
        title=p.title or None,
        metadata={DIGITAL_SOURCE_TYPE: AI_GENERATED},
    )


def _captions(
    state: State, size: tuple[int, int], folder: Path
) -> tuple[Path | None, Path | None, Path | None]:
    """What is burned in, its fonts, and the track that can be switched on; None for what there is none of.
    Raises FontMissing."""
    words = in_the_film(state)
    if not any(scene.words for scene in words):
        return None, None, None
    wanted = state.production.cut_settings.get("captions") or {}
    style = STYLES[wanted.get("style") or "classic"]
    layout = Layout(style, width=size[0], height=size[1], language=state.production.language, fps=float(FPS))
    shown = film_cues(words, layout=layout)
    soft = folder / "captions.srt"
    soft.write_text(srt(shown), encoding="utf-8")
    if not wanted.get("burn"):
        return None, None, soft
    burn, fonts = folder / "captions.ass", folder / "fonts"
    fonts.mkdir()
    burn.write_text(ass(shown, layout), encoding="utf-8")
    write_fonts(shown, layout, into=fonts)
    return burn, fonts, soft


async def _assets(studio: Studio, stack: AsyncExitStack, ids: list[str]) -> dict[str, Path]:
    async with studio.reading() as session:
        rows = (await session.execute(select(assets).where(assets.c.id.in_(ids)))).all()
    return {row.id: await stack.enter_async_context(studio.storage.local_copy(row.file_path)) for row in rows}


@dataclass(frozen=True, slots=True)
class _Film:
    path: Path
    seconds: float


async def _cut(studio: Studio, row: Any, order: CutOrder, folder: Path) -> _Film | None:
    """The film, its progress written as it grows; None when the step is not the run's any more."""
    path, share = folder / "film.mp4", 0.0

    def tell(part: float) -> None:
        nonlocal share
        share = part

    work = cut(order, path, ffmpeg=studio.ffmpeg, scratch=folder, on_progress=tell)
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
        return _Film(path, cutting.result().duration)
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
        await made.add_cut(
            work,
            actor,
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
