"""One thing done to many videos, each by itself: one that cannot be done leaves the others alone."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from rushes.actor import Actor
from rushes.errors import Invalid, RushesError
from rushes.studio import Studio
from rushes.transaction import Transaction
from rushes.videos import queries, service
from rushes.videos.idempotency import Repeatable
from rushes.videos.models import VideoChange, VideosChange
from rushes.videos.outcomes import error_view

_MOST_TAGS = 20


async def change_many(
    studio: Studio, actor: Actor, *, wanted: VideosChange, asked: Repeatable
) -> list[dict[str, Any]]:
    """`models.Outcome`s in the order of `wanted.ids`. Raises `Invalid` for tags that are missing.

    Each is a transaction of its own: nobody waits for a lock that holds two hundred rows.
    """
    if wanted.action in ("tag", "untag") and not wanted.tags:
        raise Invalid(tags="must not be empty")
    results = []
    for video_id in wanted.ids:
        try:
            async with studio.transaction() as work:
                await _change(studio, work, actor, video_id, wanted, asked)
        except RushesError as error:
            view = error_view(error.code, error.message, retryable=error.retryable, charged=error.charged)
            results.append({"id": video_id, "ok": False, "error": view})
        else:
            results.append({"id": video_id, "ok": True, "error": None})
    return results


async def _change(
    studio: Studio,
    work: Transaction,
    actor: Actor,
    video_id: str,
    wanted: VideosChange,
    asked: Repeatable,
) -> None:
    now = studio.clock.now()
    change = partial(service.change, work, actor, video_id=video_id, now=now)
    match wanted.action:
        case "trash":
            await service.trash(work, actor, studio.providers, video_id=video_id, now=now)
        case "restore":
            await service.restore(work, actor, video_id=video_id, now=now)
        case "delete":
            await service.purge(work, actor, studio.providers, video_id=video_id, now=now)
        case "publish" | "unpublish":
            await change(wanted=VideoChange(is_published=wanted.action == "publish"))
        case "favourite" | "unfavourite":
            await change(wanted=VideoChange(favourite=wanted.action == "favourite"))
        case "cancel":
            await service.cancel(work, actor, studio.providers, video_id=video_id, now=now)
        case "retry":
            # A key is for one request, and this is many.
            own = replace(asked, key=f"{asked.key}:{video_id}") if asked.key else asked
            await service.retry(work, actor, video_id=video_id, asked=own, now=now)
        case "tag" | "untag":
            tags = (await queries.writable(work, actor, video_id)).tags
            if wanted.action == "tag":
                tags = list(dict.fromkeys([*tags, *wanted.tags]))
                if len(tags) > _MOST_TAGS:
                    raise Invalid(tags=f"would be {len(tags)}, and a video has at most {_MOST_TAGS}")
            else:
                tags = [tag for tag in tags if tag not in wanted.tags]
            await change(wanted=VideoChange(tags=tags))
