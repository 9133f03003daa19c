"""What is to be cut: every scene's circled take at its length, narration, music and captions, as an order for
`media.cut`."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from fractions import Fraction
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import select

from rushes.media.captions.ass import ass
from rushes.media.captions.burning import write_fonts
from rushes.media.captions.cues import film_cues
from rushes.media.captions.layout import Layout
from rushes.media.captions.styles import STYLES
from rushes.media.captions.subtitles import srt
from rushes.media.cut import AI_GENERATED, DIGITAL_SOURCE_TYPE, CutFailed, CutOrder, CutScene, Music
from rushes.productions.captions import in_the_film
from rushes.productions.shapes import size_of
from rushes.productions.state import State
from rushes.productions.timing import FPS, LEAD
from rushes.storage import MissingFile
from rushes.studio import Studio
from rushes.tables import assets


async def order_of(
    studio: Studio, state: State, stack: AsyncExitStack, folder: Path, *, lines: int, rough: bool = False
) -> CutOrder:
    """The film at `lines` of its shorter side. Files are readable until `stack` closes; captions and fonts
    are written into `folder`. A `rough` one takes what there is: stills where no clip is made, nothing where
    there is neither. Raises `CutFailed` for a file that is gone, and `FontMissing`."""
    p, settings = state.production, state.production.cut_settings
    width, height = size_of(p.aspect_ratio, lines)
    sounds = [state.step("voices", scene) for scene in state.scenes]
    stills = [state.step("frames", scene) for scene in state.scenes] if rough else []
    wanted = [step.asset_id for step in (*sounds, *stills) if step is not None and step.asset_id]
    if p.music_asset_id:
        wanted.append(p.music_asset_id)
    paths = await _assets(studio, stack, state, wanted)
    scenes = []
    for number, (scene, voice) in enumerate(zip(state.scenes, sounds, strict=True)):
        take = state.circled(scene)
        if take is not None:
            clip = await _take(studio, stack, scene, state.videos[take.video_id].file_path)
        else:
            still = stills[number].asset_id if stills and stills[number] is not None else None
            clip = paths[still] if still else await asyncio.to_thread(_blank, folder, (width, height))
        heard = voice is not None and voice.asset_id in paths and state.is_needed("voices", scene)
        scenes.append(
            CutScene(
                clip,
                state.lengths[scene.id],
                start=take.in_point if take is not None else None,
                end=take.out_point if take is not None else None,
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


async def _take(studio: Studio, stack: AsyncExitStack, scene: Any, key: str) -> Path:
    try:
        return await stack.enter_async_context(studio.storage.local_copy(key))
    except MissingFile as error:
        message = f"The clip of scene {scene.number} is no longer there. Circle another take, or make one."
        raise CutFailed("missing_clip", message, scene=scene.number) from error


async def _assets(studio: Studio, stack: AsyncExitStack, state: State, ids: list[str]) -> dict[str, Path]:
    async with studio.reading() as session:
        rows = (await session.execute(select(assets).where(assets.c.id.in_(ids)))).all()
    paths = {}
    for row in rows:
        try:
            paths[row.id] = await stack.enter_async_context(studio.storage.local_copy(row.file_path))
        except MissingFile as error:
            raise _gone(state, row.id) from error
    return paths


def _gone(state: State, asset_id: str) -> CutFailed:
    """Which of the film's files is no longer in the store, and what to do."""
    if asset_id == state.production.music_asset_id:
        return CutFailed("missing_music", "The music is no longer there. Choose another, or none.")
    for scene in state.scenes:
        voice = state.step("voices", scene)
        if voice is not None and voice.asset_id == asset_id:
            message = f"The narration of scene {scene.number} is no longer there. Make it anew."
            return CutFailed("missing_narration", message, scene=scene.number)
    return CutFailed("missing_clip", "A still of it is no longer there. Make it anew.")


def _blank(folder: Path, size: tuple[int, int]) -> Path:
    """A dark picture, where a scene shows nothing yet."""
    path = folder / "blank.png"
    if not path.exists():
        Image.new("RGB", size, (24, 24, 28)).save(path)
    return path
