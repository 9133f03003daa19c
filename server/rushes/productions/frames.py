"""Makes a scene's still: drawn here, or by an image model in the film's style."""

from __future__ import annotations

import secrets
from typing import Any

from rushes.productions import queries, steps
from rushes.productions.keeping import keeping, written
from rushes.productions.shapes import size_of
from rushes.productions.state import State
from rushes.productions.styles import frame_words
from rushes.providers.makers.protocol import ImageOrder
from rushes.studio import Studio
from rushes.transaction import Transaction

# Lines of the shorter side: a still is looked at closely, and a clip begins with it.
_LINES = 720


async def make(studio: Studio, state: State, row: Any, scene: Any) -> None:
    """Raises what image makers raise."""
    p = state.production
    offer = studio.makers.image(row.model)
    width, height = size_of(p.aspect_ratio, _LINES)
    order = ImageOrder(
        key=f"{row.id}:{row.attempt}",
        model=offer.model.name,
        prompt=frame_words(scene.frame_prompt, style=p.style, mood=p.mood),
        width=width,
        height=height,
        seed=scene.seed if offer.model.seed else None,
    )
    into = studio.storage.scratch() / f"still-{secrets.token_hex(8)}"
    async with keeping(studio, state, row, into, name=f"Scene {scene.number}", only="image") as keep:
        still = await offer.maker.make(order, into)
        result = {"width": still.width, "height": still.height}
        async with keep(still.path) as file:

            async def write(work: Transaction) -> None:
                current = await queries.locked(work, p.id)
                asset_id = await file.owned(work, purpose="still")
                if current is not None:
                    now, cost = studio.clock.now(), still.use.cost
                    made = {"asset_id": asset_id, "result": result}
                    await steps.done(work, current, row, cost=cost, now=now, **made)

            await written(studio, write)
