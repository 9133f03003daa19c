"""What people see of videos: single ones, pages, families, the queue and providers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rushes.actor import Actor
from rushes.studio import Studio
from rushes.tables import providers, users, videos
from rushes.videos import provider_state, queries, quick
from rushes.videos.admission import in_line
from rushes.videos.cursors import read_cursor, write_cursor
from rushes.videos.eta import Learned
from rushes.videos.lifecycle import HOLDS_SLOT, UNFINISHED
from rushes.videos.models import VideoFilter
from rushes.videos.present import file_urls, present
from rushes.videos.queries import VideoRow
from rushes.visibility import visible_spaces

__all__ = ["file_urls", "inbox", "one", "page", "quick_views", "views"]

_RECENT = 86400.0
_SHOWN = 500


async def views(
    studio: Studio, session: AsyncConnection, rows: Sequence[VideoRow], learned: Learned
) -> list[dict[str, Any]]:
    """The public objects of `rows`, in their order."""
    now = studio.clock.now()
    await learned.refresh(session, rows, now=now)
    return [present(row, learned, now=now) for row in rows]


async def quick_views(studio: Studio, rows: Sequence[quick.Record], learned: Learned) -> list[dict[str, Any]]:
    """Like `views`, for what came by the short path."""
    now = studio.clock.now()
    if not learned.is_fresh(rows, now=now):
        async with studio.reading() as session:
            await learned.refresh(session, rows, now=now)
    return [present(row, learned, now=now) for row in rows]


async def page(studio: Studio, actor: Actor, learned: Learned, wanted: VideoFilter) -> dict[str, Any]:
    """`models.VideoPage`."""
    if wanted.is_plain:
        before = read_cursor(wanted.cursor) if wanted.cursor else None
        records, seq = await quick.newest(
            studio.database, actor, wanted.space or actor.space_id, before=before, limit=wanted.limit + 1
        )
        shown = await quick_views(studio, records[: wanted.limit], learned)
        next_cursor = write_cursor(records[wanted.limit - 1]) if len(records) > wanted.limit else None
    else:
        async with studio.reading() as session:
            rows, next_cursor, seq = await queries.page(session, actor, wanted)
            shown = await views(studio, session, rows, learned)
    return {
        "videos": shown,
        "limit": wanted.limit,
        "offset": wanted.offset,
        "next_cursor": next_cursor,
        "seq": seq,
    }


async def by_keys_or_ids(
    session: AsyncConnection, *, keys: Sequence[str] = (), ids: Sequence[str] = (), seen_by: Actor | None
) -> list[VideoRow]:
    """The videos with these ids, and those whose files have these keys, in no order; only what `seen_by` may
    see, where somebody is named."""
    named = or_(videos.c.id.in_(ids), videos.c.file_path.in_(keys))
    query = select(videos).where(named, videos.c.purged_at.is_(None))
    if seen_by is not None:
        query = query.where(videos.c.space_id.in_(visible_spaces(seen_by)))
    return list((await session.execute(query)).all())


async def one(studio: Studio, actor: Actor, learned: Learned, video_id: str) -> dict[str, Any]:
    """`models.Video`. Raises `NotFound`."""
    record = await quick.visible(studio.database, actor, video_id)
    return (await quick_views(studio, [record], learned))[0]


async def inbox(studio: Studio, session: AsyncConnection, actor: Actor, learned: Learned) -> dict[str, Any]:
    """`recovery_models.Inbox`."""
    query = (
        select(videos)
        .where(
            videos.c.space_id == actor.space_id,
            videos.c.stage == "unknown",
            videos.c.purged_at.is_(None),
        )
        .order_by(videos.c.created_at.desc(), videos.c.id.desc())
        .limit(_SHOWN)
    )
    rows = (await session.execute(query)).all()
    return {"videos": await views(studio, session, rows, learned)}


async def queue(studio: Studio, session: AsyncConnection, actor: Actor, learned: Learned) -> dict[str, Any]:
    """`models.Queue`: one's own videos with their places in line, everybody else's as counts."""
    own = videos.c.space_id == actor.space_id
    alive = videos.c.purged_at.is_(None)
    unfinished = (
        select(videos)
        .where(own, alive, videos.c.stage.in_(UNFINISHED))
        .order_by(videos.c.created_at, videos.c.id)
    )
    rows = (await session.execute(unfinished.limit(_SHOWN))).all()
    shown = dict(zip((row.id for row in rows), await views(studio, session, rows, learned), strict=True))
    places = await _places(session, rows, actor.user_id)
    paused = bool(await session.scalar(select(users.c.queue_paused).where(users.c.id == actor.user_id)))
    waiting = [row for row in rows if row.stage == "waiting"]
    waiting.sort(key=lambda row: (places.get(row.id, _SHOWN * 1000), row.queue_position))
    return {
        "running": [{**shown[row.id], "position": None} for row in rows if row.stage != "waiting"],
        "waiting": [
            {
                **shown[row.id],
                "position": places.get(row.id),
                # How long a paused queue takes is up to its owner.
                "eta": None if paused else _waiting_eta(studio, learned, row, places.get(row.id)),
            }
            for row in waiting
        ],
        "counts": await _counts(studio, session, actor),
        "paused": paused,
        "others": await _others(session, actor),
    }


async def _places(session: AsyncConnection, rows: Sequence[VideoRow], user_id: str) -> dict[str, int]:
    """Places in line, counted from 1, for the waiting ones among `rows`."""
    places: dict[str, int] = {}
    for name in sorted({row.provider for row in rows if row.stage == "waiting"}):
        line = await session.execute(in_line(name, now=None, shown_to=user_id).limit(5000))
        places.update({row.id: place for place, row in enumerate(line, start=1)})
    return places


def _waiting_eta(studio: Studio, learned: Learned, row: VideoRow, place: int | None) -> dict[str, int] | None:
    """Until it is done, if everything ahead takes as long as it does itself."""
    span, provider = learned.duration(row), studio.providers.get(row.provider)
    if span is None or place is None or provider is None:
        return None
    places = provider.capabilities.concurrency
    if not places:
        return None
    rounds = (place - 1) // places + 1
    return {"low": round(span[0] * rounds), "high": max(1, round(span[1] * (rounds + 1)))}


async def summary(session: AsyncConnection, user_id: str, space_id: str) -> dict[str, Any]:
    """What `queue_update` says: how much runs and waits, and whether the queue is paused."""
    by_stage = select(videos.c.stage, func.count().label("many")).where(
        videos.c.space_id == space_id, videos.c.purged_at.is_(None), videos.c.stage.in_(UNFINISHED)
    )
    counts = {row.stage: row.many for row in (await session.execute(by_stage.group_by(videos.c.stage))).all()}
    paused = await session.scalar(select(users.c.queue_paused).where(users.c.id == user_id))
    waiting = counts.pop("waiting", 0)
    return {"running": sum(counts.values()), "waiting": waiting, "paused": bool(paused)}


async def _counts(studio: Studio, session: AsyncConnection, actor: Actor) -> dict[str, int]:
    """Running and waiting now; failed and done within a day."""
    live = await summary(session, actor.user_id, actor.space_id)
    recent = (
        select(videos.c.stage, func.count().label("many"))
        .where(
            videos.c.space_id == actor.space_id,
            videos.c.purged_at.is_(None),
            videos.c.trashed_at.is_(None),
            videos.c.stage.in_(("completed", "failed")),
            videos.c.completed_at > studio.clock.now() - _RECENT,
        )
        .group_by(videos.c.stage)
    )
    ended = {row.stage: row.many for row in (await session.execute(recent)).all()}
    return {
        "running": live["running"],
        "waiting": live["waiting"],
        "failed": ended.get("failed", 0),
        "done": ended.get("completed", 0),
    }


async def _others(session: AsyncConnection, actor: Actor) -> dict[str, int]:
    by_stage = (
        select(videos.c.stage, func.count().label("many"))
        .where(videos.c.space_id.not_in(visible_spaces(actor)), videos.c.stage.in_(UNFINISHED))
        .group_by(videos.c.stage)
    )
    counts = {row.stage: row.many for row in (await session.execute(by_stage)).all()}
    waiting = counts.pop("waiting", 0)
    return {"running": sum(counts.values()), "waiting": waiting}


async def provider_views(studio: Studio, session: AsyncConnection) -> list[dict[str, Any]]:
    """`offer_models.ProvidersView.providers`."""
    states = {row.name: row for row in (await session.execute(select(providers))).all()}
    loads = {
        (row.provider, row.stage): row.many
        for row in (
            await session.execute(
                select(videos.c.provider, videos.c.stage, func.count().label("many"))
                .where(videos.c.stage.in_(("waiting", *HOLDS_SLOT)))
                .group_by(videos.c.provider, videos.c.stage)
            )
        ).all()
    }
    now = studio.clock.now()
    found = []
    for provider in studio.providers.all():
        state = states.get(provider.name)
        until = provider_state.silent_until(state)
        is_down = state is not None and state.failures > 0
        is_well = provider.capabilities.embedded or (state is not None and state.last_ok_at is not None)
        is_open = state is not None and (state.open_until or 0) > now
        found.append(
            {
                "id": provider.name,
                "kind": provider.kind,
                "name": "Free sketch" if provider.capabilities.embedded else provider.name,
                "models": [f"{provider.name}/{model.name}" for model in provider.capabilities.models],
                "health": "down" if is_down else "ok" if is_well else "unknown",
                "circuit": "open" if is_open else "half_open" if state and state.open_until else "closed",
                "concurrency": provider.capabilities.concurrency,
                "running": sum(loads.get((provider.name, stage), 0) for stage in HOLDS_SLOT),
                "waiting": loads.get((provider.name, "waiting"), 0),
                "paused": bool(state and state.paused),
                "retry_at": int(until) if until > now else None,
                "last_error": state.last_error if state is not None and (is_down or until > now) else None,
            }
        )
    return found
