"""Everybody's personal space: the one that a request means when it names none."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.tables import new_id, space_members, spaces
from rushes.transaction import Transaction


async def space_of(session: AsyncConnection, user_id: str) -> str | None:
    """The id of the user's personal space."""
    found: str | None = await session.scalar(
        select(space_members.c.space_id).where(space_members.c.personal_of == user_id)
    )
    return found


async def ensure_personal_space(work: Transaction, *, user_id: str, name: str, now: float) -> str:
    """The id of the user's personal space, which is made if there is none. Safe to call twice."""
    found = await space_of(work.session, user_id)
    if found is not None:
        return found
    space_id = new_id("space")
    await work.session.execute(
        insert(spaces).values(id=space_id, kind="personal", name=name[:80], created_at=now)
    )
    await work.session.execute(
        insert(space_members).values(space_id=space_id, user_id=user_id, role="owner", personal_of=user_id)
    )
    return space_id
