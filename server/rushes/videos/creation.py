"""Makes new videos: from a request, or as the remix of an existing one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, update

from rushes.actor import Actor
from rushes.errors import Conflict, Invalid, NotFound
from rushes.providers.registry import Providers
from rushes.tables import new_id, spaces, videos
from rushes.transaction import Transaction
from rushes.uploads.service import StoredFile, hold, hold_for_use, keep
from rushes.videos import charging, idempotency, queries, room, search
from rushes.videos.asking import Plan, plan
from rushes.videos.idempotency import Repeatable
from rushes.videos.models import VideoCreate, VideoRemix
from rushes.videos.queries import VideoRow


async def create(
    work: Transaction,
    actor: Actor,
    providers: Providers,
    *,
    request: VideoCreate,
    asked: Repeatable,
    picture: StoredFile | None,
    free_bytes: int | None = None,
    now: float,
) -> list[VideoRow]:
    """Stores `request.n` videos, all or none, and wakes the provider; asked again, the same ones.

    `free_bytes` is what the storage still takes, if that is known. Raises `Invalid` for what the model lacks
    or an asset that is not the actor's, `PaymentRequired` (also at the commit, for a budget), `Unavailable`
    for a disk too full, and `Conflict` for a key used for something else. What is asked again is not checked
    again: its deadline may have passed meanwhile, or its model be gone, and it gets its first answer all the
    same.
    """
    repeated = await idempotency.first_answer(work, actor, asked, now=now)
    if repeated is not None:
        return await _in_order(work, repeated)
    has_reference = picture is not None or bool(request.references)
    planned = _plan_create(providers, request, has_reference=has_reference, now=now)
    room.check(free_bytes, size=planned.size, seconds=planned.seconds, count=request.n)
    reference_id = None
    if picture is not None:
        reference_id = await keep(work, actor, picture, now=now)
    elif request.references:
        reference_id = await _own_asset(work, actor, request.references[0].asset_id)
    wanted = {
        "kind": "image" if reference_id else "text",
        "prompt": request.prompt,
        "prompts": [request.prompt],
        "title": request.title or None,
        "tags": request.tags,
        "reference_id": reference_id,
        "seed": request.seed,
        "priority": request.priority,
        "deadline": request.deadline,
        "max_cost_usd": request.max_cost_usd,
    }
    ids = await _store(work, actor, planned, wanted, count=request.n, now=now)
    await idempotency.remember(work, actor, asked, ids, now=now)
    return await _in_order(work, ids)


async def remix(
    work: Transaction,
    actor: Actor,
    providers: Providers,
    *,
    parent: VideoRow,
    request: VideoRemix,
    asked: Repeatable,
    free_bytes: int | None = None,
    now: float,
) -> VideoRow:
    """Stores the remix; asked again, the same one. The chain of prompts goes with it, oldest first.

    Raises `Conflict` for a parent that is not completed, and whatever `create` raises for any video.
    """
    repeated = await idempotency.first_answer(work, actor, asked, now=now)
    if repeated is not None:
        return (await _in_order(work, repeated))[0]
    planned = _plan_remix(providers, parent, request, now=now)
    room.check(free_bytes, size=planned.size, seconds=planned.seconds, count=1)
    wanted = {
        "kind": "remix",
        "prompt": request.prompt,
        "prompts": [*(parent.prompts or [parent.prompt]), request.prompt],
        "title": request.title or None,
        "tags": parent.tags if request.tags is None else request.tags,
        "reference_id": await _reference_of(work, parent) if planned.offer.model.image_input else None,
        "seed": request.seed if request.seed is not None else parent.seed,
        "priority": request.priority,
        "deadline": request.deadline,
        "max_cost_usd": request.max_cost_usd,
        "remixed_from_video_id": parent.id,
        "root_video_id": parent.root_video_id,
    }
    ids = await _store(work, actor, planned, wanted, count=1, now=now)
    await idempotency.remember(work, actor, asked, ids, now=now)
    return (await _in_order(work, ids))[0]


def _plan_create(providers: Providers, request: VideoCreate, *, has_reference: bool, now: float) -> Plan:
    return plan(
        providers.resolve(request.model, provider=request.provider),
        asked_model=request.model,
        size=request.size,
        seconds=request.seconds,
        has_reference=has_reference,
        n=request.n,
        max_cost_usd=request.max_cost_usd,
        deadline=request.deadline,
        now=now,
    )


def _plan_remix(providers: Providers, parent: VideoRow, request: VideoRemix, *, now: float) -> Plan:
    """The parent's own model, size and length unless the request names others."""
    if parent.stage != "completed":
        raise Conflict("Only a completed video can be remixed.", code="not_completed")
    offer = (
        providers.resolve(request.model)
        if request.model
        else providers.resolve(parent.provider_model, provider=parent.provider)
    )
    return plan(
        offer,
        asked_model=request.model or parent.model,
        size=request.size or parent.size,
        seconds=request.seconds if request.seconds is not None else parent.seconds,
        has_reference=False,
        n=1,
        max_cost_usd=request.max_cost_usd,
        deadline=request.deadline,
        now=now,
    )


async def _own_asset(work: Transaction, actor: Actor, asset_id: str) -> str:
    try:
        return await hold_for_use(work, actor, asset_id, kind="image")
    except NotFound as error:
        raise Invalid(references=f"names {asset_id!r}, which is not one of your assets") from error


async def _reference_of(work: Transaction, parent: VideoRow) -> str | None:
    reference_id: str | None = parent.reference_id
    if reference_id is not None and not await hold(work, reference_id):
        # Only the last video that names a picture going for good frees it.
        raise NotFound("video")
    return reference_id


async def _store(
    work: Transaction, actor: Actor, planned: Plan, wanted: dict[str, Any], *, count: int, now: float
) -> list[str]:
    last = await work.session.scalar(
        update(spaces)
        .where(spaces.c.id == actor.space_id)
        .values(videos_made=spaces.c.videos_made + count)
        .returning(spaces.c.videos_made)
    )
    first = (last or count) - count + 1
    rows = []
    for index in range(count):
        video_id = new_id("video")
        seed = wanted["seed"]
        rows.append(
            {
                "root_video_id": video_id,
                "remixed_from_video_id": None,
                **wanted,
                # Several of one prompt would else be drawn alike from the same seed.
                "seed": seed + index if seed is not None else None if count == 1 else first + index,
                "id": video_id,
                "space_id": actor.space_id,
                "user_id": actor.user_id,
                "number": first + index,
                "model": planned.model,
                "provider": planned.offer.provider,
                "provider_model": planned.offer.model.name,
                "size": planned.size,
                "seconds": planned.seconds,
                "cost_estimate": planned.cost_estimate,
                "status": "queued",
                "stage": "waiting",
                # Fractions keep several videos of one request in their order.
                "queue_position": now + index * 1e-4,
                "created_at": now + index * 1e-4,
                "updated_at": now,
            }
        )
    for row in (await work.session.execute(insert(videos).returning(*_TOLD), rows)).all():
        work.changed("video", row)
        work.moved(row)
    made = await queries.by_ids(work.session, [row["id"] for row in rows])
    await search.note(work, made)
    await charging.reserve(work, actor, made, now=now)
    work.wake(planned.offer.provider)
    work.enqueue("poll", planned.offer.provider, key=f"poll:{planned.offer.provider}")
    return [row["id"] for row in rows]


# What of a new row is told on: to sockets, and to logs.
_TOLD = [videos.c[name] for name in ("id", "space_id", "user_id", "provider", "stage", "provider_video_id")]


async def _in_order(work: Transaction, ids: list[str]) -> list[VideoRow]:
    rows = await queries.by_ids(work.session, ids)
    found = {row.id: row for row in rows if row.purged_at is None}
    missing = [video_id for video_id in ids if video_id not in found]
    if missing:
        raise Conflict("What this request made was deleted for good since.", code="gone_since")
    return [found[video_id] for video_id in ids]
