"""What people do with the line: pause it, put it in another order, and, as administrators, hold providers."""

from __future__ import annotations

from sqlalchemy import select, update

from rushes.actor import Actor
from rushes.errors import NotFound
from rushes.providers.registry import Providers
from rushes.tables import providers as provider_rows
from rushes.tables import users, videos
from rushes.transaction import Transaction
from rushes.videos import provider_state, queries
from rushes.visibility import editable_spaces

# Seconds that keep two places in line apart; far more than a double loses at this date.
_HAIR = 1e-6


async def pause(work: Transaction, actor: Actor, providers: Providers, *, paused: bool) -> None:
    """Keeps the actor's waiting videos waiting, or lets them go on. What runs is not touched."""
    await work.session.execute(update(users).where(users.c.id == actor.user_id).values(queue_paused=paused))
    work.queue_changed(actor.user_id, actor.space_id)
    for name in providers.names():
        work.wake(name)


async def reorder(work: Transaction, actor: Actor, *, ids: list[str], now: float) -> None:
    """Gives the places that these videos have, and the priorities that go with them, out in this order.

    Others keep theirs, so nobody is overtaken who was not named. What waits no longer is passed over. Raises
    `NotFound` for a video that is not the actor's to change.
    """
    found = (
        await work.session.execute(
            select(videos)
            .where(
                videos.c.id.in_(ids),
                videos.c.purged_at.is_(None),
                videos.c.space_id.in_(editable_spaces(actor)),
            )
            .order_by(videos.c.id)
            .with_for_update()
        )
    ).all()
    rows = {row.id: row for row in found}
    if any(video_id not in rows for video_id in ids):
        raise NotFound("video")
    waiting = [rows[video_id] for video_id in ids if rows[video_id].stage == "waiting"]
    in_line = sorted(waiting, key=lambda row: (-row.priority, row.queue_position, row.id))
    priority, position = None, 0.0
    for row, place in zip(waiting, in_line, strict=True):
        # Several of one request were put in line at the same moment.
        least = position + _HAIR if place.priority == priority else 0.0
        priority, position = place.priority, max(place.queue_position, least)
        if (row.priority, row.queue_position) != (priority, position):
            await queries.change(work, row.id, priority=priority, queue_position=position, updated_at=now)
    work.queue_changed(actor.user_id, actor.space_id)


async def pause_provider(work: Transaction, providers: Providers, *, name: str, paused: bool) -> None:
    """Lets nothing more go to the provider, from anybody, or lets it go again. Raises `NotFound`."""
    if providers.get(name) is None:
        raise NotFound("provider")
    await provider_state.ensure(work, name)
    await work.session.execute(
        update(provider_rows).where(provider_rows.c.name == name).values(paused=paused)
    )
    work.wake(name)
