"""A production as a bundle: everything of it that another studio needs to go on from here.

    zip = await bundled(studio, state)

What is being made just now is left out: it is the studio's that has ordered it. So are the preview, which
anybody cuts again at once, and whatever names a studio's people or its jobs at a provider.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import Any

import orjson
import structlog
from pydantic import ValidationError
from sqlalchemy import select

from rushes.errors import Conflict
from rushes.media.bundle import bundle
from rushes.media.zipping import Member, Zip
from rushes.productions.bundle_models import (
    BundledAsset,
    BundledProduction,
    BundledScene,
    BundledStep,
    BundledTake,
    BundledVideo,
    Content,
    MediaResult,
)
from rushes.productions.state import State
from rushes.studio import Studio
from rushes.tables import assets

log = structlog.get_logger(__name__)

# Bytes: a reader takes a manifest of 8 MiB, in which each file is listed too.
_MOST_CONTENT = 6 * 1024 * 1024
_OVER = ("completed", "failed", "cancelled")
_NOT_TAKEN_ALONG = ("preview",)


async def bundled(studio: Studio, state: State) -> Zip:
    """Raises `Conflict` for a production of which there is more than a bundle holds, or of another kind."""
    videos = _videos(state)
    rows = await _assets(studio, state, videos)
    names = _names(state, videos, rows)
    try:
        content = await asyncio.to_thread(_content, state, videos, rows, names)
    except ValidationError as error:
        # Nobody could import it: better said here than there.
        where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        log.warning("not_bundled", production_id=state.production.id, reason=str(error))
        raise Conflict(
            f"This production does not fit into a bundle, for its {where}.", code="does_not_fit"
        ) from error
    if len(orjson.dumps(content)) > _MOST_CONTENT:
        raise Conflict("This production is too long for a bundle.", code="does_not_fit")
    files = [row for row in (*rows.values(), *videos.values()) if row.id in names]
    members = [
        Member(names[row.id], row.file_size, partial(studio.storage.open, row.file_path)) for row in files
    ]
    return bundle(members, content, made_at=studio.clock.now())


def _videos(state: State) -> dict[str, Any]:
    """The videos that are over, those that others were made from first."""
    over = [
        video
        for video in state.videos.values()
        if video.stage in _OVER and (video.stage != "completed" or video.file_path)
    ]
    return {video.id: video for video in sorted(over, key=lambda video: (video.created_at, video.id))}


async def _assets(studio: Studio, state: State, videos: dict[str, Any]) -> dict[str, Any]:
    wanted = {step.asset_id for step in state.steps.values() if step.stage in ("frames", "voices")}
    wanted |= {scene.reference_asset_id for scene in state.scenes} | {state.production.music_asset_id}
    wanted |= {each["asset_id"] for video in videos.values() for each in video.references or ()}
    async with studio.reading() as session:
        query = select(assets).where(assets.c.id.in_(wanted - {None})).order_by(assets.c.id)
        return {row.id: row for row in (await session.execute(query)).all()}


def _names(state: State, videos: dict[str, Any], rows: dict[str, Any]) -> dict[str, str]:
    """What the files are called in the bundle, by what they are the files of: as they are first used."""
    found: dict[str, str] = {}

    def name(thing: Any, stem: str) -> None:
        if thing is not None and thing.id not in found and thing.file_path:
            found[thing.id] = f"{stem}.{thing.file_path.rpartition('.')[2].lower()}"

    name(rows.get(state.production.music_asset_id), "music")
    cut = state.step("cut")
    name(videos.get(cut.video_id) if cut is not None else None, "film")
    for scene in state.scenes:
        for stage, folder in (("frames", "stills"), ("voices", "narrations")):
            step = state.steps.get((scene.id, stage))
            name(rows.get(step.asset_id) if step is not None else None, f"{folder}/{scene.number:02}")
        name(rows.get(scene.reference_asset_id), f"pictures/{scene.number:02}")
        for number, take in enumerate(state.takes.get(scene.id, ()), 1):
            name(videos.get(take.video_id), f"takes/{scene.number:02}-{number}")
    for number, thing in enumerate((*rows.values(), *videos.values()), 1):
        name(thing, f"more/{number:03}")
    return found


def _content(
    state: State, videos: dict[str, Any], rows: dict[str, Any], names: dict[str, str]
) -> dict[str, Any]:
    said = Content(
        production=_production(state),
        scenes=[_scene(scene, rows) for scene in state.scenes],
        steps=[_step(state, step, videos) for step in _steps(state)],
        takes=[
            _take(state, scene, take)
            for scene in state.scenes
            for take in state.takes.get(scene.id, ())
            if take.video_id in videos
        ],
        assets=[
            BundledAsset(id=row.id, file=names[row.id], name=row.name, purpose=row.purpose)
            for row in rows.values()
        ],
        videos=[_video(state, video, names, rows) for video in videos.values()],
    )
    return said.model_dump(mode="json", exclude_unset=True)


def _production(state: State) -> BundledProduction:
    p = state.production
    settings = p.cut_settings
    said = _columns(p, BundledProduction, but=("cut_settings", "status"))
    return BundledProduction.model_validate(
        {
            **said,
            "status": "paused" if p.status == "running" else p.status,
            "cut_settings": {
                "transition": settings.get("transition") or "none",
                "captions": settings.get("captions"),
                "resolution": settings.get("resolution") or 720,
                "label": bool(settings.get("label")),
            },
        }
    )


def _scene(scene: Any, rows: dict[str, Any]) -> BundledScene:
    said = _columns(scene, BundledScene)
    if said["reference_asset_id"] not in rows:
        said["reference_asset_id"] = None
    return BundledScene.model_validate(said)


def _steps(state: State) -> Iterable[Any]:
    there = {"", *(scene.id for scene in state.scenes)}
    return (
        step for step in state.steps.values() if step.scene_id in there and step.stage not in _NOT_TAKEN_ALONG
    )


def _step(state: State, step: Any, videos: dict[str, Any]) -> BundledStep:
    scene = next((each for each in state.scenes if each.id == step.scene_id), None)
    said = _columns(step, BundledStep, but=("fresh",))
    # What came of one of which nobody knows is asked for in the studio that has paid for it, in no other.
    status, progress, error = "failed" if step.status == "unknown" else step.status, step.progress, step.error
    if status in ("waiting", "running"):
        status, progress, error = ("empty", 0, None) if step.made_from is None else ("done", 100, None)
    return BundledStep.model_validate(
        {
            **said,
            "scene_id": step.scene_id or None,
            "status": status,
            "fresh": step.made_from is not None and step.made_from == state.fingerprint(step.stage, scene),
            "asset_id": step.asset_id if step.stage in ("frames", "voices") else None,
            "video_id": step.video_id if step.video_id in videos else None,
            "result": _result(step, {each.id for each in state.scenes}),
            "progress": progress,
            "error": error,
        }
    )


def _result(step: Any, scenes: set[str]) -> dict[str, Any] | None:
    """What came of it, of scenes that are still there."""
    result: dict[str, Any] | None = step.result
    match step.stage:
        case "frames" | "voices" if result is not None:
            return {name: value for name, value in result.items() if name in MediaResult.model_fields}
        case "captions" if result is not None:
            return {
                name: {scene_id: told for scene_id, told in result[name].items() if scene_id in scenes}
                for name in ("words", "sounds")
            }
        case "rewrite":
            return result
        case _:
            return None


def _take(state: State, scene: Any, take: Any) -> BundledTake:
    fresh = take.made_from is not None and take.made_from == state.fingerprint("clips", scene)
    return BundledTake.model_validate({**_columns(take, BundledTake, but=("fresh",)), "fresh": fresh})


def _video(state: State, video: Any, names: dict[str, str], rows: dict[str, Any]) -> BundledVideo:
    said = _columns(video, BundledVideo, but=("file", "of_this_film", "references", "prompts"))
    is_done = video.stage == "completed"
    return BundledVideo.model_validate(
        {
            **said,
            "file": names[video.id] if is_done else None,
            "of_this_film": video.production_id == state.production.id,
            "prompts": video.prompts or [video.prompt],
            "references": [each for each in video.references or () if each["asset_id"] in rows],
            "completed_at": video.completed_at if is_done else None,
        }
    )


def _columns(row: Any, shape: type[Any], but: Iterable[str] = ()) -> dict[str, Any]:
    return {name: getattr(row, name) for name in shape.model_fields if name not in but}
