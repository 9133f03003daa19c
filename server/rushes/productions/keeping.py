"""Keeps what a step has made for its production's space, see `uploads.keeping`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from rushes.productions import queries, steps
from rushes.productions.state import State
from rushes.studio import Studio
from rushes.uploads import keeping as uploads
from rushes.uploads.keeping import Keep, written
from rushes.uploads.models import Kind

__all__ = ["keeping", "written"]

# How long a paid file waits for room or for its store, in seconds.
_PATIENCE = 900.0


@asynccontextmanager
async def keeping(
    studio: Studio, state: State, row: Any, into: Path, *, name: str, only: Kind
) -> AsyncIterator[Keep]:
    """Gives the function that stores what the step `row` has made at `into`, which is deleted afterwards. It
    raises `Refused` for what cannot be stored."""
    async with studio.reading() as session:
        actor = await queries.owner(session, state.production)
    is_free = steps.is_free(row.model)
    async with uploads.keeping(
        studio, actor, into, name=name, only=only, is_free=is_free, patience=_PATIENCE
    ) as keep:
        yield keep
