"""What others than productions' own addresses see of one."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.actor import Actor
from rushes.productions import queries
from rushes.productions.manifest import artifacts, manifest

__all__ = ["artifacts", "manifest_of"]


async def manifest_of(session: AsyncConnection, actor: Actor, production_id: str) -> dict[str, Any]:
    """See `manifest.manifest`. Raises `NotFound`."""
    return manifest(await queries.visible(session, actor, production_id))


async def status_of(session: AsyncConnection, actor: Actor, production_id: str) -> str:
    """How far the whole film is. Raises `NotFound`."""
    return str((await queries.visible(session, actor, production_id)).production.status)
