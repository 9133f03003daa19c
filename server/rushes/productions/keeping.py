"""Keeps what a maker made: stored, owned by the production's space, and nothing left behind when it fails.

async with keeping(studio, state, into, name="Scene 3", only="image") as keep:
    still = await maker.make(order, into)
    async with keep(still.path) as file, studio.transaction() as work:
        asset_id = await file.owned(work, purpose="still")
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from rushes.actor import Actor
from rushes.productions import queries
from rushes.productions.state import State
from rushes.studio import Studio
from rushes.transaction import Transaction
from rushes.uploads import service as uploads
from rushes.uploads.models import Kind, Purpose
from rushes.uploads.service import StoredFile


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is stored, and will be somebody's in the transaction that says so."""

    file: StoredFile
    actor: Actor
    now: float

    async def owned(self, work: Transaction, *, purpose: Purpose) -> str:
        """The asset that it is now, or was before when the same was made before."""
        return await uploads.keep(work, self.actor, self.file, purpose=purpose, now=self.now)


Keep: TypeAlias = Callable[[Path], AbstractAsyncContextManager[Kept]]


@asynccontextmanager
async def keeping(studio: Studio, state: State, into: Path, *, name: str, only: Kind) -> AsyncIterator[Keep]:
    """Gives the function that stores what was made at `into`, which is deleted afterwards."""
    async with studio.reading() as session:
        actor = await queries.owner(session, state.production)

    @asynccontextmanager
    async def keep(path: Path) -> AsyncIterator[Kept]:
        async with uploads.incoming(studio, actor, path, name=name, field="file", only=only) as file:
            yield Kept(file, actor, studio.clock.now())

    try:
        yield keep
    finally:
        await asyncio.to_thread(_delete, into)


def _delete(path: Path) -> None:
    # Makers add the ending that the file really has.
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink(missing_ok=True)
