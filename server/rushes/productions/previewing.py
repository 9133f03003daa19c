"""A rough cut of the film as it stands, small and soon: stills where no clip is made yet, silence where
nobody has spoken. It is no video of the library; the production keeps the last one."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from rushes import loose_files
from rushes.errors import Conflict
from rushes.media.captions.typeface import FontMissing
from rushes.media.cut import CutFailed
from rushes.productions import queries, steps
from rushes.productions.cut_order import order_of
from rushes.productions.cutting import CutRefused, film_of
from rushes.productions.plan import Due
from rushes.productions.state import State
from rushes.storage.base import Stored
from rushes.storage.keys import storage_key
from rushes.studio import Studio
from rushes.transaction import Transaction

_LINES = 360


async def begin(work: Transaction, state: State, *, now: float) -> None:
    """Asks for a preview of the locked production. Raises `Conflict` while one is made, and when there is
    nothing to show yet."""
    step = state.step("preview")
    if step is not None and step.status in ("waiting", "running"):
        raise Conflict("A preview is being made just now.", code="already_running")
    if not any(state.is_made("frames", scene) or state.circled(scene) for scene in state.scenes):
        raise Conflict(
            "There is nothing to show yet: run the production through its stills.", code="not_made"
        )
    row = await steps.ask(work, state, Due("preview"), model="", cost=0.0, now=now)
    steps.enqueue(work, row)


async def make(studio: Studio, state: State, row: Any, _scene: Any) -> None:
    """Raises `CutRefused`, `MissingFile`, `StorageFull`."""
    folder = studio.storage.scratch() / f"preview-{secrets.token_hex(8)}"
    await asyncio.to_thread(folder.mkdir, parents=True)
    try:
        async with AsyncExitStack() as stack:
            order = await order_of(studio, state, stack, folder, lines=_LINES, rough=True)
            film = await film_of(studio, row, order, folder, preview=True)
            if film is not None:
                await _keep(studio, state, row, film.path, film.seconds)
    except CutFailed as error:
        raise CutRefused(error.message, code=error.code) from error
    except FontMissing as error:
        raise CutRefused(str(error), code=error.code) from error
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def file_of(state: State) -> dict[str, Any] | None:
    """Where the last preview is in the store: {key, size, sha256, seconds}; None where there is none."""
    step = state.step("preview")
    return step.result if step is not None and step.made_from is not None else None


async def let_go(work: Transaction, state: State, *, now: float) -> None:
    """The file of the last preview is not needed any more."""
    former = file_of(state)
    if former is not None:
        await loose_files.let_go(work, [former["key"]], now=now)


async def _keep(studio: Studio, state: State, row: Any, path: Path, seconds: float) -> None:
    p = state.production
    key = storage_key(p.user_id, p.id, "video-clips", f"preview_{secrets.token_hex(6)}.mp4")
    await loose_files.note(studio, key)
    stored: Stored = await studio.storage.put(key, path)
    now = studio.clock.now()
    async with studio.transaction() as work:
        current = await queries.locked(work, p.id)
        if current is None:
            return
        former = file_of(current)
        result = {"key": key, "size": stored.size, "sha256": stored.sha256, "seconds": round(seconds, 3)}
        if await steps.done(work, current, row, cost=0.0, now=now, result=result):
            await loose_files.claim(work, key)
            if former is not None:
                await loose_files.let_go(work, [former["key"]], now=now)
