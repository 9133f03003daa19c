"""One thing done to many videos: one that cannot be done leaves the others alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from rushes.actor import Actor
from rushes.collections import service as collections
from rushes.errors import Invalid, RushesError, error_view
from rushes.studio import Studio
from rushes.transaction import Transaction
from rushes.videos import queries, service
from rushes.videos.idempotency import Repeatable
from rushes.videos.models import VideoChange, VideosChange

_MOST_TAGS = 20
# So many share a transaction: to begin one and to tell of it costs more than the change of a row, and all in
# one would keep everybody else from writing.
_TOGETHER = 20
# What collections count differently afterwards.
_COUNTED = ("trash", "restore", "delete")


async def change_many(
    studio: Studio, actor: Actor, *, wanted: VideosChange, asked: Repeatable
) -> list[dict[str, Any]]:
    """`models.Outcome`s in the order of `wanted.ids`. Raises `Invalid` for tags that are missing."""
    if wanted.action in ("tag", "untag") and not wanted.tags:
        raise Invalid(tags="must not be empty")
    results: list[dict[str, Any]] = []
    for start in range(0, len(wanted.ids), _TOGETHER):
        ids = wanted.ids[start : start + _TOGETHER]
        error = await _change_together(studio, actor, ids, wanted, asked)
        if error is None or len(ids) == 1:
            results += [_outcome(video_id, error) for video_id in ids]
            continue
        # One that cannot be done has undone the others with it, so each is asked by itself.
        for video_id in ids:
            error = await _change_together(studio, actor, [video_id], wanted, asked)
            results.append(_outcome(video_id, error))
    return results


async def _change_together(
    studio: Studio, actor: Actor, ids: Sequence[str], wanted: VideosChange, asked: Repeatable
) -> RushesError | None:
    """All of them or none; what went wrong then."""
    try:
        async with studio.transaction() as work:
            await queries.lock(work, ids, actor=actor)
            if len(ids) > 1 and wanted.action in _COUNTED:
                await collections.lock_of(work, ids)
            for video_id in ids:
                await _change(studio, work, actor, video_id, wanted, asked)
    except RushesError as error:
        return error
    return None


def _outcome(video_id: str, error: RushesError | None) -> dict[str, Any]:
    if error is None:
        return {"id": video_id, "ok": True, "error": None}
    view = error_view(error.code, error.message, retryable=error.retryable, charged=error.charged)
    return {"id": video_id, "ok": False, "error": view}


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
            await service.retry(work, actor, studio.providers, video_id=video_id, asked=own, now=now)
        case "tag" | "untag":
            tags = (await queries.writable(work, actor, video_id)).tags
            if wanted.action == "tag":
                tags = list(dict.fromkeys([*tags, *wanted.tags]))
                if len(tags) > _MOST_TAGS:
                    raise Invalid(tags=f"would be {len(tags)}, and a video has at most {_MOST_TAGS}")
            else:
                tags = [tag for tag in tags if tag not in wanted.tags]
            await change(wanted=VideoChange(tags=tags))
