"""Productions as answers show them and the live hub tells them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.hub import LiveKind
from rushes.productions import queries
from rushes.productions.choices import Choices
from rushes.productions.present import view
from rushes.studio import Studio
from rushes.tables import productions


async def views(studio: Studio, session: AsyncConnection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """`models.Production` of each row, in their order."""
    choices = Choices(studio.providers, studio.makers)
    states = await queries.states(session, rows)
    return [view(states[row.id], choices) for row in rows]


PRODUCTIONS = LiveKind("production", "production_update", "production_id", productions, views)
