"""A video's row as the public object that answers and live updates carry."""

from __future__ import annotations

from typing import Any, TypeAlias

from rushes.videos.eta import Learned

# A row of the table, or `quick.Record`.
VideoRow: TypeAlias = Any


def code_of(number: int) -> str:
    """The edge print beside a frame: `RX-0412`."""
    return f"RX-{number:04d}"


def seconds_text(seconds: float) -> str:
    """`8` or `7.5`: answers say seconds as a string."""
    return f"{seconds:g}"


def present(row: VideoRow, learned: Learned, *, now: float) -> dict[str, Any]:
    """The whole public object (`models.Video`); a purged one is `{"deleted": True}`."""
    if row.purged_at is not None:
        return {"deleted": True}
    references = [{**each, "url": f"/api/assets/{each['asset_id']}/content"} for each in row.references or ()]
    return {
        "id": row.id,
        "number": row.number,
        "code": code_of(row.number),
        "user_id": row.user_id,
        "space_id": row.space_id,
        "openai_video_id": row.provider_video_id,
        "provider_video_id": row.provider_video_id,
        "prompt": row.prompt,
        "title": row.title,
        "tags": row.tags,
        "favourite": bool(row.favourite),
        "is_published": bool(row.is_published),
        "model": row.model,
        "provider": row.provider,
        "served_by": {"provider": row.provider, "model": row.provider_model},
        "kind": row.kind,
        "size": row.size,
        "seconds": seconds_text(row.seconds),
        "seed": row.seed,
        "priority": row.priority,
        "status": row.status,
        "stage": row.stage,
        "progress": row.progress,
        "progress_known": bool(row.progress_known),
        "needs_attention": row.stage == "unknown",
        "created_at": int(row.created_at),
        "updated_at": int(row.updated_at),
        "started_at": _whole(row.started_at),
        "completed_at": _whole(row.completed_at),
        "trashed_at": _whole(row.trashed_at),
        "attempts": row.attempts,
        "error": row.error,
        "remixed_from_video_id": row.remixed_from_video_id,
        "lineage": {"root_id": row.root_video_id, "parent_id": row.remixed_from_video_id},
        "reference": next((each for each in references if each["role"] == "first_frame"), None),
        "references": references,
        "production_id": row.production_id,
        "audio": None if row.audio is None else bool(row.audio),
        "options": row.options or {},
        "eta": learned.remaining(row, now=now),
        "cost_estimate": row.cost_estimate,
        "cost_actual": row.cost_actual,
        "cost_lost": row.cost_lost,
        "duration": row.duration,
        "width": row.width,
        "height": row.height,
        "fps": row.fps,
        "file_size": row.file_size,
        "file_path": row.file_path if row.stage == "completed" else None,
        **file_urls(row),
        "spritesheet": row.spritesheet,
        "seq": row.changed_seq,
    }


def file_urls(row: VideoRow) -> dict[str, str | None]:
    """Where its files are, as far as there are any."""
    return {
        "content_url": _content_url(row, "video") if row.stage == "completed" else None,
        "thumbnail_url": _content_url(row, "thumbnail") if row.thumbnail_path else None,
        "spritesheet_url": _content_url(row, "spritesheet") if row.spritesheet_path else None,
    }


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _content_url(row: VideoRow, variant: str) -> str:
    """The attempt is in the address: a retried video's new file never hides behind an old one's cache."""
    return f"/api/videos/{row.id}/content?variant={variant}&v={row.attempts}"
