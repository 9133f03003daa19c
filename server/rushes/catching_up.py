"""Which spaces somebody may hear of, and what of a space a client has missed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.actor import Actor
from rushes.tables import space_members, spaces


async def spaces_of(session: AsyncConnection, actor: Actor) -> dict[str, tuple[int, int]]:
    """The actor's spaces with their present and their forgotten number."""
    query = (
        select(spaces.c.id, spaces.c.seq, spaces.c.forgotten_seq)
        .join(space_members, space_members.c.space_id == spaces.c.id)
        .where(space_members.c.user_id == actor.user_id)
    )
    return {row.id: (row.seq, row.forgotten_seq) for row in (await session.execute(query)).all()}


async def above(
    session: AsyncConnection, table: Table, space_id: str, since: int, *, most: int
) -> Sequence[Any]:
    """The first `most` rows of the space whose number is higher, lowest first."""
    query = (
        select(table)
        .where(table.c.space_id == space_id, table.c.changed_seq > since)
        .order_by(table.c.changed_seq)
        .limit(most)
    )
    return (await session.execute(query)).all()
