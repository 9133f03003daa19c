"""What people do with productions: make one, change it, run and stop it, delete it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, update

from rushes.actor import Actor
from rushes.errors import Conflict, Invalid, NotFound
from rushes.productions import previewing, queries, steps, story
from rushes.productions.request_models import (
    CutChange,
    CutRequest,
    ProductionChange,
    ProductionCreate,
    ProductionRun,
    Script,
    ScriptScene,
)
from rushes.productions.state import STAGES
from rushes.providers.makers.story import StoryScene, speaking_seconds
from rushes.providers.registry import Providers
from rushes.tables import new_id, productions, scenes
from rushes.transaction import Transaction
from rushes.uploads.service import hold_for_use
from rushes.videos import idempotency
from rushes.videos import service as videos
from rushes.videos.idempotency import Repeatable

_CUT_SETTINGS: dict[str, Any] = {"transition": "none", "captions": None, "resolution": 720, "label": False}


async def create(
    work: Transaction, actor: Actor, *, wanted: ProductionCreate, asked: Repeatable, now: float
) -> str:
    """A new production of the actor's personal space; its id, and asked again the same one. Raises `Invalid`
    for neither an idea nor a script, and for both."""
    repeated = await idempotency.first_answer(work, actor, asked, now=now)
    if repeated is not None:
        return repeated[0]
    if (wanted.prompt is None) == (wanted.script is None):
        raise Invalid(prompt="say what the film is about, or give a finished script, one of both")
    script = wanted.script
    scenes_given = script.scenes if isinstance(script, Script) else None
    idea = wanted.prompt or (script if isinstance(script, str) else _as_text(scenes_given or []))
    production_id = new_id("production")
    made = (
        insert(productions)
        .values(
            id=production_id,
            space_id=actor.space_id,
            user_id=actor.user_id,
            idea=idea,
            is_script=script is not None,
            wanted_scenes=None if scenes_given else wanted.scenes,
            wanted_seconds=wanted.seconds,
            aspect_ratio=wanted.aspect_ratio,
            style=wanted.style,
            mood=wanted.mood,
            language=wanted.language,
            voice=wanted.voice,
            # Of its own, so that two films of one idea look different.
            seed=int(production_id[-8:], 36) % 2**31,
            title=wanted.title or (script.title if isinstance(script, Script) else ""),
            overview="",
            cut_settings=_CUT_SETTINGS,
            status="draft",
            quality=wanted.quality,
            created_at=now,
            updated_at=now,
        )
        .returning(productions)
    )
    row = (await work.session.execute(made)).one()
    work.changed("production", row)
    if scenes_given:
        written = [_scene_of(scene) for scene in scenes_given]
        rows = [story.scene_row(row, number, scene, now=now) for number, scene in enumerate(written, 1)]
        await work.session.execute(insert(scenes), rows)
    if wanted.run:
        await run(
            work, actor, production_id=production_id, wanted=ProductionRun(quality=wanted.quality), now=now
        )
    await idempotency.remember(work, actor, asked, [production_id], now=now)
    return production_id


async def change(
    work: Transaction, actor: Actor, *, production_id: str, wanted: ProductionChange, now: float
) -> None:
    """Writes what the request names. Raises `NotFound`, `Invalid` for music that is not the actor's."""
    state = await queries.writable(work, actor, production_id)
    values = {name: getattr(wanted, name) for name in wanted.model_fields_set}
    if "seconds" in values:
        values["wanted_seconds"] = values.pop("seconds")
    if values.pop("cut", None) is not None:
        values |= await _cut_values(work, actor, state.production, wanted.cut)
    if values:
        await queries.changed(work, state.production, now=now, **values)


async def run(
    work: Transaction, actor: Actor, *, production_id: str, wanted: ProductionRun, now: float
) -> None:
    """Begins to make what is missing or stale. Raises `NotFound`, `Invalid` for a pause after the end, and
    `Conflict` for one that is running or has nothing to begin with."""
    state = await queries.writable(work, actor, production_id)
    p = state.production
    if p.status == "running":
        raise Conflict("It is running already.", code="already_running")
    if wanted.pause_after is not None and STAGES.index(wanted.pause_after) >= STAGES.index(wanted.through):
        raise Invalid(pause_after="must come before the last stage of the run")
    asked = {
        "through": wanted.through,
        "quality": wanted.quality,
        "pause_after": wanted.pause_after,
        "retry_unknown": wanted.retry_unknown,
        "started_at": int(now),
    }
    values = {"status": "running", "quality": wanted.quality, "run": asked, "runs": p.runs + 1, "error": None}
    await queries.changed(work, p, now=now, **values)
    work.enqueue("go_on", p.id, key=f"go_on:{p.id}:run:{p.runs + 1}")


async def cut(work: Transaction, actor: Actor, *, production_id: str, wanted: CutRequest, now: float) -> None:
    """Sets how the film is cut, and runs through the cut. Raises what `run` does, and `Invalid` for music
    that is not the actor's."""
    state = await queries.writable(work, actor, production_id)
    p = state.production
    await queries.changed(work, p, now=now, **await _cut_values(work, actor, p, wanted))
    asked = ProductionRun(quality=wanted.quality or p.quality)
    await run(work, actor, production_id=production_id, wanted=asked, now=now)


async def preview(work: Transaction, actor: Actor, *, production_id: str, now: float) -> None:
    """Begins a rough cut of what there is. Raises `NotFound`, and `Conflict` while one is made and when there
    is nothing to show."""
    state = await queries.writable(work, actor, production_id)
    await previewing.begin(work, state, now=now)


async def _cut_values(work: Transaction, actor: Actor, p: Any, wanted: CutChange) -> dict[str, Any]:
    """What a production's row holds of how it is cut, with what the request names. Raises `Invalid`."""
    given = wanted.model_fields_set
    settings = {name: getattr(wanted, name) for name in given & {"transition", "resolution", "label"}}
    if "captions" in given:
        settings["captions"] = wanted.captions.model_dump() if wanted.captions is not None else None
    values: dict[str, Any] = {"cut_settings": {**p.cut_settings, **settings}}
    if "music_asset_id" in given:
        values["music_asset_id"] = await _music(work, actor, wanted.music_asset_id)
    return values


async def _music(work: Transaction, actor: Actor, asset_id: str | None) -> str | None:
    if asset_id is None:
        return None
    try:
        return await hold_for_use(work, actor, asset_id, kind="audio")
    except NotFound as error:
        raise Invalid(music_asset_id="is not one of your assets") from error


async def cancel(
    work: Transaction, actor: Actor, providers: Providers, *, production_id: str, now: float
) -> None:
    """Stops a run: what was not begun is taken back, clips whose cancelling is free are cancelled, and what
    is paid for is still kept when it comes. Doing it twice is fine. Raises `NotFound`."""
    state = await queries.writable(work, actor, production_id)
    if state.production.status != "running":
        return
    clips = [row for row in state.steps.values() if row.stage == "clips"]
    being_made = [row.video_id for row in clips if steps.is_a_video(row)]
    for video in await queries.lock_videos(work, being_made):
        await _cancel_if_free(work, actor, providers, video, now=now)
    for row in state.steps.values():
        if row.status == "waiting":
            await steps.withdraw(work, state, row, now=now)
    await queries.changed(work, state.production, now=now, status="cancelled", error=None)


async def remove(
    work: Transaction, actor: Actor, providers: Providers, *, production_id: str, now: float
) -> None:
    """Deletes the production, and none of its videos and files: a tombstone stays, so that clients hear of
    it. Raises `NotFound`."""
    await cancel(work, actor, providers, production_id=production_id, now=now)
    state = await queries.writable(work, actor, production_id)
    p = state.production
    await previewing.let_go(work, state, now=now)
    await steps.forget(work, state, list(state.steps.values()), now=now)
    await work.session.execute(delete(scenes).where(scenes.c.production_id == p.id))
    await work.session.execute(
        update(productions)
        .where(productions.c.id == p.id)
        .values(
            purged_at=now,
            updated_at=now,
            idea="",
            title="",
            overview="",
            continuity="",
            music_asset_id=None,
            error=None,
        )
    )
    work.changed("production", p)


async def _cancel_if_free(
    work: Transaction, actor: Actor, providers: Providers, video: Any, *, now: float
) -> None:
    terms = videos.cancel_terms(video, providers)
    if terms["can_cancel"] and terms["charged"] == "no":
        await videos.cancel(work, actor, providers, video_id=video.id, now=now)


def _scene_of(scene: ScriptScene) -> StoryScene:
    shown = scene.frame_prompt or scene.narration or "An empty stage"
    return StoryScene(
        narration=scene.narration,
        frame_prompt=shown,
        motion_prompt=scene.motion_prompt,
        seconds=scene.seconds or speaking_seconds(scene.narration),
    )


def _as_text(given: list[ScriptScene]) -> str:
    return "\n\n".join(scene.narration or scene.frame_prompt for scene in given) or "A silent film"
