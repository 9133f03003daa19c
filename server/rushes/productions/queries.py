"""Productions in SQL. Reads for people take the actor, and whether they may see it is part of the query.

Whoever writes to a production or to anything in it locks its row first: before its steps, before assets and
videos, and before the space, whose counter is the last that every transaction takes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Row, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.actor import Actor
from rushes.errors import Invalid, NotFound
from rushes.productions.request_models import ProductionFilter
from rushes.productions.state import State
from rushes.tables import assets, production_steps, productions, scenes, spaces, takes, users, videos
from rushes.transaction import Transaction
from rushes.visibility import editable_spaces, visible_spaces

ProductionRow: TypeAlias = Row[Any]


async def visible(session: AsyncConnection, actor: Actor, production_id: str) -> State:
    """Raises `NotFound`."""
    query = select(productions).where(
        productions.c.id == production_id,
        productions.c.purged_at.is_(None),
        productions.c.space_id.in_(visible_spaces(actor)),
    )
    return await _whole(session, (await session.execute(query)).one_or_none())


async def writable(work: Transaction, actor: Actor, production_id: str) -> State:
    """The production, locked until the transaction ends, with everything in it. Raises `NotFound`."""
    query = select(productions).where(
        productions.c.id == production_id,
        productions.c.purged_at.is_(None),
        productions.c.space_id.in_(editable_spaces(actor)),
    )
    return await _whole(work.session, (await work.session.execute(query.with_for_update())).one_or_none())


async def locked(work: Transaction, production_id: str) -> State | None:
    """For the studio's own steps: locked, or None when it is gone."""
    query = select(productions).where(productions.c.id == production_id, productions.c.purged_at.is_(None))
    row = (await work.session.execute(query.with_for_update())).one_or_none()
    return None if row is None else await _whole(work.session, row)


async def one(session: AsyncConnection, production_id: str) -> State | None:
    """For the studio's own reading."""
    query = select(productions).where(productions.c.id == production_id, productions.c.purged_at.is_(None))
    row = (await session.execute(query)).one_or_none()
    return None if row is None else await _whole(session, row)


async def page(
    session: AsyncConnection, actor: Actor, wanted: ProductionFilter
) -> tuple[list[ProductionRow], str | None, int]:
    """Rows of a space, newest first, where the next page begins (an id), and the space's number, taken before
    them. Raises `NotFound`."""
    space_id = wanted.space or actor.space_id
    seq = await session.scalar(
        select(spaces.c.seq).where(spaces.c.id == space_id, spaces.c.id.in_(visible_spaces(actor)))
    )
    if seq is None:
        raise NotFound("space")
    query = select(productions).where(productions.c.space_id == space_id, productions.c.purged_at.is_(None))
    if wanted.status is not None:
        query = query.where(productions.c.status == wanted.status)
    place = (productions.c.created_at, productions.c.id)
    if wanted.cursor is not None:
        before = select(*place).where(productions.c.id == wanted.cursor, productions.c.space_id == space_id)
        reached = (await session.execute(before)).one_or_none()
        if reached is None:
            raise NotFound("page")
        query = query.where(tuple_(*place) < tuple_(reached.created_at, reached.id))
    query = query.order_by(*(column.desc() for column in place)).limit(wanted.limit + 1)
    rows = list((await session.execute(query)).all())
    more, rows = len(rows) > wanted.limit, rows[: wanted.limit]
    return rows, rows[-1].id if more else None, seq


async def states(session: AsyncConnection, rows: Sequence[ProductionRow]) -> dict[str, State]:
    """Everything in these productions, by id: four reads, however many they are."""
    ids = [row.id for row in rows]
    of_each = await _by_production(session, scenes, ids, scenes.c.number)
    steps = await _by_production(session, production_steps, ids)
    taken = await _by_production(session, takes, ids, takes.c.created_at, takes.c.video_id)
    shown = {take.video_id for each in taken.values() for take in each}
    shown |= {step.video_id for each in steps.values() for step in each if step.video_id}
    known = await _videos(session, shown)
    found = {}
    for row in rows:
        by_scene: dict[str, list[Any]] = defaultdict(list)
        for take in taken.get(row.id, ()):
            if take.video_id in known:
                by_scene[take.scene_id].append(take)
        found[row.id] = State(
            production=row,
            scenes=of_each.get(row.id, ()),
            steps={(step.scene_id, step.stage): step for step in steps.get(row.id, ())},
            takes=dict(by_scene),
            videos=known,
        )
    return found


async def owner(session: AsyncConnection, production: Any) -> Actor:
    """Whoever made it, in whose name and at whose cost the studio goes on with it."""
    query = select(users.c.username, users.c.role).where(users.c.id == production.user_id)
    person = (await session.execute(query)).one()
    return Actor(production.user_id, person.username, person.role, production.space_id)


async def usable_video(work: Transaction, actor: Actor, video_id: str) -> Any:
    """A completed video of the actor's library, as a take. Raises `Invalid` naming `video_id`."""
    query = (
        select(videos)
        .where(
            videos.c.id == video_id,
            videos.c.purged_at.is_(None),
            videos.c.trashed_at.is_(None),
            videos.c.space_id.in_(editable_spaces(actor)),
        )
        .with_for_update(read=True, key_share=True)
    )
    row = (await work.session.execute(query)).one_or_none()
    if row is None or row.stage != "completed":
        raise Invalid(video_id="is no finished video of your library")
    return row


async def lock_videos(work: Transaction, ids: Sequence[str]) -> Sequence[Any]:
    """The videos as they are now, locked in the order in which everybody locks many: by id."""
    query = select(videos).where(videos.c.id.in_(ids)).order_by(videos.c.id).with_for_update()
    return (await work.session.execute(query)).all() if ids else ()


async def facts_of_asset(work: Transaction, asset_id: str) -> dict[str, Any]:
    """What a step keeps of a file of one's own: its size, or how long it is."""
    query = select(assets.c.width, assets.c.height, assets.c.duration).where(assets.c.id == asset_id)
    row = (await work.session.execute(query)).one()
    return {"width": row.width, "height": row.height, "duration": row.duration, "words": None}


async def step(session: AsyncConnection, step_id: str) -> Any | None:
    return (
        await session.execute(select(production_steps).where(production_steps.c.id == step_id))
    ).one_or_none()


async def changed(work: Transaction, production: Any, *, now: float, **values: Any) -> None:
    """Writes to the production's row, and tells everybody that something in it has changed."""
    await work.session.execute(
        update(productions).where(productions.c.id == production.id).values(updated_at=now, **values)
    )
    work.changed("production", production)


async def touch(work: Transaction, production_id: str) -> None:
    """Locks the production, and tells everybody that something in it has changed."""
    query = select(productions.c.id, productions.c.space_id).where(productions.c.id == production_id)
    row = (await work.session.execute(query.with_for_update())).one_or_none()
    if row is not None:
        work.changed("production", row)


async def _whole(session: AsyncConnection, row: ProductionRow | None) -> State:
    if row is None:
        raise NotFound("production")
    return (await states(session, [row]))[row.id]


async def _by_production(
    session: AsyncConnection, table: Any, ids: Sequence[str], *order: Any
) -> dict[str, list[Any]]:
    query = select(table).where(table.c.production_id.in_(ids)).order_by(*order)
    found: dict[str, list[Any]] = defaultdict(list)
    for row in (await session.execute(query)).all():
        found[row.production_id].append(row)
    return found


async def _videos(session: AsyncConnection, ids: Iterable[str]) -> dict[str, Any]:
    """Of takes and cuts, those in the trash too: somebody may bring them back."""
    wanted = list(ids)
    if not wanted:
        return {}
    query = select(videos).where(videos.c.id.in_(wanted), videos.c.purged_at.is_(None))
    return {row.id: row for row in (await session.execute(query)).all()}
