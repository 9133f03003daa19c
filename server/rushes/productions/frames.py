"""Makes a scene's still: drawn here, or by an image model in the film's style; where the scene has a picture
to go by, after that, which is brought to the film's shape first, with nothing of it cut off."""

from __future__ import annotations

import secrets
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from rushes.media.fitting import CannotFit, fit_image
from rushes.media.images import UnreadableImage
from rushes.productions import queries, steps
from rushes.productions.keeping import keeping, written
from rushes.productions.shapes import size_of
from rushes.productions.state import State
from rushes.productions.styles import frame_words
from rushes.providers.makers.protocol import ImageOrder
from rushes.providers.model import ImageRule
from rushes.providers.protocol import Reference, Refused
from rushes.storage import MissingFile
from rushes.studio import Studio
from rushes.tables import assets
from rushes.transaction import Transaction

# Lines of the shorter side: a still is looked at closely, and a clip begins with it.
_LINES = 720


async def make(studio: Studio, state: State, row: Any, scene: Any) -> None:
    """Raises what image makers raise."""
    p = state.production
    offer = studio.makers.image(row.model)
    width, height = size_of(p.aspect_ratio, _LINES)
    # A sketch is drawn from the words that it finds, and would draw the same people in every scene.
    continuity = "" if offer.maker.embedded else p.continuity
    order = ImageOrder(
        key=f"{row.id}:{row.attempt}",
        model=offer.model.name,
        prompt=frame_words(scene.frame_prompt, style=p.style, mood=p.mood, continuity=continuity),
        width=width,
        height=height,
        seed=scene.seed if offer.model.seed else None,
    )
    into = studio.storage.scratch() / f"still-{secrets.token_hex(8)}"
    async with (
        keeping(studio, state, row, into, name=f"Scene {scene.number}", only="image") as keep,
        AsyncExitStack() as stack,
    ):
        if scene.reference_asset_id is not None and offer.model.references:
            reference = await _opened(studio, stack, scene.reference_asset_id, (width, height), into)
            order = replace(order, references=(reference,))
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


async def _opened(
    studio: Studio, stack: AsyncExitStack, asset_id: str, shape: tuple[int, int], into: Path
) -> Reference:
    """The picture in the film's shape, readable until `stack` closes. Raises `MissingFile` and `Refused`."""
    async with studio.reading() as session:
        row = (await session.execute(select(assets).where(assets.c.id == asset_id))).one_or_none()
    if row is None:
        raise MissingFile(asset_id)
    path = await stack.enter_async_context(studio.storage.local_copy(row.file_path))
    stem = into.with_name(f"{into.name}-after")
    try:
        fitted = await fit_image(
            path, row.content_type, stem, rule=ImageRule(), shape=shape, turn=studio.decoding
        )
    except (CannotFit, UnreadableImage) as error:
        message = f"The picture that it is to be made after cannot be used: {error}"
        raise Refused(message, code="invalid_image") from error
    if fitted is None:
        return Reference("style", path, row.content_type)
    return Reference("style", fitted.path, fitted.content_type)
