"""Shortens a narration that takes longer than there is room for, in scenes that want to be fitted like that
(`fit: rewrite`). What is written then is spoken anew by the same run.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from rushes.productions import fitting, queries, steps
from rushes.productions.choices import Choices
from rushes.productions.keeping import written
from rushes.productions.state import State
from rushes.providers.makers.shortening import Shortening, shortening_order
from rushes.studio import Studio
from rushes.tables import scenes
from rushes.transaction import Transaction


async def make(studio: Studio, state: State, row: Any, scene: Any) -> None:
    """Raises what writers raise."""
    choices = Choices(studio.providers, studio.makers)
    quality = state.production.quality
    if not fitting.is_wanted(state, scene, choices, quality):
        async with studio.transaction() as work:
            current = await queries.locked(work, state.production.id)
            if current is not None:
                await steps.withdraw(work, current, row, now=studio.clock.now())
        return
    offer = studio.makers.writer(row.model)
    wanted = Shortening(
        text=scene.narration,
        seconds=state.spoken(scene),
        room=fitting.room(state, scene, choices, quality),
        language=state.production.language,
    )
    order = shortening_order(wanted, model=offer.model.name, key=f"{row.id}:{row.attempt}")
    answer = await offer.maker.write(order)
    result = {
        "former": fitting.former(state, scene) or scene.narration,
        "narration": answer.content.narration.strip(),
        "tries": fitting.tries(state, scene) + 1,
    }

    async def write(work: Transaction) -> None:
        current, now = await queries.locked(work, state.production.id), studio.clock.now()
        if current is None:
            return
        if await steps.done(work, current, row, cost=answer.use.cost, now=now, result=result):
            # Not over what somebody has written meanwhile.
            same = (scenes.c.id == scene.id) & (scenes.c.narration == scene.narration) & ~scenes.c.locked
            await work.session.execute(
                update(scenes).where(same).values(narration=result["narration"], updated_at=now)
            )

    await written(studio, write)
