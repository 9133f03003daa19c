"""Writes the story: title, overview and the scenes, from an idea or a finished script."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert

from rushes.errors import Charged
from rushes.http.fields import on_one_line
from rushes.productions import queries, steps
from rushes.productions.keeping import written
from rushes.productions.state import State
from rushes.productions.styles import continuity_of
from rushes.providers.makers.story import Story, StoryBrief, StoryScene, speaking_seconds, story_order
from rushes.providers.protocol import Refused
from rushes.studio import Studio
from rushes.tables import new_id, scenes
from rushes.transaction import Transaction


async def make(studio: Studio, state: State, row: Any, _scene: Any) -> None:
    """Raises what writers raise, and `Refused` when a scene was locked meanwhile."""
    p = state.production
    _must_be_free(state, charged="no")
    offer = studio.makers.writer(row.model)
    brief = StoryBrief(
        text=p.idea,
        scenes=p.wanted_scenes,
        seconds=p.wanted_seconds,
        language=p.language,
        style=p.style,
        mood=p.mood,
        is_script=p.is_script,
    )
    order = story_order(brief, model=offer.model.name, key=f"{row.id}:{row.attempt}")
    answer = await offer.maker.write(order)

    async def write(work: Transaction) -> None:
        now = studio.clock.now()
        current = await queries.locked(work, p.id)
        if current is None:
            return
        _must_be_free(current, charged="no" if steps.is_free(row.model) else "yes")
        if await steps.done(work, current, row, cost=answer.use.cost, now=now):
            await replace_scenes(work, current, answer.content, now=now)

    await written(studio, write)


def _must_be_free(state: State, *, charged: Charged) -> None:
    """Raises `Refused` while a scene is locked or being worked on: its story is not written anew."""
    if any(scene.locked for scene in state.scenes):
        message = "A scene is locked: unlock it before the story is written anew."
        raise Refused(message, code="locked", charged=charged)
    if any(row.scene_id and row.status == "running" for row in state.steps.values()):
        message = "A scene is being worked on: let that end before the story is written anew."
        raise Refused(message, code="busy", retryable=True, charged=charged)


async def replace_scenes(work: Transaction, state: State, story: Story, *, now: float) -> None:
    """The story's scenes in the place of those that are there."""
    p = state.production
    old = [scene.id for scene in state.scenes]
    if old:
        theirs = [row for row in state.steps.values() if row.scene_id in old]
        await steps.forget(work, state, theirs, now=now)
        await work.session.execute(delete(scenes).where(scenes.c.id.in_(old)))
    rows = [
        scene_row(p, number, scene, now=now)
        for number, scene in enumerate(fitting(story, p.wanted_seconds), 1)
    ]
    await work.session.execute(insert(scenes), rows)
    title = p.title or on_one_line(story.title)
    values = {"title": title[:200], "overview": story.overview, "continuity": continuity_of(story)}
    await queries.changed(work, p, now=now, **values)


def scene_row(production: Any, number: int, scene: StoryScene, *, now: float) -> dict[str, Any]:
    """A new scene's row."""
    return {
        "id": new_id("scene"),
        "production_id": production.id,
        "number": number,
        "seconds": scene.seconds,
        "narration": scene.narration,
        "frame_prompt": scene.frame_prompt,
        "motion_prompt": scene.motion_prompt,
        "clip_audio": "duck",
        "fit": "hold",
        "speed": 1.0,
        "locked": False,
        # Scenes of like words would else be drawn alike.
        "seed": (production.seed + number) % 2**31,
        "created_at": now,
        "updated_at": now,
    }


def fitting(story: Story, wanted: float | None) -> list[StoryScene]:
    """The scenes, each as long as its words take where nobody asked for a length."""
    if wanted is not None:
        return story.scenes
    return [
        scene.model_copy(update={"seconds": max(scene.seconds, speaking_seconds(scene.narration))})
        if scene.narration
        else scene
        for scene in story.scenes
    ]
