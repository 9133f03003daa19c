"""An asset's row as the public object."""

from __future__ import annotations

from typing import Any

from rushes.uploads.queries import AssetRow
from rushes.uploads.recognising import ENDINGS


def present(row: AssetRow) -> dict[str, Any]:
    """The whole public object (`models.Asset`) of a row that carries `used`."""
    return {
        "id": row.id,
        "space_id": row.space_id,
        "user_id": row.user_id,
        "kind": row.kind,
        "purpose": row.purpose,
        "name": row.name or file_name(row),
        "content_type": row.content_type,
        "file_size": row.file_size,
        "width": row.width,
        "height": row.height,
        "duration": row.duration,
        "created_at": int(row.created_at),
        "content_url": f"/api/assets/{row.id}/content",
        "thumbnail_url": f"/api/assets/{row.id}/content?variant=thumbnail" if row.thumbnail_path else None,
        "used": row.used,
    }


def file_name(row: AssetRow) -> str:
    """What the file is called when it is saved: the asset's name with the ending of what is really in it."""
    stored = row.file_path.rsplit("/", 1)[-1]
    name, kept = row.name or stored, stored.rpartition(".")[2]
    stem, _, ending = name.rpartition(".")
    if not stem or ending.lower() not in ENDINGS:
        return f"{name}.{kept}"
    return name if {ending.lower(), kept} == {"jpeg", "jpg"} else f"{stem}.{kept}"
