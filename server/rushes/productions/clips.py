"""Orders a scene's clip: a video of the library that begins with the scene's still, kept as a take.

The video and the take are one transaction, so that a crash neither orders one twice nor forgets it; from
there on the video has its own life, and the production goes on when that is over.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, update

from rushes.actor import Actor
from rushes.http.fields import on_one_line
from rushes.productions import steps
from rushes.productions.choices import Choices
from rushes.productions.plan import Due
from rushes.productions.prices import clip_size
from rushes.productions.state import Quality, State
from rushes.productions.styles import frame_words
from rushes.studio import Studio
from rushes.tables import production_steps, takes
from rushes.transaction import Transaction
from rushes.videos import creation
from rushes.videos.fields import PROMPT_MAX
from rushes.videos.idempotency import repeatable
from rushes.videos.models import Reference, VideoCreate


async def order(
    studio: Studio, work: Transaction, state: State, actor: Actor, scene: Any, *, quality: Quality, now: float
) -> str:
    """The new video's id. Raises whatever creating a video does, the commit `PaymentRequired`."""
    choices = Choices(studio.providers, studio.makers)
    offer = choices.video(quality)
    due = Due("clips", scene)
    row = await steps.ask(work, state, due, model=offer.id, cost=None, now=now)
    frame = state.step("frames", scene)
    shown = frame.asset_id if frame is not None and "first_frame" in offer.model.references else None
    request = VideoCreate(
        prompt=_prompt(state, scene, is_shown=shown is not None),
        model=offer.id,
        size=clip_size(offer.model, state.production.aspect_ratio),
        seconds=choices.clip_seconds(quality, state.lengths[scene.id]),
        seed=(scene.seed + row.attempt - 1) % 2**31 if offer.model.seed else None,
        title=on_one_line(f"{state.production.title or 'Untitled'}: scene {scene.number}")[-200:].strip(),
        references=[Reference(asset_id=shown, role="first_frame")] if shown else [],
    )
    asked = repeatable("take", request.model_dump(mode="json"), key=f"take:{row.id}:{row.attempt}")
    [video] = await creation.create(
        work,
        actor,
        studio.providers,
        request=request,
        asked=asked,
        picture=None,
        production_id=state.production.id,
        now=now,
    )
    await work.session.execute(
        update(production_steps)
        .where(production_steps.c.id == row.id)
        .values(status="running", video_id=video.id, started_at=now)
    )
    await work.session.execute(
        insert(takes).values(
            scene_id=scene.id,
            video_id=video.id,
            production_id=state.production.id,
            circled=False,
            made_from=row.fingerprint,
            is_own=False,
            created_at=now,
        )
    )
    return str(video.id)


async def circle(work: Transaction, state: State, scene_id: str, video_id: str) -> None:
    """Makes this take the one that the cut shows."""
    mine = takes.c.scene_id == scene_id
    await work.session.execute(update(takes).where(mine).values(circled=takes.c.video_id == video_id))
    work.changed("production", state.production)


def _prompt(state: State, scene: Any, *, is_shown: bool) -> str:
    """What is to move; with what is to be seen where no still shows it."""
    p = state.production
    motion = scene.motion_prompt.strip() or "The camera moves slowly."
    if is_shown and scene.motion_prompt.strip():
        words = f"{motion} {scene.frame_prompt}"
    else:
        seen = frame_words(scene.frame_prompt, style=p.style, mood=p.mood, continuity=p.continuity)
        words = f"{seen} {motion}"
    return on_one_line(words)[:PROMPT_MAX].strip()
