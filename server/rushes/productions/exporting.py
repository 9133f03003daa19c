"""A production for other programs: timelines, subtitles, one zip to go on editing with; or for another
studio.

made = await exported(studio, state, "edit")       # Document or Archive
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, Literal

from sqlalchemy import select

from rushes.errors import Conflict
from rushes.media.captions.cues import Cue, film_cues
from rushes.media.captions.layout import Layout
from rushes.media.captions.styles import STYLES
from rushes.media.captions.subtitles import srt, webvtt
from rushes.media.timeline import (
    Clip,
    Media,
    Music,
    Narration,
    Timeline,
    Transition,
    edit_zip,
    fcp7xml,
    otio,
    otioz,
)
from rushes.media.zipping import Member, Zip
from rushes.productions.bundling import bundled
from rushes.productions.captions import in_the_film
from rushes.productions.shapes import size_of
from rushes.productions.state import State
from rushes.productions.timing import FPS, LEAD
from rushes.storage.keys import safe_name
from rushes.studio import Studio
from rushes.tables import assets

Format = Literal["otio", "otioz", "fcp7xml", "srt", "vtt", "edit", "bundle"]

# What `media.cut.CutOrder` takes where nobody says it.
TRANSITION_SECONDS = 0.5

# How loud a clip's own sound is: under narration it is lowered by about 12 dB.
_GAINS = {"keep": 1.0, "duck": 0.25, "mute": 0.0}

_TYPES: dict[Format, tuple[str, str]] = {
    "otio": ("otio", "application/json"),
    "otioz": ("otioz", "application/zip"),
    "fcp7xml": ("xml", "application/xml"),
    "srt": ("srt", "application/x-subrip"),
    "vtt": ("vtt", "text/vtt"),
    "edit": ("zip", "application/zip"),
    "bundle": ("rushes.zip", "application/zip"),
}


@dataclass(frozen=True, slots=True)
class Export:
    """What is sent: a text, or a zip that is made while it is read."""

    name: str
    content_type: str
    content: str | Zip


async def exported(studio: Studio, state: State, wanted: Format) -> Export:
    """Raises `Conflict` for captions that are not timed, and for a film that nothing is made of yet."""
    ending, content_type = _TYPES[wanted]
    name = f"{safe_name(state.production.title or 'film')}.{ending}"
    if wanted in ("srt", "vtt"):
        shown = cues_of(state)
        if not shown:
            raise Conflict(
                "The captions are not timed yet: run the production through captions.", code="not_made"
            )
        return Export(name, content_type, srt(shown) if wanted == "srt" else webvtt(shown))
    if wanted == "bundle":
        return Export(name, content_type, await bundled(studio, state))
    if not state.scenes:
        raise Conflict("There are no scenes yet: run the production through its story.", code="not_made")
    timeline = await _timeline(studio, state)
    match wanted:
        case "otio":
            content: str | Zip = otio(timeline)
        case "fcp7xml":
            content = fcp7xml(timeline)
        case "otioz":
            content = otioz(timeline, made_at=studio.clock.now())
        case _:
            content = edit_zip(timeline, more=_film(studio, state), made_at=studio.clock.now())
    return Export(name, content_type, content)


def cues_of(state: State) -> list[Cue]:
    """The film's captions, in lines of the style that it has; empty where nothing is timed."""
    words = in_the_film(state)
    if not any(scene.words for scene in words):
        return []
    p = state.production
    style = STYLES[(p.cut_settings.get("captions") or {}).get("style") or "classic"]
    width, height = size_of(p.aspect_ratio, p.cut_settings.get("resolution") or 720)
    return film_cues(
        words, layout=Layout(style, width=width, height=height, language=p.language, fps=float(FPS))
    )


async def _timeline(studio: Studio, state: State) -> Timeline:
    p = state.production
    sounds = await _sounds(studio, state)
    kind = p.cut_settings.get("transition") or "none"
    half = 0.0 if kind == "none" else TRANSITION_SECONDS / 2
    clips, narrations, begins = [], [], 0.0
    for number, scene in enumerate(state.scenes):
        is_first, is_last = number == 0, number == len(state.scenes) - 1
        clips.append(_clip(studio, state, scene, kind, half, is_first=is_first, is_last=is_last))
        voice = state.step("voices", scene)
        if voice is not None and state.is_needed("voices", scene) and voice.asset_id in sounds:
            narrations.append(
                Narration(
                    scene.number, sounds[voice.asset_id], begins + LEAD, state.spoken(scene), scene.narration
                )
            )
        begins += state.lengths[scene.id]
    width, height = size_of(p.aspect_ratio, p.cut_settings.get("resolution") or 720)
    music = sounds.get(p.music_asset_id) if p.music_asset_id else None
    return Timeline(
        title=p.title or "Untitled",
        fps=Fraction(FPS),
        width=width,
        height=height,
        clips=tuple(clips),
        narrations=tuple(narrations),
        music=Music(music, min(music.duration, begins)) if music is not None else None,
        captions=srt(cues_of(state)),
    )


def _clip(
    studio: Studio, state: State, scene: Any, kind: Any, half: float, *, is_first: bool, is_last: bool
) -> Clip:
    """A scene is longer there by what it shares with its neighbours during transitions."""
    take = state.circled(scene)
    others = [
        each for each in state.takes.get(scene.id, ()) if take is None or each.video_id != take.video_id
    ]
    made = [
        state.videos[each.video_id] for each in others if state.videos[each.video_id].stage == "completed"
    ]
    before, after = 0.0 if is_first else half, 0.0 if is_last else half
    return Clip(
        number=scene.number,
        name=f"Scene {scene.number}",
        media=_of_video(studio, state.videos[take.video_id]) if take is not None else None,
        length=state.lengths[scene.id] + before + after,
        start=max(0.0, (take.in_point or 0.0) - before) if take is not None else 0.0,
        end=take.out_point if take is not None else None,
        fit="hold" if scene.fit == "rewrite" else scene.fit,
        note=scene.narration,
        transition=Transition(kind, 2 * half) if half and not is_last else None,
        gain=_GAINS[scene.clip_audio],
        takes=tuple(_of_video(studio, video) for video in made),
    )


def _of_video(studio: Studio, video: Any) -> Media:
    return Media(
        partial(studio.storage.open, video.file_path),
        video.file_size,
        video.duration,
        "mp4",
        fps=Fraction(video.fps).limit_denominator(1001) if video.fps else None,
        width=video.width,
        height=video.height,
    )


async def _sounds(studio: Studio, state: State) -> dict[str, Media]:
    ids = [step.asset_id for step in state.steps.values() if step.stage == "voices" and step.asset_id]
    ids += [state.production.music_asset_id] if state.production.music_asset_id else []
    async with studio.reading() as session:
        rows = (await session.execute(select(assets).where(assets.c.id.in_(ids)))).all()
    return {
        row.id: Media(
            partial(studio.storage.open, row.file_path),
            row.file_size,
            row.duration or 0.0,
            row.file_path.rpartition(".")[2].lower(),
            channels=1,
        )
        for row in rows
    }


def _film(studio: Studio, state: State) -> Sequence[Member]:
    """The cut, where there is one."""
    if not state.is_made("cut"):
        return ()
    video = state.videos[state.step("cut").video_id]
    return (Member("film.mp4", video.file_size, partial(studio.storage.open, video.file_path)),)
